"""POST /ask, /search and /check: what a reader of the library does."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import asdict
from typing import TYPE_CHECKING

from chat.answer import Answer, Done, Event, Rejected, Standalone, Verified
from chat.interfaces.http import models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import EVENTS, PING, Desk, streamed, written
from chat.interfaces.http.problem import problem_of
from chat.interfaces.http.work import unless_gone
from chat.interfaces.terminal import as_json
from chat.stopping import Stopped

if TYPE_CHECKING:
    from fastapi import APIRouter


def build_questions(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Request, Response

    router = APIRouter(prefix=PREFIX, tags=["questions"])
    assistant = desk.assistant

    @router.post("/ask", response_model=Answer)
    async def ask(request: Request, body: models.Ask) -> Response:
        """Answer a question, whole or, as server-sent events, sentence by verified sentence.

        The events are `standalone`, then a `sentence` each, then `rejected` for each claim that failed
        verification, and last `done` with the whole answer, or `error` with a problem.
        """

        def start() -> Iterator[Event]:
            where = body.filter()
            desk.require(where)
            return assistant.stream(
                body.question, conversation=body.conversation, where=where, standalone=body.standalone
            )

        if not body.stream and EVENTS not in request.headers.get("accept", ""):
            try:
                last = await desk.work.last(request, start)
            except Stopped:
                desk.watch.answered("stopped")
                raise
            answer = _answer(last)
            desk.watch.answered(answer.status)
            return written(answer.to_dict())
        events = desk.work.events(start)
        first = await unless_gone(request, anext(events))
        return streamed(_told(desk, first, events, request.scope["footnote.request_id"]))

    @router.post("/search", response_model=models.Hits)
    async def search(body: models.Search) -> Response:
        """Return passages, best first, without an answer."""

        def hits() -> models.JSON:
            where = body.filter()
            desk.require(where)
            found = assistant.search(body.words, limit=body.limit, where=where)
            return {"words": body.words, "hits": [models.found(*pair) for pair in enumerate(found, 1)]}

        return written(await desk.work.run(hits))

    @router.post("/check", response_model=models.CheckedText)
    async def check(request: Request, body: models.Check) -> Response:
        """Compare a text with the library, sentence by sentence, each with the quotes that decide."""

        def rows() -> Iterator[Response]:
            where = body.filter()
            desk.require(where)
            checked = assistant.check(body.text, where=where)
            yield written({"sentences": [row.to_dict() for row in checked]})

        return await desk.work.last(request, rows)

    return router


def _answer(event: Event) -> Answer:
    if not isinstance(event, Done):
        raise TypeError("a stream of events ends with the answer")
    return event.answer


async def _told(
    desk: Desk, first: Event | None, events: AsyncGenerator[Event | None, None], request_id: str
) -> AsyncGenerator[bytes, None]:
    """Yield each event as it is sent."""
    outcome = "stopped"
    rejected: list[Rejected] = []
    async with aclosing(events):
        try:
            for part in _parts(first, rejected):
                yield part
            async for event in events:
                for part in _parts(event, rejected):
                    yield part
                outcome = event.answer.status if isinstance(event, Done) else outcome
        except Exception as error:  # the answer has begun, so this is the only way to tell
            problem = problem_of(error)
            if problem.kind == "unexpected":
                desk.watch.failed(error, request_id)
            yield sent("error", problem.to_dict(request_id))
        finally:
            desk.watch.answered(outcome)


def _parts(event: Event | None, rejected: list[Rejected]) -> Iterator[bytes]:
    """Yield an event as it is sent; the claims that were rejected are all told before the end."""
    if event is None:
        yield PING
    elif isinstance(event, Standalone):
        yield sent("standalone", {"standalone_question": event.question})
    elif isinstance(event, Verified):
        yield sent("sentence", models.sentence_event(event))
    elif isinstance(event, Rejected):
        rejected.append(event)
        yield sent("rejected", asdict(event))
    elif isinstance(event, Done):
        for each in event.answer.rejected:
            if each not in rejected:
                yield sent("rejected", asdict(each))
        yield sent("done", event.answer.to_dict())


def sent(name: str | None, data: object) -> bytes:
    """Return one server-sent event."""
    from fastapi.sse import format_sse_event

    return format_sse_event(event=name, data_str=as_json(data))
