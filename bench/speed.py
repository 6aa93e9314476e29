"""How long a warm query takes, with its parts, as the library grows; and how much memory the process holds.

    python -m bench.speed [PASSAGES…] [--home FOLDER]        10,000 and 100,000 unless said

The passages are generated: English words as frequent as in English, vectors at random, since how fast an
index is does not hang on what they mean. They go in by the library's own way of writing, without being
embedded; the questions are embedded by the embedded model. How many tokens they have is printed: people's
questions in the development sets have 12 to 15, claims 22. Chroma alone and Tantivy alone are timed on the
same indexes in the same run: ten nearest vectors, ten best of a plain search in one field. With `--home` the
libraries are kept in that folder and used again; their files are read once before. Each figure is over 200
questions, one after the other, after 20 that are not counted. Then whole answers: `Assistant.ask` without a
language model, retrieval and verification included, and the time that each step tells of itself; nothing is
saved.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import psutil

from chat.build import open_assistant
from chat.settings import Settings
from ingest.document import Document, Reading, content_hash, document_id
from ingest.passage import Passage
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.hit import EncodedPassage, EncodedQuery, Filter
from retrieval.late_interaction import content_spans
from retrieval.library import Library
from retrieval.packed import Packed
from retrieval.prepare import Prepared

EACH = 20  # passages of a document
SENTENCES = 5  # of a passage
SENTENCE = 25  # words
QUESTION = 11  # words
ASKED, BEFORE = 200, 20
WIDTH = 384
GROUP = 64
EVERYWHERE = Filter()
EMBEDDER = SentenceTransformerEmbedder()
_WORD = re.compile("[a-z]{2,}")


class Words:
    """English words by their rank, the second half as often as the first, as in English (Zipf)."""

    def __init__(self, seed: int) -> None:
        self._choose = np.random.default_rng(seed)
        # The embedder's own, which stand in the order of how often they were met.
        vocabulary = EMBEDDER._loaded().tokenizer.get_vocab()
        self._known = [word for word in sorted(vocabulary, key=vocabulary.get) if _WORD.fullmatch(word)]
        chance = 1.0 / np.arange(1, len(self._known) + 1)
        self._upto = np.cumsum(chance / chance.sum())

    def some(self, count: int) -> str:
        """Return so many words."""
        return " ".join(
            self._known[at]
            for at in np.searchsorted(self._upto, self._choose.random(count)).clip(0, len(self._known) - 1)
        )


def prepared(number: int, words: Words, vectors: np.random.Generator) -> Prepared:
    """Return a document of EACH passages, as adding would make it."""
    texts = [[words.some(SENTENCE).capitalize() + "." for _ in range(SENTENCES)] for _ in range(EACH)]
    text = "\n\n".join(" ".join(sentences) for sentences in texts)
    source = f"report {number}"
    name = document_id("default", source)
    month = f"20{number % 25:02d}-{number % 12 + 1:02d}-01"
    passages, at = [], 0
    for sentences in texts:
        spans, start = [], at
        for sentence in sentences:
            spans.append((at, at + len(sentence)))
            at += len(sentence) + 1
        passages.append(Passage(name, 1, start, at - 1, text[start : at - 1], None, None, tuple(spans)))
        at += 1
    reading = Reading(text, "text/plain", title=words.some(6), published=month)
    document = Document(
        name, 1, "default", source, source, str(reading.title), content_hash(text.encode()), reading
    )
    return Prepared(document, passages, None, {}, [encoded(passage, vectors) for passage in passages])


def encoded(passage: Passage, vectors: np.random.Generator) -> Packed:
    """Return a passage's vectors: its own, its sentences', its words'."""
    count = 1 + SENTENCES + len(content_spans(passage.text))
    rows = vectors.standard_normal((count, WIDTH), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return Packed.of(EncodedPassage(rows[0], rows[1 : 1 + SENTENCES], rows[1 + SENTENCES :]))


def fill(library: Library, passages: int) -> float:
    """Write documents until there are so many passages; returns the seconds that it took."""
    words, vectors = Words(7), np.random.default_rng(7)
    began = time.perf_counter()
    there, needed = len(library.catalogue.states("ready")), passages // EACH
    for first in range(0, needed, GROUP):
        group = [prepared(number, words, vectors) for number in range(first, min(first + GROUP, needed))]
        if first + len(group) > there:
            with library.writing():
                library.writer.publish(group)
    library.indexes.settle()
    return time.perf_counter() - began


def read(home: Path) -> None:
    """Read a library's files once: of kept ones, the system may have let go since they were written."""
    for path in home.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 20):
                    pass


