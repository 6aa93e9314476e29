"""The methods of `chat.working` through the process that owns the library, and its side of them."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from chat.answer import Checked, citation_from_dict
from chat.grid import Grid, GridCell, GridInfo, cell_from_dict, filter_from_dict, info_from_dict, plan
from chat.mentions import Mentions, mentions_from_dict, names_from
from chat.seen import SeenPlace
from chat.succession import Caller
from chat.working import EVERYTHING
from retrieval.hit import Filter
from retrieval.owner import Emit, Handler

if TYPE_CHECKING:
    from chat.assistant import Assistant

_EVERYWHERE = Filter()


class RemoteWorking:
    """The methods of `RemoteAssistant` for work with many sentences at once; those of `Working`."""

    _client: Caller

    def mentions(
        self,
        names: str | Sequence[str],
        *,
        where: Filter = _EVERYWHERE,
        offset: int = 0,
        limit: int = EVERYTHING,
    ) -> Mentions:
        """Return every mention of the names, `limit` of them in full from `offset` on."""
        names_from(names)
        given = names if isinstance(names, str) else list(names)
        arguments = {"names": given, "where": asdict(where), "offset": offset, "limit": limit}
        return mentions_from_dict(self._client.call("mentions", arguments))

    def mark_seen(self, places: Sequence[SeenPlace], seen: bool = True, *, owner: str = "") -> None:
        """Note that somebody has looked at these places, or has not."""
        rows = [asdict(place) for place in places]
        self._client.call("mark_seen", {"places": rows, "seen": seen, "owner": owner})

    def seen(self, documents: Sequence[str], *, owner: str = "") -> list[SeenPlace]:
        """Return the places in these documents that somebody has looked at."""
        rows = self._client.call("seen", {"documents": list(documents), "owner": owner})
        return [SeenPlace(**row) for row in rows]

    def check_stream(self, text: str, *, where: Filter = _EVERYWHERE) -> Iterator[Checked]:
        """Yield each sentence of a pasted text with its verdict, as the owner comes to it."""
        events = self._client.stream("check_stream", {"text": text, "where": asdict(where)})
        with contextlib.closing(events):
            for event in events:
                yield checked_from_dict(event)

    def ask_grid(
        self,
        questions: Sequence[str],
        *,
        documents: Sequence[str] = (),
        where: Filter = _EVERYWHERE,
        workers: int = 2,
    ) -> Iterator[GridCell]:
        """Yield the answer of each question from each document by itself; none is kept."""
        plan(questions, documents, where)
        return self._cells("ask_grid", {**_planned(questions, documents, where), "workers": workers})

    def create_grid(
        self,
        questions: Sequence[str],
        *,
        documents: Sequence[str] = (),
        where: Filter = _EVERYWHERE,
        owner: str = "",
    ) -> GridInfo:
        """Keep such a grid, to be filled by `fill_grid`."""
        arguments = {**_planned(questions, documents, where), "owner": owner}
        return info_from_dict(self._client.call("create_grid", arguments))

    def fill_grid(
        self, grid: str, *, cells: Sequence[int] = (), workers: int = 2, owner: str | None = None
    ) -> Iterator[GridCell]:
        """Answer what is not answered yet, or these cells anew, and keep and yield each."""
        arguments = {"grid": grid, "cells": list(cells), "workers": workers, "owner": owner}
        return self._cells("fill_grid", arguments)

    def grids(self, *, owner: str | None = None) -> list[GridInfo]:
        """Return the grids that are kept, the latest first."""
        return [info_from_dict(row) for row in self._client.call("grids", {"owner": owner})]

    def grid(self, grid: str, *, owner: str | None = None) -> Grid:
        """Return a grid with the cells that are answered so far."""
        data = self._client.call("grid", {"grid": grid, "owner": owner})
        return Grid(info_from_dict(data["info"]), tuple(map(cell_from_dict, data["cells"])))

    def cell_seconds(self) -> float | None:
        """Return how long the latest cells of grids took on average."""
        seconds: float | None = self._client.call("cell_seconds", {})
        return seconds

    def remove_grid(self, grid: str, *, owner: str | None = None) -> None:
        """Delete a grid with its answers."""
        self._client.call("remove_grid", {"grid": grid, "owner": owner})

    def _cells(self, name: str, arguments: dict[str, Any]) -> Iterator[GridCell]:
        events = self._client.stream(name, arguments)
        with contextlib.closing(events):
            for event in events:
                yield cell_from_dict(event)


def working_handlers(assistant: "Assistant") -> Mapping[str, Handler]:
    """Return what an owner answers to `RemoteWorking`, call by call."""

    def streamed(rows: Callable[[dict[str, Any]], Iterator[Checked] | Iterator[GridCell]]) -> Handler:
        def handler(given: dict[str, Any], emit: Emit) -> None:
            with contextlib.closing(rows(given)) as found:  # type: ignore[type-var]  # they are generators
                for row in found:
                    if not emit(row.to_dict()):
                        return  # whoever asked has left

        return handler

    def plain(call: Callable[[dict[str, Any]], Any]) -> Handler:
        return lambda given, _: call(_with_filter(given))

    def grid(given: dict[str, Any]) -> dict[str, Any]:
        found = assistant.grid(**given)
        return {"info": asdict(found.info), "cells": [cell.to_dict() for cell in found.cells]}

    def mark_seen(given: dict[str, Any]) -> None:
        places = [SeenPlace(**row) for row in given["places"]]
        assistant.mark_seen(places, given["seen"], owner=given["owner"])

    return {
        "mentions": plain(lambda given: assistant.mentions(given.pop("names"), **given).to_dict()),
        "mark_seen": plain(mark_seen),
        "seen": plain(
            lambda given: [asdict(row) for row in assistant.seen(given["documents"], owner=given["owner"])]
        ),
        "check_stream": streamed(
            lambda given: assistant.check_stream(given["text"], where=filter_from_dict(given["where"]))
        ),
        "ask_grid": streamed(lambda given: assistant.ask_grid(**_with_filter(given))),
        "create_grid": plain(lambda given: asdict(assistant.create_grid(**given))),
        "fill_grid": streamed(lambda given: assistant.fill_grid(given.pop("grid"), **given)),
        "grids": plain(lambda given: [asdict(row) for row in assistant.grids(**given)]),
        "grid": plain(grid),
        "cell_seconds": plain(lambda given: assistant.cell_seconds()),
        "remove_grid": plain(lambda given: assistant.remove_grid(**given)),
    }


def checked_from_dict(row: dict[str, Any]) -> Checked:
    """Return the sentence that `Checked.to_dict` gave."""
    quotes = {
        name: tuple(citation_from_dict(part) for part in row[name])
        for name in ("supporting", "contradicting")
    }
    return Checked(**{**row, **quotes})


def _planned(questions: Sequence[str], documents: Sequence[str], where: Filter) -> dict[str, Any]:
    return {"questions": list(questions), "documents": list(documents), "where": asdict(where)}


def _with_filter(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "where": filter_from_dict(given["where"])} if "where" in given else given
