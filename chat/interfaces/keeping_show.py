"""How collections, folders in step, failures and backups are shown on a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat.interfaces.show import added_line, failure_lines, receipt_lines
from chat.interfaces.terminal import Screen, one_line

if TYPE_CHECKING:
    from ingest.collection import CollectionInfo, SyncedFolder
    from retrieval.backup import BackupInfo
    from retrieval.report import FailedSource
    from retrieval.syncing import SyncReport

_MOST = 20  # paths of one kind that are named


def sync_lines(done: "SyncReport", screen: Screen, *, dry_run: bool) -> list[str]:
    """Return what a folder's comparison found, and what came of it."""
    plan = done.plan
    kinds = (
        ("new", plan.added),
        ("changed", plan.changed),
        ("renamed", [f"{old} -> {new}" for old, new in plan.renamed]),
        ("gone", plan.removed),
        ("cannot be looked at", plan.unreadable),
    )
    lines = []
    for label, paths in kinds:
        lines += [f"{label}: {one_line(path)}" for path in paths[:_MOST]]
        if len(paths) > _MOST:
            lines.append(f"{label}: {len(paths) - _MOST} more")
    counts = ", ".join(f"{len(paths)} {label}" for label, paths in kinds if paths)
    state = f"{counts or 'nothing to do'}; {plan.unchanged} unchanged"
    where = f"{one_line(plan.folder)} in collection {one_line(plan.collection)}"
    if dry_run:
        last = f"last looked at {done.looked_at}" if done.looked_at else "never mirrored yet"
        return [*lines, f"{where} would have: {state}; {last}"]
    if done.report.cancelled:
        lines.append(f"stopped: {added_line(done.report)}; the same command goes on from here")
    if done.receipts:
        lines += receipt_lines(done.receipts, screen)
    if done.report.failed:
        lines += failure_lines(done.report.failed, screen)
    looked = done.looked_at or "not to the end"
    return [*lines, f"{where}: {state}; looked at {looked}"]


def synced_lines(folders: Sequence["SyncedFolder"], screen: Screen) -> list[str]:
    """Return the folders that are mirrored, and when each was last looked at."""
    if not folders:
        return ["No folder is mirrored; `footnote sync DIR` begins."]
    rows = [(each.looked_at, each.collection, each.folder) for each in folders]
    return screen.table(("LAST LOOKED AT", "COLLECTION", "FOLDER"), rows)


def collection_lines(collections: Sequence["CollectionInfo"], screen: Screen) -> list[str]:
    """Return the collections with the number of their documents."""
    rows = [(each.name, str(each.documents), each.created_at[:10]) for each in collections]
    return screen.table(("COLLECTION", "DOCUMENTS", "SINCE"), rows)


def failed_lines(failed: Sequence["FailedSource"], screen: Screen) -> list[str]:
    """Return what could not be read: what, why, and what to do, a whole line for each."""
    if not failed:
        return ["Everything that was added could be read."]
    rows = [(each.source, each.reason, each.remedy, each.failed_at[:10]) for each in failed]
    return screen.table(("SOURCE", "WHY", "WHAT TO DO", "SINCE"), rows, whole=True)


def backup_line(label: str, info: "BackupInfo") -> str:
    """Return what an archive holds."""
    return (
        f"{label}: {one_line(info.path)}, {info.bytes / 1e6:.1f} MB, {info.documents} documents, "
        f"{info.originals} originals, {info.conversations} conversations, as of {info.made_at}"
    )
