"""Text put together from the lines of pages, with blocks, pages and headings: of a PDF or of pictures.

Lines of a paragraph are joined by one space, paragraphs by a blank line; hyphens at line ends are undone.
Notes at a page's or a column's foot stand before its last paragraph where that goes on behind them.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.document import Heading, OcrWord, Page
from ingest.readers.pdf_lines import Line

_BULLET = re.compile(
    r"(?:[•▪◦‣●■–—*-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\([ivx]+\)|§|Q\.|A\.)\s+\S"
    r"|(?:BY )?(?:MR|MS|MRS|DR|THE)\.? [A-Z][A-Z'’-]*(?: [A-Z][A-Z'’-]*)?:(?:\s|$)"
)
_STOP = re.compile(r"[.!?…:;][\"'”’)\]]*(?:\[?\d{1,3}\]?|[¹²³⁰⁴-⁹]{1,3})?$")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NOTE = re.compile(r"(?:[⁰¹²³⁴-⁹]{1,3}|[*†‡§]{1,3}|\[?\d{1,3}[\].)]?\s)\s*\S")
_RAISED = re.compile("[⁰¹²³⁴-⁹]{1,3}")
_SIZE_STEP = 1.15
_SMALL_PRINT = 0.93  # of the usual size, and smaller
_FULL_LINE = 25  # characters; shorter lines may be headings or cells


@dataclass(frozen=True, slots=True)
class _Aside:
    """Notes at a foot: the part and the offset they begin at, the last line above, and its margin."""

    part: int
    start: int
    last: Line
    right: float
    small: bool


class Layout:
    """Text put together from lines, with blocks, pages and headings."""

    def __init__(self, pages: list[list[Line]]) -> None:
        every = [line for page in pages for line in page]
        self._words = {word.lower() for page in pages for word in _whole_words(page)}
        sizes: dict[float, int] = {}
        for line in every:
            sizes[round(line.height, 1)] = sizes.get(round(line.height, 1), 0) + len(line.text)
        self._body = max(sizes, key=lambda size: sizes[size], default=0.0)
        larger = sorted((size for size in sizes if size > self._body * _SIZE_STEP), reverse=True)
        self._levels = {size: min(level, 6) for level, size in enumerate(larger, 1)}
        self.parts: list[str] = []
        self.blocks: list[tuple[int, int]] = []
        self.pages: list[Page] = []
        self.headings: list[Heading] = []
        self.hidden: list[tuple[int, int]] = []
        self.ocr: list[OcrWord] = []
        self._length = 0
        self._number = 0
        self._last: Line | None = None
        self._right = 0.0  # the margin of the last line's column
        self._page = 0  # the part that the page begins with
        self._paragraph = (0, 0)  # the part and the offset at which the last one that is no note begins
        self._aside: _Aside | None = None

    def add_page(self, number: int, page: list[Line], *labels: str | None) -> None:
        """Append one page's lines; a sentence that runs on from the page before stays one block.

        The first of `labels` that is there is what the page is called in print.
        """
        self._number = number
        label = next(filter(None, labels), None)
        pitches = [a.bottom - b.bottom for a, b in pairwise(page) if a.bottom - b.bottom > 1]
        pitch = median(pitches) if pitches else 0.0
        rights = _margins(page)
        start: int | None = None
        for index, line in enumerate(page):
            self._look_aside(line, pitch, new_page=index == 0)
            joint = self._joint(line, pitch, rights[index], new_page=index == 0)
            begun = self._write(line, joint)
            start = begun if start is None else start
            self._right = rights[index]
        if start is not None:
            self.pages.append(Page(number, start, self._length, label if label != str(number) else None))

    def _write(self, line: Line, joint: str) -> int:
        """Append a line and return where its own text starts."""
        text = _words_of(line.text)
        if self._last is not None:
            if "\n" in joint and self._aside is None:
                self._paragraph = len(self.parts), self._length + len(joint)
            self.parts.append(joint)
            self._length += len(joint)
        begun = self._length
        self.parts.append(text)
        self._length += len(text)
        self._note_words(line, text, begun)
        if line.hidden:
            self.hidden.append((begun, self._length))
        level = self._levels.get(round(line.height, 1)) if len(text) <= 200 and not line.hidden else None
        if self._last is None or "\n" in joint:
            self.blocks.append((begun, self._length))
            if level and re.search(r"[^\W\d_]{2}", text):
                self.headings.append(Heading(begun, self._length, level))
        else:
            self.blocks[-1] = (self.blocks[-1][0], self._length)
            if self.headings and self.headings[-1].start == self.blocks[-1][0]:
                self.headings[-1] = Heading(self.blocks[-1][0], self._length, self.headings[-1].level)
        self._last = line
        return begun

    def _look_aside(self, line: Line, pitch: float, *, new_page: bool) -> None:
        """Notice where notes at a foot begin; put them before a paragraph that goes on with `line`."""
        last, aside = self._last, self._aside
        if line.hidden or line.words:  # sizes of what was read from a picture are too rough
            return
        small = line.height <= _SMALL_PRINT * self._body
        if last is not None and not new_page and line.bottom <= last.bottom + 1:
            if aside is None and self._begins_aside(last, line, pitch):
                self._aside = _Aside(len(self.parts), self._length + 2, last, self._right, small)
            elif aside is None:
                return
            elif aside.small and not small:
                self._aside = None
            return
        if aside and (new_page or not small):
            if self._paragraph[0] >= self._page and self._runs_on(aside.last, aside.right, line):
                self._put_before(aside)
            self._aside = None
        if new_page:
            self._page = len(self.parts)

    def _begins_aside(self, last: Line, line: Line, pitch: float) -> bool:
        apart = last.bottom - line.bottom > 1.15 * pitch > 0
        if line.height > _SMALL_PRINT * self._body:
            return apart and _RAISED.match(line.text) is not None
        return last.height * _SMALL_PRINT >= line.height and (apart or _NOTE.match(line.text) is not None)

    def _put_before(self, aside: _Aside) -> None:
        """Exchange the notes and the paragraph above them, which becomes what was written last."""
        part, start = self._paragraph
        gap = self.parts[part : part + 1] if part else ["\n\n"]
        above, notes = self.parts[part + bool(part) : aside.part], self.parts[aside.part + 1 :]
        self.parts[part:] = [*gap[: bool(part)], *notes, "\n\n", *above]
        up, down = aside.start - start, self._length - aside.start + 2

        def moved(offset: int) -> int:
            return offset - up if offset >= aside.start else offset + down * (offset >= start)

        def span(first: int, last: int) -> tuple[int, int]:
            return moved(first), moved(first) + last - first

        self.blocks = sorted(span(*block) for block in self.blocks)
        self.hidden = sorted(span(*each) for each in self.hidden)
        self.headings = sorted(
            (Heading(*span(each.start, each.end), each.level) for each in self.headings),
            key=lambda each: each.start,
        )
        self._last, self._right = aside.last, aside.right

    def _note_words(self, line: Line, text: str, begun: int) -> None:
        """Remember where in the text the words are that were read from a picture."""
        if not line.words or text != line.text:
            return
        for word in line.words:
            box = word.left, word.top, word.right, word.bottom
            end = begun + len(word.text)
            self.ocr.append(OcrWord(begun, end, word.confidence, self._number, *box))
            begun = end + 1

    def _joint(self, line: Line, pitch: float, right: float, *, new_page: bool) -> str:
        """What stands between the last line and this one."""
        last = self._last
        if last is None:
            return ""
        if line.hidden != last.hidden or (self._aside and self._opens_note(line)):
            return "\n\n"
        if last.hyphen or re.search(r"[^\W\d_]-$", last.text):
            if line.text[:1].isalnum():
                return self._unhyphenated(last, line)
            return " "
        beside = not new_page and min(last.top, line.top) - max(last.bottom, line.bottom) > 0.4 * min(
            last.height, line.height
        )
        if beside and line.left >= last.right - 2:
            return "" if line.left - last.right < 0.15 * last.height else " "
        if new_page or line.bottom > last.bottom + 1:  # next page or next column
            return " " if self._runs_on(last, self._right, line) else "\n\n"
        same_size = _same_size(last, line)
        runs_on = not _STOP.search(last.text) and line.text[:1].islower()
        if beside and not runs_on:
            return "\n\n"
        if not same_size or _BULLET.match(line.text):
            return "\n\n"
        drop = last.bottom - line.bottom
        if pitch and drop > max(1.45 * pitch, 1.9 * line.height):
            return "\n\n"
        if runs_on:
            return " "
        indented = line.left > last.left + 0.8 * line.height and _STOP.search(last.text)
        short = last.right < right - max(0.12 * (right - line.left), 2.5 * line.height)
        ended = short and (_STOP.search(last.text) is not None or len(last.text) < 60)
        return "\n\n" if indented or ended or drop > 1.3 * max(pitch, line.height) else " "

    def _opens_note(self, line: Line) -> bool:
        aside = self._aside
        return aside is not None and (aside.part == len(self.parts) or _NOTE.match(line.text) is not None)

    def _runs_on(self, last: Line, right: float, line: Line) -> bool:
        """Whether the first line of a page or a column goes on with the last one of the one before."""
        if not _same_size(last, line) or line.hidden != last.hidden:
            return False
        if last.hyphen or (not _STOP.search(last.text) and line.text[:1].islower()):
            return True
        return _is_full(last, right) and not _BULLET.match(line.text)

    def _unhyphenated(self, last: Line, line: Line) -> str:
        """Undo a hyphen at a line's end: "" or "-", whichever the document's other words speak for.

        A hyphen that pdfium left in the text is taken out of it again when the word is one.
        """
        left = re.split(r"[^\w-]", last.text.rstrip("-"))[-1]
        following = _WORDS.match(line.text)
        right = following.group() if following else ""
        keeps = (
            not right
            or right[:1].isupper()
            or (left + "-" + right).lower() in self._words
            or ((left + right).lower() not in self._words and {left.lower(), right.lower()} <= self._words)
        )
        if not last.hyphen:
            if keeps:
                return ""
            self.parts[-1] = self.parts[-1][:-1]
            self._shorten()
            return ""
        return "-" if keeps else ""

    def _shorten(self) -> None:
        """Take one character off the end of the text and of all that ends there."""
        end, self._length = self._length, self._length - 1
        self.blocks[-1] = (self.blocks[-1][0], self._length)
        if self.ocr and self.ocr[-1].end == end:
            self.ocr[-1] = replace(self.ocr[-1], end=self._length)
        if self.hidden and self.hidden[-1][1] == end:
            self.hidden[-1] = (self.hidden[-1][0], self._length)
        if self.pages and self.pages[-1].end == end:
            page = self.pages[-1]
            self.pages[-1] = Page(page.number, page.start, self._length, page.label)
        if self.headings and self.headings[-1].end == end:
            heading = self.headings[-1]
            self.headings[-1] = Heading(heading.start, self._length, heading.level)

    def title(self, text: str) -> Heading | None:
        """The first page's largest heading."""
        first = [
            h
            for h in self.headings
            if heads(text[h.start : h.end]) and self.pages and h.start < self.pages[0].end
        ]
        if not first:
            return None
        return min(first, key=lambda heading: heading.level)


