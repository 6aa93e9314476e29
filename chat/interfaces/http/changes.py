"""Adding to the library, in the background, and removing from it."""

from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING, Annotated

from chat.interfaces.http import models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import Desk, written
from chat.interfaces.http.limits import MOST_FILES
from chat.jobs import Job, Run, Told
from retrieval.report import AddReport

if TYPE_CHECKING:
    from fastapi import APIRouter


def build_changes(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, File, Form, Query, Response, UploadFile

    router = APIRouter(prefix=PREFIX, tags=["changes"])
    assistant = desk.assistant

    def begin(sources: tuple[str, ...], collection: str, run: Run) -> Response:
        job = desk.jobs.start(sources, collection, run)
        return written(job.to_dict(), 202, {"Location": f"{PREFIX}/jobs/{job.id}"})

    @router.post("/documents/urls", status_code=202, response_model=Job)
    async def add_pages(body: models.AddPages) -> Response:
        """Fetch web pages and add them, in the background. Nothing that they refer to is fetched."""
        urls = tuple(dict.fromkeys(body.urls))
        return begin(
            urls,
            body.collection,
            lambda told, cancel: assistant.add(
                *urls, collection=body.collection, on_progress=told, cancel=cancel
            ),
        )

    @router.post("/documents/text", status_code=202, response_model=Job)
    async def add_text(body: models.AddText) -> Response:
        """Add a text as it is, code point for code point, in the background."""
        return begin(
            (body.source,),
            body.collection,
            lambda _told, _cancel: assistant.add_text(
                body.text,
                source=body.source,
                title=body.title,
                metadata=body.metadata,
                collection=body.collection,
            ),
        )

    @router.post(
        "/documents/files",
        status_code=202,
        response_model=Job,
        max_body_size=desk.limits.upload,
        form_limits={"max_files": MOST_FILES, "max_fields": 10},
    )
    async def add_files(
        files: Annotated[list[UploadFile], File(min_length=1, max_length=MOST_FILES)],
        collection: Annotated[models.Name, Form()] = "default",
    ) -> Response:
        """Add files, in the background; the library keeps its own copies."""
        uploads = await desk.work.run(desk.uploads.receive, [(each.filename, each.file) for each in files])

        def run(told: Told, cancel: Event) -> AddReport:
            try:
                places = desk.uploads.settle(uploads)
                return assistant.add(*places, collection=collection, on_progress=told, cancel=cancel)
            finally:
                desk.uploads.clear(uploads)

        try:
            return begin(tuple(each.name for each in uploads), collection, run)
        except Exception:
            desk.uploads.clear(uploads)
            raise

    @router.delete("/documents/{document_id}", response_model=models.Receipts)
    async def remove_document(document_id: models.Key, how: Annotated[models.Removal, Query()]) -> Response:
        """Remove a document for good, with all its versions, and return a receipt."""
        receipts = await desk.work.run(assistant.remove, document_id, purge=how.purge)
        return written({"receipts": [asdict(each) for each in receipts]})

    @router.get("/jobs", response_model=models.JobList)
    async def jobs() -> Response:
        """List the additions that are remembered, the latest first."""
        return written({"jobs": [each.to_dict() for each in desk.jobs.all()]})

    @router.get("/jobs/{job_id}", response_model=Job)
    async def job(job_id: models.Key) -> Response:
        """Tell how far an addition is, and in the end what became of each source."""
        return written(desk.jobs.get(job_id).to_dict())

    @router.delete("/jobs/{job_id}", status_code=202, response_model=Job)
    async def cancel_job(job_id: models.Key) -> Response:
        """Cancel an addition: what was ready is in, the rest is not."""
        job = desk.jobs.cancel(job_id)
        return written(job.to_dict(), 202, {"Location": f"{PREFIX}/jobs/{job.id}"})

    return router
