"""Conversations: turns are saved whole as they happen, as spans and our own words."""

import json
import secrets
from typing import Any

from chat.answer import ConversationInfo
from ingest.catalogue import now
from ingest.database import Database
from ingest.errors import NotInLibrary

_STEPS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL
    );
    CREATE TABLE turns (
        conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, number INTEGER NOT NULL,
        question TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (conversation, number)
    )
    """,
)
_TITLE = 80  # characters of the first question that name a conversation


class Conversations:
    """The tables of turns; answers go in and out as `chat.verify.restore` stores them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("chat", _STEPS)

    def new_id(self) -> str:
        """Return an id for a conversation that is saved with its first turn."""
        return secrets.token_hex(8)

    def exists(self, conversation: str) -> bool:
        """Tell whether a conversation has a turn."""
        row = self._database.read().execute("SELECT 1 FROM conversations WHERE id=?", (conversation,))
        return row.fetchone() is not None

    def save(self, conversation: str, question: str, stored: dict[str, Any], *, follows: bool) -> int:
        """Save one turn under the conversation's next number, which is returned; the first one makes it.

        Raises NotInLibrary if the turn `follows` others and they were removed meanwhile.
        """
        with self._database.write() as connection:
            row = connection.execute("SELECT max(number) FROM turns WHERE conversation=?", (conversation,))
            number = (row.fetchone()[0] or 0) + 1
            if follows and number == 1:
                raise NotInLibrary(
                    f"the conversation {conversation} was removed while its question was being answered"
                )
            connection.execute(
                "INSERT INTO conversations VALUES (?,?,?,?)"
                " ON CONFLICT (id) DO UPDATE SET updated=excluded.updated",
                (conversation, " ".join(question.split())[:_TITLE], now(), now()),
            )
            connection.execute(
                "INSERT INTO turns VALUES (?,?,?,?)",
                (conversation, number, question, json.dumps({**stored, "turn": number})),
            )
        return number

    def turns(self, conversation: str, last: int = -1) -> list[tuple[int, str, dict[str, Any]]]:
        """Return number, question and stored answer of each of the `last` turns, -1 for all, in order.

        Raises NotInLibrary.
        """
        rows = (
            self._database.read()
            .execute(
                "SELECT number, question, answer FROM turns WHERE conversation=?"
                " ORDER BY number DESC LIMIT ?",
                (conversation, last),
            )
            .fetchall()
        )
        if not rows:
            raise NotInLibrary(f"no conversation {conversation!r} in this library; leave it out to begin one")
        return [(row["number"], row["question"], json.loads(row["answer"])) for row in reversed(rows)]

    def list(self) -> list[ConversationInfo]:
        """Return every conversation, the latest first."""
        rows = self._database.read().execute(
            "SELECT c.id, c.title, c.updated, count(t.number) AS turns FROM conversations c"
            " LEFT JOIN turns t ON t.conversation=c.id GROUP BY c.id ORDER BY c.updated DESC, c.rowid DESC"
        )
        return [ConversationInfo(row["id"], row["title"], row["turns"], row["updated"]) for row in rows]

    def remove(self, conversation: str) -> None:
        """Delete a conversation with its turns; raises NotInLibrary."""
        with self._database.write() as connection:
            cursor = connection.execute("DELETE FROM conversations WHERE id=?", (conversation,))
            if not cursor.rowcount:
                raise NotInLibrary(f"no conversation {conversation!r} in this library")
