"""How far an addition is, on standard error and only where that is a terminal; and how Ctrl-C ends it."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from types import FrameType

from chat.interfaces.terminal import is_fancy, one_line
from retrieval.report import AddProgress

_NAME = 40  # characters of a source's name beside the bar


@contextmanager
def bar() -> Iterator[Callable[[AddProgress], None] | None]:
    """Give what `Assistant.add` is to call with each step, or None where nobody would see it."""
    if not is_fancy(sys.stderr):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[pace]}", markup=False),
        TextColumn("{task.description}", markup=False),  # a file's name is not markup
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("reading", total=None, pace="")

        def show(step: AddProgress) -> None:
            name = one_line(PurePath(step.source).name or step.source)[:_NAME]
            progress.update(
                task,
                total=step.total,
                completed=max(step.done, step.share * step.total),
                description=f"{step.state}: {name}",
                pace=pace(step),
            )

        yield show


def pace(step: AddProgress) -> str:
    """Return the passages so far, how many a second, and what time is left, as far as that is known."""
    parts = []
    if step.rate is not None:
        parts.append(f"{step.passages} passages, {step.rate:.1f}/s")
    if step.remaining is not None and step.share < 1:
        minutes, seconds = divmod(round(step.remaining), 60)
        parts.append(f"about {minutes} min left" if minutes else f"about {seconds} s left")
    return ", ".join(parts)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets, so that what runs ends in good order; a second one kills."""
    cancel = threading.Event()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        sys.stderr.write("\nfootnote: stopping; what is done stays in (Ctrl-C again stops at once)\n")

    try:
        before = signal.signal(signal.SIGINT, interrupt)
    except ValueError:  # not in the main thread: nobody's Ctrl-C comes here
        yield cancel
        return
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)
