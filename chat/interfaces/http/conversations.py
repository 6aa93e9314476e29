"""/conversations: what was asked and answered."""

from typing import TYPE_CHECKING, Annotated

from chat.interfaces.http import models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import Desk, paged, written

if TYPE_CHECKING:
    from fastapi import APIRouter


def build_conversations(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Query, Response

    router = APIRouter(prefix=f"{PREFIX}/conversations", tags=["conversations"])
    assistant, work = desk.assistant, desk.work

    @router.get("", response_model=models.Conversations)
    async def conversations(part: Annotated[models.Page, Query()]) -> Response:
        """List the conversations, the latest first."""
        return written(paged("conversations", await work.run(assistant.conversations), part))

    @router.get("/{conversation}", response_model=models.Turns)
    async def conversation_turns(conversation: models.Key) -> Response:
        """Return a conversation's turns; a removed document's words are gone from them."""
        rows = [
            {"number": each.number, "question": each.question, "answer": each.answer.to_dict()}
            for each in await work.run(assistant.turns, conversation)
        ]
        return written({"conversation": conversation, "turns": rows})

    @router.delete("/{conversation}", status_code=204, response_class=Response)
    async def remove_conversation(conversation: models.Key) -> Response:
        """Forget a conversation."""
        await work.run(assistant.remove_conversation, conversation)
        return Response(status_code=204)

    return router
