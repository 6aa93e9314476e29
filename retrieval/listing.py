"""Rows of the catalogue as people are shown them: the whole list, and a sorted and filtered page of it."""

from collections.abc import Mapping
from sqlite3 import Row
from typing import Any

from ingest.database import Database
from ingest.edits import FIELDS
from ingest.errors import InvalidSetting
from ingest.listed import folded
from ingest.passage import Passage
from retrieval.languages import note, unspoken
from retrieval.passages import passage_of
from retrieval.recognising import STATE
from retrieval.report import DocumentInfo, DocumentPage, ListedSource

_REMEDY = "mend the file, or save it in another format, and run `footnote retry`"
STATES = ("searchable", "aside", "waiting", "failed")
KEPT = "kept"  # the first two of these
_MOST = 1000  # rows of one page
# What is sorted by; what has no such value comes last either way.
_SORTS = {
    "added": "added_at",
    "title": "words",
    "published": "published",
    "collection": "collection",
    "type": "media_type",
    "passages": "passages",
}
# The last part of a path, of which SQLite has no function: all but slashes is trimmed from the right.
_LAST = "coalesce(nullif(replace({0}, rtrim({0}, replace({0}, '/', '')), ''), ''), {0})"
# The plus keeps SQLite from an index that lacks the document, and from reading each passage for it.
_COUNTED = (
    "(SELECT document_id, version, count(*) AS passages FROM passages WHERE +generation=:generation"
    " GROUP BY document_id, version)"
)
_EDITED = "(SELECT group_concat(field) FROM edits WHERE document_id=e.id) AS edited"
_EVERYTHING = f"""
    SELECT l.id, l.version, CASE WHEN a.document_id IS NULL THEN 'searchable' ELSE 'aside' END AS state,
        l.title, l.source, l.origin, l.collection, l.published, l.author, l.publisher, l.media_type, l.pages,
        l.language, l.characters, l.added_at, l.content_hash, l.unread_pages, l.waiting_pages, NULL AS reason,
        l.words
    FROM listed l LEFT JOIN aside a ON a.document_id=l.id
    WHERE l.state='ready'
    UNION ALL
    SELECT document_id, NULL, 'waiting', name, source, origin, collection, NULL, NULL, NULL, NULL, 0,
        NULL, 0, NULL, NULL, NULL, NULL, NULL, folded(source)
    FROM waiting
    WHERE NOT EXISTS (SELECT 1 FROM listed l WHERE l.id=waiting.document_id AND l.state='ready')
    UNION ALL
    SELECT NULL, NULL, 'failed', {_LAST.format("source")}, source, origin, collection, NULL, NULL, NULL, NULL,
        0, NULL, 0, failed_at, NULL, NULL, NULL, reason, folded(source)
    FROM failures
"""


