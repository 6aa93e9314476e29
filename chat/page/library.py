"""/library: the table of everything in the library, and what is done to the rows chosen in it.

GET  /library                 the page; every choice is in its address, `part=table` is the table alone
POST /library/chosen          enable, set aside, try again, dismiss: the rows that were ticked
POST /library/remove          asks first, in words that say what will be lost; then removes, with receipts
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from chat.page.adding import owner_of
from chat.page.chosen import done, shown_receipts
from chat.page.listed import COLUMNS, ROWS, STATES, Wanted, can_retry, kind, state_in_words
from retrieval.report import DocumentPage

if TYPE_CHECKING:
    from fastapi import APIRouter

    from chat.page.adding import Adding
    from chat.page.shell import Site

_MOST = 1000  # rows that one request may be about


def build_library(site: "Site", adding: "Adding") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Form, Request
    from fastapi.responses import HTMLResponse, Response

    router = APIRouter()

    @router.get("/library")
    def library(
        request: Request,
        words: str = "",
        collection: str = "",
        state: str = "",
        sort: str = "",
        way: str = "",
        page: int = 1,
        part: str = "",
        said: str = "",
    ) -> HTMLResponse:
        """Show the table."""
        assistant = site.mine(request)
        wanted = Wanted.of(words, collection, state, sort, way, page)
        found = assistant.list_documents(**wanted.asked())
        if wanted.page > 1 and not found.rows and found.total:
            wanted = Wanted.of(words, collection, state, sort, way, -(-found.total // ROWS))
            found = assistant.list_documents(**wanted.asked())
        values = _table(wanted, found)
        if part == "table":
            return site.page(request, "library_table.html", "", **values)
        return site.page(
            request,
            "library.html",
            "/library",
            **values,
            collections=assistant.collections(),
            jobs=adding.shown(owner_of(request)),
            said=said[:200],
            empty=not wanted.some and not found.total,
        )

    @router.post("/library/chosen")
    def chosen(
        request: Request,
        do: Annotated[str, Form()],
        ids: Annotated[list[str] | None, Form(max_length=_MOST)] = None,
        failed: Annotated[list[str] | None, Form(max_length=_MOST)] = None,
        back: Annotated[str, Form()] = "",
    ) -> Response:
        """Do what a button says to the rows that are ticked; one beside a row names that row alone."""
        deed, _, only = do.partition(":")
        sources = _sources([only] if only else failed or [])
        return done(site, adding, request, deed, list(dict.fromkeys(ids or [])), sources, _safe(back))

    @router.post("/library/remove")
    def remove(
        request: Request,
        ids: Annotated[list[str], Form(min_length=1, max_length=_MOST)],
        purge: Annotated[bool, Form()] = False,
    ) -> HTMLResponse:
        """Remove for good, and show the receipts."""
        receipts = site.mine(request).remove(*dict.fromkeys(ids), purge=purge)
        return shown_receipts(site, request, receipts, "/library", "Back to the library")

    return router


def _table(wanted: Wanted, found: DocumentPage) -> dict[str, Any]:
    last = max(1, -(-found.total // ROWS))
    first = (wanted.page - 1) * ROWS
    return {
        "wanted": wanted,
        "rows": [
            (
                row,
                kind(row.media_type),
                state_in_words(row),
                json.dumps([row.origin, row.collection]) if row.state == "failed" else "",
                can_retry(row),
            )
            for row in found.rows
        ],
        "total": found.total,
        "counts": found.counts | {"": sum(found.counts.values())},
        "first": first + 1,
        "last_row": first + len(found.rows),
        "last": last,
        "states": STATES,
        "columns": COLUMNS,
    }


def _sources(values: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for value in values:
        try:
            origin, collection = json.loads(value)
        except (ValueError, TypeError):
            continue
        found.append((str(origin), str(collection)))
    return found


def _safe(back: str) -> str:
    """Return an address of the library's own table, wherever a form says that it came from."""
    return back if back == "/library" or back.startswith("/library?") else "/library"
