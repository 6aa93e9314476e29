"""The page on which many questions are put to many documents, and the grid that is kept of their answers.

GET  /many                     a new grid, and those that are kept
POST /many                     keeps a new one, and goes to it
GET  /many/ID                  a grid as far as it is answered
POST /many/ID/remove           removes it
GET  /page/many/ID             its answered cells as JSON
POST /page/many/ID/fill        answers what is not answered, or some cells anew: each cell a line of JSON
GET  /page/many/ID/file        the grid as CSV or XLSX
"""

import csv
import io
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chat.answer import Answer
from chat.grid import LONGEST_QUESTION, MOST_CELLS, Grid, GridCell, GridInfo
from chat.page.naming import labels
from chat.page.stream import Event, download, form, streamed
from chat.tables import as_csv, as_xlsx, file_name
from chat.work_tables import STATES, Kind, grid_rows
from ingest.errors import FootnoteError, InvalidSetting
from retrieval.hit import Filter
from retrieval.report import DocumentInfo

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.requests import Request
    from starlette.responses import HTMLResponse

    from chat.assistant import Assistant
    from chat.page.shell import Site
    from chat.remote import RemoteAssistant

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FillSent(BaseModel):
    """Which cells to answer anew; none for all that are not answered."""

    model_config = ConfigDict(extra="forbid")

    cells: Annotated[list[int], Field(max_length=MOST_CELLS)] = []


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to ask, as the form has it."""

    questions: str = ""
    each: bool = False
    documents: tuple[str, ...] = ()
    collection: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A grid as a table: its headings, and rows of a heading and cells' numbers."""

    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def build_many(site: "Site") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Request, Response
    from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
    from starlette.concurrency import run_in_threadpool

    router = APIRouter()

    @router.get("/many")
    def page(request: Request, question: str = "") -> HTMLResponse:
        return _new(site, request, Wanted(questions=question))

    @router.post("/many")
    async def create(request: Request) -> Response:
        wanted = _wanted(await form(request))

        def kept() -> Response:
            try:
                made = _create(site.mine(request), wanted)
            except FootnoteError as error:
                return _new(site, request, wanted, str(error))
            return RedirectResponse(f"/many/{made.id}", 303)

        return await run_in_threadpool(kept)

    @router.get("/many/{identity}")
    def grid(request: Request, identity: str) -> HTMLResponse:
        assistant = site.mine(request)
        found = assistant.grid(identity)
        return site.page(
            request,
            "grid.html",
            "/many",
            grid=found,
            laid=laid(found, assistant.documents()),
            cells={cell.number: shown(cell) for cell in found.cells},
            states=STATES,
            seconds=assistant.cell_seconds() or 0,
        )

    @router.post("/many/{identity}/remove")
    def remove(request: Request, identity: str) -> RedirectResponse:
        site.mine(request).remove_grid(identity)
        return RedirectResponse("/many", 303)

    @router.get("/page/many/{identity}")
    def cells(request: Request, identity: str) -> dict[str, Any]:
        return {"cells": [shown(cell) for cell in site.mine(request).grid(identity).cells]}

    @router.post("/page/many/{identity}/fill")
    def fill(request: Request, identity: str, sent: FillSent) -> StreamingResponse:
        return streamed(_events(site.mine(request).fill_grid(identity, cells=sent.cells)))

    @router.get("/page/many/{identity}/file")
    def file(
        request: Request, identity: str, format: Literal["csv", "xlsx"] = "csv", kind: Kind = "publishable"
    ) -> Response:
        assistant = site.mine(request)
        found = assistant.grid(identity)
        label, clean = labels(assistant, kind)
        rows = list(grid_rows(found, kind, label, clean, assistant.documents()))
        name = file_name(clean(found.info.title), format)
        if format == "xlsx":
            return download(as_xlsx([("Answers", rows), ("About", _about(found, kind))]), name, _XLSX)
        return download(("\ufeff" + as_csv(rows)).encode("utf-8", "replace"), name, "text/csv; charset=utf-8")

    return router


def questions_of(text: str) -> list[str]:
    """Return the questions of a pasted or dropped list: one a line, or the first column of a table.

    A line is read as CSV only where it begins with a quote.
    """
    lines = io.StringIO(text.replace("\0", ""), newline="")
    found: list[str] = []
    for line in lines:
        if line.lstrip().startswith('"'):
            rest = csv.reader([line, *lines] if line.count('"') % 2 else [line])
            found += [row[0] for row in rest if row]
        else:
            found.append(line)
    return [" ".join(each.split()) for each in found if each.strip()]


