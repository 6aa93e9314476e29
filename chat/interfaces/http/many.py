"""POST /mentions and /grid: work with many documents at once; nothing of it is kept."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from chat.interfaces.http import models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import Desk, written
from chat.interfaces.http.problem import Problem
from chat.interfaces.http.work_models import Cells, Grid, Mentioned
from chat.mentions import Mentions
from ingest.errors import InvalidSetting

if TYPE_CHECKING:
    from fastapi import APIRouter

T = TypeVar("T")


def build_many(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Request, Response

    router = APIRouter(prefix=PREFIX, tags=["questions"])
    assistant = desk.assistant

    @router.post("/mentions", response_model=Mentions)
    async def mentions(body: Mentioned) -> Response:
        """Return every mention of some names, exactly: all are counted, and a part is shown."""

        def found() -> models.JSON:
            where = body.filter()
            desk.require(where)
            return _understood(
                lambda: assistant.mentions(body.names, where=where, offset=body.offset, limit=body.limit)
            ).to_dict()

        return written(await desk.work.run(found))

    @router.post("/grid", response_model=Cells)
    async def grid(request: Request, body: Grid) -> Response:
        """Answer each question from each document by itself; a cell that fails stops no other."""

        def rows() -> Iterator[Response | None]:
            where = body.filter()
            desk.require(where)
            cells = []
            everywhere = replace(where, documents=())
            asked = _understood(
                lambda: assistant.ask_grid(body.questions, documents=where.documents, where=everywhere)
            )
            with closing(asked) as answers:  # type: ignore[type-var]  # it is a generator
                for cell in answers:
                    cells.append(cell.to_dict())
                    yield None
            yield written({"cells": cells})

        return await desk.work.last(request, rows) or written({"cells": []})

    return router


def _understood(call: Callable[[], T]) -> T:
    """Do what was asked; names and questions that make no sense are the caller's fault."""
    try:
        return call()
    except InvalidSetting as error:
        raise Problem(422, "invalid-request", str(error)) from error
