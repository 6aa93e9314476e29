"""Spans of a sentence that name a person or thing, a date, a number, a sum, a measure or a place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chat.verify.dates import MONTHS, WEEKDAYS, dates
from chat.verify.forms import vocabulary
from chat.verify.names import opens
from chat.verify.quantities import Quantity, quantities
from chat.verify.words import Piece, Word

Bounds = tuple[int, int]
"""Half-open code points of a sentence."""

TITLES = vocabulary("mr mrs ms dr prof st sir rev sgt lt col gen capt hon messrs jr sr no")
_OFFICES = vocabulary(
    "judge justice president senator representative mayor director professor king queen prince princess pope "
    "bishop captain general colonel major sergeant lord lady dame governor secretary minister inspector"
)
_JOINTS = frozenset(
    (" & ", " of ", " of the ", " de ", " van ", " von ", " der ", " van der ", " la ", " du ")
)
_TIMES = frozenset((*MONTHS, *WEEKDAYS))
_MODIFIES = re.compile(
    r"(?:\b(?:before|after|by|until|till|since|around|about|circa|c\.|early|late|mid|mid-|as early as"
    r"|no later than|not before|not after|from|between|(?:spring|summer|autumn|fall|winter|end|beginning"
    r"|start|morning|evening|night|afternoon) of|noon on|midnight on)[\s-]+(?:in )?(?:the )?)+$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?: (?:morning|afternoon|evening|night))?\b"
)
_WEEKDAY_BEFORE = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,? (?:the )?$", re.IGNORECASE)
_DAY = re.compile(r"[0-3]?\d(?:st|nd|rd|th)?\b")
# "9 to 12 May", "9, 10 and 12 May"
_DAYS_BEFORE = re.compile(
    rf"(?<![£$€.,])\b(?:{_DAY.pattern}, )*{_DAY.pattern}(?: (?:to|and|or) |[-–])$",
)
_BOUND = re.compile(
    r"(?:\b(?:(?:just|well) )?(?:more than|over|above|greater than|upwards of|in excess of|at least"
    r"|(?:no|not) (?:less|fewer|more) than|less than|fewer than|under|below|almost|nearly|close to|up to"
    r"|at most|as (?:many|much) as|about|around|approximately|roughly|some|circa|an? estimated"
    r"|estimated at) )+(?:US)?$",
    re.IGNORECASE,
)
_OLD = re.compile(r"[- ]old\b")
_AGED = re.compile(r"\b(?:aged?|age of|at the age of) $", re.IGNORECASE)
_OLDEST = 120
_SEASON = re.compile(r" (?:(?:school|academic|financial|fiscal|tax|budget) year|season)\b", re.IGNORECASE)
_LABEL = re.compile(r"(?:\b[A-Z][a-z]+\.? (?:No\. ?)?|[A-Za-z]-|§ ?|#)$")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})* $")  # the "6" of "6 350"
_PASSED = re.compile(r"\b(?:reach|hit|pass|top|surpass|exceed|cross)(?:es|ed|ing)? (?:the )?$", re.IGNORECASE)
_BESIDES = re.compile(
    r"\s(?:more|fewer|less|extra|further|additional|other|others)\b(?! than)", re.IGNORECASE
)
_OR_MORE = re.compile(r" or (?:more|less|fewer|so|older|over)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it stands; `before` is the word before it in small letters, or empty."""

    start: int
    end: int
    words: tuple[Word, ...]
    before: str


def named(piece: Piece, around: str) -> list[Named]:
    """Names in order, with titles and joints: "Mr. Ijebor", "the Bank of Lowick" without its article.

    An opening word is one only if the text `around` has it with a capital where no sentence opens.
    """
    found: list[Named] = []
    run: list[Word] = []
    for word in piece.words:
        if run and not _goes_on(piece, run[-1], word):
            found += _finished(piece, run)
            run = []
        if _capital(piece, word, around, first=not run):
            run.append(word)
    return [*found, *_finished(piece, run)]


def _capital(piece: Piece, word: Word, around: str, *, first: bool) -> bool:
    if not word.text[0].isupper() or word.text in ("I", "Q", "A"):
        return False
    if (not word.content or (first and word.lower in _TIMES)) and not word.text.isupper():
        return False
    if first and opens(piece, word):
        inside = re.search(rf"[\w,;’')] {re.escape(word.text)}\b", around)
        # An address has names in small letters.
        small = re.search(rf"(?<![@.\w]){re.escape(word.lower)}\b(?!@|\.\w)", around)
        beside = re.match(r"\.? [A-Z]", piece.text[word.end : word.end + 3])
        if beside and word.lower in _OFFICES:
            return True
        return not small and (bool(inside) or bool(beside and not word.lower.endswith("ly")))
    return True


