"""The process in which readers run: takes requests and gives readings, as length-prefixed JSON over pipes.

A message is four bytes, its length, most significant first, then that many bytes of UTF-8 JSON. A request is
`{"task", "path", "name"}` and what the task takes besides; an answer is `{"result": …}` or
`{"error": class, "reason": …}`. The process ends when its parent does.
"""

import dataclasses
import json
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from ingest.errors import TooLarge, UnknownFormat, UnreadableSource


def serve() -> None:
    """Answer requests until the parent closes the pipe."""
    _die_with_parent()
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # native libraries print as they like; the protocol must not see it
        os.dup2(nothing, descriptor)
    while (request := receive(requests)) is not None:
        send(answers, _answer(request))


def receive(pipe: BinaryIO) -> dict[str, Any] | None:
    """The next message; None at the end of the pipe."""
    head = pipe.read(4)
    if len(head) < 4:
        return None
    body = pipe.read(struct.unpack(">I", head)[0])
    message: dict[str, Any] = json.loads(body)
    return message


def send(pipe: BinaryIO, message: dict[str, Any]) -> None:
    """Write one message and flush it."""
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
    pipe.write(struct.pack(">I", len(body)) + body)
    pipe.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    name = request["name"]
    try:
        return {"result": _TASKS[request["task"]](_data(request, name), request)}
    except UnreadableSource as error:
        return {"error": type(error).__name__, "reason": error.reason}
    except MemoryError:
        return {"error": TooLarge.__name__, "reason": "reading it needs more memory than allowed; split it"}
    except Exception as error:  # whatever a damaged file makes a library raise concerns that file only
        reason = f"the reader failed on it ({type(error).__name__}); save or export it again"
        return {"error": UnknownFormat.__name__, "reason": reason}


def _data(request: dict[str, Any], name: str) -> bytes:
    try:
        return Path(request["path"]).read_bytes()
    except OSError as error:
        raise UnreadableSource(name, f"it cannot be read ({error.strerror}); add it again") from error


def _read(data: bytes, request: dict[str, Any]) -> dict[str, Any]:
    from ingest.parts import Parts
    from ingest.readers.choose import read
    from ingest.readers.ocr import from_plain

    folder, seen = request["parts"], request["seen"]
    reading = read(
        data,
        request["name"],
        request["media_type"],
        Parts(Path(folder) if folder else None),
        None if seen is None else {int(number): from_plain(lines) for number, lines in seen.items()},
    )
    if len(reading.text) > request["output_chars"]:
        raise TooLarge(
            request["name"],
            f"its text is over the limit of {request['output_chars']:,} characters; split it",
        )
    return dataclasses.asdict(reading)


def _pages_to_see(data: bytes, request: dict[str, Any]) -> list[int]:
    from ingest.readers.choose import pages_to_see

    return pages_to_see(data, request["name"])


def _see(data: bytes, request: dict[str, Any]) -> list[Any]:
    from ingest.readers.choose import see
    from ingest.readers.ocr import to_plain

    return to_plain(see(data, request["name"], request["number"]))


_TASKS: dict[str, Callable[[bytes, dict[str, Any]], Any]] = {
    "read": _read,
    "pages_to_see": _pages_to_see,
    "see": _see,
}


def _die_with_parent() -> None:
    """On Linux have the kernel end this process with its parent, also when that is killed."""
    if sys.platform == "linux":
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1 is PR_SET_PDEATHSIG
