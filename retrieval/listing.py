"""Rows of the catalogue as people are shown them."""

import json
from sqlite3 import Row

from retrieval.recognising import STATE
from retrieval.report import DocumentInfo

_REMEDY = "mend the file, or save it in another format, and run `footnote retry`"


def info(row: Row, passages: int, *, enabled: bool, edited: tuple[str, ...], waiting: bool) -> DocumentInfo:
    """Return a row of the table of documents as a line of the list."""
    beside = json.loads(row["reading"])
    unread = beside["metadata"].get("unread_pages")
    return DocumentInfo(
        id=row["id"],
        version=row["version"],
        collection=row["collection"],
        source=row["source"],
        origin=row["origin"],
        title=row["title"],
        published=row["published"],
        author=beside["metadata"].get("author"),
        media_type=beside["media_type"],
        content_hash=row["content_hash"],
        passages=passages,
        characters=row["characters"],
        pages=len(beside["pages"]),
        added_at=row["added_at"],
        note=_unread(unread, beside["metadata"].get("waiting_pages") if waiting else None),
        enabled=enabled,
        edited=edited,
    )


def _unread(pages: str | None, waiting: str | None) -> str | None:
    """Return what to say of pages without text; one page is named once."""
    later = waiting.split(", ") if waiting else []
    never = [page for page in (pages.split(", ") if pages else []) if page not in later]
    notes = [
        f"pages without text, {what}: {', '.join(numbers)}"
        for what, numbers in (("not read", never), (STATE, later))
        if numbers
    ]
    return "; ".join(notes) or None


def remedy(reason: str) -> tuple[str, str]:
    """Return why a source could not be read, and what to do about it, which follows the last semicolon."""
    why, found, what = reason.rpartition("; ")
    return (why, what) if found else (reason, _REMEDY)