def _goes_on(piece: Piece, last: Word, word: Word) -> bool:
    """Tell whether a word stands so close to the name's last that it may belong to it."""
    gap = piece.text[last.end : word.start]
    if gap == ". ":
        return len(last.text) == 1 or last.lower in TITLES
    return gap in (" ", "-", "", ".") or gap in _JOINTS


def _finished(piece: Piece, run: list[Word]) -> Iterator[Named]:
    words = [word for word in run]
    while words and words[-1].lower in TITLES and words[-1].lower not in ("jr", "sr"):
        words.pop()
    if not words or (len(words) == 1 and words[0].lower in TITLES):
        return
    before = [word.lower for word in piece.words if word.end <= words[0].start]
    last = before[-1] if before else ""
    if last == "the":
        last = before[-2] if len(before) > 1 else ""
    end = words[-1].end
    if piece.text[end : end + 1] == "." and (words[-1].lower in ("jr", "sr") or len(words[-1].text) == 1):
        end += 1
    yield Named(words[0].start, end, tuple(words), last)


def dated(piece: Piece) -> list[Bounds]:
    """Dates in order, each with what bounds it: "before 2010", "the evening of 9 November 1989".

    Where there is none, days of the week.
    """
    text = piece.text
    found = [(date.start, date.end) for date in dates(piece)]
    merged: list[Bounds] = []
    for start, end in found:
        gap = text[merged[-1][1] : start] if merged else ""
        if merged and re.fullmatch(r",? |, ?", gap):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    if not merged:
        return [match.span() for match in _WEEKDAY.finditer(text)]
    return [(_with_day(text, start), _to_its_end(text, start, end)) for start, end in merged]


def _to_its_end(text: str, start: int, end: int) -> int:
    """A date's end before the full stop that only ends the sentence, "10 May."; after a "school year"."""
    if (season := _SEASON.match(text, end)) and text[end - 3] in "-/":
        return season.end()
    return end - 1 if text[start:end].endswith(".") else end


def _with_day(text: str, start: int) -> int:
    """Where a date starts with the day of the week, other days ("9 to 12 May") or a bound before it."""
    others = (_DAYS_BEFORE, _WEEKDAY_BEFORE) if _DAY.match(text, start) else ()
    for pattern in (_WEEKDAY_BEFORE, *others, _MODIFIES):
        if before := pattern.search(text[:start]):
            start = before.start()
    return start


def aged(piece: Piece, question: Piece) -> list[Bounds]:
    """Ages in order: "66-year-old", "12 years old", "aged 34", of "Ada Vance, 34," if her age is asked for.

    How long something took is no age.
    """
    text = piece.text
    found = [
        span
        for span, quantity in counted(piece)
        if (quantity.unit is not None and _OLD.search(text[span[0] : span[1] + 5]))
        or _AGED.search(text[: span[0]])
        or (quantity.unit is None and _is_age_of(piece, question, quantity))
    ]
    return list(dict.fromkeys(found))


def _is_age_of(piece: Piece, question: Piece, quantity: Quantity) -> bool:
    """Tell whether a number stands between commas or brackets after a name that the question has."""
    if not 0 < quantity.value < _OLDEST or not re.match(r"\s?[,.;)]", piece.text[quantity.end :]):
        return False
    before = [word for word in piece.words if word.end <= quantity.start]
    beside = bool(before) and re.fullmatch(r",\s|\s\(", piece.text[before[-1].end : quantity.start])
    return bool(beside) and before[-1].text[0].isupper() and before[-1].stem in question.stems


def counted(piece: Piece) -> list[tuple[Bounds, Quantity]]:
    """Numbers in order, each with the words that bound it; no dates, ordinals or labels ("Pier 2").

    Nor is a mark that was reached or what comes on top: neither "the fastest to reach 10 million views" nor
    "two more trips" says how many there are.
    """
    text = piece.text
    taken = [(date.start, date.end) for date in dates(piece)]
    return [
        (bounded(text, found.start, found.end), found)
        for found in quantities(piece, taken)
        if not found.ordinal
        and (found.unit is not None or not _LABEL.search(text[: found.start]))
        and not _PASSED.search(text[: found.start])
        and not _BESIDES.match(text, found.end)
    ]


def bounded(text: str, start: int, end: int) -> Bounds:
    """Return a number's span with "more than" before it and "or more" after it."""
    if re.match(r"\d{3}(?!\d)", text[start:]) and (grouped := _GROUPED.search(text[:start])):
        start = grouped.start()
    if before := _BOUND.search(text[:start]):
        start = before.start()
    if after := _OR_MORE.match(text, end) or _OLD.match(text, end):
        end = after.end()
    return start, end
