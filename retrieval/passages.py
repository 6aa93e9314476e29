"""The catalogue's table of passages with their vectors, and the exact scan over them.

Which documents are searched is one view, `searchable`: those that are `ready` and not set aside.

Vectors are kept here (`retrieval.packed`), so that an index can be rebuilt without embedding again.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.database import Database, set_fact
from ingest.document import Document
from ingest.passage import Passage
from retrieval.allowed import condition
from retrieval.hit import Filter, KeywordRow
from retrieval.packed import Packed, Vectors
from retrieval.products import cosines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.hit import Matrix, Vector

_STEPS = (
    """
    CREATE TABLE passages (
        key INTEGER PRIMARY KEY, generation INTEGER NOT NULL, id TEXT NOT NULL,
        document_id TEXT NOT NULL, version INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
        page INTEGER, heading TEXT, text TEXT NOT NULL,
        sentences BLOB NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL,
        UNIQUE (generation, id)
    );
    CREATE INDEX passages_document ON passages (document_id, version, generation)
    """,
    # What was set aside is kept and not searched; of what was touched, both indexes need writing anew.
    """
    CREATE TABLE aside (document_id TEXT PRIMARY KEY);
    CREATE TABLE touched (document_id TEXT PRIMARY KEY);
    CREATE VIEW searchable AS
        SELECT * FROM documents WHERE state='ready' AND id NOT IN (SELECT document_id FROM aside)
    """,
    # A document's own row is long, and SQLite walks over all of its text to get at the state after it.
    """
    DROP VIEW searchable;
    CREATE VIEW searchable AS
        SELECT * FROM listed WHERE state='ready' AND id NOT IN (SELECT document_id FROM aside)
    """,
    "ALTER TABLE passages ADD COLUMN word_vectors BLOB NOT NULL DEFAULT x''",
)
_ABOUT = "coalesce(d.author, '') || ' ' || coalesce(d.publisher, '') AS about, d.language"
# A document's passages are stored one after the other, so those beside one have the keys beside its own.
# Words that are not to be seen on the page (retrieval/hidden.py) lend nothing to what stands beside them.
_BESIDE = (
    "coalesce((SELECT n.text FROM passages n WHERE n.key=p.key{} AND n.document_id=p.document_id"
    " AND n.version=p.version AND n.generation=p.generation AND NOT EXISTS (SELECT 1 FROM hidden h"
    " WHERE h.document_id=n.document_id AND h.version=n.version AND h.start<n.end AND h.end>n.start)), '')"
)
_AROUND = f"{_BESIDE.format('-1')} || char(10) || {_BESIDE.format('+1')} AS around"
_SEARCHABLE = "passages p JOIN searchable d ON d.id=p.document_id AND d.version=p.version"
_CHUNK = 500  # SQLite's limit on bound values is far higher; a page of ids at a time keeps memory flat


@dataclass(frozen=True, slots=True)
class Described:
    """A passage with what its document is called."""

    passage: Passage
    title: str
    source: str
    collection: str
    published: str | None


@dataclass(frozen=True, slots=True)
class _Scan:
    """All visible vectors of one library version; `document` maps each row to an index in `documents`."""

    version: str
    ids: list[str]
    matrix: "Matrix"
    document: "NDArray[np.int64]"
    documents: list[str]


class Passages:
    """Reads the passages of searchable documents in the current generation, and of no others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._scan: _Scan | None = None
        self._count: tuple[str, int] | None = None
        self._versions: tuple[str, dict[str, int]] | None = None
        self._lock = threading.Lock()
        database.create("retrieval", _STEPS)

    @property
    def generation(self) -> int:
        """The index generation that searches use; raised by one when everything was embedded anew."""
        return int(self._database.fact("generation") or 1)

    @property
    def library_version(self) -> str:
        """Changes whenever what can be found changes."""
        return self._database.fact("library_version") or "0"

    def count(self) -> int:
        """Return how many passages can be found."""
        with self._lock:
            version = self.library_version
            if self._count is None or self._count[0] != version:
                self._count = (version, int(self._select("count(*)").fetchone()[0]))
            return self._count[1]

    def vector_bytes(self) -> int:
        """Return how many bytes the vectors of all passages that can be found take."""
        return int(self._select("coalesce(sum(length(p.vector)), 0)").fetchone()[0])

    def ids(self) -> list[str]:
        """Return the ids that the indexes should hold, no others."""
        return [row[0] for row in self._select("p.id")]

    def aside(self) -> set[str]:
        """Return the ids of the documents that are kept and not searched."""
        return {row[0] for row in self._database.read().execute("SELECT document_id FROM aside")}

    def touched(self) -> list[str]:
        """Return the ids of the documents whose entries in the indexes may be out of date."""
        return [row[0] for row in self._database.read().execute("SELECT document_id FROM touched")]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Return vectors of those ids that can be found, in no certain order."""
        # Not joined with `searchable`: looking up each row's document there takes a third of the time.
        columns = "p.document_id, p.version, p.id, p.vector, p.sentence_vectors, p.word_vectors"
        searched, rows = self._searched(), map(tuple, self._rows(columns, "passages p", ids))
        return Vectors.unpacked([row[2:] for row in rows if searched.get(row[0]) == row[1]])

    def describe(self, ids: Sequence[str]) -> dict[str, Described]:
        """Return the passages of those ids that can be found, by id."""
        columns = (
            "p.id, p.document_id, p.version, p.start, p.end, p.page, p.heading, p.text, p.sentences,"
            " d.title, d.source, d.collection, d.published"
        )
        return {
            row["id"]: Described(
                passage_of(row), row["title"], row["source"], row["collection"], row["published"]
            )
            for row in self._rows(columns, _SEARCHABLE, ids)
        }

    def of_document(self, document_id: str, version: int) -> list[Passage]:
        """Return a version's passages in the order of its text, whatever its state."""
        rows = self._database.read().execute(
            "SELECT * FROM passages WHERE document_id=? AND version=? AND generation=? ORDER BY start",
            (document_id, version, self.generation),
        )
        return [passage_of(row) for row in rows]

    def batches(self, document_id: str | None = None) -> Iterator[tuple[list[KeywordRow], "Matrix"]]:
        """Yield every passage that can be found, of one document or of all, for writing it to the indexes.

        Vectors have shape (rows, width).
        """
        import numpy as np

        after, values = ("", ()) if document_id is None else ("AND p.document_id=?", (document_id,))
        cursor = self._select(f"p.*, d.title, d.collection, d.published, {_ABOUT}, {_AROUND}", after, values)
        while rows := cursor.fetchmany(_CHUNK):
            words = [
                KeywordRow(
                    row["id"],
                    row["document_id"],
                    row["collection"],
                    row["published"],
                    row["title"],
                    row["heading"],
                    row["text"],
                    row["about"],
                    row["around"],
                    row["language"],
                )
                for row in rows
            ]
            yield words, np.stack([np.frombuffer(row["vector"], dtype=np.float32) for row in rows])

    def scan(self, vector: "Vector", limit: int, where: Filter) -> list[tuple[str, float]]:
        """Return at most `limit` (id, cosine), best first, exactly, among what the filter allows."""
        import numpy as np

        scan = self._current_scan()
        if not scan.ids:
            return []
        scores = cosines(scan.matrix, vector)
        if where:
            allowed = self.allowed(where)
            keep = np.array([document in allowed for document in scan.documents], dtype=bool)[scan.document]
            scores = np.where(keep, scores, -2.0)
        limit = min(limit, len(scan.ids))
        best = np.argpartition(-scores, limit - 1)[:limit]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(scan.ids[row], float(scores[row])) for row in best if scores[row] > -2.0]

    def allowed(self, where: Filter) -> set[str]:
        """Return the ids of the searchable documents that a filter allows."""
        fits, values = condition(where)
        rows = self._database.read().execute(f"SELECT id FROM searchable WHERE {fits}", values)
        return {row[0] for row in rows}

    def narrowed(self, where: Filter) -> Filter | None:
        """Return a filter of the same documents that the words index understands; None if there are none."""
        if not where.described:
            return where
        allowed = self.allowed(where)
        return Filter(documents=tuple(sorted(allowed)), hidden=where.hidden) if allowed else None

    def in_order(self) -> list[str]:
        """Return the ids of the searchable documents in the order in which they were added."""
        rows = self._database.read().execute("SELECT id FROM searchable ORDER BY added_at, source, id")
        return [row[0] for row in rows]

    def _current_scan(self) -> _Scan:
        import numpy as np

        with self._lock:
            version = self.library_version
            if self._scan is None or self._scan.version != version:
                rows = self._select("p.id, p.document_id, p.vector").fetchall()
                documents = sorted({row["document_id"] for row in rows})
                index = {document: number for number, document in enumerate(documents)}
                self._scan = _Scan(
                    version,
                    [row["id"] for row in rows],
                    np.frombuffer(b"".join(row["vector"] for row in rows), dtype=np.float32).reshape(
                        len(rows), -1 if rows else 0
                    ),
                    np.array([index[row["document_id"]] for row in rows], dtype=np.int64),
                    documents,
                )
            return self._scan

    def _searched(self) -> dict[str, int]:
        """The version of each searchable document."""
        with self._lock:
            library = self.library_version
            if self._versions is None or self._versions[0] != library:
                rows = self._database.read().execute("SELECT id, version FROM searchable")
                self._versions = (library, {row[0]: row[1] for row in rows})
            return self._versions[1]

    def _select(self, columns: str, after: str = "", values: Sequence[str] = ()) -> sqlite3.Cursor:
        return self._database.read().execute(
            f"SELECT {columns} FROM {_SEARCHABLE} WHERE p.generation=? {after}",
            (self.generation, *values),
        )

    def _rows(self, columns: str, tables: str, ids: Sequence[str]) -> Iterator[sqlite3.Row]:
        generation = self.generation
        for first in range(0, len(ids), _CHUNK):
            chunk = ids[first : first + _CHUNK]
            yield from self._database.read().execute(
                f"SELECT {columns} FROM {tables}"
                f" WHERE p.generation=? AND p.id IN ({','.join('?' * len(chunk))})",
                (generation, *chunk),
            )


