"""/collections: the named parts of the library, and the folders that they mirror (`chat.page.mirroring`).

GET  /collections               the page
POST /collections/create        makes one
POST /collections/rename        gives one another name
POST /collections/remove        asks first, unless nothing is in it; then removes it, with receipts
"""

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from chat.page.chosen import shown_receipts
from ingest.errors import InvalidSetting

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.requests import Request
    from starlette.responses import HTMLResponse

    from chat.page.shell import Site

HERE = "/collections"
_TYPED = dict.fromkeys(("name", "old", "new", "folder", "collection"), "")


def build_collecting(site: "Site") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Form, Request
    from fastapi.responses import HTMLResponse, RedirectResponse, Response

    router = APIRouter(prefix=HERE)

    def back(words: str) -> Response:
        return RedirectResponse(f"{HERE}?said={quote(words)}", 303)

    @router.get("")
    def collections(request: Request, said: str = "") -> HTMLResponse:
        """Show the collections and the folders."""
        return shown(site, request, said=said[:200])

    @router.post("/create")
    def create(request: Request, name: Annotated[str, Form()] = "") -> Response:
        """Make a collection."""
        try:
            site.mine(request).create_collection(name.strip())
        except InvalidSetting as error:
            return shown(site, request, 409, wrong=str(error), given={"name": name})
        return back(f"The collection {name.strip()} is there.")

    @router.post("/rename")
    def rename(request: Request, old: Annotated[str, Form()], new: Annotated[str, Form()] = "") -> Response:
        """Give a collection another name."""
        try:
            site.mine(request).rename_collection(old, new.strip())
        except InvalidSetting as error:
            return shown(site, request, 409, wrong=str(error), given={"old": old, "new": new})
        return back(f"{old} is called {new.strip()} now; its documents and their footnotes are as they were.")

    @router.post("/remove")
    def remove(
        request: Request, name: Annotated[str, Form()], sure: Annotated[bool, Form()] = False
    ) -> Response:
        """Remove a collection; with documents in it, after asking."""
        assistant = site.mine(request)
        inside = next((each.documents for each in assistant.collections() if each.name == name), 0)
        if inside and not sure:
            return site.page(request, "remove_collection.html", "/library", name=name, documents=inside)
        receipts = assistant.remove_collection(name, with_documents=sure)
        if receipts:
            return shown_receipts(site, request, receipts, HERE, "Back to the collections")
        return back(f"The collection {name} is gone; no document was in it.")

    return router


def shown(site: "Site", request: "Request", status: int = 200, **values: Any) -> "HTMLResponse":
    """Return the page, with what was typed, what is wrong with it, or a plan."""
    assistant = site.mine(request)
    usual: dict[str, Any] = {"said": "", "wrong": "", "plan": None, "empty": False}
    values["given"] = _TYPED | values.get("given", {})
    return site.page(
        request,
        "collections.html",
        "/library",
        status,
        collections=assistant.collections(),
        folders=assistant.synced(),
        **{**usual, **values},
    )
