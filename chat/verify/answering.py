"""The verifier: it checks a draft claim by claim, and is the only maker of an `Answer`."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat.answer import (
    Answer,
    Citation,
    Claim,
    Context,
    Draft,
    Quote,
    Rejected,
    Remark,
    Sentence,
    Short,
    Status,
    Verified,
    prose,
)
from chat.parts import unanswered
from chat.verify.cite import Misquoted, ReadOnce, Shelf, cite
from chat.verify.compare import Similarity, compare
from chat.verify.context import context_for
from chat.verify.entailment import EntailmentModel
from chat.verify.place import speaker_of
from ingest.readers.text import paragraphs
from ingest.sentences import sentence_spans
from retrieval.report import Failure


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in its conversation, and what was searched for it."""

    question: str
    standalone: str
    conversation: str
    turn: int
    documents: int
    collections: tuple[str, ...]
    unreadable: tuple[Failure, ...]
    library_version: str


class Verifier:
    """Checks drafts against the documents as they are now."""

    def __init__(self, shelf: Shelf, similarity: Similarity, entails: EntailmentModel | None = None) -> None:
        self._shelf = shelf
        self._similarity = similarity
        self._entails = entails

    def begin(self, asked: Asked) -> "Checking":
        """Return where the claims of one answer are taken in, as they come."""
        return Checking(self._shelf, self._similarity, self._entails, asked)

    def verify(
        self, draft: Draft, asked: Asked, timings_ms: dict[str, float]
    ) -> Iterator[Verified | Rejected | Answer]:
        """Yield each sentence that passes and each claim that fails, at once, and last the answer."""
        checking = self.begin(asked)
        yield from checking.take_all(draft.claims)
        yield checking.answer(draft.nearest, draft.answerer, timings_ms)


class Checking:
    """One answer in the making: claims go in one by one, and what passes is numbered on."""

    def __init__(
        self, shelf: Shelf, similarity: Similarity, entails: EntailmentModel | None, asked: Asked
    ) -> None:
        self._shelf = ReadOnce(shelf)
        self._similarity = similarity
        self._entails = entails
        self._asked = asked
        self._citations: list[Citation] = []
        self._sentences: list[Sentence] = []
        self._rejected: list[Rejected] = []
        self._short: Short | None = None
        self._seconds = 0.0

    @property
    def passed(self) -> bool:
        """Whether any claim has passed so far."""
        return bool(self._sentences)

    @property
    def cited(self) -> set[str]:
        """The ids of the documents that are cited so far."""
        return {citation.document_id for citation in self._citations}

    def take(self, claim: Claim) -> Verified | Rejected | None:
        """Return the sentence with the citations that it is the first to use, or why it is rejected.

        None is for what was said already.
        """
        began = time.perf_counter()
        known = len(self._citations)
        outcome = self._check(claim, self._citations, self._shelf)
        self._seconds += time.perf_counter() - began
        if isinstance(outcome, Rejected):
            del self._citations[known:]
            self._rejected.append(outcome)
            return outcome
        if any(said.text == outcome.text for said in self._sentences):
            del self._citations[known:]  # said already
            return None
        short = _short(claim, outcome, self._citations) if not self._sentences else None
        self._sentences.append(outcome)
        self._short = self._short or short
        return Verified(outcome, tuple(self._citations[known:]), short)

    def take_all(self, claims: Sequence[Claim]) -> Iterator[Verified | Rejected]:
        """Yield what becomes of each claim, but for what was said already."""
        yield from (found for claim in claims if (found := self.take(claim)) is not None)

    def number_of(self, quote: Quote) -> int | None:
        """Return the number of the citation of these words, if they are cited."""
        found = _same(self._citations, quote)
        return found.number if found is not None else None

    def answer(
        self,
        nearest: Sequence[Quote],
        answerer: str,
        timings_ms: dict[str, float],
        *,
        remarks: Sequence[Remark] = (),
        broken_off: bool = False,
    ) -> Answer:
        """Return the answer of all that has passed; `broken_off` says that more should have come."""
        began = time.perf_counter()
        asked, sentences = self._asked, self._sentences
        close = [
            there
            for number, quote in enumerate(nearest, 1)
            if isinstance(there := cite(quote, number, self._shelf), Citation)
        ]
        found = _status(sentences)
        lacking = (
            unanswered(asked.standalone, [each.text for each in sentences]) if found == "answered" else ()
        )
        status: Status = "partial" if found == "answered" and (broken_off or lacking) else found
        short = self._short if status == "answered" else None
        text = prose(sentences, short) if sentences else not_found(asked, bool(close))
        self._seconds += time.perf_counter() - began
        return Answer(
            question=asked.question,
            standalone_question=asked.standalone,
            conversation=asked.conversation,
            turn=asked.turn,
            status=status,
            text=" ".join([*(_opening(remark.text) for remark in remarks), text]),
            short=short,
            sentences=tuple(sentences),
            citations=tuple(self._citations),
            rejected=tuple(self._rejected),
            missing=(asked.standalone,) if found == "partial" else lacking,
            nearest=() if status == "answered" else tuple(close),
            unreadable=asked.unreadable,
            answerer=answerer,
            library_version=asked.library_version,
            timings_ms={**timings_ms, "verify": round(self._seconds * 1000, 2)},
        )

    def _check(self, claim: Claim, citations: list[Citation], shelf: Shelf) -> Sentence | Rejected:
        """Return the claim as a sentence, its new citations appended, or why it is rejected."""
        if not claim.quotes:
            return Rejected(claim.text, claim.note or "it cites no source")
        numbers: list[int] = []
        cited: list[Citation] = []
        for quote in claim.quotes:
            found = _same(citations, quote) or _cite(quote, len(citations) + 1, shelf)
            if isinstance(found, Misquoted):
                return Rejected(claim.text, found.reason)
            if found.number > len(citations):
                citations.append(found)
            numbers.append(found.number)
            cited.append(found)
        verbatim = any(_spaced(citation.quote) == _spaced(claim.text) for citation in cited)
        quotes = [citation.quote for citation in cited]
        parts = [[quote] if verbatim else _sentences(quote) for quote in quotes]
        evidence = [part for each in parts for part in each]
        origin = [number for number, each in enumerate(parts) for _ in each]
        verdict = compare(claim.text, evidence, self._similarity, self._entails, quotes=origin)
        if verdict.support in ("contradicted", "unsupported"):
            return Rejected(claim.text, verdict.reason or "its sources do not support it")
        return Sentence(
            text=claim.text,
            citations=tuple(numbers),
            support=verdict.support,
            reason="; ".join(filter(None, (verdict.reason, claim.note))) or None,
            verbatim=verbatim,
            relation=claim.relation,
            speaker=_speaker(cited, shelf),
        )


