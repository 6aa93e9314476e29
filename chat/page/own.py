"""What Gradio's own endpoints are not to be trusted with: whose queue, whose upload, which file.

Gradio finds a person's queue and state by a short name that his browser made up, and takes for an upload
whatever path a request names: mounted in another application it does not look whether that was uploaded. So:

- a path in a request must be one that Gradio gave this very person for an upload;
- a queue's or an upload's name belongs to whoever used it first.

Where nobody signs in there is one person, and the first rule still holds.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from chat.held import Held

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BEGINNING = "/gradio_api/"
_LARGEST = 8 << 20  # bytes of a request that is no upload
_PATIENCE = 256 << 20  # bytes of one that is refused for its size are read before its connection is cut
_MOST = 5_000  # names and uploads that are remembered of one person; the oldest go


class Own:
    """ASGI middleware before Gradio; `scope["footnote.user"]` says who asks, where people sign in.

    Uploads are held until they are taken in.
    """

    def __init__(self, app: "ASGIApp", held: Held) -> None:
        self.app = app
        self._held = held
        self._owners: dict[str, str] = {}
        self._claims: dict[str, OrderedDict[str, None]] = {}

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Refuse what is another's; pass on the rest as it came."""
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if not path.startswith(_BEGINNING):
            return await self.app(scope, receive, send)
        user = scope.get("footnote.user") or ""
        if not self._may_name(user, list(_named(scope, path))):
            return await _refuse(send)
        if path == f"{_BEGINNING}upload":
            return await self.app(scope, receive, self._noting(user, send))
        if scope["method"] != "POST":
            return await self.app(scope, receive, send)
        body = await _whole(receive)
        try:
            given = _parsed(body)
            if given is None:
                return await _refuse(send, 422, b"Not understood\n")
            if not self._may_send(user, given):
                return await _refuse(send)
        except RecursionError:
            return await _refuse(send, 422, b"Not understood\n")
        await self.app(scope, _again(body, receive), send)

    def _may_name(self, user: str, names: list[str]) -> bool:
        """Claim names that are nobody's yet; tell whether all of them are this person's."""
        return all(self._claimed(user, name) == user for name in names)

    def _may_send(self, user: str, given: dict[str, Any]) -> bool:
        names = [f"session {given['session_hash']}"] if given.get("session_hash") is not None else []
        uploads = all(self._owners.get(f"file {path}") == user for path in _paths(given))
        return uploads and self._may_name(user, names)

    def _claimed(self, user: str, name: str) -> str:
        """Return whose a name is, which is the asker's if it was nobody's."""
        owner = self._owners.setdefault(name, user)
        if owner == user:
            own = self._claims.setdefault(user, OrderedDict())
            own[name] = None
            own.move_to_end(name)
            if len(own) > _MOST:
                del self._owners[own.popitem(last=False)[0]]
        return owner

    def _noting(self, user: str, send: "Send") -> "Send":
        """Remember the paths that Gradio gives for an upload."""
        body = bytearray()

        async def noting(message: "Message") -> None:
            if message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    given = _parsed(bytes(body), list)
                    for path in given or []:
                        self._claimed(user, f"file {path}")
                        self._held.hold(Path(path).parent)
            await send(message)

        return noting


def _named(scope: "Scope", path: str) -> Iterator[str]:
    """Yield what a request's address names: a session, an upload that is watched."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    yield from (f"session {name}" for name in query.get("session_hash", []))
    yield from (f"upload {name}" for name in query.get("upload_id", []))
    if path.startswith(f"{_BEGINNING}heartbeat/"):
        yield f"session {path.rsplit('/', 1)[1]}"


def _paths(value: Any) -> Iterator[str]:
    """Yield every path of a file anywhere in a request's values, as Gradio would find them."""
    if isinstance(value, dict):
        if "path" in value:
            yield str(value["path"])
        for part in value.values():
            yield from _paths(part)
    elif isinstance(value, list):
        for part in value:
            yield from _paths(part)


async def _whole(receive: "Receive") -> bytes:
    """Return a request's body; nothing of one that is too large, which is then refused as unreadable.

    What is too large is still read, and dropped, up to a bound: where a connection closes with bytes unread,
    the sender sees it reset instead of the refusal.
    """
    body = bytearray()
    size = 0
    more = True
    while more and size <= _PATIENCE:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= _LARGEST:
            body.extend(part)
        more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(body) if size <= _LARGEST else b""


def _parsed(body: bytes, kind: type = dict) -> Any:
    """Return a body's JSON if it is of that kind, else None."""
    try:
        given = json.loads(body)
    except ValueError:
        return None
    return given if isinstance(given, kind) else None


def _again(body: bytes, receive: "Receive") -> "Receive":
    """Return what gives a body that was read already, and then what comes after it."""
    given = False

    async def again() -> "Message":
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(send: "Send", status: int = 403, why: bytes = b"Not yours\n") -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": why})
