"""The lines of a PDF page as pdfium sees them, with the indexes of their characters on the page."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from ingest.errors import ProtectedSource, UnknownFormat
from ingest.readers.ocr import Seen, SeenLine
from ingest.readers.reading_order import has_columns, ordered

_WIDE_GAP = 1.6  # of the font's size; wider is no space between words
_COLUMN = 90.0  # points; a column of text is wider
_CROSSINGS = 3
_NEAR = 6  # lines up or down
_BRIDGES = 1  # lines near a gap that reach across it; more do across one within a column
_SMALL, _RAISED = 0.9, 0.1  # of the height of a line's words: raised figures are smaller, and stand higher
RAISED = dict(zip("0123456789+-–−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻", strict=True))
HYPHEN = "\ufffe"  # what pdfium puts for a hyphen at a line's end


@dataclass(frozen=True, slots=True)
class Line:
    """One run of characters; `first` is its first character's index on the page, one a character of `text`.

    The box is in points, from the page's bottom left, as high as the font and not as the letters.
    `hyphen` says that the line ends within a word, `hidden` that it is not to be seen on the page; `words`
    are those that were read from the page's picture, joined by one space in `text`.
    """

    text: str
    first: int
    hyphen: bool
    left: float
    bottom: float
    right: float
    top: float
    hidden: bool = False
    words: tuple[Seen, ...] = ()

    @property
    def height(self) -> float:
        """The size of its first character's font, in points."""
        return self.top - self.bottom


def opened(data: bytes, name: str) -> Any:
    """The open document; close it. Raises ProtectedSource or UnknownFormat."""
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ProtectedSource(
                name, "it is protected by a password; save a copy without one and add that"
            ) from error
        raise UnknownFormat(name, "it is not a readable PDF: damaged or cut short; save it again") from error


def characters(textpage: Any) -> str:
    """The page's characters, exactly one a pdfium index; a half of a surrogate pair stays a half."""
    count = textpage.count_chars()
    if count <= 0:
        return ""
    text = str(textpage.get_text_range())
    if len(text) == count and max(text) <= "\uffff":
        return text
    import pypdfium2.raw as raw

    return "".join(_character(raw.FPDFText_GetUnicode(textpage, index)) for index in range(count))


def _character(code: int) -> str:
    if code == 2:  # what pdfium keeps inside for a hyphen at a line's end
        return HYPHEN
    return chr(code) if 0 < code < 0x110000 else " "


def lines(textpage: Any) -> list[Line]:
    """The page's lines, blank ones left out: in pdfium's order, or by columns that it reads across.

    What stands far apart on one line is more than one.
    """
    found: list[Line] = []
    for line in _runs(textpage):
        for part in _apart(textpage, line):
            found.append(_with_raised(textpage, part, found[-1] if found else None))
    if _zigzags(found) and has_columns(found, box_from_top, _COLUMN):
        return ordered(found, box_from_top, _COLUMN)
    return found


def _with_raised(textpage: Any, line: Line, before: Line | None) -> Line:
    """The line with raised figures as such, one for one ("10⁶" is not 106), as high as its other words."""
    figures = [at for at, char in enumerate(line.text) if char in RAISED and char.isdigit()]
    if not figures:
        return line
    places = {
        at: box(textpage, line.first + at, loose=True) for at, char in enumerate(line.text) if char != " "
    }
    usual = sorted(places[at] for at in places if line.text[at].isalpha()) or [places[at] for at in figures]
    height = median(top - bottom for _, bottom, _, top in usual)
    ground = median(bottom for _, bottom, _, _ in usual)
    if len(usual) == len(figures) and before is not None and _beside(before, line):
        height, ground = before.height, before.bottom
    raised = {
        at
        for at in figures
        if places[at][3] - places[at][1] < _SMALL * height and places[at][1] - ground > _RAISED * height
    }
    if not raised:
        return line
    raised |= {at - 1 for at in raised if line.text[at - 1 : at] in ("+", "-", "−", "–")}
    text = "".join(RAISED[char] if at in raised else char for at, char in enumerate(line.text))
    if 0 in raised:
        return replace(line, text=text, bottom=ground, top=ground + height)
    return replace(line, text=text)


