"""A cell's value as its number format shows it: the common ones of the codes of ECMA-376 part 1, 18.8.31.

What a code means in the viewer's own language or system, and rarer codes (fractions, conditions, eras,
digits of other scripts), are left to the caller, who has the value itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from itertools import pairwise

Value = float | datetime | date | time | timedelta
_Token = tuple[str, str]  # what it is (a key of _TOKENS), and its characters

BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);(#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
}
"""The codes of the numbers that files use without writing them out, but those that differ by country."""
AS_THE_SYSTEM = frozenset({14, 22})
"""The numbers of the formats that Excel shows as the viewer's system has it, whatever code is written out."""

_TOKENS = {
    "text": r'"[^"]*"|\\.|_.|\*.',
    "currency": r"\[\$[^\]]*\]",
    "colour": r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2})\]",
    "elapsed": r"\[(?:h+|m+|s+)\]",
    "other": r"\[[^\]]*\]?|general|[egb]+(?![-+])|/[?#0\d]+|[@\"]",
    "half": r"am/pm|a/p",
    "exponent": r"e[-+]0+",
    "date": r"y+|m+|d+|h+|s+",
    "digit": r"[0#?]",
    "sign": r"[.,%]",
    "plain": r".",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _TOKENS.items()), re.I | re.S)
