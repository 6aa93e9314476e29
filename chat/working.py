"""What an assistant does beside single questions: every mention, a draft sentence by sentence, grids."""

import contextlib
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from chat.answer import Checked
from chat.grid import Grid, GridCell, GridInfo, GridPlan, answered, plan
from chat.mentions import Mentions, described, names_from
from chat.records import Records
from chat.seen import SeenPlace
from chat.verify.cite import ReadOnce, Shelf
from chat.verify.restore import from_stored
from retrieval.hit import Filter

if TYPE_CHECKING:
    from chat.answer import Answer
    from chat.verify.checking import Checker
    from retrieval.library import Library

_EVERYWHERE = Filter()
EVERYTHING = 1 << 53  # more mentions than there can be


class Working:
    """The methods of `Assistant` for work with many sentences at once."""

    _library: "Library"
    _shelf: Shelf
    _checker: "Checker"
    _records: Records

    if TYPE_CHECKING:

        def ask(self, question: str, *, where: Filter = _EVERYWHERE, save: bool = True) -> Answer:
            """Answer a question."""

    def mentions(
        self,
        names: str | Sequence[str],
        *,
        where: Filter = _EVERYWHERE,
        offset: int = 0,
        limit: int = EVERYTHING,
    ) -> Mentions:
        """Return every mention of the names, `limit` of them in full from `offset` on.

        `names` is a pasted list, one a line or with commas, `Name = alias, alias` for one that is written in
        several ways; or a sequence of names. Raises InvalidSetting for a list without a name.
        """
        wanted = names_from(names)
        looked = self._library.mentions.look(wanted, where)
        return described(wanted, looked, self._library.document, max(0, offset), max(0, limit))

    def mark_seen(self, places: Sequence[SeenPlace], seen: bool = True, *, owner: str = "") -> None:
        """Note that somebody has looked at these places, or has not."""
        self._records.seen.mark(places, seen, owner)

    def seen(self, documents: Sequence[str], *, owner: str = "") -> list[SeenPlace]:
        """Return the places in these documents that somebody has looked at."""
        return self._records.seen.among(documents, owner)

    def check_stream(self, text: str, *, where: Filter = _EVERYWHERE) -> Iterator[Checked]:
        """Yield each sentence of a pasted text with its verdict, in order, as soon as it is compared."""
        return self._checker.stream(text, where)

    def ask_grid(
        self,
        questions: Sequence[str],
        *,
        documents: Sequence[str] = (),
        where: Filter = _EVERYWHERE,
        workers: int = 2,
    ) -> Iterator[GridCell]:
        """Yield the answer of each question from each document by itself, question by question; none is kept.

        Without documents each question is put to all that `where` allows. Raises InvalidSetting for no
        question, and for more cells than a grid may have.
        """
        made = plan(questions, documents, where)
        return self._cells(made, range(made.cells), workers)

    def create_grid(
        self,
        questions: Sequence[str],
        *,
        documents: Sequence[str] = (),
        where: Filter = _EVERYWHERE,
        owner: str = "",
    ) -> GridInfo:
        """Keep such a grid, to be filled by `fill_grid`; raises InvalidSetting as `ask_grid` does."""
        return self._records.grids.create(plan(questions, documents, where), owner)

    def fill_grid(
        self, grid: str, *, cells: Sequence[int] = (), workers: int = 2, owner: str | None = None
    ) -> Iterator[GridCell]:
        """Answer what is not answered yet, or these cells anew, and keep and yield each. Raises NotInLibrary.

        Whoever leaves half-way has what was yielded, and goes on by calling it again.
        """
        made = self._records.grids.info(grid, owner).plan
        states = self._records.grids.states(grid)
        wanted = [number for number in cells if 0 <= number < made.cells]
        if not cells:
            wanted = [number for number in range(made.cells) if states.get(number, "failed") == "failed"]
        return self._filled(grid, made, wanted, workers)

    def grids(self, *, owner: str | None = None) -> list[GridInfo]:
        """Return the grids that are kept, the latest first."""
        return self._records.grids.all(owner)

    def grid(self, grid: str, *, owner: str | None = None) -> Grid:
        """Return a grid with the cells that are answered so far; raises NotInLibrary."""
        shelf = ReadOnce(self._shelf)
        return self._records.grids.grid(grid, owner, lambda stored: from_stored(stored, shelf))

    def cell_seconds(self) -> float | None:
        """Return how long the latest cells of grids took on average, None before there are any."""
        return self._records.grids.seconds()

    def remove_grid(self, grid: str, *, owner: str | None = None) -> None:
        """Delete a grid with its answers; raises NotInLibrary."""
        self._records.grids.remove(grid, owner)

    def _filled(self, grid: str, made: GridPlan, wanted: Sequence[int], workers: int) -> Iterator[GridCell]:
        with contextlib.closing(self._cells(made, wanted, workers)) as cells:
            for cell in cells:
                self._records.grids.save(grid, cell)
                yield cell

    def _cells(self, made: GridPlan, numbers: Sequence[int], workers: int) -> Generator[GridCell, None, None]:
        there = self._library.passages.allowed(_EVERYWHERE)

        def ask(question: str, where: Filter) -> "Answer":
            return self.ask(question, where=where, save=False)

        return answered(ask, made, numbers, there=there, workers=workers)
