"""Where a quote stands, as its profession writes it: page, transcript page:line, table row."""

from collections.abc import Sequence

from ingest.document import Document, Mark


def page_of(document: Document, start: int) -> int | None:
    """Return the number of the page that holds an offset, or None for a document without pages."""
    return next((page.number for page in document.reading.pages if page.start <= start < page.end), None)


def locator_of(document: Document, start: int, end: int) -> str | None:
    """Return the marks that a span touches, first to last ("12:7–9"), or a printed page label, or None."""
    touched = [mark for mark in document.reading.marks if mark.start < end and mark.end > start]
    if touched:
        return _range(touched)
    return next(
        (
            page.label
            for page in document.reading.pages
            if page.start <= start < page.end and page.label not in (None, str(page.number))
        ),
        None,
    )


def speaker_of(document: Document, start: int, end: int) -> str | None:
    """Return who says a span, as the document tells, with the role in a hearing; None where it does not."""
    said = [each for each in document.reading.utterances if each.start < end and each.end > start]
    names = [
        f"{each.speaker} ({each.role})" if each.speaker and each.role else each.speaker or each.role
        for each in said
    ]
    return " / ".join(dict.fromkeys(name for name in names if name)) or None


def _range(marks: Sequence[Mark]) -> str:
    first, last = marks[0].label, marks[-1].label
    if first == last:
        return first
    sheet, sign, cell = last.rpartition("!")
    if sign and first.startswith(sheet + sign):
        return f"{first}:{cell}"
    stem, colon, line = last.rpartition(":")
    if colon and first.startswith(stem + colon):
        return f"{first}–{line}"
    return f"{first} – {last}"
