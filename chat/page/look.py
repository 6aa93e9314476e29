"""Light, dark or as the system has it: kept in a cookie, and written into every page before it is sent.

So that no page flashes in the other look first, the class stands on `<html>` when the page arrives. Gradio
takes its look from the address, so the chat is sent on to the address that says the same.
"""

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "footnote_look"
LOOKS = ("system", "light", "dark")
SECONDS = 10 * 365 * 24 * 3600


def look_of(scope: "Scope") -> str:
    """Return what a request's cookie says, "system" if nothing that is known."""
    cookies = SimpleCookie()
    for name, value in scope.get("headers", ()):
        if name == b"cookie":
            try:
                cookies.load(value.decode("latin-1"))
            except CookieError:
                continue
    look = cookies[COOKIE].value if COOKIE in cookies else "system"
    return look if look in LOOKS else "system"


class Look:
    """ASGI middleware around every page."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer as the app does, with the look's class on the page."""
        look = look_of(scope) if scope["type"] == "http" else "system"
        if scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET":
            given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            shown = dict(given).get("__theme", "system")
            if shown != look:
                rest = [pair for pair in given if pair[0] != "__theme"]
                return await _sent_on(rest + [("__theme", look)] * (look != "system"), send)
        await self.app(scope, receive, send if look == "system" else _classed(send, look))


async def _sent_on(query: list[tuple[str, str]], send: "Send") -> None:
    where = f"/?{urlencode(query)}" if query else "/"
    headers = [(b"location", where.encode()), (b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _classed(send: "Send", look: str) -> "Send":
    """Write the class into a page's first part, and correct the length that was stated."""
    held: Message | None = None
    added = f' class="{look}"'.encode()

    async def classed(message: "Message") -> None:
        nonlocal held
        if message["type"] == "http.response.start":
            kind = dict(message.get("headers", ())).get(b"content-type", b"")
            if not kind.startswith(b"text/html"):
                await send(message)
            else:
                held = message
            return
        if message["type"] == "http.response.body" and held is not None:
            start, held = held, None
            body = message.get("body", b"")
            at = body.find(b"<html")
            if at >= 0:
                message = {**message, "body": body[: at + 5] + added + body[at + 5 :]}
                start = {**start, "headers": _longer(start["headers"], len(added))}
            await send(start)
        await send(message)

    return classed


def _longer(headers: list[tuple[bytes, bytes]], by: int) -> list[tuple[bytes, bytes]]:
    return [
        (name, str(int(value) + by).encode() if name.lower() == b"content-length" else value)
        for name, value in headers
    ]
