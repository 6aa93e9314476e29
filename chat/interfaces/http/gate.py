"""The gate before everything that programs use: it stands inside the page's guard, which has looked at `Host`
and `Origin` already, and passes on to an application by the first part of the path.

What it lets through has an id, a grant and a place in its caller's rate; what happens to it is counted and
logged. Where others can reach the server, the page itself needs a token here too.
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chat.interfaces.http import access as rights
from chat.interfaces.http.access import Access, Grant
from chat.interfaces.http.limits import Buckets, Limits
from chat.interfaces.http.problem import Problem, answer_with, problem_of
from chat.interfaces.http.watch import Watch, request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    LetIn = Callable[[Scope], Grant]


class Gate:
    """ASGI middleware; `apps` are what stands behind "/api", "/v1" and the like, `app` is the page."""

    def __init__(
        self,
        app: "ASGIApp",
        *,
        apps: Mapping[str, "ASGIApp"],
        access: Access,
        limits: Limits,
        watch: Watch,
    ) -> None:
        self.app = app
        self.apps = dict(apps)
        self._access = access
        self._limits = limits
        self._buckets = Buckets(limits.rate, limits.burst)
        self._watch = watch

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request; nothing is raised, whatever happens behind."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        first = "/" + scope["path"].lstrip("/").split("/", 1)[0]
        inner = self.apps.get(first, self.app if first == rights.OWN_SCOPES else None)
        if inner is None:
            return await self._page(scope, receive, send)
        await _Passage(scope, send, self._watch).through(inner, receive, self._let_in)

    def _let_in(self, scope: "Scope", *, page: bool = False) -> Grant:
        """Return what the caller may do; raises a Problem if that is not enough, or the request too much."""
        from starlette.datastructures import Headers

        headers = Headers(scope=scope)
        grant = self._access.grant(headers.get("authorization"))
        known = grant is not None and grant.who != "local"
        address = scope["client"][0] if scope.get("client") else ""
        if not page:
            self._buckets.take(f"token {grant.who}" if grant and known else f"client {address}")
        if grant is None:
            raise rights.unknown(page=page)
        if not grant.may("write" if page else rights.needed(scope["method"], scope["path"])):
            raise rights.too_little(page=page)
        if not page:
            self._limits.check_length(scope["path"], headers.get("content-length"))
        return grant

    async def _page(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if self._access.page:
            try:
                self._let_in(scope, page=True)
            except Problem as problem:
                return await answer_with(problem, request_id(None))(scope, receive, send)
        await self.app(scope, receive, send)


class _Passage:
    """One request on its way through."""

    def __init__(self, scope: "Scope", send: "Send", watch: Watch) -> None:
        from starlette.datastructures import Headers

        self._scope = scope
        self._send = send
        self._watch = watch
        self._id = request_id(Headers(scope=scope).get("x-request-id"))
        self._status = 0
        self._bytes = 0

    async def through(self, inner: "ASGIApp", receive: "Receive", let_in: "LetIn") -> None:
        """Have the request answered, count it and write it down."""
        began = time.perf_counter()
        self._scope["footnote.request_id"] = self._id
        with self._watch.running.track_inprogress():
            try:
                self._scope["footnote.grant"] = let_in(self._scope)
                await inner(self._scope, receive, self._told)
            except Exception as error:  # whatever it is, the caller gets a problem and the log its place
                problem = problem_of(error)
                if problem.kind == "unexpected":
                    self._watch.failed(error, self._id)
                if not self._status:  # an answer that has begun can only be cut short
                    await answer_with(problem, self._id)(self._scope, receive, self._told)
            finally:
                self._watch.requested(self._facts(), time.perf_counter() - began)

    async def _told(self, message: "Message") -> None:
        """Send on, with the request's id, and remember what was sent."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            names = {name.lower() for name, _ in message.get("headers", [])}
            added = [(b"x-request-id", self._id.encode())]
            if b"cache-control" not in names:
                added.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*message.get("headers", []), *added]}
        elif message["type"] == "http.response.body":
            self._bytes += len(message.get("body", b""))
        await self._send(message)

    def _facts(self) -> dict[str, object]:
        """A route's template, not the path, which may hold anybody's words."""
        grant: Grant | None = self._scope.get("footnote.grant")
        return {
            "request_id": self._id,
            "method": self._scope["method"],
            "route": getattr(self._scope.get("route"), "path", "none"),
            "status": self._status or 499,  # the caller hung up before there was an answer
            "bytes": self._bytes,
            "caller": grant.who if grant else "unknown",
        }
