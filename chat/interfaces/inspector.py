"""What `--debug` shows on standard error: what was searched, found, rejected, and how long each step took."""

import sys
from collections.abc import Iterator

from chat.answer import Answer, Done, Event, Found, Rejected, Standalone
from chat.interfaces.show import hit_lines
from chat.interfaces.terminal import Screen, one_line


def last(events: Iterator[Event], screen: Screen | None) -> Answer:
    """Return the answer that a stream ends with; with a screen, show what led to it as it comes."""
    for event in events:
        if screen is not None:
            tell(event, screen)
        if isinstance(event, Done):
            return event.answer
    raise TypeError("a stream ends with Done")


def tell(event: Event, screen: Screen) -> None:
    """Write what one event says about how the answer was made."""
    for line in _lines(event, screen):
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _lines(event: Event, screen: Screen) -> list[str]:
    match event:
        case Standalone(question):
            return [f"searched: {one_line(question)}"]
        case Found(hits):
            return [f"passages considered: {len(hits)}", *hit_lines(hits, screen)]
        case Rejected(text, reason):
            return [f"rejected: {one_line(text)} ({one_line(reason)})"]
        case Done(answer):
            took = ", ".join(f"{step} {spent:.1f}" for step, spent in answer.timings_ms.items())
            return [f"answerer: {answer.answerer}; status: {answer.status}; milliseconds: {took}"]
    return []
