"""Adding and removing, by group: the one place where the pending/ready protocol is kept.

A group is stored as `pending` in one transaction, with text, passages and vectors; then it is written to
both indexes, which may be done twice without harm; then one transaction makes it `ready`, and only then
is it acknowledged. Removal is the same in reverse. What a crash leaves half-done is finished in the
catalogue by `recover`, before the indexes are opened; opening them brings them in step with it.
"""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING

from ingest import catalogue as documents
from ingest.catalogue import Catalogue
from ingest.database import Database, set_fact
from retrieval import passages as stored
from retrieval.hidden import delete_hidden, put_hidden
from retrieval.hit import EncodedPassage
from retrieval.indexes import Indexes
from retrieval.passages import Passages
from retrieval.prepare import Prepared
from retrieval.report import Receipt

if TYPE_CHECKING:
    from retrieval.hit import Matrix


class Writer:
    """Moves documents in and out of the catalogue and both indexes; the caller holds the writing lock."""

    def __init__(
        self, database: Database, catalogue: Catalogue, passages: Passages, indexes: Indexes
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._passages = passages
        self._indexes = indexes

    def publish(self, group: Sequence[Prepared]) -> None:
        """Store a group and make it findable; when this returns, no crash can lose it."""
        if not group:
            return
        generation = self._passages.generation
        with self._database.write() as connection:
            for item in group:
                documents.put_pending(connection, item.document)
                stored.put_passages(connection, generation, item.passages, item.encoded)
                put_hidden(connection, item.document)
        rows = [row for item in group for row in stored.keyword_rows(item.document, item.passages)]
        self._indexes.add(rows, _stack([vectors for item in group for vectors in item.encoded]))
        with self._database.write() as connection:
            old = _make_ready(connection, [(item.document.id, item.document.version) for item in group])
        self._indexes.delete(old)

    def remove(self, document_ids: Sequence[str]) -> list[Receipt]:
        """Remove documents, all versions, from everywhere; each receipt says what a check still found."""
        found = {row["id"]: row["source"] for row in self._catalogue.rows("ready")}
        versions = [row["id"] for row in self._catalogue.rows("ready", "superseded")]
        with self._database.write() as connection:
            documents.put_removing(connection, document_ids)
            stored.raise_version(connection)
            ids = {name: stored.passage_ids(connection, name) for name in document_ids}
        self._erase(ids)
        return [
            Receipt(name, found[name], versions.count(name), len(ids[name]), self._indexes.left(ids[name]))
            for name in document_ids
        ]

    def switch(self, embedder: str, items: Sequence[Prepared]) -> None:
        """Store every document's passages anew as the next generation, then point the library at it."""
        generation = self._passages.generation + 1
        with self._database.write() as connection:
            connection.execute("DELETE FROM passages WHERE generation=?", (generation,))
            for item in items:
                stored.put_passages(connection, generation, item.passages, item.encoded)
        with self._database.write() as connection:
            set_fact(connection, "generation", str(generation))
            set_fact(connection, "embedder", embedder)
            stored.raise_version(connection)
            connection.execute("DELETE FROM passages WHERE generation<?", (generation,))
        self._indexes.rebuild()

    def _erase(self, ids: dict[str, list[str]]) -> None:
        self._indexes.erase([passage for name in ids for passage in ids[name]])
        with self._database.write() as connection:
            _delete(connection, list(ids))
        self._database.forget_log()


def recover(database: Database, catalogue: Catalogue) -> list[str]:
    """Finish, in the catalogue, what a crash left half-done; returns a line for each kind of thing done.

    A `pending` document has all that the indexes need, so it becomes `ready`; a `removing` one goes. Call
    it before the indexes are opened.
    """
    pending = [(row["id"], row["version"]) for row in catalogue.rows("pending")]
    removing = sorted({row["id"] for row in catalogue.rows("removing")})
    lines = []
    with database.write() as connection:
        if pending:
            _make_ready(connection, pending)
            lines.append(f"{len(pending)} documents were being added when Footnote stopped; they are in")
        if removing:
            _delete(connection, removing)
            stored.raise_version(connection)
            lines.append(f"{len(removing)} documents were being removed when Footnote stopped; they are gone")
    if removing:
        database.forget_log()
    return lines


def _make_ready(connection: Connection, versions: Sequence[tuple[str, int]]) -> list[str]:
    """Make versions visible and return the ids of the passages that they supersede, which are deleted."""
    documents.put_ready(connection, versions)
    stored.raise_version(connection)
    old = []
    for name in dict(versions):
        for number in documents.superseded(connection, name):
            old.extend(stored.passage_ids(connection, name, number))
            stored.delete_passages(connection, name, number)
    return old


def _delete(connection: Connection, document_ids: Sequence[str]) -> None:
    for name in document_ids:
        stored.delete_passages(connection, name)
        delete_hidden(connection, name)
    documents.delete_documents(connection, document_ids)


def _stack(encoded: Sequence[EncodedPassage]) -> "Matrix":
    import numpy as np

    if not encoded:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([item.vector for item in encoded])
