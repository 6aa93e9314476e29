"""Text as WordprocessingML: exact words, each run marked with the direction and the kind of its script."""

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from chat.export.text import closed, is_rtl, writable

if TYPE_CHECKING:
    from lxml.etree import _Element

Script = Literal["latin", "rtl", "cjk"]
_BREAKS = {"\n": "w:br", "\t": "w:tab"}


def runs(text: str) -> Iterator[tuple[str, Script]]:
    """Give the text in pieces of one kind of script; blanks and signs go with the letters before them.

    Those that begin the text go with the first letters.
    """
    kinds: list[Script] = []
    first: Script = next((kind for each in text if (kind := _script(each))), "latin")
    for character in text:
        kinds.append(_script(character) or (kinds[-1] if kinds else first))
    offset = 0
    for kind, group in groupby(kinds):
        length = len(list(group))
        yield text[offset : offset + length], kind
        offset += length


def paragraph(style: str, text: str = "", *, rtl: bool | None = None) -> "_Element":
    """Return a paragraph of a style; it runs from right to left where its first letter, or `rtl`, says so."""
    from docx.oxml import OxmlElement

    made = OxmlElement("w:p")
    properties = child(made, "w:pPr")
    child(properties, "w:pStyle", val=style)
    if is_rtl(text) if rtl is None else rtl:
        child(properties, "w:bidi")
    if text:
        write(made, text)
    return made


def write(to: "_Element", text: str, *, italic: bool = False) -> None:
    """Append the text to a paragraph; what XML cannot hold is U+FFFD, and nothing after it is reordered."""
    for piece, script in runs(writable(closed(text.replace("\r\n", "\n").replace("\r", "\n")))):
        run = child(to, "w:r")
        properties = child(run, "w:rPr")
        if script == "cjk":
            child(properties, "w:rFonts", hint="eastAsia")
        if italic:
            child(properties, "w:i")
            child(properties, "w:iCs")
        if script == "rtl":
            child(properties, "w:rtl")
        if not len(properties):
            run.remove(properties)
        _words(run, piece)


def _words(run: "_Element", text: str) -> None:
    for special, group in groupby(text, key=lambda each: each if each in _BREAKS else ""):
        words = "".join(group)
        if special:
            for _ in words:
                child(run, _BREAKS[special])
        else:
            element = child(run, "w:t")
            element.text = words
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def child(parent: "_Element", name: str, **attributes: str) -> "_Element":
    """Append an element and return it; its attributes are of Word's own namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made: _Element = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), value)
    parent.append(made)
    return made


def _script(character: str) -> Script | None:
    """Return the script's kind of a letter, None for what has no direction of its own."""
    direction = unicodedata.bidirectional(character)
    if direction in ("R", "AL", "AN"):
        return "rtl"
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return "cjk"
    return "latin" if direction in ("L", "EN") else None