def laid(grid: Grid, documents: Sequence[DocumentInfo]) -> Laid:
    """Return the grid with its longer side downwards: documents or questions as rows."""
    plan = grid.info.plan
    if not plan.documents:
        return Laid("Question", ("All documents",), tuple((q, (n,)) for n, q in enumerate(plan.questions)))
    titles = {each.id: each.title for each in documents}
    names = tuple(titles.get(each, "(no longer in the library)") for each in plan.documents)
    columns = len(names)
    if columns >= len(plan.questions):
        rows = [
            (name, tuple(question * columns + row for question in range(len(plan.questions))))
            for row, name in enumerate(names)
        ]
        return Laid("Document", plan.questions, tuple(rows))
    numbers = [tuple(range(row * columns, (row + 1) * columns)) for row in range(len(plan.questions))]
    return Laid("Question", names, tuple(zip(plan.questions, numbers, strict=True)))


def shown(cell: GridCell) -> dict[str, Any]:
    """Return what is shown of a cell: its state, its sentences with their footnotes, why it failed."""
    return {
        "number": cell.number,
        "state": cell.state,
        "word": STATES[cell.state],
        "reason": cell.reason,
        "sentences": _sentences(cell.answer) if cell.answer and cell.state != "not_found" else [],
    }


def _sentences(answer: Answer) -> list[dict[str, Any]]:
    citations = {each.number: each for each in answer.citations}
    told = [
        (sentence.text, "verbatim" if sentence.verbatim else sentence.support, sentence.citations)
        for sentence in answer.sentences
    ]
    if answer.short is not None:
        told.insert(0, (answer.short.text, "verbatim", (answer.short.citation,)))
    return [
        {
            "text": text,
            "support": support,
            "marks": [
                {
                    "number": number,
                    "href": f"/library/{each.document_id}/{each.start}-{each.end}?v={each.document_version}",
                    "where": " · ".join(
                        part
                        for part in (
                            each.title,
                            each.published,
                            each.locator or (f"page {each.page}" if each.page else None),
                        )
                        if part
                    ),
                    "removed": each.state == "removed",
                }
                for number in numbers
                if (each := citations.get(number)) is not None
            ],
        }
        for text, support, numbers in told
    ]


def _new(site: "Site", request: "Request", wanted: Wanted, wrong: str = "") -> "HTMLResponse":
    assistant = site.mine(request)
    documents = [each for each in assistant.documents() if each.enabled]
    return site.page(
        request,
        "many.html",
        "/many",
        422 if wrong else 200,
        wanted=wanted,
        wrong=wrong,
        documents=documents[:MOST_CELLS],
        left_out=max(0, len(documents) - MOST_CELLS),
        collections=[each.name for each in assistant.collections()],
        grids=assistant.grids(),
        most=MOST_CELLS,
        longest=LONGEST_QUESTION,
        seconds=assistant.cell_seconds() or 0,
    )


def _create(assistant: "Assistant | RemoteAssistant", wanted: Wanted) -> GridInfo:
    for day in (wanted.first, wanted.last):
        try:
            if day:
                date.fromisoformat(day)
        except ValueError:
            raise InvalidSetting(f"{day[:20]!r} is no date; write it as 2023-04-02") from None
    if wanted.each and not wanted.documents:
        raise InvalidSetting("no document is chosen; tick some, or ask the whole library")
    where = Filter(
        collections=(wanted.collection,) if wanted.collection else (),
        published_from=wanted.first or None,
        published_to=wanted.last or None,
    )
    questions = questions_of(wanted.questions)
    if wanted.each:
        return assistant.create_grid(questions, documents=wanted.documents)
    return assistant.create_grid(questions, where=where)


def _events(cells: Iterator[GridCell]) -> Generator[Event, None, None]:
    try:
        for cell in cells:
            yield shown(cell) | {"seconds": round(cell.seconds, 3)}
    finally:
        close = getattr(cells, "close", None)
        if close is not None:
            close()


def _about(grid: Grid, kind: Kind) -> list[list[str | int | None]]:
    info = grid.info
    rows: list[list[str | int | None]] = [
        ["About", ""],
        ["Questions", len(info.plan.questions)],
        ["Documents asked one by one", len(info.plan.documents)],
        ["Cells", info.plan.cells],
        ["Answered or not found", info.done],
        ["Not found", "means that this search found nothing, which is no proof that there is nothing."],
    ]
    return rows + (
        [["Grid", info.id], ["Made", info.created], ["Last answered", info.updated]]
        if kind == "filing"
        else []
    )


def _wanted(sent: Mapping[str, Sequence[str]]) -> Wanted:
    def one(name: str) -> str:
        return sent.get(name, [""])[-1].strip()

    return Wanted(
        questions="\n".join(sent.get("questions", [])),
        each=one("of") == "each",
        documents=tuple(sent.get("document", ())),
        collection=one("collection"),
        first=one("first"),
        last=one("last"),
    )
