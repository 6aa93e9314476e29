"""Which mentions a person has looked at: the places alone, none of the words."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.catalogue import now
from ingest.database import Database

_STEPS = (
    """
    CREATE TABLE seen_places (
        owner TEXT NOT NULL, document_id TEXT NOT NULL, version INTEGER NOT NULL,
        start INTEGER NOT NULL, end INTEGER NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (owner, document_id, version, start, end)
    ) WITHOUT ROWID
    """,
)
_CHUNK = 500


@dataclass(frozen=True, slots=True, order=True)
class SeenPlace:
    """A half-open span of a document's version."""

    document_id: str
    version: int
    start: int
    end: int


class Seen:
    """The table of places that were ticked; each has its owner, '' where nobody signs in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("seen places", _STEPS)
        with database.write() as connection:
            connection.execute("DELETE FROM seen_places WHERE document_id NOT IN (SELECT id FROM documents)")

    def mark(self, places: Sequence[SeenPlace], seen: bool, owner: str) -> None:
        """Tick places, or take the ticks away."""
        rows = [(owner, each.document_id, each.version, each.start, each.end) for each in places]
        with self._database.write() as connection:
            if seen:
                at = now()
                connection.executemany(
                    "INSERT OR IGNORE INTO seen_places VALUES (?,?,?,?,?,?)", [(*row, at) for row in rows]
                )
            else:
                connection.executemany(
                    "DELETE FROM seen_places"
                    " WHERE owner=? AND document_id=? AND version=? AND start=? AND end=?",
                    rows,
                )

    def among(self, documents: Sequence[str], owner: str) -> list[SeenPlace]:
        """Return the places that are ticked in these documents."""
        found: list[SeenPlace] = []
        for first in range(0, len(documents), _CHUNK):
            chunk = documents[first : first + _CHUNK]
            rows = self._database.read().execute(
                "SELECT document_id, version, start, end FROM seen_places"
                f" WHERE owner=? AND document_id IN ({','.join('?' * len(chunk))})",
                (owner, *chunk),
            )
            found += [SeenPlace(*row) for row in rows]
        return found
