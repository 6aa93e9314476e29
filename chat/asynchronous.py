"""The assistant for asyncio: each method of `Assistant` under its name, run in a thread."""

import asyncio
import functools
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar, cast

from chat.assistant import Assistant

if TYPE_CHECKING:
    from chat.remote import RemoteAssistant

P = ParamSpec("P")
T = TypeVar("T")
_END = object()


def _awaited(
    method: Callable[Concatenate[Assistant, P], T],
) -> Callable[Concatenate["AsyncAssistant", P], Coroutine[Any, Any, T]]:
    """Return the method as a coroutine function."""

    @functools.wraps(method)
    async def twin(self: "AsyncAssistant", /, *given: P.args, **named: P.kwargs) -> T:
        call: Callable[P, T] = getattr(self.assistant, method.__name__)
        return await asyncio.to_thread(call, *given, **named)

    return twin


def _stepped(
    method: Callable[Concatenate[Assistant, P], Iterator[T]],
) -> Callable[Concatenate["AsyncAssistant", P], AsyncIterator[T]]:
    """Return the method as an asynchronous generator; who leaves it early ends the work."""

    @functools.wraps(method)
    async def twin(self: "AsyncAssistant", /, *given: P.args, **named: P.kwargs) -> AsyncIterator[T]:
        call: Callable[P, Any] = getattr(self.assistant, method.__name__)
        steps = call(*given, **named)
        turn = threading.Lock()  # a cancelled task leaves a step running; closing waits for it

        def step() -> object:
            with turn:
                return next(steps, _END)

        def close() -> None:
            with turn:
                steps.close()

        try:
            while (found := await asyncio.to_thread(step)) is not _END:
                yield cast(T, found)
        finally:
            await asyncio.shield(asyncio.to_thread(close))

    return twin


class AsyncAssistant:
    """An assistant whose methods are awaited, and whose streams are iterated with `async for`."""

    def __init__(self, assistant: "Assistant | RemoteAssistant") -> None:
        self.assistant = assistant

    @classmethod
    async def open(cls, home: str | Path | None = None) -> Self:
        """Open the library in `home` as `Assistant.open` does; use it in an `async with`."""
        return cls(await asyncio.to_thread(Assistant.open, home))

    @property
    def home(self) -> Path:
        """The library's folder."""
        return self.assistant.home

    add = _awaited(Assistant.add)
    add_text = _awaited(Assistant.add_text)
    remove = _awaited(Assistant.remove)
    documents = _awaited(Assistant.documents)
    failures = _awaited(Assistant.failures)
    document = _awaited(Assistant.document)
    original = _awaited(Assistant.original)
    search = _awaited(Assistant.search)
    search_all = _awaited(Assistant.search_all)
    search_documents = _awaited(Assistant.search_documents)
    ask = _awaited(Assistant.ask)
    ask_many = _stepped(Assistant.ask_many)
    stream = _stepped(Assistant.stream)
    check = _awaited(Assistant.check)
    check_stream = _stepped(Assistant.check_stream)
    mentions = _awaited(Assistant.mentions)
    mark_seen = _awaited(Assistant.mark_seen)
    seen = _awaited(Assistant.seen)
    ask_grid = _stepped(Assistant.ask_grid)
    create_grid = _awaited(Assistant.create_grid)
    fill_grid = _stepped(Assistant.fill_grid)
    grids = _awaited(Assistant.grids)
    grid = _awaited(Assistant.grid)
    cell_seconds = _awaited(Assistant.cell_seconds)
    remove_grid = _awaited(Assistant.remove_grid)
    examples = _awaited(Assistant.examples)
    conversations = _awaited(Assistant.conversations)
    turns = _awaited(Assistant.turns)
    remove_conversation = _awaited(Assistant.remove_conversation)
    considered = _awaited(Assistant.considered)
    owner_of = _awaited(Assistant.owner_of)
    must_own = _awaited(Assistant.must_own)
    rename_conversation = _awaited(Assistant.rename_conversation)
    mark = _awaited(Assistant.mark)
    marks = _awaited(Assistant.marks)
    pin = _awaited(Assistant.pin)
    pins = _awaited(Assistant.pins)
    move_pin = _awaited(Assistant.move_pin)
    edit_pin = _awaited(Assistant.edit_pin)
    unpin = _awaited(Assistant.unpin)
    give_feedback = _awaited(Assistant.give_feedback)
    feedback = _awaited(Assistant.feedback)
    log = _awaited(Assistant.log)
    export_conversation = _awaited(Assistant.export_conversation)
    export_tray = _awaited(Assistant.export_tray)
    doctor = _awaited(Assistant.doctor)
    add_bytes = _awaited(Assistant.add_bytes)
    collections = _awaited(Assistant.collections)
    create_collection = _awaited(Assistant.create_collection)
    rename_collection = _awaited(Assistant.rename_collection)
    remove_collection = _awaited(Assistant.remove_collection)
    edit = _awaited(Assistant.edit)
    edits = _awaited(Assistant.edits)
    disable = _awaited(Assistant.disable)
    enable = _awaited(Assistant.enable)
    origins = _awaited(Assistant.origins)
    list_documents = _awaited(Assistant.list_documents)
    document_info = _awaited(Assistant.document_info)
    versions = _awaited(Assistant.versions)
    forget_failure = _awaited(Assistant.forget_failure)
    stop_sync = _awaited(Assistant.stop_sync)
    considered = _awaited(Assistant.considered)
    setup = _awaited(Assistant.setup)
    re_embedding_seconds = _awaited(Assistant.re_embedding_seconds)
    sync = _awaited(Assistant.sync)
    synced = _awaited(Assistant.synced)
    failed = _awaited(Assistant.failed)
    retry = _awaited(Assistant.retry)
    backup = _awaited(Assistant.backup)
    waiting = _awaited(Assistant.waiting)
    recognise = _awaited(Assistant.recognise)
    close = _awaited(Assistant.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
