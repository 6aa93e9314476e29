"""PDF through pdfium: words that read well in a quote, page by page; scanned pages are read by OCR."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.document import Found, Heading, Reading
from ingest.errors import NeedsOcr, NoText
from ingest.readers.ocr import SeenLine, legible, nothing_seen
from ingest.readers.pdf_hidden import with_hidden
from ingest.readers.pdf_layout import Layout, heads
from ingest.readers.pdf_lines import Line, lines, opened, seen_lines
from ingest.readers.pdf_running import without_running
from ingest.readers.pdf_transcript import transcribed
from ingest.readers.stated import is_person

_PRODUCED = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel) - .*|untitled.*|.*\.(?:docx?|pdf|indd|qxd|tex|dvi))", re.I
)
_A_STAMP = 80  # characters; a page with fewer of its own and a picture over most of it is a scan
WAITING = "it is a picture or a scan: waiting for OCR, which comes after everything else"


def read(data: bytes, name: str, seen: Mapping[int, Sequence[SeenLine]] | None = None) -> Reading:
    """Read a PDF; `seen` holds what was read from the pictures of its pages, by page number.

    Raises NeedsOcr where no page has any text and `seen` is None, NoText where none is to be had.
    """
    document = opened(data, name)
    try:
        sheets = [_sheet(document, index) for index in range(len(document))]
        printed_labels = [document.get_page_label(index) or None for index in range(len(document))]
        properties = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    clear = legible(seen or {})
    pages = [
        seen_lines(clear[number], *sheet.size) if sheet.scanned and number in clear else sheet.lines
        for number, sheet in enumerate(sheets, 1)
    ]
    waiting = [number for number, sheet in enumerate(sheets, 1) if sheet.scanned and seen is None]
    unread = [number for number, page in enumerate(pages, 1) if not page]
    if len(unread) == len(pages):
        raise NeedsOcr(name, WAITING) if waiting else nothing_seen(name, seen)
    written = None if clear else transcribed(pages)
    if written is not None:
        return _stated(written, name, properties, unread, waiting)
    kept, printed = without_running(pages)
    layout = Layout(kept)
    for number, page in enumerate(kept, 1):
        layout.add_page(
            number, page, printed[number - 1].stamp or printed_labels[number - 1], printed[number - 1].number
        )
    reading = Reading(
        "".join(layout.parts),
        "application/pdf",
        blocks=tuple(layout.blocks),
        pages=tuple(layout.pages),
        headings=tuple(layout.headings),
        hidden=tuple(layout.hidden),
        ocr=tuple(layout.ocr),
    )
    return _stated(reading, name, properties, unread, waiting, layout.title(reading.text))


def pages_to_see(data: bytes, name: str) -> list[int]:
    """The numbers of the pages whose words are in their picture only."""
    document = opened(data, name)
    try:
        sheets = [_sheet(document, index) for index in range(len(document))]
    finally:
        document.close()
    return [number for number, sheet in enumerate(sheets, 1) if sheet.scanned]


def _stated(
    reading: Reading,
    name: str,
    properties: dict[str, str],
    unread: list[int],
    waiting: list[int],
    heading: Heading | None = None,
) -> Reading:
    """The reading with what the document's properties state; `heading` is its title where they have none."""
    text = reading.text
    if not text.strip():
        raise NoText(name, "no page has any text besides its running headers")
    found: dict[str, Found] = {}
    author = _clean(properties.get("Author", ""))
    metadata = {
        "author": author if is_person(author) else "",
        "unread_pages": ", ".join(map(str, unread)),
        "waiting_pages": ", ".join(map(str, waiting)),
    }
    title = _clean(properties.get("Title", ""))
    if title and not _PRODUCED.fullmatch(title):
        found["title"] = Found("document properties")
    else:
        title = text[heading.start : heading.end] if heading else ""
        if heading:
            found["title"] = Found("the largest heading of the first page", heading.start, heading.end)
    return replace(
        reading,
        media_type="application/pdf",
        title=title or None,
        headings=tuple(each for each in reading.headings if heads(text[each.start : each.end])),
        metadata={key: value for key, value in metadata.items() if value},
        found=found,
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page: its lines, its size in points, and whether its words are in a picture only."""

    lines: list[Line]
    size: tuple[float, float]
    scanned: bool


def _sheet(document: Any, index: int) -> _Sheet:
    """One page's lines; none where pdfium cannot open it, which then counts as unread."""
    import pypdfium2

    try:
        page = document[index]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        return _Sheet([], (612.0, 792.0), scanned=False)
    try:
        found = with_hidden(page, textpage, list(lines(textpage)))
        return _Sheet(found, page.get_size(), _is_scanned(page, found))
    finally:
        textpage.close()
        page.close()


def _is_scanned(page: Any, found: list[Line]) -> bool:
    """Whether the page has no words of its own but shows something, or a stamp on a picture at most."""
    import pypdfium2.raw as raw

    written = sum(len(line.text) for line in found if not line.hidden)
    if written >= _A_STAMP:
        return False
    objects = list(page.get_objects(max_depth=3))
    if not written:
        return bool(objects)
    width, height = page.get_size()
    return any(
        (right - left) * (top - bottom) > 0.5 * width * height
        for left, bottom, right, top in (
            each.get_bounds() for each in objects if each.type == raw.FPDF_PAGEOBJ_IMAGE
        )
    )


def _clean(value: str) -> str:
    """A document property on one line; a name that is only signs or digits is none."""
    value = " ".join(re.sub(r"[\x00-\x1f\ufffe\uffff]", " ", value).split())
    return value if re.search(r"[^\W\d_]{2}", value) else ""
