"""What a text states about itself: dates and authors, taken only where they are clear."""

import datetime
import re

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_MONTH = r"(?P<month>[A-Z][a-z]{2,8})\.?"
_DATE = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}})(?!\d)"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b"
    rf"|\b{_MONTH.replace('month', 'month2')}\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})\b"
)
_LABEL = re.compile(
    r"(?:date|dated|published|publication date|posted|date published|published on|filed|issued)"
    r"\s*(?::|\son\s)\s*(?P<value>.+)",
    re.I,
)
_BARE = re.compile(r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?P<value>.{6,30})", re.I)
_NAME = r"[A-ZÀ-Þ][\w.'’-]*"
_BYLINE = re.compile(
    rf"By:?\s+(?P<value>{_NAME}(?:\s+{_NAME}){{1,3}}(?:(?:,| and| &)\s+{_NAME}(?:\s+{_NAME}){{1,3}})*)"
)
_AUTHOR = re.compile(r"(?:author|authors|from|written by)\s*:\s*(?P<value>\S.{1,80})", re.I)


def date_in(text: str) -> str | None:
    """The first date in words or ISO form, as `YYYY-MM-DD`; 3/4/2024 means two days and is left alone."""
    for match in _DATE.finditer(text):
        if match["iso"]:
            year, month, day = match["iso"].split("-")
        else:
            year, day = match["year"] or match["year2"], match["day"] or match["day2"]
            word = (match["month"] or match["month2"])[:3].lower()
            month = str(_MONTHS.index(word) + 1) if word in _MONTHS else "0"
        try:
            return datetime.date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
    return None


def top_lines(lines: list[str]) -> tuple[str | None, str | None]:
    """The date and the author that the lines near the top of a text state, each None where unclear."""
    published = author = None
    for line in [line.strip() for line in lines if line.strip()][:15]:
        if len(line) > 120:
            continue
        if published is None:
            published = _line_date(line)
        if author is None:
            match = _BYLINE.fullmatch(line) or _AUTHOR.fullmatch(line)
            author = match["value"].strip() if match else None
    return published, author


def _line_date(line: str) -> str | None:
    labelled = _LABEL.fullmatch(line)
    if labelled:
        return date_in(labelled["value"])
    bare = _BARE.fullmatch(line)
    if bare:
        match = _DATE.match(bare["value"])
        if match and len(bare["value"]) - match.end() <= 1:
            return date_in(bare["value"])
    return None
