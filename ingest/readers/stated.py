"""What a text states about itself: dates and authors, taken only where they are clear."""

import datetime
import re
from collections.abc import Iterable, Sequence

from ingest.document import Found

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_MONTH = r"(?P<month>[A-Z](?:[a-z]{2,8}|[A-Z]{2,8}))\.?"
_DATE = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}})(?!\d)"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:day\s+)?(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b"
    rf"|\b{_MONTH.replace('month', 'month2')}\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})\b"
)
_MADE = (
    r"published|publication date|date published|posted|issued|filed|decided|dated(?: this)?|date|"
    r"release date|(?:(?:for immediate|press|news|media) )?released?"
)
_CHANGED = r"updated|modified|revised|amended"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_CLOCK = r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[ap]\.?\s?m\b\.?)?(?:\s?(?-i:[A-Z]{1,5})\b)?"
_STAMP = re.compile(
    rf"(?:(?:(?:first|originally|date)\s+)?(?P<made>{_MADE})\b|(?:last\s+)?(?P<changed>{_CHANGED})\b)?"
    rf"(?:\s*[:,]|\s+on\b)?\s*(?:{_CLOCK},?\s+(?:on\s+)?)?{_WEEKDAY}(?P<value>{_DATE.pattern})"
    rf"(?:(?:,|\s+at|T)?\s*{_CLOCK})?\.?",
    re.I,
)
_PLACED = re.compile(
    r"[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){0,2}, (?P<value>.{6,25})"
)  # "London, 27 April 2023"
_DATELINE = re.compile(
    rf"[A-Z][A-Z.'’ -]+,\s(?:[A-Z][\w.]+,\s)?(?P<value>{_DATE.pattern})\s*(?:[(/][^)/]{{2,30}}[)/]\s*)?"
    r"(?:--|[–—-])"
)  # "LONDON, April 27, 2023 (Wire) – The board"
_PARTS = re.compile(rf"\s+[|·•–-]\s+|\s*[|—]\s*|,?\s+(?:and\s+)?(?=(?:last\s+)?(?:{_CHANGED})\b|by\s)", re.I)
_BY_DATED = re.compile(rf"^(By:?\s[^,|]+),\s(?={_DATE.pattern})")
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
    changed = False
    filled = [(start, end) for start, end in lines if text[start:end].strip()]
    for start, end in filled[:15]:
        line = text[start:end].strip()
        if len(line) > 120:
            continue
        left = start + text[start:end].index(line)
        parts = _PARTS.split(_BY_DATED.sub(r"\1 | ", line))
        signed = [line, parts[0], *(part[:1].upper() + part[1:] for part in parts[1:])]
        author = next(filter(None, map(_signed, signed)), None)
        if author and "author" not in stated and is_person(author):
            stated["author"], found["author"] = author, Found(TEXT, left, left + len(line))
        dated = _line_date(line, parts)
        if dated and ("published" not in stated or (changed and not dated[1])):
            stated["published"], changed = dated
            found["published"] = Found(TEXT, left, left + len(line))
    return stated, found


def _signed(line: str) -> str | None:
    signed = _BYLINE.fullmatch(line) or _AUTHOR.fullmatch(line)
    return signed["value"].strip() if signed else None


def _line_date(line: str, parts: Sequence[str]) -> tuple[str, bool] | None:
    """The date that a line states and that is all it is about; and whether it was only changed then."""
    if not (line[0].isupper() or line[0].isdigit()):
        return None  # a line of prose that is wrapped there
    dateline = _DATELINE.match(line)
    if dateline:
        return _dated(dateline["value"], changed=False)
    changed = None
    signing = len(parts) == 1 or parts[0].startswith("By") or re.search(r"[|·•]", line) is not None
    for part in parts:
        stamp = _STAMP.fullmatch(part) or _PLACED.fullmatch(part)
        labelled = stamp and (stamp.groupdict().get("made") or stamp.groupdict().get("changed"))
        if not labelled and not signing:
            continue  # "5 May 2020 – The board met" is of a chronology
        dated = _dated(stamp["value"], changed=bool(stamp.groupdict().get("changed"))) if stamp else None
        if dated and not dated[1]:
            return dated
        changed = changed or dated
    return changed


def _dated(value: str, *, changed: bool) -> tuple[str, bool] | None:
    day = date_in(value)
    return (day, changed) if day else None
