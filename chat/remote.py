"""The assistant of a library that another process owns: the same methods, over its local socket.

Everything travels as JSON. What a method takes and gives is turned into plain values by the functions at
the end, on both sides the same.
"""

import base64
import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from chat.answer import (
    Answer,
    Checked,
    Event,
)
from chat.assistant import Assistant
from chat.considering import Considered
from chat.events import event_from_dict, event_to_dict, hit_from_dict
from chat.grid import filter_from_dict
from chat.in_order import in_order
from chat.remote_keeping import RemoteKeeping, add_report, keeping_handlers
from chat.remote_listing import RemoteListing, document_info, listing_handlers
from chat.remote_recording import RemoteRecording, recording_handlers
from chat.remote_setup import RemoteDescribing, setup_handlers
from chat.remote_working import RemoteWorking, checked_from_dict, working_handlers
from chat.searching import RemoteSearching, searching_handlers
from chat.succession import Caller
from ingest.document import Document, reading_from
from retrieval.hit import Filter, Hit
from retrieval.owner import Emit, Handler
from retrieval.report import AddProgress, AddReport, DocumentInfo, Failure, Receipt

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

_EVERYWHERE = Filter()


class RemoteAssistant(
    RemoteKeeping, RemoteRecording, RemoteListing, RemoteWorking, RemoteDescribing, RemoteSearching
):
    """Works through the process that owns the library; its methods are those of `Assistant`."""

    def __init__(self, home: Path, client: Caller) -> None:
        self.home = home
        self._client = client

    def add(
        self,
        *sources: str | Path,
        collection: str = "default",
        on_progress: Callable[[AddProgress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> AddReport:
        """Add files, folders and URLs; paths are made absolute here, where the caller stands."""
        named = [
            source if isinstance(source, str) and "://" in source else str(Path(source).absolute())
            for source in sources
        ]
        data = self._job("add", {"sources": named, "collection": collection}, on_progress, cancel)
        return add_report(data)

    def add_text(
        self,
        text: str,
        *,
        source: str,
        title: str | None = None,
        metadata: dict[str, str] | None = None,
        collection: str = "default",
    ) -> AddReport:
        """Add a text under the caller's own name for it."""
        arguments = {
            "text": text, "source": source, "title": title, "metadata": metadata, "collection": collection
        }  # fmt: skip
        return add_report(self._client.call("add_text", arguments))

    def remove(self, *document_ids: str, purge: bool = False) -> list[Receipt]:
        """Remove documents with a receipt for each; raises NotInLibrary."""
        rows = self._client.call("remove", {"ids": list(document_ids), "purge": purge})
        return [Receipt(**row) for row in rows]

    def documents(self, collections: Sequence[str] = ()) -> list[DocumentInfo]:
        """Return what is in these collections, or in all."""
        rows = self._client.call("documents", {"collections": list(collections)})
        return [document_info(row) for row in rows]

    def failures(self) -> list[Failure]:
        """Return what could not be read."""
        return [Failure(**row) for row in self._client.call("failures", {})]

    def waiting(self) -> list[Failure]:
        """Return what waits for OCR."""
        return [Failure(**row) for row in self._client.call("waiting", {})]

    def recognise(self, on_progress: Callable[[AddProgress], None] | None = None) -> AddReport:
        """Read what waits for OCR."""
        return add_report(self._job("recognise", {}, on_progress, None))

    def document(self, document_id: str, version: int | None = None) -> Document:
        """Return a document's current version, or the one asked for; raises NotInLibrary."""
        data = self._client.call("document", {"id": document_id, "version": version})
        reading = data.pop("reading")
        return Document(reading=reading_from(reading.pop("text"), reading), **data)

    def original(self, document_id: str, version: int | None = None) -> bytes | None:
        """Return the bytes that a document was read from, or None if it came as text."""
        data = self._client.call("original", {"id": document_id, "version": version})
        return None if data is None else base64.b64decode(data)

    def search(self, words: str, *, limit: int = 10, where: Filter = _EVERYWHERE) -> list[Hit]:
        """Return at most `limit` hits, best first."""
        rows = self._client.call("search", {"words": words, "limit": limit, "where": asdict(where)})
        return [hit_from_dict(row) for row in rows]

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
        """Answer a question; raises NotInLibrary for an unknown conversation."""
        asked = _question(question, conversation, where, standalone, save, owner)
        return Answer.from_dict(self._client.call("ask", asked))

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
        """Yield the same events as `Assistant.stream`, as the owner comes to them."""
        asked = _question(question, conversation, where, standalone, save, owner)
        events = self._client.stream("stream", asked)
        with contextlib.closing(events):
            for event in events:
                yield event_from_dict(event)

    def ask_many(
        self, questions: Iterable[str], *, workers: int = 2, where: Filter = _EVERYWHERE, save: bool = False
    ) -> Iterator[Answer]:
        """Yield the answer of each question, in their order; each stands for itself."""
        return in_order(lambda question: self.ask(question, where=where, save=save), questions, workers)

    def check(self, text: str, *, where: Filter = _EVERYWHERE) -> list[Checked]:
        """Compare each sentence of a pasted text with the library."""
        rows = self._client.call("check", {"text": text, "where": asdict(where)})
        return [checked_from_dict(row) for row in rows]

    def examples(self, limit: int = 3) -> list[str]:
        """Return questions made from the library's own documents."""
        return list(self._client.call("examples", {"limit": limit}))

    def considered(self, conversation: str, turn: int) -> Considered:
        """Return what a saved answer was made of; raises NotInLibrary."""
        given = {"conversation": conversation, "turn": turn}
        return Considered.from_dict(self._client.call("considered", given))

    def doctor(self) -> list[str]:
        """Check the library and return a line for each check."""
        return list(self._client.call("doctor", {}))

    def as_runnable(self) -> "Runnable[str | dict[str, Any], Answer]":
        """Return `ask` as a LangChain Runnable."""
        from chat.langchain_retriever import AssistantRunnable

        return AssistantRunnable(self)

    def close(self) -> None:
        """Hang up; the owner goes on."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def handlers(assistant: Assistant) -> Mapping[str, Handler]:
    """Return what an owner answers to `RemoteAssistant`, call by call."""

    def original(given: dict[str, Any], _: Emit) -> Any:
        data = assistant.original(given["id"], given["version"])
        return None if data is None else base64.b64encode(data).decode("ascii")

    def stream(given: dict[str, Any], emit: Emit) -> None:
        for event in assistant.stream(**{**given, "where": filter_from_dict(given["where"])}):
            if not emit(event_to_dict(event)):
                return  # whoever asked has left: the rest is not worked out, and nothing is saved

    def plain(call: Callable[[dict[str, Any]], Any]) -> Handler:
        return lambda given, _: call(given)

    return {
        **keeping_handlers(assistant),
        **recording_handlers(assistant),
        **listing_handlers(assistant),
        **working_handlers(assistant),
        **setup_handlers(assistant),
        **searching_handlers(assistant),
        "original": original,
        "add_text": plain(lambda given: asdict(assistant.add_text(given.pop("text"), **given))),
        "remove": plain(
            lambda given: [asdict(row) for row in assistant.remove(*given["ids"], purge=given["purge"])]
        ),
        "documents": plain(
            lambda given: [asdict(row) for row in assistant.documents(tuple(given["collections"]))]
        ),
        "waiting": plain(lambda given: [asdict(row) for row in assistant.waiting()]),
        "failures": plain(lambda given: [asdict(row) for row in assistant.failures()]),
        "document": plain(lambda given: asdict(assistant.document(given["id"], given["version"]))),
        "search": plain(
            lambda given: [
                asdict(hit)
                for hit in assistant.search(
                    given["words"], limit=given["limit"], where=filter_from_dict(given["where"])
                )
            ]
        ),
        "ask": plain(
            lambda given: assistant.ask(**{**given, "where": filter_from_dict(given["where"])}).to_dict()
        ),
        "stream": stream,
        "check": plain(
            lambda given: [
                row.to_dict()
                for row in assistant.check(given["text"], where=filter_from_dict(given["where"]))
            ]
        ),
        "examples": plain(lambda given: assistant.examples(given["limit"])),
        "considered": plain(
            lambda given: assistant.considered(given["conversation"], given["turn"]).to_dict()
        ),
        "doctor": plain(lambda given: assistant.doctor()),
    }


def _question(
    question: str, conversation: str | None, where: Filter, standalone: str | None, save: bool, owner: str
) -> dict[str, Any]:
    return {
        "question": question,
        "conversation": conversation,
        "where": asdict(where),
        "standalone": standalone,
        "save": save,
        "owner": owner,
    }
