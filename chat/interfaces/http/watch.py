"""What is told of requests: figures for Prometheus, and a log of JSON lines.

Neither holds a question, a document's text or name, or a key: routes are told as their templates, callers
by the id of their token, errors by their class and place.
"""

import json
import logging
import re
import secrets
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger("footnote.http")
LEVELS = ("debug", "info", "warning", "error")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Watch:
    """Counts and times requests and answers, in a registry of its own."""

    def __init__(self) -> None:
        from prometheus_client import (
            CollectorRegistry,
            Counter,
            Gauge,
            Histogram,
            PlatformCollector,
            ProcessCollector,
        )

        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = Counter(
            "footnote_http_requests",
            "Requests that were answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "footnote_http_request_seconds",
            "From a request to the end of its answer",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.running = Gauge(
            "footnote_http_requests_in_progress",
            "Requests that are being answered",
            registry=self.registry,
        )
        self.at_work = Gauge(
            "footnote_work_in_progress",
            "Questions, searches and the like that are worked on or wait for it",
            registry=self.registry,
        )
        self._answers = Counter(
            "footnote_answers", "Questions that were answered", ("status",), registry=self.registry
        )
        self.jobs = Gauge(
            "footnote_jobs_waiting", "Additions that wait or are being made", registry=self.registry
        )

    def answered(self, status: str) -> None:
        """Count an answer: `answered`, `partial`, `not_found`, or `stopped`."""
        self._answers.labels(status).inc()

    def requested(self, facts: dict[str, Any], seconds: float) -> None:
        """Count a request and write its line; `facts` has method, route, status, request_id and caller."""
        facts = {**facts, "method": facts["method"] if facts["method"] in _METHODS else "other"}
        self._requests.labels(facts["method"], facts["route"], str(facts["status"])).inc()
        self._seconds.labels(facts["route"]).observe(seconds)
        level = logging.WARNING if facts["status"] >= 500 else logging.INFO
        LOGGER.log(level, "request", extra={"facts": {**facts, "ms": round(seconds * 1000, 1)}})

    def failed(self, error: BaseException, request_id: str) -> None:
        """Write down where an error that nobody foresaw came from: no message, since it may hold words."""
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
        facts = {"request_id": request_id, "error": type(error).__name__, "at": places}
        LOGGER.error("unexpected", extra={"facts": facts})

    def text(self) -> bytes:
        """Return the figures as Prometheus reads them."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def request_id(given: str | None) -> str:
    """Return the caller's own id of a request if it is safe to repeat, or a new one."""
    return given if given and _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def write_log(level: str) -> None:
    """Write the log to stderr from this level on, one JSON object a line."""
    LOGGER.setLevel(level.upper())
    LOGGER.propagate = False
    if not LOGGER.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        LOGGER.addHandler(handler)


class JsonLines(logging.Formatter):
    """A record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time, level, event and its facts; never a traceback."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        facts: dict[str, Any] = getattr(record, "facts", {})
        return json.dumps({"time": time, "level": record.levelname.lower(), "event": record.msg, **facts})