def _same_size(last: Line, line: Line) -> bool:
    return abs(last.height - line.height) <= 0.15 * max(last.height, line.height, 1.0)


def _is_full(last: Line, right: float) -> bool:
    """Whether a line ends at its margin and amid a sentence, as where its column or page ends."""
    reaches = last.right > right - 1.5 * last.height
    return reaches and len(last.text) >= _FULL_LINE and re.search(r"[^\W\d_],?$", last.text) is not None


def heads(text: str) -> bool:
    """Whether a block in large print is a heading, and not an address or a whole paragraph."""
    return len(text) <= 150 and not re.search(r"[.,;]$|@|://", text)


def _whole_words(page: list[Line]) -> list[str]:
    """The page's words, those cut by a line's end left out."""
    words: list[str] = []
    cut = False
    for line in page:
        found = _WORDS.findall(line.text)
        hyphen = line.hyphen or line.text.endswith("-")
        words += found[1 if cut else 0 : len(found) - 1 if hyphen else len(found)]
        cut = hyphen
    return words


def _margins(page: list[Line]) -> list[float]:
    """For each line the right margin of its column: where most lines that begin near it end at most."""
    columns: dict[int, list[float]] = {}
    for line in page:
        columns.setdefault(int(line.left // 30), []).append(line.right)
    margins = []
    for line in page:
        column = int(line.left // 30)
        near = sorted(right for key in (column - 1, column, column + 1) for right in columns.get(key, []))
        margins.append(near[int(0.9 * (len(near) - 1))])
    return margins


def _words_of(run: str) -> str:
    """A line's characters without controls; runs of blanks become one space, halves of pairs whole again."""
    run = run.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    run = re.sub(r"[\x00-\x1f\x7f\ufffe\uffff]", " ", run)
    return " ".join(run.split(" ")) if "  " not in run else re.sub(r" {2,}", " ", run)
