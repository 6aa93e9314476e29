"""A docx as its page shows it, for what kreuzberg leaves out or says twice.

Paragraphs would lack their automatic numbers. Without tabs, hyphens that do not break and old line breaks the
words beside them would be glued; what was moved away would stand at its old place too; a cell over several
columns would say its words once for each.
"""

import io
import re
import zipfile
import zlib
from typing import Any

from ingest.readers.word_numbers import write_numbers

_PARTS = re.compile(r"word/(?:document\d*|footnotes|endnotes)\.xml")
_COUNTED_PARTS = ("document", "styles", "numbering")
_COUNTED = re.compile(rf"word/({'|'.join(_COUNTED_PARTS)})\d*\.xml")
_CONCERNED = re.compile(rb":(?:tab|ptab|noBreakHyphen|cr|moveFrom|gridSpan)\b")
_SHOWN = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-", "cr": "\n"}
MOST = 200 << 20  # bytes of the file unpacked; it is copied in memory
_MOST_COLUMNS = 63  # of a table, as in Word
DAMAGE = (KeyError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)


def as_shown(data: bytes) -> bytes:
    """Return the file with these said in plain words; as it is where it has none of them or is damaged."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST:
                return data
            parts = {name: archive.read(name) for name in archive.namelist() if _PARTS.fullmatch(name)}
            numbered = _numbered(archive)
            parts |= numbered
            changed = numbered | {
                name: _plain(part) for name, part in parts.items() if _CONCERNED.search(part)
            }
            if not changed:
                return data
            return with_parts(archive, changed)
    except (*DAMAGE, etree.XMLSyntaxError):
        return data


def with_parts(archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    """A copy of the archive with these parts in place of its own."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as copy:
        for name in dict.fromkeys(archive.namelist()):
            copy.writestr(name, changed[name] if name in changed else archive.read(name))
    return written.getvalue()


def _numbered(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The document's part with its paragraphs' numbers; nothing where there are none or they are damaged."""
    from lxml import etree

    names = {match[1]: name for name in archive.namelist() if (match := _COUNTED.fullmatch(name))}
    if len(names) < len(_COUNTED_PARTS):
        return {}
    try:
        root, styles, numbering = (parsed(archive.read(names[part])) for part in _COUNTED_PARTS)
        return {names["document"]: as_bytes(root)} if write_numbers(root, styles, numbering) else {}
    except (*DAMAGE, etree.XMLSyntaxError):
        return {}


def parsed(part: bytes) -> Any:
    """The tree of an XML part; no entity of it is resolved."""
    from lxml import etree

    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def as_bytes(root: Any) -> bytes:
    """The part that this tree is."""
    from lxml import etree

    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _plain(part: bytes) -> bytes:
    from lxml import etree

    root = parsed(part)
    etree.strip_elements(root, "{*}moveFrom", with_tail=False)
    for run in root.iter("{*}r"):
        for element in run.iterchildren(*(f"{{*}}{name}" for name in _SHOWN)):
            name = etree.QName(element)
            element.tag = f"{{{name.namespace}}}t"
            element.text = _SHOWN[name.localname]
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for span in list(root.iter("{*}gridSpan")):
        _unspan(span)
    return as_bytes(root)


def _unspan(span: Any) -> None:
    """Turn a cell over several columns into one cell and empty ones behind it."""
    from lxml import etree

    properties = span.getparent()
    cell = properties.getparent()
    stated = next((value for name, value in span.items() if name.endswith("}val")), "")
    if not re.fullmatch("[0-9]{1,3}", stated) or not str(cell.tag).endswith("}tc"):
        return
    properties.remove(span)
    namespace = etree.QName(cell).namespace
    for _ in range(min(int(stated), _MOST_COLUMNS) - 1):
        empty = etree.Element(f"{{{namespace}}}tc")
        etree.SubElement(empty, f"{{{namespace}}}p")
        cell.addnext(empty)
