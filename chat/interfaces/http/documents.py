"""GET /documents, /failures and /waiting: what is in the library."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from chat.interfaces.http import models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import Desk, paged, written
from chat.interfaces.http.problem import allowed
from retrieval.report import DocumentInfo

if TYPE_CHECKING:
    from fastapi import APIRouter


def build_documents(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Query, Response

    router = APIRouter(prefix=PREFIX, tags=["documents"])
    assistant, work = desk.assistant, desk.work

    @router.get("/documents", response_model=models.Documents)
    async def documents(part: Annotated[models.DocumentsPage, Query()]) -> Response:
        """List the documents, in the order in which they were added unless said."""
        found = await work.run(
            assistant.list_documents,
            part.words,
            collection=part.collection,
            state=part.state,
            sort=part.sort,
            descending=part.descending,
            offset=part.offset,
            limit=part.limit,
        )
        rows = [asdict(info) for each in found.rows if (info := each.document()) is not None]
        end = part.offset + part.limit
        later = end if end < found.total else None
        return written({"documents": rows, "total": found.total, "next": later})

    @router.get("/documents/{document_id}", response_model=DocumentInfo)
    async def document(document_id: models.Key) -> Response:
        """Return what is known of one document's current version."""
        return written(asdict(await work.run(assistant.document_info, document_id)))

    @router.patch("/documents/{document_id}", response_model=DocumentInfo)
    async def change_document(document_id: models.Key, body: models.DocumentChange) -> Response:
        """Say what is known of a document, take that back, or set it aside; its text stays."""

        def changed() -> DocumentInfo:
            values = body.values()
            if values or body.reset:
                allowed(lambda: assistant.edit(document_id, values, reset=body.reset))
            if body.enabled is not None:
                (assistant.enable if body.enabled else assistant.disable)(document_id)
            return assistant.document_info(document_id)

        return written(asdict(await work.run(changed)))

    @router.get("/documents/{document_id}/text", response_model=models.DocumentText)
    async def text(document_id: models.Key, part: Annotated[models.TextPart, Query()]) -> Response:
        """Return a document's text, or the code points `start` to `end` of it, half-open."""

        def cut() -> Response:
            found = assistant.document(document_id, part.version)
            length = len(found.text)
            first = min(part.start or 0, length)
            last = max(first, length if part.end is None else min(part.end, length))
            told = {
                "document_id": found.id,
                "version": found.version,
                "title": found.title,
                "start": first,
                "end": last,
                "characters": length,
                "text": found.text[first:last],
            }
            return written(told)  # here, since a long text takes its time

        return await work.run(cut)

    @router.get("/failures", response_model=models.Failures)
    async def failures(part: Annotated[models.Page, Query()]) -> Response:
        """List what could not be read, why, and what to do, the latest first."""
        return written(paged("failures", await work.run(assistant.failed), part))

    @router.get("/waiting", response_model=models.Waiting)
    async def waiting() -> Response:
        """List what waits for its words to be read from its pictures, and is not in yet."""
        return written({"waiting": [asdict(each) for each in await work.run(assistant.waiting)]})

    return router
