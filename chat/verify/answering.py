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
    Sentence,
    Status,
    Verified,
)
from chat.verify.cite import Misquoted, ReadOnce, Shelf, cite
from chat.verify.compare import Similarity, compare
from chat.verify.context import context_for
from chat.verify.place import speaker_of
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

    def __init__(self, shelf: Shelf, similarity: Similarity) -> None:
        self._shelf = shelf
        self._similarity = similarity

    def verify(
        self, draft: Draft, asked: Asked, timings_ms: dict[str, float]
    ) -> Iterator[Verified | Rejected | Answer]:
        """Yield each sentence that passes and each claim that fails, at once, and last the answer."""
        began = time.perf_counter()
        shelf = ReadOnce(self._shelf)
        citations: list[Citation] = []
        sentences: list[Sentence] = []
        rejected: list[Rejected] = []
        for claim in draft.claims:
            known = len(citations)
            outcome = self._check(claim, citations, shelf)
            if isinstance(outcome, Rejected):
                del citations[known:]
                rejected.append(outcome)
                yield outcome
                continue
            sentences.append(outcome)
            yield Verified(outcome, tuple(citations[known:]))
        nearest = [
            found
            for number, quote in enumerate(draft.nearest, 1)
            if isinstance(found := cite(quote, number, shelf), Citation)
        ]
        status = _status(sentences)
        yield Answer(
            question=asked.question,
            standalone_question=asked.standalone,
            conversation=asked.conversation,
            turn=asked.turn,
            status=status,
            text=prose(sentences) if sentences else not_found(asked, bool(nearest)),
            sentences=tuple(sentences),
            citations=tuple(citations),
            rejected=tuple(rejected),
            missing=(asked.standalone,) if status == "partial" else (),
            nearest=() if status == "answered" else tuple(nearest),
            unreadable=asked.unreadable,
            answerer=draft.answerer,
            library_version=asked.library_version,
            timings_ms={**timings_ms, "verify": round((time.perf_counter() - began) * 1000, 2)},
        )

    def _check(self, claim: Claim, citations: list[Citation], shelf: Shelf) -> Sentence | Rejected:
        """Return the claim as a sentence, its new citations appended, or why it is rejected."""
        if not claim.quotes:
            return Rejected(claim.text, "it cites no source")
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
        verdict = compare(claim.text, [citation.quote for citation in cited], self._similarity)
        if verdict.support in ("contradicted", "unsupported"):
            return Rejected(claim.text, verdict.reason or "its sources do not support it")
        verbatim = any(_spaced(citation.quote) == _spaced(claim.text) for citation in cited)
        return Sentence(
            text=claim.text,
            citations=tuple(numbers),
            support=verdict.support,
            reason=verdict.reason,
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


def _status(sentences: Sequence[Sentence]) -> Status:
    """Evidence that only relates to a question is no answer to it."""
    if not sentences:
        return "not_found"
    return "answered" if any(sentence.relation == "answers" for sentence in sentences) else "partial"


def prose(sentences: Sequence[Sentence]) -> str:
    """Return the sentences with their markers, as they are read: `Words of a source. [1]`."""
    return " ".join(
        f"{sentence.text} {''.join(f'[{n}]' for n in sentence.citations)}" for sentence in sentences
    )


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


def _spaced(text: str) -> str:
    return " ".join(text.split())
