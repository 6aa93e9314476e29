"""The tray: pinned quotes in an order of their own, each with a note, and files of them.

/tray            the quotes, or those with `?q=words`; each is moved, noted and taken off by a form of its own
/tray/file       them as a file: `?format=docx&kind=filing`
"""

from typing import TYPE_CHECKING, Annotated, Any

from chat.finding import holds
from chat.page.conversations import FORMATS, KINDS, sent
from chat.page.saved import address_of, place_of

if TYPE_CHECKING:
    from fastapi import APIRouter

    from chat.page.shell import Site

HERE = "/tray"


def build_tray(site: "Site") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Form, Request, Response
    from starlette.responses import HTMLResponse, RedirectResponse

    router = APIRouter(prefix=HERE)

    @router.get("")
    def tray(request: Request, q: str = "") -> HTMLResponse:
        every = site.mine(request).pins()
        pins = [
            (
                pin,
                address_of(pin.document_id, pin.version, pin.start, pin.end),
                place_of(pin.page, pin.locator),
            )
            for pin in every
            if holds(q[:1000], (pin.quote, pin.title, pin.note))
        ]
        return site.page(
            request, "tray.html", HERE, pins=pins, total=len(every), q=q, formats=FORMATS, kinds=KINDS
        )

    @router.post("/{identity}/move")
    def move(request: Request, identity: str, to: Annotated[int, Form(ge=1)]) -> RedirectResponse:
        site.mine(request).move_pin(identity, to)
        return RedirectResponse(f"{HERE}#pin-{identity}", 303)

    @router.post("/{identity}/note")
    def note(request: Request, identity: str, note: Annotated[str, Form()] = "") -> RedirectResponse:
        site.mine(request).edit_pin(identity, note)
        return RedirectResponse(f"{HERE}#pin-{identity}", 303)

    @router.post("/{identity}/remove")
    def remove(request: Request, identity: str) -> RedirectResponse:
        site.mine(request).unpin(identity)
        return RedirectResponse(HERE, 303)

    @router.get("/file")
    def file(request: Request, format: str = "docx", kind: str = "publishable") -> Response:
        given: Any = {"format": format, "kind": kind}
        return sent(site.mine(request).export_tray(**given), format, kind)

    return router
