"""How much is let in: sizes, lengths, and a rate for each token or client."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from chat.interfaces.http.problem import Problem

LONGEST_QUESTION = 4_000  # characters
LONGEST_DRAFT = 100_000  # characters of a text to check
MOST_FILES = 100  # of one upload
UPLOADS = "/api/v1/documents/files"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server lets in; sizes in bytes, the rate in requests a minute (0: as many as come)."""

    body: int = 1 << 20
    upload: int = 512 << 20
    rate: int = 600
    burst: int = 120
    """Requests that may come at once before the rate is felt."""
    at_work: int = 8
    """Questions, searches and the like that are worked on at the same time."""
    waiting: int = 64
    """And that may wait for it; more are refused."""
    jobs: int = 32
    """Additions that may wait."""

    def of_body(self, path: str) -> int:
        """Return how many bytes a request's body may have."""
        return self.upload if path == UPLOADS else self.body

    def check_length(self, path: str, stated: str | None) -> None:
        """Raise a Problem if a request says that its body is too large; if it does not say, it is counted."""
        most = self.of_body(path)
        if stated is not None and stated.isdigit() and int(stated) > most:
            raise Problem(413, "too-large", f"a request's body may have {most} bytes here, this has {stated}")


class Buckets:
    """A bucket of requests for each caller, which fills at the rate; the rarest callers are forgotten."""

    def __init__(
        self, rate: int, burst: int, *, clock: Callable[[], float] = time.monotonic, callers: int = 10_000
    ) -> None:
        self._per_second = rate / 60
        self._burst = float(max(burst, 1))
        self._clock = clock
        self._callers = callers
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Take one request out of a caller's bucket; raises a Problem with Retry-After when it is empty."""
        if not self._per_second:
            return
        with self._lock:
            now = self._clock()
            left, then = self._left.pop(caller, (self._burst, now))
            left = min(self._burst, left + (now - then) * self._per_second)
            short = left < 1
            self._left[caller] = (left if short else left - 1, now)
            if len(self._left) > self._callers:
                self._left.popitem(last=False)
        if short:
            seconds = int((1 - left) / self._per_second) + 1
            raise Problem(
                429,
                "too-many-requests",
                f"more requests than this server takes from one caller; try again in {seconds} s",
                {"Retry-After": str(seconds)},
            )
