"""OpenDocument presentations (.odp): a slide is a page, its first short paragraph a heading."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ingest.document import Reading
from ingest.errors import ProtectedSource, UnknownFormat
from ingest.readers.assemble import Assembly
from ingest.readers.embedded import Pictures, Shown
from ingest.readers.properties import properties
from ingest.readers.tables import column_names, header_rows

MEDIA_TYPE = "application/vnd.oasis.opendocument.presentation"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_NOTES = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}notes"
_PROTECTED = "it is protected by a password; save a copy without one and add that"
_MOST = 200 << 20


def read(data: bytes, name: str, pictures: Pictures | None = None) -> Reading:
    """Read the words of every slide, of its pictures and of its notes.

    Raises NeedsOcr where there are no words but those of pictures that wait, NoText where they have none.
    """
    root = _content(data, name)
    assembly, shown = Assembly(), Shown(pictures or Pictures())
    for number, page in enumerate(root.iter(f"{_DRAW}page"), 1):
        add_slide(assembly, number, _paragraphs(page, notes=False), _paragraphs(page, notes=True), shown)
    shown.require_text(assembly, name)
    stated, found = properties(data)
    title = stated.pop("title", None)
    metadata = {**stated, **shown.pictures.metadata()}
    reading = assembly.reading(name, MEDIA_TYPE, title=title, metadata=metadata)
    if title is None and assembly.headings:
        first = assembly.headings[0]
        reading = replace(reading, title=reading.text[first.start : first.end])
    return replace(reading, found=found)


def add_slide(
    assembly: Assembly,
    number: int,
    paragraphs: Sequence[str | list[list[str]]],
    notes: list[str],
    shown: Shown,
    *,
    close: bool = True,
) -> None:
    """Append one slide, its paragraphs and the rows of its tables, as a page that is called by its number."""
    for index, paragraph in enumerate(paragraphs):
        if not isinstance(paragraph, str):
            _add_table(assembly, paragraph)
            continue
        heads = index == 0 and len(paragraphs) > 1 and len(paragraph.strip()) <= 100
        assembly.add(paragraph, level=2 if heads else None)
    shown.write(assembly, slide=number)
    for paragraph in notes:
        assembly.add(paragraph)
    if close:
        assembly.close_page(number, f"slide {number}")


def _add_table(assembly: Assembly, rows: list[list[str]]) -> None:
    rows = [row for row in rows if any(row)]
    full = bool(rows) and all(rows[0]) and len(set(rows[0])) == len(rows[0])
    heads = header_rows(rows) or int(len(rows) > 1 and full)
    if heads:
        assembly.table([column_names(rows[:heads]), *rows[heads:]])
        return
    for index, row in enumerate(rows):
        assembly.add("; ".join(filter(None, row)), joint="\n" if index else "\n\n")


def _content(data: bytes, name: str) -> Any:
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise ProtectedSource(
                    name, "it is protected by a password; save a copy without one and add that"
                )
            with archive.open("content.xml") as part:
                content = part.read(_MOST)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        return etree.fromstring(content, parser)
    except (
        KeyError,
        OSError,
        RuntimeError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
        etree.XMLSyntaxError,
    ) as error:
        raise UnknownFormat(
            name, "it is not a readable odp file: damaged or cut short; save or export it again"
        ) from error


def _paragraphs(page: Any, *, notes: bool) -> list[str]:
    """The paragraphs of a slide, or those of its notes."""
    found = []
    for element in page.iter(f"{_TEXT}p", f"{_TEXT}h"):
        inside = any(parent.tag == _NOTES for parent in element.iterancestors())
        if inside is notes:
            text = _words(element)
            if text.strip():
                found.append(text)
    return found


def _words(element: Any) -> str:
    """An element's text; line breaks, tabs and runs of blanks are elements of their own."""
    parts = [element.text or ""]
    for child in element:
        tag = str(child.tag).removeprefix(_TEXT)
        if tag == "line-break":
            parts.append("\n")
        elif tag in ("tab", "s"):
            parts.append(" ")
        elif tag not in ("note", "annotation"):
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts)
