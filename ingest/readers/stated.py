"""What a text states about itself: dates and authors, taken only where they are clear."""

import datetime
import re
from collections.abc import Iterable, Sequence

from ingest.document import Found

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


_SOFTWARE = re.compile(
    r"python-docx|python-pptx|openpyxl|docx4j|apache.*|microsoft.*|ms office|user\d*|administrator|admin|"
    r"owner|windows user|author|unknown|anonymous|default|root|guest|test|n/?a|none|null|libreoffice.*|"
    r"openoffice.*|aspose.*|pandoc.*|adobe.*|acrobat.*|.*\b(?:pdf|tex|latex|scanner|scansnap|printer|"
    r"indesign|quark\w*|word|wordpress|chrome|office|xerox|canon|ricoh|hewlett|epson|konica)\b.*",
    re.I,
)
_TOP = 5_000  # characters of a block that are looked at
_OLDEST = 1450
_AHEAD = datetime.timedelta(days=366)
TEXT = "the first lines of the text"


def date_in(text: str) -> str | None:
    """The first date in words or ISO form, as `YYYY-MM-DD`; 3/4/2024 means two days and is left alone.

    So is a date before print, or more than a year ahead: something else is meant.
    """
    for match in _DATE.finditer(text):
        if match["iso"]:
            year, month, day = match["iso"].split("-")
        else:
            year, day = match["year"] or match["year2"], match["day"] or match["day2"]
            word = (match["month"] or match["month2"])[:3].lower()
            month = str(_MONTHS.index(word) + 1) if word in _MONTHS else "0"
        try:
            found = datetime.date(int(year), int(month), int(day))
        except ValueError:
            continue
        if found.year >= _OLDEST and found <= datetime.date.today() + _AHEAD:
            return found.isoformat()
    return None


def is_person(name: str) -> bool:
    """Whether a stated author can be one: no program, no machine, no address, no bare number."""
    name = name.strip()
    return (
        1 < len(name) <= 200
        and re.search(r"[^\W\d_]{2}", name) is not None
        and "://" not in name
        and not _SOFTWARE.fullmatch(name)
    )


def first_lines(text: str, blocks: Iterable[tuple[int, int]]) -> tuple[dict[str, str], dict[str, Found]]:
    """What the lines near the top state (`published`, `author`), where clear, and where each stands."""
    lines: list[tuple[int, int]] = []
    for start, end in blocks:
        for match in re.finditer(r"[^\r\n\f]+", text[start : min(end, start + _TOP)]):
            lines.append((start + match.start(), start + match.end()))
        if len(lines) > 40:
            break
    return top_lines(text, lines)


def top_lines(text: str, lines: Sequence[tuple[int, int]]) -> tuple[dict[str, str], dict[str, Found]]:
    """The same for lines by their spans; the first 15 that are not blank are looked at."""
    stated: dict[str, str] = {}
    found: dict[str, Found] = {}
    filled = [(start, end) for start, end in lines if text[start:end].strip()]
    for start, end in filled[:15]:
        line = text[start:end].strip()
        if len(line) > 120:
            continue
        author = _BYLINE.fullmatch(line) or _AUTHOR.fullmatch(line)
        for key, value in (
            ("published", _line_date(line)),
            ("author", author["value"].strip() if author else None),
        ):
            if value and key not in stated and (key == "published" or is_person(value)):
                stated[key] = value
                left = start + text[start:end].index(line)
                found[key] = Found(TEXT, left, left + len(line))
    return stated, found


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