_SECTION = re.compile(r'(?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*', re.S)
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
_PRIMARY, _ENGLISH = 0x3FF, 0x09  # the bits of a Windows locale that are its language
_NOUGHT = datetime(2000, 1, 1)
_FRACTION = 3  # digits of a second's fraction
_MOST = 400  # characters of a code; a longer one is no common one
_DIGITS = 30  # of a number before its point


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a code, for what is above, below or at zero.

    `literals` are what its tokens show, blank where digits go or nothing shows. `whole` and `parts` are the
    places of digits before and after the point, which stands at `point`; `powers` are those of exponents.
    """

    tokens: tuple[_Token, ...]
    literals: tuple[str, ...]
    whole: tuple[int, ...]
    parts: tuple[int, ...]
    point: int
    powers: tuple[int, ...]
    shift: int
    grouped: bool
    letters: dict[int, str]
    dated: bool


def formatted(value: Value, code: str) -> str | None:
    """Return what a sheet shows for `value` under a format code, with English names and signs.

    "" where it shows nothing (";;;"); None where the code is none of the common ones or does not fit the
    value.
    """
    sections = _parsed(code)
    if sections is None:
        return None
    if isinstance(value, float | int):
        shown = None if sections[0].dated else _number(Decimal(f"{value:.15g}"), sections)
    else:
        shown = _moment(value, sections[0]) if sections[0].dated else None
    return " ".join(shown.split()) if shown is not None else None


def hides_text(code: str) -> bool:
    """Whether cells of texts show nothing under a format code: its fourth section is there and empty."""
    sections = _cut(code) if len(code) <= _MOST else []
    return len(sections) > 3 and not sections[3].strip()


@lru_cache(maxsize=1000)
def _parsed(code: str) -> tuple[_Section, ...] | None:
    """The sections of a code; None where one holds what is not known."""
    if len(code) > _MOST:
        return None
    sections = list[_Section]()
    for part in _cut(code)[:3]:
        tokens = tuple((str(match.lastgroup), match.group()) for match in _TOKEN.finditer(part))
        if sections and any(text == "@" for _, text in tokens):
            break  # what texts look like
        if any(kind == "other" for kind, _ in tokens):
            return None
        sections.append(_section(tokens))
    return tuple(sections)


def _cut(code: str) -> list[str]:
    found, position = list[str](), 0
    while position <= len(code):
        match = _SECTION.match(code, position)
        found.append(match.group() if match else "")
        position += len(found[-1]) + 1
    return found


def _section(tokens: tuple[_Token, ...]) -> _Section:
    """What the tokens of a section mean together."""
    signs = [text if kind == "sign" else "" for kind, text in tokens]
    digits = [at for at, (kind, _) in enumerate(tokens) if kind == "digit"]
    point = signs.index(".") if "." in signs else len(tokens)
    whole = tuple(at for at in digits if at < point)
    parts = tuple(at for at in digits if at > point)
    ends = {places[-1] + 1 for places in (whole, parts) if places}
    commas = {at for at, sign in enumerate(signs) if sign == "," and digits and digits[0] < at}
    thousands = sum(any(set(signs[end : at + 1]) == {","} for end in ends if end <= at) for at in commas)
    letters = _letters(tokens)
    return _Section(
        tokens=tokens,
        literals=tuple("" if at in commas else _literal(*token) for at, token in enumerate(tokens)),
        whole=whole,
        parts=parts,
        point=point,
        powers=tuple(at for at, (kind, _) in enumerate(tokens) if kind == "exponent"),
        shift=2 * signs.count("%") - 3 * thousands,
        grouped=bool(whole) and "," in signs[whole[0] : whole[-1]],
        letters=letters,
        dated=bool(letters) or any(kind == "half" for kind, _ in tokens),
    )


def _number(value: Decimal, sections: Sequence[_Section]) -> str | None:
    """A number: the second section is for what is below zero, the third for zero."""
    if not value.is_finite():
        return None
    if value < 0 and len(sections) > 1:
        return _written(-value, sections[1])
    if value == 0 and len(sections) > 2:
        return _written(value, sections[2])
    shown = _written(abs(value), sections[0])
    return f"-{shown}" if value < 0 and shown is not None else shown


def _written(value: Decimal, section: _Section) -> str | None:
    """A number that is not negative, digit by digit into the places of one section."""
    value = value.scaleb(section.shift)
    if value.adjusted() > _DIGITS or (section.powers and (len(section.whole), len(section.powers)) != (1, 1)):
        return None  # with several digits before the point, powers go by several as well
    power = value.adjusted() if section.powers and value else 0
    rounded = _rounded(value.scaleb(-power), len(section.parts))
    if section.powers and rounded >= 10:
        rounded, power = _rounded(rounded / 10, len(section.parts)), power + 1
    before, _, after = f"{rounded:f}".partition(".")
    written = list(section.literals)
    _fill_before(written, before, section)
    _fill_after(written, after, section)
    for at in section.powers:
        text = section.tokens[at][1]
        sign = "-" if power < 0 else text[1].replace("-", "")
        written[at] = f"E{sign}{abs(power):0{len(text) - 2}}"
    return "".join(written)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=100))


def _fill_before(written: list[str], digits: str, section: _Section) -> None:
    """Put digits into the places before the point; the first place takes all that are left."""
    digits, count = digits.lstrip("0"), 0
    for at in reversed(section.whole):
        own = digits if at == section.whole[0] else digits[-1:]
        digits = digits[: len(digits) - len(own)]
        for digit in reversed(own or ("0" if section.tokens[at][1] == "0" else "")):
            written[at] = digit + ("," if section.grouped and count and count % 3 == 0 else "") + written[at]
            count += 1
    if digits and section.parts:
        written[section.point] = digits + written[section.point]


def _fill_after(written: list[str], digits: str, section: _Section) -> None:
    """Put digits into the places after the point; noughts at the end show only where the place is "0"."""
    kept = len(section.parts)
    while kept and digits[kept - 1] == "0" and section.tokens[section.parts[kept - 1]][1] != "0":
        kept -= 1
    for at, digit in zip(section.parts[:kept], digits, strict=False):
        written[at] = digit


def _literal(kind: str, text: str) -> str:
    """What a token shows by itself; nothing where digits or a date go."""
    if kind in ("colour", "digit", "date", "elapsed", "exponent") or text[:1] == "*":
        return ""
    if kind == "currency":
        return text[2:-1].partition("-")[0]
    if kind == "text":
        return " " if text[0] == "_" else text[1:].removesuffix('"') if text[0] == '"' else text[1:]
    return text


def _moment(value: Value, section: _Section) -> str | None:
    """A date, a time or a stretch of time under one section, rounded to the seconds that are shown."""
    letters, places = section.letters, (*section.whole, *section.parts)  # of a second's fraction
    named = any(len(letter) > 2 and letter[0] in "md" for letter in letters.values())
    languages = [text for kind, text in section.tokens if kind == "currency"]
    if len(places) > _FRACTION or not all(_is_known(text, named) for text in languages):
        return None
    moment, dated = _taken(value, len(places))
    if moment is None or not (dated or {letter[0] for letter in letters.values()} <= set("hns")):
        return None
    half = any(kind == "half" for kind, _ in section.tokens)
    written = list(section.literals)
    for at, (kind, text) in enumerate(section.tokens):
        if kind == "elapsed":
            if dated:
                return None
            unit = {"h": 3600, "n": 60, "s": 1}[letters[at][0]]
            written[at] = f"{(moment - _NOUGHT) // timedelta(seconds=unit):0{len(letters[at])}}"
        elif kind == "date":
            written[at] = _part(moment, letters[at], half=half)
        elif kind == "half":
            written[at] = text.split("/")[moment.hour >= 12]
        elif kind == "digit":
            written[at] = f"{moment.microsecond:06}"[places.index(at)]
    return "".join(written)


def _letters(tokens: Sequence[_Token]) -> dict[int, str]:
    """The letters of each part of a date or time by its place; minutes, beside hours or seconds, are "n"."""
    shown = [(at, text) for at, (kind, text) in enumerate(tokens) if kind in ("date", "elapsed")]
    letters = {at: text.lower().strip("[]") for at, text in shown}
    for (before, _), (after, _) in pairwise(shown):
        for month, beside, unit in ((after, before, "h"), (before, after, "s")):
            if letters[month] in ("m", "mm") and letters[beside].startswith(unit):
                letters[month] = letters[month].replace("m", "n")
    for at, text in shown:
        if text.startswith("["):
            letters[at] = letters[at].replace("m", "n")
    return letters


def _is_known(text: str, named: bool) -> bool:
    """Whether a date reads the same everywhere for the language that its code states."""
    language = text[2:-1].partition("-")[2].lower()
    if not language or language.startswith("en"):
        return True
    if not re.fullmatch("[0-9a-f]{1,4}", language) or not int(language, 16) & _PRIMARY:
        return False  # as the viewer's system has it, or another calendar
    return not named or int(language, 16) & _PRIMARY == _ENGLISH


def _taken(value: Value, places: int) -> tuple[datetime | None, bool]:
    """The moment, and whether it has a date; a stretch of time counts from `_NOUGHT`."""
    more = timedelta(microseconds=500_000 // 10**places)
    try:
        if isinstance(value, datetime):
            return value + more, True
        if isinstance(value, date):
            return datetime.combine(value, time()), True
        if isinstance(value, time):
            return datetime.combine(_NOUGHT, value) + more, False
        if isinstance(value, timedelta) and value >= timedelta():
            return _NOUGHT + value + more, False
    except OverflowError:
        return None, False
    return None, False


def _part(moment: datetime, letters: str, *, half: bool) -> str:
    """One part of a date or time."""
    unit, width = letters[0], len(letters)
    if unit == "y":
        return f"{moment.year % 100:02}" if width <= 2 else f"{moment.year:04}"
    if unit == "m" and width > 2:
        name = _MONTHS[moment.month - 1]
        return {3: name[:3], 5: name[0]}.get(width, name)
    if unit == "d" and width > 2:
        name = _DAYS[moment.weekday()]
        return name[:3] if width == 3 else name
    hour = (moment.hour % 12 or 12) if half else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second}[unit]
    return f"{number:0{min(width, 2)}}"
