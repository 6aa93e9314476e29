"""Which sentences of the evidence are read again, side by side with the question, and what comes of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from chat.evidence import Candidate, Evidence
from chat.ranking import match
from chat.reader import Group

# As many as have room in one pass, of about thirty words each.
MOST_READ = 10


class Reader(Protocol):
    """Reads a question and sentences together."""

    def read(self, question: str, groups: Sequence[Group]) -> list[list[float | None]]:
        """Return for each sentence the log-odds that it answers rather than that nothing here does.

        None for a sentence that was not read.
        """
        ...


def read(evidence: Evidence, reader: Reader) -> Evidence:
    """Return the evidence with what a reader says of its likeliest sentences.

    They are read passage by passage, the one with the likeliest sentence first, in the order of the text.
    """
    if not evidence.candidates:
        return evidence
    order = sorted(
        range(len(evidence.candidates)), key=lambda place: -match(evidence.candidates[place], evidence)
    )
    passages: dict[str, list[int]] = {}
    for place in order[:MOST_READ]:
        passages.setdefault(evidence.candidates[place].hit.passage.id, []).append(place)
    places = [sorted(each, key=lambda place: evidence.candidates[place].start) for each in passages.values()]
    groups = [
        Group(
            evidence.candidates[each[0]].hit.title,
            [" ".join(evidence.candidates[place].text.split()) for place in each],
        )
        for each in places
    ]
    candidates: list[Candidate] = list(evidence.candidates)
    for each, scores in zip(places, reader.read(evidence.question, groups), strict=True):
        for place, score in zip(each, scores, strict=True):
            candidates[place] = replace(candidates[place], read=score)
    return replace(evidence, candidates=tuple(candidates), was_read=True)
