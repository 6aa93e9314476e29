"""Signing in and out: a form, a few attempts a minute, and one answer to whatever is not right."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from chat.interfaces.door import FORM, LEAVE, cookie_name, secret_in
from chat.interfaces.http.limits import Buckets
from chat.interfaces.http.problem import Problem
from chat.interfaces.sessions import Sessions
from chat.passwords import LONGEST, LONGEST_NAME, cleaned

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from chat.page.shell import Site

WRONG = "That name and password do not belong together."
_BUSY = "Many people are signing in just now; try again in a moment."
_LARGEST = 16 * 1024  # bytes of a form
_AT_ONCE, _WAITING = 2, 64  # passwords that are compared at the same time, each in 32 MiB, and that may wait


class Attempts:
    """How often one may try: a name from one address, an address with any name, and a name from anywhere.

    The last two are generous: an office has one address, and nobody is kept out by what others try in his
    name.
    """

    def __init__(self) -> None:
        self._buckets = [Buckets(5, 5), Buckets(30, 60), Buckets(60, 60)]

    def take(self, name: str, address: str) -> None:
        """Count one; raises a Problem, with the seconds to wait, if it is one too many."""
        for bucket, caller in zip(self._buckets, (f"{address} {name}", address, name), strict=True):
            bucket.take(caller)


def build_door(site: "Site", sessions: Sessions) -> "Callable[[ASGIApp], ASGIApp]":
    """Return what puts the door before an application."""
    from chat.interfaces.door import Door

    cookie = cookie_name(site.assistant.home)
    form = build_form(site, sessions, cookie)
    return lambda app: Door(app, form=form, sessions=sessions, cookie=cookie)


def build_form(site: "Site", sessions: Sessions, cookie: str) -> "Starlette":
    """Return the application behind `FORM` and `LEAVE`."""
    from anyio import CapacityLimiter, to_thread
    from starlette.applications import Starlette
    from starlette.responses import RedirectResponse, Response
    from starlette.routing import Route

    attempts, limiter = Attempts(), CapacityLimiter(_AT_ONCE)

    def shown(request: "Request", status: int, line: str, name: str, after: str) -> "Response":
        return site.page(
            request, "sign_in.html", FORM, status, nav=(), line=line, name=name, next=after, leave=LEAVE
        )

    async def form(request: "Request") -> "Response":
        return shown(request, 200, "", "", _local(request.query_params.get("next", "/")))

    async def signed_in(request: "Request") -> "Response":
        given = await _fields(request)
        name, after = cleaned(given.get("name", ""))[:LONGEST_NAME], _local(given.get("next", "/"))
        try:
            attempts.take(name, request.client.host if request.client else "")
            if limiter.statistics().tasks_waiting >= _WAITING:
                raise Problem(429, "busy", _BUSY, {"Retry-After": "5"})
        except Problem as problem:
            seconds = problem.headers["Retry-After"]
            line = _BUSY if problem.kind == "busy" else f"Too many attempts. Try again in {seconds} seconds."
            answer = shown(request, 429, line, name, after)
            answer.headers["Retry-After"] = seconds
            return answer
        word = given.get("password", "")[: LONGEST + 1]
        person = await to_thread.run_sync(sessions.people.find, name, word, limiter=limiter)
        if person is None:
            return shown(request, 403, WRONG, name, after)
        sessions.end(secret_in(request.scope, cookie))
        answer = RedirectResponse(after, 303, {"Cache-Control": "no-store"})
        secure = request.url.scheme == "https"
        answer.set_cookie(
            cookie, sessions.begin(person), path="/", secure=secure, httponly=True, samesite="strict"
        )
        return answer

    async def here(request: "Request") -> "Response":
        """Tell a page that was opened from elsewhere, without its cookie, that there is one."""
        return Response(status_code=204 if request.scope.get("footnote.user") else 404)

    async def left(request: "Request") -> "Response":
        sessions.end(secret_in(request.scope, cookie))
        answer = RedirectResponse(FORM, 303, {"Cache-Control": "no-store"})
        answer.delete_cookie(cookie, path="/", httponly=True, samesite="strict")
        return answer

    return Starlette(
        routes=[
            Route(FORM, form, methods=["GET"]),
            Route(FORM, signed_in, methods=["POST"]),
            Route(f"{FORM}/here", here, methods=["GET"]),
            Route(LEAVE, left, methods=["POST"]),
        ]
    )


async def _fields(request: "Request") -> dict[str, str]:
    """Return the form's fields; nothing of one that is too large or no text."""
    body = bytearray()
    async for part in request.stream():
        body.extend(part)
        if len(body) > _LARGEST:
            return {}
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=8)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _local(address: str) -> str:
    """Return an address to go on to, if it is one of this server's; otherwise the beginning."""
    own = address.startswith("/") and not address.startswith(("//", "/\\", FORM, LEAVE))
    return address if own and address.isprintable() and "\\" not in address else "/"