def put_passages(
    connection: sqlite3.Connection,
    generation: int,
    passages: Sequence[Passage],
    encoded: Sequence[Packed],
) -> None:
    """Store passages with their vectors; the same ids again replace what was there."""
    import numpy as np

    connection.executemany(
        "INSERT OR REPLACE INTO passages (generation, id, document_id, version, start, end, page, heading,"
        " text, sentences, vector, sentence_vectors, word_vectors) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                generation,
                passage.id,
                passage.document_id,
                passage.version,
                passage.start,
                passage.end,
                passage.page,
                passage.heading,
                passage.text,
                np.array(passage.sentences, dtype=np.int64).tobytes(),
                vectors.vector.tobytes(),
                vectors.sentences.tobytes(),
                vectors.words.tobytes(),
            )
            for passage, vectors in zip(passages, encoded, strict=True)
        ],
    )


def delete_passages(connection: sqlite3.Connection, document_id: str, version: int | None = None) -> None:
    """Delete the passages of one version, or of all versions, in every generation."""
    connection.execute(
        "DELETE FROM passages WHERE document_id=? AND version=coalesce(?, version)", (document_id, version)
    )


def passage_ids(connection: sqlite3.Connection, document_id: str, version: int | None = None) -> list[str]:
    """Return the ids of one version's passages, or of all versions', in any generation."""
    rows = connection.execute(
        "SELECT DISTINCT id FROM passages WHERE document_id=? AND version=coalesce(?, version)",
        (document_id, version),
    )
    return [row[0] for row in rows]


