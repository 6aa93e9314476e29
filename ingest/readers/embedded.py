"""Pictures within docx, pptx, odt and odp, read by OCR like scanned pages, each one once.

Pictures of the text and of slides are found in their order by what the file says of itself; those of running
headers, masters and layouts are not of the text. Drawings (EMF, WMF, SVG) are no pictures of pixels. Nothing
that a file only refers to is fetched.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.errors import NeedsOcr, TooLarge, UnreadableSource
from ingest.readers.assemble import Assembly
from ingest.readers.ocr import MOST_PIXELS, SeenLine, legible, nothing_seen, picture, stated_size
from ingest.readers.pdf import WAITING
from ingest.readers.pdf_layout import Layout
from ingest.readers.pdf_lines import seen_lines
from ingest.readers.picture import media_type

KINDS = frozenset({"docx", "pptx", "odt", "odp"})
_MOST_PICTURES = 200
_MOST_BYTES = 50 << 20  # of one picture
_MOST_TOTAL = 400 << 20
_SMALL_SIDE, _SMALL_AREA = 40, 50_000  # pixels; what is smaller is an icon, a logo, a line
_XML = 200 << 20
_POINTS = 72 / 200  # a picture's pixels are taken for those of a scan with 200 dots an inch
_DAMAGE = (KeyError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture that is large enough for words: its number, from 1, and its part of the archive.

    `drawing` counts all drawings of the text, from 0, where it stands first; `slide` counts slides from 1.
    """

    number: int
    part: str
    drawing: int
    slide: int | None
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one file and what was read on them; `seen` is None while they wait for OCR."""

    found: tuple[Embedded, ...] = ()
    drawings: int = 0
    left_out: int = 0
    seen: Mapping[int, Sequence[SeenLine]] | None = None

    @property
    def waiting(self) -> bool:
        """Whether there are pictures that are yet to be read."""
        return bool(self.found) and self.seen is None

    def metadata(self) -> dict[str, str]:
        """The pictures that wait and those that are not read, as `Reading.metadata` has them."""
        waiting = [each.number for each in self.found if self.seen is None]
        clear = legible(self.seen or {})
        doubtful = [number for number, lines in (self.seen or {}).items() if lines and number not in clear]
        over = range(len(self.found) + 1, len(self.found) + self.left_out + 1)
        unread = sorted({*waiting, *doubtful, *over})
        return {
            key: ", ".join(f"picture {number}" for number in numbers)
            for key, numbers in (("unread_pages", unread), ("waiting_pages", waiting))
            if numbers
        }

    def layout(self, each: Embedded) -> Layout | None:
        """What was read on one picture, with its offsets; None where there is nothing to be read."""
        lines = legible(self.seen or {}).get(each.number)
        if not lines:
            return None
        page = seen_lines(lines, *(edge * _POINTS for edge in each.size))
        layout = Layout([page])
        layout.add_page(each.number, page)
        return layout


class Shown:
    """Writes what was read on pictures at their places, each picture once."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures = pictures
        self._rest = list(pictures.found)

    def write(self, assembly: Assembly, *, drawing: int | None = None, slide: int | None = None) -> None:
        """Write the picture that is this drawing, or those of this slide."""
        for each in [
            each for each in self._rest if (each.drawing == drawing if slide is None else each.slide == slide)
        ]:
            self._write(assembly, each)

    def write_rest(self, assembly: Assembly) -> None:
        """Write those whose place is not known, after everything else."""
        for each in list(self._rest):
            self._write(assembly, each)

    def _write(self, assembly: Assembly, each: Embedded) -> None:
        self._rest.remove(each)
        layout = self.pictures.layout(each)
        if layout is not None:
            place = f"picture {each.number}"
            assembly.picture(layout, place if each.slide is None else f"slide {each.slide}, {place}")

    def require_text(self, assembly: Assembly, name: str) -> None:
        """Raise NeedsOcr where there is nothing but pictures that wait, NoText where nothing is on them."""
        if assembly.text.strip() or not self.pictures.found:
            return
        raise NeedsOcr(name, WAITING) if self.pictures.waiting else nothing_seen(name, self.pictures.seen)


