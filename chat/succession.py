"""What becomes of a process that works through a library's owner when that owner ends.

It looks for the next owner, or becomes it: a page that was opened while another program's MCP server owned
the library goes on when that program is closed.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol

from ingest.errors import LibraryBusy
from retrieval.client import OnEvent
from retrieval.owner import Handler

# Calls that may be made again when nobody knows whether they were answered: they add and remove nothing.
REPEATABLE = frozenset(
    {"ask", "search", "documents", "failures", "document", "original", "check", "examples", "conversations",
     "turns", "doctor", "stream", "waiting", "collections", "edits", "origins", "synced", "failed",
     "mentions", "mark_seen", "seen", "check_stream", "ask_grid", "grids", "grid", "cell_seconds"}
)  # fmt: skip


class Caller(Protocol):
    """Where a `RemoteAssistant` sends its calls."""

    def call(self, name: str, arguments: dict[str, Any], on_event: OnEvent | None = None) -> Any:
        """Have `name` done, and return plain JSON values."""
        ...

    def stream(self, name: str, arguments: dict[str, Any]) -> Generator[dict[str, Any], None, Any]:
        """Have it done, yield its events as they come, and return what it returns."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Direct:
    """Calls an assistant of this very process by the same names, as plain JSON values."""

    def __init__(self, handlers: Mapping[str, Handler], on_close: Callable[[], object]) -> None:
        self._handlers = handlers
        self._on_close = on_close

    def call(self, name: str, arguments: dict[str, Any], on_event: OnEvent | None = None) -> Any:
        """Do it here."""

        def emit(event: dict[str, Any]) -> bool:
            if on_event is not None:
                on_event(event)
            return True  # there is somebody to hear it

        result = self._handlers[name](_plain(arguments), emit)
        return _plain(result)

    def stream(self, name: str, arguments: dict[str, Any]) -> Generator[dict[str, Any], None, Any]:
        """Do it here; the events come when all is done."""
        events: list[dict[str, Any]] = []
        result = self.call(name, arguments, events.append)
        yield from (_plain(event) for event in events)
        return result

    def close(self) -> None:
        """Close the assistant."""
        self._on_close()


class Lasting:
    """Calls the owner, and whoever owns the library after it."""

    def __init__(self, first: Caller, find: Callable[[], Caller]) -> None:
        """`find` returns the next owner, which may be this process; it raises LibraryBusy for none."""
        self._now = first
        self._find = find
        self._lock = threading.Lock()
        self._closed = False

    def call(self, name: str, arguments: dict[str, Any], on_event: OnEvent | None = None) -> Any:
        """Have it done; raises LibraryBusy if it may have been done or not, and the next call works again."""
        used = self._now
        try:
            return used.call(name, arguments, on_event)
        except LibraryBusy:
            following = self._after(used)
            if following is None or name not in REPEATABLE:
                raise
        return following.call(name, arguments, on_event)

    def stream(self, name: str, arguments: dict[str, Any]) -> Generator[dict[str, Any], None, Any]:
        """Have it done, event by event; what has begun to tell is not begun again."""
        used, begun = self._now, False
        try:
            with contextlib.closing(used.stream(name, arguments)) as events:
                while True:
                    try:
                        event = next(events)
                    except StopIteration as done:
                        return done.value
                    begun = True
                    yield event
        except LibraryBusy:
            following = self._after(used)
            if following is None or begun or name not in REPEATABLE:
                raise
        return (yield from following.stream(name, arguments))

    def close(self) -> None:
        """Let go of the owner, or of the library if it is ours by now."""
        with self._lock:
            self._closed = True
            self._now.close()

    def _after(self, used: Caller) -> Caller | None:
        with self._lock:
            if self._closed:
                return None
            if self._now is used:
                used.close()
                self._now = self._find()
            return self._now


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))
