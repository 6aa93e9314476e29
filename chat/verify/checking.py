"""Check a pasted draft: each of its sentences against the whole library."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chat import stopping
from chat.answer import Checked, Citation, Quote
from chat.corrected import rules_out
from chat.evidence import is_heading
from chat.verify.cite import Shelf, cite
from chat.verify.compare import Similarity, compare
from chat.verify.entailment import EntailmentModel
from chat.verify.replies import asks
from chat.verify.verdict import Verdict
from chat.verify.words import read
from ingest.readers.text import paragraphs
from ingest.sentences import sentence_spans
from retrieval.hit import Filter, Hit

_HITS = 5  # passages that are looked at for each sentence,
_SENTENCES = 6  # and of those the sentences closest to it
_NEAR = 0.5  # the share of the best one's coverage from which on one may contradict: less is another matter
_WIDENED = 2  # of the closest are read with a neighbour, where none supports by itself
_TOGETHER = 0.6  # the share of its words that both have, at least
_SHOWN = 2  # quotes for and against that are shown
NO_SOURCE = "no source in the library states this"


def draft_sentences(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of a draft's sentences, in order."""
    return sentence_spans(text, paragraphs(text))


class Checker:
    """Compares sentences with what a search finds for them; only its best quotes are shown."""

    def __init__(
        self,
        search: Callable[[str, int, Filter], Sequence[Hit]],
        shelf: Shelf,
        similarity: Similarity,
        entails: EntailmentModel | None = None,
    ) -> None:
        self._search = search
        self._shelf = shelf
        self._similarity = similarity
        self._entails = entails

    def check(self, text: str, where: Filter) -> list[Checked]:
        """Return every sentence with its verdict, in the order of the text."""
        return list(self.stream(text, where))

    def stream(self, text: str, where: Filter) -> Iterator[Checked]:
        """Yield the same, each sentence as soon as it is compared."""
        for start, end in draft_sentences(text):
            yield self._sentence(text[start:end], start, end, where)

    def _sentence(self, sentence: str, start: int, end: int, where: Filter) -> Checked:
        stopping.check()
        places = _closest(sentence, self._search(sentence, _HITS, where))
        supporting: list[Citation] = []
        contradicting: list[Citation] = []
        partial: list[tuple[Citation, str]] = []
        reasons: list[str] = []
        covered = [_coverage(sentence, place.parts) for place in places]
        for place, share in zip(places, covered, strict=True):
            cited = cite(place.quote, 1, self._shelf)
            if not isinstance(cited, Citation):
                continue
            verdict = self._compare(sentence, place)
            if verdict.support == "supported":
                supporting.append(cited)
            elif verdict.support == "contradicted" and share >= _NEAR * max(covered):
                contradicting.append(cited)
                reasons.append(verdict.reason or "")
            elif verdict.support == "partial":
                partial.append((cited, verdict.reason or ""))
        if not supporting and not contradicting:
            supporting = self._with_neighbours(sentence, places[:_WIDENED])
        corrected = [cited for cited in contradicting if rules_out(cited.quote, sentence)]
        if supporting and corrected:
            reason = "a source says that this is wrong, and what is right"
            return _checked(sentence, start, end, "contradicted", reason, supporting, corrected)
        if supporting:
            reason = "a source disagrees: " + reasons[0] if contradicting else "stated by the source quoted"
            return _checked(sentence, start, end, "supported", reason, supporting, contradicting)
        if contradicting:
            return _checked(sentence, start, end, "contradicted", reasons[0], [], contradicting)
        if partial:
            cited, reason = partial[0]
            return _checked(sentence, start, end, "partial", reason, [cited], [])
        return _checked(sentence, start, end, "unsupported", NO_SOURCE, [], [])

    def _compare(self, sentence: str, place: "_Place") -> Verdict:
        return compare(sentence, place.parts, self._similarity, self._entails)

    def _with_neighbours(self, sentence: str, places: Sequence["_Place"]) -> list[Citation]:
        """What supports a sentence only together with the sentence before it, or the one after."""
        for place in places:
            for wider in place.wider():
                if _coverage(sentence, wider.parts) < _TOGETHER:
                    continue  # two that only stand by are read as one the more easily
                if self._compare(sentence, wider).support == "supported":
                    cited = cite(wider.quote, 1, self._shelf)
                    if isinstance(cited, Citation):
                        return [cited]
        return []


@dataclass(frozen=True, slots=True)
class _Place:
    """Sentences of a passage in a row, by their numbers in it, and how close they are to a claim."""

    hit: Hit
    first: int
    last: int
    score: float

    @property
    def parts(self) -> list[str]:
        """The sentences, to compare."""
        return _sentences(self.hit)[self.first : self.last + 1]

    @property
    def quote(self) -> Quote:
        """The same, to cite."""
        passage = self.hit.passage
        start, end = passage.sentences[self.first][0], passage.sentences[self.last][1]
        text = passage.text[start - passage.start : end - passage.start]
        place = (passage.document_id, passage.version, start, end)
        return Quote(*place, text, passage.id, round(self.score, 4))

    def wider(self) -> Iterator["_Place"]:
        """The same with the sentence before, then with the one after."""
        if self.first > 0:
            yield replace(self, first=self.first - 1)
        if self.last + 1 < len(self.hit.passage.sentences):
            yield replace(self, last=self.last + 1)


def _checked(
    text: str,
    start: int,
    end: int,
    support: str,
    reason: str,
    supporting: Sequence[Citation],
    contradicting: Sequence[Citation],
) -> Checked:
    return Checked(
        start=start,
        end=end,
        text=text,
        support=support,  # type: ignore[arg-type]
        reason=reason,
        supporting=tuple(supporting[:_SHOWN]),
        contradicting=tuple(contradicting[:_SHOWN]),
    )


def _closest(claim: str, hits: Sequence[Hit]) -> list[_Place]:
    """The sentences closest to a claim; a question comes with its reply.

    A heading states nothing: it is left out, unless the claim has no other words than it.
    """
    scored = []
    for hit in hits:
        words = _sentences(hit)
        for at, score in enumerate(hit.sentence_scores):
            if is_heading(words[at], hit) and not all(map(read(words[at]).has, read(claim).stems)):
                continue
            last = at + 1 if asks(words[at]) and at + 1 < len(words) and not asks(words[at + 1]) else at
            scored.append(_Place(hit, at, last, score))
    return sorted(scored, key=lambda place: -place.score)[:_SENTENCES]


def _coverage(claim: str, parts: Sequence[str]) -> float:
    """Return the share of a claim's words that its evidence has."""
    stems, pieces = read(claim).stems, [read(part) for part in parts]
    return sum(any(piece.has(stem) for piece in pieces) for stem in stems) / max(1, len(stems))


def _sentences(hit: Hit) -> list[str]:
    passage = hit.passage
    return [passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences]
