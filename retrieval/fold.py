"""A text folded so that what people write the same way is the same, with the way back to its code points.

Case, diacritics, ligatures, widths, and the kinds of quotes, hyphens and spaces are folded away; a word that
is divided at the end of a line is put together again. `Folded.span` says where in the text a piece of the
folded one stands, and that no character as people see it (a letter with its marks, an emoji) is cut in two.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

SOFT = "\u00ad"  # a hyphen that only shows where a line ends there; U+FFFE is what PDFium gives for it
_QUOTES = {"'": "‘’‚‛‹›′ʻʼʽˈ´`＇", '"': "“”„‟«»″〝〞＂"}
_HYPHENS = "-‐‑‒–—―−⁃־﹘﹣－"
_LETTERS = {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}
# What takes no room and says nothing: joiners, marks of direction, variation selectors.
_UNSEEN = frozenset(
    "\u034f\u061c\u0640\u180e\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
    "\u2069\ufeff\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
)
# Marks that change how a letter is read and not which it is. Vowel signs and the marks of kana are others.
_DIACRITICS = (
    (0x300, 0x36F), (0x483, 0x487), (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x5C4, 0x5C5),
    (0x5C7, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6DC), (0x6DF, 0x6E4),
    (0x6E7, 0x6E8), (0x6EA, 0x6ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20DC), (0xFE20, 0xFE2F),
)  # fmt: skip
# Scripts that are written without spaces between words, and Korean, whose particles stand close to them.
_UNSPACED = (
    (0xE00, 0xEFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007),
    (0x3040, 0x318F), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA960, 0xA97F),
    (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0xFF66, 0xFFDC), (0x20000, 0x3FFFF),
)  # fmt: skip
_HAN_OR_KANA = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# Each way begins with a character of its own, which lets the search run quickly over all others; spaces are
# many, and are looked at only where two of them may become one.
_LAYOUT = (
    rf"[{SOFT}](?:[ \t]*[\n\r\f\v]\s*)?"
    r"|[-](?:(?<=[^\W_]-)[ \t]*[\n\r\f\v]\s*(?=[^\W_]))?"
    r"|[\t-\r\x1c-\x1f]\s*"
)
_CLOSE = re.compile(_LAYOUT)
_SPACED = re.compile(rf"{_LAYOUT}|[ ](?:\s+|(?<=[{_HAN_OR_KANA}] )(?=[{_HAN_OR_KANA}]))")
_PAIRS = tuple(f" {char}" for char in " \n\r\t\f\v\x1c\x1d\x1e\x1f")
_NO_WORDS = bytes(code for code in range(128) if not chr(code).isalnum())
_AT_LINE_END = "\x00"
_JOINER = "\u200d"
_SHADES = range(0x1F3FB, 0x1F400)  # of skin, which belong to the emoji before
_FLAGS = range(0x1F1E6, 0x1F200)  # regional indicators, two of which are a flag;
_MOST_FLAGS = 256  # so many are looked back over to tell which two
_JAMO = range(0x1160, 0x1200)  # what goes on with a Korean syllable


class _Characters(dict[int, str]):
    """What a character outside of ASCII becomes, worked out once for each."""

    def __missing__(self, code: int) -> str:
        self[code] = _character(chr(code))
        return self[code]


_FOLDED = _Characters()


@dataclass(frozen=True, slots=True)
class _Step:
    """One rewriting: from `out[n]` on, the result is the source from `taken[n]` on, or one piece of it."""

    out: list[int]
    taken: list[int]
    whole: list[int]  # where in the source a rewritten piece ends, -1 for one that is as it was

    def back(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a piece of the result stands in the source, None if it begins or ends in mid-piece."""
        first = bisect_right(self.out, start) - 1
        last = bisect_right(self.out, end - 1) - 1
        if self.whole[first] >= 0 and start != self.out[first]:
            return None
        begin = self.taken[first] + start - self.out[first]
        if self.whole[last] < 0:
            return begin, self.taken[last] + end - self.out[last]
        return (begin, self.whole[last]) if end == self.out[last + 1] else None


