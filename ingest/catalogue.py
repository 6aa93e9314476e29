"""The catalogue's tables of documents, their states, and what could not be read.

A version of a document is `pending` from the moment its text is stored until its passages are in every
index, then `ready`, then `superseded` by a later version; `removing` from the moment it is told to go
until nothing of it is left. Only `ready` ones are ever searched.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from ingest import document as naming
from ingest.database import Database
from ingest.document import Document, reading_from
from ingest.listed import STEP, WITH_LANGUAGES, delete_listed, put_listed

_STEPS = (
    """
    CREATE TABLE documents (
        id TEXT NOT NULL, version INTEGER NOT NULL, collection TEXT NOT NULL, origin TEXT NOT NULL,
        source TEXT NOT NULL, title TEXT NOT NULL, content_hash TEXT NOT NULL, published TEXT,
        text TEXT NOT NULL, reading TEXT NOT NULL, state TEXT NOT NULL, added_at TEXT NOT NULL,
        PRIMARY KEY (id, version)
    ) WITHOUT ROWID;
    CREATE INDEX documents_state ON documents (state, collection, published);
    CREATE INDEX documents_hash ON documents (content_hash);
    CREATE TABLE removed (id TEXT PRIMARY KEY, removed_at TEXT NOT NULL);
    CREATE TABLE failures (
        origin TEXT NOT NULL, collection TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL,
        failed_at TEXT NOT NULL, PRIMARY KEY (origin, collection)
    )
    """,
    # A source that comes back gets the next version, or an old answer would quote the new text at old spans.
    "ALTER TABLE removed ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
    STEP,
    WITH_LANGUAGES,
)


def now() -> str:
    """Return the time in UTC, ISO 8601, fine enough to tell the order of what was done."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Catalogue:
    """Reads and changes the tables of documents; a change takes the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("ingest", _STEPS)

    def identity(self, collection: str, origin: str) -> str:
        """Return the id of a source, be it stored or not.

        It is made of collection and origin once, and kept when either is renamed; so a new source at the old
        place may find its id taken, and gets one with a number.
        """
        if not _can_be_stored(origin):
            return naming.document_id(collection, origin)
        row = (
            self._database.read()
            .execute("SELECT id FROM documents WHERE origin=? AND collection=? LIMIT 1", (origin, collection))
            .fetchone()
        )
        if row:
            return str(row["id"])
        number, place = 0, origin
        while self._is_taken(name := naming.document_id(collection, place)):
            number += 1
            place = f"{origin}\0{number}"
        return name

    def _is_taken(self, name: str) -> bool:
        row = self._database.read().execute("SELECT 1 FROM documents WHERE id=?", (name,)).fetchone()
        return row is not None

    def document(self, document_id: str, version: int | None = None) -> Document | None:
        """Return a version that people may see (the `ready` one if None is asked for), or None."""
        states = "('ready')" if version is None else "('ready', 'superseded')"
        row = (
            self._database.read()
            .execute(
                f"SELECT * FROM documents WHERE id=? AND state IN {states} AND version=coalesce(?, version)",
                (document_id, version),
            )
            .fetchone()
        )
        return _document(row) if row else None

    def removed_at(self, document_id: str) -> str | None:
        """Return when a document was removed, or None if it was not."""
        row = (
            self._database.read()
            .execute("SELECT removed_at FROM removed WHERE id=?", (document_id,))
            .fetchone()
        )
        return row["removed_at"] if row else None

    def state(self, document_id: str, version: int) -> str | None:
        """Return a version's state, or None if the library does not know it."""
        row = (
            self._database.read()
            .execute("SELECT state FROM documents WHERE id=? AND version=?", (document_id, version))
            .fetchone()
        )
        return row["state"] if row else None

    def rows(self, *states: str) -> list[sqlite3.Row]:
        """Return what lists show (`ingest.listed`) of versions in those states, as they were added."""
        marks = ",".join("?" * len(states))
        return (
            self._database.read()
            .execute(f"SELECT * FROM listed WHERE state IN ({marks}) ORDER BY added_at, source", states)
            .fetchall()
        )

    def versions(self, document_id: str) -> list[sqlite3.Row]:
        """Return the same of every version of a document that people may see, the latest first."""
        rows = self._database.read().execute(
            "SELECT * FROM listed WHERE id=? AND state IN ('ready', 'superseded') ORDER BY version DESC",
            (document_id,),
        )
        return rows.fetchall()

    def states(self, *states: str) -> list[sqlite3.Row]:
        """Return id, version, collection, origin, source and content_hash of versions in those states."""
        marks = ",".join("?" * len(states))
        return (
            self._database.read()
            .execute(
                "SELECT id, version, collection, origin, source, content_hash FROM listed"
                f" WHERE state IN ({marks}) ORDER BY id, version",
                states,
            )
            .fetchall()
        )

    def count(self) -> int:
        """Return how many documents are `ready`."""
        row = self._database.read().execute("SELECT count(*) FROM documents WHERE state='ready'").fetchone()
        return int(row[0])

    def latest(self, document_id: str) -> tuple[int, str | None]:
        """Return the highest version ever stored, 0 if none, and the `ready` one's content hash."""
        rows = (
            self._database.read()
            .execute(
                "SELECT version, state, content_hash FROM documents WHERE id=?"
                " UNION ALL SELECT version, 'removed', NULL FROM removed WHERE id=?",
                (document_id, document_id),
            )
            .fetchall()
        )
        ready = [row["content_hash"] for row in rows if row["state"] == "ready"]
        return max((row["version"] for row in rows), default=0), ready[0] if ready else None

    def failures(self) -> list[sqlite3.Row]:
        """Return origin, collection, source, reason and failed_at of what could not be read, latest first."""
        return (
            self._database.read().execute("SELECT * FROM failures ORDER BY failed_at DESC, source").fetchall()
        )

    def has_failed(self, origin: str, collection: str) -> bool:
        """Tell whether a source could not be read when it was last tried."""
        row = self._database.read().execute(
            "SELECT 1 FROM failures WHERE origin=? AND collection=?", (origin, collection)
        )
        return row.fetchone() is not None

    def same_bytes(self, content_hash: str) -> list[str]:
        """Return the ids of the `ready` documents made of these bytes, the one that came first first."""
        rows = self._database.read().execute(
            "SELECT id FROM documents WHERE content_hash=? AND state='ready' ORDER BY added_at, id",
            (content_hash,),
        )
        return [row["id"] for row in rows]

    def under(self, folder: str, collection: str) -> list[sqlite3.Row]:
        """Return id, origin and content_hash of a collection's `ready` documents from below a folder."""
        folder = folder.rstrip("/")
        return (
            self._database.read()
            .execute(
                "SELECT id, origin, content_hash FROM documents WHERE state='ready' AND collection=?"
                " AND origin>=? AND origin<? ORDER BY origin",
                (collection, f"{folder}/", f"{folder}0"),  # "0" comes right after "/"
            )
            .fetchall()
        )

    def hashes(self) -> set[str]:
        """Return the content hash of every stored version, whatever its state."""
        rows = self._database.read().execute("SELECT DISTINCT content_hash FROM documents")
        return {row["content_hash"] for row in rows}