def _cite(quote: Quote, number: int, shelf: Shelf) -> Citation | Misquoted:
    document = shelf.find(quote.document_id, quote.version)
    context: tuple[Context, ...] = ()
    if document is not None:
        context = context_for(document, quote)
    return cite(quote, number, shelf, context)


def _speaker(cited: Sequence[Citation], shelf: Shelf) -> str | None:
    """Return who says the words of the first source that tells."""
    for citation in cited:
        document = shelf.find(citation.document_id, citation.document_version)
        if document is not None and (name := speaker_of(document, citation.start, citation.end)):
            return name
    return None


def _short(claim: Claim, sentence: Sentence, citations: Sequence[Citation]) -> Short | None:
    """Return the span that a claim says answers, if it lies in the quote that its sentence is."""
    if claim.short is None or sentence.relation != "answers" or not sentence.verbatim:
        return None
    start, end = claim.short
    cited = citations[sentence.citations[0] - 1]
    words = cited.quote[max(0, start - cited.start) : max(0, end - cited.start)]
    # Across a line break the sentence has other words than the document.
    if not cited.start <= start < end <= cited.end or words not in sentence.text:
        return None
    return Short(words, cited.number, start, end)


def _status(sentences: Sequence[Sentence]) -> Status:
    """Evidence that only relates to a question is no answer to it."""
    if not sentences:
        return "not_found"
    return "answered" if any(sentence.relation == "answers" for sentence in sentences) else "partial"


def not_found(asked: Asked, near: bool) -> str:
    """Return what to say when nothing answers: what was searched, never that there is no answer."""
    if not asked.documents:
        return (
            "This library is empty, so there is nothing to answer from. Add documents with "
            "`footnote add PATH`, or with “Add files” on the page."
        )
    where = f"{asked.documents} document{'s' if asked.documents != 1 else ''}"
    if asked.collections:
        where += f" ({', '.join(asked.collections)})"
    parts = [f"I found no sentence that answers “{asked.standalone}” in {where}."]
    unread = len(asked.unreadable)
    missed = f": {unread} file{'s' if unread != 1 else ''} could not be read" if unread else ""
    parts.append(f"That is not proof that there is none{missed}.")
    if near:
        parts.append("The closest passages are listed; none of them states it.")
    return " ".join(parts)


def _same(citations: Sequence[Citation], quote: Quote) -> Citation | None:
    place = (quote.document_id, quote.version, quote.start, quote.end)
    for citation in citations:
        if (citation.document_id, citation.document_version, citation.start, citation.end) == place:
            return citation
    return None


def _sentences(quote: str) -> list[str]:
    """A paraphrase is laid beside single sentences, as the checks were measured."""
    return [quote[start:end] for start, end in sentence_spans(quote, paragraphs(quote))]


def _opening(text: str) -> str:
    return text[0].upper() + text[1:] if text.startswith("the ") else text  # "openai:…" stays small


def _spaced(text: str) -> str:
    return " ".join(text.split())