def put_aside(connection: sqlite3.Connection, document_ids: Sequence[str], aside: bool) -> None:
    """Set documents aside, or take them back."""
    command = "INSERT OR IGNORE INTO aside VALUES (?)" if aside else "DELETE FROM aside WHERE document_id=?"
    connection.executemany(command, [(name,) for name in document_ids])


def touch(connection: sqlite3.Connection, document_ids: Sequence[str]) -> None:
    """Remember, until `untouch`, that the indexes need what the catalogue says of the documents now."""
    connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", [(name,) for name in document_ids])


def untouch(connection: sqlite3.Connection, document_ids: Sequence[str]) -> None:
    """Forget it: both indexes have it."""
    connection.executemany("DELETE FROM touched WHERE document_id=?", [(name,) for name in document_ids])


def raise_version(connection: sqlite3.Connection) -> None:
    """Say, in the caller's transaction, that what can be found has changed."""
    row = connection.execute("SELECT value FROM facts WHERE name='library_version'").fetchone()
    set_fact(connection, "library_version", str(int(row[0] if row else 0) + 1))


def keyword_rows(document: Document, passages: Sequence[Passage]) -> list[KeywordRow]:
    """Return what the words index needs of a document's passages, given all of them in their order."""
    beside, hidden = document.reading.metadata, document.reading.hidden
    seen = (not any(a < each.end and b > each.start for a, b in hidden) for each in passages)
    texts = ["", *(each.text if shown else "" for each, shown in zip(passages, seen, strict=True)), ""]
    return [
        KeywordRow(
            passage.id,
            document.id,
            document.collection,
            document.reading.published,
            document.title,
            passage.heading,
            passage.text,
            f"{beside.get('author', '')} {beside.get('publisher', '')}",
            f"{before}\n{after}",
            beside.get("language"),
        )
        for passage, before, after in zip(passages, texts, texts[2:], strict=False)
    ]


def passage_of(row: sqlite3.Row) -> Passage:
    """Return the passage that a row holds."""
    import numpy as np

    spans = np.frombuffer(row["sentences"], dtype=np.int64).reshape(-1, 2)
    return Passage(
        document_id=row["document_id"],
        version=row["version"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        page=row["page"],
        heading=row["heading"],
        sentences=tuple((int(start), int(end)) for start, end in spans),
    )
