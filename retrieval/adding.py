"""Adding sources: the next one is read while a group is embedded, and each group is published whole."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ingest.catalogue import Catalogue, forget_failure, put_failure
from ingest.database import Database
from ingest.document import Document, document_id
from ingest.errors import NeedsOcr, UnreadableSource
from ingest.waiting import Waiting, WaitingRoom
from ingest.worker import Worker
from retrieval.hit import Embedder
from retrieval.prepare import prepare
from retrieval.recognising import SWITCHED_OFF, waiting_for
from retrieval.report import AddProgress, AddReport, Failure
from retrieval.sources import Source, printable, to_document
from retrieval.within import forget_failures, left_behind, within
from retrieval.writer import Writer

_GROUP = 64  # documents that share one commit of each index,
_GROUP_SECONDS = 1.0  # or as many as were read in this time,
_GROUP_CHARACTERS = 2_000_000  # or as many as make this much text, so that its vectors fit in memory

OnProgress = Callable[[AddProgress], None]


@dataclass(frozen=True, slots=True)
class _Unchanged:
    source: str
    document_id: str


_Outcome = Document | Waiting | _Unchanged | Failure


class Adding:
    """Takes sources into one library; the caller lets one addition run at a time."""

    def __init__(
        self,
        catalogue: Catalogue,
        database: Database,
        embedder: Embedder,
        writer: Writer,
        worker: Worker,
        originals: Path,
        room: WaitingRoom | None,
    ) -> None:
        """Take the parts of a library; without a waiting room, what only OCR can read is a failure."""
        self._catalogue = catalogue
        self._database = database
        self._embedder = embedder
        self._writer = writer
        self._worker = worker
        self._originals = originals
        self._room = room

    def run(
        self, sources: Sequence[Source | UnreadableSource], collection: str, on_progress: OnProgress
    ) -> AddReport:
        """Add every source that can be read and report on each; progress is told when it is final."""
        added, unchanged, failed = list[str](), list[str](), list[Failure]()
        seen_later = list[str]()
        todo = deque(_each_once(sources))
        total = len(todo)
        renewed: list[Document] = []
        group, began = list[Document](), time.monotonic()

        def tell(source: str, state: str, reason: str | None = None) -> None:
            done = len(added) + len(unchanged) + len(failed) + len(seen_later)
            on_progress(AddProgress(source, done, max(total, done), state, reason))  # type: ignore[arg-type]

        def publish() -> None:
            self._writer.publish(prepare(group, self._embedder))
            for document in group:
                added.append(document.id)
                tell(document.source, "ready")
            group.clear()

        for outcome in self._read_ahead(todo, collection):
            if isinstance(outcome, Document):
                total += len(outcome.reading.parts)
                if outcome.version > 1:
                    renewed.append(outcome)
                tell(outcome.source, "reading")
                if not group:
                    began = time.monotonic()
                group.append(outcome)
                waiting = time.monotonic() - began
                size = sum(len(document.text) for document in group)
                if len(group) >= _GROUP or waiting >= _GROUP_SECONDS or size >= _GROUP_CHARACTERS:
                    publish()
                self._note_waiting(outcome)
            elif isinstance(outcome, Waiting):
                seen_later.append(outcome.source)
                self._wait(outcome)
                tell(outcome.source, "waiting")
            elif isinstance(outcome, _Unchanged):
                unchanged.append(outcome.document_id)
                tell(outcome.source, "unchanged")
            else:
                failed.append(outcome)
                tell(outcome.source, "failed", outcome.reason)
        publish()
        gone = left_behind(self._catalogue.rows("ready"), renewed) if renewed else []
        if gone:
            self._writer.remove(gone)
        return AddReport(tuple(added), tuple(unchanged), tuple(failed), tuple(seen_later))

    def _wait(self, waiting: Waiting) -> None:
        """Let a document wait for OCR; it is no failure any more."""
        if self._room is not None:
            self._room.put(waiting)
            with self._database.write() as connection:
                forget_failure(connection, waiting.origin, waiting.collection)

    def _note_waiting(self, document: Document) -> None:
        """Let a document's pages without text wait for OCR; one that has none waits no longer."""
        if self._room is None:
            return
        if document.reading.metadata.get("waiting_pages"):
            self._room.put(waiting_for(document))
        elif self._room.find(document.id) is not None:
            self._room.forget([document.id])

    def _read_ahead(self, todo: deque[Source | UnreadableSource], collection: str) -> Iterator[_Outcome]:
        """Yield outcomes in the order of the sources, what is within one right after it.

        One is read in a thread while the last is used.
        """
        ahead: tuple[Source | UnreadableSource, Future[_Outcome]] | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="footnote-read") as pool:
            while todo or ahead is not None:
                source = todo.popleft() if todo else None
                following = (source, pool.submit(self._read, source, collection)) if source else None
                if ahead is not None:
                    outcome = ahead[1].result()
                    if isinstance(outcome, Document) and not isinstance(ahead[0], UnreadableSource):
                        todo.extendleft(reversed(within(outcome, ahead[0])))
                    yield outcome
                ahead = following

    def _read(self, source: Source | UnreadableSource, collection: str) -> _Outcome:
        if isinstance(source, UnreadableSource):
            return self._failed(source.source, source.source, collection, source.reason)
        name = document_id(collection, source.origin)
        version, ready_hash = self._catalogue.latest(name)
        try:
            loaded = source.load(self._originals)
            if loaded.content_hash == ready_hash and source.same_beside(self._catalogue.document(name)):
                with self._database.write() as connection:
                    forget_failure(connection, source.origin, collection)
                return _Unchanged(source.label, name)
            with self._database.write() as connection:
                forget_failures(connection, source.origin, source.label, collection)
            reading = source.read(loaded, self._worker)
        except NeedsOcr:
            if self._room is None:
                return self._failed(source.origin, source.label, collection, SWITCHED_OFF)
            return Waiting(
                name,
                source.origin,
                collection,
                source.label,
                loaded.content_hash,
                loaded.name,
                loaded.metadata,
            )
        except UnreadableSource as error:
            return self._failed(source.origin, source.label, collection, error.reason)
        return to_document(source, loaded, reading, collection, version + 1)

    def _failed(self, origin: str, label: str, collection: str, reason: str) -> Failure:
        origin, label = printable(origin), printable(label)
        with self._database.write() as connection:
            put_failure(connection, origin, collection, label, reason)
        return Failure(label, reason)


def _each_once(sources: Sequence[Source | UnreadableSource]) -> list[Source | UnreadableSource]:
    """Drop a source that was named twice: it would be two versions of one document in one group."""
    seen: dict[str, Source | UnreadableSource] = {}
    for source in sources:
        seen.setdefault(source.source if isinstance(source, UnreadableSource) else source.origin, source)
    return list(seen.values())
