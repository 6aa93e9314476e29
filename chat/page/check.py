"""The page on which a draft is checked, sentence by sentence; the text is kept nowhere.

GET  /check                the page
POST /check                the same with the verdicts in it, for whoever has no scripts
POST /page/check           the draft's paragraphs, then each sentence with its verdict, a line of JSON each
POST /page/check/read      the text of a file that is checked and not added
POST /page/check/export    the verdicts as Markdown, JSON or CSV
"""

import json
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chat.answer import Checked, Citation, Quote, State, Support
from chat.page.naming import labels
from chat.page.stream import Event, download, form, streamed
from chat.tables import as_csv, file_name
from chat.verify.checking import draft_sentences
from chat.verify.cite import ReadOnce, Shelf, cite
from chat.work_tables import VERDICTS, Kind, checked_markdown, checked_rows, verdict
from ingest.document import Document
from ingest.errors import EmptySource, InvalidSetting, NotInLibrary, TooLarge
from ingest.readers.text import paragraphs
from retrieval.hit import Filter

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response

    from chat.assistant import Assistant
    from chat.page.shell import Site
    from chat.remote import RemoteAssistant

LONGEST = 1_000_000  # characters of a draft: some 150,000 words
LARGEST_FILE = 32 << 20  # bytes
_KINDS = (".txt", ".md", ".markdown", ".docx", ".odt", ".rtf", ".html", ".pdf")
"""What a browser offers to choose; any other kind that can be added is read too."""


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DraftSent(_Sent):
    """A draft, and where its sentences are looked for."""

    text: Annotated[str, Field(max_length=LONGEST)]
    collections: Annotated[list[str], Field(max_length=100)] = []


class QuoteSent(_Sent):
    """A span of a document that was shown for a sentence."""

    document_id: Annotated[str, Field(max_length=64)]
    version: int
    start: int
    end: int


class SentenceSent(_Sent):
    """A sentence as it was checked."""

    start: int
    end: int
    support: Support
    reason: Annotated[str, Field(max_length=2000)]
    supporting: Annotated[list[QuoteSent], Field(max_length=10)]
    contradicting: Annotated[list[QuoteSent], Field(max_length=10)]


class ExportSent(_Sent):
    """What to write down of a checked draft, and how."""

    text: Annotated[str, Field(max_length=LONGEST)]
    sentences: Annotated[list[SentenceSent], Field(max_length=50_000)]
    format: Literal["md", "json", "csv"]
    kind: Kind


def build_check(site: "Site") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Request, Response
    from fastapi.responses import HTMLResponse, StreamingResponse
    from starlette.concurrency import run_in_threadpool

    router = APIRouter()

    @router.get("/check")
    def page(request: Request) -> HTMLResponse:
        return _page(site, request, "", [])

    @router.post("/check")
    async def posted(request: Request) -> HTMLResponse:
        sent = await form(request)
        text = "".join(sent.get("text", []))[:LONGEST]
        where = [name for name in sent.get("collection", []) if name]

        def filled() -> HTMLResponse:
            layout, *rows = _events(site.mine(request), DraftSent(text=text, collections=where))
            verdicts = iter(rows)
            parts = [[{**each, **next(verdicts)} for each in part] for part in layout["paragraphs"]]
            return _page(site, request, text, parts)

        return await run_in_threadpool(filled)

    @router.post("/page/check")
    def check(request: Request, sent: DraftSent) -> StreamingResponse:
        if not sent.text.strip():
            raise InvalidSetting("there is nothing to check; paste a text, or drop a file")
        return streamed(_events(site.mine(request), sent))

    @router.post("/page/check/read")
    async def read(request: Request, name: str) -> dict[str, str]:
        data = bytearray()
        async for part in request.stream():
            data += part
            if len(data) > LARGEST_FILE:
                raise TooLarge(name, f"it has more than {LARGEST_FILE >> 20} MB; paste the part to check")
        return {"text": await run_in_threadpool(text_of, bytes(data), name)}

    @router.post("/page/check/export")
    def export(request: Request, sent: ExportSent) -> Response:
        return _exported(site.mine(request), sent)

    return router


def _page(
    site: "Site", request: "Request", text: str, paragraphs: list[list[dict[str, Any]]]
) -> "HTMLResponse":
    assistant = site.mine(request)
    rows = [each for part in paragraphs for each in part]
    return site.page(
        request,
        "check.html",
        "/check",
        text=text,
        paragraphs=paragraphs,
        counts={name: sum(row["verdict"] == name for row in rows) for name in VERDICTS},
        total=len(rows),
        collections=[each.name for each in assistant.collections()],
        empty=not assistant.documents(),
        verdicts=VERDICTS,
        kinds=",".join(_KINDS),
        longest=LONGEST,
    )


