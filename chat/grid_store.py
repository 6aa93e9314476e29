"""Grids as they are kept: questions and ids, and of each answer the spans and our own words."""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict
from sqlite3 import Row
from typing import Any

from chat.answer import Answer
from chat.grid import Grid, GridCell, GridInfo, GridPlan, plan_from_dict
from chat.verify.restore import to_stored
from ingest.catalogue import now
from ingest.database import Database
from ingest.errors import NotInLibrary

_STEPS = (
    """
    CREATE TABLE grids (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, plan TEXT NOT NULL,
        created TEXT NOT NULL, updated TEXT NOT NULL
    );
    CREATE TABLE grid_cells (
        grid TEXT NOT NULL REFERENCES grids (id) ON DELETE CASCADE, number INTEGER NOT NULL,
        state TEXT NOT NULL, reason TEXT, answer TEXT, seconds REAL NOT NULL,
        PRIMARY KEY (grid, number)
    )
    """,
)
_TITLE = 80  # characters of the first question that name a grid
_INFO = (
    "SELECT g.*, (SELECT count(*) FROM grid_cells c WHERE c.grid=g.id AND c.state<>'failed') AS done"
    " FROM grids g"
)


class Grids:
    """The tables of grids; each has its owner, '' where nobody signs in. None for `owner` means everybody."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("grids", _STEPS)

    def create(self, plan: GridPlan, owner: str) -> GridInfo:
        """Keep a plan, none of its cells answered."""
        identity, at = secrets.token_hex(8), now()
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO grids VALUES (?,?,?,?,?,?)",
                (identity, owner, plan.questions[0][:_TITLE], json.dumps(asdict(plan)), at, at),
            )
        return self.info(identity, owner)

    def all(self, owner: str | None) -> list[GridInfo]:
        """Return every grid, the latest first."""
        rows = self._database.read().execute(
            f"{_INFO} WHERE g.owner=coalesce(?, g.owner) ORDER BY g.updated DESC, g.rowid DESC", (owner,)
        )
        return [_info(row) for row in rows]

    def info(self, identity: str, owner: str | None) -> GridInfo:
        """Return one grid's row; raises NotInLibrary, also for somebody else's."""
        row = (
            self._database.read()
            .execute(f"{_INFO} WHERE g.id=? AND g.owner=coalesce(?, g.owner)", (identity, owner))
            .fetchone()
        )
        if row is None:
            raise NotInLibrary(f"no grid {identity!r} in this library; it may have been removed")
        return _info(row)

    def grid(self, identity: str, owner: str | None, restored: Callable[[dict[str, Any]], Answer]) -> Grid:
        """Return a grid with its cells in order; `restored` gives an answer its words back."""
        info = self.info(identity, owner)
        rows = self._database.read().execute(
            "SELECT * FROM grid_cells WHERE grid=? ORDER BY number", (identity,)
        )
        return Grid(info, tuple(_cell(row, info.plan, restored) for row in rows))

    def states(self, identity: str) -> dict[int, str]:
        """Return the state of each cell that was tried, by its number."""
        rows = self._database.read().execute("SELECT number, state FROM grid_cells WHERE grid=?", (identity,))
        return {row["number"]: row["state"] for row in rows}

    def save(self, identity: str, cell: GridCell) -> None:
        """Keep a cell; of a grid that was removed meanwhile, nothing."""
        stored = None if cell.answer is None else json.dumps(to_stored(cell.answer))
        with self._database.write() as connection:
            there = connection.execute("UPDATE grids SET updated=? WHERE id=?", (now(), identity)).rowcount
            if there:
                connection.execute(
                    "INSERT OR REPLACE INTO grid_cells VALUES (?,?,?,?,?,?)",
                    (identity, cell.number, cell.state, cell.reason, stored, cell.seconds),
                )

    def seconds(self) -> float | None:
        """Return how long a cell took on average of the latest hundred, None before there is one."""
        row = (
            self._database.read()
            .execute(
                "SELECT avg(seconds) FROM (SELECT seconds FROM grid_cells WHERE state<>'failed'"
                " ORDER BY rowid DESC LIMIT 100)"
            )
            .fetchone()
        )
        return None if row[0] is None else float(row[0])

    def remove(self, identity: str, owner: str | None) -> None:
        """Delete a grid; raises NotInLibrary."""
        self.info(identity, owner)
        with self._database.write() as connection:
            connection.execute("DELETE FROM grids WHERE id=?", (identity,))


def _info(row: Row) -> GridInfo:
    plan = plan_from_dict(json.loads(row["plan"]))
    return GridInfo(row["id"], row["title"], plan, row["done"], row["created"], row["updated"])


def _cell(row: Row, plan: GridPlan, restored: Callable[[dict[str, Any]], Answer]) -> GridCell:
    question, document = plan.place(row["number"])
    answer = None if row["answer"] is None else restored(json.loads(row["answer"]))
    return GridCell(row["number"], question, document, row["state"], answer, row["reason"], row["seconds"])
