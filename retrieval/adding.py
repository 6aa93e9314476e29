"""Adding sources: some are read ahead while a group is embedded, and each group is published whole."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, Queue
from threading import Condition, Event, Thread
from typing import Any, Self

from ingest.catalogue import Catalogue, forget_failure, put_failure
from ingest.database import Database
from ingest.document import Document
from ingest.edits import Edits
from ingest.errors import NeedsOcr, UnreadableSource
from ingest.waiting import Waiting, WaitingRoom
from ingest.worker import Worker
from retrieval.hit import Embedder
from retrieval.prepare import Cut, cut, encode
from retrieval.recognising import SWITCHED_OFF, waiting_for
from retrieval.report import AddProgress, AddReport, Failure
from retrieval.sources import Source, printable, to_document
from retrieval.within import forget_failures, has_failures, left_behind, within
from retrieval.writer import Writer

_GROUP = 64  # documents that share one commit of each index,
_GROUP_SECONDS = 1.0  # or as many as were read in this time,
_GROUP_CHARACTERS = 2_000_000  # or as many as make this much text, so that its vectors fit in memory
_AHEAD = 64  # outcomes that wait to be embedded,
_AHEAD_CHARACTERS = 2_000_000  # or as many as make this much text
_POLL_SECONDS = 0.1  # after which a cancellation is noticed, and a group that waited long enough is published

OnProgress = Callable[[AddProgress], None]


class _Stopped(Exception):
    """The addition was cancelled while a group was being embedded; the group is not in."""


@dataclass(frozen=True, slots=True)
class _Unchanged:
    origin: str
    source: str
    document_id: str


@dataclass(frozen=True, slots=True)
class _Unread:
    origin: str
    source: str
    reason: str


_Outcome = Cut | Waiting | _Unchanged | _Unread


class Adding:
    """Takes sources into one library; the caller lets one addition run at a time."""

    def __init__(
        self,
        catalogue: Catalogue,
        edits: Edits,
        database: Database,
        embedder: Embedder,
        writer: Writer,
        worker: Worker,
        originals: Path,
        room: WaitingRoom | None,
    ) -> None:
        """Take the parts of a library; without a waiting room, what only OCR can read is a failure."""
        self._catalogue = catalogue
        self._edits = edits
        self._database = database
        self._embedder = embedder
        self._writer = writer
        self._worker = worker
        self._originals = originals
        self._room = room
        self._jobs: Queue[Callable[[], None] | None] = Queue()
        self._thread: Thread | None = None

    def run(
        self,
        sources: Sequence[Source | UnreadableSource],
        collection: str,
        on_progress: OnProgress,
        cancel: Event,
    ) -> AddReport:
        """Add every source that can be read and report on each; progress is told when it is final.

        Once `cancel` is set, what was not published yet is left out, and the report says so.
        """
        run = _Run(self, sources, collection, on_progress, cancel)
        with suppress(_Stopped):
            run.go()
        return run.report()

    def start(self, job: Callable[[], None]) -> None:
        """Do a job in the one thread that reads, after those before it.

        It lasts as long as the library: the reading process ends with the thread that started it.
        """
        if self._thread is None:
            self._thread = Thread(target=self._do_jobs, name="footnote-read", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def close(self) -> None:
        """Let the thread end after what it is doing."""
        self._jobs.put(None)

    def _do_jobs(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def read(self, source: Source | UnreadableSource, collection: str) -> _Outcome:
        """Read and cut one source, unless it is there as it is."""
        if isinstance(source, UnreadableSource):
            return _Unread(source.source, source.source, source.reason)
        name = self._catalogue.identity(collection, source.origin)
        version, ready_hash = self._catalogue.latest(name)
        try:
            if ready_hash is not None and source.peek() == ready_hash and self._is_kept(ready_hash):
                return _Unchanged(source.origin, source.label, name)
            loaded = source.load(self._originals)
            if loaded.content_hash == ready_hash and self._is_same_beside(source, name):
                return _Unchanged(source.origin, source.label, name)
            reading = source.read(loaded, self._worker)
        except NeedsOcr:
            if self._room is None:
                return _Unread(source.origin, source.label, SWITCHED_OFF)
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
            return _Unread(source.origin, source.label, error.reason)
        document = to_document(source, loaded, reading, collection, name, version + 1)
        return cut(document, self._embedder, self._edits.of(name))

    def _is_kept(self, content_hash: str) -> bool:
        return (self._originals / content_hash).is_file()

    def _is_same_beside(self, source: Source, name: str) -> bool:
        stored = self._catalogue.document(name)
        return source.same_beside(None if stored is None else self._edits.undone(stored))

    def note_unchanged(self, source: _Unchanged, collection: str) -> None:
        """Forget that the source could not be read, if so: it is there."""
        if self._catalogue.has_failed(source.origin, collection):
            with self._database.write() as connection:
                forget_failure(connection, source.origin, collection)

    def note_read(self, document: Document) -> None:
        """Forget what could not be read within an earlier version: what is in this one is yet to come.

        Pages without text wait for OCR; a document that has none waits no longer.
        """
        if self._room is not None:
            if document.reading.metadata.get("waiting_pages"):
                self._room.put(waiting_for(document))
            elif self._room.find(document.id) is not None:
                self._room.forget([document.id])
        below = (document.origin, document.source, document.collection)
        if has_failures(self._database.read(), *below):
            with self._database.write() as connection:
                forget_failures(connection, *below)

    def wait(self, waiting: Waiting) -> None:
        """Let a document wait for OCR; it is no failure any more."""
        if self._room is not None:
            self._room.put(waiting)
            with self._database.write() as connection:
                forget_failure(connection, waiting.origin, waiting.collection)

    def note_unread(self, source: _Unread, collection: str) -> Failure:
        """Remember that the source could not be read."""
        origin, label = printable(source.origin), printable(source.source)
        with self._database.write() as connection:
            put_failure(connection, origin, collection, label, source.reason)
        return Failure(label, source.reason)

    def remove_left_behind(self, renewed: Sequence[Document]) -> None:
        """Remove what stood within earlier versions of these documents, and no longer does."""
        gone = left_behind(self._catalogue.states("ready"), renewed) if renewed else []
        if gone:
            self._writer.remove(gone)

    def publish(self, group: Sequence[Cut], on_slice: Callable[[int], None]) -> list[tuple[str, str]]:
        """Embed and store a group; returns those that have the bytes of an earlier document, with its id."""
        self._writer.publish(encode(group, self._embedder, on_slice))
        identical = []
        for each in group:
            same = self._catalogue.same_bytes(each.document.content_hash)
            if same[0] != each.document.id:
                identical.append((each.document.id, same[0]))
        return identical


class _Run:
    """One addition: what became of its sources so far, and how far it is."""

    def __init__(
        self,
        adding: Adding,
        sources: Sequence[Source | UnreadableSource],
        collection: str,
        on_progress: OnProgress,
        cancel: Event,
    ) -> None:
        self._adding = adding
        self._sources = _each_once(sources)
        self._total = len(self._sources)
        self._collection = collection
        self._on_progress = on_progress
        self._cancel = cancel
        self._began = time.monotonic()
        self._added = list[str]()
        self._unchanged = list[str]()
        self._failed = list[Failure]()
        self._waiting = list[str]()
        self._identical = list[tuple[str, str]]()
        self._group = list[Cut]()
        self._renewed = list[Document]()
        self._passages = 0
        self._share = 0.0

    def report(self) -> AddReport:
        """Return what is final."""
        return AddReport(
            tuple(self._added),
            tuple(self._unchanged),
            tuple(self._failed),
            tuple(self._waiting),
            tuple(self._identical),
            self._cancel.is_set() and self._done() < self._total,
        )

    def go(self) -> None:
        """Take every source; raises _Stopped when it is cancelled in the middle of a group."""
        began = self._began
        read = partial(self._adding.read, collection=self._collection)
        with _Ahead(self._adding.start, read, self._sources) as ahead:
            while not ahead.is_over:
                if self._cancel.is_set():
                    raise _Stopped
                outcome = ahead.next(_POLL_SECONDS)
                if isinstance(outcome, Cut):
                    if not self._group:
                        began = time.monotonic()
                    self._take(outcome)
                elif isinstance(outcome, Waiting):
                    self._adding.wait(outcome)
                    self._waiting.append(outcome.source)
                    self._tell(outcome.source, "waiting")
                elif isinstance(outcome, _Unchanged):
                    self._adding.note_unchanged(outcome, self._collection)
                    self._unchanged.append(outcome.document_id)
                    self._tell(outcome.source, "unchanged")
                elif isinstance(outcome, _Unread):
                    self._failed.append(self._adding.note_unread(outcome, self._collection))
                    self._tell(outcome.source, "failed", outcome.reason)
                if ahead.is_over or self._is_full() or time.monotonic() - began >= _GROUP_SECONDS:
                    self._publish()
        self._adding.remove_left_behind(self._renewed)

    def _take(self, found: Cut) -> None:
        document = found.document
        self._total += len(document.reading.parts)
        if document.version > 1:
            self._renewed.append(document)
        self._adding.note_read(document)
        self._tell(document.source, "reading")
        self._group.append(found)

    def _is_full(self) -> bool:
        size = sum(len(each.document.text) for each in self._group)
        return len(self._group) >= _GROUP or size >= _GROUP_CHARACTERS

    def _publish(self) -> None:
        if not self._group:
            return
        group, before = self._group, self._passages
        total = sum(len(each.passages) for each in group)
        label = group[0].document.source

        def on_slice(done: int) -> None:
            if self._cancel.is_set():
                raise _Stopped
            self._passages = before + done
            self._tell(label, "embedding", behind=len(group) * done / max(total, 1))

        if self._cancel.is_set():
            raise _Stopped
        self._identical += self._adding.publish(group, on_slice)
        self._group = []
        for each in group:
            self._added.append(each.document.id)
            self._tell(each.document.source, "ready")

    def _done(self) -> int:
        return len(self._added) + len(self._unchanged) + len(self._failed) + len(self._waiting)

    def _tell(self, source: str, state: str, reason: str | None = None, *, behind: float = 0.0) -> None:
        done = self._done()
        self._share = max(self._share, min(1.0, (done + behind) / self._total))
        seconds = time.monotonic() - self._began
        self._on_progress(
            AddProgress(source, done, self._total, state, reason, self._passages, seconds, self._share)  # type: ignore[arg-type]
        )


class _Ahead:
    """Reads sources in a thread, some way ahead of who takes the outcomes: in their order, and what is within
    one right after it.

    The thread changes nothing in the catalogue, so one that is left behind in a long file does no harm.
    """

    def __init__(
        self,
        start: Callable[[Callable[[], None]], None],
        read: Callable[[Source | UnreadableSource], _Outcome],
        sources: Sequence[Any],
    ) -> None:
        self._start = start
        self._read = read
        self._todo = deque(sources)
        self._outcomes: Queue[_Outcome | Exception | None] = Queue()
        self._room = Condition()
        self._characters = 0
        self._left = False
        self.is_over = False

    def __enter__(self) -> Self:
        self._start(self._work)
        return self

    def __exit__(self, *_: object) -> None:
        with self._room:
            self._left = True
            self._room.notify_all()

    def next(self, seconds: float) -> _Outcome | None:
        """Return the next outcome; None when there is none in time, or no more, and then `is_over` is set."""
        try:
            found = self._outcomes.get(timeout=seconds)
        except Empty:
            return None
        if isinstance(found, Exception):
            raise found
        if found is None:
            self.is_over = True
        with self._room:
            self._characters -= _size(found)
            self._room.notify_all()
        return found

    def _work(self) -> None:
        try:
            while self._todo:
                source = self._todo.popleft()
                with self._room:
                    self._room.wait_for(self._has_room)
                    if self._left:
                        return
                found = self._read(source)
                if isinstance(found, Cut):
                    self._todo.extendleft(reversed(within(found.document, source)))
                with self._room:
                    self._characters += _size(found)
                self._outcomes.put(found)
            self._outcomes.put(None)
        except Exception as error:  # raised again where the outcomes are taken
            self._outcomes.put(error)

    def _has_room(self) -> bool:
        return self._left or (self._outcomes.qsize() < _AHEAD and self._characters < _AHEAD_CHARACTERS)


def _size(outcome: _Outcome | None) -> int:
    return len(outcome.document.text) if isinstance(outcome, Cut) else 0


def _each_once(sources: Sequence[Source | UnreadableSource]) -> list[Source | UnreadableSource]:
    """Drop a source that was named twice: it would be two versions of one document in one group."""
    seen: dict[str, Source | UnreadableSource] = {}
    for source in sources:
        seen.setdefault(source.source if isinstance(source, UnreadableSource) else source.origin, source)
    return list(seen.values())
