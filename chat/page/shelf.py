"""The library's side of the page: adding documents, the list of them, removing one with a receipt."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Queue
from threading import Thread

from chat.page.backing import Backing
from chat.page.markdown import clip, escape, fragment
from chat.page.messages import counted
from ingest.errors import FootnoteError
from retrieval.report import AddProgress, AddReport, DocumentInfo, Failure, Receipt

HEADERS = ["Title", "Date", "Collection", "ID"]
_LISTED = 12
"""How many sources of a running addition are shown by name."""


def rows(documents: Sequence[DocumentInfo]) -> list[list[str]]:
    """Return the table of documents, in the order given; columns as in `HEADERS`."""
    return [[info.title, info.published or "", info.collection, info.id] for info in documents]


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


def taken_in(assistant: Backing, uploads: Sequence[str], collection: str) -> Iterator[str]:
    """Add uploaded files, and delete each copy afterwards: the library keeps its own.

    A file's origin is a folder named for its content, so that two files of one name stay two documents
    and the same file sent again changes nothing.
    """
    moved = [_settle(Path(upload), assistant.home / "uploads") for upload in uploads]
    try:
        yield from adding(assistant, moved, collection)
    finally:
        for path in moved:
            shutil.rmtree(path.parent, ignore_errors=True)


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


def chosen(info: DocumentInfo) -> str:
    """Return what stands under the table about the document chosen in it."""
    pages = counted(info.pages, "page") if info.pages else counted(info.characters, "character")
    facts = [info.source if info.source != info.title else "", f"version {info.version}", pages]
    note = f'<p class="fn-small">{escape(info.note)}</p>' if info.note else ""
    link = fragment(0, info.id, info.version, 0, 0)
    return (
        f'<div class="fn-chosen"><p><b dir="auto">{escape(clip(info.title, 90))}</b></p>'
        f'<p class="fn-small">{escape(" · ".join(fact for fact in facts if fact))}</p>{note}'
        f'<p><a class="fn-action" href="{link}">Open beside the answer</a></p></div>'
    )


def receipts(removed: Sequence[Receipt]) -> str:
    """Return the proof of a removal."""
    lines = "".join(
        f"<li><b>{escape(_name(receipt.source))}</b> removed: {counted(receipt.versions, 'version')}, "
        f"{counted(receipt.passages, 'passage')}; a check found {counted(receipt.left, 'trace')} left.</li>"
        for receipt in removed
    )
    return f'<ul class="fn-receipts">{lines}</ul>'


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


def _settle(upload: Path, uploads: Path) -> Path:
    """Move an upload to a folder named for its bytes; its own folder holds nothing else and goes too."""
    with upload.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()[:16]
    folder = uploads / digest
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / upload.name
    shutil.move(upload, target)
    shutil.rmtree(upload.parent, ignore_errors=True)
    return target


def _name(source: str) -> str:
    """Return an upload's file name, and any other source as it is, cut to fit."""
    return clip(Path(source).name if "/uploads/" in source else source, 80)
