"""A question's answer over HTTP: whole, or as server-sent events while it is made."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING

from chat.answer import Answer, Done, Event
from chat.interfaces.http.desk import EVENTS, Desk
from chat.interfaces.http.problem import problem_of
from chat.interfaces.http.work import unless_gone
from chat.interfaces.terminal import as_json
from chat.stopping import Stopped

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

Start = Callable[[], Iterator[Event]]
Parts = Callable[[Event], Iterator[bytes]]
"""What is sent for an event."""
_PING = b": still at work\n\n"


async def whole(desk: Desk, request: "Request", start: Start) -> Answer:
    """Return the answer that a stream of events ends with; raises Stopped if the caller hangs up before."""
    try:
        last = await desk.work.last(request, start)
    except Stopped:
        desk.watch.answered("stopped")
        raise
    if not isinstance(last, Done):
        raise TypeError("a stream of events ends with the answer")
    desk.watch.answered(last.answer.status)
    return last.answer


async def streamed(
    desk: Desk, request: "Request", start: Start, parts: Parts, *, error: str | None, end: bytes = b""
) -> "Response":
    """Return the events as they come; what is wrong before the first one is raised, as it would be else.

    `error` is the name of the event that tells of a later problem, `end` is sent last.
    """
    events = desk.work.events(start)
    first = await unless_gone(request, anext(events))
    told = _told(desk, request.scope["footnote.request_id"], first, events, parts, error)

    async def sending() -> AsyncGenerator[bytes, None]:
        async with aclosing(told):
            async for part in told:
                yield part
        if end:
            yield end

    return _response(sending())


def sent(name: str | None, data: object) -> bytes:
    """Return one server-sent event."""
    from fastapi.sse import format_sse_event

    return format_sse_event(event=name, data_str=as_json(data))


async def _told(
    desk: Desk,
    request_id: str,
    first: Event | None,
    events: AsyncGenerator[Event | None, None],
    parts: Parts,
    failed: str | None,
) -> AsyncGenerator[bytes, None]:
    outcome = "stopped"
    async with aclosing(events):
        try:
            event = first
            while not isinstance(event, Done):
                for part in [_PING] if event is None else parts(event):
                    yield part
                event = await anext(events)
            for part in parts(event):
                yield part
            outcome = event.answer.status
        except Exception as error:  # the answer has begun, so this is the only way to tell
            problem = problem_of(error)
            if problem.kind == "unexpected":
                desk.watch.failed(error, request_id)
            yield sent(failed, problem.to_dict(request_id))
        finally:
            desk.watch.answered(outcome)


def _response(parts: AsyncGenerator[bytes, None]) -> "Response":
    from starlette.responses import StreamingResponse
    from starlette.types import Send

    class Events(StreamingResponse):
        """Closes what it sends, as soon as nobody reads it any more."""

        async def stream_response(self, send: Send) -> None:
            """Send everything, or as much as is wanted."""
            async with aclosing(parts):
                await super().stream_response(send)

    # A proxy that collects the whole answer first would make the stream pointless.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Events(parts, headers=headers, media_type=EVENTS)
