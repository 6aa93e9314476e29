"""Which sentences of the evidence are read again, side by side with the question, and what comes of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from chat.evidence import Candidate, Evidence
from chat.ranking import match
from chat.reader import Group

# As many as have room in one pass, of about thirty words each.
A_PASS = 10
# The likeliest ones, and those that come next.
PASSES = 2


class Reader(Protocol):
    """Reads a question and sentences together."""

    def read(self, question: str, passes: Sequence[Sequence[Group]]) -> list[list[list[float | None]]]:
        """Return for each sentence the log-odds that it answers rather than that nothing of its pass does.

        None for a sentence that was not read.
        """
        ...


def read(evidence: Evidence, reader: Reader) -> Evidence:
    """Return the evidence with what a reader says of its likeliest sentences, so many in each pass.

    They are read passage by passage, the one with the likeliest sentence first, in the order of the text.
    """
    if not evidence.candidates:
        return evidence
    candidates: list[Candidate] = list(evidence.candidates)
    order = sorted(range(len(candidates)), key=lambda place: -match(candidates[place], evidence))
    shares = [order[first : first + A_PASS] for first in range(0, PASSES * A_PASS, A_PASS)]
    passes = [by_passage(candidates, share) for share in shares if share]
    found = reader.read(evidence.question, [[group(candidates, each) for each in some] for some in passes])
    for some, of_pass in zip(passes, found, strict=True):
        for places, scores in zip(some, of_pass, strict=True):
            for place, score in zip(places, scores, strict=True):
                candidates[place] = replace(candidates[place], read=score)
    return replace(evidence, candidates=tuple(candidates), was_read=True)


def by_passage(candidates: Sequence[Candidate], some: Sequence[int]) -> list[list[int]]:
    """Return the places of some candidates by their passage, and there in the order of the text."""
    passages: dict[str, list[int]] = {}
    for place in some:
        passages.setdefault(candidates[place].hit.passage.id, []).append(place)
    return [sorted(each, key=lambda place: candidates[place].start) for each in passages.values()]


def group(candidates: Sequence[Candidate], places: Sequence[int]) -> Group:
    """Return candidates of one passage as a reader takes them."""
    sentences = [" ".join(candidates[place].text.split()) for place in places]
    return Group(candidates[places[0]].hit.title, sentences)
