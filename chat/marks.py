"""Marks that people put on the footnotes of saved answers: checked or disputed, by whom, when, and why."""

import sqlite3
from dataclasses import dataclass
from typing import Literal, get_args

from chat import log
from ingest.catalogue import now
from ingest.database import Database
from ingest.errors import InvalidSetting, NotInLibrary

MarkState = Literal["checked", "disputed"]
LONGEST_INITIALS = 12
LONGEST_NOTE = 2000
_STEPS = (
    """
    CREATE TABLE marks (
        conversation TEXT NOT NULL, turn INTEGER NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL,
        initials TEXT NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (conversation, turn, number),
        FOREIGN KEY (conversation, turn) REFERENCES turns (conversation, number) ON DELETE CASCADE
    )
    """,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody found when they checked footnote `number` of a turn; `at` is in ISO 8601, UTC."""

    turn: int
    number: int
    state: MarkState
    initials: str
    note: str
    at: str


class Marks:
    """The table of marks; a conversation's go with it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("marks", _STEPS)

    def put(
        self,
        conversation: str,
        turn: int,
        number: int,
        state: MarkState | None,
        initials: str,
        note: str,
        owner: str,
    ) -> None:
        """Mark a footnote, or take its mark away (None); raises NotInLibrary, InvalidSetting."""
        if state is not None and state not in get_args(MarkState):
            raise InvalidSetting(f"a footnote is marked checked or disputed, or not at all; not {state!r}")
        initials = line(initials, LONGEST_INITIALS, "initials")
        note = text(note, LONGEST_NOTE, "the note")
        with self._database.write() as connection:
            footnote_exists(connection, conversation, turn, number)
            if state is None:
                connection.execute(
                    "DELETE FROM marks WHERE conversation=? AND turn=? AND number=?",
                    (conversation, turn, number),
                )
            else:
                connection.execute(
                    "INSERT OR REPLACE INTO marks VALUES (?,?,?,?,?,?,?)",
                    (conversation, turn, number, state, initials, note, now()),
                )
            log.put(
                connection,
                owner,
                "marked" if state else "unmarked",
                conversation=conversation,
                turn=turn,
                number=number,
                detail={"state": state, "initials": initials} if state else {},
            )

    def of(self, conversation: str) -> list[Mark]:
        """Return a conversation's marks by turn and number."""
        rows = self._database.read().execute(
            "SELECT turn, number, state, initials, note, at FROM marks WHERE conversation=?"
            " ORDER BY turn, number",
            (conversation,),
        )
        return [Mark(*row) for row in rows]


def footnote_exists(connection: sqlite3.Connection, conversation: str, turn: int, number: int | None) -> None:
    """Raise NotInLibrary unless there is such a turn, with a footnote of that number if one is given."""
    row = connection.execute(
        "SELECT ?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(answer, '$.citations')"
        " WHERE json_extract(value, '$.number')=?3) AS known"
        " FROM turns WHERE conversation=?1 AND number=?2",
        (conversation, turn, number),
    ).fetchone()
    if row is None:
        raise NotInLibrary(f"the conversation {conversation!r} has no turn {turn} in this library")
    if not row["known"]:
        raise NotInLibrary(f"turn {turn} of that conversation has no footnote {number}")


def line(words: str, longest: int, name: str) -> str:
    """Return what a person typed as one line; raises InvalidSetting if it is too long or cannot be kept."""
    return text(" ".join(words.split()), longest, name)


def text(words: str, longest: int, name: str) -> str:
    """Return what a person typed, blanks around it gone; raises InvalidSetting as `line` does."""
    words = words.strip()
    if len(words) > longest:
        raise InvalidSetting(f"{name} may have {longest:,} characters, not {len(words):,}; make it shorter")
    try:
        words.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidSetting(f"{name} has half a character in it (a lone surrogate); type it anew") from error
    return words
