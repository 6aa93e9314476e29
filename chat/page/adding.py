"""Adding to the library from its page: files, folders and web pages go in by jobs, which go on by themselves.

POST   /library/add              the form, as it works without a script
POST   /page/adding/files        files of an addition that is being put together, some at a time
POST   /page/adding/start        begins it, with web pages too
GET    /page/jobs                the additions that are remembered
GET    /page/jobs/ID?after=N     one of them, and what changed of its sources after change N
DELETE /page/jobs/ID             ends it soon
POST   /page/retry               tries again what could not be read: one source, or all
"""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from chat.jobs import Job, Jobs, Told
from chat.page.shell import USER
from chat.uploads import Upload, Uploads
from ingest.collection import DEFAULT, check_name
from ingest.errors import InvalidSetting, NoSuchJob
from retrieval.report import AddReport, Failure, Receipt

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.requests import HTTPConnection

    from chat.assistant import Assistant
    from chat.page.shell import Site
    from chat.remote import RemoteAssistant

LARGEST = 512 << 20
"""Bytes of one request; more files are sent in several."""
MOST_FILES = 1000
_MOST_PAGES = 100
_PATIENCE = 3600.0  # seconds after which an addition that was never begun is dropped
_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_SHOWN = 5  # additions that are over and still shown


class Start(BaseModel):
    """An addition to begin: the files sent under `key`, and web pages, one a line."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(max_length=64)] = ""
    collection: Annotated[str, Field(max_length=200)] = DEFAULT
    pages: Annotated[str, Field(max_length=100_000)] = ""
    instead_of: Annotated[str, Field(max_length=4096)] = ""
    """What could not be read and is mended by this, by the name that it was shown under."""


class Retry(BaseModel):
    """What to try again; everything that could not be read where nothing is named."""

    model_config = ConfigDict(extra="forbid")

    sources: Annotated[list[tuple[str, str]], Field(max_length=1000)] | None = None


class Adding:
    """The additions of one server: what is being sent, the jobs, and receipts of those that removed."""

    def __init__(self, jobs: Jobs, uploads: Uploads) -> None:
        self.jobs = jobs
        self.uploads = uploads
        self.receipts: dict[str, tuple[Receipt, ...]] = {}
        self._owners: dict[str, str | None] = {}
        self._lock = threading.Lock()
        self._sent: dict[str, tuple[float, list[Upload]]] = {}

    def take(self, key: str, uploads: Sequence[Upload]) -> int:
        """Put files to those of an addition; returns how many there are. Drops what was left long ago."""
        now = time.monotonic()
        with self._lock:
            stale = [name for name, (began, _) in self._sent.items() if now - began > _PATIENCE]
            for name in stale:
                self.uploads.clear(self._sent.pop(name)[1])
            _, known = self._sent.get(key, (now, []))
            self._sent[key] = (now, [*known, *uploads])
            return len(known) + len(uploads)

    def taken(self, key: str) -> list[Upload]:
        """Return the files of an addition, which are then nobody else's."""
        with self._lock:
            return self._sent.pop(key, (0.0, []))[1]

    def start(
        self,
        assistant: "Assistant | RemoteAssistant",
        uploads: Sequence[Upload],
        pages: str,
        collection: str,
        owner: str | None,
        instead_of: str = "",
    ) -> Job:
        """Begin an addition of files and of web pages, one a line.

        Raises InvalidSetting, and drops the files, for one of nothing, for a line that is no address, and for
        a name that can be no collection's. `instead_of` is the name of what could not be read before.
        """
        addresses = list[str]()

        def run(told: Told, cancel: threading.Event) -> AddReport:
            try:
                places = self.uploads.settle(uploads)
                report = assistant.add(
                    *places, *addresses, collection=collection, on_progress=told, cancel=cancel
                )
                _forget_mended(assistant, uploads, report, collection, instead_of)
                return report
            finally:
                self.uploads.clear(uploads)

        try:
            check_name(collection)
            addresses += addresses_in(pages)
            if not (uploads or addresses):
                raise InvalidSetting("there is nothing to add: choose files or give an address")
            job = self.jobs.start((*(each.name for each in uploads), *addresses), collection, run)
        except BaseException:
            self.uploads.clear(uploads)
            raise
        self._owners[job.id] = owner
        return job

    def retry(
        self,
        assistant: "Assistant | RemoteAssistant",
        sources: Sequence[tuple[str, str]] | None,
        owner: str | None,
    ) -> str:
        """Try again what could not be read, or all of it; returns the job's id."""
        origins = tuple(origin for origin, _ in sources or ())

        def run(told: Told, cancel: threading.Event) -> AddReport:
            return assistant.retry(*origins, on_progress=told, cancel=cancel)

        job = self.jobs.start(origins, "", run)
        self._owners[job.id] = owner
        return job.id

    def begin(
        self,
        label: str,
        collection: str,
        run: Callable[[Told, threading.Event, str], AddReport],
        owner: str | None,
    ) -> Job:
        """Begin a job that also wants to know its own id."""
        known: list[str] = []
        named = threading.Event()

        def knowing(told: Told, cancel: threading.Event) -> AddReport:
            named.wait()
            return run(told, cancel, known[0])

        job = self.jobs.start((label,), collection, knowing)
        known.append(job.id)
        self._owners[job.id] = owner
        named.set()
        return job

    def find(self, identity: str, owner: str | None) -> Job:
        """Return a job of somebody's own, any job where nobody signs in; raises NoSuchJob."""
        if owner is not None and self._owners.get(identity) != owner:
            raise NoSuchJob("no such addition of yours is remembered")
        return self.jobs.get(identity)

    def shown(self, owner: str | None) -> list[dict[str, Any]]:
        """Return what is running or waiting, and the latest of what is over, as the page shows it."""
        jobs = [job for job in self.jobs.all() if owner is None or self._owners.get(job.id) == owner]
        over = [job for job in jobs if job.finished][:_SHOWN]
        return [self.told(job) for job in jobs if not job.finished or job in over]

    def told(self, job: Job) -> dict[str, Any]:
        """Return a job as the page's script is told of it."""
        data = job.to_dict()
        del data["sources"]
        for name in ("added", "unchanged", "waiting"):
            data[name] = len(data[name])
        return {
            **data,
            "failed": [_failure(each) for each in job.failed],
            "label": label_of(job),
            "names": list(job.sources[:200]),
            "removed": len(self.receipts.get(job.id, ())),
        }