def text_of(data: bytes, name: str) -> str:
    """Return the text of a file of any kind that could be added, read by the worker and kept nowhere.

    Raises UnreadableSource, with the reason.
    """
    from ingest.worker import Worker

    plain = PurePath(name.replace("\\", "/")).name or "draft"
    with tempfile.TemporaryDirectory(prefix="footnote-draft-") as folder, Worker() as worker:
        path = Path(folder) / f"draft{PurePath(plain).suffix[:12]}"
        path.write_bytes(data)
        text = worker.read(path, plain).text
    if not text.strip():
        raise EmptySource(plain, "it holds no words to check")
    if len(text) > LONGEST:
        raise TooLarge(plain, f"it has more than {LONGEST:,} characters; paste the part to check")
    return text


def _events(assistant: "Assistant | RemoteAssistant", sent: DraftSent) -> Generator[Event, None, None]:
    """Yield the draft's layout first, then each sentence as it is compared."""
    spans = draft_sentences(sent.text)
    yield {"paragraphs": _layout(sent.text, spans), "total": len(spans)}
    where = Filter(collections=tuple(sent.collections))
    footnotes = 0
    for number, row in enumerate(assistant.check_stream(sent.text, where=where)):
        marks = [_mark(each, footnotes + n, "supports") for n, each in enumerate(row.supporting, 1)]
        footnotes += len(marks)
        against = [_mark(each, footnotes + n, "contradicts") for n, each in enumerate(row.contradicting, 1)]
        footnotes += len(against)
        yield {
            "number": number,
            "verdict": verdict(row),
            "support": row.support,
            "reason": row.reason,
            "marks": marks + against,
        }


def _layout(text: str, spans: Sequence[tuple[int, int]]) -> list[list[dict[str, Any]]]:
    """Return the sentences by paragraph, with their spans."""
    rows: list[list[dict[str, Any]]] = []
    starts = [start for start, _ in paragraphs(text)]
    at = 0
    for start, end in spans:
        fresh = not rows
        while at < len(starts) and starts[at] <= start:
            fresh, at = True, at + 1
        if fresh:
            rows.append([])
        rows[-1].append({"start": start, "end": end, "text": text[start:end]})
    return rows


def _mark(each: Citation, number: int, says: str) -> dict[str, Any]:
    return {
        "number": number,
        "says": says,
        "document_id": each.document_id,
        "version": each.document_version,
        "start": each.start,
        "end": each.end,
        "quote": each.quote,
        "where": " · ".join(str(part) for part in (each.title, each.published, _place(each)) if part),
    }


def _place(each: Citation) -> str | None:
    return each.locator or (f"page {each.page}" if each.page is not None else None)


def _exported(assistant: "Assistant | RemoteAssistant", sent: ExportSent) -> "Response":
    label, clean = labels(assistant, sent.kind)
    shelf = ReadOnce(_Shelf(assistant))
    rows = [_checked(shelf, sent.text, each) for each in sent.sentences]
    name = file_name("Checked draft", sent.format)
    if sent.format == "csv":
        body = "\ufeff" + as_csv(checked_rows(rows, sent.kind, label, clean))
        return download(body.encode("utf-8", "replace"), name, "text/csv; charset=utf-8")
    if sent.format == "json":
        headings, *lines = checked_rows(rows, sent.kind, label, clean)
        told = [{str(key): cell for key, cell in zip(headings, line, strict=False)} for line in lines]
        body = json.dumps({"kind": sent.kind, "sentences": told}, ensure_ascii=False, indent=2)
        return download(body.encode("utf-8", "replace"), name, "application/json")
    body = checked_markdown(rows, _paragraphs(sent.text, rows), sent.kind, label, clean)
    return download(body.encode("utf-8", "replace"), name, "text/markdown; charset=utf-8")


def _paragraphs(text: str, rows: Sequence[Checked]) -> list[int]:
    """Return, for each paragraph of a draft, how many of its sentences were checked."""
    layout = _layout(text, [(row.start, row.end) for row in rows])
    return [len(each) for each in layout]


def _checked(shelf: Shelf, text: str, sent: SentenceSent) -> Checked:
    """Return a sentence with its quotes as the documents have them now."""

    def quoted(rows: Sequence[QuoteSent]) -> tuple[Citation, ...]:
        found = (shelf.find(row.document_id, row.version) for row in rows)
        cited = (
            cite(Quote(row.document_id, row.version, row.start, row.end, words, "", 0.0), 1, shelf)
            for row, document in zip(rows, found, strict=True)
            if document is not None and (words := document.text[row.start : row.end])
        )
        return tuple(each for each in cited if isinstance(each, Citation))

    words = text[sent.start : sent.end]
    supporting, contradicting = quoted(sent.supporting), quoted(sent.contradicting)
    return Checked(sent.start, sent.end, words, sent.support, sent.reason, supporting, contradicting)


class _Shelf:
    """The documents that an assistant has, as the maker of citations sees them."""

    def __init__(self, assistant: "Assistant | RemoteAssistant") -> None:
        self._assistant = assistant

    def find(self, document_id: str, version: int) -> Document | None:
        """Return that version, or None once it was removed."""
        try:
            return self._assistant.document(document_id, version)
        except NotInLibrary:
            return None

    def state(self, document_id: str, version: int) -> State:
        """Return whether that version is current, superseded or removed."""
        try:
            return "current" if self._assistant.document(document_id).version == version else "superseded"
        except NotInLibrary:
            return "removed"
