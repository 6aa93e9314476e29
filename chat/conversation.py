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

    def save(self, conversation: str, question: str, number: int, stored: dict[str, Any]) -> None:
        """Save one turn; the first one makes the conversation."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?,?,?,?)"
                " ON CONFLICT (id) DO UPDATE SET updated=excluded.updated",
                (conversation, " ".join(question.split())[:_TITLE], now(), now()),
            )
            connection.execute(
                "INSERT INTO turns VALUES (?,?,?,?)", (conversation, number, question, json.dumps(stored))
            )

    def turns(self, conversation: str) -> list[tuple[int, str, dict[str, Any]]]:
        """Return number, question and stored answer of each turn, in order; raises NotInLibrary."""
        rows = (
            self._database.read()
            .execute(
                "SELECT number, question, answer FROM turns WHERE conversation=? ORDER BY number",
                (conversation,),
            )
            .fetchall()
        )
        if not rows:
            raise NotInLibrary(f"no conversation {conversation!r} in this library; leave it out to begin one")
        return [(row["number"], row["question"], json.loads(row["answer"])) for row in rows]

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
