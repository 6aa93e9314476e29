"""The bar that shows how far an addition is: on standard error, and only where that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath

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
        TextColumn("{task.description}", markup=False),  # a file's name is not markup
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("reading", total=None)

        def show(step: AddProgress) -> None:
            name = one_line(PurePath(step.source).name or step.source)[:_NAME]
            progress.update(task, total=step.total, completed=step.done, description=f"{step.state}: {name}")

        yield show
