"""Numbers of a text with units and bounds: "over 1.2 million dollars" is more than 1,200,000 dollars."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from chat.verify.units import SCALES, UNITS, Unit
from chat.verify.words import Piece

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "_ first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
SPELLED = {word: n for n, word in enumerate(_ONES.split(" "))} | {
    word: 10 * n for n, word in enumerate(_TENS.split(" ")) if word != "_"
}
ORDINALS = {word: n for n, word in enumerate(_ORDINALS.split(" ")) if n > 0}
_SIGNS = r"[$£€¥₹]"
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_WRITTEN = "|".join(
    sorted((*SPELLED, "dozen", *(s for s in SCALES if len(s) > 2 and s[-1] != "s")), key=len)[::-1]
)
_UNIT = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<sign>(?<![^\s(])-)?(?P<money>(?:US)?{_SIGNS})? ?"
    rf"(?P<digits>(?<![^\W\d_])\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<ordinal>(?:st|nd|rd|th)\b)?",
    re.IGNORECASE,
)
_SPELLED = re.compile(rf"\b(?:(?:an?|{_WRITTEN})(?:(?: and |[ -])(?:{_WRITTEN})\b)+|(?:{_WRITTEN})\b)", re.I)
_SPELLED_ORDINAL = re.compile(rf"\b(?:{'|'.join(ORDINALS)})\b", re.IGNORECASE)
_AFTER = re.compile(
    rf"[ -]?(?P<scale>(?:{_SCALE})\b)?[ -]{{0,2}}(?P<unit>(?:{_UNIT})(?![^\W\d_]))?", re.IGNORECASE
)
_BEFORE = (
    (">", r"more than|over|above|exceed(?:s|ed|ing)?|greater than|upwards of|in excess of|beyond"),
    (">=", r"at least|no (?:less|fewer) than|not less than|minimum of|from"),
    ("<", r"less than|fewer than|under|below|almost|nearly|just under|close to|not quite"),
    ("<=", r"up to|at most|no more than|not more than|as (?:many|much) as|maximum of"),
    ("~", r"about|around|approximately|roughly|some|circa|c\.|an estimated|estimated(?: at)?|or so|~"),
)
_BOUND = re.compile(
    "|".join(rf"(?P<b{n}>\b(?:{words})|~)" for n, (_, words) in enumerate(_BEFORE)) + "", re.I
)
_LATER = re.compile(
    r" (?:or (?P<up>more|above|older|greater|over)|or (?P<down>less|fewer|under|below|younger))\b", re.I
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as meant. `bound` is one of = > >= < <= ~; `noun` is the stem of what is counted, or empty."""

    value: Decimal
    unit: Unit | None
    bound: str
    ordinal: bool
    spelled: bool
    noun: str
    start: int
    end: int


def quantities(piece: Piece, taken: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """Numbers in the order of the text; what stands in the spans `taken` (dates) is left out."""
    found = [q for q in (*_digits(piece), *_words(piece)) if not _inside(q.start, q.end, taken)]
    found.sort(key=lambda q: (q.start, -q.end))
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or quantity.start >= kept[-1].end:
            kept.append(quantity)
    return _share_units(piece.text, kept)


def _inside(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in taken)


def _digits(piece: Piece) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(piece.text):
        digits = match["digits"].replace(",", "")
        value = Decimal(digits)
        start = match.start("digits") if match["money"] is None else match.start("money")
        money = UNITS.get((match["money"] or "").lower())
        yield _finished(
            piece, -value if match["sign"] else value, start, match.end(), money, bool(match["ordinal"])
        )


def _words(piece: Piece) -> Iterator[Quantity]:
    for match in _SPELLED.finditer(piece.text):
        value = _spelled(match.group().lower())
        yield _finished(piece, Decimal(value), match.start(), match.end(), None, False, spelled=True)
    for match in _SPELLED_ORDINAL.finditer(piece.text):
        value = ORDINALS[match.group().lower()]
        yield _finished(piece, Decimal(value), match.start(), match.end(), None, True, spelled=True)


def _spelled(text: str) -> int:
    """The value of written words, in a single pass: "two hundred and five", "twenty-five", "a dozen"."""
    total = current = 0
    for word in re.split(r"[ -]+", text):
        if word in SPELLED:
            current += SPELLED[word]
        elif word == "dozen":
            current = max(current, 1) * 12
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in SCALES:
            total += max(current, 1) * 10 ** SCALES[word]
            current = 0
    return total + current


def _finished(
    piece: Piece,
    value: Decimal,
    start: int,
    end: int,
    unit: Unit | None,
    ordinal: bool,
    *,
    spelled: bool = False,
) -> Quantity:
    """Add what stands after the number (scale, unit, noun) and before it (bound)."""
    after = _AFTER.match(piece.text, end)
    if after and not ordinal:
        if after["scale"]:
            value = _scaled(value, SCALES[after["scale"].lower()])
            end = after.end("scale")
        if after["unit"] and unit is None:
            unit = UNITS[after["unit"].lower()]
            end = after.end("unit")
    at = bisect_left(piece.words, end, key=lambda word: word.start)
    noun = next((word.stem for word in piece.words[at : at + 6] if word.content), "")
    return Quantity(value, unit, _bound(piece.text, start, end), ordinal, spelled, noun, start, end)


def _scaled(value: Decimal, power: int) -> Decimal:
    digits = len(value.as_tuple().digits)
    return value.scaleb(power, Context(prec=digits + 5))


def _bound(text: str, start: int, end: int) -> str:
    """The bound that the words next to a number set."""
    later = _LATER.match(text, end)
    if later:
        return ">=" if later["up"] else "<="
    before = text[max(0, start - 28) : start].rstrip(" $£€¥₹")
    last = None
    for match in _BOUND.finditer(before):
        if match.end() == len(before):
            last = match
    if last is None or last.lastgroup is None:
        return "="
    return _BEFORE[int(last.lastgroup[1:])][0]


def _share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """In "5 to 10 miles" and "$5-10 million" the first number has the second one's unit."""
    for at in range(len(found) - 1):
        one, two = found[at], found[at + 1]
        between = text[one.end : two.start].strip().lower()
        if between in ("-", "--", "to", "and", "or", "through") and not one.ordinal:
            if one.unit is None and two.unit is not None:
                found[at] = replace(one, unit=two.unit)
            elif two.unit is None and one.unit is not None:
                found[at + 1] = replace(two, unit=one.unit)
    return found
