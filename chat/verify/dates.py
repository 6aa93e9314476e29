"""Dates: whole and partial ones, years, decades, centuries, days of the week."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat.verify.align import Alignment
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece

_MONTHS = "january february march april may june july august september october november december"
MONTHS = {name: n for n, name in enumerate(_MONTHS.split(" "), 1)}
MONTHS |= {name[:3]: n for name, n in MONTHS.items()} | {"sept": 9}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
WEEKDAYS = {name: n for n, name in enumerate(_DAYS.split(" "))}
_MONTH = rf"(?P<month>(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1\d|20)\d\d)(?![\d.,]\d|\w)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\b(?P<year>(?:1\d|20)\d\d)-(?P<number>[01]\d)-(?P<day>[0-3]\d)\b",
        rf"\b{_DAY} (?:of )?{_MONTH}(?:,? ?{_YEAR})?",
        rf"\b{_MONTH} {_DAY}\b(?! ?: ?\d)(?: ?,? ?{_YEAR})?",
        rf"\b{_MONTH}(?: of)?,? {_YEAR}",
    )
)
_ANY_MONTH = "|".join(name.capitalize() for name in _MONTHS.split(" "))
# "May" and "March" are months after such words, or after another month.
_MONTH_ALONE = tuple(
    re.compile(form)
    for form in (
        rf"\b(?P<month>(?!May|March)(?:{_ANY_MONTH}))\b",
        r"\b(?i:in|of|by|since|until|till|from|during|early|late|mid|last|next|this|each|every)[ -]"
        r"(?P<month>May|March)\b",
        rf"\b(?:{_ANY_MONTH})(?: (?:and|or|to) |[-/])(?P<month>May|March)\b",
    )
)
_SLASHED = re.compile(r"\b(?P<a>[0-3]?\d)/(?P<b>[0-3]?\d)/(?P<year>(?:1\d|20)\d\d)\b")
_DECADE = re.compile(r"\b(?P<year>(?:1\d|20)\d0)'?s\b")
_YEARS = re.compile(
    rf"(?<![\w.,$£€/-]){_YEAR}(?! ?(?:%|percent|km\b|miles|feet|meters|metres|people|years|dollars))"
)
_SPANNED = re.compile(rf"(?<![\w.,$£€]){_YEAR}? ?(?:-|--|/|to|and) ?(?P<last>\d\d(?:\d\d)?)(?![\w%]|[.,]\d)")
_WEEKDAY = re.compile(rf"\b(?:{_DAYS.replace(' ', '|')})s?\b", re.IGNORECASE)
_AD_YEAR = re.compile(r"\b(?P<year>\d{1,4}) (?P<era>BCE?|CE|AD)\b|\bAD (?P<later>\d{1,4})\b")


@dataclass(frozen=True, slots=True)
class Date:
    """A date with what it leaves unsaid as None; `decade` is True for "the 1990s", `bc` counts backwards.

    `until` is the second year of one that lies in two, a financial or school year such as "2024-25".
    """

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int
    decade: bool = False
    bc: bool = False
    until: int | None = None

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """What is said, by name."""
        named = (("year", self.year), ("until", self.until), ("month", self.month), ("day", self.day))
        return tuple((name, value) for name, value in named if value is not None)


def dates(piece: Piece) -> list[Date]:
    """Dates in order; where readings overlap the fullest one stands."""
    text = piece.text
    found: list[Date] = []
    taken = bytearray(len(text))
    for date in (*_full(text), *_short(text)):
        if not any(taken[date.start : date.end]):
            taken[date.start : date.end] = b"\x01" * (date.end - date.start)
            found.append(date)
    return sorted(found, key=lambda date: date.start)


def _full(text: str) -> Iterator[Date]:
    for form in _FORMS:
        for match in form.finditer(text):
            said = match.groupdict()
            month = int(said["number"]) if said.get("number") else MONTHS[said["month"].lower().rstrip(".")]
            day = int(said["day"]) if said.get("day") else None
            if 1 <= month <= 12 and (day is None or 1 <= day <= 31):
                yield Date(_int(said.get("year")), month, day, match.start(), match.end())


def _short(text: str) -> Iterator[Date]:
    for match in _AD_YEAR.finditer(text):
        year = match["year"] or match["later"]
        yield Date(int(year), None, None, *match.span(), bc=(match["era"] or "").startswith("BC"))
    for match in _DECADE.finditer(text):
        yield Date(int(match["year"]), None, None, *match.span(), decade=True)
    for match in _SPANNED.finditer(text):
        if until := _second_year(match):
            yield Date(int(match["year"]), None, None, *match.span(), until=until)
        elif match["year"] and len(match["last"]) == 2 and int(match["last"]) > int(match["year"][2:]):
            yield Date(int(match["year"]), None, None, *match.span("year"))
            yield Date(int(match["year"][:2] + match["last"]), None, None, *match.span("last"))
        elif match["year"] and len(match["last"]) == 4:
            yield Date(int(match["year"]), None, None, *match.span("year"))
            yield Date(int(match["last"]), None, None, *match.span("last"))
    for match in _YEARS.finditer(text):
        yield Date(int(match["year"]), None, None, *match.span())
    for form in _MONTH_ALONE:
        for match in form.finditer(text):
            yield Date(None, MONTHS[match["month"].lower()], None, *match.span("month"))


def _second_year(spanned: re.Match[str]) -> int | None:
    """The year after the first, where "2024-25" or "2024/2025" names no more than these two as one."""
    year, last = spanned["year"], spanned["last"]
    if not year or spanned.group()[len(year) : -len(last)] not in ("-", "--", "/"):
        return None
    until = int(year) + 1
    return until if last in (str(until), str(until)[2:]) else None


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def check(alignment: Alignment) -> list[Finding]:
    """Dates and days of the week of the claim that the evidence does not give."""
    claim = alignment.claim
    sources = [(piece, date) for piece in alignment.pieces for date in dates(piece)]
    slashed = {
        int(m["year"]): (int(m["a"]), int(m["b"]))
        for p in alignment.pieces
        for m in _SLASHED.finditer(p.text)
    }
    findings = []
    for date in dates(claim):
        if (
            date.month
            and date.day
            and date.year in slashed
            and {date.month, date.day} == {*slashed[date.year]}
        ):
            continue
        findings += _missing(alignment, date, sources)
    return findings + _weekdays(alignment, sources)


def _missing(alignment: Alignment, date: Date, sources: Sequence[tuple[Piece, Date]]) -> list[Finding]:
    said = set(date.parts)
    alike = [(p, d) for p, d in sources if (d.decade, d.bc) == (date.decade, date.bc)]
    if any(said <= set(d.parts) or said == {("year", d.until)} for _, d in alike):
        return []
    # the year in one sentence, day and month in another; "May" may stand in "May-June" too
    partial = [(p, d) for p, d in alike if said & set(d.parts) and not _clash(date, d)]
    if partial and said <= {part for _, d in partial for part in d.parts}:
        return []
    if said == {("year", date.year)} and not date.bc and _plain_number(alignment.pieces, str(date.year)):
        return []
    mine = alignment.claim.text[date.start : date.end]
    here = Span(None, date.start, date.end)
    best = set(id(piece) for piece in alignment.near(0.7))
    rivals = [(p, d) for p, d in sources if {n for n, _ in d.parts} >= {n for n, _ in date.parts}]
    rivals.sort(key=lambda pair: (-(id(pair[0]) in best), -len(said & set(pair[1].parts))))
    if rivals and (id(rivals[0][0]) in best or said & set(rivals[0][1].parts)):
        piece, other = rivals[0]
        theirs = piece.text[other.start : other.end]
        reason = f"the claim says {mine}, the source says {theirs}"
        return [Finding("contradicted", reason, (here, Span(piece.index, other.start, other.end)))]
    return [Finding("unsupported", f"the source does not give the date {mine}", (here,))]


def _clash(one: Date, other: Date) -> bool:
    theirs = dict(other.parts)
    return any(theirs.get(name, value) != value for name, value in one.parts)


def _plain_number(pieces: Sequence[Piece], digits: str) -> bool:
    return any(re.search(rf"(?<!\d){digits}(?!\d)", piece.text.replace(",", "")) for piece in pieces)


def _weekdays(alignment: Alignment, sources: Sequence[tuple[Piece, Date]]) -> list[Finding]:
    mine = [(m, WEEKDAYS[m.group().lower().rstrip("s")]) for m in _WEEKDAY.finditer(alignment.claim.text)]
    if not mine:
        return []
    theirs = {
        WEEKDAYS[m.group().lower().rstrip("s")]: Span(piece.index, *m.span())
        for piece in alignment.pieces
        for m in _WEEKDAY.finditer(piece.text)
    }
    findings = []
    for match, number in mine:
        computed = {_weekday(date) for _, date in sources} - {None}
        if number in theirs or number in computed:
            continue
        here = Span(None, *match.span())
        if theirs or computed:
            other = next(iter(theirs), None) if theirs else next(iter(computed))
            name = _DAYS.split(" ")[other or 0].capitalize()
            findings.append(
                Finding(
                    "contradicted", f"the claim says {match.group()}, the source's day is {name}", (here,)
                )
            )
        else:
            findings.append(Finding("unsupported", f"the source does not say {match.group()}", (here,)))
    return findings


def _weekday(date: Date) -> int | None:
    if date.year is None or date.month is None or date.day is None or date.bc:
        return None
    try:
        return datetime.date(date.year, date.month, date.day).weekday()
    except ValueError:  # the 31st of June
        return None
