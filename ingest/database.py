"""The one SQLite file that is the truth: connections, transactions, and each layer's own tables."""

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import LibraryMismatch
from ingest.listed import folded

_COPIES = 2  # of the file as it was before a migration; older ones are deleted
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
            # A new file has nothing to lose, and one copy serves all the layers that this opening changes.
            self._copied = connection.execute("SELECT 1 FROM layers").fetchone() is None

    @property
    def copies(self) -> Path:
        """The folder of copies of the file as it was before migrations; they hold all its words."""
        return self.path.parent / "backups"

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
        """Bring a layer's tables up to date: step N is run once in a library's life, in order.

        The file is copied to `copies` first. Raises LibraryMismatch when a newer version of Footnote, which
        knows more steps, has had this library.
        """
        row = self.read().execute("SELECT version FROM layers WHERE name=?", (layer,)).fetchone()
        done = row["version"] if row else 0
        if done > len(steps):
            raise LibraryMismatch(
                f"the library {self.path.parent} was last used by a newer version of Footnote (its {layer} "
                f"tables are at {done}, this version knows {len(steps)}); update Footnote, or open another"
            )
        if done == len(steps):
            return
        if not self._copied:
            self._copy()
            self._copied = True
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

    def compact(self) -> None:
        """Write the file anew, without what was deleted, and empty the log."""
        with self._lock:
            self.read().execute("VACUUM")
        self.forget_log()

    def snapshot(self, path: Path) -> None:
        """Write the file as it is at one moment to `path`, which must not exist, while it is in use."""
        with closing(sqlite3.connect(path, isolation_level=None)) as copy:
            self.read().backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it

    def _copy(self) -> None:
        self.copies.mkdir(exist_ok=True, mode=0o700)
        for stale in self.copies.glob("*.part*"):
            stale.unlink()
        path = self.copies / f"before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite3"
        partial = path.with_suffix(".part")
        self.snapshot(partial)
        partial.replace(path)
        for old in sorted(self.copies.glob("before-*.sqlite3"))[:-_COPIES]:
            old.unlink()

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
        self.connection.create_function("folded", 1, folded, deterministic=True)
        for pragma in _PRAGMAS:
            self.connection.execute(pragma)

    def __del__(self) -> None:
        if hasattr(self, "connection"):  # not when it could not be opened
            self.connection.close()


def set_fact(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Remember one value within the caller's transaction."""
    connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
