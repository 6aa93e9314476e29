"""What the reader learns from: written questions (`bench/reading`), and pseudo-questions over the corpora.

`bench/reading/invented.jsonl` has short invented documents, each with questions that it answers, most of them
in other words than it uses, and near misses that it does not; `bench/reading/cases.jsonl` has sets of such
documents on one matter, with questions over the whole set. A language model wrote them for this purpose.
`bench/reading/passages.jsonl` has such questions over passages of MTRAG, by id and by the spans that answer.
"""

import collections
import random
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bench.data import folder, rows
from chat.evidence import Candidate, Evidence, Lexicon, gather
from chat.followup import Said, standalone
from ingest.sentences import sentence_spans
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.english import STOP_WORDS
from retrieval.library import Library
from retrieval.sources import TextSource

EMBEDDER = SentenceTransformerEmbedder()
READING = Path(__file__).with_name("reading")
HELD_OUT = 7  # every so many-th document of each kind, and every so many-th case
TOGETHER = {False: 12, True: 3}  # documents of a kind that make a library, to learn from and held out
CASES = "cases"  # the kind of the sets of documents on one matter
PASSAGES = {"wikipedia", "government pages"}  # kinds of written questions over MTRAG's passages
FROM = {"mtrag/corpus_clapnq": 2600, "mtrag/corpus_govt": 833, "scifact/corpus": 1200}
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]+|\d[\d,.]*\d|\d")
_STOPPED = re.compile(r"[.!?…][\"”’)\]]*$")
_APART = re.compile(r"[-*•–]|\d+[.)]\s|[A-Z .]{4,}:|[QA]\.")  # begins a line of a list or a transcript
_SAME = 0.6  # of the shorter of two spans
# What a sentence may answer by what stands in it.
_ASKED = (
    (r"\b(?:1[5-9]|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|October"
     r"|November|December)\b", ("when", "what year", "what date")),
    (r"[$£€]\s?\d", ("how much", "what did it cost", "how much money")),
    (r"\b\d", ("how many", "how much", "what number of", "how long")),
    (r"\b(?:[Bb]ecause|[Dd]ue to|[Ss]ince|[Aa]s a result)\b", ("why", "what is the reason")),
    (r"\b(?:in|at|near|from) [A-Z]", ("where", "in which place")),
    (r"(?<=[a-z,] )[A-Z][a-z]+ [A-Z][a-z]+", ("who", "which person", "what")),
)  # fmt: skip
_ELSE = ("what", "how", "what about", "which", "is it true that", "did", "", "")


@dataclass(frozen=True)
class Question:
    """A question and the sentences that answer it, by document and number; none where it is a near miss.

    `over` are the documents that it was written over, where its library has others too.
    """

    text: str
    gold: tuple[tuple[int, int], ...]
    answer: str | None = None
    over: range | None = None


@dataclass(frozen=True)
class Document:
    """A title and sentences."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Collection:
    """Documents, with questions over all of them."""

    kind: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


@contextmanager
def evidence_over(sources: Iterable[TextSource]) -> Iterator[Callable[[str], Evidence]]:
    """Open a library over some sources for a while; gives what the product finds there for a question."""
    with tempfile.TemporaryDirectory() as home:
        library = Library(Path(home), EMBEDDER)
        try:
            library.add(list(sources), "default")
            words = library.indexes.words
            lexicon = Lexicon(words.terms, words.document_frequencies, library.passages.count)
            yield lambda question: gather(question, library.search(question, limit=10), lexicon)
        finally:
            library.close()


def source_of(number: int) -> str:
    """Return the name that a collection's document has as a source."""
    return f"document {number}"


def sources(collection: Collection) -> list[TextSource]:
    """Return the documents as they are added to a library."""
    return [
        TextSource(_laid_out(each.sentences)[0], source_of(number), each.title)
        for number, each in enumerate(collection.documents)
    ]


def answering(collection: Collection, question: Question, candidates: Sequence[Candidate]) -> list[bool]:
    """Return for each candidate whether it answers the question.

    It does if it shares most of the shorter of the two with a gold sentence, and has the short answer where
    that sentence has it.
    """
    answer = (question.answer or "").casefold()

    def right(candidate: Candidate, document: int, number: int) -> bool:
        if candidate.hit.source != source_of(document):
            return False
        text, spans = _laid_out(collection.documents[document].sentences)
        start, end = spans[number]
        both = min(end, candidate.end) - max(start, candidate.start)
        if both < _SAME * min(end - start, candidate.end - candidate.start):
            return False
        return answer in candidate.text.casefold() or answer not in text[start:end].casefold()

    return [any(right(each, *gold) for gold in question.gold) for each in candidates]


