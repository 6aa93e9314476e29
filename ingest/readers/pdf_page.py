"""A page of a PDF or a picture file as a picture, and where on it a span of the stored text stands."""

import ctypes
import io
import re
from dataclasses import dataclass
from typing import Any

from ingest.document import Page, Reading
from ingest.readers.ocr import picture, pictures
from ingest.readers.pdf_lines import Line, box, lines, opened, text_is_blank
from ingest.readers.picture import media_type

_FINE = 1_000_000  # the grid on which pdfium turns page points into places on the picture
_MOST_PIXELS = 40_000_000
_LINE_NUMBER = re.compile(r"\d{1,2}\s+")  # of a transcript, which is not in the text
_PICTURE_WIDTH = 612  # points; a picture is shown as wide as a page of letter paper


@dataclass(frozen=True, slots=True)
class PageBox:
    """A box on a page's picture: shares of its width and height, 0 to 1, from its top left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


def render_page(data: bytes, number: int, scale: float = 1.5) -> bytes:
    """Return page `number`, counted from 1, as a PNG; at scale 1 a point is a pixel.

    A scale that would give more than 40 million pixels is lowered. Raises IndexError for no such page.
    """
    if media_type(data):
        return _picture(data, number, scale)
    document = opened(data, f"page {number}")
    try:
        page = _get(document, number)
        width, height = page.get_size()
        scale = min(scale, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
        picture = io.BytesIO()
        page.render(scale=scale).to_pil().save(picture, format="PNG")
        return picture.getvalue()
    finally:
        document.close()


def quote_boxes(data: bytes, reading: Reading, start: int, end: int) -> list[PageBox]:
    """Return where `reading.text[start:end]` stands, one box a line, in reading order.

    `reading` must be what was made of `data`, a PDF or a picture. A quote over a page break has boxes on
    both pages.
    """
    by_ocr = {word.page for word in reading.ocr}
    found = _seen(reading, start, end)
    pages = [
        page for page in reading.pages if page.start < end and start < page.end and page.number not in by_ocr
    ]
    if not pages:
        return found
    document = opened(data, reading.title or "this PDF")
    try:
        for page in pages:
            found += _on_page(document, reading.text, page, start, end)
        return sorted(found, key=lambda box: box.page)
    finally:
        document.close()


def _seen(reading: Reading, start: int, end: int) -> list[PageBox]:
    """Boxes of the words of a span that were read from a picture, those of one line put together."""
    found: list[PageBox] = []
    for word in reading.ocr:
        if word.end <= start or word.start >= end:
            continue
        last = found[-1] if found else None
        middle = (word.top + word.bottom) / 2
        if last and last.page == word.page and last.top < middle < last.bottom and word.left > last.left:
            top, bottom = min(last.top, word.top), max(last.bottom, word.bottom)
            found[-1] = PageBox(word.page, last.left, top, max(last.right, word.right), bottom)
        else:
            found.append(PageBox(word.page, word.left, word.top, word.right, word.bottom))
    return found


def _picture(data: bytes, number: int, scale: float) -> bytes:
    """A picture that the document is, no larger than it is itself."""
    name = f"picture {number}"
    if not 1 <= number <= pictures(data, name):
        raise IndexError(f"{name} of {pictures(data, name)}")
    found = picture(data, name, number)
    share = min(1.0, scale * _PICTURE_WIDTH / found.width)
    if share < 1:
        found = found.resize((max(int(found.width * share), 1), max(int(found.height * share), 1)))
    drawn = io.BytesIO()
    found.save(drawn, format="PNG")
    return drawn.getvalue()


def _get(document: Any, number: int) -> Any:
    if not 1 <= number <= len(document):
        raise IndexError(f"page {number} of {len(document)}")
    return document[number - 1]


def _on_page(document: Any, text: str, page: Page, start: int, end: int) -> list[PageBox]:
    sheet = _get(document, page.number)
    textpage = sheet.get_textpage()
    try:
        found = []
        for run in _aligned(textpage, text, page):
            boxes = [box(textpage, index, loose=False) for offset, index in run if start <= offset < end]
            boxes = [item for item in boxes if item[2] > item[0] or item[3] > item[1]]
            if boxes:
                lefts, bottoms, rights, tops = zip(*boxes, strict=True)
                found.append(_placed(sheet, page.number, min(lefts), min(bottoms), max(rights), max(tops)))
        return found
    finally:
        textpage.close()


def _aligned(textpage: Any, text: str, page: Page) -> list[list[tuple[int, int]]]:
    """For each line of the page that is in the text: pairs of text offset and page index.

    Blanks are left out on both sides; lines that are not the next words of the text are running headers.
    """
    stored = [
        (offset, text[offset]) for offset in range(page.start, page.end) if not text_is_blank(text[offset])
    ]
    runs: list[list[tuple[int, int]]] = []
    left, waiting = [*lines(textpage)], 0
    position = 0
    while len(left) != waiting:  # what stands behind the notes at the foot comes in a later turn
        waiting, passed = len(left), []
        for line in left:
            run = _next_words(line, stored[position : position + len(line.text)])
            if run is None:
                passed.append(line)
                continue
            runs.append(run)
            position += len(run)
            if line.hyphen and position < len(stored) and stored[position][1] == "-":
                position += 1
        left = passed
    return runs


def _next_words(line: Line, ahead: list[tuple[int, str]]) -> list[tuple[int, int]] | None:
    """Pairs of text offset and page index where the line's words are what comes next in the text."""
    chars = [(line.first + index, char) for index, char in enumerate(line.text) if not text_is_blank(char)]
    number = _LINE_NUMBER.match(line.text)
    behind = [each for each in chars if number and each[0] >= line.first + number.end()]
    for tried in (chars, chars[:-1] if line.text.endswith("-") else [], behind):
        # characters beyond the basic plane are left out on the page, as halves, and in the text
        if tried and [char for _, char in tried] == [char for _, char in ahead[: len(tried)]]:
            return [(offset, index) for (offset, _), (index, _) in zip(ahead, tried, strict=False)]
    return None


def _placed(sheet: Any, number: int, left: float, bottom: float, right: float, top: float) -> PageBox:
    """A box in points as one on the picture, the page's rotation and crop included."""
    import pypdfium2.raw as raw

    corners = []
    for x, y in ((left, bottom), (right, top)):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(sheet, 0, 0, _FINE, _FINE, 0, x, y, across, down)
        corners.append((across.value / _FINE, down.value / _FINE))
    (x1, y1), (x2, y2) = corners
    return PageBox(number, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
