"""An OpenDocument text as its page shows it, for what kreuzberg glues or leaves out.

Words at a space that is stated as an element, at a tab or a line's end would be glued or lost, and so would
the paragraphs and lists of a table's cell; the numbers of lists and headings would be missing, notes
would stand before what they are about, and cells beside one that reaches over several in others' columns.
"""

import io
import re
import zipfile
from typing import Any

from ingest.readers.odt_numbers import write_numbers
from ingest.readers.odt_placed import Beside, put_in_place
from ingest.readers.word_shown import DAMAGE, MOST, as_bytes, parsed, with_parts

_CONTENT, _STYLES = "content.xml", "styles.xml"
_MOST_SPACES = 100
_SHOWN = {"s": " ", "tab": "\t", "line-break": "\n"}
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def as_shown(data: bytes) -> tuple[bytes, Beside]:
    """Return the file with these said in plain words, as it is if it is damaged, and what was taken out."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST:
                return data, Beside()
            root = parsed(archive.read(_CONTENT))
            styles = parsed(archive.read(_STYLES)) if _STYLES in archive.namelist() else None
            etree.strip_elements(root, f"{_TEXT}tracked-changes", with_tail=False)
            write_numbers(root, styles)
            beside = put_in_place(root, styles)
            _keep_columns(root)
            _part_paragraphs(root)
            _say(root)
            return with_parts(archive, {_CONTENT: as_bytes(root)}), beside
    except (*DAMAGE, etree.XMLSyntaxError):
        return data, Beside()


def _keep_columns(root: Any) -> None:
    """Make empty cells of those that another one covers, which would be left out."""
    for cell in root.iter(f"{_TABLE}covered-table-cell", f"{_TABLE}table-cell"):
        for name in ("number-columns-spanned", "number-rows-spanned"):
            cell.attrib.pop(f"{_TABLE}{name}", None)
        if not cell.tag.endswith("}table-cell"):
            cell.tag = f"{_TABLE}table-cell"


def _part_paragraphs(root: Any) -> None:
    """Put a space between the paragraphs of a cell, and open its lists."""
    from lxml import etree

    for cell in root.iter(f"{_TABLE}table-cell"):
        if next(cell.iterdescendants(f"{_TABLE}table"), None) is not None:
            continue
        etree.strip_tags(cell, f"{_TEXT}list", f"{_TEXT}list-item", f"{_TEXT}list-header")
        for paragraph in list(cell.iterchildren(f"{_TEXT}p", f"{_TEXT}h"))[:-1]:
            etree.SubElement(paragraph, f"{_TEXT}s")


def _say(root: Any) -> None:
    """Turn the elements for spaces, tabs and lines into characters."""
    from lxml import etree

    names = {f"{_TEXT}{name}": shown for name, shown in _SHOWN.items()}
    for element in root.iter(*names):
        count = element.get(f"{_TEXT}c") or ""
        times = int(count) if re.fullmatch("[0-9]{1,4}", count) else 1
        element.text = names[element.tag] * min(times, _MOST_SPACES)
    etree.strip_tags(root, *names)