def _can_be_stored(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair: whoever stores it refuses it, with its reason
        return False
    return True


def put_pending(connection: sqlite3.Connection, document: Document) -> None:
    """Store a version that is not in the indexes yet; its origin is no longer a failure."""
    beside = asdict(document.reading)
    del beside["text"]
    connection.execute(
        "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,'pending',?)",
        (
            document.id,
            document.version,
            document.collection,
            document.origin,
            document.source,
            document.title,
            document.content_hash,
            document.reading.published,
            document.text,
            json.dumps(beside),
            now(),
        ),
    )
    put_listed(connection, document.id, document.version)
    connection.execute("DELETE FROM removed WHERE id=?", (document.id,))
    forget_failure(connection, document.origin, document.collection)


def put_ready(connection: sqlite3.Connection, versions: Iterable[tuple[str, int]]) -> None:
    """Make versions visible and supersede what they replace, in the caller's transaction.

    The latest one is `ready` whatever their order, so that no document ever has two.
    """
    for document_id, version in versions:
        for table in ("documents", "listed"):
            connection.execute(
                f"UPDATE {table} SET state='ready' WHERE id=? AND version=?", (document_id, version)
            )
            connection.execute(
                f"UPDATE {table} SET state='superseded' WHERE id=? AND state='ready' AND version<"
                f"(SELECT max(version) FROM {table} WHERE id=? AND state='ready')",
                (document_id, document_id),
            )


def superseded(connection: sqlite3.Connection, document_id: str) -> list[int]:
    """Return the versions of a document that a later one has replaced."""
    rows = connection.execute(
        "SELECT version FROM documents WHERE id=? AND state='superseded'", (document_id,)
    )
    return [row["version"] for row in rows]


def put_removing(connection: sqlite3.Connection, document_ids: Sequence[str]) -> None:
    """Hide every version of the documents from now on."""
    for table in ("documents", "listed"):
        connection.executemany(
            f"UPDATE {table} SET state='removing' WHERE id=?", [(name,) for name in document_ids]
        )


def delete_documents(connection: sqlite3.Connection, document_ids: Sequence[str]) -> None:
    """Delete every version and its words; what stays is the id and the time of removal."""
    for document_id in document_ids:
        connection.execute(
            "INSERT OR REPLACE INTO removed (id, removed_at, version)"
            " SELECT ?, ?, coalesce(max(version), 0) FROM documents WHERE id=?",
            (document_id, now(), document_id),
        )
        connection.execute(
            "DELETE FROM failures WHERE (origin, collection) IN"
            " (SELECT origin, collection FROM documents WHERE id=?)",
            (document_id,),
        )
        connection.execute("DELETE FROM documents WHERE id=?", (document_id,))
        delete_listed(connection, document_id)


def put_failure(
    connection: sqlite3.Connection, origin: str, collection: str, source: str, reason: str
) -> None:
    """Remember that a source could not be read; the latest reason counts."""
    connection.execute(
        "INSERT OR REPLACE INTO failures VALUES (?,?,?,?,?)", (origin, collection, source, reason, now())
    )


def forget_failure(connection: sqlite3.Connection, origin: str, collection: str) -> None:
    """Forget a failure, since the source went in or is gone."""
    connection.execute("DELETE FROM failures WHERE origin=? AND collection=?", (origin, collection))


def _document(row: sqlite3.Row) -> Document:
    return Document(
        id=row["id"],
        version=row["version"],
        collection=row["collection"],
        origin=row["origin"],
        source=row["source"],
        title=row["title"],
        content_hash=row["content_hash"],
        reading=reading_from(row["text"], json.loads(row["reading"])),
    )
