"""A docx as its page shows it, for what kreuzberg leaves out or says twice.

Paragraphs would lack their automatic numbers, and the words around a text box; the first footnote would be
lost, and what charts say. Without tabs, hyphens that do not break, old line breaks and page breaks the words
beside them would be glued, and raised figures to what they stand behind; what was moved away or deleted would
stand there in part; a cell over several columns would say its words once for each.
"""

import io
import re
import zipfile
import zlib
from typing import Any

from ingest.readers.raised import raised
from ingest.readers.word_changes import settle
from ingest.readers.word_hidden import STYLED, hides, mark_hidden
from ingest.readers.word_numbers import write_numbers
from ingest.readers.word_placed import (
    NOTES,
    put_boxes_behind,
    put_charts_behind,
    put_hidden_behind,
    put_notes_in,
)

_DOCUMENT = re.compile(r"word/document\d*\.xml")
_NOTES = re.compile(rf"word/({'|'.join(NOTES)})s\.xml")
_CONCERNED = re.compile(
    rb":(?:tab|ptab|noBreakHyphen|cr|moveFrom|gridSpan|txbxContent|(?:foot|end)noteReference|vertAlign|sym|chart|"
    rb"del|cellDel|vanish|webHidden|specVanish|d?strike)\b"
    rb"|\"FFFFFF\"|:sz [^>]*\"[1-5]\"|type=\"(?:page|column)\""
)
_SHOWN = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-", "cr": "\n"}
_SIGNS = {
    "wingdings": dict(zip("\xa8\xfc\xfb\xfe\xfd\x6f\xa7\xd8\xe0\xf0", "☐✓✗☑☒☐▪➢→⇨", strict=True)),
    "symbol": dict(
        zip("abcdeghklmnpqrstwxyzDGLPSWF\xb0\xb1\xb3\xa3\xb4\xb7\xb9\xae\xa5\xd6",
            "αβχδεγηκλμνπθρστωξψζΔΓΛΠΣΩΦ°±≥≤×•≠→∞√", strict=True)
    ),
}  # fmt: skip
MOST = 200 << 20  # bytes of the file unpacked; it is copied in memory
_MOST_COLUMNS = 63  # of a table, as in Word
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
DAMAGE = (KeyError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)


def as_shown(data: bytes) -> bytes:
    """Return the file with these said in plain words; as it is where it has none of them or is damaged."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if sum(entry.file_size for entry in archive.infolist()) > MOST:
                return data
            main = next((name for name in names if _DOCUMENT.fullmatch(name)), "")
            source = archive.read(main)
            styles, numbering = (
                _optional(archive, rf"word/{part}\d*\.xml") for part in ("styles", "numbering")
            )
            hiding = (
                styles is not None
                and next(styles.iter(*(f"{{*}}{name}" for name in STYLED)), None) is not None
            )
            if numbering is None and not hiding and not _CONCERNED.search(source):
                return data
            root = parsed(source)
            settle(root)
            if hiding:
                mark_hidden(root, styles)
            changed = {main: root}
            if numbering is not None and styles is not None:
                write_numbers(root, styles, numbering)
            notes: dict[str, Any] = {}
            for name in names:
                if (kind := _NOTES.fullmatch(name)) and (
                    part := _optional(archive, re.escape(name))
                ) is not None:
                    settle(part)
                    notes[kind[1]] = changed[name] = part
            put_charts_behind(root, _charts(archive, main))
            for part in changed.values():
                _make_plain(part)
            put_notes_in(root, notes)
            return with_parts(archive, {name: as_bytes(part) for name, part in changed.items()})
    except (*DAMAGE, etree.XMLSyntaxError):
        return data


def _charts(archive: zipfile.ZipFile, main: str) -> dict[str, Any]:
    """The charts' parts by the names that the document's part has for them."""
    folder, _, name = main.rpartition("/")
    relations = _optional(archive, re.escape(f"{folder}/_rels/{name}.rels"))
    found = {
        each.get("Id"): _optional(archive, re.escape(f"{folder}/{each.get('Target')}"))
        for each in (relations if relations is not None else ())
        if str(each.get("Type")).endswith("/chart")
    }
    return {name: part for name, part in found.items() if part is not None}


def _optional(archive: zipfile.ZipFile, pattern: str) -> Any:
    """The tree of the part of this name; None where there is none or it is damaged."""
    from lxml import etree

    try:
        name = next(name for name in archive.namelist() if re.fullmatch(pattern, name))
        return parsed(archive.read(name))
    except (*DAMAGE, StopIteration, etree.XMLSyntaxError):
        return None


def with_parts(archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    """A copy of the archive with these parts in place of its own."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as copy:
        for name in dict.fromkeys(archive.namelist()):
            copy.writestr(name, changed[name] if name in changed else archive.read(name))
    return written.getvalue()


def parsed(part: bytes) -> Any:
    """The tree of an XML part; no entity of it is resolved."""
    from lxml import etree

    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def as_bytes(root: Any) -> bytes:
    """The part that this tree is."""
    from lxml import etree

    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _make_plain(root: Any) -> None:
    """Say in words what a part's signs and marks say."""
    from lxml import etree

    put_hidden_behind(root, hides)
    put_boxes_behind(root)
    for paragraph in root.iter("{*}p"):
        _raise(paragraph)
    for run in root.iter("{*}r"):
        for element in run.iterchildren("{*}br", "{*}sym", *(f"{{*}}{name}" for name in _SHOWN)):
            name = etree.QName(element)
            words = _said(name.localname, element)
            if words is not None:
                element.tag = f"{{{name.namespace}}}t"
                element.text = words
                element.set(_SPACE, "preserve")
    for span in list(root.iter("{*}gridSpan")):
        _unspan(span)


def _said(name: str, element: Any) -> str | None:
    """What a sign shows; None where it is left to kreuzberg, as a line's break is."""
    stated = {key.rpartition("}")[2]: value for key, value in element.items()}
    if name == "br":
        return "\n" if stated.get("type") in ("page", "column") else None
    if name != "sym":
        return _SHOWN[name]
    code = int(stated.get("char") or "0", 16)
    font = "wingdings" if "wingdings" in stated.get("font", "").lower() else stated.get("font", "").lower()
    return _SIGNS.get(font, {}).get(chr(code & 0xFF)) or (chr(code) if 0x20 < code < 0xD800 else None)


def _raise(paragraph: Any) -> None:
    """Write the raised words of a paragraph as plain ones."""
    before, waiting = "", list[Any]()
    texts = [text for text in paragraph.iter("{*}t") if text.text]
    for index, text in enumerate(texts):
        following = texts[index + 1] if index + 1 < len(texts) else None
        if not _is_raised(text):
            before = text.text
            continue
        waiting.append(text)
        if following is None or not _is_raised(following):
            words = "".join(part.text for part in waiting)
            for part in waiting:
                part.text = ""
            waiting[0].text = raised(before, words, following.text if following is not None else "")
            waiting[0].set(_SPACE, "preserve")
            before, waiting = waiting[0].text, []


def _is_raised(text: Any) -> bool:
    level = text.getparent().find("{*}rPr/{*}vertAlign")
    return level is not None and "superscript" in level.values()


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