def _beside(before: Line, line: Line) -> bool:
    """Whether a line goes on close behind another one."""
    middle = (line.bottom + line.top) / 2
    return before.bottom < middle < before.top and abs(line.left - before.right) < 0.5 * before.height


def box_from_top(line: Line) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a line, counted downwards."""
    return line.left, -line.top, line.right, -line.bottom


def _zigzags(found: list[Line]) -> bool:
    """Whether several lines go on beside the one before them, as where columns are read across.

    The gaps between the words of one column's line are none: lines above and below reach across them.
    """
    crossings = 0
    for a, b in pairwise(found):
        if b.left > a.right and abs(a.bottom - b.bottom) < 2:
            middle = (a.right + b.left) / 2
            near = [line for line in found if abs(line.bottom - a.bottom) < _NEAR * max(a.height, 1.0)]
            crossings += sum(line.left < middle < line.right for line in near) <= _BRIDGES
    return crossings >= _CROSSINGS


def _apart(textpage: Any, line: Line) -> Iterator[Line]:
    """The line in parts, where wide gaps stand in it."""
    start = 0
    for position, char in enumerate(line.text):
        if char != " " or not line.text[start:position].strip() or not line.text[position + 1 :].strip():
            continue
        if line.text[position + 1] == " ":
            continue
        before = len(line.text[:position].rstrip()) - 1
        gap = (
            box(textpage, line.first + position + 1, loose=True)[0]
            - box(textpage, line.first + before, loose=True)[2]
        )
        if gap > _WIDE_GAP * max(line.height, 1.0):
            yield _line(textpage, line.text[start : before + 1], line.first + start, False)
            start = position + 1
    if start == 0:
        yield line
    else:
        yield _line(textpage, line.text[start:], line.first + start, line.hyphen)


def _runs(textpage: Any) -> Iterator[Line]:
    """The page's runs of characters between line ends, as pdfium tells them."""
    text = characters(textpage)
    start = 0
    for position, char in enumerate(text + "\n"):
        if char not in "\r\n" and char != HYPHEN:
            continue
        run = text[start:position]
        if run.strip():
            first = start + len(run) - len(run.lstrip())
            content = run.strip()
            yield _line(textpage, content, first, char == HYPHEN)
        start = position + 1


def _line(textpage: Any, content: str, first: int, hyphen: bool) -> Line:
    left, bottom, right, top = box(textpage, first, loose=True)
    for index in range(first + len(content) - 1, first, -1):
        if not text_is_blank(content[index - first]):
            _, low, right, high = box(textpage, index, loose=True)
            if high - low > 1.5 * (top - bottom) or top <= bottom:
                bottom, top = low, high
            break
    return Line(content, first, hyphen, left, bottom, right, top)


def text_is_blank(char: str) -> bool:
    """Whether a character is left out when stored text and page are laid beside each other."""
    return (
        char.isspace()
        or char < " "
        or char in "\x7f\ufffd\ufffe\uffff"
        or "\ud800" <= char <= "\udfff"
        or char > "\uffff"
    )


def box(textpage: Any, index: int, *, loose: bool) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of one character; zeros where pdfium knows none."""
    import pypdfium2.raw as raw

    if loose:
        found = raw.FS_RECTF()
        if raw.FPDFText_GetLooseCharBox(textpage, index, found):
            return found.left, found.bottom, found.right, found.top
        return 0.0, 0.0, 0.0, 0.0
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if raw.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
        return left.value, bottom.value, right.value, top.value
    return 0.0, 0.0, 0.0, 0.0


def seen_lines(found: Sequence[SeenLine], width: float, height: float) -> list[Line]:
    """Lines that were read from the picture of a page of that size, in points."""
    made = []
    for line in found:
        left, top, right, bottom = line.box
        box = left * width, (1 - bottom) * height, right * width, (1 - top) * height
        made.append(Line(line.text, 0, False, *box, words=line.words))
    return made
