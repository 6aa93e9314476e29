"""What every route works with, and how answers are written."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from chat.interfaces.http.limits import Limits
from chat.interfaces.http.watch import Watch
from chat.interfaces.http.work import Work
from chat.interfaces.terminal import as_json
from chat.jobs import Jobs
from chat.uploads import Uploads
from ingest.errors import NotInLibrary
from retrieval.hit import Filter

if TYPE_CHECKING:
    from starlette.responses import Response

    from chat.assistant import Assistant
    from chat.interfaces.http.models import Page
    from chat.remote import RemoteAssistant

EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Desk:
    """An assistant, and how it is worked with here."""

    assistant: "Assistant | RemoteAssistant"
    work: Work
    jobs: Jobs
    uploads: Uploads
    watch: Watch
    limits: Limits

    @classmethod
    def of(cls, assistant: "Assistant | RemoteAssistant", limits: Limits) -> "Desk":
        """Return a new desk; `close` it in the end."""
        watch = Watch()
        return cls(
            assistant,
            Work(limits.at_work, limits.waiting, watch.at_work),
            Jobs(limits.jobs, watch.jobs),
            Uploads(assistant.home),
            watch,
            limits,
        )

    def close(self) -> None:
        """Begin nothing more."""
        self.jobs.close()
        self.work.close()
        self.uploads.close()

    def require(self, where: Filter) -> None:
        """Raise NotInLibrary for a collection or document that is not there: a misspelt name is no filter."""
        if where.collections:
            names = {each.name for each in self.assistant.collections()}
            for name in sorted(set(where.collections) - names):
                raise NotInLibrary(f"no collection {name!r} in this library; /api/v1/collections lists them")
        if where.documents:
            known = {each.id for each in self.assistant.documents()}
            for name in sorted(set(where.documents) - known):
                raise NotInLibrary(f"no document {name!r} in this library; /api/v1/documents lists them")


def written(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> "Response":
    """Return a value as JSON, written as the command line writes it."""
    from starlette.responses import Response

    return Response(as_json(value), status, dict(headers or {}), media_type="application/json")


def paged(name: str, rows: Sequence[Any], part: "Page") -> dict[str, Any]:
    """Return one page of a list of dataclasses, how long the list is, and the offset of the next page."""
    end = part.offset + part.limit
    shown = [asdict(each) for each in rows[part.offset : end]]
    return {name: shown, "total": len(rows), "next": end if end < len(rows) else None}
