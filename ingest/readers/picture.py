"""Pictures of text, by OCR: each picture of the file is a page."""

from collections.abc import Mapping, Sequence

from ingest.document import Reading
from ingest.errors import NeedsOcr
from ingest.readers.ocr import SeenLine, legible, nothing_seen, picture, pictures
from ingest.readers.pdf import WAITING
from ingest.readers.pdf_layout import Layout, heads
from ingest.readers.pdf_lines import seen_lines

_KINDS = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"RIFF", "image/webp"),
)
_POINTS = 72 / 200  # a picture's pixels are taken for those of a scan with 200 dots an inch


def media_type(data: bytes) -> str | None:
    """Which kind of picture these bytes are; None where they are none."""
    kind = next((kind for start, kind in _KINDS if data.startswith(start)), None)
    return None if kind == "image/webp" and data[8:12] != b"WEBP" else kind


def read(data: bytes, name: str, seen: Mapping[int, Sequence[SeenLine]] | None) -> Reading:
    """Lay out what was read from the pictures. Raises NeedsOcr where `seen` is None, NoText for no words."""
    count = pictures(data, name)
    if seen is None:
        picture(data, name, 1)
        raise NeedsOcr(name, WAITING)
    clear = legible(seen)
    sizes = {number: picture(data, name, number).size for number in range(1, count + 1) if number in clear}
    pages = [
        seen_lines(clear[number], *(edge * _POINTS for edge in sizes[number])) if number in sizes else []
        for number in range(1, count + 1)
    ]
    if not any(pages):
        raise nothing_seen(name, seen)
    layout = Layout(pages)
    for number, page in enumerate(pages, 1):
        layout.add_page(number, page)
    text = "".join(layout.parts)
    return Reading(
        text=text,
        media_type=media_type(data) or "image/png",
        blocks=tuple(layout.blocks),
        pages=tuple(layout.pages),
        headings=tuple(each for each in layout.headings if heads(text[each.start : each.end])),
        ocr=tuple(layout.ocr),
    )
