"""`footnote ask -`: questions from standard input, answered a few at a time and, with a file, resumable."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import TYPE_CHECKING

from chat.in_order import in_order
from chat.interfaces.terminal import Screen, as_json, one_line
from ingest.errors import FootnoteError

if TYPE_CHECKING:
    from chat.answer import Answer
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant
    from retrieval.hit import Filter


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the input; its id is its line's number unless it says another."""

    id: str | int
    question: str


class Answers:
    """The file of answers that are done, one JSON object a line; what a killed run began is cut off."""

    def __init__(self, file: BufferedRandom, path: Path) -> None:
        """Take over a file that nobody else writes; use `opened`."""
        self._file = file
        self._path = path
        self._questions: dict[str, str] = {}
        whole = 0
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                break
            self._remember(line, number)
            whole += len(line)
        file.truncate(whole)
        file.seek(whole)

    def __contains__(self, asked: Asked) -> bool:
        """Tell whether a question was answered before; raises FootnoteError if its id had another one."""
        before = self._questions.get(str(asked.id))
        if before is not None and before != asked.question:
            raise FootnoteError(
                f"{self._path} answers another question under the id {asked.id!r}; name another --out"
            )
        return before is not None

    def __len__(self) -> int:
        return len(self._questions)

    def write(self, row: dict[str, object]) -> None:
        """Add one row, whole, before anything else is done."""
        self._file.write(f"{as_json(row)}\n".encode())
        self._file.flush()
        self._questions[str(row["id"])] = str(row["question"])

    def _remember(self, line: bytes, number: int) -> None:
        try:
            row = json.loads(line)
            self._questions[str(row["id"])] = row["question"]
        except (ValueError, KeyError, TypeError) as error:
            raise FootnoteError(
                f"line {number} of {self._path} is no answer of `footnote ask -`; name another --out"
            ) from error


@contextmanager
def opened(path: Path) -> Iterator[Answers]:
    """Open a file of answers, or make it. Raises FootnoteError where it cannot be, or another writes it."""
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FootnoteError(f"{path} cannot be written: {error.strerror}; name another --out") from error
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FootnoteError(f"another process is writing {path}; wait for it") from error
        yield Answers(file, path)


def questions(lines: Iterable[str]) -> Iterator[Asked]:
    """Yield each line's question as it comes, blank lines left out: plain text, or a JSON object.

    Raises FootnoteError, naming the line, for an object without a question and for an id that comes twice.
    """
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        asked = _object(line, number) if line.lstrip().startswith("{") else Asked(number, line.strip())
        if str(asked.id) in seen:
            raise FootnoteError(
                f"line {number} of the input has the id {asked.id!r} of an earlier one; give each its own"
            )
        seen.add(str(asked.id))
        yield Asked(asked.id, asked.question.encode("utf-8", "replace").decode("utf-8"))


def ask_all(
    assistant: "Assistant | RemoteAssistant", where: "Filter", given: Namespace, screen: Screen
) -> None:
    """Answer what standard input asks, in its order; an error stops it, and `--out` goes on from there."""

    def answered(asked: Asked) -> "tuple[Asked, Answer]":
        save = given.save or given.conversation is not None
        return asked, assistant.ask(asked.question, conversation=given.conversation, where=where, save=save)

    workers = 1 if given.conversation is not None else given.workers or os.cpu_count() or 1
    if given.out is None:
        for number, (asked, answer) in enumerate(in_order(answered, questions(sys.stdin), workers)):
            _show(asked, answer, screen, first=number == 0)
        return
    with opened(Path(given.out)) as answers:
        before = len(answers)
        fresh = (asked for asked in questions(sys.stdin) if asked not in answers)
        for asked, answer in in_order(answered, fresh, workers):
            answers.write({"id": asked.id, **answer.to_dict()})
        done = len(answers) - before
    if screen.json_wanted:
        screen.data({"answered": done, "before": before, "out": str(given.out)})
    else:
        screen.lines([f"{done} answered, {before} were in {one_line(str(given.out))} before"])


def _show(asked: Asked, answer: "Answer", screen: Screen, *, first: bool) -> None:
    from chat.interfaces import show

    if screen.json_wanted:
        screen.data({"id": asked.id, **answer.to_dict()}, indent=None)
        return
    heading = screen.paint("bold", f"Q: {one_line(asked.question)}")
    screen.lines([*([] if first else ["", ""]), heading, *show.answer_lines(answer, screen)])


def _object(line: str, number: int) -> Asked:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    question = row.get("question") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(question, str) or not question.strip():
        raise FootnoteError(
            f"line {number} of the input begins with {{ and is no JSON object with a `question`; mend it"
        )
    identity = row.get("id", number)
    if not isinstance(identity, str | int) or isinstance(identity, bool):
        raise FootnoteError(f"line {number} of the input: `id` must be text or a whole number")
    return Asked(identity, question.strip())
