"""The log: what was done when, and by whom. It names places and states, never words of a document.

What is done in conversations is noted as it happens, in the transaction that does it. When a document was
added, edited or removed is in the catalogue anyway, and read from there.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.catalogue import now
from ingest.database import Database

_STEPS = (
    """
    CREATE TABLE log (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, owner TEXT NOT NULL, what TEXT NOT NULL,
        conversation TEXT, turn INTEGER, number INTEGER, document_id TEXT, version INTEGER,
        detail TEXT NOT NULL
    );
    CREATE INDEX log_conversation ON log (conversation)
    """,
)
_DOCUMENTS = """
    SELECT 0 AS id, added_at AS at, '' AS owner, 'added' AS what, NULL AS conversation, NULL AS turn,
        NULL AS number, id AS document_id, version, json_object('content_hash', content_hash) AS detail
        FROM documents WHERE state IN ('ready', 'superseded')
    UNION ALL
    SELECT 0, removed_at, '', 'removed', NULL, NULL, NULL, id, version, '{}' FROM removed
    UNION ALL
    SELECT 0, edited_at, '', 'edited', NULL, NULL, NULL, document_id, NULL, json_object('field', field)
        FROM edits
"""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that was done; `at` is in ISO 8601, UTC, `owner` is "" where nobody signs in.

    `what` is asked, marked, unmarked, pinned, unpinned, feedback, renamed, forgotten (a conversation),
    exported, or added, edited and removed (a document); `detail` says how.
    """

    at: str
    owner: str
    what: str
    conversation: str | None = None
    turn: int | None = None
    number: int | None = None
    document_id: str | None = None
    version: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


class Log:
    """The table of what was done; it outlives the conversations that it speaks of."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("log", _STEPS)

    def list(
        self,
        conversation: str | None = None,
        owner: str | None = None,
        documents: Sequence[str] | None = None,
        last: int = -1,
    ) -> list[LogEntry]:
        """Return the `last` entries, -1 for all, in the order in which things were done.

        Of a conversation, or of all; of an owner, or of all; with what became of these documents, or of all.
        """
        rows = self._database.read().execute(
            f"SELECT * FROM (SELECT * FROM log WHERE (?1 IS NULL OR conversation=?1)"
            f" AND (?2 IS NULL OR owner=?2) UNION ALL SELECT * FROM ({_DOCUMENTS})"
            f" WHERE ?3 IS NULL OR document_id IN (SELECT value FROM json_each(?3)))"
            f" ORDER BY at DESC, id DESC LIMIT ?4",
            (conversation, owner, None if documents is None else json.dumps(list(documents)), last),
        )
        return [_entry(row) for row in reversed(rows.fetchall())]

    def add(self, owner: str, what: str, **told: Any) -> None:
        """Note something that changes nothing else, such as an export."""
        with self._database.write() as connection:
            put(connection, owner, what, **told)


def put(
    connection: sqlite3.Connection,
    owner: str,
    what: str,
    *,
    conversation: str | None = None,
    turn: int | None = None,
    number: int | None = None,
    document_id: str | None = None,
    version: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Note what is done in the caller's transaction."""
    place = (conversation, turn, number, document_id, version)
    connection.execute(
        "INSERT INTO log (at, owner, what, conversation, turn, number, document_id, version, detail)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        (now(), owner, what, *place, json.dumps(detail or {})),
    )


def _entry(row: sqlite3.Row) -> LogEntry:
    values = {name: row[name] for name in row.keys() if name not in ("id", "detail")}  # noqa: SIM118  a Row
    return LogEntry(**values, detail=json.loads(row["detail"]))
