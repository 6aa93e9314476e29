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


def _range(marks: Sequence[Mark]) -> str:
    first, last = marks[0].label, marks[-1].label
    if first == last:
        return first
    stem, colon, line = last.rpartition(":")
    if colon and first.startswith(stem + colon):
        return f"{first}–{line}"
    return f"{first} – {last}"
