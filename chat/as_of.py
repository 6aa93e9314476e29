"""The date that a question sets, and whether a statement is later: "as of March 2024", "in 2023".

A statement's date is that of its document, as its text or whoever added it gives it, never a file's time.
"""

import re
from calendar import monthrange
from dataclasses import dataclass

from chat.evidence import Candidate
from chat.verify.dates import Date, dates
from chat.verify.words import read

_SETS = re.compile(
    r"\b(?P<plain>as (?:of|at|on)|by|until|up to|before)\s+(?:the (?:end|close) of\s+)?$"
    r"|\b(?:in|on|during|at the (?:end|start) of|back in)\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AsOf:
    """A date as the question says it, and its last day as `YYYY-MM-DD`.

    `told` says that statements as they stood then are asked for ("as of"), not what happened then ("in").
    """

    words: str
    last: str
    told: bool
    date: Date


def as_of(question: str) -> AsOf | None:
    """Return the date that a question sets, if it sets one and that has a year."""
    piece = read(question)
    for date in dates(piece):
        before = _SETS.search(piece.text[: date.start])
        if before is None or date.year is None or date.bc:
            continue
        words = question[date.start : date.end]
        return AsOf(words, _last_day(date, date.until or date.year), before["plain"] is not None, date)
    return None


def fits(candidate: Candidate, asked: AsOf) -> bool | None:
    """Tell whether a statement is as old as was asked; None where nothing says when it was made.

    "In 2023" is also met by a later document that speaks of 2023 itself.
    """
    if not asked.told:
        own = [date for date in dates(read(f"{candidate.text} {candidate.hit.title}")) if date.year]
        if any(set(asked.date.parts) & set(date.parts) for date in own):
            return True
    published = candidate.hit.published
    return None if published is None else published <= asked.last


def _last_day(date: Date, year: int) -> str:
    month = date.month or 12
    day = date.day or monthrange(year, month)[1] if 1 <= year <= 9999 else 31
    return f"{year:04d}-{month:02d}-{day:02d}"
