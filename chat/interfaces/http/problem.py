"""Errors as `application/problem+json` (RFC 9457): what each of ours is called and its status.

A problem says what, why and what to do. It never holds a traceback, nor words of a question or document
that the caller did not just send.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from chat.interfaces.terminal import as_json
from chat.stopping import Stopped
from ingest.errors import (
    Ending,
    FootnoteError,
    InvalidSetting,
    LibraryBusy,
    LibraryMismatch,
    ModelMissing,
    NotInLibrary,
    StoreFailed,
    TooLarge,
    TooManyAdditions,
    UnreadableSource,
)

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
_Result = TypeVar("_Result")

# Most specific first.
STATUSES: tuple[tuple[type[FootnoteError], int], ...] = (
    (NotInLibrary, 404),
    (TooLarge, 413),
    (UnreadableSource, 422),
    (StoreFailed, 507),
    (TooManyAdditions, 429),
    (Ending, 503),
    (LibraryBusy, 503),
    (LibraryMismatch, 503),
    (ModelMissing, 503),
    (InvalidSetting, 500),
    (FootnoteError, 500),
)
GONE = 499  # for the log: the caller hung up before the answer
_RETRY = {503: "2", 429: "10"}  # seconds after which another try is worth it
_UNEXPECTED = "something went wrong here; the server's log says where, under this request's id"


@dataclass
class Problem(Exception):
    """An error that the caller is told about; `kind` is a short name that does not change."""

    status: int
    kind: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self, request_id: str) -> dict[str, Any]:
        """Return the JSON; `error` repeats it as OpenAI's clients read it."""
        data: dict[str, Any] = {
            "type": f"urn:footnote:problem:{self.kind}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "request_id": request_id,
            "error": {"message": self.detail, "type": self.kind, "param": None, "code": self.kind},
        }
        return data | ({"errors": self.errors} if self.errors else {})


def problem_of(error: Exception) -> Problem:
    """Return the problem that an error is; one that was not foreseen says no more than that."""
    if isinstance(error, Problem):
        return error
    for kind, status in STATUSES:
        if isinstance(error, kind):
            headers = {"Retry-After": _RETRY[status]} if status in _RETRY else {}
            return Problem(status, _name(type(error).__name__), str(error), headers)
    return Problem(500, "unexpected", _UNEXPECTED)


def allowed(call: Callable[[], _Result]) -> _Result:
    """Do what was asked; what the library does not allow is a conflict, and not the server's fault."""
    try:
        return call()
    except InvalidSetting as error:
        raise Problem(409, "not-allowed", str(error)) from error


def answer_with(problem: Problem, request_id: str) -> "Response":
    """Return the response that tells of a problem."""
    from starlette.responses import Response

    return Response(
        as_json(problem.to_dict(request_id)), problem.status, problem.headers, media_type=MEDIA_TYPE
    )


def tell_problems(app: "FastAPI") -> None:
    """Let every error that an app foresees, its framework's own included, be told as a problem."""
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException
    from starlette.responses import Response

    async def told(request: "Request", error: Exception) -> "Response":
        if isinstance(error, Stopped):
            return Response(status_code=GONE)
        if isinstance(error, RequestValidationError):
            problem = _invalid(error.errors())
        elif isinstance(error, HTTPException):
            problem = _refused(error.status_code, str(error.detail), error.headers)
        else:
            problem = problem_of(error)
        return answer_with(problem, request.scope.get("footnote.request_id", ""))

    for kind in (RequestValidationError, HTTPException, Exception, FootnoteError, Problem, Stopped):
        app.add_exception_handler(kind, told)


def _invalid(errors: Any) -> Problem:
    """Say where a request is wrong, without repeating what it said there."""
    told = [
        {"where": ".".join(str(part)[:80] for part in each["loc"]), "why": each["msg"]} for each in errors
    ]
    first = f"{told[0]['where']}: {told[0]['why']}" if told else "it is not what the API expects"
    return Problem(422, "invalid-request", f"the request is not valid; {first}", errors=told[:20])


def _refused(status: int, detail: str, headers: Mapping[str, str] | None) -> Problem:
    known = {
        404: ("no-such-route", "nothing is at this address; /api/v1/openapi.json lists what there is"),
        405: ("method-not-allowed", "this address does not take that method"),
        413: ("too-large", "the request's body is larger than this server takes"),
    }
    kind, words = known.get(status, (_name(HTTPStatus(status).phrase.replace(" ", "")), detail))
    return Problem(status, kind, words, dict(headers or {}))


def _name(words: str) -> str:
    """`NotInLibrary` -> `not-in-library`."""
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in words).lstrip("-")
