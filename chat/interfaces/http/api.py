"""The API as one application with one OpenAPI document, and the server that it shares with the page."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from chat.interfaces.http import models
from chat.interfaces.http.access import PREFIX, Access
from chat.interfaces.http.changes import build_changes
from chat.interfaces.http.collections import build_collections
from chat.interfaces.http.completions import build_completions
from chat.interfaces.http.conversations import build_conversations
from chat.interfaces.http.describe import describe
from chat.interfaces.http.desk import Desk, written
from chat.interfaces.http.documents import build_documents
from chat.interfaces.http.gate import Gate
from chat.interfaces.http.many import build_many
from chat.interfaces.http.pins import build_pins
from chat.interfaces.http.problem import Problem, tell_problems
from chat.interfaces.http.questions import build_questions
from chat.interfaces.http.records import build_records
from chat.page.guard import LOOPBACK
from chat.privacy import LOCAL

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant

_ABOUT = (
    "Ask questions over this library's documents: every sentence of an answer names the exact words it rests "
    "on. An answer is the same object here as on the command line and in Python."
)


def build_api(desk: Desk) -> "FastAPI":
    """Return the routes under /api/v1 and /v1; who may use them is decided before, by the gate."""
    from fastapi import APIRouter, Depends, FastAPI, Response
    from prometheus_client import CONTENT_TYPE_LATEST
    from starlette.requests import HTTPConnection

    from chat.interfaces.cli import version

    api = FastAPI(
        title="Footnote",
        description=_ABOUT,
        version=version(),
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
        max_body_size=desk.limits.body,
        generate_unique_id_function=lambda route: route.name,
    )
    state = APIRouter(prefix=PREFIX, tags=["state"])

    async def each_once(connection: HTTPConnection) -> None:
        _refuse_repeated([name for name, _ in connection.query_params.multi_items()])

    @state.get("/health", response_model=models.Health)
    async def health() -> Response:
        """Tell that the library answers."""
        await desk.work.run(desk.assistant.failures)  # a list that is short, and read from the catalogue
        return written({"status": "ok", "version": version()})

    @state.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics() -> Response:
        """Return figures for Prometheus."""
        return Response(desk.watch.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    builders = (
        build_questions,
        build_many,
        build_documents,
        build_collections,
        build_changes,
        build_conversations,
        build_records,
        build_pins,
        build_completions,
    )
    for router in (*(build(desk) for build in builders), state):
        api.include_router(router, dependencies=[Depends(each_once)])
    tell_problems(api)
    describe(api)
    return api


def _refuse_repeated(names: Sequence[str]) -> None:
    """Refuse a parameter that is given twice: FastAPI would take the last one and drop the rest unsaid."""
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise Problem(
            422,
            "invalid-request",
            f"{repeated[0][:80]!r} stands in the address more than once; once will do",
        )


def build_server(
    desk: Desk,
    access: Access,
    *,
    assistant: "Assistant | RemoteAssistant | None" = None,
    hosts: Collection[str] = LOOPBACK,
    privacy: str = LOCAL,
    beside: "Mapping[str, ASGIApp] | None" = None,
    door: "Callable[[ASGIApp], ASGIApp] | None" = None,
) -> "FastAPI":
    """Return the page with the API and what else stands beside it; see `build_gate`.

    The page is one over `assistant`, the desk's unless given; `door` is put before all of it.
    """
    from chat.page.server import build_app

    gate = build_gate(desk, access, beside=beside)
    before = gate if door is None else lambda app: door(gate(app))
    return build_app(
        assistant or desk.assistant,
        hosts=hosts,
        privacy=privacy,
        gate=before,
        jobs=desk.jobs,
        uploads=desk.uploads,
    )


def build_gate(
    desk: Desk, access: Access, *, beside: "Mapping[str, ASGIApp] | None" = None
) -> "Callable[[ASGIApp], ASGIApp]":
    """Return what puts the API beside a page, and other applications by the first part of their path.

    All of them are behind the same tokens, rate and log; an application finds what its caller may do in
    `scope["footnote.grant"]`. Inside of `chat.page.guard.Guard` only, which looks at `Host` and `Origin`.
    """
    api = build_api(desk)
    apps: dict[str, ASGIApp] = {"/api": api, "/v1": api, **(beside or {})}
    return lambda app: Gate(app, apps=apps, access=access, limits=desk.limits, watch=desk.watch)
