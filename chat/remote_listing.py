"""Listing a library through the process that owns it: the methods of `chat.listing`, and its side."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chat.succession import Caller
from retrieval.owner import Emit, Handler
from retrieval.report import (
    DocumentInfo,
    DocumentPage,
    ListedSource,
    ListedState,
    SortedBy,
    VersionInfo,
)

if TYPE_CHECKING:
    from chat.assistant import Assistant


class RemoteListing:
    """The methods of `RemoteAssistant` that list what is in the library; those of `Listing`."""

    _client: Caller

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
        """Return a page of the table of everything."""
        wanted = {
            "words": words,
            "collection": collection,
            "state": state,
            "sort": sort,
            "descending": descending,
            "offset": offset,
            "limit": limit,
        }
        found = self._client.call("list_documents", wanted)
        rows = tuple(ListedSource(**{**row, "edited": tuple(row["edited"])}) for row in found["rows"])
        return DocumentPage(rows, found["total"], found["counts"])

    def document_info(self, document_id: str) -> DocumentInfo:
        """Return one document's line of the list."""
        return document_info(self._client.call("document_info", {"id": document_id}))

    def versions(self, document_id: str) -> list[VersionInfo]:
        """Return the versions of a document that can be opened."""
        return [VersionInfo(**row) for row in self._client.call("versions", {"id": document_id})]

    def forget_failure(self, origin: str, collection: str = "default") -> None:
        """List a source no more among what could not be read."""
        self._client.call("forget_failure", {"origin": origin, "collection": collection})

    def stop_sync(self, folder: str | Path, collection: str = "default") -> None:
        """Mirror a folder no more."""
        self._client.call("stop_sync", {"folder": str(folder), "collection": collection})


def listing_handlers(assistant: "Assistant") -> Mapping[str, Handler]:
    """Return what an owner answers to `RemoteListing`, call by call."""

    def list_documents(given: dict[str, Any], _: Emit) -> Any:
        return asdict(assistant.list_documents(given.pop("words"), **given))

    return {
        "list_documents": list_documents,
        "document_info": lambda given, _: asdict(assistant.document_info(given["id"])),
        "versions": lambda given, _: [asdict(row) for row in assistant.versions(given["id"])],
        "forget_failure": lambda given, _: assistant.forget_failure(given["origin"], given["collection"]),
        "stop_sync": lambda given, _: assistant.stop_sync(given["folder"], given["collection"]),
    }


def document_info(row: dict[str, Any]) -> DocumentInfo:
    """Return a line of the list that came through JSON."""
    return DocumentInfo(**{**row, "edited": tuple(row["edited"])})
