"""How fast documents go in: adding, against the bare rate of the model; adding again; memory.

    python -m bench.ingest_speed [ARTICLES]        1,000 unless said

The articles are generated, about 600 words each. The bare rate is that of sentence-transformers' `encode` on
the very same passages; Footnote embeds their sentences too, each on its own. Both are timed in the same run,
the bare one before and after.
"""

import random
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from ingest.passage import prefixed
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.library import Library
from retrieval.sources import resolve
from retrieval.syncing import sync

_SAMPLE = 200  # passages that the bare rate is measured on, twice
_SUBJECTS = ("The council", "A spokeswoman", "The ministry", "Her lawyer", "The harbour master", "A judge")
_VERBS = ("approved", "rejected", "postponed", "examined", "published", "withdrew", "defended", "signed")
_OBJECTS = ("the budget", "a report on the ferry", "the plan for the bridge", "its own figures", "the lease")
_ENDS = (
    "after a debate of three hours",
    "on Tuesday, although two members had objected in writing",
    "for the second time in a year",
    "without giving a reason",
    "because the costs had risen to 4.2 million crowns",
    "before the deadline that the court had set",
)


def article(number: int, words: int = 600) -> str:
    """Return a text of about so many words in paragraphs, the same for the same number."""
    generator = random.Random(number)
    paragraphs, count = [f"Report {number} on matters of the town"], 0
    while count < words:
        sentences = []
        for _ in range(generator.randint(3, 6)):
            parts = [generator.choice(part) for part in (_SUBJECTS, _VERBS, _OBJECTS, _ENDS)]
            sentences.append(f"{' '.join(parts)}, as item {generator.randint(1, 9999)} says.")
        paragraphs.append(" ".join(sentences))
        count += len(paragraphs[-1].split())
    return "\n\n".join(paragraphs) + "\n"


class Peak:
    """The most memory that this process and its children held, in bytes, above what it was at the start."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._base = self._now()
        self.above = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """End the watch and return the peak."""
        self._stop.set()
        self._thread.join()
        return self.above

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            self.above = max(self.above, self._now() - self._base)

    def _now(self) -> int:
        total = 0
        for process in (self._process, *self._process.children(recursive=True)):
            try:
                total += process.memory_info().rss
            except psutil.Error:
                continue
        return total


def bare(embedder: SentenceTransformerEmbedder, texts: list[str]) -> tuple[float, float]:
    """Return the passages that the model alone embeds in a second, and in a second of processor time."""
    began, used = time.perf_counter(), time.process_time()
    embedder.embed_texts(texts)
    return len(texts) / (time.perf_counter() - began), len(texts) / (time.process_time() - used)


def main(articles: int = 1000) -> None:
    """Print the table."""
    embedder = SentenceTransformerEmbedder()
    embedder.embed_texts(["warm up"])
    peak = Peak()
    with tempfile.TemporaryDirectory() as folder:
        papers = Path(folder) / "papers"
        papers.mkdir()
        for number in range(articles):
            (papers / f"{number:05}.txt").write_text(article(number), encoding="utf-8")
        library = Library(Path(folder) / "home", embedder)
        library.indexes.settle()
        texts = _passages(library, embedder)
        before = bare(embedder, texts)
        began, used = time.perf_counter(), time.process_time()
        report = library.add(resolve([papers]), "default")
        added, worked = time.perf_counter() - began, time.process_time() - used
        after = bare(embedder, texts)
        passages = library.passages.count()
        began = time.perf_counter()
        again = library.add(resolve([papers]), "default")
        unchanged = time.perf_counter() - began
        began = time.perf_counter()
        plan = sync(library, papers, "default").plan
        synced = time.perf_counter() - began
        library.close()
    assert len(report.added) == len(again.unchanged) == plan.unchanged == articles
    rate, model = passages / added, (before[0] + after[0]) / 2
    by_work = passages / worked / ((before[1] + after[1]) / 2)
    rows = [
        ("articles, passages", f"{articles:,}, {passages:,}"),
        ("adding them", f"{added:.1f} s, {1000 * added / articles:.0f} ms each, {rate:.1f} passages/s"),
        ("the model alone", f"{model:.1f} passages/s ({before[0]:.1f} before, {after[0]:.1f} after)"),
        ("share of the bare rate", f"{rate / model:.0%}"),
        ("the same by processor time", f"{by_work:.0%}, for a machine with other work"),
        ("adding them again, unchanged", f"{unchanged:.2f} s"),
        ("sync, unchanged", f"{synced:.2f} s"),
        ("most memory above the model", f"{peak.stop() / 1e6:.0f} MB, reading process included"),
    ]
    for label, value in rows:
        print(f"{label:<30} {value}")


def _passages(library: Library, embedder: SentenceTransformerEmbedder) -> list[str]:
    """Return passages as they are embedded, of articles that are not added."""
    from ingest.document import Document, Reading
    from retrieval.prepare import cut

    texts: list[str] = []
    number = -1
    while len(texts) < _SAMPLE:
        text = article(number)
        document = Document(
            "0" * 16, 1, "default", "x", "x", "article.txt", "0" * 64, Reading(text, "text/plain")
        )
        texts += [prefixed(passage, document.title) for passage in cut(document, embedder).passages]
        number -= 1
    return texts[:_SAMPLE]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
