"""Pictures of the pages of PDFs and picture files, and the boxes of quoted words on them.

PDFium serves one thread at a time.
"""

from threading import Lock
from typing import TYPE_CHECKING

from chat.page.backing import Backing
from chat.page.sheet import Span
from ingest.document import Document

if TYPE_CHECKING:
    from ingest.readers.pdf_page import PageBox

ZOOMS = (75, 100, 150, 200)
"""Widths of a page's picture in per cent of the reader's width."""
_PIXELS_A_POINT = {75: 1.5, 100: 2.0, 150: 2.5, 200: 3.0}


class Pictures:
    """Page pictures of the documents whose original PDF or picture is kept."""

    def __init__(self, assistant: Backing) -> None:
        self._assistant = assistant
        self._lock = Lock()

    def there(self, document: Document) -> bool:
        """Tell whether there are pictures of this document's pages."""
        return _has_pages(document) and self._assistant.original(document.id, document.version) is not None

    def png(self, identity: str, version: int | None, number: int, zoom: int) -> bytes | None:
        """Return the picture of page `number` (from 1), None if there is none. Raises NotInLibrary."""
        document = self._assistant.document(identity, version)
        data = self._assistant.original(identity, document.version)
        if data is None or not _has_pages(document):
            return None
        if number not in {page.number for page in document.reading.pages}:
            return None
        from ingest.readers.pdf_page import render_page

        with self._lock:
            return render_page(data, number, _PIXELS_A_POINT.get(zoom, 2.0))

    def boxes(self, document: Document, span: Span | None) -> list["PageBox"]:
        """Return where the words of a span stand on the pages."""
        data = self._assistant.original(document.id, document.version)
        if data is None or span is None:
            return []
        from ingest.readers.pdf_page import quote_boxes

        with self._lock:
            return quote_boxes(data, document.reading, span.start, span.end)


def _has_pages(document: Document) -> bool:
    return document.reading.media_type == "application/pdf" or document.reading.media_type.startswith(
        "image/"
    )
