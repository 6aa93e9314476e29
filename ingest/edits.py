"""What the user has set of a document: title, author, publisher, language, date of publication.

An edit is written into the document's row, so that everything reads it there; the table here remembers
who said so and what the source itself had said, which comes back when the edit is taken back.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date

from ingest.catalogue import now
from ingest.database import Database
from ingest.document import Document
from ingest.errors import InvalidSetting
from ingest.listed import put_listed

FIELDS = ("title", "author", "publisher", "language", "published")
_LONGEST = 1000  # characters of a value
_STEPS = (
    """
    CREATE TABLE edits (
        document_id TEXT NOT NULL, field TEXT NOT NULL, value TEXT, was TEXT, edited_at TEXT NOT NULL,
        PRIMARY KEY (document_id, field)
    )
    """,
)


class Edits:
    """Reads the table of edits; the functions below change it in the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("edits", _STEPS)

    def of(self, document_id: str) -> dict[str, str | None]:
        """Return what the user has set, by field; None where the user says that nothing is known."""
        return {row["field"]: row["value"] for row in self._rows(document_id)}

    def fields(self) -> dict[str, tuple[str, ...]]:
        """Return the fields that the user has set, by document."""
        found: dict[str, tuple[str, ...]] = {}
        rows = self._database.read().execute("SELECT document_id, field FROM edits").fetchall()
        for row in sorted(rows, key=lambda row: FIELDS.index(row["field"])):
            found[row["document_id"]] = (*found.get(row["document_id"], ()), row["field"])
        return found

    def undone(self, document: Document) -> Document:
        """Return the document as its source has it."""
        return with_values(document, {row["field"]: row["was"] for row in self._rows(document.id)})

    def _rows(self, document_id: str) -> list[sqlite3.Row]:
        rows = self._database.read().execute("SELECT * FROM edits WHERE document_id=?", (document_id,))
        return rows.fetchall()


def checked(values: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return values that can be stored, an empty one as None; raises InvalidSetting naming the field."""
    found: dict[str, str | None] = {}
    for field, value in values.items():
        if field not in FIELDS:
            raise InvalidSetting(f"{field!r} cannot be set; there are {', '.join(FIELDS)}")
        text = " ".join((value or "").encode("utf-8", "replace").decode("utf-8").split())
        if len(text) > _LONGEST:
            raise InvalidSetting(f"{field} is over {_LONGEST} characters long; shorten it")
        if field == "title" and not text:
            raise InvalidSetting("a document needs a title; give it some words")
        if field == "published" and text and not is_day(text):
            raise InvalidSetting(f"published is {text!r}; give a date as YYYY-MM-DD")
        found[field] = text or None
    return found


def is_day(text: str) -> bool:
    """Tell whether a text is a date in the form YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def value_of(document: Document, field: str) -> str | None:
    """Return what a document says of itself in one of the fields."""
    if field == "title":
        return document.title
    return document.reading.published if field == "published" else document.reading.metadata.get(field)


def with_values(document: Document, values: Mapping[str, str | None]) -> Document:
    """Return the document with other values in those fields; its text and places stay as they are."""
    if not values:
        return document
    metadata = dict(document.reading.metadata)
    for field in values.keys() - {"title", "published"}:
        metadata.pop(field, None)
        if (value := values[field]) is not None:
            metadata[field] = value
    published = values.get("published", document.reading.published)
    return replace(
        document,
        title=values.get("title") or document.title,
        reading=replace(document.reading, published=published, metadata=metadata),
    )


def put_edits(connection: sqlite3.Connection, source: Document, values: Mapping[str, str | None]) -> None:
    """Remember what the user set; `source` is the document as its source has it."""
    connection.executemany(
        "INSERT OR REPLACE INTO edits VALUES (?,?,?,?,?)",
        [(source.id, field, value, value_of(source, field), now()) for field, value in values.items()],
    )


def renew_edits(connection: sqlite3.Connection, document_id: str, said: Mapping[str, str | None]) -> None:
    """Remember what a new version's source says where the user had said otherwise."""
    connection.executemany(
        "UPDATE edits SET was=? WHERE document_id=? AND field=?",
        [(was, document_id, field) for field, was in said.items()],
    )


def delete_edits(connection: sqlite3.Connection, document_id: str, *fields: str) -> None:
    """Forget what the user set of a document, in some fields or in all."""
    for field in fields or FIELDS:
        connection.execute("DELETE FROM edits WHERE document_id=? AND field=?", (document_id, field))


def put_beside(connection: sqlite3.Connection, document: Document) -> None:
    """Store all that stands beside the text of a version that is there: its names, date and metadata."""
    beside = asdict(document.reading)
    del beside["text"]
    connection.execute(
        "UPDATE documents SET origin=?, source=?, title=?, published=?, reading=? WHERE id=? AND version=?",
        (
            document.origin,
            document.source,
            document.title,
            document.reading.published,
            json.dumps(beside),
            document.id,
            document.version,
        ),
    )
    put_listed(connection, document.id, document.version)
