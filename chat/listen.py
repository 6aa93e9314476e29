"""Listening to a chat model: its text as it comes, with limits on waiting, few retries, and a way to stop.

The model is read on an event loop of its own thread, because only there can a wait be ended at once, and
because the providers' clients keep their connections on the loop that opened them.
"""

import asyncio
import concurrent.futures
import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chat import stopping
from chat.prompt import Message

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TRIES = 3
LONGEST_RETRY_AFTER = 20.0  # seconds; a server that wants more is not waited for
BACKOFF = 0.5  # seconds before the second try, twice as many before the third
MOST_CHARACTERS = 20_000  # a model that does not come to an end is ended here
MOST_SECONDS = 600.0
_LOOK = 0.1  # seconds between two looks at whether anybody still waits
_AGAIN = frozenset({408, 409, 425, 429})  # and what is 500 or more


class ModelFailed(Exception):
    """The model gave no answer, or stopped within it; `str(error)` says why, after the model's name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until the model must have begun, and between two pieces of its text."""

    first: float = 30.0
    idle: float = 30.0


class Listener:
    """Reads one chat model; thread-safe. Its thread starts with the first question."""

    def __init__(self, model: "BaseChatModel", limits: Limits) -> None:
        self._model = model
        self._limits = limits
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def listen(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the text piece by piece; raises ModelFailed. Closing the iterator stops the model.

        A failed request is made again, at most `TRIES` times in all, while no text has come; never after.
        """
        pieces: queue.SimpleQueue[str | ModelFailed | None] = queue.SimpleQueue()
        loop, unwanted = self._running(), asyncio.Event()
        read = asyncio.run_coroutine_threadsafe(self._read_while_wanted(messages, pieces, unwanted), loop)
        try:
            while (piece := _next(pieces)) is not None:
                if isinstance(piece, ModelFailed):
                    raise piece
                yield piece
        finally:
            with contextlib.suppress(RuntimeError):  # the loop is closed, and with it what it read
                loop.call_soon_threadsafe(unwanted.set)
            # The connection is let go of before anything else is asked, unless that takes long.
            concurrent.futures.wait([read], timeout=1.0)

    def close(self) -> None:
        """Stop the thread, and what it reads."""
        with self._lock:
            if self._loop is not None and self._thread is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join(timeout=5.0)
            self._loop = self._thread = None

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_run, args=(self._loop,), name="footnote-model", daemon=True
                )
                self._thread.start()
            return self._loop

    async def _read_while_wanted(
        self,
        messages: Sequence[Message],
        pieces: "queue.SimpleQueue[str | ModelFailed | None]",
        unwanted: asyncio.Event,
    ) -> None:
        reading = asyncio.create_task(self._read(messages, pieces))
        waiting = asyncio.create_task(unwanted.wait())
        await asyncio.wait({reading, waiting}, return_when=asyncio.FIRST_COMPLETED)
        await _end({reading, waiting})

    async def _read(
        self, messages: Sequence[Message], pieces: "queue.SimpleQueue[str | ModelFailed | None]"
    ) -> None:
        from langsmith import tracing_context

        try:
            # A tracing key in the environment is no reason to send anybody's documents away.
            with tracing_context(enabled=False):
                async with asyncio.timeout(MOST_SECONDS):
                    await self._try(messages, pieces)
            pieces.put(None)
        except ModelFailed as error:
            pieces.put(error)
        except TimeoutError:
            pieces.put(ModelFailed(f"did not come to an end within {MOST_SECONDS:g} s"))
        except Exception as error:  # whatever a provider's client raises: its text may hold a key or a prompt
            pieces.put(ModelFailed(_reason(error)))

    async def _try(
        self, messages: Sequence[Message], pieces: "queue.SimpleQueue[str | ModelFailed | None]"
    ) -> None:
        given: list[tuple[str, str]] = [(each.role, each.text) for each in messages]
        for number in range(1, TRIES + 1):
            heard = 0
            try:
                async for text in self._texts(given):
                    heard += len(text)
                    pieces.put(text)
                    if heard > MOST_CHARACTERS:
                        return
                if heard:
                    return
                raise ModelFailed("gave an empty answer")
            except ModelFailed:
                raise
            except Exception as error:
                if heard:
                    raise ModelFailed(f"broke off within its answer ({_reason(error)})") from error
                wait = _wait(error, number)
                if wait is None:
                    tries = f" ({number} tries)" if number > 1 else ""
                    raise ModelFailed(_reason(error) + tries) from error
                await asyncio.sleep(wait)

    async def _texts(self, messages: list[tuple[str, str]]) -> AsyncIterator[str]:
        """Yield each piece of text; raises ModelFailed when one does not come in time."""
        stream = aiter(self._model.astream(messages))
        limit, begun = self._limits.first, False
        try:
            while True:
                try:
                    async with asyncio.timeout(limit):
                        chunk = await anext(stream)
                except StopAsyncIteration:
                    return
                except TimeoutError as error:
                    if begun:
                        raise ModelFailed(f"fell silent for {limit:g} s within its answer") from error
                    raise ModelFailed(f"did not begin to answer within {limit:g} s") from error
                if text := chunk.text:
                    limit, begun = self._limits.idle, True
                    yield text
        finally:
            if hasattr(stream, "aclose"):
                await stream.aclose()


def _next(pieces: "queue.SimpleQueue[str | ModelFailed | None]") -> str | ModelFailed | None:
    """Wait for the next piece; raises Stopped once nobody waits for the answer any more."""
    while True:
        stopping.check()
        try:
            return pieces.get(timeout=_LOOK)
        except queue.Empty:
            continue


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(_stop_all())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _stop_all() -> None:
    await _end({task for task in asyncio.all_tasks() if task is not asyncio.current_task()})


async def _end(tasks: "set[asyncio.Task[Any]]") -> None:
    """Cancel tasks until they are done.

    Once is not enough: up to Python 3.11 `asyncio.wait_for`, which providers' clients call for each chunk,
    loses a cancellation that comes together with a chunk (https://github.com/python/cpython/issues/86296).
    """
    while tasks:
        for task in tasks:
            task.cancel()
        _, tasks = await asyncio.wait(tasks, timeout=_LOOK)


def _wait(error: Exception, number: int) -> float | None:
    """Return the seconds to wait before the next try, or None if there shall be none."""
    status = _status(error)
    if number == TRIES or (status is not None and status < 500 and status not in _AGAIN):
        return None
    response: Any = getattr(error, "response", None)
    headers: Mapping[str, str] = getattr(response, "headers", None) or {}
    try:
        wanted = float(headers.get("retry-after", ""))
    except ValueError:
        return BACKOFF * (1, 2, 4)[number - 1]
    return wanted if 0 <= wanted <= LONGEST_RETRY_AFTER else None


def _status(error: Exception) -> int | None:
    status: Any = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def _reason(error: Exception) -> str:
    """Say what happened without the error's own text."""
    status = _status(error)
    if status in (401, 403):
        return f"refused the request (HTTP {status}): is its key right?"
    if status == 404:
        return "is not known at that address (HTTP 404)"
    if status == 429:
        return "takes no more requests for now (HTTP 429)"
    if status is not None:
        return f"failed (HTTP {status})"
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    if "Timeout" in names:
        return "did not answer in time"
    if "Connect" in names or "Protocol" in names or "ReadError" in names or isinstance(error, OSError):
        return f"could not be reached, or hung up ({type(error).__name__})"
    return f"gave something that is no answer ({type(error).__name__})"
