"""Turn a claimed quote into a citation, if the words stand where it says: the only maker of citations."""

from dataclasses import dataclass
from typing import Protocol

from chat.answer import Citation, Context, Quote, State
from chat.verify.place import locator_of, page_of
from ingest.document import Document


class Shelf(Protocol):
    """Where documents are read from: each version as it is now."""

    def find(self, document_id: str, version: int) -> Document | None:
        """Return that version, or None once it was removed."""
        ...

    def state(self, document_id: str, version: int) -> State:
        """Return whether that version is current, superseded or removed."""
        ...


class ReadOnce:
    """A shelf that reads each document once, for as long as one answer is made or put together again."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._documents: dict[tuple[str, int], Document | None] = {}
        self._states: dict[tuple[str, int], State] = {}

    def find(self, document_id: str, version: int) -> Document | None:
        """Return that version as it was when it was first asked for."""
        place = (document_id, version)
        if place not in self._documents:
            self._documents[place] = self._shelf.find(document_id, version)
        return self._documents[place]

    def state(self, document_id: str, version: int) -> State:
        """Return the state that it had then."""
        place = (document_id, version)
        if place not in self._states:
            self._states[place] = self._shelf.state(document_id, version)
        return self._states[place]


@dataclass(frozen=True, slots=True)
class Misquoted:
    """A quote that cannot be cited, and why, in words."""

    reason: str


def cite(quote: Quote, number: int, shelf: Shelf, context: tuple[Context, ...] = ()) -> Citation | Misquoted:
    """Return the citation of a quote whose words stand at its span, code point for code point."""
    document = shelf.find(quote.document_id, quote.version)
    if document is None:
        return Misquoted("the document it names is not in the library any more")
    if not 0 <= quote.start < quote.end <= len(document.text):
        return Misquoted(
            f"it points at {quote.start}–{quote.end} of a text of {len(document.text)} characters"
        )
    words = document.text[quote.start : quote.end]
    if words != quote.text:
        return Misquoted("the source does not have these words at that place")
    return Citation(
        number=number,
        document_id=document.id,
        document_version=document.version,
        content_hash=document.content_hash,
        state=shelf.state(document.id, document.version),
        title=document.title,
        source=document.source,
        collection=document.collection,
        page=page_of(document, quote.start),
        locator=locator_of(document, quote.start, quote.end),
        start=quote.start,
        end=quote.end,
        quote=words,
        passage=quote.passage,
        context=context,
        published=document.reading.published,
        score=quote.score,
    )
