"""Files within files: attachments and members of archives, each a source that knows where it came from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from sqlite3 import Connection
from typing import Any

from ingest.document import Document, Reading
from ingest.errors import TooLarge, UnreadableSource
from ingest.worker import Worker
from retrieval.sources import Loaded, Source

DEEPEST = 4
"""A file within a file within… beyond this many is not opened."""
MOST = 5_000
"""Files within one source, those within them included."""
MOST_BYTES = 2 << 30
JOINT = " › "


@dataclass(slots=True)
class Budget:
    """What may still be taken out of one source, counted over all its depths."""

    files: int = MOST
    size: int = MOST_BYTES


@dataclass(frozen=True, slots=True)
class PartSource:
    """A file within a document; its bytes are kept already. `parent` is that document's id."""

    name: str
    origin: str
    label: str
    content_hash: str
    parent: str
    depth: int
    budget: Budget = field(compare=False)

    def peek(self) -> str | None:
        """Return the hash of the kept bytes."""
        return self.content_hash

    def load(self, originals: Path) -> Loaded:
        """Point at the kept bytes."""
        beside = (("parent", self.parent), ("parent_source", self.label.rpartition(JOINT)[0]))
        return Loaded(
            self.content_hash,
            originals / self.content_hash,
            PurePosixPath(self.name).name or self.name,
            metadata=beside,
        )

    def read(self, loaded: Loaded, worker: Worker) -> Reading:
        """Read it in the worker process; it also says what it stands in."""
        try:
            reading = worker.read(loaded.path, loaded.name, parts=loaded.path.parent)
        except UnreadableSource as error:
            raise type(error)(self.label, error.reason) from error
        return replace(reading, metadata={**reading.metadata, **dict(loaded.metadata)})

    def same_beside(self, stored: Document | None) -> bool:
        """Its place is in its origin; there is nothing else to compare."""
        return True


def within(document: Document, source: Source) -> Sequence[PartSource | UnreadableSource]:
    """Return a source for each file within a document, and an error for each that is left out."""
    depth = source.depth + 1 if isinstance(source, PartSource) else 1
    budget = source.budget if isinstance(source, PartSource) else Budget()
    found: list[PartSource | UnreadableSource] = []
    for part in document.reading.parts:
        label = f"{document.source}{JOINT}{part.name}"
        budget.files -= 1
        budget.size -= part.size
        if part.reason is not None:
            found.append(UnreadableSource(label, part.reason))
        elif depth > DEEPEST:
            reason = f"it is a file within {depth} files, and {DEEPEST} are opened; unpack it and add it"
            found.append(TooLarge(label, reason))
        elif budget.files < 0 or budget.size < 0:
            reason = (
                f"more than {MOST:,} files or {MOST_BYTES >> 30} GB are packed into one; "
                "unpack it and add what you need"
            )
            return [*found, TooLarge(label, reason)]
        else:
            origin = f"{document.origin}!/{part.name}"
            found.append(PartSource(part.name, origin, label, part.content_hash, document.id, depth, budget))
    return found


def below(rows: Iterable[Mapping[str, Any] | Any], ids: Iterable[str]) -> list[str]:
    """Return the ids of the documents, among rows of the catalogue, that stand within others of these ids."""
    rows, ids = list(rows), set(ids)
    starts = {(row["collection"], f"{row['origin']}!/") for row in rows if row["id"] in ids}
    return list(
        dict.fromkeys(
            row["id"]
            for row in rows
            if row["id"] not in ids
            and any(row["collection"] == place and row["origin"].startswith(start) for place, start in starts)
        )
    )


def left_behind(rows: Iterable[Mapping[str, Any] | Any], documents: Iterable[Document]) -> list[str]:
    """Return the ids of the documents that stood within an earlier version of these, and no longer do."""
    gone: list[str] = []
    rows = list(rows)
    for document in documents:
        names = {f"{document.origin}!/{part.name}" for part in document.reading.parts}
        for row in rows:
            if row["collection"] != document.collection:
                continue
            start = f"{document.origin}!/"
            if not row["origin"].startswith(start):
                continue
            inner = start + row["origin"][len(start) :].split("!/")[0]
            if inner not in names:
                gone.append(row["id"])
    return list(dict.fromkeys(gone))


def has_failures(connection: Connection, origin: str, source: str, collection: str) -> bool:
    """Tell whether anything within a document could not be read."""
    return any(
        connection.execute(
            "SELECT 1 FROM failures WHERE collection=? AND substr(origin, 1, ?)=?",
            (collection, len(start), start),
        ).fetchone()
        for start in (f"{origin}!/", f"{source}{JOINT}")
    )


def forget_failures(connection: Connection, origin: str, source: str, collection: str) -> None:
    """Forget what could not be read within a document that is read anew, or gone."""
    for start in (f"{origin}!/", f"{source}{JOINT}"):
        connection.execute(
            "DELETE FROM failures WHERE collection=? AND substr(origin, 1, ?)=?",
            (collection, len(start), start),
        )