def within(data: bytes, kind: str, seen: Mapping[int, Sequence[SeenLine]] | None = None) -> Pictures:
    """Return the pictures within a file of one of KINDS; none where what it says of itself is damaged."""
    if kind not in KINDS:
        return Pictures()
    found, looked_at = list[Embedded](), set[str]()
    drawings = left_out = total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            for drawing, (part, slide) in enumerate(_drawn(archive, kind)):
                drawings += 1
                if part not in sizes or part in looked_at:
                    continue
                looked_at.add(part)
                pixels = _pixels(archive, part)
                if pixels is None or min(pixels) < _SMALL_SIDE or pixels[0] * pixels[1] < _SMALL_AREA:
                    continue
                total += sizes[part]
                within_limits = sizes[part] <= _MOST_BYTES and pixels[0] * pixels[1] <= MOST_PIXELS
                if len(found) >= _MOST_PICTURES or total > _MOST_TOTAL or not within_limits:
                    left_out += 1
                    continue
                found.append(Embedded(len(found) + 1, part, drawing, slide, pixels))
    except _DAMAGE:
        return Pictures()
    return Pictures(tuple(found), drawings, left_out, seen)


def slide_numbers(data: bytes) -> list[int]:
    """Return the number of each slide of a pptx, from 1, in the order of its parts' names; empty if damaged.

    A slide that is moved may keep its part's name, and kreuzberg goes by that.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part for part in slide_parts(archive) if part in archive.namelist()]
    except _DAMAGE:
        return []
    named = sorted(parts, key=lambda part: (int(re.sub(r"\D", "", part) or 0), part))
    return [parts.index(part) + 1 for part in named]


def embedded_picture(data: bytes, name: str, kind: str, number: int) -> Any:
    """Return picture `number` as Pillow has it, upright. Raises UnknownFormat or TooLarge."""
    part = within(data, kind).found[number - 1].part
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return picture(archive.read(part), name, 1)


def _pixels(archive: zipfile.ZipFile, part: str) -> tuple[int, int] | None:
    """The width and height that a picture states, at most; None for what is none that OCR reads."""
    with archive.open(part) as file:
        if media_type(file.read(16)) is None:
            return None
    with archive.open(part) as file:
        try:
            return stated_size(file, part)
        except TooLarge:
            return MOST_PIXELS, MOST_PIXELS
        except UnreadableSource:
            return None


def _drawn(archive: zipfile.ZipFile, kind: str) -> Iterator[tuple[str, int | None]]:
    """The part of each drawing in their order, "" for one that is not in the file; and its slide."""
    if kind == "docx":
        for part in _related(archive, "word/document.xml"):
            yield part, None
    elif kind == "pptx":
        for number, slide in enumerate(slide_parts(archive), 1):
            for part in _related(archive, slide):
                yield part, number
    else:
        page = 0
        for element in parsed_part(archive, "content.xml").iter(f"{_DRAW}page", f"{_DRAW}image"):
            if element.tag == f"{_DRAW}page":
                page += 1
            else:
                yield element.get(_HREF) or "", page if kind == "odp" else None


def slide_parts(archive: zipfile.ZipFile) -> list[str]:
    """Return the parts of a presentation's slides, in their order, "" for one that is not in the file."""
    related = _relations(archive, "ppt/presentation.xml")
    listed = parsed_part(archive, "ppt/presentation.xml").iter("{*}sldId")
    return [related.get(each.get(f"{_RELATION}id"), "") for each in listed]


def _related(archive: zipfile.ZipFile, part: str) -> list[str]:
    """The parts that a part's drawings name, in their order; older ways to say the same are left out."""
    from lxml import etree

    root, related = parsed_part(archive, part), _relations(archive, part)
    etree.strip_elements(root, _FALLBACK, with_tail=False)
    named = root.iter("{*}blip", "{*}imagedata")
    return [related.get(each.get(f"{_RELATION}embed") or each.get(f"{_RELATION}id"), "") for each in named]


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str | None, str]:
    """The parts that a part refers to, by the names that it has for them; "" for what is not in the file."""
    folder, _, name = part.rpartition("/")
    return {
        each.get("Id"): ""
        if each.get("TargetMode") == "External"
        else posixpath.normpath(posixpath.join("/", folder, each.get("Target") or "")).lstrip("/")
        for each in parsed_part(archive, f"{folder}/_rels/{name}.rels")
    }


def parsed_part(archive: zipfile.ZipFile, part: str) -> Any:
    """Return the tree of an XML part; no entity of it is resolved. Raises ValueError where it is damaged."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with archive.open(part) as file:
        try:
            return etree.fromstring(file.read(_XML), parser)
        except etree.XMLSyntaxError as error:
            raise ValueError(str(error)) from error
