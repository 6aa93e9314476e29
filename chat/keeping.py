"""What an assistant does to keep its library in order: collections, folders in step, edits, backups."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from ingest.collection import CollectionInfo, SyncedFolder
from retrieval.report import AddProgress, AddReport, FailedSource, Failure, Receipt
from retrieval.sources import BytesSource, resolve

if TYPE_CHECKING:
    from retrieval.backup import BackupInfo
    from retrieval.library import Library
    from retrieval.syncing import SyncReport

OnProgress = Callable[[AddProgress], None]


class Keeping:
    """The methods of `Assistant` that keep its library in order."""

    _library: "Library"
    _allow_private: bool

    def add_bytes(self, data: bytes, *, source: str, collection: str = "default") -> AddReport:
        """Add a file's bytes under the caller's own name for it, whose ending may tell what it is."""
        return self._library.add([BytesSource(data, source)], collection)

    def collections(self) -> list[CollectionInfo]:
        """Return every collection, `default` first, then by name."""
        return self._library.collections.all()

    def create_collection(self, name: str) -> None:
        """Make an empty collection; raises InvalidSetting if there is one of that name."""
        from retrieval import changes

        changes.create(self._library, name)

    def rename_collection(self, old: str, new: str) -> None:
        """Give a collection another name; documents keep their ids. Raises NotInLibrary, InvalidSetting."""
        from retrieval import changes

        changes.rename(self._library, old, new)

    def remove_collection(
        self, name: str, *, with_documents: bool = False, purge: bool = False
    ) -> list[Receipt]:
        """Remove a collection; raises InvalidSetting if documents are in it, unless they are to go too."""
        from retrieval import changes

        return changes.remove_collection(self._library, name, with_documents=with_documents, purge=purge)

    def edit(self, document_id: str, values: Mapping[str, str | None], *, reset: Sequence[str] = ()) -> None:
        """Set title, author, publisher, language or published of a document, "" for none known.

        `reset` names those that are to be what the source says again. Raises NotInLibrary, InvalidSetting.
        """
        from retrieval import changes

        changes.edit(self._library, document_id, values, reset)

    def edits(self, document_id: str) -> dict[str, str | None]:
        """Return what the user has set of a document, by field."""
        return self._library.edits.of(document_id)

    def disable(self, *document_ids: str) -> None:
        """Keep documents and search them no more; raises NotInLibrary and changes none."""
        from retrieval import changes

        changes.set_aside(self._library, document_ids, True)

    def enable(self, *document_ids: str) -> None:
        """Search documents again; raises NotInLibrary and changes none."""
        from retrieval import changes

        changes.set_aside(self._library, document_ids, False)

    def origins(self) -> dict[str, str]:
        """Return, for each document that is one text with another, the id that stands for that text.

        Two documents of one origin are one source, not two: a wire story in two papers, a copied file.
        """
        return dict(self._library.origins.groups())

    def sync(
        self,
        folder: str | Path,
        *,
        collection: str = "default",
        dry_run: bool = False,
        allow_empty: bool = False,
        on_progress: OnProgress | None = None,
        cancel: Event | None = None,
    ) -> "SyncReport":
        """Bring a collection in step with a folder; raises MissingSource if it is not there, or empty."""
        from retrieval.syncing import sync

        return sync(
            self._library,
            folder,
            collection,
            dry_run=dry_run,
            allow_empty=allow_empty,
            on_progress=on_progress,
            cancel=cancel,
        )

    def synced(self) -> list[SyncedFolder]:
        """Return the folders that are mirrored and when each was last looked at, the latest first."""
        return self._library.collections.folders()

    def failed(self, collections: Sequence[str] = ()) -> list[FailedSource]:
        """Return what could not be read, latest first, with why, what to do, and when."""
        return self._library.failed(collections)

    def retry(
        self,
        *sources: str,
        collections: Sequence[str] = (),
        on_progress: OnProgress | None = None,
        cancel: Event | None = None,
    ) -> AddReport:
        """Try again what could not be read: the sources named, or all; those that are gone are forgotten.

        What came as text or bytes cannot be tried again, and stays listed.
        """
        report = AddReport((), (), ())
        again: dict[str, list[str]] = {}
        for each in self._library.failed(collections):
            if sources and not {each.source, each.origin} & set(sources):
                continue
            if "!/" in each.origin:  # within a file that is in: nothing about it has changed
                report = _sum(report, AddReport((), (), (Failure(each.source, each.reason),)))
            elif "://" not in each.origin and not Path(each.origin).is_absolute():
                report = _sum(report, AddReport((), (), (Failure(each.source, _SEND_AGAIN),)))
            elif "://" not in each.origin and not Path(each.origin).exists():
                self._library.forget_failure(each.origin, each.collection)
            else:
                again.setdefault(each.collection, []).append(each.origin)
        for collection, origins in again.items():
            found = resolve(origins, allow_private=self._allow_private)
            report = _sum(report, self._library.add(found, collection, on_progress, cancel))
        return report

    def backup(self, path: str | Path) -> "BackupInfo":
        """Write everything to one archive at a new path, while the library is in use; raises BadBackup."""
        from retrieval.backup import write_backup

        return write_backup(self._library, Path(path))


_SEND_AGAIN = "it was handed over and not kept; hand it over again"


def _sum(one: AddReport, other: AddReport) -> AddReport:
    return AddReport(
        one.added + other.added,
        one.unchanged + other.unchanged,
        one.failed + other.failed,
        one.waiting + other.waiting,
        one.identical + other.identical,
        one.cancelled or other.cancelled,
        one.foreign + other.foreign,
    )