_SAME = _Step([0], [0], [-1])


class Folded:
    """A text as it is looked up; `text` is the folded one."""

    def __init__(self, source: str) -> None:
        self.source = source
        letters, self._letters = (
            (source, _SAME) if source.isascii() else _rewritten(source, _NOT_ASCII, _per_character)
        )
        self.text, self._layout = _rewritten(letters.lower(), _layout(letters), _as_laid_out)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the half-open span of the source, None where it would cut a character or a word."""
        found = self._layout.back(start, end)
        found = self._letters.back(*found) if found else None
        if found is None:
            return None
        first, last = found[0], _with_marks(self.source, found[1])
        good = _may_begin(self.source, first) and _may_end(self.source, last)
        return (first, last) if good else None


@dataclass(frozen=True)
class Form:
    """One way of writing what is looked for. Raises ValueError if nothing of it would be left."""

    written: str

    def __post_init__(self) -> None:
        if not self.text:
            raise ValueError(self.written)

    @cached_property
    def text(self) -> str:
        """It as it stands in a folded text."""
        return Folded(self._trimmed).text

    @cached_property
    def squeezed(self) -> bytes:
        """It as it stands in a squeezed text."""
        return squeezed(self._trimmed)

    @cached_property
    def _trimmed(self) -> str:
        return self.written.strip().strip('"“”„«»').strip(_HYPHENS + " ")

    @cached_property
    def _hyphens(self) -> str:
        return _with_hyphens(self._trimmed)

    def is_written(self, words: str) -> bool:
        """Tell whether words that fold to the same have their hyphens where this has them.

        A hyphen at the end of a line may belong to the word or not.
        """
        there = _with_hyphens(words)
        if _AT_LINE_END not in there:
            return there == self._hyphens
        pattern = "-?".join(map(re.escape, there.split(_AT_LINE_END)))
        return re.fullmatch(pattern, self._hyphens) is not None


def squeezed(text: str) -> bytes:
    """Return a folded text's letters and digits alone: what is in a text is in it squeezed, too."""
    return _lettered(text).replace(SOFT, "").encode("utf-8", "surrogatepass").translate(None, _NO_WORDS)


def _lettered(text: str) -> str:
    return _NOT_ASCII.sub(lambda found: found[0].translate(_FOLDED), text).lower()


def _character(char: str) -> str:
    if char in _UNSEEN:
        return ""
    for plain, kinds in _QUOTES.items():
        if char in kinds:
            return plain
    if char in _HYPHENS:
        return "-"
    if char in (SOFT, "\ufffe"):
        return SOFT
    if char.isspace() or char == "\u200b":
        return "\n" if char in "\x85\u2028\u2029" else " "
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(_LETTERS.get(part, part) for part in parts if not _within(ord(part), _DIACRITICS))


def _rewritten(
    text: str, pattern: re.Pattern[str], become: Callable[[re.Match[str]], list[tuple[int, str]]]
) -> tuple[str, _Step]:
    """Rewrite each match as pieces, each with how many characters of the text it stands for."""
    parts: list[str] = []
    step = _Step([0], [0], [-1])
    position = length = 0  # in the text, and in the result

    def keep(until: int, words: str) -> None:
        nonlocal position, length
        parts.append(words)
        length += len(words)
        position = until

    for match in pattern.finditer(text):
        keep(match.start(), text[position : match.start()])
        pieces = become(match)
        if pieces[0][0] == len(pieces[0][1]) == len(match[0]):
            keep(match.end(), pieces[0][1])
            continue
        for size, words in pieces:
            step.out.append(length)
            step.taken.append(position)
            step.whole.append(position + size)
            keep(position + size, words)
        step.out.append(length)
        step.taken.append(position)
        step.whole.append(-1)
    parts.append(text[position:])
    return "".join(parts), step


def _layout(letters: str) -> re.Pattern[str]:
    dense = not any(pair in letters for pair in _PAIRS)
    return _CLOSE if dense and (letters.isascii() or not _HAN.search(letters)) else _SPACED


