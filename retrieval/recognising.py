"""OCR, after everything else: page by page, each kept once it is read; whole documents go in."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ingest.catalogue import Catalogue, put_failure
from ingest.database import Database
from ingest.document import Document, Reading
from ingest.errors import MissingSource, UnreadableSource
from ingest.waiting import Waiting, WaitingRoom
from ingest.worker import Worker
from retrieval.report import AddProgress, AddReport, Failure

STATE = "waiting for OCR"
SWITCHED_OFF = "it is a picture or a scan, and OCR is switched off; set FOOTNOTE_OCR to true and add it again"

OnProgress = Callable[[AddProgress], None]
Stop = Callable[[], bool]


def waiting_for(document: Document) -> Waiting:
    """What waits of a document that has pages without text beside others."""
    kept = ("url", "retrieved_at", "parent", "parent_source")
    known = document.reading.metadata
    metadata = tuple((key, known[key]) for key in kept if key in known)
    return Waiting(
        document.id,
        document.origin,
        document.collection,
        document.source,
        document.content_hash,
        Path(document.source).name,
        metadata,
    )


@dataclass(frozen=True, slots=True)
class Recognising:
    """Reads what waits for OCR in one library; `publish` stores a document, under the lock that `lock` gives.

    Adding goes on between pages: a page is read without the lock.
    """

    room: WaitingRoom
    catalogue: Catalogue
    database: Database
    worker: Worker
    originals: Path
    publish: Callable[[Document], None]
    lock: Callable[[], AbstractContextManager[object]]
    one_at_a_time: threading.Lock

    def run(self, on_progress: OnProgress, stop: Stop) -> AddReport:
        """Read everything that waits; once `stop` says so, leave the rest waiting."""
        added, failed = list[str](), list[Failure]()
        with self.one_at_a_time:
            todo = self.room.all()
            for number, waiting in enumerate(todo):
                if stop():
                    break

                on_page = partial(on_progress, AddProgress(waiting.source, number, len(todo), "reading"))
                done = number + 1
                try:
                    document = self._read(waiting, on_page, stop)
                except UnreadableSource as error:
                    if self._give_up(waiting, error.reason):
                        failed.append(Failure(waiting.source, error.reason))
                        on_progress(AddProgress(waiting.source, done, len(todo), "failed", error.reason))
                    continue
                if document is not None and self._finish(waiting, document):
                    added.append(document.id)
                    on_progress(AddProgress(waiting.source, done, len(todo), "ready"))
        return AddReport(tuple(added), (), tuple(failed))

    def _read(self, waiting: Waiting, on_page: Callable[[], None], stop: Stop) -> Document | None:
        """The document with the words of its pictures; None where it was stopped or removed meanwhile."""
        path = self.originals / waiting.content_hash
        if not path.is_file():
            raise MissingSource(waiting.source, "its kept bytes are gone; add it again")
        seen = self.room.seen(waiting.content_hash)
        for page in self.worker.pages_to_see(path, waiting.name):
            if page in seen:
                continue
            if stop() or self.room.find(waiting.document_id) != waiting:
                return None
            on_page()
            try:
                seen[page] = self.worker.see(path, waiting.name, page)
            except UnreadableSource:
                if stop():
                    return None
                if not seen and self.catalogue.document(waiting.document_id) is None:
                    raise
                seen[page] = []  # this page stays unread and is named; the others are in
            self.room.put_seen(waiting.content_hash, page, seen[page])
        reading = self.worker.read(path, waiting.name, parts=self.originals, seen=seen)
        return self._document(waiting, reading)

    def _document(self, waiting: Waiting, reading: Reading) -> Document:
        version, _ = self.catalogue.latest(waiting.document_id)
        before = self.catalogue.document(waiting.document_id)
        return Document(
            id=waiting.document_id,
            version=version + 1,
            collection=before.collection if before else waiting.collection,
            origin=before.origin if before else waiting.origin,
            source=before.source if before else waiting.source,
            title=reading.title or waiting.name,
            content_hash=waiting.content_hash,
            reading=replace(reading, metadata={**reading.metadata, **dict(waiting.metadata)}),
        )

    def _finish(self, waiting: Waiting, document: Document) -> bool:
        """Publish it, unless it was removed or replaced meanwhile; it waits no longer."""
        with self.lock():
            if self.room.find(waiting.document_id) != waiting:
                return False
            self.publish(document)
            self.room.forget([waiting.document_id])
        return True

    def _give_up(self, waiting: Waiting, reason: str) -> bool:
        """List it with the reason, unless its other pages are in; it waits no longer."""
        with self.lock():
            self.room.forget([waiting.document_id])
            if self.catalogue.document(waiting.document_id) is not None:
                return False
            with self.database.write() as connection:
                put_failure(connection, waiting.origin, waiting.collection, waiting.source, reason)
        return True
