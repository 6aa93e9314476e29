"""What the library's table is asked for, as an address says it, and what its rows are called in words."""

from dataclasses import dataclass, replace
from typing import Any, cast, get_args
from urllib.parse import urlencode

from retrieval.report import ListedSource, ListedState, SortedBy

ROWS = 50
STATES: tuple[tuple[str, str], ...] = (
    ("", "Everything"),
    ("searchable", "Searchable"),
    ("aside", "Set aside"),
    ("waiting", "Waiting for OCR"),
    ("failed", "Not read"),
)
COLUMNS: tuple[tuple[SortedBy, str], ...] = (
    ("title", "Title"),
    ("published", "Date"),
    ("type", "Type"),
    ("collection", "Collection"),
    ("passages", "Passages"),
    ("added", "Added"),
)
_FIRST_DOWN = ("added", "published", "passages")
"""Columns of which most people want the greatest first."""
_KINDS = {
    "application/pdf": "PDF",
    "application/msword": "Word",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.ms-excel": "Excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "Slides",
    "application/vnd.ms-powerpoint": "Slides",
    "application/vnd.oasis.opendocument.text": "OpenDocument",
    "application/rtf": "RTF",
    "application/epub+zip": "EPUB",
    "application/vnd.ms-outlook": "Mail",
    "application/json": "JSON",
    "application/xml": "XML",
    "application/zip": "Archive",
    "application/mbox": "Mailbox",
    "message/rfc822": "Mail",
    "text/html": "Web page",
    "text/markdown": "Markdown",
    "text/plain": "Text",
    "text/csv": "Table",
    "text/vtt": "Subtitles",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are shown, in which order; `page` counts from 1."""

    words: str = ""
    collection: str = ""
    state: str = ""
    sort: SortedBy = "added"
    down: bool = True
    page: int = 1

    @classmethod
    def of(cls, words: str, collection: str, state: str, sort: str, way: str, page: int) -> "Wanted":
        """Return what an address asks for; what is not known there is left out."""
        known = cast(SortedBy, sort if sort in get_args(SortedBy) else "added")
        return cls(
            words=" ".join(words.split())[:500],
            collection=collection[:200],
            state=state if state in dict(STATES) else "",
            sort=known,
            down=way == "down" if way else known in _FIRST_DOWN,
            page=max(1, min(page, 1_000_000)),
        )

    def asked(self) -> dict[str, Any]:
        """Return what `Assistant.list_documents` takes."""
        state: ListedState | None = self.state or None  # type: ignore[assignment]  # one of STATES
        return {
            "words": self.words,
            "collection": self.collection or None,
            "state": state,
            "sort": self.sort,
            "descending": self.down,
            "offset": (self.page - 1) * ROWS,
            "limit": ROWS,
        }

    def address(self, **changes: Any) -> str:
        """Return the address that asks for the same, but for some changes; their page is the first."""
        wanted = replace(self, **({"page": 1} | changes))
        given = {
            "words": wanted.words,
            "collection": wanted.collection,
            "state": wanted.state,
            "sort": wanted.sort if wanted.sort != "added" else "",
            "way": "" if wanted.down == (wanted.sort in _FIRST_DOWN) else "down" if wanted.down else "up",
            "page": wanted.page if wanted.page > 1 else "",
        }
        query = urlencode({name: value for name, value in given.items() if value != ""})
        return f"/library?{query}" if query else "/library"

    def sorted_by(self, column: SortedBy) -> str:
        """Return the address of the same rows in a column's order, the other way round if they are in it."""
        down = not self.down if column == self.sort else column in _FIRST_DOWN
        return self.address(sort=column, down=down)

    def way(self, column: SortedBy) -> str:
        """Return what `aria-sort` says of a column."""
        if column != self.sort:
            return "none"
        return "descending" if self.down else "ascending"

    @property
    def some(self) -> bool:
        """Whether not everything is asked for."""
        return bool(self.words or self.collection or self.state)


def kind(media_type: str | None) -> str:
    """Return what people call a type of file."""
    if not media_type:
        return ""
    bare = media_type.partition(";")[0].strip().lower()
    if bare.startswith("image/"):
        return "Picture"
    return _KINDS.get(bare, bare.rpartition("/")[2].removeprefix("x-").upper()[:12])


def state_in_words(row: ListedSource) -> str:
    """Return a row's state as people read it."""
    return dict(STATES)[row.state]


def can_retry(row: ListedSource) -> bool:
    """Tell whether what could not be read is still where it came from, and is no part of another file."""
    return not row.origin.startswith("upload:") and "!/" not in row.origin and ("/" in row.origin)


def size(number: int) -> str:
    """Return a number of bytes in words."""
    for unit, bytes_ in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= bytes_:
            return f"{number / bytes_:.1f} {unit}"
    return f"{number} bytes"


def duration(seconds: float) -> str:
    """Return how long something takes, in words, as exactly as an estimate is."""
    if seconds < 60:
        return f"{max(1, round(seconds))} seconds" if seconds >= 1.5 else "a second"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes" if seconds >= 90 else "a minute"
    return f"{seconds / 3600:.1f} hours"