def _per_character(match: re.Match[str]) -> list[tuple[int, str]]:
    run = match[0]
    folded = [_FOLDED[ord(char)] for char in run]
    if all(len(part) == 1 for part in folded):
        return [(len(run), "".join(folded))]
    return [(1, part) for part in folded]


def _as_laid_out(match: re.Match[str]) -> list[tuple[int, str]]:
    run = match[0]
    if run[0] in ("-", SOFT):
        return [(len(run), "")]
    between = match.string[match.start() - 1 : match.start()], match.string[match.end() : match.end() + 1]
    return [(len(run), "" if all(map(_HAN.match, between)) else " ")]


_HAN = re.compile(f"[{_HAN_OR_KANA}]")


def _with_hyphens(text: str) -> str:
    """Return a text folded as it is looked up, but with its hyphens; those at a line's end are marked."""

    def laid_out(match: re.Match[str]) -> str:
        if match[0][0] != "-":
            return _as_laid_out(match)[0][1]
        return "-" if match[0] == "-" else _AT_LINE_END

    return _SPACED.sub(laid_out, _lettered(text.replace(_AT_LINE_END, " ")))


def _with_marks(text: str, end: int) -> int:
    """Return where the marks end that belong to what ends there."""
    while end < len(text) and (_within(ord(text[end]), _DIACRITICS) or "\ufe00" <= text[end] <= "\ufe0f"):
        end += 1
    return end


def _may_begin(text: str, start: int) -> bool:
    """Tell whether a character, and a word if it is of one, begins there."""
    first = text[start]
    if ord(first) in _FLAGS:
        return _flags_before(text, start) % 2 == 0
    if not _is_of_a_word(first):
        return unicodedata.category(first) != "So" or text[start - 1 : start] != _JOINER
    before = start - 1
    while before >= 0 and (_is_beside(text[before]) or _is_divided(text, before)):
        before -= 1
    return before < 0 or _is_border(text[before], first)


def _may_end(text: str, end: int) -> bool:
    """Tell whether a character, and a word if it is of one, ends there."""
    if end == len(text):
        return True
    last, after = end - 1, text[end]
    while last > 0 and _is_beside(text[last]):
        last -= 1
    if unicodedata.category(after)[0] == "M" or ord(after) in _SHADES or ord(after) in _JAMO:
        return False
    if ord(text[last]) in _FLAGS:
        return ord(after) not in _FLAGS or _flags_before(text, end) % 2 == 0
    if not _is_of_a_word(text[last]):
        return unicodedata.category(text[last]) != "So" or after != _JOINER
    while end < len(text) and (_is_beside(text[end]) or _is_divided(text, end)):
        end += 1
    return end == len(text) or _is_border(text[last], text[end])


def _is_border(left: str, right: str) -> bool:
    both = _is_of_a_word(left) and _is_of_a_word(right)
    return not both or _within(ord(left), _UNSPACED) or _within(ord(right), _UNSPACED)


def _is_of_a_word(char: str) -> bool:
    """A letter or digit; a raised 2 is a footnote's number, and ʼ an apostrophe."""
    if char.isascii():
        return char.isalnum()
    return char.isalnum() and unicodedata.category(char) != "No" and _FOLDED[ord(char)] != "'"


def _is_beside(char: str) -> bool:
    return char in _UNSEEN or unicodedata.category(char)[0] == "M"


def _is_divided(text: str, at: int) -> bool:
    """Whether this is a soft hyphen, or the end of a line after one."""
    if not text[at].isspace():
        return text[at] in (SOFT, "\ufffe")
    return text[max(0, at - 8) : at + 1].rstrip()[-1:] in (SOFT, "\ufffe")


def _flags_before(text: str, end: int) -> int:
    start = end
    while start > max(0, end - _MOST_FLAGS) and ord(text[start - 1]) in _FLAGS:
        start -= 1
    return end - start


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)
