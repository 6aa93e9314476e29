"""Word's own footnotes: a part of their own in the package, with separators, styles and references."""

from typing import TYPE_CHECKING, Any

from chat.export.content import Note
from chat.export.text import finding, is_rtl, reference
from chat.export.word_text import child, paragraph, write

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_NAME = "/word/footnotes.xml"
_SEPARATORS = (("0", "separator"), ("1", "continuationSeparator"))
_AFTER_NOTES = ("w:endnotePr", "w:compat")
TEXT, REFERENCE = "FootnoteText", "FootnoteReference"


class Footnotes:
    """The footnotes of one Word document; `refer` adds one, `finish` puts them into the package."""

    def __init__(self, document: "Document") -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import nsmap

        self._document = document
        spaces = {name: nsmap[name] for name in ("w", "r")}  # some readers look for both
        self._root: _Element = OxmlElement("w:footnotes", nsdecls=spaces)
        self._identity = len(_SEPARATORS) - 1
        _add_styles(document)
        for identity, kind in _SEPARATORS:
            note = child(self._root, "w:footnote", type=kind, id=identity)
            run = child(child(note, "w:p"), "w:r")
            child(run, f"w:{kind}")

    def refer(self, to: "_Element", note: Note) -> None:
        """Put a reference to a note at the end of a paragraph, and its text at the foot of the page."""
        self._identity += 1
        run = child(to, "w:r")
        child(child(run, "w:rPr"), "w:rStyle", val=REFERENCE)
        child(run, "w:footnoteReference", id=str(self._identity))
        self._root.append(_footnote(str(self._identity), note))

    def finish(self) -> None:
        """Add the part, and name its separators in the settings."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from lxml import etree

        blob = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        part = Part(PackURI(_NAME), _TYPE, blob, self._document.part.package)
        self._document.part.relate_to(part, _RELATION)
        settings: Any = self._document.settings.element
        named: _Element = OxmlElement("w:footnotePr")
        for identity, _ in _SEPARATORS:
            child(named, "w:footnote", id=identity)
        later = next(each for name in _AFTER_NOTES if (each := settings.find(qn(name))) is not None)
        later.addprevious(named)


def _footnote(identity: str, note: Note) -> "_Element":
    """Return a note: the quote in a paragraph of its own, so that its direction is its own, then the rest."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made: _Element = OxmlElement("w:footnote")
    made.set(qn("w:id"), identity)
    rest = [reference(note), *(f"{why}: “{words}”" for why, words in note.context if words)]
    first = paragraph(TEXT, rtl=is_rtl(note.quote))
    made.append(first)
    run = child(first, "w:r")
    child(child(run, "w:rPr"), "w:rStyle", val=REFERENCE)
    child(run, "w:footnoteRef")
    write(first, f" “{note.quote}”" if note.quote else f" {rest.pop(0)}")
    for words in (*rest, finding(note)):
        if words:
            made.append(paragraph(TEXT, words))
    return made


def _add_styles(document: "Document") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.element.set(_style_id(), TEXT)
    text.base_style = document.styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(2)
    mark = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    mark.element.set(_style_id(), REFERENCE)
    mark.font.superscript = True


def _style_id() -> str:
    from docx.oxml.ns import qn

    return str(qn("w:styleId"))
