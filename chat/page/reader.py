"""Our own routes that show a source: its text or its page's picture, the quoted words marked.

/library/ID                          the document; `#120-180` goes on to the next address
/library/ID/120-180?v=2              with these code points of version 2 marked
/library/ID/120-180/quote?v=2        the same as JSON, for the card over a footnote
/library/ID/page/3.png?v=2           a page's picture
/library/first                       where the reader opens before anything was asked
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chat.page import leaf
from chat.page.backing import Backing
from chat.page.beside import copies_of
from chat.page.contents import EXAMPLES
from chat.page.markdown import showable
from chat.page.picture import Pictures
from chat.page.sheet import Span, page_of
from chat.verify.place import speaker_of
from ingest.document import Document
from ingest.errors import NotInLibrary
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from fastapi import APIRouter

POLICY = (
    "default-src 'none'; img-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_A_SENTENCE = 30
"""Code points under which a line is taken for a heading, too little to show what a footnote does."""
_NEIGHBOUR = 240
"""Code points on each side of a quote among which the card looks for whole sentences."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person wants to see a document; None leaves it to the document."""

    version: int | None = None
    span: Span | None = None
    view: str | None = None
    at: int | None = None
    page: int | None = None
    zoom: int = 100


def build_router(assistant: Backing) -> "APIRouter":
    """Return the routes under /library; each answer carries `POLICY` and is kept in no cache."""
    from fastapi import APIRouter
    from fastapi.responses import HTMLResponse, JSONResponse, Response

    router = APIRouter(prefix="/library")
    pictures = Pictures(assistant)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}

    def shown(identity: str, wish: Wish) -> HTMLResponse:
        status, page = opened(assistant, pictures, identity, wish)
        return HTMLResponse(page, status, headers)

    @router.get("/first")
    def first() -> JSONResponse:
        """Say which words the reader shows before the first question."""
        start = opening(assistant)
        return JSONResponse(start, 200 if start else 404, headers)

    @router.get("/{identity}")
    def whole(
        identity: str, v: int | None = None, view: str = "text", page: int | None = None, zoom: int = 100
    ) -> HTMLResponse:
        """Show a document from its beginning."""
        return shown(identity, Wish(v, None, view, None, page, zoom))

    @router.get("/{identity}/{start}-{end}")
    def quoted(
        identity: str,
        start: int,
        end: int,
        v: int | None = None,
        view: str | None = None,
        at: int | None = None,
        page: int | None = None,
        zoom: int = 100,
    ) -> HTMLResponse:
        """Show a document at the quoted words."""
        return shown(identity, Wish(v, Span(start, end), view, at, page, zoom))

    @router.get("/{identity}/{start}-{end}/quote")
    def quote(identity: str, start: int, end: int, v: int | None = None) -> JSONResponse:
        """Return the quoted words between their neighbours, and where they stand."""
        try:
            document = assistant.document(identity, v)
        except NotInLibrary:
            return JSONResponse({"state": "removed", "note": leaf.REMOVED}, 404, headers)
        told = card(document, Span(start, end), copies_of(identity, assistant.origins()))
        return JSONResponse(told, headers=headers)

    @router.get("/{identity}/page/{number}.png")
    def picture(identity: str, number: int, v: int | None = None, zoom: int = 100) -> Response:
        """Return a page's picture."""
        try:
            data = pictures.png(identity, v, number, zoom)
        except NotInLibrary:
            data = None
        if data is None:
            return Response(status_code=404, headers=headers)
        return Response(data, media_type="image/png", headers=headers)

    return router


def opened(assistant: Backing, pictures: Pictures, identity: str, wish: Wish) -> tuple[int, str]:
    """Return the HTTP status and the page that shows a document as wished, or says why it cannot."""
    try:
        current = assistant.document(identity)
    except NotInLibrary:
        return 404, leaf.removed_leaf()
    try:
        document = (
            current if wish.version in (None, current.version) else assistant.document(identity, wish.version)
        )
    except NotInLibrary:
        return 404, leaf.superseded_leaf(current, wish.version)
    span = wish.span
    valid = span if span and 0 <= span.start < span.end <= len(document.text) else None
    open_ = leaf.Opened(document, current.version, valid, misplaced=span is not None and valid is None)
    there = pictures.there(document)
    if wish.view == "text" or not there:
        return 200, leaf.text_leaf(open_, wish.at, there)
    number = wish.page or page_of(document.reading, valid.start if valid else 0) or 1
    return 200, leaf.picture_leaf(open_, pictures.boxes(document, valid), number, wish.zoom)


def card(document: Document, span: Span, copies: int = 1) -> dict[str, Any]:
    """Return what the card over a footnote shows; no markup, the script sets it as text.

    `copies` is how many documents are this one text.
    """
    text, reading = document.text, document.reading
    dated = reading.found.get("published") if reading.published else None
    ahead = _sentences(document, max(0, span.start - _NEIGHBOUR), span.start)
    behind = _sentences(document, span.end, min(len(text), span.end + _NEIGHBOUR))
    return {
        "state": "current",
        "before": showable(ahead[-1] if ahead else ""),
        "quote": showable(text[span.start : span.end]),
        "after": showable(behind[0] if behind else ""),
        "title": document.title,
        "source": document.source,
        "version": document.version,
        "published": reading.published,
        "dated": f"date from {dated.how}" if dated else "",
        "speaker": speaker_of(document, span.start, span.end),
        "copies": f"{copies} copies, 1 origin" if copies > 1 else "",
        "place": leaf.place_of(reading, span),
    }


def _sentences(document: Document, left: int, right: int) -> list[str]:
    """Return the sentences of a part of the text; the first and the last may be cut."""
    blocks = [
        (max(start, left) - left, min(end, right) - left)
        for start, end in document.reading.blocks
        if start < right and left < end
    ]
    part = document.text[left:right]
    return [part[start:end] for start, end in sentence_spans(part, blocks)]


def opening(assistant: Backing) -> dict[str, str] | None:
    """Return the address and title of a sentence that an example question is about; None if none."""
    for example in assistant.examples(EXAMPLES):
        for hit in assistant.search(example, limit=1):
            passage = hit.passage
            scored = zip(passage.sentences, hit.sentence_scores, strict=False)
            whole = [(score, span) for span, score in scored if span[1] - span[0] >= _A_SENTENCE]
            if whole:
                start, end = max(whole)[1]
                address = f"/library/{passage.document_id}/{start}-{end}?v={passage.version}&view=text"
                return {"address": address, "title": hit.title}
    return None
