"""The door before the page where people sign in: who has no session gets the form, and nothing else.

It stands inside the page's guard, which has looked at `Host` and `Origin`, and outside of everything that
shows a library. What programs use (/api, /v1, /mcp) passes on to the gate, which wants their tokens. Whoever
comes through is known behind it as `scope["footnote.user"]`.
"""

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from chat.interfaces.sessions import Sessions
from chat.page.guard import PROGRAMS
from ingest.errors import InvalidSetting

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

FORM, LEAVE = "/sign-in", "/sign-out"
_OPEN = "/static/fn/"
_UNREADABLE = "The list of who may sign in cannot be read; the server says why when it is started anew.\n"


class Door:
    """ASGI middleware; `form` is the application that answers at `FORM` and `LEAVE`."""

    def __init__(self, app: "ASGIApp", *, form: "ASGIApp", sessions: Sessions, cookie: str) -> None:
        self.app = app
        self._form = form
        self._sessions = sessions
        self._cookie = cookie

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Let in whoever has signed in, and show the form to others."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path = scope["path"]
        if PROGRAMS.match(path) or path.startswith(_OPEN):
            return await self.app(scope, receive, send)
        try:
            user = self._sessions.who(secret_in(scope, self._cookie))
        except InvalidSetting:  # nobody is let in, and the page behind is not told of anybody
            from starlette.responses import PlainTextResponse

            return await PlainTextResponse(_UNREADABLE, 503)(scope, receive, send)
        if path in (FORM, f"{FORM}/here", LEAVE):
            return await self._form({**scope, "footnote.user": user}, receive, send)
        if user is None:
            return await _sent_to_the_form(scope)(scope, receive, send)
        await self.app({**scope, "footnote.user": user}, receive, send)


def cookie_name(home: "Path") -> str:
    """Return the cookie's name, for browsers do not tell two servers on one host apart by their ports."""
    return f"footnote-{hashlib.sha256(str(home).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def secret_in(scope: "Scope", cookie: str) -> str:
    """Return what a request's session cookie holds, "" if it has none."""
    from starlette.requests import HTTPConnection

    return HTTPConnection(scope).cookies.get(cookie, "")


def _sent_to_the_form(scope: "Scope") -> "Response":
    """Return where a person goes to sign in; a script is told that it must not go on."""
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, RedirectResponse

    request = Request(scope)
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        where = FORM if wanted == "/" else f"{FORM}?next={quote(wanted, safe='/')}"
        return RedirectResponse(where, 303, {"Cache-Control": "no-store"})
    headers = {"WWW-Authenticate": "Cookie", "Cache-Control": "no-store"}
    return PlainTextResponse(f"Sign in first, at {FORM}\n", 401, headers)
