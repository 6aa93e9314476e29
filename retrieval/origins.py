"""Which documents are one text: a wire story in two papers, a report as a draft and as printed.

Two papers that print one wire story are one source, not two. Each document's text is reduced to a MinHash
signature over runs of three words; documents that share a band of it are candidates, and count as one
origin when the shorter text stands, by the signatures' estimate, mostly in the longer one.
"""

import re
import sqlite3
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.database import Database
from ingest.document import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_STEPS = (
    """
    CREATE TABLE signatures (document_id TEXT PRIMARY KEY, runs INTEGER NOT NULL, signature BLOB NOT NULL);
    CREATE TABLE bands (
        band INTEGER NOT NULL, value INTEGER NOT NULL, document_id TEXT NOT NULL,
        PRIMARY KEY (band, value, document_id)
    ) WITHOUT ROWID;
    CREATE INDEX bands_document ON bands (document_id);
    CREATE TABLE alike (
        document_id TEXT NOT NULL, other_id TEXT NOT NULL, share REAL NOT NULL,
        PRIMARY KEY (document_id, other_id)
    ) WITHOUT ROWID;
    CREATE INDEX alike_other ON alike (other_id)
    """,
)
_RUN = 3  # words; with longer runs, few changed words would change most of them
_BANDS, _ROWS = 42, 3  # two texts that share a third of their runs become candidates 4 times out of 5
_SHARE = 0.7  # of the shorter text's runs that are in the longer one: cut to half, and lightly edited
_ALIKE = 0.3  # of all their runs; below that the estimate is too rough
_FEWEST = 20  # runs; less says nothing, unless the bytes are the same
_WORDS = 100_000  # at a text's beginning that are looked at
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")
_SEED = 20261125


@dataclass(frozen=True, slots=True)
class Signature:
    """A text's MinHash signature, uint32 of shape (126,), over so many different runs of words."""

    runs: int
    values: "NDArray[np.uint32]"


class Origins:
    """Reads which documents are of one origin; knows `ready` ones only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: tuple[str, dict[str, str]] | None = None
        database.create("origins", _STEPS)

    def groups(self) -> Mapping[str, str]:
        """Return, for each document that is not alone, the id that stands for its origin.

        That is the id of the document of the group that came first. Documents that are of no group are
        not in the mapping.
        """
        with self._lock:
            version = self._database.fact("library_version") or "0"
            if self._known is None or self._known[0] != version:
                self._known = (version, self._read())
            return self._known[1]

    def _read(self) -> dict[str, str]:
        connection = self._database.read()
        ready = connection.execute(
            "SELECT id, content_hash FROM listed WHERE state='ready' ORDER BY added_at, id"
        ).fetchall()
        order = {row["id"]: number for number, row in enumerate(ready)}
        first: dict[str, str] = {}
        pairs = [(first.setdefault(row["content_hash"], row["id"]), row["id"]) for row in ready]
        pairs += [
            (row[0], row[1])
            for row in connection.execute("SELECT document_id, other_id FROM alike")
            if row[0] in order and row[1] in order
        ]
        leader = {name: name for name in order}

        def top(name: str) -> str:
            while leader[name] != name:
                leader[name] = name = leader[leader[name]]
            return name

        for one, other in pairs:
            low, high = sorted((top(one), top(other)), key=lambda name: order[name])
            leader[high] = low
        together: dict[str, list[str]] = {}
        for name in order:
            together.setdefault(top(name), []).append(name)
        return {name: key for key, names in together.items() if len(names) > 1 for name in names}


def signature(text: str) -> Signature | None:
    """Return a text's signature, or None for one too short to tell."""
    import numpy as np

    words = [found[0] for found, _ in zip(_WORD.finditer(text.lower()), range(_WORDS), strict=False)]
    if len(words) < _FEWEST + _RUN - 1:
        return None
    codes = {word: zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in set(words)}
    each = np.array([codes[word] for word in words], dtype=np.uint64)
    runs = np.zeros(len(words) - _RUN + 1, dtype=np.uint64)
    for place in range(_RUN):
        runs = _mixed(runs ^ each[place : len(words) - _RUN + 1 + place])
    runs = np.unique(runs)
    if len(runs) < _FEWEST:
        return None
    generator = np.random.default_rng(_SEED)
    odd, plus = (generator.integers(1, 1 << 63, _BANDS * _ROWS, dtype=np.uint64) for _ in range(2))
    odd |= np.uint64(1)
    least = np.full(_BANDS * _ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for first in range(0, len(runs), 4096):
        part = runs[first : first + 4096, None]
        least = np.minimum(least, (part * odd + plus).min(axis=0))
    return Signature(len(runs), (least >> np.uint64(32)).astype(np.uint32))


def put_signature(connection: sqlite3.Connection, document: Document, found: Signature | None) -> None:
    """Store what a document is like, in place of what its last version was like."""
    delete_signature(connection, document.id)
    if found is None:
        return
    bands = _bands(found)
    names = {
        row[0]
        for band, value in enumerate(bands)
        for row in connection.execute("SELECT document_id FROM bands WHERE band=? AND value=?", (band, value))
    }
    connection.executemany(
        "INSERT OR IGNORE INTO bands VALUES (?,?,?)",
        [(band, value, document.id) for band, value in enumerate(bands)],
    )
    connection.execute(
        "INSERT INTO signatures VALUES (?,?,?)", (document.id, found.runs, found.values.tobytes())
    )
    for name in sorted(names):
        share = _share(found, _stored(connection, name))
        if share is not None:
            connection.execute("INSERT OR REPLACE INTO alike VALUES (?,?,?)", (document.id, name, share))


def delete_signature(connection: sqlite3.Connection, document_id: str) -> None:
    """Forget what a document is like, and like which."""
    connection.execute("DELETE FROM signatures WHERE document_id=?", (document_id,))
    connection.execute("DELETE FROM bands WHERE document_id=?", (document_id,))
    connection.execute("DELETE FROM alike WHERE document_id=? OR other_id=?", (document_id, document_id))


def count_records(connection: sqlite3.Connection, document_id: str) -> int:
    """Return how many records there are of what a document is like."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM signatures WHERE document_id=:name)"
        " + (SELECT count(*) FROM alike WHERE :name IN (document_id, other_id))",
        {"name": document_id},
    )
    return int(row.fetchone()[0])


def _stored(connection: sqlite3.Connection, document_id: str) -> Signature:
    import numpy as np

    row = connection.execute(
        "SELECT runs, signature FROM signatures WHERE document_id=?", (document_id,)
    ).fetchone()
    return Signature(row["runs"], np.frombuffer(row["signature"], dtype=np.uint32))


def _share(one: Signature, other: Signature) -> float | None:
    """How much of the shorter text is in the longer, if that makes them one; None if not."""
    alike = float((one.values == other.values).mean())
    if alike < _ALIKE:
        return None
    shared = alike * (one.runs + other.runs) / (1 + alike)
    share = min(1.0, shared / min(one.runs, other.runs))
    return share if share >= _SHARE else None


def _bands(found: Signature) -> list[int]:
    return [zlib.crc32(row.tobytes()) for row in found.values.reshape(_BANDS, _ROWS)]


def _mixed(values: "NDArray[np.uint64]") -> "NDArray[np.uint64]":
    """Spread every bit over all of them (the finishing steps of splitmix64)."""
    import numpy as np

    values = (values + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
