"""Adding sources: the next one is read while a group is embedded, and each group is published whole."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ingest.catalogue import Catalogue, forget_failure, put_failure
from ingest.database import Database
from ingest.document import Document, document_id
from ingest.errors import UnreadableSource
from ingest.worker import Worker
from retrieval.hit import Embedder
from retrieval.prepare import prepare
from retrieval.report import AddProgress, AddReport, Failure
from retrieval.sources import Source, printable, to_document
from retrieval.writer import Writer

_GROUP = 64  # documents that share one commit of each index,
_GROUP_SECONDS = 1.0  # or as many as were read in this time,
_GROUP_CHARACTERS = 2_000_000  # or as many as make this much text, so that its vectors fit in memory

OnProgress = Callable[[AddProgress], None]


@dataclass(frozen=True, slots=True)
class _Unchanged:
    source: str
    document_id: str


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
    ) -> None:
        self._catalogue = catalogue
        self._database = database
        self._embedder = embedder
        self._writer = writer
        self._worker = worker
        self._originals = originals

    def run(
        self, sources: Sequence[Source | UnreadableSource], collection: str, on_progress: OnProgress
    ) -> AddReport:
        """Add every source that can be read and report on each; progress is told when it is final."""
        added, unchanged, failed = list[str](), list[str](), list[Failure]()
        group, began = list[Document](), time.monotonic()

        def tell(source: str, state: str, reason: str | None = None) -> None:
            done = len(added) + len(unchanged) + len(failed)
            on_progress(AddProgress(source, done, len(sources), state, reason))  # type: ignore[arg-type]

        def publish() -> None:
            self._writer.publish(prepare(group, self._embedder))
            for document in group:
                added.append(document.id)
                tell(document.source, "ready")
            group.clear()

        for outcome in self._read_ahead(_each_once(sources), collection):
            if isinstance(outcome, Document):
                tell(outcome.source, "reading")
                if not group:
                    began = time.monotonic()
                group.append(outcome)
                waiting = time.monotonic() - began
                size = sum(len(document.text) for document in group)
                if len(group) >= _GROUP or waiting >= _GROUP_SECONDS or size >= _GROUP_CHARACTERS:
                    publish()
            elif isinstance(outcome, _Unchanged):
                unchanged.append(outcome.document_id)
                tell(outcome.source, "unchanged")
            else:
                failed.append(outcome)
                tell(outcome.source, "failed", outcome.reason)
        publish()
        return AddReport(tuple(added), tuple(unchanged), tuple(failed))

    def _read_ahead(
        self, sources: Sequence[Source | UnreadableSource], collection: str
    ) -> Iterator[Document | _Unchanged | Failure]:
        """Yield outcomes in the order of the sources; one is read in a thread while the last is used."""
        with ThreadPoolExecutor(1, thread_name_prefix="footnote-read") as pool:
            ahead = None
            for source in sources:
                following = pool.submit(self._read, source, collection)
                if ahead is not None:
                    yield ahead.result()
                ahead = following
            if ahead is not None:
                yield ahead.result()

    def _read(self, source: Source | UnreadableSource, collection: str) -> Document | _Unchanged | Failure:
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
            reading = source.read(loaded, self._worker)
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
