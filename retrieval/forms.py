"""The exact forms that news, law and numbers are searched by, and that splitting at punctuation would lose.

"U.S." and "US", "12(b)" and "Sec. 12(b)", "1,284" and "1 284", "$4.87 million" and "4,870,000",
"3 May 2021" and "2021-05-03", "24-cv-1033", "O’Brien", "Marsh-Falk": each is one form, written one way.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

_NAMES = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "m": 6, "bn": 9, "k": 3}
# One pass over the text; the first alternative that fits at a place decides. Every repetition is bounded
# by what it repeats, so that the time stays linear in the text.
_FORM = re.compile(
    rf"""
    (?P<iso>\b(?:1\d|20)\d\d-[01]?\d-[0-3]?\d\b)
  | (?P<day_first>\b[0-3]?\d(?:st|nd|rd|th)?\s(?:of\s)?(?:{_MONTH})\b\.?,?(?:\s(?:1[5-9]|20)\d\d\b)?)
  | (?P<month_first>\b(?:{_MONTH})\b\.?\s[0-3]?\d(?:st|nd|rd|th)?\b(?:,?\s(?:1[5-9]|20)\d\d\b)?)
  | (?P<month_only>\b(?:{_MONTH})\b\.?,?\s(?:1[5-9]|20)\d\d\b)
  | (?P<abbreviation>\b[^\W\d_](?:\.[^\W\d_]){{1,7}}\b\.?)
  | (?P<section>(?:§§?|\b(?:sections?|sec\.|secs\.|articles?|art\.|rules?|title|paras?\.|paragraphs?|no\.))
        \s?(?P<place>\d[\w.\-]{{0,15}}(?:\(\w{{1,4}}\)){{0,4}}))
  | (?P<clause>\b\d[\w\-]{{0,15}}(?:\(\w{{1,4}}\)){{1,4}})
  | (?P<compound>\b\w{{1,40}}(?:[-‐‑/’'&]\w{{1,40}}){{1,7}}\b)
  | (?P<number>\b\d{{1,3}}(?:[,\u00a0\u2009\u202f ]\d{{3}})+(?:\.\d+)?\b|\b\d+(?:\.\d+)?(?=\b|(?:bn|k|m)\b))
        (?:[\s-]?(?P<scale>thousand|million|billion|trillion|bn|k|m)\b)?
  | (?P<capitals>\b[A-Z]{{2,6}}\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def forms(text: str) -> list[str]:
    """Return the exact forms of a text, each once, in the order in which they first stand there."""
    return list(dict.fromkeys(_forms(text)))


def without_splinters(text: str) -> str:
    """Return a text without what only splits into letters and digits that mean nothing: U.S., 4.87, 1,284."""

    def blank(match: re.Match[str]) -> str:
        splits = match["abbreviation"] or (match["number"] and not match["number"].isdigit())
        return f" {match['scale'] or ''} " if splits else match.group()

    return _FORM.sub(blank, text)


def _forms(text: str) -> Iterator[str]:
    for match in _FORM.finditer(text):
        kind = match.lastgroup if match.lastgroup not in ("place", "scale") else None
        whole = match.group()
        if kind == "capitals":
            if whole.isupper():
                yield f"{whole.lower()}."
        elif kind == "abbreviation":
            yield f"{_folded(whole).replace('.', '')}."
        elif match["section"] or kind == "clause":
            place = _folded(match["place"] or whole).rstrip(".-")
            yield from _outward(place)
        elif kind == "compound":
            parts = re.split(r"[-‐‑/’'&]", _folded(re.sub(r"[’']s$", "", whole, flags=re.IGNORECASE)))
            if len(parts) > 1:
                yield "-".join(parts) if any(part.isdigit() for part in parts) else "".join(parts)
        elif match["number"]:
            yield from _number(match["number"], match["scale"])
        elif kind is not None:
            yield from _date(whole)


def _outward(place: str) -> Iterator[str]:
    """A clause and what it is part of: 12(b)(6), 12(b), 12."""
    while True:
        yield place
        shorter = re.sub(r"\(\w+\)$", "", place)
        if shorter == place:
            return
        place = shorter


def _number(digits: str, scale: str | None) -> Iterator[str]:
    bare = re.sub(r"[^\d.]", "", digits)
    if scale:
        yield format(Decimal(bare).scaleb(_SCALES[scale.lower()]).normalize(), "f")
    if bare != digits or "." in bare or len(bare) > 2:
        yield format(Decimal(bare).normalize(), "f")


def _date(text: str) -> Iterator[str]:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    named = next((_MONTHS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _MONTHS), None)
    if named is None:
        yield f"{numbers[0]:04d}-{numbers[1]:02d}-{numbers[2]:02d}"
        return
    years = [number for number in numbers if number > 31]
    days = [number for number in numbers if number <= 31]
    if days:
        yield f"{named:02d}-{days[0]:02d}"
    if years:
        yield f"{years[0]}-{named:02d}"
    if years and days:
        yield f"{years[0]}-{named:02d}-{days[0]:02d}"


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
