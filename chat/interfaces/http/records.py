"""What is kept beside answers: marks, feedback, the log, and conversations as files."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from chat.feedback import Feedback
from chat.interfaces.http import models, record_models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import Desk, paged, written
from chat.interfaces.http.files import FILE, file
from chat.interfaces.http.problem import allowed

if TYPE_CHECKING:
    from fastapi import APIRouter


def build_records(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Query, Response

    router = APIRouter(prefix=PREFIX, tags=["records"])
    assistant, work = desk.assistant, desk.work

    async def marked(conversation: str) -> Response:
        rows = await work.run(assistant.marks, conversation)
        return written({"marks": [asdict(each) for each in rows]})

    @router.get("/conversations/{conversation}/marks", response_model=record_models.Marks)
    async def marks(conversation: models.Key) -> Response:
        """List what was found of a conversation's footnotes."""
        return await marked(conversation)

    @router.put(
        "/conversations/{conversation}/turns/{turn}/marks/{number}", response_model=record_models.Marks
    )
    async def mark(
        conversation: models.Key,
        turn: record_models.Number,
        number: record_models.Number,
        body: record_models.NewMark,
    ) -> Response:
        """Mark a footnote as checked or disputed."""
        await work.run(
            lambda: allowed(
                lambda: assistant.mark(conversation, turn, number, body.state, body.initials, body.note)
            )
        )
        return await marked(conversation)

    @router.delete(
        "/conversations/{conversation}/turns/{turn}/marks/{number}", response_model=record_models.Marks
    )
    async def unmark(
        conversation: models.Key, turn: record_models.Number, number: record_models.Number
    ) -> Response:
        """Take a footnote's mark away."""
        await work.run(assistant.mark, conversation, turn, number, None)
        return await marked(conversation)

    @router.post(
        "/conversations/{conversation}/turns/{turn}/feedback",
        status_code=201,
        response_model=Feedback,
    )
    async def give_feedback(
        conversation: models.Key, turn: record_models.Number, body: record_models.NewFeedback
    ) -> Response:
        """Say what is wrong with an answer; the evidence that it showed is kept with it."""
        kept = await work.run(
            lambda: allowed(
                lambda: assistant.give_feedback(conversation, turn, body.kind, body.number, body.note)
            )
        )
        return written(asdict(kept), 201)

    @router.get("/feedback", response_model=record_models.FeedbackList)
    async def feedback(part: Annotated[record_models.FeedbackPage, Query()]) -> Response:
        """List what was said of answers, the latest first."""
        return written(paged("feedback", await work.run(assistant.feedback, part.conversation), part))

    @router.get("/conversations/{conversation}/export", response_class=Response, responses=FILE)
    async def export_conversation(
        conversation: models.Key, wish: Annotated[record_models.ConversationFileWish, Query()]
    ) -> Response:
        """Return a conversation, or one answer of it, as a file."""
        data = await work.run(
            lambda: assistant.export_conversation(
                conversation,
                wish.format,
                wish.kind,
                turn=wish.turn,
                marked=[wish.marked] if wish.marked else [],
            )
        )
        return file(data, wish)

    @router.get("/log", response_model=record_models.LogList)
    async def log(part: Annotated[record_models.LogPage, Query()]) -> Response:
        """List what was done when, and by whom; it holds no words of documents."""
        return written(paged("log", await work.run(assistant.log, part.conversation), part))

    return router
