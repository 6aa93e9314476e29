"""Mirroring a folder from the page of collections.

POST /collections/mirror        shows what would change, and when told to, does it by a job
POST /collections/stop          mirrors a folder no more; its documents stay
GET  /collections/receipts/ID   the receipts of what a mirroring removed
"""

import threading
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from chat.jobs import Told
from chat.page.adding import owner_of
from chat.page.chosen import shown_receipts
from chat.page.closing import counted
from chat.page.collecting import HERE, shown
from ingest.collection import DEFAULT
from ingest.errors import FootnoteError, MissingSource
from retrieval.report import AddReport

if TYPE_CHECKING:
    from fastapi import APIRouter

    from chat.page.adding import Adding
    from chat.page.shell import Site

_LISTED = 50  # paths of one kind that a plan names


def build_mirroring(site: "Site", adding: "Adding") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Form, Request
    from fastapi.responses import HTMLResponse, RedirectResponse, Response

    router = APIRouter(prefix=HERE)

    @router.post("/mirror")
    def mirror(
        request: Request,
        folder: Annotated[str, Form()] = "",
        collection: Annotated[str, Form()] = DEFAULT,
        sure: Annotated[bool, Form()] = False,
        allow_empty: Annotated[bool, Form()] = False,
    ) -> Response:
        """Show what would change, or do it."""
        assistant = site.mine(request)
        collection = collection.strip() or DEFAULT
        given = {"folder": folder, "collection": collection}
        if not folder.strip():
            return shown(
                site, request, 409, wrong="name a folder of this machine, by its whole path", given=given
            )
        try:
            plan = assistant.sync(
                folder.strip(), collection=collection, dry_run=True, allow_empty=allow_empty
            ).plan
        except FootnoteError as error:
            empty = isinstance(error, MissingSource) and "empty now" in str(error)
            return shown(site, request, 409, wrong=str(error), given=given, empty=empty)
        if not sure:
            kinds = (
                ("New", "goes in", plan.added),
                ("Changed", "becomes a new version", plan.changed),
                ("Renamed", "keeps its document and footnotes", [f"{a} → {b}" for a, b in plan.renamed]),
                ("Gone", "is removed from the library, with all versions", plan.removed),
                ("Cannot be looked at", "stays as it is", plan.unreadable),
            )
            told = [(label, what, list(rows[:_LISTED]), len(rows)) for label, what, rows in kinds if rows]
            return shown(site, request, plan=plan, kinds=told, given=given, allow_empty=allow_empty)

        def run(told: Told, cancel: threading.Event, job: str) -> AddReport:
            done = assistant.sync(
                folder.strip(),
                collection=collection,
                allow_empty=allow_empty,
                on_progress=told,
                cancel=cancel,
            )
            adding.receipts[job] = done.receipts
            return done.report

        job = adding.begin(f"mirror of {plan.folder}", collection, run, owner_of(request))
        return RedirectResponse(f"/library#job-{job.id}", 303)

    @router.post("/stop")
    def stop(
        request: Request, folder: Annotated[str, Form()], collection: Annotated[str, Form()]
    ) -> Response:
        """Mirror a folder no more."""
        site.mine(request).stop_sync(folder, collection)
        words = f"{folder} is mirrored no more; its documents stay in {collection}."
        return RedirectResponse(f"{HERE}?said={quote(words)}", 303)

    @router.get("/receipts/{job}")
    def receipts(request: Request, job: str) -> HTMLResponse:
        """Show what a mirroring removed."""
        removed = adding.receipts.get(adding.find(job, owner_of(request)).id, ())
        return shown_receipts(
            site, request, removed, "/library", f"{counted(len(removed), 'document')} removed"
        )

    return router
