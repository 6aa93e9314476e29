"""What a caller may narrow a question to; a mistyped name must not pass for "not found in your documents"."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ingest.errors import NotInLibrary
from retrieval.hit import Filter

if TYPE_CHECKING:
    from retrieval.report import DocumentInfo


class Listing(Protocol):
    """The part of an assistant that knows what there is."""

    def documents(self) -> "Sequence[DocumentInfo]":
        """Return every document."""
        ...


def scope(
    assistant: Listing,
    collections: Sequence[str] = (),
    documents: Sequence[str] = (),
    published_from: str | None = None,
    published_to: str | None = None,
) -> Filter:
    """Return the filter; raises NotInLibrary for a collection or document that is not there.

    An empty library has no collection to miss: its answer says that it is empty.
    """
    if collections or documents:
        known = assistant.documents()
        there = sorted({each.collection for each in known})
        for name in collections:
            if known and name not in there:
                raise NotInLibrary(f"no collection {name!r} in this library; there are: {', '.join(there)}")
        for name in sorted(set(documents) - {each.id for each in known}):
            raise NotInLibrary(f"no document {name!r} in this library; the list of documents shows their ids")
    return Filter(
        tuple(dict.fromkeys(collections)), tuple(dict.fromkeys(documents)), published_from, published_to
    )
