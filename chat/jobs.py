"""Additions to the library, one after the other in the background, each with its progress and outcome.

They are kept in memory: what a job added is in the library for good, but the job itself is forgotten when
the server ends, or when many others have come after it. The page and the API share them.
"""

import itertools
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from ingest.errors import Ending, FootnoteError, NoSuchJob, TooManyAdditions
from retrieval.report import AddProgress, AddReport, Failure

Told = Callable[[AddProgress], None]
Run = Callable[[Told, threading.Event], AddReport]
"""What a job does: it tells its progress, and ends soon once the event is set."""
_KEPT = 200  # jobs that are over and can still be looked at
_UNEXPECTED = "something went wrong here; what was told to be in is in: do the same again"


class Gauge(Protocol):
    """What counts the jobs that are not over."""

    def inc(self) -> None:
        """One more."""
        ...

    def dec(self) -> None:
        """One less."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """The latest of one source of a job; `number` grows with each change of any of the job's sources."""

    number: int
    source: str
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """One addition; `done` of `total` sources are finished, and times are ISO 8601 in UTC.

    `waiting` names sources whose words are yet to be read from their pictures. `passages` were embedded so
    far, `rate` of them a second, and `remaining` seconds are left, as far as one can tell.
    """

    id: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    sources: tuple[str, ...]
    collection: str
    done: int
    total: int
    added: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[Failure, ...]
    waiting: tuple[str, ...]
    passages: int
    rate: float | None
    remaining: float | None
    error: str | None
    created: str
    finished: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


class Jobs:
    """Runs one job at a time; thread-safe."""

    def __init__(self, most_waiting: int = 32, gauge: Gauge | None = None) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="footnote-job")
        self._most = most_waiting
        self._gauge = gauge
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._cancels: dict[str, threading.Event] = {}
        self._steps: dict[str, dict[str, Step]] = {}
        self._changes = itertools.count(1)

    def start(self, sources: tuple[str, ...], collection: str, run: Run) -> Job:
        """Return the job that will run this; raises TooManyAdditions when too many wait."""
        job = Job(
            id=secrets.token_hex(8),
            state="waiting",
            sources=sources,
            collection=collection,
            done=0,
            total=len(sources),
            added=(),
            unchanged=(),
            failed=(),
            waiting=(),
            passages=0,
            rate=None,
            remaining=None,
            error=None,
            created=_now(),
            finished=None,
        )
        with self._lock:
            if sum(each.finished is None for each in self._jobs.values()) >= self._most:
                raise TooManyAdditions("too many additions wait; try again later")
            over = [each.id for each in self._jobs.values() if each.finished]
            for identity in over[: max(0, len(over) - _KEPT + 1)]:
                del self._jobs[identity], self._cancels[identity], self._steps[identity]
            self._jobs[job.id], self._cancels[job.id], self._steps[job.id] = job, threading.Event(), {}
            if self._gauge is not None:
                self._gauge.inc()
        try:
            self._thread.submit(self._run, job.id, run)
        except RuntimeError as error:
            self._change(job.id, state="failed", error="the server is about to end", finished=_now())
            raise Ending("this server is about to end") from error
        return job

    def all(self) -> list[Job]:
        """Return every job that is remembered, the latest first."""
        with self._lock:
            return list(self._jobs.values())[::-1]

    def get(self, identity: str) -> Job:
        """Return a job as it is now; raises NoSuchJob if it is not remembered."""
        with self._lock:
            if identity in self._jobs:
                return self._jobs[identity]
        raise NoSuchJob("no such job is remembered; what it added is in the list of documents")

    def steps(self, identity: str, after: int = 0) -> list[Step]:
        """Return what a job's sources came to that changed after that number, in that order."""
        with self._lock:
            steps = self._steps.get(identity, {}).values()
            return sorted((each for each in steps if each.number > after), key=lambda each: each.number)

    def cancel(self, identity: str) -> Job:
        """End a job soon: what was ready is in, the rest is not; raises NoSuchJob if it is not there."""
        self.get(identity)
        self._cancels[identity].set()
        return self.get(identity)

    def close(self) -> None:
        """Cancel what runs, and drop what waits."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        for each in self.all():
            self.cancel(each.id)

    def _run(self, identity: str, run: Run) -> None:
        cancel = self._cancels[identity]
        if cancel.is_set():
            return self._change(identity, state="cancelled", finished=_now())
        self._change(identity, state="running")
        try:
            report = run(lambda step: self._tell(identity, step), cancel)
        except Exception as error:  # in a thread of its own: only the job can tell of it
            why = str(error) if isinstance(error, FootnoteError) else _UNEXPECTED
            self._change(identity, state="failed", error=why, finished=_now())
        else:
            total = len(report.added) + len(report.unchanged) + len(report.failed)
            self._change(
                identity,
                state="cancelled" if report.cancelled else "done",
                done=total,
                total=total,
                added=report.added,
                unchanged=report.unchanged,
                failed=report.failed,
                waiting=report.waiting,
                finished=_now(),
            )

    def _tell(self, identity: str, step: AddProgress) -> None:
        self._change(
            identity,
            done=step.done,
            total=step.total,
            passages=step.passages,
            rate=step.rate,
            remaining=step.remaining,
        )
        with self._lock, suppress(KeyError):
            known = self._steps[identity]
            known[step.source] = Step(next(self._changes), step.source, step.state, step.reason)

    def _change(self, identity: str, **changes: Any) -> None:
        with self._lock, suppress(KeyError):
            before = self._jobs[identity]
            self._jobs[identity] = replace(before, **changes)
            if self._gauge is not None and changes.get("finished") and not before.finished:
                self._gauge.dec()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
