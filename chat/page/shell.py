"""The frame of every page of ours but the chat: the bar with the pages' names, the policy, errors in words.

Templates are Jinja2 with every value escaped; they hold no inline script and no inline style, which the
policy would not let run.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from chat.held import Held
from chat.jobs import Jobs
from chat.page.markdown import showable
from chat.people import personal

if TYPE_CHECKING:
    from fastapi import FastAPI
    from jinja2 import Environment
    from starlette.requests import HTTPConnection, Request
    from starlette.responses import HTMLResponse, Response

    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant
    from chat.uploads import Uploads
    from ingest.errors import FootnoteError

NAV = (
    ("/", "Ask"),
    ("/library", "Library"),
    ("/check", "Check a draft"),
    ("/mentions", "Every mention"),
    ("/many", "Ask many"),
    ("/conversations", "Conversations"),
    ("/tray", "Tray"),
    ("/settings", "Settings"),
)
"""Address and name of each page, in the order in which they are shown."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ACTIONS = "/page/"
"""What the pages' scripts call begins with this, and is answered in JSON."""
USER = "footnote.user"
"""Under this a request's scope has the name of whoever signed in; nothing where nobody does."""
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # without any, a browser sends a form with `Origin: null`
}


@dataclass(frozen=True, slots=True)
class Site:
    """What every page works with; `privacy` is the line that says where text goes.

    `inbox` and `jobs` are shared with the API, where it is served.
    """

    assistant: "Assistant | RemoteAssistant"
    privacy: str
    inbox: "Uploads"
    jobs: Jobs = field(default_factory=Jobs)
    held: Held = field(default_factory=Held)
    """The folders of what came through Gradio and is not taken in yet."""

    def mine(self, request: "HTTPConnection") -> "Assistant | RemoteAssistant":
        """Return the assistant as whoever asks may use it: all of it, where nobody signs in."""
        return personal(self.assistant, request.scope.get(USER))

    def page(
        self, request: "Request", template: str, here: str, status: int = 200, **values: Any
    ) -> "HTMLResponse":
        """Return a page made from a template; `here` is its address in `NAV`, "" if it has none."""
        from starlette.responses import HTMLResponse

        frame = {"here": here, "nav": NAV, "privacy": self.privacy, "user": request.scope.get(USER)}
        body = _templates().get_template(template).render(**{**frame, **values})
        return HTMLResponse(body, status, _HEADERS)


def tell_errors(app: "FastAPI", site: Site) -> None:
    """Answer errors with one clear line: as a page, or as JSON where a script asked."""
    from fastapi.exceptions import RequestValidationError

    from ingest.errors import FootnoteError

    def told(request: "Request", status: int, line: str) -> "Response":
        from starlette.responses import JSONResponse

        if request.url.path.startswith(ACTIONS):
            return JSONResponse({"error": line}, status, {"Cache-Control": "no-store"})
        return site.page(request, "error.html", "", status, line=line)

    @app.exception_handler(FootnoteError)
    async def refused(request: "Request", error: "FootnoteError") -> "Response":
        return told(request, _status(error), str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: "Request", error: RequestValidationError) -> "Response":
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
        return told(request, 422, f"{where or 'what was sent'}: {first['msg']}"[:300])


def _status(error: "FootnoteError") -> int:
    from ingest.errors import MissingSource, NotInLibrary

    return 404 if isinstance(error, NotInLibrary | MissingSource) else 409


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("chat.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["showable"] = showable
    templates.filters["counted"] = _counted
    return templates


def _counted(number: int, noun: str) -> str:
    from chat.page.closing import counted

    return counted(number, noun)
