"""An export as a Word document whose footnotes are Word's own."""

import io
from datetime import datetime
from typing import TYPE_CHECKING

from chat.export.content import Export, Said, Section, Source
from chat.export.footnotes import Footnotes
from chat.export.text import about, entry, writable
from chat.export.word_text import paragraph, write

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element


def to_word(export: Export) -> bytes:
    """Return the file; its properties name no author."""
    import docx

    document = docx.Document()
    _undress(document, export)
    body = _Body(document, export.title)
    body.add("Title", " ".join(export.title.split()))
    for line in about(export):
        body.add("Subtitle", line)
    for section in export.sections:
        _section(body, section)
    if export.sources:
        body.add("Heading1", "Sources")
        for source in export.sources:
            _source(body, source)
    if export.log is not None:
        body.add("Heading1", "Log")
        for each in export.log:
            body.add("ListBullet", entry(each))
    body.notes.finish()
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


class _Body:
    """The document's title and text, to which paragraphs are added in order, and its footnotes."""

    def __init__(self, document: "Document", title: str) -> None:
        self.title = title
        self.notes = Footnotes(document)
        self._last = document.element.body.sectPr

    def add(self, style: str, text: str = "") -> "_Element":
        """Add a paragraph and return it."""
        made = paragraph(style, text)
        self._last.addprevious(made)
        return made


def _section(body: _Body, section: Section) -> None:
    if section.question and section.question != body.title:
        body.add("Heading1", " ".join(section.question.split()))
    if section.searched:
        body.add("Subtitle", f"Searched: {section.searched}")
    for remark in section.remarks:
        body.add("Normal", remark)
    for said in (*([section.short] if section.short else []), *section.said):
        _said(body, said, pinned=section.turn is None)
    if section.nearest:
        near = body.add("Normal", "Nearest passages:")
        for note in section.nearest:
            write(near, " ")
            body.notes.refer(near, note)
    if section.left_out:
        body.add("Normal", f"{section.left_out} left out: no footnote of theirs is marked as was asked for.")
    if section.withheld:
        body.add("Normal", "Withheld, since the sources do not bear it out:")
        for text, why in section.withheld:
            body.add("ListBullet", f"{text} ({why})")


def _said(body: _Body, said: Said, *, pinned: bool) -> None:
    if said.speaker:
        write(body.add("Normal"), f"{said.speaker}:", italic=True)
    made = body.add("Quote" if pinned and said.verbatim else "Normal", said.text)
    for note in said.notes:
        body.notes.refer(made, note)
    if said.caveat:
        write(made, f" ({said.caveat})", italic=True)
    if said.remark:
        body.add("Normal", f"Note: {said.remark}")


def _source(body: _Body, source: Source) -> None:
    body.add("Normal", f"{source.number}. {source.label}")
    if source.filed is not None:
        state = "" if source.filed.known else " · removed"
        filed = source.filed
        body.add(
            "ListBullet", f"{filed.origin} · collection {filed.collection} · id {filed.document_id}{state}"
        )


def _undress(document: "Document", export: Export) -> None:
    """Set the properties that a file carries unseen: a title and times, and nobody's name."""
    kept = document.core_properties
    made = datetime.fromisoformat(export.made_at).replace(tzinfo=None, microsecond=0)
    kept.title = writable(" ".join(export.title.split()))[:255]
    kept.author = kept.last_modified_by = kept.comments = kept.subject = kept.keywords = kept.category = ""
    kept.created = kept.modified = made
    kept.revision = 1
    relations = document.part.package.rels
    for name in [name for name, each in relations.items() if each.reltype.endswith("/thumbnail")]:
        del relations[name]  # a picture of the template
