"""The one SQLite file that is the truth: connections, transactions, and each layer's own tables."""

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # a removed document's words are overwritten, not just unlinked
    "PRAGMA busy_timeout=5000",
)


class Database:
    """Reads on a connection for each thread; writes one at a time, each in a transaction of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.RLock()
        self._held: weakref.WeakSet[_Held] = weakref.WeakSet()
        with self.write() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS layers (name TEXT PRIMARY KEY, version INTEGER)")
            connection.execute("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT)")

    def read(self) -> sqlite3.Connection:
        """Return this thread's connection, for SELECT only."""
        held: _Held | None = getattr(self._local, "held", None)
        if held is None:
            held = self._local.held = _Held(self.path)
            with self._lock:
                self._held.add(held)
        return held.connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside one transaction: all of it is on disk at the end, or none of it."""
        with self._lock:
            connection = self.read()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def create(self, layer: str, steps: Sequence[str]) -> None:
        """Bring a layer's tables up to date: step N is run once in a library's life, in order."""
        row = self.read().execute("SELECT version FROM layers WHERE name=?", (layer,)).fetchone()
        done = row["version"] if row else 0
        if done >= len(steps):
            return
        with self.write() as connection:
            for step in steps[done:]:
                for statement in filter(str.strip, step.split(";")):
                    connection.execute(statement)
            connection.execute("INSERT OR REPLACE INTO layers VALUES (?, ?)", (layer, len(steps)))

    def fact(self, name: str) -> str | None:
        """Return one remembered value, such as the embedder's name; None before it was set."""
        row = self.read().execute("SELECT value FROM facts WHERE name=?", (name,)).fetchone()
        return row["value"] if row else None

    def forget_log(self) -> None:
        """Fold the write-ahead log into the file and empty it, so that removed words are not left there."""
        with self._lock:
            self.read().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every thread's connection; the last one folds the log in."""
        with self._lock:
            for held in list(self._held):
                held.connection.close()
            self._held.clear()
            self._local = threading.local()


class _Held:
    """One thread's connection; closed when the thread ends, or threads that come and go use up files."""

    connection: sqlite3.Connection

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        # SQLite's own length() stops at U+0000.
        self.connection.create_function("characters", 1, len, deterministic=True)
        for pragma in _PRAGMAS:
            self.connection.execute(pragma)

    def __del__(self) -> None:
        if hasattr(self, "connection"):  # not when it could not be opened
            self.connection.close()


def set_fact(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Remember one value within the caller's transaction."""
    connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
