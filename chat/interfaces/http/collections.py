"""/collections: the named parts of the library, listed and changed."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from chat.interfaces.http import models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import Desk, written
from chat.interfaces.http.problem import allowed

if TYPE_CHECKING:
    from fastapi import APIRouter


def build_collections(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Query, Response

    router = APIRouter(prefix=f"{PREFIX}/collections", tags=["collections"])
    assistant, work = desk.assistant, desk.work

    async def listed(status: int = 200) -> Response:
        rows = await work.run(assistant.collections)
        return written({"collections": [asdict(each) for each in rows]}, status)

    @router.get("", response_model=models.Collections)
    async def collections() -> Response:
        """List the named parts of the library."""
        return await listed()

    @router.post("", status_code=201, response_model=models.Collections)
    async def create_collection(body: models.NewCollection) -> Response:
        """Make an empty collection."""
        await work.run(lambda: allowed(lambda: assistant.create_collection(body.name)))
        return await listed(201)

    @router.patch("/{name}", response_model=models.Collections)
    async def rename_collection(name: models.Name, body: models.NewCollection) -> Response:
        """Give a collection another name; its documents keep their ids."""
        await work.run(lambda: allowed(lambda: assistant.rename_collection(name, body.name)))
        return await listed()

    @router.delete("/{name}", response_model=models.Receipts)
    async def remove_collection(
        name: models.Name, how: Annotated[models.CollectionRemoval, Query()]
    ) -> Response:
        """Remove a collection; one that holds documents only `with_documents`, each with its receipt."""
        receipts = await work.run(
            lambda: allowed(
                lambda: assistant.remove_collection(name, with_documents=how.with_documents, purge=how.purge)
            )
        )
        return written({"receipts": [asdict(each) for each in receipts]})

    return router
