"""What the pages' scripts are sent line by line as it is worked out, and files that they are given."""

import json
import threading
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chat.tables import disposition
from ingest.errors import FootnoteError

if TYPE_CHECKING:
    from starlette.responses import Response, StreamingResponse

Event = Mapping[str, Any]


def streamed(events: Generator[Event, None, None]) -> "StreamingResponse":
    """Return an answer of one JSON object a line; who hangs up ends the work.

    An error that comes after the first line is the last line: `{"error": …}`.
    """
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import StreamingResponse

    async def lines() -> AsyncIterator[bytes]:
        try:
            while (event := await run_in_threadpool(_next, events)) is not None:
                yield f"{json.dumps(event)}\n".encode("ascii")
        finally:  # what is under way is told to stop, and waited for where nobody else waits
            threading.Thread(target=events.close, name="footnote-page-stop").start()

    return StreamingResponse(
        lines(), media_type="application/x-ndjson", headers={"Cache-Control": "no-store"}
    )


def download(data: bytes, name: str, media_type: str) -> "Response":
    """Return a file that a browser keeps under this name and never shows."""
    from starlette.responses import Response

    headers = {"Content-Disposition": disposition(name), "Cache-Control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)


def _next(events: Iterator[Event]) -> Event | None:
    try:
        return next(events, None)
    except FootnoteError as error:
        return {"error": str(error)}