@cache
def _laid_out(sentences: tuple[str, ...]) -> tuple[str, list[tuple[int, int]]]:
    """Return a document's text and the spans of its sentences.

    What does not end as a sentence, as a table's row, and what begins as a list's entry has its own line.
    """
    text, spans = "", []
    for each in sentences:
        if text:
            prose = _STOPPED.search(text) and _STOPPED.search(each) and not _APART.match(each)
            text += " " if prose else "\n"
        spans.append((len(text), len(text) + len(each)))
        text += each
    return text, spans


def _split(text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in sentence_spans(text, [(0, len(text))]) if text[start:end].strip()]


def _invented() -> Iterator[Collection]:
    for row in rows(READING / "invented.jsonl"):
        asked = (
            Question(each["question"], tuple((0, number) for number in each["gold"]), each.get("answer"))
            for each in row["questions"]
        )
        document = Document(row["title"], tuple(row["sentences"]))
        yield Collection(row["kind"], (document,), tuple(asked))


def _passages() -> Iterator[Collection]:
    data = folder("mtrag")
    texts = {row["_id"]: row for name in ("clapnq", "govt") for row in rows(data / f"corpus_{name}.jsonl")}
    for row in rows(READING / "passages.jsonl"):
        text = texts[row["id"]]["text"]
        spans = _split(text)
        asked = [
            Question(
                each["question"],
                tuple(
                    (0, number)
                    for number, (start, end) in enumerate(spans)
                    if any(start < last and first < end for first, last in each["gold"])
                ),
            )
            for each in row["questions"]
        ]
        sentences = tuple(text[start:end].strip() for start, end in spans)
        yield Collection(row["kind"], (Document(texts[row["id"]]["title"] or "", sentences),), tuple(asked))


def libraries(*, held_out: bool, passages: bool = True) -> Iterator[Collection]:
    """Yield what is written as libraries, to learn from or held out: documents of one kind, and each case.

    Without `passages` those over MTRAG's passages are left out.
    """
    kinds: dict[str, list[Collection]] = {}
    for each in (*_invented(), *(_passages() if passages else ())):
        kinds.setdefault(each.kind, []).append(each)
    for kind, some in kinds.items():
        kept = [each for place, each in enumerate(some) if (place % HELD_OUT == 0) is held_out]
        for first in range(0, len(kept), TOGETHER[held_out]):
            together = kept[first : first + TOGETHER[held_out]]
            yield Collection(
                kind,
                tuple(each.documents[0] for each in together),
                tuple(
                    replace(question, gold=tuple((place, number) for _, number in question.gold))
                    for place, each in enumerate(together)
                    for question in each.questions
                ),
            )
    for place, each in enumerate(_cases()):
        if (place % HELD_OUT == 0) is held_out:
            yield each


def _cases() -> Iterator[Collection]:
    """Yield the sets of documents on one matter; follow-ups are as the product searches them."""
    for row in rows(READING / "cases.jsonl"):
        asked = [
            Question(
                standalone(each["question"], [Said(each["before"], "")] if each["before"] else []),
                tuple((document, number) for document, number in each["gold"]),
                each["answer"],
            )
            for each in row["questions"]
        ]
        documents = [Document(each["title"], tuple(each["sentences"])) for each in row["documents"]]
        yield Collection(CASES, tuple(documents), tuple(asked))


def merged(collections: Iterable[Collection]) -> Collection:
    """Return one library of all documents of some."""
    documents: list[Document] = []
    questions = []
    for each in collections:
        first = len(documents)
        documents += each.documents
        over = range(first, len(documents))
        for question in each.questions:
            gold = tuple((first + document, number) for document, number in question.gold)
            questions.append(replace(question, gold=gold, over=over))
    return Collection(CASES, tuple(documents), tuple(questions))


Alone = tuple[Document, str, frozenset[int]]
"""A document with one question and the numbers of the sentences that answer it."""


