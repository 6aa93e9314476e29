"""/conversations: what was asked and answered."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from chat.answer import ConversationInfo
from chat.interfaces.http import models, record_models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import Desk, paged, written
from chat.interfaces.http.problem import allowed
from chat.searching import ranked
from ingest.errors import NotInLibrary

if TYPE_CHECKING:
    from fastapi import APIRouter


def build_conversations(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Query, Response

    router = APIRouter(prefix=f"{PREFIX}/conversations", tags=["conversations"])
    assistant, work = desk.assistant, desk.work

    @router.get("", response_model=models.Conversations)
    async def conversations(part: Annotated[record_models.ConversationsPage, Query()]) -> Response:
        """List the conversations, the latest first."""
        found = await work.run(lambda: assistant.conversations(words=part.words))
        return written(paged("conversations", found, part))

    @router.patch("/{conversation}", response_model=ConversationInfo)
    async def rename_conversation(conversation: models.Key, body: record_models.Title) -> Response:
        """Give a conversation another title."""

        def renamed() -> ConversationInfo:
            allowed(lambda: assistant.rename_conversation(conversation, body.title))
            found = [each for each in assistant.conversations() if each.id == conversation]
            if not found:
                raise NotInLibrary(f"the conversation {conversation!r} was removed meanwhile")
            return found[0]

        return written(asdict(await work.run(renamed)))

    @router.get("/{conversation}", response_model=models.Turns)
    async def conversation_turns(conversation: models.Key) -> Response:
        """Return a conversation's turns; a removed document's words are gone from them."""
        rows = [
            {"number": each.number, "question": each.question, "answer": each.answer.to_dict()}
            for each in await work.run(assistant.turns, conversation)
        ]
        return written({"conversation": conversation, "turns": rows})

    @router.get("/{conversation}/turns/{turn}/considered", response_model=record_models.ConsideredTurn)
    async def considered(conversation: models.Key, turn: record_models.Number) -> Response:
        """Return what an answer was made of: the passages found, and what a language model was sent."""
        told = await work.run(assistant.considered, conversation, turn)
        hits = [ranked(*pair) for pair in enumerate(told.hits, 1)]
        return written({**told.to_dict(), "hits": hits})

    @router.delete("/{conversation}", status_code=204, response_class=Response)
    async def remove_conversation(conversation: models.Key) -> Response:
        """Forget a conversation."""
        await work.run(assistant.remove_conversation, conversation)
        return Response(status_code=204)

    return router