def timed(call, *given) -> float:
    """Return how many milliseconds a call takes."""
    began = time.perf_counter()
    call(*given)
    return 1000 * (time.perf_counter() - began)


def measure(library: Library) -> dict[str, np.ndarray]:
    """Return the milliseconds of each part, for each question."""
    words = Words(1000)
    questions = [words.some(QUESTION) + "?" for _ in range(ASKED + BEFORE)]
    tokens = np.mean(library.embedder.count_tokens(questions))
    indexes = library.indexes

    def embed(question: str) -> EncodedQuery:
        return library.embedder.encode_query(question, content_spans(question))

    some = Filter(published_from="2003-01-01", published_to="2003-03-31")
    share = len(library.passages.allowed(some)) / max(1, len(library.passages.allowed(EVERYWHERE)))
    print(f"\nThe questions have {tokens:.1f} tokens; the filter allows {share:.1%} of the documents.\n")
    vectors, candidates = {}, {}
    for question in questions:
        vectors[question] = encoded = embed(question)
        legs = indexes.dense(encoded.vector, 100, EVERYWHERE), indexes.words.search(question, 100, EVERYWHERE)
        candidates[question] = list(dict.fromkeys(name for leg in legs for name, _ in leg))
    ways: dict[str, Callable[[str], object]] = {
        "the whole query": library.search,
        "- embedding the question": embed,
        "- meaning, 100 candidates": lambda q: indexes.dense(vectors[q].vector, 100, EVERYWHERE),
        "- words, 100 candidates": lambda q: indexes.words.search(q, 100, EVERYWHERE),
        "- likeness of the candidates": (
            lambda q: library.passages.vectors(candidates[q]).likeness(
                vectors[q], np.ones(len(vectors[q].words), dtype=np.float32)
            )
        ),
        "- describing 10 hits": lambda q: library.passages.describe(candidates[q][:10]),
        "the whole query, filtered": lambda q: library.search(q, where=some),
        "Chroma alone, 10": lambda q: indexes.dense(vectors[q].vector, 10, EVERYWHERE),
        "Tantivy alone, 10": lambda q: plain(indexes.words, q),
    }
    # One way after the other: in turns, each would find the caches full of what another one needs.
    return {
        way: np.array([timed(call, question) for question in questions][BEFORE:])
        for way, call in ways.items()
    }


def answers(home: Path) -> dict[str, np.ndarray]:
    """Return the milliseconds of each whole answer over a library that is closed now, and of its steps."""
    words = Words(5000)
    questions = [f"When was {words.some(QUESTION - 2)}?" for _ in range(ASKED + BEFORE)]
    found: dict[str, list[float]] = {}
    with open_assistant(Settings(home=home)) as assistant:
        for question in questions:
            began = time.perf_counter()
            answer = assistant.ask(question, save=False)
            found.setdefault("a whole answer", []).append(1000 * (time.perf_counter() - began))
            for step, milliseconds in answer.timings_ms.items():
                found.setdefault(f"- {step}", []).append(milliseconds)
    return {way: np.array(values[BEFORE:]) for way, values in found.items()}


def plain(words, question: str) -> None:
    """Search one field of the words index for ten, as Tantivy's own parser has it."""
    searcher = words._index.searcher()
    searcher.search(words._index.parse_query(question.rstrip("?"), ["text"]), 10)


def main() -> None:
    """Measure each size and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("passages", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--home", type=Path, help="keep the libraries in this folder")
    given = parser.parse_args()
    figures: dict[int, dict[str, np.ndarray]] = {}
    for passages in given.passages:
        with tempfile.TemporaryDirectory() as away:
            home = (given.home or Path(away)) / str(passages)
            library = Library(home, EMBEDDER, ocr=False)
            try:
                seconds = fill(library, passages)
                read(home)
                figures[passages] = measure(library)
            finally:
                library.close()
            figures[passages] |= answers(home)
        show(passages, seconds, figures[passages])
    if len(figures) > 1:
        first, last = min(figures), max(figures)
        times = np.median(figures[last]["the whole query"]) / np.median(figures[first]["the whole query"])
        print(f"\n{last / first:.0f} times the passages: {times:.2f} times the median of the whole query.")


def show(passages: int, seconds: float, figures: dict[str, np.ndarray]) -> None:
    """Print a size's table."""
    memory = psutil.Process().memory_info().rss / 2**20
    print(f"## {passages:,} passages: {memory:,.0f} MiB of memory; written in {seconds:.0f} s\n")
    print("| what | median, ms | 95th percentile, ms |\n| --- | --- | --- |")
    for way, values in figures.items():
        print(f"| {way} | {np.median(values):.1f} | {np.quantile(values, 0.95):.1f} |")


if __name__ == "__main__":
    main()
