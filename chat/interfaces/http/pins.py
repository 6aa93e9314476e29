"""/pins: the tray, changed and returned as a file."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from chat.interfaces.http import models, record_models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import Desk, written
from chat.interfaces.http.files import FILE, file
from chat.interfaces.http.problem import allowed

if TYPE_CHECKING:
    from fastapi import APIRouter

_PROGRAMS = ""
"""Whose tray it is that programs see; somebody who signed in has one of their own."""


def build_pins(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Query, Response

    router = APIRouter(prefix=f"{PREFIX}/pins", tags=["records"])
    assistant, work = desk.assistant, desk.work

    async def tray(status: int = 200) -> Response:
        rows = await work.run(lambda: assistant.pins(owner=_PROGRAMS))
        return written({"pins": [asdict(each) for each in rows]}, status)

    @router.get("", response_model=record_models.Pins)
    async def pins() -> Response:
        """List the tray, in its order."""
        return await tray()

    @router.post("", status_code=201, response_model=record_models.Pins)
    async def pin(body: record_models.NewPin) -> Response:
        """Put words on the tray, after the others."""
        await work.run(lambda: allowed(lambda: assistant.pin(**body.model_dump(), owner=_PROGRAMS)))
        return await tray(201)

    @router.get("/export", response_class=Response, responses=FILE)
    async def export_pins(wish: Annotated[record_models.FileWish, Query()]) -> Response:
        """Return the tray as a file."""
        data = await work.run(lambda: assistant.export_tray(wish.format, wish.kind, owner=_PROGRAMS))
        return file(data, wish)

    @router.patch("/{identity}", response_model=record_models.Pins)
    async def change_pin(identity: models.Key, body: record_models.PinChange) -> Response:
        """Set a pin's note, or move it."""

        def change() -> None:
            if body.note is not None:
                assistant.edit_pin(identity, body.note, owner=_PROGRAMS)
            if body.position is not None:
                assistant.move_pin(identity, body.position, owner=_PROGRAMS)

        await work.run(lambda: allowed(change))
        return await tray()

    @router.delete("/{identity}", response_model=record_models.Pins)
    async def unpin(identity: models.Key) -> Response:
        """Take words off the tray."""
        await work.run(lambda: assistant.unpin(identity, owner=_PROGRAMS))
        return await tray()

    return router
