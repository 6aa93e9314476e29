"""The one place where logs and traces are set up: off unless a setting asks for them, and without any words.

Footnote's own logger is "footnote"; other packages' loggers are left to whoever runs the process.
"""

import json
import logging
import sys
import time
from typing import TYPE_CHECKING

from ingest.errors import InvalidSetting
from ingest.observe import LOGGER

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

LEVELS = ("debug", "info", "warning", "error")
TRACES = ("console", "otlp")
_COLLECTOR_SECONDS = 3  # for a collector to take spans; nobody waits longer for one that is not there


def watch(*, log: str | None, trace: str | None) -> None:
    """Begin to log and to trace as the settings say; once a process, however often it is called.

    Raises InvalidSetting if a package for tracing is not installed.
    """
    if log is not None and not LOGGER.handlers:
        handler = logging.StreamHandler()
        formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
        LOGGER.addHandler(handler)
        LOGGER.setLevel(log.upper())
        LOGGER.propagate = False
    if trace is not None:
        _trace(trace)


def _trace(kind: str) -> None:
    from opentelemetry import trace

    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return  # whoever runs this process has one already, and gets our spans
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        processor = _to_stderr() if kind == "console" else _to_collector()
    except ImportError as error:
        raise InvalidSetting(
            f"FOOTNOTE_TRACE={kind} needs {error.name or 'opentelemetry-sdk'}, which is not installed; "
            "run `pip install 'footnote[trace]'`, or unset FOOTNOTE_TRACE"
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "footnote"}))
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)


def _to_stderr() -> "SpanProcessor":
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

    return SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stderr, formatter=_line))


def _to_collector() -> "SpanProcessor":
    """Send to OTEL_EXPORTER_OTLP_ENDPOINT, or to a collector on this machine."""
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return BatchSpanProcessor(OTLPSpanExporter(timeout=_COLLECTOR_SECONDS))


def _line(span: "ReadableSpan") -> str:
    return f"{json.dumps(json.loads(span.to_json()))}\n"
