"""Settings, from the environment (FOOTNOTE_…) or given by the caller; unknown ones are errors."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from chat.watching import LEVELS, TRACES
from ingest.errors import InvalidSetting
from retrieval.embed import DEFAULT_MODEL

PREFIX = "FOOTNOTE_"
# Read by the benchmarks and tests, not by the product.
_OTHERS = frozenset({"BENCH_DATA", "DEBUG"})  # DEBUG by the command line: tracebacks
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice there is. Each field is the environment variable FOOTNOTE_ plus its name in capitals."""

    home: Path
    """The library's folder."""
    embedder: str = DEFAULT_MODEL
    """The embedded default, or the folder of any sentence-transformers model on this machine."""
    chroma_url: str | None = None
    """http://HOST:PORT of a Chroma server (`chroma run`); unset: an index in the library's folder."""
    allow_private_addresses: bool = False
    """Whether pages on this machine and private networks may be fetched when they are asked for."""
    ocr: bool = True
    """Whether pictures of text and pages without text are read, after everything else."""
    log: str | None = None
    """debug, info, warning or error: what Footnote logs to stderr; unset: nothing."""
    trace: str | None = None
    """console or otlp: where OpenTelemetry spans go; unset: nowhere."""


def read_settings(home: str | Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings; `home` given by the caller wins. Raises InvalidSetting naming the variable."""
    environment = os.environ if environment is None else environment
    given = {
        name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)
    }
    known = {field.name.upper() for field in fields(Settings)}
    for name in sorted(set(given) - known - _OTHERS):
        raise InvalidSetting(f"{PREFIX}{name} is not a setting; there are {', '.join(_names())}")
    where = home if home is not None else given.get("HOME") or default_home()
    return Settings(
        home=Path(where).expanduser().absolute(),
        embedder=given.get("EMBEDDER") or DEFAULT_MODEL,
        chroma_url=given.get("CHROMA_URL") or None,
        allow_private_addresses=_truth("ALLOW_PRIVATE_ADDRESSES", given.get("ALLOW_PRIVATE_ADDRESSES", "")),
        ocr=_truth("OCR", given.get("OCR", "1")),
        log=_one_of("LOG", given.get("LOG", ""), LEVELS),
        trace=_one_of("TRACE", given.get("TRACE", ""), TRACES),
    )


def default_home() -> Path:
    """Return the folder for this user's data where this system keeps such things."""
    from platformdirs import user_data_path

    return user_data_path("footnote", appauthor=False)


def _names() -> list[str]:
    return [PREFIX + field.name.upper() for field in fields(Settings)]


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str | None:
    if value and value.lower() not in known:
        raise InvalidSetting(f"{PREFIX}{name}={value!r} is none of {', '.join(known)}")
    return value.lower() or None


def _truth(name: str, value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise InvalidSetting(f"{PREFIX}{name}={value!r} is neither 1 nor 0")
