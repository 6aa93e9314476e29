"""What people say of an answer, kept with the evidence that they were shown: its places, not its words."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from chat import log
from chat.marks import LONGEST_NOTE, footnote_exists, line, text
from ingest.catalogue import now
from ingest.database import Database
from ingest.errors import InvalidSetting

KINDS = ("wrong evidence", "out of context", "missed a source")
"""What the page offers; others may be given."""
_LONGEST_KIND = 40
_SHOWN = ("number", "document_id", "document_version", "content_hash", "start", "end", "passage", "score")
_STEPS = (
    """
    CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, owner TEXT NOT NULL,
        conversation TEXT NOT NULL, turn INTEGER NOT NULL, number INTEGER, kind TEXT NOT NULL,
        note TEXT NOT NULL, evidence TEXT NOT NULL,
        FOREIGN KEY (conversation, turn) REFERENCES turns (conversation, number) ON DELETE CASCADE
    );
    CREATE INDEX feedback_turn ON feedback (conversation, turn)
    """,
)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody said of a turn, or of its footnote `number`; `at` is in ISO 8601, UTC.

    `evidence` is what was shown: the question as searched, the answer's status, who answered, the library's
    version, and of each citation, and of each nearest passage, its span, version, hash and score.
    """

    id: int
    at: str
    owner: str
    conversation: str
    turn: int
    number: int | None
    kind: str
    note: str
    evidence: dict[str, Any]


class FeedbackTable:
    """The table of feedback; a conversation's goes with it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("feedback", _STEPS)

    def put(
        self, conversation: str, turn: int, kind: str, number: int | None, note: str, owner: str
    ) -> Feedback:
        """Keep what was said, with the evidence of the saved turn; raises NotInLibrary, InvalidSetting."""
        kind = line(kind, _LONGEST_KIND, "the kind of feedback").lower()
        if not kind:
            raise InvalidSetting(f"feedback is of some kind, such as {KINDS[0]!r}")
        note = text(note, LONGEST_NOTE, "the note")
        with self._database.write() as connection:
            footnote_exists(connection, conversation, turn, number)
            (answer,) = connection.execute(
                "SELECT answer FROM turns WHERE conversation=? AND number=?", (conversation, turn)
            ).fetchone()
            cursor = connection.execute(
                "INSERT INTO feedback (at, owner, conversation, turn, number, kind, note, evidence)"
                " VALUES (?,?,?,?,?,?,?,?)",
                (
                    now(), owner, conversation, turn, number, kind, note,
                    json.dumps(_evidence(json.loads(answer))),
                ),
            )  # fmt: skip
            log.put(
                connection,
                owner,
                "feedback",
                conversation=conversation,
                turn=turn,
                number=number,
                detail={"kind": kind},
            )
            row = connection.execute("SELECT * FROM feedback WHERE id=?", (cursor.lastrowid,)).fetchone()
        return _feedback(row)

    def list(self, conversation: str | None, owner: str | None) -> list[Feedback]:
        """Return what was said of a conversation, or of all, by an owner, or by all, the latest first."""
        rows = self._database.read().execute(
            "SELECT * FROM feedback WHERE (?1 IS NULL OR conversation=?1) AND (?2 IS NULL OR owner=?2)"
            " ORDER BY id DESC",
            (conversation, owner),
        )
        return [_feedback(row) for row in rows]


def _evidence(stored: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer rested on; the stored answer has no words of documents, nor has this."""
    return {
        "standalone_question": stored["standalone_question"],
        "status": stored["status"],
        "answerer": stored["answerer"],
        "library_version": stored["library_version"],
        **{
            name: [{part: citation[part] for part in _SHOWN} for citation in stored[name]]
            for name in ("citations", "nearest")
        },
    }


def _feedback(row: sqlite3.Row) -> Feedback:
    values = {name: row[name] for name in row.keys()}  # noqa: SIM118  a Row
    return Feedback(**{**values, "evidence": json.loads(row["evidence"])})