def pseudo_questions() -> list[Alone]:
    """Return passages of the corpora with a pseudo-question each, and SciFact's claims as written.

    Passages that CLAPNQ's questions are paired with, or that are held out, are not among them.
    """
    generator = random.Random(5)
    paired = {row["title"] for row in rows(folder("clapnq") / "passages.jsonl")}
    kept = {
        document.title
        for each in libraries(held_out=True)
        if each.kind in PASSAGES
        for document in each.documents
    }
    texts = []
    for name, most in FROM.items():
        corpus = rows(folder(name.split("/")[0]) / f"{name.split('/')[1]}.jsonl")
        generator.shuffle(corpus)
        split = (
            (row["title"] or "", tuple(row["text"][start:end].strip() for start, end in _split(row["text"])))
            for row in corpus
            if row["title"] not in paired | kept
        )
        texts += [each for each in split if len(each[1]) > 3][:most]
    alike = _words_alike([sentence for _, sentences in texts for sentence in sentences])
    found = []
    for title, sentences in texts:
        answered = generator.randrange(len(sentences))
        if asked := _pseudo(title, sentences[answered], alike, generator):
            found.append((Document(title, sentences), asked, frozenset({answered})))
    return [*found, *_claims()]


def _words_alike(sentences: Sequence[str]) -> dict[str, list[str]]:
    """Return for each word of the corpora up to eight that mean something like it."""
    counts = collections.Counter(word.lower() for each in sentences for word in _WORD.findall(each))
    words = [
        word
        for word, count in counts.items()
        if count > 2 and word.isalpha() and len(word) > 3 and word not in STOP_WORDS
    ]
    vectors = EMBEDDER.embed_texts(words)
    alike = {}
    for first in range(0, len(words), 1000):
        cosines = vectors[first : first + 1000] @ vectors.T
        for word, row in zip(words[first:], cosines, strict=False):
            alike[word] = [words[place] for place in np.argsort(-row)[1:9] if row[place] > 0.5]
    return alike


def _pseudo(title: str, sentence: str, alike: dict[str, list[str]], generator: random.Random) -> str | None:
    words = _WORD.findall(sentence)
    if len(words) < 7:
        return None
    kinds = [(match, leads) for form, leads in _ASKED if (match := re.search(form, sentence))]
    lead = generator.choice(_ELSE)
    if kinds and generator.random() < 0.75:
        match, leads = generator.choice(kinds)
        lead = generator.choice(leads)
        left = list(_WORD.finditer(sentence[: match.start()] + " " + sentence[match.end() :]))
        near = sorted(left, key=lambda word: abs(word.start() - match.start()) + 40 * generator.random())
        words = [word.group() for word in sorted(near[:12], key=lambda word: word.start())]
    content = [word for word in words if word.lower() not in STOP_WORDS]
    kept = min(len(content), max(2, generator.randint(2, 6)))
    asked = []
    for place in sorted(generator.sample(range(len(content)), kept)):
        word = content[place]
        if generator.random() < 0.6 and alike.get(word.lower()):
            word = generator.choice(alike[word.lower()])
        asked.append(word if generator.random() < 0.5 else word.lower())
    if title and generator.random() < 0.4:
        asked.append(f"{generator.choice(('in', 'of', 'for', 'the', 'at'))} {title}")
    if generator.random() < 0.3:
        generator.shuffle(asked)
    return " ".join([lead, *asked]).strip()


def _claims() -> Iterator[Alone]:
    """SciFact's claims, with the abstract that each cites and the sentences that bear it out or refute it."""
    data = folder("scifact")
    corpus: dict[str, Any] = {row["_id"]: row for row in rows(data / "corpus.jsonl")}
    for claim in rows(data / "evidence.jsonl"):
        by_document: dict[str, set[int]] = {}
        for each in claim["evidence"]:
            by_document.setdefault(str(each["doc_id"]), set()).update(each["sentence_idx"])
        cited = next(iter(by_document), str(claim["cited_doc_ids"][0]))
        if abstract := corpus.get(cited):
            starts, text = abstract["sent_starts"], abstract["text"]
            sentences = tuple(
                text[start:end].strip() or "." for start, end in zip(starts, [*starts[1:], None], strict=True)
            )
            yield (
                Document(abstract["title"], sentences),
                claim["claim"],
                frozenset(by_document.get(cited, ())),
            )
