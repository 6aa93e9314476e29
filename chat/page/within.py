"""Asking within a part of the library: what a person chose, as a filter and in words."""

import calendar
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chat.page.backing import Backing
from chat.page.markdown import clip
from ingest.errors import InvalidSetting, NotInLibrary
from retrieval.hit import Filter
from retrieval.report import DocumentInfo, ListedSource

FOUND = 8
"""Documents that a search for one lists."""
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Choice:
    """What was typed and ticked: dates as `2023`, `2023-04` or `2023-04-02`, empty for no limit."""

    collections: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def filter(self) -> Filter:
        """Return what to search in; raises InvalidSetting for no date, or dates the wrong way round."""
        since, until = day(self.since), day(self.until, last=True)
        if since and until and since > until:
            raise InvalidSetting(f"The first date, {since}, is after the last, {until}.")
        return Filter(self.collections, self.documents, since, until)


def day(text: str, *, last: bool = False) -> str | None:
    """Return a date as `YYYY-MM-DD`, None for "": the first or last day of a month or year.

    Raises InvalidSetting.
    """
    text = text.strip()
    if not text:
        return None
    match = _DATE.fullmatch(text)
    if match:
        year, month = int(match[1]), int(match[2] or (12 if last else 1))
        if year and 1 <= month <= 12:
            length = calendar.monthrange(year, month)[1]
            number = int(match[3] or (length if last else 1))
            if 1 <= number <= length:
                return f"{year:04}-{month:02}-{number:02}"
    raise InvalidSetting(f"{clip(text, 20)} is no date; write 2023, 2023-04 or 2023-04-02.")


def in_words(where: Filter) -> str:
    """Return a filter as people say it, "" for everything."""
    parts = [", ".join(where.collections)] if where.collections else []
    if where.documents:
        count = len(where.documents)
        parts.append(f"{count} chosen document{'' if count == 1 else 's'}")
    if where.published_from:
        parts.append(f"from {where.published_from}")
    if where.published_to:
        parts.append(f"until {where.published_to}")
    return " · ".join(parts)


def allowed(documents: Sequence[DocumentInfo], where: Filter) -> int:
    """Return how many documents are searched."""

    def searched(info: DocumentInfo) -> bool:
        date = info.published or ""
        return (
            info.enabled
            and (not where.collections or info.collection in where.collections)
            and (not where.documents or info.id in where.documents)
            and (not where.published_from or where.published_from <= date)
            and (not where.published_to or (bool(date) and date <= where.published_to))
        )

    return sum(map(searched, documents))


def matching(assistant: Backing, words: str, kept: Collection[str]) -> list[tuple[str, str]]:
    """Return title and id of the documents that are ticked, then of the first few that have all the words."""
    rows: Sequence[ListedSource] = ()
    if words.strip():
        rows = assistant.list_documents(words, state="kept", limit=FOUND + len(kept)).rows
    ticked: list[tuple[str, str]] = []
    for identity in tuple(kept):  # which another tick may change meanwhile
        with suppress(NotInLibrary):  # removed meanwhile
            info = assistant.document_info(identity)
            ticked.append((_named(info.title, info.published), identity))
    found = [(_named(row.title, row.published), row.id) for row in rows if row.id and row.id not in kept]
    return [*ticked, *found[:FOUND]]


def _named(title: str, published: str | None) -> str:
    return clip(title, 60) + (f", {published}" if published else "")
