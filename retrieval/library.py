"""A library: one home folder with its catalogue, indexes and kept originals, behind a thin front."""

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from sqlite3 import Row

from ingest.catalogue import Catalogue
from ingest.database import Database, set_fact
from ingest.document import Document
from ingest.errors import LibraryMismatch, NotInLibrary, UnreadableSource
from ingest.worker import Worker
from retrieval.adding import Adding
from retrieval.hit import Embedder, Filter, Hit
from retrieval.indexes import Indexes
from retrieval.passages import Passages
from retrieval.prepare import PASSAGE_SETTINGS, prepare
from retrieval.report import AddProgress, AddReport, DocumentInfo, Failure, Receipt
from retrieval.search import HybridSearch
from retrieval.sources import Source
from retrieval.within import below, forget_failures
from retrieval.writer import Writer, recover


class Library:
    """Adds, removes, lists and searches; thread-safe. The process must own the home (`retrieval.owner`)."""

    def __init__(
        self,
        home: Path,
        embedder: Embedder,
        *,
        chroma_url: str | None = None,
        re_embed: bool = False,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Open or make the library, finish what a crash left, and check its indexes.

        `say` gets a line for each thing mended. Raises LibraryMismatch if other embeddings are stored,
        unless `re_embed` asks for new ones.
        """
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.home = home
        self.originals = home / "originals"
        self.originals.mkdir(exist_ok=True, mode=0o700)
        self.database = Database(home / "catalogue.sqlite3")
        self.catalogue = Catalogue(self.database)
        self.passages = Passages(self.database)
        self._embedder = embedder
        self._lock = threading.Lock()
        self._remember_settings(re_embed)
        for line in recover(self.database, self.catalogue):
            say(line)
        self._drop_originals()
        self.indexes = Indexes(home, self.database, self.passages, chroma_url=chroma_url, say=say)
        self._writer = Writer(self.database, self.catalogue, self.passages, self.indexes)
        self._worker = Worker()
        self._adding = Adding(
            self.catalogue, self.database, embedder, self._writer, self._worker, self.originals
        )
        self._search = HybridSearch(self.passages, embedder, self.indexes)
        if re_embed:
            self._re_embed()

    def add(
        self,
        sources: Iterable[Source | UnreadableSource],
        collection: str,
        on_progress: Callable[[AddProgress], None] | None = None,
    ) -> AddReport:
        """Read, embed and store; one bad source never stops the others.

        When this returns, everything in `added` can be found and outlives a crash.
        """
        with self._lock:
            try:
                return self._adding.run(list(sources), collection, on_progress or (lambda step: None))
            finally:
                self._drop_originals()

    def remove(self, document_ids: Sequence[str]) -> list[Receipt]:
        """Remove documents with all versions, and with what stands within them, such as attachments.

        Raises NotInLibrary, and then removes none.
        """
        with self._lock:
            rows = self.catalogue.rows("ready", "superseded")
            known = {row["id"]: row for row in rows}
            wanted = list(dict.fromkeys(document_ids))
            for name in wanted:
                if name not in known:
                    raise NotInLibrary(
                        f"no document {name!r} in this library; `footnote list` shows their ids"
                    )
            with self.database.write() as connection:
                for name in wanted:
                    row = known[name]
                    forget_failures(connection, row["origin"], row["source"], row["collection"])
            receipts = self._writer.remove([*wanted, *below(rows, wanted)])
            self._drop_originals()
            return receipts

    def search(self, question: str, *, limit: int = 10, where: Filter = Filter()) -> list[Hit]:  # noqa: B008
        """Return at most `limit` hits, best first; none for a question without a word."""
        if not question.strip() or limit < 1:
            return []
        question = question.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is no word
        return self._search.search(question, limit, where)

    def documents(self) -> list[DocumentInfo]:
        """Return what can be searched, in the order in which it was added."""
        counts = self.passages.counts()
        return [_info(row, counts.get(row["id"], 0)) for row in self.catalogue.rows("ready")]

    def failures(self) -> list[Failure]:
        """Return what could not be read, latest first."""
        return [Failure(row["source"], row["reason"]) for row in self.catalogue.failures()]

    def document(self, name: str, version: int | None = None) -> Document:
        """Return a document's ready version, or the one asked for; raises NotInLibrary."""
        found = self.catalogue.document(name, version)
        if found is not None:
            return found
        if (day := self.catalogue.removed_at(name)) is not None:
            raise NotInLibrary(f"the document {name} was removed on {day[:10]}; its words are no longer kept")
        raise NotInLibrary(_unknown(name))

    def original(self, name: str, version: int | None = None) -> bytes | None:
        """Return the bytes that a document was read from, or None if it came as text; raises NotInLibrary."""
        path = self.originals / self.document(name, version).content_hash
        return path.read_bytes() if path.is_file() else None

    def doctor(self) -> list[str]:
        """Check everything, mend what can be, and return a line for each check."""
        check = self.database.read().execute("PRAGMA integrity_check").fetchone()[0]
        lines = [f"catalogue: {'sound' if check == 'ok' else check}"]
        wrong = 0
        for row in self.catalogue.rows("ready"):
            text = self.document(row["id"]).text
            for passage in self.passages.of_document(row["id"], row["version"]):
                wrong += text[passage.start : passage.end] != passage.text
        lines.append(f"passages: {wrong} of {self.passages.count()} differ from their document")
        return [*lines, *self.indexes.mend()]

    def close(self) -> None:
        """Finish what is running and let go of every file."""
        with self._lock:
            self._worker.close()
            self.indexes.close()
            self.database.close()

    def _drop_originals(self) -> None:
        """Delete kept bytes that no document has: of what was removed, or could not be read after all."""
        used = self.catalogue.hashes()
        for path in self.originals.iterdir():
            if path.name not in used:
                path.unlink(missing_ok=True)

    def _remember_settings(self, re_embed: bool) -> None:
        old, new = self.database.fact("embedder"), f"{self._embedder.name}, {PASSAGE_SETTINGS}"
        if old is None:
            with self.database.write() as connection:
                set_fact(connection, "embedder", new)
                set_fact(connection, "library", uuid.uuid4().hex)
        elif old != new and not re_embed:
            self.database.close()
            raise LibraryMismatch(
                f"the library {self.home} was embedded with {old!r}, settings say {new!r}; "
                "run `footnote doctor --re-embed`, or set FOOTNOTE_EMBEDDER back"
            )

    def _re_embed(self) -> None:
        """Cut and embed every document anew, for another embedder or other passage settings."""
        rows = self.catalogue.rows("ready")
        items = prepare([self.document(row["id"]) for row in rows], self._embedder)
        self._writer.switch(f"{self._embedder.name}, {PASSAGE_SETTINGS}", items)


def _unknown(name: str) -> str:
    return f"no document {name!r} in this library; `footnote list` shows their ids"


def _info(row: Row, passages: int) -> DocumentInfo:
    beside = json.loads(row["reading"])
    unread = beside["metadata"].get("unread_pages")
    return DocumentInfo(
        id=row["id"],
        version=row["version"],
        collection=row["collection"],
        source=row["source"],
        origin=row["origin"],
        title=row["title"],
        published=row["published"],
        author=beside["metadata"].get("author"),
        media_type=beside["media_type"],
        content_hash=row["content_hash"],
        passages=passages,
        characters=row["characters"],
        pages=len(beside["pages"]),
        added_at=row["added_at"],
        note=f"pages without text, not read: {unread}" if unread else None,
    )
