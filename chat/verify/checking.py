"""Check a pasted draft: each of its sentences against the whole library."""

from collections.abc import Callable, Iterator, Sequence

from chat import stopping
from chat.answer import Checked, Citation, Quote
from chat.evidence import is_heading
from chat.verify.cite import Shelf, cite
from chat.verify.compare import Similarity, compare
from chat.verify.replies import asks
from chat.verify.words import read
from ingest.readers.text import paragraphs
from ingest.sentences import sentence_spans
from retrieval.hit import Filter, Hit

_HITS = 5  # passages that are looked at for each sentence,
_SENTENCES = 6  # and of those the sentences closest to it
_NEAR = 0.5  # the share of the best one's coverage from which on one may contradict: less is another matter
_SHOWN = 2  # quotes for and against that are shown
NO_SOURCE = "no source in the library states this"


def draft_sentences(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of a draft's sentences, in order."""
    return sentence_spans(text, paragraphs(text))


class Checker:
    """Compares sentences with what a search finds for them; only its best quotes are shown."""

    def __init__(
        self, search: Callable[[str, int, Filter], Sequence[Hit]], shelf: Shelf, similarity: Similarity
    ) -> None:
        self._search = search
        self._shelf = shelf
        self._similarity = similarity

    def check(self, text: str, where: Filter) -> list[Checked]:
        """Return every sentence with its verdict, in the order of the text."""
        return list(self.stream(text, where))

    def stream(self, text: str, where: Filter) -> Iterator[Checked]:
        """Yield the same, each sentence as soon as it is compared."""
        for start, end in draft_sentences(text):
            yield self._sentence(text[start:end], start, end, where)

    def _sentence(self, sentence: str, start: int, end: int, where: Filter) -> Checked:
        stopping.check()
        quotes = _closest(sentence, self._search(sentence, _HITS, where))
        supporting: list[Citation] = []
        contradicting: list[Citation] = []
        partial: list[tuple[Citation, str]] = []
        reasons: list[str] = []
        covered = [_coverage(sentence, parts) for _, parts in quotes]
        for (quote, parts), share in zip(quotes, covered, strict=True):
            cited = cite(quote, 1, self._shelf)
            if not isinstance(cited, Citation):
                continue
            verdict = compare(sentence, parts, self._similarity)
            if verdict.support == "supported":
                supporting.append(cited)
            elif verdict.support == "contradicted" and share >= _NEAR * max(covered):
                contradicting.append(cited)
                reasons.append(verdict.reason or "")
            elif verdict.support == "partial":
                partial.append((cited, verdict.reason or ""))
        if supporting:
            reason = "a source disagrees: " + reasons[0] if contradicting else "stated by the source quoted"
            return _checked(sentence, start, end, "supported", reason, supporting, contradicting)
        if contradicting:
            return _checked(sentence, start, end, "contradicted", reasons[0], [], contradicting)
        if partial:
            cited, reason = partial[0]
            return _checked(sentence, start, end, "partial", reason, [cited], [])
        return _checked(sentence, start, end, "unsupported", NO_SOURCE, [], [])


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


def _closest(claim: str, hits: Sequence[Hit]) -> list[tuple[Quote, list[str]]]:
    """The sentences closest to a claim, each with the parts to compare; a question comes with its reply.

    A heading states nothing: it is left out, unless the claim has no other words than it.
    """
    scored = []
    for hit in hits:
        words, spans = _sentences(hit), hit.passage.sentences
        for at, score in enumerate(hit.sentence_scores):
            if is_heading(words[at], hit) and not all(map(read(words[at]).has, read(claim).stems)):
                continue
            last = at + 1 if asks(words[at]) and at + 1 < len(words) and not asks(words[at + 1]) else at
            start, end = spans[at][0], spans[last][1]
            text = hit.passage.text[start - hit.passage.start : end - hit.passage.start]
            place = (hit.passage.document_id, hit.passage.version, start, end)
            scored.append((Quote(*place, text, hit.passage.id, round(score, 4)), words[at : last + 1]))
    return sorted(scored, key=lambda each: -each[0].score)[:_SENTENCES]


def _coverage(claim: str, parts: Sequence[str]) -> float:
    """Return the share of a claim's words that its evidence has."""
    stems, pieces = read(claim).stems, [read(part) for part in parts]
    return sum(any(piece.has(stem) for piece in pieces) for stem in stems) / max(1, len(stems))


def _sentences(hit: Hit) -> list[str]:
    passage = hit.passage
    return [passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences]
