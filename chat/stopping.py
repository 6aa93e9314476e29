"""Stopping work on a question that nobody waits for any more.

Whoever wants an answer keeps an event, and works within `while_wanted`; whoever works on it, an answerer
too, calls `check` where it may stop. Outside of `while_wanted` nothing is ever stopped.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_UNWANTED: ContextVar[threading.Event | None] = ContextVar("unwanted", default=None)


class Stopped(Exception):
    """Nobody waits for this any more; it is not an error and is shown to no one."""


@contextmanager
def while_wanted(unwanted: threading.Event) -> Iterator[None]:
    """Let `check` raise Stopped in this context, and in those copied from it, once the event is set."""
    mark = _UNWANTED.set(unwanted)
    try:
        yield
    finally:
        _UNWANTED.reset(mark)


def check() -> None:
    """Raise Stopped if nobody waits for this work any more."""
    unwanted = _UNWANTED.get()
    if unwanted is not None and unwanted.is_set():
        raise Stopped
