"""What a search found, taken apart into sentences that can be compared with the question."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chat.question import TYPED, Kind, kind, offers
from ingest.passage import HEADING_JOINT
from retrieval.hit import Hit

_PRONOUN = re.compile(r"\b(?:he|she|they|his|her|their)\b", re.IGNORECASE)
_FEW = 5  # words; a line as short, without a stop, a number or a colon, states nothing


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could be quoted, as a half-open span of its document, and what speaks for it.

    It is one sentence; or a question with the sentence that answers it, as in a transcript or an interview;
    or, where a person is asked for and the sentence names none, that sentence with the one before it.
    `cosine` is the question's with the sentence, `before` with the sentence before it, `cover` and
    `passage_cover` the share (0..1) of the question's words, by rarity, that the span, or its passage with
    title and heading, has; `lead` is how far `cosine` stays behind the best one of its passage (0 for the
    best). `typed` says that the span has something of the kind asked for; `lacks` that the kind can be told
    by its form and the span has nothing of it.
    """

    hit: Hit
    start: int
    end: int
    text: str
    cosine: float
    before: float
    lead: float
    cover: float
    passage_cover: float
    typed: bool
    lacks: bool
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A question and the hits for it, best first. `asked` is what kind of thing it asks for."""

    question: str
    asked: Kind
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]


class Lexicon:
    """Stems and their rarity in one library, as its words index counts them."""

    def __init__(
        self,
        stems: Callable[[str], list[str]],
        frequencies: Callable[[Sequence[str]], list[int]],
        passages: Callable[[], int],
    ) -> None:
        self.stems = stems
        self._frequencies = frequencies
        self._passages = passages

    def rarity(self, stems: Sequence[str]) -> dict[str, float]:
        """Return BM25's inverse document frequency of each stem, in passages; never below 0.1."""
        total = self._passages()
        return {
            stem: max(0.1, math.log(1 + (total - count + 0.5) / (count + 0.5)))
            for stem, count in zip(stems, self._frequencies(stems), strict=True)
        }


def gather(question: str, hits: Sequence[Hit], lexicon: Lexicon) -> Evidence:
    """Return every sentence of the hits with what speaks for it, in the order of the hits."""
    asked = kind(question)
    weights = lexicon.rarity(lexicon.stems(question))
    total = sum(weights.values()) or 1.0

    def cover(stems: frozenset[str]) -> float:
        return sum(weight for stem, weight in weights.items() if stem in stems) / total

    candidates = []
    for hit in hits:
        around = " ".join(filter(None, (hit.title, hit.passage.heading, hit.passage.text)))
        passage_cover = cover(frozenset(lexicon.stems(around)))
        best = max(hit.sentence_scores, default=0.0)
        for unit in _units(hit, asked, question):
            stems = frozenset(lexicon.stems(unit.text))
            typed = offers(asked, unit.states, question)
            candidates.append(
                Candidate(
                    hit=hit,
                    start=unit.start,
                    end=unit.end,
                    text=unit.text,
                    cosine=unit.cosine,
                    before=unit.before,
                    lead=unit.cosine - best,
                    cover=cover(stems),
                    passage_cover=passage_cover,
                    typed=typed,
                    lacks=asked in TYPED and not typed,
                    stems=stems,
                )
            )
    return Evidence(question, asked, tuple(hits), tuple(candidates))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A span to quote; `states` is the part of it that can answer, without a question that it opens with."""

    start: int
    end: int
    text: str
    states: str
    cosine: float
    before: float


def _units(hit: Hit, asked: Kind, question: str) -> Iterator[_Unit]:
    passage = hit.passage

    def words(start: int, end: int) -> str:
        return passage.text[start - passage.start : end - passage.start]

    taken = -1
    for position, (start, end) in enumerate(passage.sentences):
        text, cosine = words(start, end), hit.sentence_scores[position]
        before = hit.sentence_scores[position - 1] if position else hit.dense
        if position == taken or _is_heading(text, hit):
            continue
        if _asks(text) and position + 1 < len(passage.sentences):
            taken = position + 1
            answer_start, answer_end = passage.sentences[taken]
            yield _Unit(
                start,
                answer_end,
                words(start, answer_end),
                words(answer_start, answer_end),
                max(cosine, hit.sentence_scores[taken]),
                before,
            )
            continue
        if position and _asks(words(*passage.sentences[position - 1])):
            cosine = max(cosine, before)
        if position and asked == "who" and _PRONOUN.search(text) and not offers(asked, text, question):
            earlier_start, earlier_end = passage.sentences[position - 1]
            joined = words(earlier_start, end)
            if offers(asked, words(earlier_start, earlier_end), question):
                yield _Unit(earlier_start, end, joined, joined, cosine, before)
                continue
        yield _Unit(start, end, text, text, cosine, before)


def _asks(text: str) -> bool:
    """Whether a sentence or a heading is a question: what follows it is its answer."""
    return text.rstrip().endswith("?")


def _is_heading(text: str, hit: Hit) -> bool:
    """Whether a span only tells what comes: the title, a heading, or a few words without a full stop."""
    bare = text.strip()
    if len(bare.split()) <= _FEW and bare[-1:].isalnum() and not re.search(r"[\d:;|]", bare):
        return True
    headings = [hit.title, *(hit.passage.heading or "").split(HEADING_JOINT)]
    return _plain(text) in {_plain(heading) for heading in headings}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
