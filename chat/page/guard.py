"""What stands between the network and the page: who may ask, and what an answer may do in a browser.

- The `Host` must be one of ours, so that a foreign name that resolves to this machine gets nothing.
- An `Origin` other than ours is refused, and so is any request that a browser marks as made by another
  site, unless it is a person following a link.
- Of Gradio's own interface only what the page uses is open: no file reading, proxying or deep links.
- The page runs scripts from this origin and its own inline ones, named by their hashes; nothing else.
"""

import base64
import hashlib
import json
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_OPEN = re.compile(
    r"/gradio_api/(queue/(join|data)|upload|upload_progress|heartbeat/[\w-]+|cancel|reset|startup-events)/?"
)
_CLOSED = re.compile(r"/(gradio_api|monitoring|svelte|login|logout|config|pwa_icon|manifest\.json)(/.*|$)")
PROGRAMS = re.compile(r"/(api|v1|mcp)(/|$)")
"""Where programs come in, by a path's beginning."""
_WHY = {
    403: "a browser sent this for another site, and only this server's own pages may use it",
    421: "this server does not answer to that name; `footnote serve --allow-host NAME` adds one",
}
_INLINE = re.compile(rb"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_REMOTE = re.compile(rb"<(?:meta|link)\b[^>]*https?://[^>]*>", re.IGNORECASE)
_PAGE = (
    "default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'self'; object-src 'none'; frame-src 'self'; frame-ancestors 'self'"
)
_REST = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def page_policy(body: bytes) -> str:
    """Return the policy for a page of ours: its inline scripts by the sha256 of what the browser reads."""
    hashes = [
        base64.b64encode(hashlib.sha256(script.replace(b"\r\n", b"\n")).digest()).decode()
        for script in _INLINE.findall(body)
    ]
    return _PAGE.format(hashes="".join(f" 'sha256-{each}'" for each in dict.fromkeys(hashes)))


class Guard:
    """ASGI middleware; `hosts` are the names, without port, under which the page may be asked for."""

    def __init__(self, app: "ASGIApp", hosts: Collection[str] = LOOPBACK) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Refuse the request, or pass it on and set the headers of its answer."""
        from starlette.datastructures import Headers

        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        status = self._refusal(scope, Headers(scope=scope))
        if status:
            return await _refuse(status, scope, send)
        if scope["path"] != "/":
            return await self.app(scope, receive, _decorated(send))
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, _hashed(send))

    def _refusal(self, scope: "Scope", headers: "Headers") -> int | None:
        """Return the status to refuse with, None to let the request in."""
        host = headers.get("host", "")
        if scope["type"] != "http" or re.sub(r":\d+$", "", host).lower() not in self.hosts:
            return 421
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"{scope['scheme']}://{host}".lower():
            return 403
        followed = headers.get("sec-fetch-mode") == "navigate" and scope["method"] in ("GET", "HEAD")
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not followed:
            return 403
        path = scope["path"]
        return 404 if _CLOSED.fullmatch(path) and not _OPEN.fullmatch(path) else None


async def _refuse(status: int, scope: "Scope", send: "Send") -> None:
    """Say no more to a person than that; to a program, as RFC 9457 has it, what to do."""
    headers = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
    headers.append((b"content-security-policy", _REST.encode()))
    body = b"Refused\n"
    if scope["type"] == "http" and PROGRAMS.match(scope["path"]):
        headers.append((b"content-type", b"application/problem+json"))
        problem = {
            "type": "urn:footnote:problem:refused",
            "status": status,
            "detail": _WHY.get(status, "refused"),
        }
        body = json.dumps(problem).encode()
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _with(message: "Message", policy: str) -> "Message":
    """Return the start of an answer with our headers; a policy that it has already stays."""
    given = [(name.lower(), value) for name, value in message["headers"]]
    names = {name for name, _ in given}
    extra = {"content-security-policy": policy, **_HEADERS}
    added = [(name.encode(), value.encode()) for name, value in extra.items() if name.encode() not in names]
    return {**message, "headers": [*given, *added]}


def _decorated(send: "Send") -> "Send":
    async def decorated(message: "Message") -> None:
        await send(_with(message, _REST) if message["type"] == "http.response.start" else message)

    return decorated


def _hashed(send: "Send") -> "Send":
    """Hold the page back until it is whole, drop its references to other hosts, and name its scripts."""
    start: Message = {}
    body = bytearray()

    async def hashed(message: "Message") -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        if message["type"] != "http.response.body":
            return
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        page = _REMOTE.sub(b"", bytes(body))
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        headers += [(b"content-length", str(len(page)).encode()), (b"cache-control", b"no-store")]
        await send(_with({**start, "headers": headers}, page_policy(page)))
        await send({"type": "http.response.body", "body": page})

    return hashed
