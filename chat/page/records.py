"""What the pages' scripts keep beside answers, as JSON: marks on footnotes, pins, feedback.

GET    /page/marks?conversation=ID&turn=N    the marks of a turn, or of all turns
POST   /page/marks                           marks a footnote, or takes its mark away; the marks of that turn
POST   /page/pins                            puts words on the tray
DELETE /page/pins/ID                         takes them off
POST   /page/feedback                        keeps what somebody says of an answer, with what it showed
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from chat.marks import Mark, MarkState

if TYPE_CHECKING:
    from fastapi import APIRouter

    from chat.page.shell import Site

_COUNT = Field(ge=1, le=1_000_000_000)
_OFFSET = Field(ge=0, le=1_000_000_000)
_KEY = Field(min_length=1, max_length=100)
_TEXT = Field(max_length=20_000)
"""More than is kept; what is too long is then refused in words."""


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class MarkSent(_Sent):
    """A footnote of a saved turn, and what somebody found of it; None takes the mark away."""

    conversation: Annotated[str, _KEY]
    turn: Annotated[int, _COUNT]
    number: Annotated[int, _COUNT]
    state: MarkState | None
    initials: Annotated[str, _TEXT] = ""
    note: Annotated[str, _TEXT] = ""


class PinSent(_Sent):
    """A half-open span of a document's version, None for the current one."""

    document_id: Annotated[str, _KEY]
    version: Annotated[int, _COUNT] | None = None
    start: Annotated[int, _OFFSET]
    end: Annotated[int, _OFFSET]
    conversation: Annotated[str, _KEY] | None = None
    note: Annotated[str, _TEXT] = ""


class FeedbackSent(_Sent):
    """What somebody says of a saved turn, or of its footnote `number`."""

    conversation: Annotated[str, _KEY]
    turn: Annotated[int, _COUNT]
    kind: Annotated[str, _TEXT]
    number: Annotated[int, _COUNT] | None = None
    note: Annotated[str, _TEXT] = ""


def build_records(site: "Site") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Query, Request

    router = APIRouter(prefix="/page")

    @router.get("/marks")
    def marks(
        request: Request, conversation: str, turn: Annotated[int | None, Query(ge=1)] = None
    ) -> dict[str, Any]:
        return _marks(site.mine(request).marks(conversation), turn)

    @router.post("/marks")
    def mark(request: Request, sent: MarkSent) -> dict[str, Any]:
        assistant = site.mine(request)
        assistant.mark(sent.conversation, sent.turn, sent.number, sent.state, sent.initials, sent.note)
        return _marks(assistant.marks(sent.conversation), sent.turn)

    @router.post("/pins")
    def pin(request: Request, sent: PinSent) -> dict[str, Any]:
        pinned = site.mine(request).pin(
            sent.document_id, sent.start, sent.end, sent.version, sent.note, sent.conversation
        )
        return {"id": pinned.id, "count": pinned.position}

    @router.delete("/pins/{identity}")
    def unpin(request: Request, identity: str) -> dict[str, Any]:
        site.mine(request).unpin(identity)
        return {"ok": True}

    @router.post("/feedback")
    def feedback(request: Request, sent: FeedbackSent) -> dict[str, Any]:
        site.mine(request).give_feedback(sent.conversation, sent.turn, sent.kind, sent.number, sent.note)
        return {"ok": True}

    return router


def _marks(marks: Sequence[Mark], turn: int | None) -> dict[str, Any]:
    return {"marks": [asdict(mark) for mark in marks if turn in (None, mark.turn)]}
