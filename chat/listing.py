"""What an assistant tells of its library, a page at a time, and what it forgets of sources and folders."""

from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.report import DocumentInfo, DocumentPage, ListedState, SortedBy, VersionInfo

if TYPE_CHECKING:
    from retrieval.library import Library


class Listing:
    """The methods of `Assistant` that list what is in its library."""

    _library: "Library"

    def list_documents(
        self,
        words: str = "",
        *,
        collection: str | None = None,
        state: ListedState | None = None,
        sort: SortedBy = "added",
        descending: bool = False,
        offset: int = 0,
        limit: int = 50,
    ) -> DocumentPage:
        """Return a page of the table of everything: documents, what waits for OCR, what could not be read.

        Each of the words stands in title, source, author or publisher; capitals and accents do not matter.
        At most 1,000 rows. Raises InvalidSetting for a state or an order that there is not.
        """
        return self._library.list_documents(
            words=words,
            collection=collection,
            state=state,
            sort=sort,
            descending=descending,
            offset=offset,
            limit=limit,
        )

    def document_info(self, document_id: str) -> DocumentInfo:
        """Return one document's line of the list; raises NotInLibrary."""
        return self._library.document_info(document_id)

    def versions(self, document_id: str) -> list[VersionInfo]:
        """Return the versions of a document that can be opened, the latest first; raises NotInLibrary."""
        return self._library.versions(document_id)

    def forget_failure(self, origin: str, collection: str = "default") -> None:
        """List a source no more among what could not be read; raises NotInLibrary if it is not there."""
        self._library.forget_failure(origin, collection)

    def stop_sync(self, folder: str | Path, collection: str = "default") -> None:
        """Mirror a folder no more; its documents stay. Raises NotInLibrary if it is not mirrored."""
        from retrieval.syncing import stop

        stop(self._library, str(folder), collection)
