"""/v1/models and /v1/chat/completions, as OpenAI's clients know them.

The text of the message has footnotes and a list of sources; the whole answer stands beside it in the field
`footnote`, which clients ignore. Nothing of such a chat is kept: the client sends all of it each time.
"""

import secrets
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chat.answer import Answer, Done, Event, Verified
from chat.interfaces.http import messages
from chat.interfaces.http.desk import PING, Desk, streamed, written
from chat.interfaces.http.limits import LONGEST_QUESTION
from chat.interfaces.http.problem import Problem, problem_of
from chat.interfaces.http.questions import sent
from chat.interfaces.http.work import unless_gone
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
            return _once(desk, question, searched, _where(desk, body.model))

        head = {"id": f"chatcmpl-{secrets.token_hex(8)}", "created": int(time.time()), "model": body.model}
        if body.stream:
            events = desk.work.events(start)
            first = await unless_gone(request, anext(events))
            return streamed(_told(desk, request.scope["footnote.request_id"], first, events, head, base))
        done = await desk.work.last(request, start)
        if not isinstance(done, Done):
            raise TypeError("a stream of events ends with the answer")
        desk.watch.answered(done.answer.status)
        message = {
            "role": "assistant",
            "content": messages.message_text(done.answer, base),
            "footnote": done.answer.to_dict(),
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return written({**head, "object": "chat.completion", "choices": [choice]})

    return router


def _once(desk: Desk, question: str, searched: str | None, where: Filter) -> Iterator[Event]:
    """Yield an answer's events, and forget the conversation that it began: the client keeps its own."""
    answer: Answer | None = None
    try:
        for event in desk.assistant.stream(question, where=where, standalone=searched):
            answer = event.answer if isinstance(event, Done) else None
            yield event
    finally:
        if answer is not None:
            desk.assistant.remove_conversation(answer.conversation)


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


async def _told(
    desk: Desk,
    request_id: str,
    first: Event | None,
    events: AsyncGenerator[Event | None, None],
    head: dict[str, Any],
    base: str,
) -> AsyncGenerator[bytes, None]:
    """Yield the chunks: the role, a sentence each, what comes after them, and last the whole answer."""
    outcome = "stopped"
    begun = False

    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return sent(None, {**head, "object": "chat.completion.chunk", "choices": [choice]})

    def parts(event: Event | None) -> Iterator[bytes]:
        nonlocal begun, outcome
        if event is None:
            yield PING
        elif isinstance(event, Verified):
            space = " " if begun else ""
            begun = True
            yield chunk({"content": space + messages.sentence_text(event.sentence)})
        elif isinstance(event, Done):
            outcome = event.answer.status
            yield chunk({"content": messages.closing(event.answer, base)})
            yield chunk({"footnote": event.answer.to_dict()}, "stop")

    async with aclosing(events):
        try:
            yield chunk({"role": "assistant", "content": ""})
            for part in parts(first):
                yield part
            async for event in events:
                for part in parts(event):
                    yield part
        except Exception as error:
            problem = problem_of(error)
            if problem.kind == "unexpected":
                desk.watch.failed(error, request_id)
            yield sent(None, problem.to_dict(request_id))
        finally:
            desk.watch.answered(outcome)
        yield b"data: [DONE]\n\n"
