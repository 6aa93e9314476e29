"""The catalogue's tables of documents that wait for OCR, and of the pages that were read so far.

A page once read is kept until its whole document is in, so that reading goes on where it was stopped.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ingest.database import Database
from ingest.readers.ocr import SeenLine, from_plain, to_plain

_STEPS = (
    """
    CREATE TABLE waiting (
        document_id TEXT PRIMARY KEY, origin TEXT NOT NULL, collection TEXT NOT NULL, source TEXT NOT NULL,
        content_hash TEXT NOT NULL, name TEXT NOT NULL, metadata TEXT NOT NULL
    );
    CREATE TABLE seen (
        content_hash TEXT NOT NULL, page INTEGER NOT NULL, lines TEXT NOT NULL,
        PRIMARY KEY (content_hash, page)
    ) WITHOUT ROWID
    """,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document whose words, or whose further pages, are yet to be read from their pictures."""

    document_id: str
    origin: str
    collection: str
    source: str
    content_hash: str
    name: str
    metadata: tuple[tuple[str, str], ...] = ()


class WaitingRoom:
    """Reads and changes both tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("ocr", _STEPS)

    def all(self) -> list[Waiting]:
        """Return what waits, in the order in which it came."""
        return [
            _waiting(row) for row in self._database.read().execute("SELECT * FROM waiting ORDER BY rowid")
        ]

    def sources_not_in(self) -> list[str]:
        """Return the sources of what waits and has no words in the library yet, in the same order."""
        rows = self._database.read().execute(
            "SELECT source FROM waiting WHERE NOT EXISTS"
            " (SELECT 1 FROM listed WHERE id=document_id AND state='ready') ORDER BY waiting.rowid"
        )
        return [row["source"] for row in rows]

    def find(self, document_id: str) -> Waiting | None:
        """Return what is known of a waiting document, or None."""
        rows = self._database.read().execute("SELECT * FROM waiting WHERE document_id=?", (document_id,))
        row = rows.fetchone()
        return _waiting(row) if row else None

    def hashes(self) -> set[str]:
        """Return the content hashes of what waits: their kept bytes are needed."""
        return {row[0] for row in self._database.read().execute("SELECT content_hash FROM waiting")}

    def seen(self, content_hash: str) -> dict[int, list[SeenLine]]:
        """Return the lines of each page that was read so far."""
        rows = self._database.read().execute("SELECT * FROM seen WHERE content_hash=?", (content_hash,))
        return {row["page"]: from_plain(json.loads(row["lines"])) for row in rows}

    def put(self, waiting: Waiting) -> None:
        """Let a document wait; a later state of it takes the earlier one's place."""
        fields = asdict(waiting)
        fields["metadata"] = json.dumps(waiting.metadata)
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO waiting VALUES (:document_id, :origin, :collection, :source,"
                " :content_hash, :name, :metadata)",
                fields,
            )

    def put_seen(self, content_hash: str, page: int, lines: Sequence[SeenLine]) -> None:
        """Keep what was read on one page."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO seen VALUES (?,?,?)",
                (content_hash, page, json.dumps(to_plain(lines))),
            )

    def forget(self, document_ids: Sequence[str]) -> None:
        """Let documents wait no longer, and drop the pages that no other one waits for."""
        with self._database.write() as connection:
            forget_waiting(connection, document_ids)


def forget_waiting(connection: sqlite3.Connection, document_ids: Sequence[str]) -> None:
    """The same, in the caller's transaction."""
    connection.executemany("DELETE FROM waiting WHERE document_id=?", [(name,) for name in document_ids])
    connection.execute("DELETE FROM seen WHERE content_hash NOT IN (SELECT content_hash FROM waiting)")


def _waiting(row: sqlite3.Row) -> Waiting:
    fields = dict(row)
    fields["metadata"] = tuple((key, value) for key, value in json.loads(fields["metadata"]))
    return Waiting(**fields)
