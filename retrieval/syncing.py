"""Mirror a folder: what is new, changed, renamed or gone there becomes so in a collection.

A document belongs to a folder if its file's path lies below it. A renamed file is one that is gone while a
new one holds the very same bytes; its document keeps its id, and old footnotes lead to it still.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from ingest.catalogue import forget_failure
from ingest.collection import check_name, delete_synced, put_synced
from ingest.errors import MissingSource, NotInLibrary, UnreadableSource
from ingest.files import digest, expand
from retrieval import changes
from retrieval.report import AddProgress, AddReport, Receipt
from retrieval.sources import LIMIT_BYTES, FileSource, printable

if TYPE_CHECKING:
    from retrieval.library import Library

_NOTHING = AddReport((), (), ())


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a folder has that its collection has not, and the other way round; paths are absolute.

    `unreadable` are files that could not even be looked at: their documents stay.
    """

    folder: str
    collection: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unreadable: tuple[str, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.added or self.changed or self.renamed or self.removed)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What was planned, and what came of it; with a dry run nothing did.

    `looked_at` is when the folder was last gone through to the end, in ISO 8601, UTC, or None before.
    """

    plan: SyncPlan
    report: AddReport
    receipts: tuple[Receipt, ...]
    looked_at: str | None


def sync(
    library: "Library",
    folder: str | Path,
    collection: str,
    *,
    dry_run: bool = False,
    allow_empty: bool = False,
    on_progress: Callable[[AddProgress], None] | None = None,
    cancel: Event | None = None,
) -> SyncReport:
    """Bring a collection in step with a folder; what is elsewhere in it is left alone.

    Additions come first and removals last, so that what is interrupted loses nothing. Raises MissingSource
    if the folder is not there, or is empty while documents came from it, unless `allow_empty`: a disk that
    is not mounted is no reason to remove them.
    """
    root = Path(folder).expanduser().absolute()
    if not root.is_dir():
        raise MissingSource(str(root), "there is no such folder; nothing was changed")
    name = printable(str(root.resolve()))
    check_name(collection)
    cancel = cancel or Event()
    plan, found, ids = _look(library, root, name, collection)
    looked_at = _looked_at(library, name, collection)
    if plan.removed and not found and not allow_empty:
        raise MissingSource(
            str(root),
            f"it is empty now, and {len(plan.removed)} documents came from it; nothing was changed: if they "
            "are to go, say so (--allow-empty)",
        )
    if dry_run:
        return SyncReport(plan, _NOTHING, (), looked_at)
    for old, new in plan.renamed:
        with library.writing():
            changes.move(library, ids[old], new, new)
    wanted = [found[path] for path in (*plan.added, *plan.changed, *plan.unreadable)]
    report = library.add(wanted, collection, on_progress, cancel) if wanted else _NOTHING
    if cancel.is_set():
        return SyncReport(plan, report, (), looked_at)
    receipts = library.remove([ids[path] for path in plan.removed]) if plan.removed else []
    with library.writing(), library.database.write() as connection:
        for row in library.catalogue.failures():
            inside = row["collection"] == collection and row["origin"].startswith(f"{name}/")
            if inside and row["origin"] not in found and not _is_within(row["origin"], found):
                forget_failure(connection, row["origin"], collection)
        put_synced(connection, name, collection)
    return SyncReport(plan, report, tuple(receipts), _looked_at(library, name, collection))


def stop(library: "Library", folder: str, collection: str) -> None:
    """Mirror a folder no more; its documents stay. Raises NotInLibrary if it is not mirrored."""
    if _looked_at(library, folder, collection) is None:
        raise NotInLibrary(
            f"the folder {folder!r} is not mirrored in {collection!r}; `footnote sync` lists those that are"
        )
    with library.writing(), library.database.write() as connection:
        delete_synced(connection, folder, collection)


def _look(
    library: "Library", root: Path, name: str, collection: str
) -> tuple[SyncPlan, dict[str, FileSource | UnreadableSource], dict[str, str]]:
    """Compare a folder with the catalogue; also gives its sources and the documents' ids, both by path."""
    rows = {row["origin"]: row for row in library.catalogue.under(name, collection)}
    stored = {path: row for path, row in rows.items() if not _is_within(path, rows)}
    found, hashes = dict[str, FileSource | UnreadableSource](), dict[str, str]()
    for each in expand([root]):
        if isinstance(each, UnreadableSource):
            found[printable(each.source)] = each
            continue
        source = FileSource.at(each)
        found[source.origin] = source
        try:
            hashes[source.origin] = digest(source.path, limit_bytes=LIMIT_BYTES)
        except UnreadableSource as error:
            found[source.origin] = error
    new = [path for path in hashes if path not in stored]
    gone = [path for path in stored if path not in found and not _is_within(path, found)]
    renamed = _renamed(new, gone, hashes, {path: row["content_hash"] for path, row in stored.items()})
    moved = set(renamed.values())
    changed = [
        path for path, value in hashes.items() if path in stored and stored[path]["content_hash"] != value
    ]
    plan = SyncPlan(
        name,
        collection,
        tuple(path for path in new if path not in moved),
        tuple(changed),
        tuple(renamed.items()),
        tuple(path for path in gone if path not in renamed),
        tuple(path for path in found if path not in hashes),
        len(hashes) - len(new) - len(changed),
    )
    return plan, found, {path: row["id"] for path, row in stored.items()}


def _renamed(
    new: Sequence[str], gone: Sequence[str], now: Mapping[str, str], then: Mapping[str, str]
) -> dict[str, str]:
    """Pair old and new paths by their bytes; where several have the same ones, nobody can tell."""
    by_hash: dict[str, tuple[list[str], list[str]]] = {}
    for path in gone:
        by_hash.setdefault(then[path], ([], []))[0].append(path)
    for path in new:
        by_hash.setdefault(now[path], ([], []))[1].append(path)
    return {old[0]: to[0] for old, to in by_hash.values() if len(old) == len(to) == 1}


def _is_within(path: str, found: Mapping[str, object]) -> bool:
    """Tell whether a document is a part of a file that is there, such as a letter's enclosure."""
    return any(path[: place.start()] in found for place in re.finditer("!/", path))


def _looked_at(library: "Library", folder: str, collection: str) -> str | None:
    for each in library.collections.folders():
        if (each.folder, each.collection) == (folder, collection):
            return each.looked_at
    return None
