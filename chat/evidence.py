"""What a search found, taken apart into sentences that can be compared with the question."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chat.question import Kind, kind, offers
from ingest.passage import HEADING_JOINT
from retrieval.hit import Hit


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that could be quoted, as a half-open span of its document, and what speaks for it.

    `cosine` is the question's with the sentence, `cover` and `passage_cover` the share (0..1) of the
    question's words, by rarity, that the sentence, or its passage with title and heading, has; `rank`
    counts hits from 0; `typed` says that it has something of the kind asked for.
    """

    hit: Hit
    start: int
    end: int
    text: str
    cosine: float
    cover: float
    passage_cover: float
    typed: bool
    rank: int
    position: int
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
    for rank, hit in enumerate(hits):
        passage = hit.passage
        around = " ".join(filter(None, (hit.title, passage.heading, passage.text)))
        passage_cover = cover(frozenset(lexicon.stems(around)))
        for position, ((start, end), cosine) in enumerate(
            zip(passage.sentences, hit.sentence_scores, strict=True)
        ):
            text = passage.text[start - passage.start : end - passage.start]
            if _is_heading(text, hit):  # it tells what comes, and states nothing
                continue
            stems = frozenset(lexicon.stems(text))
            candidates.append(
                Candidate(
                    hit=hit,
                    start=start,
                    end=end,
                    text=text,
                    cosine=cosine,
                    cover=cover(stems),
                    passage_cover=passage_cover,
                    typed=offers(asked, text, question),
                    rank=rank,
                    position=position,
                    stems=stems,
                )
            )
    return Evidence(question, asked, tuple(hits), tuple(candidates))


def _is_heading(text: str, hit: Hit) -> bool:
    headings = [hit.title, *(hit.passage.heading or "").split(HEADING_JOINT)]
    return _plain(text) in {_plain(heading) for heading in headings}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
