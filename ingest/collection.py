"""The tables of collections and of folders that are kept in step with one.

A collection is there once something was added to it or it was created, and until it is removed. Documents
carry its name; their ids were made of the name that it had when they came, and are kept when it changes.
"""

import sqlite3
import unicodedata
from dataclasses import dataclass

from ingest.catalogue import now
from ingest.database import Database
from ingest.errors import InvalidSetting, NotInLibrary

DEFAULT = "default"
_LONGEST = 100  # characters of a name
_STEPS = (
    """
    CREATE TABLE collections (name TEXT PRIMARY KEY, created_at TEXT NOT NULL);
    INSERT INTO collections SELECT collection, min(added_at) FROM documents GROUP BY collection;
    CREATE TABLE synced (
        folder TEXT NOT NULL, collection TEXT NOT NULL, looked_at TEXT NOT NULL,
        PRIMARY KEY (folder, collection)
    );
    CREATE INDEX documents_origin ON documents (origin, collection)
    """,
)


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection and how many documents are in it, those that are set aside included."""

    name: str
    documents: int
    created_at: str


@dataclass(frozen=True, slots=True)
class SyncedFolder:
    """A folder that a collection mirrors, and when it was last looked at, in ISO 8601, UTC."""

    folder: str
    collection: str
    looked_at: str


class Collections:
    """Reads the tables; the functions below change them. Make the Catalogue and the WaitingRoom first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("collections", _STEPS)

    def all(self) -> list[CollectionInfo]:
        """Return every collection by name, `default` first."""
        rows = self._database.read().execute(
            "SELECT c.name, c.created_at, count(d.id) AS documents FROM"
            " (SELECT name, created_at FROM collections UNION ALL SELECT ?, ''"
            "  WHERE NOT EXISTS (SELECT 1 FROM collections WHERE name=?)) c"
            " LEFT JOIN documents d ON d.collection=c.name AND d.state='ready'"
            " GROUP BY c.name ORDER BY c.name<>?, c.name",
            (DEFAULT, DEFAULT, DEFAULT),
        )
        return [CollectionInfo(row["name"], row["documents"], row["created_at"]) for row in rows]

    def require(self, name: str) -> None:
        """Raise NotInLibrary, naming those that are there, unless the collection is."""
        names = [each.name for each in self.all()]
        if name not in names:
            raise NotInLibrary(f"no collection {name!r} in this library; there are: {', '.join(names)}")

    def folders(self) -> list[SyncedFolder]:
        """Return the folders that are mirrored, the one looked at last first."""
        rows = self._database.read().execute("SELECT * FROM synced ORDER BY looked_at DESC, folder")
        return [SyncedFolder(row["folder"], row["collection"], row["looked_at"]) for row in rows]


def check_name(name: str) -> str:
    """Return a name that can be a collection's; raises InvalidSetting for one that cannot be shown."""
    if not name.strip() or name != name.strip() or len(name) > _LONGEST:
        raise InvalidSetting(
            f"{name[:_LONGEST]!r} is no name for a collection: give it 1 to {_LONGEST} characters, "
            "without blanks at its ends"
        )
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in name):
        raise InvalidSetting(f"{name!r} is no name for a collection: it holds a sign that cannot be seen")
    return name


def put_collection(connection: sqlite3.Connection, name: str) -> bool:
    """Make a collection; returns whether it is new."""
    made = connection.execute("INSERT OR IGNORE INTO collections VALUES (?, ?)", (name, now()))
    return made.rowcount > 0


def rename_collection(connection: sqlite3.Connection, old: str, new: str) -> list[str]:
    """Give a collection another name and return the ids of its documents, whose rows have it at once."""
    connection.execute("UPDATE collections SET name=? WHERE name=?", (new, old))
    for table in ("documents", "listed", "failures", "waiting", "synced"):
        connection.execute(f"UPDATE OR REPLACE {table} SET collection=? WHERE collection=?", (new, old))
    rows = connection.execute("SELECT DISTINCT id FROM documents WHERE collection=?", (new,))
    return [row["id"] for row in rows]


def delete_collection(connection: sqlite3.Connection, name: str) -> None:
    """Forget a collection without documents, with what could not be added to it and its folders."""
    connection.execute("DELETE FROM collections WHERE name=?", (name,))
    for table in ("failures", "waiting"):
        connection.execute(f"DELETE FROM {table} WHERE collection=?", (name,))
    connection.execute("DELETE FROM synced WHERE collection=?", (name,))


def put_synced(connection: sqlite3.Connection, folder: str, collection: str) -> None:
    """Remember that a folder was looked at just now."""
    connection.execute("INSERT OR REPLACE INTO synced VALUES (?,?,?)", (folder, collection, now()))


def delete_synced(connection: sqlite3.Connection, folder: str, collection: str) -> None:
    """Forget that a folder is mirrored."""
    connection.execute("DELETE FROM synced WHERE folder=? AND collection=?", (folder, collection))
