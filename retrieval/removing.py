"""Removing documents from everywhere, counting what is there before and what a check finds afterwards."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.origins import count_records
from retrieval.passages import passage_ids
from retrieval.report import Receipt

if TYPE_CHECKING:
    from retrieval.library import Library


def remove(library: "Library", names: Sequence[str], *, purge: bool) -> list[Receipt]:
    """Remove documents that are there; the caller holds the library for writing.

    Copies of the catalogue from before migrations go too, since they hold every word.
    """
    if not names:
        return []
    traces = _Traces(library, names)
    before = traces.counts()
    library.writer.remove(names)
    library.drop_originals()
    for name in names:
        for folder in traces.uploads[name]:
            shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(library.database.copies, ignore_errors=True)
    if purge:
        library.indexes.rebuild()
        library.database.compact()
    after = traces.counts()
    return [
        Receipt(
            name,
            traces.sources[name],
            before[name]["versions"],
            before[name]["passages"],
            sum(after[name].values()),
            before[name],
            after[name],
        )
        for name in names
    ]


class _Traces:
    """Where documents are, as it was before their removal, to be counted then and afterwards."""

    def __init__(self, library: "Library", names: Sequence[str]) -> None:
        self._library = library
        connection = library.database.read()
        rows = library.catalogue.states("ready", "superseded")
        self.sources = {row["id"]: row["source"] for row in rows}
        self._passages = {name: set(passage_ids(connection, name)) for name in names}
        others = {row["content_hash"] for row in rows if row["id"] not in names}
        self._originals = {
            name: {row["content_hash"] for row in rows if row["id"] == name} - others for name in names
        }
        origins = {row["id"]: row["origin"] for row in rows}
        self.uploads = {name: _uploads(library.home / "uploads", origins[name]) for name in names}

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many traces there are of each document, by place."""
        connection = self._library.database.read()
        words, vectors = self._library.indexes.held()
        copies = len(list(self._library.database.copies.glob("*")))

        def count(table: str, column: str, name: str) -> int:
            row = connection.execute(f"SELECT count(*) FROM {table} WHERE {column}=?", (name,))
            return int(row.fetchone()[0])

        return {
            name: {
                "versions": count("documents", "id", name),
                "passages": count("passages", "document_id", name),
                "words": len(ids & words),
                "vectors": len(ids & vectors),
                "originals": sum((self._library.originals / each).exists() for each in self._originals[name]),
                "uploads": sum(folder.exists() for folder in self.uploads[name]),
                "records": count_records(connection, name)
                + count("listed", "id", name)
                + sum(count(table, "document_id", name) for table in ("edits", "hidden", "waiting")),
                "copies": copies,
            }
            for name, ids in self._passages.items()
        }


def _uploads(folder: Path, origin: str) -> list[Path]:
    """Return where the page may have left a copy of what it was sent."""
    kind, _, place = origin.partition(":")
    return [folder / place.partition("/")[0]] if kind == "upload" and place else []
