"""The tray: quotes that somebody pinned, in an order of their own. Spans are kept, words are read anew."""

import secrets
import sqlite3
from dataclasses import dataclass

from chat import log
from chat.answer import State
from chat.marks import LONGEST_NOTE, text
from chat.verify.cite import Shelf
from chat.verify.place import locator_of, page_of
from ingest.catalogue import now
from ingest.database import Database
from ingest.document import Document
from ingest.errors import InvalidSetting, NotInLibrary

_STEPS = (
    """
    CREATE TABLE pins (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, position INTEGER NOT NULL, document_id TEXT NOT NULL,
        version INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, content_hash TEXT NOT NULL,
        note TEXT NOT NULL, conversation TEXT REFERENCES conversations (id) ON DELETE SET NULL,
        at TEXT NOT NULL
    );
    CREATE INDEX pins_owner ON pins (owner, position)
    """,
)
MOST = 1000  # pins of one owner
LONGEST = 20_000  # characters of one


@dataclass(frozen=True, slots=True)
class Pin:
    """Words on the tray, as their document has them now: `document.text[start:end] == quote`.

    `position` counts from 1; `at` is when it was pinned, ISO 8601, UTC; `conversation` is where, if it is
    still there. Once its document was removed, `state` says so and quote, title and the like are empty.
    """

    id: str
    owner: str
    position: int
    document_id: str
    version: int
    start: int
    end: int
    content_hash: str
    note: str
    conversation: str | None
    at: str
    state: State
    quote: str
    title: str
    source: str
    collection: str
    page: int | None
    locator: str | None
    published: str | None


class Tray:
    """The table of pins."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("tray", _STEPS)

    def put(
        self, document: Document, start: int, end: int, note: str, conversation: str | None, owner: str
    ) -> str:
        """Pin a half-open span after the others and return the pin's id; raises InvalidSetting."""
        if not 0 <= start < end <= len(document.text):
            raise InvalidSetting(
                f"nothing stands at {start} to {end} of a text of {len(document.text)} characters"
            )
        if end - start > LONGEST:
            raise InvalidSetting(f"a pin may have {LONGEST:,} characters, not {end - start:,}; select fewer")
        note = text(note, LONGEST_NOTE, "the note")
        identity = secrets.token_hex(8)
        with self._database.write() as connection:
            (count,) = connection.execute("SELECT count(*) FROM pins WHERE owner=?", (owner,)).fetchone()
            if count >= MOST:
                raise InvalidSetting(f"the tray holds {MOST:,} pins already; unpin some first")
            if conversation is not None:
                known = connection.execute("SELECT 1 FROM conversations WHERE id=?", (conversation,))
                if known.fetchone() is None:
                    raise NotInLibrary(f"no conversation {conversation!r} in this library")
            span = (document.id, document.version, start, end, document.content_hash)
            connection.execute(
                "INSERT INTO pins VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                (identity, owner, count + 1, *span, note, conversation, now()),
            )
            log.put(
                connection,
                owner,
                "pinned",
                conversation=conversation,
                document_id=document.id,
                version=document.version,
                detail={"start": start, "end": end},
            )
        return identity

    def list(self, owner: str | None, shelf: Shelf) -> list[Pin]:
        """Return an owner's pins, or everybody's, in their order, with their words as they are now."""
        rows = self._database.read().execute(
            "SELECT * FROM pins WHERE ?1 IS NULL OR owner=?1 ORDER BY owner, position", (owner,)
        )
        return [_pin(row, shelf) for row in rows.fetchall()]

    def count(self, owner: str) -> int:
        """Return how many pins an owner has."""
        row = self._database.read().execute("SELECT count(*) FROM pins WHERE owner=?", (owner,)).fetchone()
        return int(row[0])

    def move(self, identity: str, to: int, owner: str | None) -> None:
        """Put a pin at a position, counted from 1, before what is there; raises NotInLibrary."""
        with self._database.write() as connection:
            whose = _owner(connection, identity, owner)
            rows = connection.execute("SELECT id FROM pins WHERE owner=? ORDER BY position", (whose,))
            order = [row["id"] for row in rows if row["id"] != identity]
            order.insert(max(0, to - 1), identity)
            _number(connection, order)

    def edit(self, identity: str, note: str, owner: str | None) -> None:
        """Set a pin's note; raises NotInLibrary, InvalidSetting."""
        note = text(note, LONGEST_NOTE, "the note")
        with self._database.write() as connection:
            _owner(connection, identity, owner)
            connection.execute("UPDATE pins SET note=? WHERE id=?", (note, identity))

    def remove(self, identity: str, owner: str | None) -> None:
        """Take a pin off the tray; raises NotInLibrary."""
        with self._database.write() as connection:
            whose = _owner(connection, identity, owner)
            row = connection.execute("SELECT * FROM pins WHERE id=?", (identity,)).fetchone()
            connection.execute("DELETE FROM pins WHERE id=?", (identity,))
            rest = connection.execute("SELECT id FROM pins WHERE owner=? ORDER BY position", (whose,))
            _number(connection, [row["id"] for row in rest])
            log.put(
                connection,
                whose,
                "unpinned",
                conversation=row["conversation"],
                document_id=row["document_id"],
                version=row["version"],
                detail={"start": row["start"], "end": row["end"]},
            )


def _owner(connection: sqlite3.Connection, identity: str, owner: str | None) -> str:
    """Return whose pin it is; raises NotInLibrary if there is none, or not of `owner`."""
    row = connection.execute("SELECT owner FROM pins WHERE id=?", (identity,)).fetchone()
    if row is None or (owner is not None and row["owner"] != owner):
        raise NotInLibrary(f"no pin {identity!r} on the tray")
    return str(row["owner"])


def _number(connection: sqlite3.Connection, order: list[str]) -> None:
    connection.executemany(
        "UPDATE pins SET position=? WHERE id=?",
        [(position, each) for position, each in enumerate(order, 1)],
    )


def _pin(row: sqlite3.Row, shelf: Shelf) -> Pin:
    kept = {name: row[name] for name in row.keys()}  # noqa: SIM118  a Row
    document = shelf.find(row["document_id"], row["version"])
    if document is None:
        return Pin(
            **kept,
            state="removed",
            quote="",
            title="",
            source="",
            collection="",
            page=None,
            locator=None,
            published=None,
        )
    return Pin(
        **kept,
        state=shelf.state(document.id, document.version),
        quote=document.text[row["start"] : row["end"]],
        title=document.title,
        source=document.source,
        collection=document.collection,
        page=page_of(document, row["start"]),
        locator=locator_of(document, row["start"], row["end"]),
        published=document.reading.published,
    )
