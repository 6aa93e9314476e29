"""The assistant: documents in, questions asked, verified answers out. The story of the app is in `ask`."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from chat.answer import Answer, Checked, Done, Event, Found, Standalone
from chat.considering import Considering, said
from chat.followup import Said, standalone
from chat.in_order import in_order
from chat.keeping import Keeping
from chat.listing import Listing
from chat.recording import Recording
from chat.records import Records
from chat.searching import Searching
from chat.settings import Settings
from chat.setup import Describing
from chat.verify.answering import Asked
from chat.verify.checking import Checker
from chat.verify.cite import ReadOnce, Shelf
from chat.verify.restore import from_stored, to_stored
from chat.working import Working
from ingest.document import Document
from ingest.observe import whole
from retrieval.hit import Filter, Hit
from retrieval.report import AddProgress, AddReport, DocumentInfo, Failure, Receipt
from retrieval.sources import TextSource, resolve

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from chat.chain import Chain
    from chat.remote import RemoteAssistant
    from retrieval.library import Library

_EVERYWHERE = Filter()
_EARLIER = 8  # turns that a follow-up is understood from; what it leaves out was said lately


class Assistant(Keeping, Recording, Listing, Working, Considering, Describing, Searching):
    """Everything Footnote does, for one library; thread-safe. Made by `open`, or by `chat.build`."""

    def __init__(
        self,
        library: "Library",
        shelf: Shelf,
        records: Records,
        chain: "Chain",
        checker: Checker,
        *,
        settings: Settings,
        on_close: Callable[[], object] = lambda: None,
    ) -> None:
        self._library = library
        self._shelf = shelf
        self._records = records
        self._conversations = records.conversations
        self._chain = chain
        self._checker = checker
        self._settings = settings
        self._allow_private = settings.allow_private_addresses
        self._on_close = on_close
        self._examples: tuple[str, int, list[str]] | None = None

    @classmethod
    def open(cls, home: str | Path | None = None) -> "Assistant | RemoteAssistant":
        """Open the library in `home` (None: FOOTNOTE_HOME, or this user's data folder), or make it.

        If another process owns it, what comes back has the same methods and works through that process.
        Raises LibraryBusy if the owner cannot be reached, LibraryMismatch if it was embedded otherwise.
        """
        from chat.build import open_assistant
        from chat.settings import read_settings

        return open_assistant(read_settings(home))

    @property
    def home(self) -> Path:
        """The library's folder."""
        return self._library.home

    def add(
        self,
        *sources: str | Path,
        collection: str = "default",
        on_progress: Callable[[AddProgress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> AddReport:
        """Add files, folders (recursively), patterns and URLs; what cannot be read is reported, no more.

        Setting `cancel` ends it soon: what was told to be ready is in, the rest is as it was.
        """
        return self._library.add(
            resolve(sources, allow_private=self._allow_private, uploads=self.home / "uploads"),
            collection,
            on_progress,
            cancel,
        )

    def add_text(
        self,
        text: str,
        *,
        source: str,
        title: str | None = None,
        metadata: dict[str, str] | None = None,
        collection: str = "default",
    ) -> AddReport:
        """Add a text under the caller's own name for it; `metadata` may hold `published` (YYYY-MM-DD)."""
        item = TextSource(text, source, title, tuple(sorted((metadata or {}).items())))
        return self._library.add([item], collection)

    def remove(self, *document_ids: str, purge: bool = False) -> list[Receipt]:
        """Remove documents, all versions, with a receipt for each; raises NotInLibrary and removes none.

        `purge` also writes the library's files anew, so that not even numbers of theirs linger in them.
        """
        return self._library.remove(document_ids, purge=purge)

    def documents(self, collections: Sequence[str] = ()) -> list[DocumentInfo]:
        """Return what is in these collections, or in all, in the order in which it was added."""
        return self._library.documents(collections)

    def failures(self) -> list[Failure]:
        """Return what could not be read, latest first."""
        return self._library.failures()

    def waiting(self) -> list[Failure]:
        """Return what waits for OCR, and is not in yet; its reason says so."""
        return self._library.waiting()

    def recognise(self, on_progress: Callable[[AddProgress], None] | None = None) -> AddReport:
        """Read what waits for OCR, also what an earlier process left; `add` does that too, at its end."""
        return self._library.recognise(on_progress)

    def document(self, document_id: str, version: int | None = None) -> Document:
        """Return a document's current version, or the one asked for; raises NotInLibrary."""
        return self._library.document(document_id, version)

    def original(self, document_id: str, version: int | None = None) -> bytes | None:
        """Return the bytes that a document was read from, or None if it came as text."""
        return self._library.original(document_id, version)

    def search(self, words: str, *, limit: int = 10, where: Filter = _EVERYWHERE) -> list[Hit]:
        """Return at most `limit` hits, best first."""
        return self._library.search(words, limit=limit, where=where)

    def ask(
        self,
        question: str,
        *,
        conversation: str | None = None,
        where: Filter = _EVERYWHERE,
        standalone: str | None = None,
        save: bool = True,
        owner: str = "",
    ) -> Answer:
        """Answer a question, in a conversation if one is named; raises NotInLibrary for an unknown one.

        `standalone` is searched instead of what would be made of the question and its conversation. Without
        `save` nothing is kept of it, and the answer's conversation is the one given, or "". A conversation
        that begins is `owner`'s; one that is somebody else's is not there for a named owner.
        """
        *_, last = self.stream(
            question, conversation=conversation, where=where, standalone=standalone, save=save, owner=owner
        )
        if not isinstance(last, Done):
            raise TypeError("a stream ends with Done")
        return last.answer

    def stream(
        self,
        question: str,
        *,
        conversation: str | None = None,
        where: Filter = _EVERYWHERE,
        standalone: str | None = None,
        save: bool = True,
        owner: str = "",
    ) -> Iterator[Event]:
        """Yield the question as searched, the passages found, each sentence once checked, last the answer.

        The turn is saved, under its conversation's next number, just before the last event: one that is
        left half-way is not. Nothing waits for whoever reads slowly.
        """
        return self._stream(self._chain, question, conversation, where, standalone, save, owner)

    def _stream(
        self,
        chain: "Chain",
        question: str,
        conversation: str | None,
        where: Filter,
        standalone: str | None,
        save: bool,
        owner: str,
    ) -> Iterator[Event]:
        from chat.chain import Prompted, Question

        prompted = None
        with whole("ask") as asking:
            if conversation is not None and owner:
                self.must_own(conversation, owner)
            asked, earlier = self._asked(question, conversation, standalone, where)
            yield Standalone(asked.standalone)
            with asking.within():
                bare = question if standalone is None else ""  # what somebody wrote is searched alone
                found = chain.retrieve(Question(asked, where, bare, earlier))
            yield Found(found.hits)
            with asking.within():
                drafted = chain.draft(found)
                events = chain.verify(drafted)
            with contextlib.closing(events):  # whoever leaves stops a language model that is writing
                while True:
                    with asking.within():
                        event = next(events)
                    if isinstance(event, Answer):
                        break
                    if isinstance(event, Prompted):
                        prompted = event
                        continue
                    yield event
            answer = self._kept(event, asked, save, owner)
            if save:
                self._consider(answer, found.hits, prompted, earlier)
            yield Done(answer)

    def ask_many(
        self, questions: Iterable[str], *, workers: int = 2, where: Filter = _EVERYWHERE, save: bool = False
    ) -> Iterator[Answer]:
        """Yield the answer of each question, in their order; each stands for itself.

        Questions are taken and answered as the answers are, at most twice as many as `workers` ahead.
        """
        return in_order(lambda question: self.ask(question, where=where, save=save), questions, workers)

    def check(self, text: str, *, where: Filter = _EVERYWHERE) -> list[Checked]:
        """Compare each sentence of a pasted text with the library; none is left out."""
        return self._checker.check(text, where)

    def examples(self, limit: int = 3) -> list[str]:
        """Return questions made from the library's own documents; each of them is answered."""
        from chat.examples import examples

        version = self._library.passages.library_version
        if self._examples is None or self._examples[:2] != (version, limit):
            documents = [self._library.document(info.id) for info in self._library.documents()[:24]]
            found = examples(documents, self._is_answered, limit)
            self._examples = (version, limit, found)
        return list(self._examples[2])

    def doctor(self) -> list[str]:
        """Check the library, mend what can be mended, and return a line for each check."""
        return self._library.doctor()

    def warm(self) -> None:
        """Load the model and settle the indexes, so that the first question is as quick as the next."""
        self._library.search("warm up", limit=1)
        self._chain.warm()
        self._library.indexes.settle()

    def as_runnable(self) -> "Runnable[str | dict[str, Any], Answer]":
        """Return `ask` as a LangChain Runnable: of a question, or of a mapping with what `ask` takes."""
        from chat.langchain_retriever import AssistantRunnable

        return AssistantRunnable(self)

    def close(self) -> None:
        """Finish what is running, save everything and let the library go."""
        self._on_close()
        self._library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _asked(
        self, question: str, conversation: str | None, given: str | None, where: Filter
    ) -> tuple[Asked, tuple[Said, ...]]:
        """Return the question as it is searched, and what was said before, where anybody needs it."""
        turns = self._conversations.turns(conversation, _EARLIER) if conversation is not None else []
        earlier: tuple[Said, ...] = ()
        if turns and (given is None or self._chain.writes):
            shelf = ReadOnce(self._shelf)
            earlier = tuple(said(from_stored(stored, shelf)) for _, _, stored in turns)
        asked = Asked(
            question=question,
            standalone=standalone(question, list(earlier)) if given is None else given,
            conversation=conversation or "",
            turn=turns[-1][0] + 1 if turns else 1,
            documents=len(self._library.passages.allowed(where)),
            collections=where.collections,
            unreadable=(*self._library.failures(), *self._library.waiting()),
            library_version=self._library.passages.library_version,
        )
        return asked, earlier

    def _kept(self, answer: Answer, asked: Asked, save: bool, owner: str) -> Answer:
        """Return the answer as it was saved, with its conversation and the number that it got there."""
        if not save:
            return answer
        conversation = asked.conversation or self._conversations.new_id()
        answer = replace(answer, conversation=conversation)
        number = self._conversations.save(
            conversation,
            asked.question,
            to_stored(answer),
            follows=bool(asked.conversation),
            owner=owner,
        )
        return replace(answer, turn=number)

    def _is_answered(self, question: str) -> bool:
        *_, done = self._stream(self._chain.quoting(), question, None, _EVERYWHERE, None, False, "")
        return isinstance(done, Done) and done.answer.status == "answered"
