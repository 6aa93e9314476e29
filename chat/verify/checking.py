"""Check a pasted draft: each of its sentences against the whole library."""

from collections.abc import Callable, Iterator, Sequence

from chat import stopping
from chat.answer import Checked, Citation, Quote
from chat.verify.cite import Shelf, cite
from chat.verify.compare import Similarity, compare
from ingest.readers.text import paragraphs
from ingest.sentences import sentence_spans
from retrieval.hit import Filter, Hit

_HITS = 5  # passages that are looked at for each sentence,
_SENTENCES = 6  # and of those the sentences closest to it
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
        quotes = _closest(self._search(sentence, _HITS, where))
        supporting: list[Citation] = []
        contradicting: list[Citation] = []
        partial: list[tuple[Citation, str]] = []
        reasons: list[str] = []
        for quote in quotes:
            cited = cite(quote, 1, self._shelf)
            if not isinstance(cited, Citation):
                continue
            verdict = compare(sentence, [cited.quote], self._similarity)
            if verdict.support == "supported":
                supporting.append(cited)
            elif verdict.support == "contradicted":
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


def _closest(hits: Sequence[Hit]) -> list[Quote]:
    scored = [
        Quote(
            hit.passage.document_id,
            hit.passage.version,
            start,
            end,
            hit.passage.text[start - hit.passage.start : end - hit.passage.start],
            hit.passage.id,
            round(score, 4),
        )
        for hit in hits
        for (start, end), score in zip(hit.passage.sentences, hit.sentence_scores, strict=True)
    ]
    return sorted(scored, key=lambda quote: -quote.score)[:_SENTENCES]
