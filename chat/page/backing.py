"""What the page needs of an assistant, so that a scripted one can stand behind it in tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from chat.answer import ConversationInfo, Event, Turn
from chat.considering import Considered
from ingest.collection import CollectionInfo
from ingest.document import Document
from retrieval.hit import Filter, Hit
from retrieval.report import (
    AddProgress,
    AddReport,
    DocumentInfo,
    DocumentPage,
    Failure,
    ListedState,
    Receipt,
)


class Backing(Protocol):
    """The part of `chat.assistant.Assistant` that the page calls; its docstrings say what each promises."""

    @property
    def home(self) -> Path:
        """The library's folder."""
        ...

    def add(
        self,
        *sources: str | Path,
        collection: str = "default",
        on_progress: Callable[[AddProgress], None] | None = None,
    ) -> AddReport:
        """Take in files, folders and URLs."""
        ...

    def remove(self, *document_ids: str) -> Sequence[Receipt]:
        """Remove documents and prove it. Raises NotInLibrary."""
        ...

    def documents(self) -> Sequence[DocumentInfo]:
        """Return every document."""
        ...

    def document_info(self, document_id: str) -> DocumentInfo:
        """Return one document's line of the list. Raises NotInLibrary."""
        ...

    def list_documents(
        self, words: str = "", *, state: ListedState | None = None, limit: int = 50
    ) -> DocumentPage:
        """Return a part of the table of everything, and how many there are of each state."""
        ...

    def collections(self) -> Sequence[CollectionInfo]:
        """Return every collection."""
        ...

    def failures(self) -> Sequence[Failure]:
        """Return what could not be read."""
        ...

    def waiting(self) -> Sequence[Failure]:
        """Return what waits for OCR."""
        ...

    def document(self, document_id: str, version: int | None = None) -> Document:
        """Return one version, the current one unless said. Raises NotInLibrary."""
        ...

    def original(self, document_id: str, version: int | None = None) -> bytes | None:
        """Return the kept bytes of the source, if they are kept."""
        ...

    def search(self, words: str, *, limit: int = 10, where: Filter = ...) -> Sequence[Hit]:
        """Return passages, best first."""
        ...

    def stream(
        self,
        question: str,
        *,
        conversation: str | None = None,
        where: Filter = ...,
        standalone: str | None = None,
    ) -> Iterator[Event]:
        """Answer, sentence by verified sentence."""
        ...

    def examples(self, limit: int = 3) -> Sequence[str]:
        """Return questions that this library answers."""
        ...

    def conversations(self) -> Sequence[ConversationInfo]:
        """Return saved conversations, newest first."""
        ...

    def turns(self, conversation: str) -> Sequence[Turn]:
        """Return a conversation's turns as the documents are now. Raises NotInLibrary."""
        ...

    def considered(self, conversation: str, turn: int) -> Considered:
        """Return what a saved answer was made of. Raises NotInLibrary."""
        ...

    def origins(self) -> Mapping[str, str]:
        """Return, for each document that is one text with another, the id that stands for that text."""
        ...

    def remove_conversation(self, conversation: str) -> None:
        """Forget a conversation."""
        ...
