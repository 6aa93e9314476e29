"""Adding documents on the chat's page: step by step, and what came of it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Queue
from threading import Thread

from chat.held import Held
from chat.page.backing import Backing
from chat.page.markdown import clip, escape
from chat.uploads import Uploads
from ingest.errors import FootnoteError
from retrieval.report import AddProgress, AddReport, Failure

_LISTED = 12
"""How many sources of a running addition are shown by name."""


def adding(assistant: Backing, sources: Sequence[str | Path], collection: str) -> Iterator[str]:
    """Add, and yield what to show of it at each step; the last text is the outcome."""
    steps: Queue[AddProgress | AddReport | FootnoteError] = Queue()

    def work() -> None:
        try:
            steps.put(assistant.add(*sources, collection=collection, on_progress=steps.put))
        except FootnoteError as error:
            steps.put(error)

    Thread(target=work, daemon=True).start()
    states: dict[str, AddProgress] = {}
    while True:
        step = steps.get()
        if isinstance(step, AddProgress):
            states[step.source] = step
            yield _progress(states, step)
        elif isinstance(step, AddReport):
            yield outcome(step)
            return
        else:
            yield f'<div class="fn-progress"><p>Nothing was added. {escape(str(step))}</p></div>'
            return


def taken_in(
    assistant: Backing, inbox: Uploads, held: Held, paths: Sequence[str], collection: str
) -> Iterator[str]:
    """Add what Gradio received at these paths, and delete each copy afterwards: the library keeps its own.

    `held` counts who needs Gradio's folders, each named for its file's bytes, so shared by two who send them.
    """
    uploads = []
    try:
        for path in map(Path, paths):
            with path.open("rb") as stream:
                uploads += inbox.receive([(path.name, stream)])
            held.release(path.parent)
        yield from adding(assistant, inbox.settle(uploads), collection)
    finally:
        inbox.clear(uploads)


def outcome(report: AddReport) -> str:
    """Return what became of an addition, each failure with its reason."""
    parts = [f"{len(report.added)} added"]
    if report.unchanged:
        parts.append(f"{len(report.unchanged)} already there")
    if report.failed:
        parts.append(f"{len(report.failed)} could not be read")
    if report.waiting:
        parts.append(f"{len(report.waiting)} waiting for OCR")
    return f'<div class="fn-progress"><p><b>{" · ".join(parts)}</b></p>{failures(report.failed)}</div>'


def failures(failed: Sequence[Failure]) -> str:
    """Return a list of sources that could not be read, and why."""
    items = "".join(
        f'<li class="fn-bad"><b>{escape(_name(failure.source))}</b> {escape(failure.reason)}</li>'
        for failure in failed
    )
    return f'<ul class="fn-failures">{items}</ul>' if items else ""


def _progress(states: dict[str, AddProgress], last: AddProgress) -> str:
    words: dict[str, Callable[[AddProgress], str]] = {
        "reading": lambda step: "reading…",
        "embedding": lambda step: "being made searchable…",
        "ready": lambda step: "added",
        "waiting": lambda step: "waiting for OCR",
        "unchanged": lambda step: "already there",
        "failed": lambda step: step.reason or "could not be read",
    }
    items = "".join(
        f'<li class="{"fn-bad" if step.state == "failed" else "fn-good"}">'
        f"<b>{escape(_name(step.source))}</b> "
        f"{escape(words[step.state](step))}</li>"
        for step in list(states.values())[-_LISTED:]
    )
    return f'<div class="fn-progress"><p><b>{last.done} of {last.total}</b></p><ul>{items}</ul></div>'


def _name(source: str) -> str:
    """Return an upload's file name, and any other source as it is, cut to fit."""
    return clip(Path(source).name if "/uploads/" in source else source, 80)
