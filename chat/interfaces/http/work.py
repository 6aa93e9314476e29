"""The assistant's calls, which take their time, in threads of their own; many may wait, but not any number.

A caller that hangs up is noticed at once, and the work on its question is told to stop (`chat.stopping`).
"""

import asyncio
import contextvars
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from chat import stopping
from chat.interfaces.http.problem import Problem
from chat.stopping import Stopped

if TYPE_CHECKING:
    from prometheus_client import Gauge
    from starlette.requests import Request

T = TypeVar("T")
_PATIENCE = 15.0  # seconds of silence after which a listener is told that work goes on


@dataclass(frozen=True, slots=True)
class _End:
    """Nothing more comes; `error` is why, unless all is told."""

    error: BaseException | None = None


class Work:
    """At most `at_work` calls run at the same time and `waiting` more wait; the rest is refused."""

    def __init__(self, at_work: int, waiting: int, gauge: "Gauge") -> None:
        self._threads = ThreadPoolExecutor(at_work, thread_name_prefix="footnote-work")
        self._places = threading.BoundedSemaphore(at_work + waiting)
        self._gauge = gauge

    async def run(self, call: Callable[..., T], *given: Any, **named: Any) -> T:
        """Return what a call gives; raises what it raises, and a Problem if too many wait."""
        return await asyncio.wrap_future(self._start(lambda: call(*given, **named)))

    async def events(self, start: Callable[[], Iterator[T]]) -> AsyncGenerator[T | None, None]:
        """Yield what an iterator gives, and None whenever it has given nothing for a while.

        Close this generator early, and the iterator's work is stopped. The whole iterator runs in one
        thread, and is closed there.
        """
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[T | _End] = asyncio.Queue()
        unwanted = threading.Event()

        def tell(item: T | _End) -> None:
            with suppress(RuntimeError):  # the loop has ended, so nobody listens
                loop.call_soon_threadsafe(queue.put_nowait, item)

        def work() -> None:
            try:
                with stopping.while_wanted(unwanted):
                    _drain(start, tell)
            except BaseException as error:  # raised again where it is awaited
                tell(_End(error))
            else:
                tell(_End())

        self._start(work)
        try:
            while True:
                try:
                    item = await asyncio.wait_for(queue.get(), _PATIENCE)
                except TimeoutError:
                    yield None
                    continue
                if isinstance(item, _End):
                    break
                yield item
            if item.error is not None:
                raise item.error
        finally:
            unwanted.set()

    async def last(self, request: "Request", start: Callable[[], Iterator[T]]) -> T:
        """Return the last of what an iterator gives; raises Stopped if the caller hangs up before."""

        async def drained() -> T:
            async with aclosing(self.events(start)) as events:
                *_, last = [event async for event in events if event is not None]
                return last

        return await unless_gone(request, drained())

    def close(self) -> None:
        """Let what runs finish, and begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start(self, call: Callable[[], T]) -> Future[T]:
        if not self._places.acquire(blocking=False):
            raise Problem(
                503, "busy", "too many questions wait already; try again in a moment", {"Retry-After": "2"}
            )
        self._gauge.inc()
        try:
            future = self._threads.submit(contextvars.copy_context().run, call)
        except RuntimeError as error:
            self._done()
            raise Problem(503, "ending", "this server is about to end") from error
        future.add_done_callback(lambda _: self._done())
        return future

    def _done(self) -> None:
        self._places.release()
        self._gauge.dec()


async def unless_gone(request: "Request", working: "Coroutine[Any, Any, T]") -> T:
    """Return what a coroutine gives; if the caller hangs up before, cancel it and raise Stopped.

    The request's body must have been read.
    """

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    work, leaving = asyncio.ensure_future(working), asyncio.ensure_future(gone())
    try:
        await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        raise Stopped
    finally:
        work.cancel()
        leaving.cancel()
        await asyncio.gather(work, leaving, return_exceptions=True)


def _drain(start: Callable[[], Iterator[T]], tell: Callable[[T], None]) -> None:
    """Tell everything that an iterator gives, unless nobody wants it any more."""
    stopping.check()
    steps = start()
    try:
        for step in steps:
            tell(step)
            stopping.check()
    finally:
        if isinstance(steps, Generator):
            steps.close()
