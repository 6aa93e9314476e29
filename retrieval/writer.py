"""Adding and removing, by group: the one place where the pending/ready protocol is kept.

A group is stored as `pending` in one transaction, with text, passages and vectors; then it is written to
both indexes, which may be done twice without harm; then one transaction makes it `ready`, and only then
is it acknowledged. Removal is the same in reverse. What a crash leaves half-done is finished in the
catalogue by `recover`, before the indexes are opened; opening them brings them in step with it. What changes
beside the text (a title, a collection's name, what is set aside) is one transaction, which also notes the
documents as touched until both indexes have the change.
"""

from collections.abc import Callable, Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING

from ingest import catalogue as documents
from ingest.catalogue import Catalogue
from ingest.collection import put_collection
from ingest.database import Database, set_fact
from ingest.edits import delete_edits, renew_edits
from ingest.observe import step
from retrieval import passages as stored
from retrieval.hidden import delete_hidden, put_hidden
from retrieval.indexes import Indexes
from retrieval.origins import delete_signature, put_signature
from retrieval.packed import Packed
from retrieval.passages import Passages
from retrieval.prepare import Prepared

if TYPE_CHECKING:
    from retrieval.hit import Matrix


class Writer:
    """Moves documents in and out of the catalogue and both indexes; the caller holds the writing lock."""

    def __init__(self, database: Database, passages: Passages, indexes: Indexes) -> None:
        self._database = database
        self._passages = passages
        self._indexes = indexes

    def publish(self, group: Sequence[Prepared]) -> None:
        """Store a group and make it findable; when this returns, no crash can lose it."""
        if group:
            with step("write"):
                self._publish(group)

    def _publish(self, group: Sequence[Prepared]) -> None:
        generation, aside = self._passages.generation, self._passages.aside()
        with self._database.write() as connection:
            for item in group:
                put_collection(connection, item.document.collection)
                renew_edits(connection, item.document.id, item.said)
                documents.put_pending(connection, item.document)
                stored.put_passages(connection, generation, item.passages, item.encoded)
                put_signature(connection, item.document, item.signature)
                put_hidden(connection, item.document)
        shown = [item for item in group if item.document.id not in aside]
        rows = [row for item in shown for row in stored.keyword_rows(item.document, item.passages)]
        self._indexes.add(rows, _stack([vectors for item in shown for vectors in item.encoded]))
        with self._database.write() as connection:
            old = _make_ready(connection, [(item.document.id, item.document.version) for item in group])
        self._indexes.delete(old)

    def remove(self, document_ids: Sequence[str]) -> dict[str, list[str]]:
        """Remove documents, all versions, from everywhere; returns the ids of their passages."""
        self._indexes.settle()  # or the check at opening would take what goes now for something to mend
        with self._database.write() as connection:
            documents.put_removing(connection, document_ids)
            stored.raise_version(connection)
            ids = {name: stored.passage_ids(connection, name) for name in document_ids}
        self._indexes.erase([passage for name in ids for passage in ids[name]])
        with self._database.write() as connection:
            _delete(connection, document_ids)
        self._database.forget_log()
        return ids

    def change(self, change: Callable[[Connection], Sequence[str]]) -> list[str]:
        """Change what stands beside documents' texts in one transaction, then bring the indexes in step.

        `change` returns the ids of the documents whose entries in the indexes are to be written anew.
        """
        with self._database.write() as connection:
            touched = list(change(connection))
            stored.touch(connection, touched)
            stored.raise_version(connection)
        self.settle()
        return touched

    def settle(self) -> None:
        """Write to both indexes what was touched."""
        touched = self._passages.touched()
        if touched:
            self._indexes.rewrite(touched)
            with self._database.write() as connection:
                stored.untouch(connection, touched)

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


def recover(database: Database, catalogue: Catalogue) -> list[str]:
    """Finish, in the catalogue, what a crash left half-done; returns a line for each kind of thing done.

    A `pending` document has all that the indexes need, so it becomes `ready`; a `removing` one goes. Call
    it before the indexes are opened.
    """
    pending = [(row["id"], row["version"]) for row in catalogue.states("pending")]
    removing = sorted({row["id"] for row in catalogue.states("removing")})
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
        delete_signature(connection, name)
        delete_hidden(connection, name)
        delete_edits(connection, name)
    stored.put_aside(connection, document_ids, False)
    stored.untouch(connection, document_ids)
    documents.delete_documents(connection, document_ids)


def _stack(encoded: Sequence[Packed]) -> "Matrix":
    import numpy as np

    if not encoded:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([item.vector for item in encoded])
