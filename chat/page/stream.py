"""What pages are sent, forms, and what they get: lines as they are worked out, and files."""

import json
import threading
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from chat.tables import disposition
from ingest.errors import FootnoteError, InvalidSetting

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response, StreamingResponse

Event = Mapping[str, Any]
_LARGEST = 8 << 20  # bytes of a form
_MOST_FIELDS = 5000


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


async def form(request: "Request") -> dict[str, list[str]]:
    """Return a form's fields, each with all its values; raises InvalidSetting for one that is too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise InvalidSetting(
                f"this is more than the {_LARGEST >> 20} MB that one form may have; send less"
            )
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidSetting(f"these are more than {_MOST_FIELDS:,} fields; send fewer") from None


def _next(events: Iterator[Event]) -> Event | None:
    try:
        return next(events, None)
    except FootnoteError as error:
        return {"error": str(error)}
