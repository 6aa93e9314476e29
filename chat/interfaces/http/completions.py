"""/v1/models and /v1/chat/completions, as OpenAI's clients know them.

The text of the message has footnotes and a list of sources; the whole answer stands beside it in the field
`footnote`, which clients ignore. Nothing of such a chat is kept: the client sends all of it each time.
"""

import secrets
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chat.answer import Answer, Done, Event, Standalone, Verified
from chat.interfaces.http import messages
from chat.interfaces.http.desk import Desk, written
from chat.interfaces.http.limits import LONGEST_QUESTION
from chat.interfaces.http.problem import Problem
from chat.interfaces.http.streaming import sent, streamed, whole
from ingest.errors import NotInLibrary
from retrieval.hit import Filter

if TYPE_CHECKING:
    from fastapi import APIRouter

MODEL = "footnote"
"""The model that is the whole library; `footnote:NAME` is one collection of it."""


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")
    type: str
    text: str | None = None


class Message(BaseModel):
    """One message of a chat."""

    model_config = ConfigDict(extra="allow")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def words(self) -> str:
        """Its text."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.type == "text" and part.text)


class ChatRequest(BaseModel):
    """What is read of a request; temperatures and the like have nothing to act on and are ignored."""

    model_config = ConfigDict(extra="allow")
    model: Annotated[str, StringConstraints(max_length=300)]
    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)]
    stream: bool | None = None
    n: Literal[1] | None = None


class Model(BaseModel):
    """A model: the library, or a collection of it."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(BaseModel):
    """What can be asked."""

    object: Literal["list"]
    data: list[Model]


class AnswerMessage(BaseModel):
    """The answer as a message, and whole."""

    role: Literal["assistant"]
    content: str
    footnote: Answer


class Choice(BaseModel):
    """The only one there is."""

    index: int
    message: AnswerMessage
    finish_reason: Literal["stop"]


class Completion(BaseModel):
    """An answer as OpenAI's clients read it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]


def build_completions(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Path, Request, Response

    router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

    @router.get("/models", response_model=ModelList)
    async def models() -> Response:
        """List the models: the library, and each of its collections."""
        collections = await desk.work.run(desk.assistant.collections)
        data = [_model(MODEL), *(_model(f"{MODEL}:{each.name}") for each in collections)]
        return written({"object": "list", "data": data})

    @router.get("/models/{model:path}", response_model=Model)
    async def model(model: Annotated[str, Path(max_length=300)]) -> Response:
        """Return one of them."""
        await desk.work.run(_where, desk, model)
        return written(_model(model))

    @router.post("/chat/completions", response_model=Completion)
    async def completions(request: Request, body: ChatRequest) -> Response:
        """Answer the last message; earlier ones say what it refers to."""
        question, searched = messages.asked(body.messages)
        if len(question) > LONGEST_QUESTION:
            raise Problem(
                413, "too-long", f"a question has at most {LONGEST_QUESTION} characters, this {len(question)}"
            )
        base = str(request.base_url).rstrip("/")

        def start() -> Iterator[Event]:
            where = _where(desk, body.model)  # the client keeps the conversation, so it is not kept here too
            return desk.assistant.stream(question, where=where, standalone=searched, save=False)

        head = {"id": f"chatcmpl-{secrets.token_hex(8)}", "created": int(time.time()), "model": body.model}
        if body.stream:
            parts = _Chunks(head, base).of
            return await streamed(desk, request, start, parts, error=None, end=b"data: [DONE]\n\n")
        answer = await whole(desk, request, start)
        message = {
            "role": "assistant",
            "content": messages.message_text(answer, base),
            "footnote": answer.to_dict(),
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return written({**head, "object": "chat.completion", "choices": [choice]})

    return router


def _where(desk: Desk, model: str) -> Filter:
    """Return what a model may look at; raises NotInLibrary for one that is not there."""
    name, colon, collection = model.partition(":")
    if name != MODEL or (colon and not collection):
        raise NotInLibrary(f"no model {model!r} here; there are {MODEL!r} and '{MODEL}:COLLECTION'")
    where = Filter(collections=(collection,) if colon else ())
    desk.require(where)
    return where


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": MODEL}


class _Chunks:
    """The chunks of an answer: the role, a sentence each, what comes after them, and last the whole of it."""

    def __init__(self, head: dict[str, Any], base: str) -> None:
        self._head = head
        self._base = base
        self._space = ""

    def of(self, event: Event) -> Iterator[bytes]:
        """Yield the chunks that an event becomes."""
        if isinstance(event, Standalone):
            yield self._chunk({"role": "assistant", "content": ""})
        elif isinstance(event, Verified):
            short = f"{messages.short_text(event.short)} " if event.short else ""
            yield self._chunk({"content": self._space + short + messages.sentence_text(event.sentence)})
            self._space = " "
        elif isinstance(event, Done):
            yield self._chunk({"content": messages.closing(event.answer, self._base)})
            yield self._chunk({"footnote": event.answer.to_dict()}, "stop")

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return sent(None, {**self._head, "object": "chat.completion.chunk", "choices": [choice]})