class Listing:
    """Pages of the table of everything; make it after the tables that it reads."""

    def __init__(self, database: Database, spoken: frozenset[str] | None) -> None:
        """`spoken` are the languages of the embedder, None where that is not known."""
        self._database = database
        self._spoken = spoken

    def page(
        self,
        *,
        generation: int,
        words: str = "",
        collection: str | None = None,
        state: str | None = None,
        sort: str = "added",
        descending: bool = False,
        offset: int = 0,
        limit: int = 50,
        ocr: bool = True,
    ) -> DocumentPage:
        """Return at most `limit` rows from `offset` on, with how many there are in all.

        Each of the words stands in the title, the source, the author or the publisher. Raises InvalidSetting
        for a state or an order that there is not.
        """
        if sort not in _SORTS:
            raise InvalidSetting(f"documents are not sorted by {sort!r}; there are {', '.join(_SORTS)}")
        if state not in (None, KEPT, *STATES):
            raise InvalidSetting(f"documents have no state {state!r}; there are {', '.join(STATES)}, {KEPT}")
        wanted = folded(words).split()
        given: dict[str, Any] = {f"word{number}": word for number, word in enumerate(wanted)}
        given |= {"generation": generation, "collection": collection, "state": state}
        given |= {"offset": max(0, offset), "limit": max(0, min(limit, _MOST))}
        fits = [f"instr(words, :word{number})" for number in range(len(wanted))]
        where = " AND ".join([*fits, *(["collection=:collection"] if collection is not None else [])]) or "1"
        counts = dict.fromkeys(STATES, 0) | {
            row["state"]: row["number"]
            for row in self._database.read().execute(
                f"SELECT state, count(*) AS number FROM ({_EVERYTHING}) WHERE {where} GROUP BY state", given
            )
        }
        wanted_states = {None: STATES, KEPT: STATES[:2]}.get(state, (str(state),))
        if state is not None:
            where += " AND " + ("id IS NOT NULL AND version IS NOT NULL" if state == KEPT else "state=:state")
        rows = self._database.read().execute(_paged(where, sort, descending), given)
        return DocumentPage(
            tuple(_listed(row, self._spoken, ocr=ocr) for row in rows),
            sum(counts[each] for each in wanted_states),
            counts,
        )

    def passages(self, generation: int) -> dict[str, int]:
        """Return how many passages each `ready` document has, be it searched or set aside."""
        rows = self._database.read().execute(
            f"SELECT l.id, c.passages FROM {_COUNTED} c JOIN listed l"
            " ON l.id=c.document_id AND l.version=c.version AND l.state='ready'",
            {"generation": generation},
        )
        return {row[0]: row[1] for row in rows}

    def passages_of(self, document_id: str, version: int, generation: int) -> int:
        """Return how many passages one version has."""
        row = self._database.read().execute(
            "SELECT count(*) FROM passages WHERE document_id=? AND version=? AND generation=?",
            (document_id, version, generation),
        )
        return int(row.fetchone()[0])

    def all_passages(self, generation: int) -> int:
        """Return how many passages there are, those set aside included."""
        row = self._database.read().execute(
            "SELECT count(*) FROM passages WHERE +generation=?", (generation,)
        )
        return int(row.fetchone()[0])

    def some_passages(self, generation: int, most: int) -> list[Passage]:
        """Return at most so many passages, taken evenly from all."""
        last = self._database.read().execute("SELECT max(key) FROM passages").fetchone()[0] or 0
        rows = self._database.read().execute(
            "SELECT * FROM passages WHERE generation=? AND key % ?=0 LIMIT ?",
            (generation, max(1, last // max(1, most)), most),
        )
        return [passage_of(row) for row in rows]

    def width(self, generation: int) -> int | None:
        """Return the length of the vectors, None before there is one."""
        row = self._database.read().execute(
            "SELECT length(vector) / 4 FROM passages WHERE generation=? LIMIT 1", (generation,)
        )
        found = row.fetchone()
        return int(found[0]) if found else None


def _paged(where: str, sort: str, descending: bool) -> str:
    """Return the statement; passages are counted for the rows shown only, unless they make the order."""
    by, way = _SORTS[sort], "DESC" if descending else "ASC"
    order = f"{by} {way} NULLS LAST, added_at {way} NULLS LAST, source, id"
    fit = f"SELECT * FROM ({_EVERYTHING}) WHERE {where}"
    cut = f"ORDER BY {order} LIMIT :limit OFFSET :offset"
    if sort == "passages":
        return (
            f"SELECT e.*, {_EDITED}, coalesce(c.passages, 0) AS passages FROM ({fit}) e"
            f" LEFT JOIN {_COUNTED} c ON c.document_id=e.id AND c.version=e.version {cut}"
        )
    return (
        f"SELECT e.*, {_EDITED}, (SELECT count(*) FROM passages p WHERE p.document_id=e.id"
        f" AND p.version=e.version AND p.generation=:generation) AS passages"
        f" FROM ({fit} {cut}) e ORDER BY {order}"
    )


def _listed(row: Row, spoken: frozenset[str] | None, *, ocr: bool) -> ListedSource:
    why, what = remedy(row["reason"]) if row["reason"] is not None else (None, None)
    return ListedSource(
        **{name: row[name] for name in _SAME},
        note=STATE if row["state"] == "waiting" else _note(row, spoken, waiting=ocr),
        reason=why,
        remedy=what,
        edited=tuple(sorted((row["edited"] or "").split(","), key=FIELDS.index)) if row["edited"] else (),
    )


_SAME = (
    "id", "version", "state", "title", "source", "origin", "collection", "published", "author", "publisher",
    "media_type", "passages", "pages", "characters", "added_at", "content_hash",
)  # fmt: skip


def info(
    row: Mapping[str, Any] | Row,
    passages: int,
    *,
    enabled: bool,
    edited: tuple[str, ...],
    waiting: bool,
    spoken: frozenset[str] | None,
) -> DocumentInfo:
    """Return a row of the table of documents as a line of the list."""
    return DocumentInfo(
        id=row["id"],
        version=row["version"],
        collection=row["collection"],
        source=row["source"],
        origin=row["origin"],
        title=row["title"],
        published=row["published"],
        author=row["author"],
        media_type=row["media_type"],
        content_hash=row["content_hash"],
        passages=passages,
        characters=row["characters"],
        pages=row["pages"],
        added_at=row["added_at"],
        note=_note(row, spoken, waiting=waiting),
        enabled=enabled,
        edited=edited,
    )


def _note(row: Mapping[str, Any] | Row, spoken: frozenset[str] | None, *, waiting: bool) -> str | None:
    """Return what to say of pages without text, each named once, and of a language that is not spoken."""
    pages, later = row["unread_pages"], (row["waiting_pages"] if waiting else None) or ""
    soon = later.split(", ") if later else []
    never = [page for page in (pages.split(", ") if pages else []) if page not in soon]
    notes = []
    for what, named in (("not read", never), (STATE, soon)):
        pictures = [each.removeprefix("picture ") for each in named if each.startswith("picture ")]
        numbers = [each for each in named if not each.startswith("picture ")]
        notes += [f"pages without text, {what}: {', '.join(numbers)}"] if numbers else []
        notes += [f"pictures, {what}: {', '.join(pictures)}"] if pictures else []
    if (name := unspoken(row["language"], spoken)) is not None:
        notes.append(note(name))
    return "; ".join(notes) or None


def remedy(reason: str) -> tuple[str, str]:
    """Return why a source could not be read, and what to do about it, which follows the last semicolon."""
    why, found, what = reason.rpartition("; ")
    return (why, what) if found else (reason, _REMEDY)
