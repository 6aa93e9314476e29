"""Which passages hold words that are in a file and not to be seen on its page; searches leave them out."""

from collections.abc import Sequence
from sqlite3 import Connection

from ingest.database import Database
from ingest.document import Document
from ingest.passage import parts_of

_STEPS = (
    """
    CREATE TABLE hidden (
        document_id TEXT NOT NULL, version INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
        PRIMARY KEY (document_id, version, start)
    ) WITHOUT ROWID
    """,
)


class Hidden:
    """Reads the table of hidden spans."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("hidden", _STEPS)

    def among(self, passage_ids: Sequence[str]) -> set[str]:
        """Return those of the passages' ids (`document:version:start-end`) that hold hidden words."""
        connection = self._database.read()
        if connection.execute("SELECT 1 FROM hidden LIMIT 1").fetchone() is None:
            return set()
        found = set()
        for name in passage_ids:
            document, version, start, end = parts_of(name)
            row = connection.execute(
                "SELECT 1 FROM hidden WHERE document_id=? AND version=? AND start<? AND end>? LIMIT 1",
                (document, version, end, start),
            )
            if row.fetchone() is not None:
                found.add(name)
        return found


def put_hidden(connection: Connection, document: Document) -> None:
    """Store a version's hidden spans, in the transaction that stores its text."""
    connection.executemany(
        "INSERT OR REPLACE INTO hidden VALUES (?,?,?,?)",
        [(document.id, document.version, start, end) for start, end in document.reading.hidden],
    )


def delete_hidden(connection: Connection, document_id: str) -> None:
    """Forget a document's hidden spans, all versions."""
    connection.execute("DELETE FROM hidden WHERE document_id=?", (document_id,))
