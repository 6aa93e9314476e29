"""What the reader learns from: written questions (`bench/reading`), and pseudo-questions over the corpora.

`bench/reading/invented.jsonl` has short invented documents, each with questions that it answers, most of them
in other words than it uses, and near misses that it does not. A language model wrote them for this purpose.
`bench/reading/passages.jsonl` has such questions over passages of MTRAG, by id and by the spans that answer.
"""

import collections
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bench.data import folder, rows
from ingest.sentences import sentence_spans
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.english import STOP_WORDS
from retrieval.sources import TextSource

READING = Path(__file__).with_name("reading")
HELD_OUT = 7  # every so many-th document of each kind
LATER = {"agencies", "tables and transcripts", "contracts and cases"}  # kinds that were written later
FROM = {"mtrag/corpus_clapnq": 2600, "mtrag/corpus_govt": 833, "scifact/corpus": 1200}
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]+|\d[\d,.]*\d|\d")
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
    """A question and the numbers of the sentences that answer it; none where it is a near miss."""

    text: str
    gold: tuple[int, ...]


@dataclass(frozen=True)
class Text:
    """A document's title and sentences, with questions; `kind` is what it is held out with."""

    kind: str
    title: str
    sentences: tuple[str, ...]
    questions: tuple[Question, ...]


def _split(text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in sentence_spans(text, [(0, len(text))]) if text[start:end].strip()]


def _invented() -> Iterator[Text]:
    for row in rows(READING / "invented.jsonl"):
        asked = (Question(each["question"], tuple(each["gold"])) for each in row["questions"])
        yield Text(row["kind"], row["title"], tuple(row["sentences"]), tuple(asked))


def _passages() -> Iterator[Text]:
    data = folder("mtrag")
    texts = {row["_id"]: row for name in ("clapnq", "govt") for row in rows(data / f"corpus_{name}.jsonl")}
    for row in rows(READING / "passages.jsonl"):
        text = texts[row["id"]]["text"]
        spans = _split(text)
        asked = [
            Question(
                each["question"],
                tuple(
                    number
                    for number, (start, end) in enumerate(spans)
                    if any(start < last and first < end for first, last in each["gold"])
                ),
            )
            for each in row["questions"]
        ]
        sentences = tuple(text[start:end].strip() for start, end in spans)
        yield Text(row["kind"], texts[row["id"]]["title"] or "", sentences, tuple(asked))


@cache
def written() -> tuple[list[tuple[Text, list[Text]]], list[tuple[Text, list[Text]]]]:
    """Return the documents to learn from and those that are held out, each with all of its kind."""
    kinds: dict[str, list[Text]] = {}
    for text in (*_invented(), *_passages()):
        kinds.setdefault(text.kind, []).append(text)
    learnt, kept = [], []
    for texts in kinds.values():
        for number, text in enumerate(texts):
            (learnt if number % HELD_OUT else kept).append((text, texts))
    return learnt, kept


def small_libraries() -> Iterator[tuple[list[TextSource], list[tuple[Text, Question]]]]:
    """Yield the held-out invented documents by threes, as a library each, with the questions over them.

    A text is the source of that name: its kind and title.
    """
    kinds: dict[str, list[Text]] = {text.kind: [] for text in _invented()}
    for text, _ in written()[1]:
        if text.kind in kinds:
            kinds[text.kind].append(text)
    for texts in kinds.values():
        for first in range(0, len(texts), 3):
            some = texts[first : first + 3]
            yield (
                [TextSource(" ".join(each.sentences), source_of(each), each.title) for each in some],
                [(each, question) for each in some for question in each.questions],
            )


def source_of(text: Text) -> str:
    """Return the name that a text has as a source."""
    return f"{text.kind}/{text.title}"


def pseudo_questions() -> list[Text]:
    """Return a passage of the corpora each time with one pseudo-question, and SciFact's claims as written."""
    generator = random.Random(5)
    paired = {row["title"] for row in rows(folder("clapnq") / "passages.jsonl")}
    texts = []
    for name, most in FROM.items():
        corpus = rows(folder(name.split("/")[0]) / f"{name.split('/')[1]}.jsonl")
        generator.shuffle(corpus)
        split = (
            (row["title"] or "", tuple(row["text"][start:end].strip() for start, end in _split(row["text"])))
            for row in corpus
            if row["title"] not in paired
        )
        texts += [each for each in split if len(each[1]) > 3][:most]
    alike = _words_alike([sentence for _, sentences in texts for sentence in sentences])
    found = []
    for title, sentences in texts:
        answering = generator.randrange(len(sentences))
        if asked := _pseudo(title, sentences[answering], alike, generator):
            found.append(Text("pseudo", title, sentences, (Question(asked, (answering,)),)))
    return [*found, *_claims()]


def _words_alike(sentences: Sequence[str]) -> dict[str, list[str]]:
    """Return for each word of the corpora up to eight that mean something like it."""
    counts = collections.Counter(word.lower() for each in sentences for word in _WORD.findall(each))
    words = [
        word
        for word, count in counts.items()
        if count > 2 and word.isalpha() and len(word) > 3 and word not in STOP_WORDS
    ]
    vectors = SentenceTransformerEmbedder().embed_texts(words)
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


def _claims() -> Iterator[Text]:
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
            gold = tuple(sorted(by_document.get(cited, ())))
            yield Text("claims", abstract["title"], sentences, (Question(claim["claim"], gold),))
