"""Many questions by many documents: the plan of a grid, its cells, and answering them a few at a time."""

import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from chat.answer import Answer, plain
from chat.in_order import in_order
from chat.stopping import Stopped, while_wanted
from ingest.errors import FootnoteError, InvalidSetting
from retrieval.hit import Filter

MOST_CELLS = 2000
LONGEST_QUESTION = 2000  # code points
CellState = Literal["waiting", "answered", "partial", "not_found", "failed"]
GONE = "this document is no longer in the library, or is set aside"


@dataclass(frozen=True, slots=True)
class GridPlan:
    """Each question is put to each document by itself, or, with none named, to all that `where` allows.

    A cell's number is its question's place times the number of columns, plus its document's place.
    """

    questions: tuple[str, ...]
    documents: tuple[str, ...]
    where: Filter

    @property
    def columns(self) -> int:
        """How many cells each question has."""
        return max(1, len(self.documents))

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.questions) * self.columns

    def place(self, number: int) -> tuple[str, str | None]:
        """Return a cell's question, and the document that is asked, None for all."""
        question, column = divmod(number, self.columns)
        return self.questions[question], self.documents[column] if self.documents else None


@dataclass(frozen=True, slots=True)
class GridCell:
    """One question's answer from one document; a `failed` one has a reason instead. `seconds` it took."""

    number: int
    question: str
    document_id: str | None
    state: CellState
    answer: Answer | None
    reason: str | None
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        data: dict[str, Any] = plain(asdict(self))
        return data


@dataclass(frozen=True, slots=True)
class GridInfo:
    """A saved grid: how many cells it has, and how many are answered. Times are ISO 8601, UTC."""

    id: str
    title: str
    plan: GridPlan
    done: int
    created: str
    updated: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A saved grid with the cells that are answered, their words as the documents have them now."""

    info: GridInfo
    cells: tuple[GridCell, ...]


def plan(questions: Iterable[str], documents: Sequence[str] = (), where: Filter = Filter()) -> GridPlan:  # noqa: B008
    """Return the plan, blanks and repetitions left out; raises InvalidSetting for none, and for too many."""
    kept = tuple(dict.fromkeys(" ".join(_valid(question).split()) for question in questions))
    kept = tuple(question for question in kept if question)
    made = GridPlan(kept, tuple(dict.fromkeys(documents)), where)
    if not kept:
        raise InvalidSetting("there is no question; write one on each line")
    if long := next((question for question in kept if len(question) > LONGEST_QUESTION), None):
        raise InvalidSetting(
            f"the question that begins {long[:40]!r} has {len(long):,} characters; "
            f"{LONGEST_QUESTION:,} are the most"
        )
    if made.cells > MOST_CELLS:
        each = f" by {len(made.documents):,} documents" if documents else ""
        raise InvalidSetting(
            f"{len(kept):,} questions{each} are {made.cells:,} cells, and {MOST_CELLS:,} are the most for "
            "one grid; take fewer questions or documents"
        )
    return made


def answered(
    ask: Callable[[str, Filter], Answer],
    made: GridPlan,
    numbers: Iterable[int],
    *,
    there: set[str],
    workers: int = 2,
) -> Generator[GridCell, None, None]:
    """Yield the cells of these numbers, in their order; a cell that fails says why and stops no other.

    `there` are the documents that can be asked. Leaving it stops the work on what nobody waits for.
    """
    unwanted = threading.Event()

    def cell(number: int) -> GridCell:
        question, document = made.place(number)
        if document is not None and document not in there:
            return GridCell(number, question, document, "failed", None, GONE, 0.0)
        where = made.where
        if document is not None:
            where = Filter(documents=(document,), hidden=where.hidden)
        began = time.monotonic()
        answer, reason = None, None
        with while_wanted(unwanted):
            try:
                answer = ask(question, where)
            except Stopped:
                raise
            except FootnoteError as error:
                reason = str(error)
            except Exception as error:  # whatever it is, the other cells are answered
                reason = f"an unexpected error ({type(error).__name__}); try it again"
        state: CellState = answer.status if answer else "failed"
        return GridCell(number, question, document, state, answer, reason, time.monotonic() - began)

    cells = in_order(cell, numbers, workers)
    try:
        for each in cells:  # noqa: UP028  # `yield from` would close these before anybody is told to stop
            yield each
    finally:
        unwanted.set()
        cells.close()


def cell_from_dict(data: dict[str, Any]) -> GridCell:
    """Return the cell that `to_dict` gave."""
    answer = data["answer"]
    return GridCell(**{**data, "answer": None if answer is None else Answer.from_dict(answer)})


def plan_from_dict(data: dict[str, Any]) -> GridPlan:
    """Return the plan that `asdict` gave."""
    return GridPlan(tuple(data["questions"]), tuple(data["documents"]), filter_from_dict(data["where"]))


def filter_from_dict(data: dict[str, Any]) -> Filter:
    """Return the filter that `asdict` gave."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }
    return Filter(**values)


def info_from_dict(data: dict[str, Any]) -> GridInfo:
    """Return the row that `asdict` gave."""
    return GridInfo(**{**data, "plan": plan_from_dict(data["plan"])})


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
