"""The page of every mention of a term or of a list of names.

GET  /mentions?term=…           counts, and the mentions a hundred at a time; `names` is a list in one value
POST /mentions                  the same for a list that is too long for an address
POST /page/mentions/file        all of them as CSV
POST /page/mentions/seen        ticks places, or takes the ticks away
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs, urlencode

from pydantic import BaseModel, ConfigDict, Field

from chat.mentions import Mention, MentionedIn, Mentions, NameCount, names_from
from chat.page.naming import labels
from chat.page.stream import download, form
from chat.seen import SeenPlace
from chat.tables import as_csv, file_name
from chat.work_tables import Kind, mentions_rows
from ingest.errors import FootnoteError, InvalidSetting
from retrieval.hit import Filter

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.requests import Request
    from starlette.responses import Response

    from chat.page.shell import Site

SHOWN = 100  # mentions on one page
_LONGEST_ADDRESS = 1800  # characters; what is asked with more is not put into one


class PlaceSent(BaseModel):
    """A place, and whether it was looked at."""

    model_config = ConfigDict(extra="forbid")

    document_id: Annotated[str, Field(max_length=64)]
    version: Annotated[int, Field(ge=1, le=1 << 53)]
    start: Annotated[int, Field(ge=0, le=1 << 53)]
    end: Annotated[int, Field(ge=0, le=1 << 53)]
    seen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for, as the form has it."""

    names: str
    collection: str = ""
    document: str = ""
    first: str = ""
    last: str = ""
    hidden: bool = False
    offset: int = 0

    @property
    def where(self) -> Filter:
        """The documents that are looked through."""
        return Filter(
            collections=(self.collection,) if self.collection else (),
            documents=(self.document,) if self.document else (),
            published_from=self.first or None,
            published_to=self.last or None,
            hidden=self.hidden,
        )

    def query(self, **changed: Any) -> str:
        """Return it as the query of an address, with some of it changed."""
        rows = {**asdict(self), **changed}
        return urlencode({name: "1" if value is True else value for name, value in rows.items() if value})


@dataclass(frozen=True, slots=True)
class Shown:
    """A document with those of its mentions that this page shows, and which of them were ticked."""

    document: MentionedIn
    mentions: tuple[tuple[Mention, bool], ...]


def build_mentions(site: "Site") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Request, Response
    from fastapi.responses import RedirectResponse
    from starlette.concurrency import run_in_threadpool

    router = APIRouter()

    @router.get("/mentions")
    def page(request: Request) -> Response:
        return _page(site, request, _asked(parse_qs(request.url.query)))

    @router.post("/mentions")
    async def posted(request: Request) -> Response:
        asked = _asked(await form(request))
        query = asked.query()
        if len(query) <= _LONGEST_ADDRESS:
            return RedirectResponse(f"/mentions?{query}", 303)
        return await run_in_threadpool(_page, site, request, asked)

    @router.post("/page/mentions/file")
    async def file(request: Request) -> Response:
        sent = await form(request)
        kind: Kind = "filing" if sent.get("kind") == ["filing"] else "publishable"
        return await run_in_threadpool(_file, site, request, _asked(sent), kind)

    @router.post("/page/mentions/seen")
    def seen(request: Request, sent: list[PlaceSent]) -> dict[str, int]:
        assistant = site.mine(request)
        for state in (True, False):
            rows = [SeenPlace(*_key(each)) for each in sent if each.seen is state]
            if rows:
                assistant.mark_seen(rows, state)
        return {"kept": len(sent)}

    return router


def _page(site: "Site", request: "Request", asked: Asked) -> "Response":
    assistant = site.mine(request)
    found: Mentions | None = None
    wrong, status = "", 200
    if asked.names.strip():
        try:
            _check(asked)
            found = assistant.mentions(asked.names, where=asked.where, offset=asked.offset, limit=SHOWN)
        except FootnoteError as error:
            wrong, status = str(error), 422
    ticked = set(assistant.seen([each.document_id for each in found.mentions])) if found else set()
    shown = _by_document(found, ticked) if found else []
    return site.page(
        request,
        "mentions.html",
        "/mentions",
        status,
        asked=asked,
        found=found,
        shown=shown,
        seen=sum(tick for each in shown for _, tick in each.mentions),
        wrong=wrong,
        line=_line,
        size=SHOWN,
        many=len(asked.query()) > _LONGEST_ADDRESS,
        collections=[each.name for each in assistant.collections()],
        empty=not assistant.documents(),
    )


def _file(site: "Site", request: "Request", asked: Asked, kind: Kind) -> "Response":
    assistant = site.mine(request)
    _check(asked)
    found = assistant.mentions(asked.names, where=asked.where)
    label, _ = labels(assistant, kind)
    ticked = assistant.seen([each.document_id for each in found.documents])
    body = "\ufeff" + as_csv(mentions_rows(found, kind, label, ticked))
    (first, *rest) = names_from(asked.names)
    name = f"Mentions of {first.name}" + (f" and {len(rest)} more" if rest else "")
    return download(body.encode("utf-8", "replace"), file_name(name, "csv"), "text/csv; charset=utf-8")


def _line(each: NameCount) -> str:
    """Return the line of a list that asks for this name alone."""
    first, *others = (f'"{form}"' for form in each.forms)
    return f"{first} = {', '.join(others)}" if others else first


def _by_document(found: Mentions, ticked: set[SeenPlace]) -> list[Shown]:
    documents = {(each.document_id, each.document_version): each for each in found.documents}
    rows: dict[tuple[str, int], list[tuple[Mention, bool]]] = {}
    for each in found.mentions:
        place = SeenPlace(each.document_id, each.document_version, each.start, each.end)
        rows.setdefault((each.document_id, each.document_version), []).append((each, place in ticked))
    return [Shown(documents[key], tuple(mentions)) for key, mentions in rows.items()]


def _asked(sent: Mapping[str, Sequence[str]]) -> Asked:
    """Return what a form or an address asks for; `term` may come several times, and commas are part of it."""

    def one(name: str) -> str:
        return sent.get(name, [""])[-1].strip()

    terms = [" ".join(term.split()) for term in sent.get("term", []) if term.strip()]
    lines = [term if "=" in term or "," not in term else f'"{term}"' for term in terms]
    names = "\n".join([*lines, *(["\n".join(sent["names"])] if sent.get("names") else [])])
    offset = one("offset")
    return Asked(
        names=names.strip(),
        collection=one("collection"),
        document=one("document"),
        first=one("first"),
        last=one("last"),
        hidden=one("hidden") == "1",
        offset=int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 16 else 0,
    )


def _check(asked: Asked) -> None:
    from datetime import date

    for day in (asked.first, asked.last):
        try:
            if day:
                date.fromisoformat(day)
        except ValueError:
            raise InvalidSetting(f"{day[:20]!r} is no date; write it as 2023-04-02") from None


def _key(each: PlaceSent) -> tuple[str, int, int, int]:
    return each.document_id, each.version, each.start, each.end
