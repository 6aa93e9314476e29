"""One function over many items in a few threads, the results in the items' order and only a few held."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_order(function: Callable[[T], R], items: Iterable[T], workers: int) -> Generator[R, None, None]:
    """Yield the result of each item, in their order; items are taken as their turn comes.

    At most twice as many as there are `workers` are under way or waiting to be yielded. One worker gives each
    result before it takes the next item. What the function raises is raised at its item's place; what was
    under way then is finished and dropped.
    """
    if workers < 1:
        raise ValueError(f"{workers} workers do nothing; at least one is needed")
    ahead = 2 * workers if workers > 1 else 1
    under_way: deque[Future[R]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="footnote-ask") as pool:
        try:
            for item in items:
                under_way.append(pool.submit(function, item))
                if len(under_way) >= ahead:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for waiting in under_way:
                waiting.cancel()
