"""Which sentences of the evidence are read again, side by side with the question, and what comes of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from chat.evidence import Candidate, Evidence
from chat.ranking import match
from chat.reader import A_PASS, PASSES, Sentence


class Reader(Protocol):
    """Reads a question and sentences together."""

    def read(self, question: str, sentences: Sequence[Sentence]) -> list[float | None]:
        """Return for each sentence the log-odds that it answers rather than that nothing read with it does.

        The likeliest sentences come first. None for one that was not read.
        """
        ...


def read(evidence: Evidence, reader: Reader) -> Evidence:
    """Return the evidence with what a reader says of its likeliest sentences."""
    if not evidence.candidates:
        return evidence
    candidates: list[Candidate] = list(evidence.candidates)
    order = sorted(range(len(candidates)), key=lambda place: -match(candidates[place], evidence))
    likeliest = order[: PASSES * A_PASS]
    scores = reader.read(evidence.question, [as_read(candidates[place]) for place in likeliest])
    for place, score in zip(likeliest, scores, strict=True):
        candidates[place] = replace(candidates[place], read=score)
    return replace(evidence, candidates=tuple(candidates), was_read=True)


def as_read(candidate: Candidate) -> Sentence:
    """Return a candidate as a reader takes it."""
    words = " ".join(candidate.text.split())
    return Sentence(words, candidate.hit.title, candidate.hit.passage.document_id, candidate.start)
