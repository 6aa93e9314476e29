"""A narrow table of what lists show of each version, so that no list reads a text to be made.

A document's row is long: SQLite walks over all of its text to get at what stands after it. What lists show,
sort and look through stands here too, written wherever the row is. `words` is what is looked through, folded;
it begins with the title, so that its order is the titles' order.
"""

import sqlite3
import unicodedata

_FROM_ROWS = """
INSERT OR REPLACE INTO listed
    SELECT id, version, collection, source, origin, title, published,
        json_extract(reading, '$.metadata.author'), json_extract(reading, '$.metadata.publisher'),
        json_extract(reading, '$.metadata.language'), json_extract(reading, '$.media_type'),
        content_hash, characters(text),
        json_array_length(reading, '$.pages'), json_extract(reading, '$.metadata.unread_pages'),
        json_extract(reading, '$.metadata.waiting_pages'), state, added_at,
        folded(title || char(10) || source || char(10)
            || coalesce(json_extract(reading, '$.metadata.author'), '') || char(10)
            || coalesce(json_extract(reading, '$.metadata.publisher'), ''))
    FROM documents
"""
STEP = f"""
    CREATE TABLE listed (
        id TEXT NOT NULL, version INTEGER NOT NULL, collection TEXT NOT NULL, source TEXT NOT NULL,
        origin TEXT NOT NULL, title TEXT NOT NULL, published TEXT, author TEXT, publisher TEXT,
        language TEXT, media_type TEXT NOT NULL, content_hash TEXT NOT NULL, characters INTEGER NOT NULL,
        pages INTEGER NOT NULL, unread_pages TEXT, waiting_pages TEXT, state TEXT NOT NULL,
        added_at TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (id, version)
    ) WITHOUT ROWID;
    {_FROM_ROWS}
"""


# Made anew, since libraries have it without languages.
WITH_LANGUAGES = f"DROP TABLE listed; {STEP}"


def folded(text: str) -> str:
    """Return a text as it is compared where capitals and accents do not matter."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def put_listed(connection: sqlite3.Connection, document_id: str, version: int) -> None:
    """List a version as its row has it now, in the caller's transaction."""
    connection.execute(f"{_FROM_ROWS} WHERE id=? AND version=?", (document_id, version))


def delete_listed(connection: sqlite3.Connection, document_id: str) -> None:
    """List no version of a document any more."""
    connection.execute("DELETE FROM listed WHERE id=?", (document_id,))
