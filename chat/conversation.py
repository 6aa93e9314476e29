"""Conversations: turns are saved whole as they happen, as spans and our own words."""

import json
import secrets
from typing import Any

from chat import log
from chat.answer import ConversationInfo
from chat.marks import line
from ingest.catalogue import now
from ingest.database import Database
from ingest.errors import InvalidSetting, NotInLibrary

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
    "ALTER TABLE conversations ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
)
_TITLE = 80  # characters of the first question that name a conversation
_LONGEST_TITLE = 200
_LIST = """
    SELECT c.id, c.title, count(t.number) AS turns, c.updated, c.created, c.owner,
        coalesce(sum(json_array_length(t.answer, '$.citations')), 0) AS footnotes,
        (SELECT count(*) FROM marks m WHERE m.conversation=c.id AND m.state='checked') AS checked,
        (SELECT count(*) FROM marks m WHERE m.conversation=c.id AND m.state='disputed') AS disputed
    FROM conversations c LEFT JOIN turns t ON t.conversation=c.id
    WHERE ?1 IS NULL OR c.owner=?1 GROUP BY c.id ORDER BY c.updated DESC, c.rowid DESC
"""


class Conversations:
    """The tables of turns, made by `chat.records`; answers go in and out as in `chat.verify.restore`."""

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

    def owner(self, conversation: str) -> str:
        """Return whose conversation it is, "" where nobody signs in; raises NotInLibrary."""
        row = self._database.read().execute("SELECT owner FROM conversations WHERE id=?", (conversation,))
        if (found := row.fetchone()) is None:
            raise NotInLibrary(_unknown(conversation))
        return str(found["owner"])

    def save(
        self, conversation: str, question: str, stored: dict[str, Any], *, follows: bool, owner: str = ""
    ) -> int:
        """Save one turn under the conversation's next number, which is returned; the first one makes it.

        The first one also says whose it is. Raises NotInLibrary if the turn `follows` others and they were
        removed meanwhile.
        """
        with self._database.write() as connection:
            row = connection.execute("SELECT max(number) FROM turns WHERE conversation=?", (conversation,))
            number = (row.fetchone()[0] or 0) + 1
            if follows and number == 1:
                raise NotInLibrary(
                    f"the conversation {conversation} was removed while its question was being answered"
                )
            connection.execute(
                "INSERT INTO conversations (id, title, created, updated, owner) VALUES (?,?,?,?,?)"
                " ON CONFLICT (id) DO UPDATE SET updated=excluded.updated",
                (conversation, " ".join(question.split())[:_TITLE], now(), now(), owner),
            )
            connection.execute(
                "INSERT INTO turns VALUES (?,?,?,?)",
                (conversation, number, question, json.dumps({**stored, "turn": number})),
            )
            log.put(connection, owner, "asked", conversation=conversation, turn=number)
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

    def list(self, owner: str | None = None) -> list[ConversationInfo]:
        """Return an owner's conversations, or everybody's, the latest first."""
        rows = self._database.read().execute(_LIST, (owner,))
        return [ConversationInfo(*row) for row in rows]

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title, one line of it; raises NotInLibrary, InvalidSetting."""
        title = line(title, _LONGEST_TITLE, "a conversation's title")
        if not title:
            raise InvalidSetting("a conversation's title may not be empty")
        owner = self.owner(conversation)
        with self._database.write() as connection:
            connection.execute("UPDATE conversations SET title=? WHERE id=?", (title, conversation))
            log.put(connection, owner, "renamed", conversation=conversation)

    def remove(self, conversation: str) -> None:
        """Delete a conversation with its turns, marks and feedback; raises NotInLibrary."""
        owner = self.owner(conversation)
        with self._database.write() as connection:
            connection.execute("DELETE FROM conversations WHERE id=?", (conversation,))
            log.put(connection, owner, "forgotten", conversation=conversation)


def _unknown(conversation: str) -> str:
    return f"no conversation {conversation!r} in this library"
