"""How long each step took and how much it did, for whoever watches: OpenTelemetry spans and a log at DEBUG.

Nothing happens unless a tracer or the log is set up (see chat/watching.py). Only counts, states and the names
of error classes are told: never a word of a document or a question, a name of a file, or a key.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Span

LOGGER = logging.getLogger("footnote")


class Step:
    """A step under way."""

    def __init__(self, span: "Span") -> None:
        self._span = span
        self.figures: dict[str, int] = {}

    def note(self, **figures: int) -> None:
        """Say how much it did."""
        self.figures |= figures
        for name, figure in figures.items():
            self._span.set_attribute(f"footnote.{name}", figure)

    def within(self) -> AbstractContextManager[object]:
        """Make the steps that begin inside parts of this one; not to be held over a `yield`."""
        from opentelemetry.trace import use_span

        return use_span(self._span, end_on_exit=False, record_exception=False, set_status_on_exception=False)


@contextmanager
def whole(name: str) -> Iterator[Step]:
    """Watch a step that may be left and taken up again, as a generator is; its parts begin `within` it."""
    from opentelemetry.trace import Status, StatusCode, get_tracer

    began = time.perf_counter()
    span = get_tracer("footnote").start_span(f"footnote.{name}")
    step = Step(span)
    end = "done"
    try:
        yield step
    except GeneratorExit:
        end = "left"
        raise
    except BaseException as error:
        end = type(error).__name__  # not what it says, which may name a file or hold somebody's words
        span.set_status(Status(StatusCode.ERROR, end))
        raise
    finally:
        span.end()
        took = (time.perf_counter() - began) * 1000
        LOGGER.debug("%s %s after %.1f ms %s", name, end, took, step.figures or "")


@contextmanager
def step(name: str) -> Iterator[Step]:
    """Watch a step; what begins inside is part of it."""
    with whole(name) as under_way, under_way.within():
        yield under_way