def label_of(job: Job) -> str:
    """Return what a job is about, in a few words."""
    if not job.collection:
        return "Trying again what could not be read"
    what = job.sources[0] if len(job.sources) == 1 else f"{len(job.sources):,} sources"
    return f"{what} to {job.collection}"


def build_adding(site: "Site", adding: Adding) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, File, Form, Request, UploadFile
    from fastapi.responses import RedirectResponse, Response

    router = APIRouter()
    limits: dict[str, Any] = {
        "max_body_size": LARGEST,
        "form_limits": {"max_files": MOST_FILES, "max_fields": 20},
    }

    @router.post("/library/add", **limits)
    def add(
        request: Request,
        files: Annotated[list[UploadFile] | None, File(max_length=MOST_FILES)] = None,
        folder: Annotated[list[UploadFile] | None, File(max_length=MOST_FILES)] = None,
        pages: Annotated[str, Form(max_length=100_000)] = "",
        collection: Annotated[str, Form(max_length=200)] = DEFAULT,
    ) -> Response:
        """Take what the form sends, and go back to the table, where the addition is shown."""
        sent = [each for each in (*(files or ()), *(folder or ())) if each.filename]
        uploads = adding.uploads.receive([(each.filename, each.file) for each in sent], paths=True)
        job = adding.start(
            site.mine(request), uploads, pages, collection.strip() or DEFAULT, owner_of(request)
        )
        return RedirectResponse(f"/library#job-{job.id}", 303)

    @router.post("/page/adding/files", **limits)
    def take(
        files: Annotated[list[UploadFile], File(min_length=1, max_length=MOST_FILES)],
        key: Annotated[str, Form(min_length=8, max_length=64)],
    ) -> dict[str, int]:
        """Keep some files of an addition until it begins; a name is a path within what was dropped."""
        uploads = adding.uploads.receive([(each.filename, each.file) for each in files], paths=True)
        return {"files": adding.take(key, uploads)}

    @router.post("/page/adding/start")
    def start(request: Request, sent: Start) -> dict[str, Any]:
        """Begin an addition."""
        collection, owner = sent.collection.strip() or DEFAULT, owner_of(request)
        uploads = adding.taken(sent.key)
        job = adding.start(
            site.mine(request), uploads, sent.pages, collection, owner, instead_of=sent.instead_of
        )
        return adding.told(job)

    @router.get("/page/jobs")
    def jobs(request: Request) -> dict[str, Any]:
        """List what is running and what is lately over."""
        return {"jobs": adding.shown(owner_of(request))}

    @router.get("/page/jobs/{identity}")
    def job(request: Request, identity: str, after: int = 0) -> dict[str, Any]:
        """Tell how far an addition is."""
        known = adding.find(identity, owner_of(request))
        return {
            "job": adding.told(known),
            "steps": [asdict(each) for each in adding.jobs.steps(identity, after)],
        }

    @router.delete("/page/jobs/{identity}")
    def cancel(request: Request, identity: str) -> dict[str, Any]:
        """End an addition soon: what was told to be in is in."""
        adding.find(identity, owner_of(request))
        return {"job": adding.told(adding.jobs.cancel(identity))}

    @router.post("/page/retry")
    def retry(request: Request, sent: Retry) -> dict[str, Any]:
        """Try again what could not be read."""
        job = adding.retry(site.mine(request), sent.sources, owner_of(request))
        return adding.told(adding.jobs.get(job))

    return router


def owner_of(request: "HTTPConnection") -> str | None:
    """Return who asks, None where nobody signs in."""
    owner: str | None = request.scope.get(USER)
    return owner


def addresses_in(text: str) -> list[str]:
    """Return the addresses of web pages, one a line; raises InvalidSetting naming a line that is none."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    for line in lines:
        if not _ADDRESS.fullmatch(line):
            raise InvalidSetting(
                f"{line[:100]!r} is no address of a web page: it begins with http:// or https://"
            )
    if len(lines) > _MOST_PAGES:
        raise InvalidSetting(f"these are {len(lines)} addresses, and {_MOST_PAGES} are taken at once")
    return lines


def _failure(failure: Failure) -> dict[str, str]:
    from retrieval.listing import remedy

    why, what = remedy(failure.reason)
    return {"source": failure.source, "reason": why, "remedy": what}


def _forget_mended(
    assistant: "Assistant | RemoteAssistant",
    uploads: Sequence[Upload],
    report: AddReport,
    collection: str,
    instead_of: str,
) -> None:
    """Forget the failures of earlier states of files that are in now: those came under the same names."""
    bad = {each.source for each in report.failed}
    good = {each.name for each in uploads} - bad
    if instead_of and not bad:
        good.add(instead_of)
    for each in assistant.failed([collection]):
        if each.origin.startswith("upload:") and each.source in good and not report.cancelled:
            assistant.forget_failure(each.origin, each.collection)
