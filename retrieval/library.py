"""A library: one home folder with its catalogue, indexes and kept originals, behind a thin front."""

import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.catalogue import Catalogue, forget_failure
from ingest.collection import Collections, check_name
from ingest.database import Database, set_fact
from ingest.document import Document
from ingest.edits import FIELDS, Edits
from ingest.errors import FootnoteError, LibraryMismatch, NotInLibrary, StoreFailed, UnreadableSource
from ingest.observe import step
from ingest.waiting import WaitingRoom, forget_waiting
from ingest.worker import Worker
from retrieval import removing
from retrieval.adding import Adding
from retrieval.hidden import Hidden
from retrieval.hit import Embedder, Filter, Hit, Reranker
from retrieval.indexes import Indexes
from retrieval.languages import Languages
from retrieval.listing import Listing, info, remedy
from retrieval.mentions import Mentions
from retrieval.origins import Origins
from retrieval.passages import Passages
from retrieval.prepare import PASSAGE_SETTINGS, cut, encode, prepare
from retrieval.recognising import STATE, Recognising
from retrieval.report import (
    AddProgress,
    AddReport,
    DocumentInfo,
    DocumentPage,
    FailedSource,
    Failure,
    Receipt,
    VersionInfo,
)
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
        ocr: bool = True,
        reranker: Reranker | None = None,
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
        self.embedder = embedder
        self._lock = threading.Lock()
        self._unsettled = False
        self.database = Database(home / "catalogue.sqlite3")
        try:
            self.catalogue = Catalogue(self.database)
            self.room = WaitingRoom(self.database)
            self.collections = Collections(self.database)
            self.edits = Edits(self.database)
            self.passages = Passages(self.database)
            self.origins = Origins(self.database)
            self.listing = Listing(self.database, embedder.languages)
            self.languages = Languages(self.database, embedder.languages)
            hidden = Hidden(self.database)
            self.mentions = Mentions(self.database, self.passages)
            self._remember_settings(re_embed)
            for line in recover(self.database, self.catalogue):
                say(line)
            self.drop_originals()
            self.indexes = Indexes(home, self.database, self.passages, chroma_url=chroma_url, say=say)
        except BaseException:
            self.database.close()
            raise
        self.writer = Writer(self.database, self.passages, self.indexes)
        self.writer.settle()
        self._worker = Worker()
        self._adding = Adding(
            self.catalogue,
            self.edits,
            self.database,
            embedder,
            self.writer,
            self._worker,
            self.originals,
            self.room if ocr else None,
        )
        self._ocr = ocr
        self._ocr_worker = Worker(seconds=300.0, memory_bytes=2 << 30)
        self._recognising = Recognising(
            self.room,
            self.catalogue,
            self.database,
            self._ocr_worker,
            self.originals,
            self._publish_one,
            self.writing,
            threading.Lock(),
        )
        self._closing = threading.Event()
        self._search = HybridSearch(self.passages, self.origins, hidden, embedder, self.indexes, reranker)
        if re_embed:
            self._re_embed()

    def add(
        self,
        sources: Iterable[Source | UnreadableSource],
        collection: str,
        on_progress: Callable[[AddProgress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> AddReport:
        """Read, embed and store; one bad source never stops the others.

        When this returns, everything in `added` can be found and outlives a crash. Once `cancel` is set it
        returns soon, and the report says that the rest was left out. Raises StoreFailed when the library's
        own files cannot be written; what had gone in before is in.
        """
        check_name(collection)
        cancel = cancel or threading.Event()
        with self.writing(), step("ingest") as under_way:
            try:
                report = self._adding.run(
                    list(sources), collection, on_progress or (lambda step: None), cancel
                )
                under_way.note(
                    added=len(report.added), unchanged=len(report.unchanged), failed=len(report.failed)
                )
            finally:
                self.drop_originals()
        if self.room.all() and not cancel.is_set():
            later = self.recognise(on_progress, cancel)
            waiting = {each.source for each in self.room.all()}
            report = replace(
                report,
                added=tuple(dict.fromkeys((*report.added, *later.added))),
                failed=(*report.failed, *later.failed),
                waiting=tuple(source for source in report.waiting if source in waiting),
                cancelled=cancel.is_set(),
            )
        return self.languages.told(report)

    def recognise(
        self,
        on_progress: Callable[[AddProgress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> AddReport:
        """Read by OCR what waits for it, also what an earlier process left; adding goes on meanwhile."""
        if not self._ocr:
            return AddReport((), (), ())

        def stop() -> bool:
            return self._closing.is_set() or (cancel is not None and cancel.is_set())

        try:
            return self._recognising.run(on_progress or (lambda step: None), stop)
        finally:
            self._ocr_worker.close()
            with self._lock:
                if not self._closing.is_set():
                    self.drop_originals()

    def _publish_one(self, document: Document) -> None:
        self.writer.publish(encode([cut(document, self.embedder, self.edits.of(document.id))], self.embedder))

    def remove(self, document_ids: Sequence[str], *, purge: bool = False) -> list[Receipt]:
        """Remove documents with all versions, and with what stands within them, such as attachments.

        Raises NotInLibrary, and then removes none.

        `purge` also writes the catalogue's file and both indexes anew, so that no bytes of theirs linger.
        """
        with self.writing():
            rows = self.catalogue.states("ready", "superseded")
            known = {row["id"]: row for row in rows}
            only_waiting = {each.document_id: each for each in self.room.all()}
            wanted = list(dict.fromkeys(document_ids))
            for name in wanted:
                if name not in known and name not in only_waiting:
                    raise NotInLibrary(_unknown(name))
            gone = [only_waiting[name] for name in wanted if name not in known]
            wanted = [name for name in wanted if name in known]
            with self.database.write() as connection:
                forget_waiting(connection, [*wanted, *(each.document_id for each in gone)])
                for name in wanted:
                    row = known[name]
                    forget_failures(connection, row["origin"], row["source"], row["collection"])
            receipts = removing.remove(self, [*wanted, *below(rows, wanted)], purge=purge)
            self.drop_originals()
            return receipts + [Receipt(each.document_id, each.source, 0, 0, 0) for each in gone]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the library for one change; what a failed one left half-done is finished by the next.

        Raises StoreFailed, with what to do, for whatever the disk or an index refuses.
        """
        with self._lock:
            try:
                if self._unsettled:
                    self._settle()
                self._unsettled = True
                yield
                self._unsettled = False
            except (OSError, sqlite3.Error, StoreFailed) as error:
                why = getattr(error, "strerror", None) or str(error)
                raise StoreFailed(
                    f"the library {self.home} could not be written: {why}; free some space, or mend what "
                    "hinders it, and do the same again: what was told to be in is in"
                ) from error
            except FootnoteError:
                self._unsettled = False
                raise

    def _settle(self) -> None:
        recover(self.database, self.catalogue)
        try:
            self.indexes.mend()
        except Exception:  # index libraries raise anything; what cannot be mended is built anew
            self.indexes.distrust()
        self.writer.settle()

    def search(self, question: str, *, limit: int = 10, where: Filter = Filter()) -> list[Hit]:  # noqa: B008
        """Return at most `limit` hits, best first; none for a question without a word."""
        if not question.strip() or limit < 1:
            return []
        with step("retrieve") as under_way:
            hits = self._search.search(question, limit, where)
            under_way.note(passages=len(hits))
        return hits

    def documents(self, collections: Sequence[str] = ()) -> list[DocumentInfo]:
        """Return what is kept, of these collections or of all, in the order in which it was added."""
        counts = self.listing.passages(self.passages.generation)
        aside, edited = self.passages.aside(), self.edits.fields()
        waiting = {each.document_id for each in self.room.all()} if self._ocr else set()
        return [
            info(
                row,
                counts.get(row["id"], 0),
                enabled=row["id"] not in aside,
                waiting=row["id"] in waiting,
                edited=edited.get(row["id"], ()),
                spoken=self.embedder.languages,
            )
            for row in self.catalogue.rows("ready")
            if not collections or row["collection"] in collections
        ]

    def document_info(self, name: str) -> DocumentInfo:
        """Return one line of that list; raises NotInLibrary."""
        row = next((each for each in self.catalogue.versions(name) if each["state"] == "ready"), None)
        if row is None:
            raise self._not_there(name)
        return info(
            row,
            self.listing.passages_of(name, row["version"], self.passages.generation),
            enabled=name not in self.passages.aside(),
            waiting=self._ocr and self.room.find(name) is not None,
            edited=tuple(sorted(self.edits.of(name), key=FIELDS.index)),
            spoken=self.embedder.languages,
        )

    def list_documents(self, **wanted: Any) -> DocumentPage:
        """Return a page of the table of everything; takes what `retrieval.listing.Listing.page` does."""
        return self.listing.page(generation=self.passages.generation, ocr=self._ocr, **wanted)

    def versions(self, name: str) -> list[VersionInfo]:
        """Return a document's versions that can be opened, the latest first; raises NotInLibrary."""
        rows = self.catalogue.versions(name)
        if not any(row["state"] == "ready" for row in rows):
            raise self._not_there(name)
        return [
            VersionInfo(
                row["version"],
                row["state"] == "ready",
                row["content_hash"],
                row["characters"],
                row["pages"],
                row["added_at"],
            )
            for row in rows
        ]

    def waiting(self) -> list[Failure]:
        """Return what is to be read by OCR, and is not in yet, in the order in which it was added."""
        return [Failure(source, STATE) for source in self.room.sources_not_in()]

    def failures(self) -> list[Failure]:
        """Return what could not be read, latest first."""
        return [Failure(row["source"], row["reason"]) for row in self.catalogue.failures()]

    def failed(self, collections: Sequence[str] = ()) -> list[FailedSource]:
        """Return the same with what can be done about it and what can be tried again."""
        return [
            FailedSource(
                row["source"], *remedy(row["reason"]), row["collection"], row["origin"], row["failed_at"]
            )
            for row in self.catalogue.failures()
            if not collections or row["collection"] in collections
        ]

    def forget_failure(self, origin: str, collection: str) -> None:
        """List a source no more among what could not be read; raises NotInLibrary if it is not there."""
        if not self.catalogue.has_failed(origin, collection):
            raise NotInLibrary(f"{origin!r} is not among what could not be read; `list --failed` shows it")
        with self.writing(), self.database.write() as connection:
            forget_failure(connection, origin, collection)

    def document(self, name: str, version: int | None = None) -> Document:
        """Return a document's ready version, or the one asked for; raises NotInLibrary."""
        found = self.catalogue.document(name, version)
        if found is None:
            raise self._not_there(name)
        return found

    def _not_there(self, name: str) -> NotInLibrary:
        if (day := self.catalogue.removed_at(name)) is not None:
            return NotInLibrary(
                f"the document {name} was removed on {day[:10]}; its words are no longer kept"
            )
        return NotInLibrary(_unknown(name))

    def original(self, name: str, version: int | None = None) -> bytes | None:
        """Return the bytes that a document was read from, or None if it came as text; raises NotInLibrary."""
        path = self.originals / self.document(name, version).content_hash
        return path.read_bytes() if path.is_file() else None

    def doctor(self) -> list[str]:
        """Check everything, mend what can be, and return a line for each check."""
        check = self.database.read().execute("PRAGMA integrity_check").fetchone()[0]
        lines = [f"catalogue: {'sound' if check == 'ok' else check}"]
        wrong = 0
        for row in self.catalogue.states("ready"):
            text = self.document(row["id"]).text
            for passage in self.passages.of_document(row["id"], row["version"]):
                wrong += text[passage.start : passage.end] != passage.text
        lines.append(f"passages: {wrong} of {self.passages.count()} differ from their document")
        return [*lines, *self.indexes.mend()]

    def close(self) -> None:
        """Finish what is running and let go of every file; OCR goes on when the library is next used."""
        self._closing.set()
        self._ocr_worker.end()
        with self._lock:
            self._ocr_worker.close()
            self._adding.close()
            self._worker.close()
            self.indexes.close()
            self.database.close()

    def drop_originals(self) -> None:
        """Delete kept bytes that no document has: of what was removed, or could not be read after all."""
        used = self.catalogue.hashes() | self.room.hashes()
        for path in self.originals.iterdir():
            if path.name not in used:
                path.unlink(missing_ok=True)

    def _remember_settings(self, re_embed: bool) -> None:
        old, new = self.database.fact("embedder"), f"{self.embedder.name}, {PASSAGE_SETTINGS}"
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
        rows = self.catalogue.states("ready")
        items = prepare([self.document(row["id"]) for row in rows], self.embedder)
        self.writer.switch(f"{self.embedder.name}, {PASSAGE_SETTINGS}", items)


def _unknown(name: str) -> str:
    return f"no document {name!r} in this library; `footnote list` shows their ids"
