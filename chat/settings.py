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
    reranker: str | None = None
    """The folder of a cross-encoder on this machine that reads the best passages again; unset: none does."""
    nli: str | None = None
    """The folder of a cross-encoder for inference that checks claims; unset: the one that comes with it."""
    chroma_url: str | None = None
    """http://HOST:PORT of a Chroma server (`chroma run`); unset: an index in the library's folder."""
    allow_private_addresses: bool = False
    """Whether pages on this machine and private networks may be fetched when they are asked for."""
    model: str | None = None
    """PROVIDER:NAME of the language model that writes answers; unset: they are quoted, and none is asked."""
    base_url: str | None = None
    """The address of the model's server, where it is not the provider's own."""
    model_window: int | None = None
    """Tokens that the model reads, question and answer included; unset: what is known of it, or 4096."""
    first_token_seconds: float = 30.0
    """How long the model may take to begin its answer."""
    idle_seconds: float = 30.0
    """How long it may fall silent within it."""
    ocr: bool = True
    """Whether pictures of text and pages without text are read, after everything else."""
    auth: str | None = None
    """Who may sign in to the page, as `chat.passwords.People` takes it; unset: nobody does."""
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
        reranker=given.get("RERANKER") or None,
        nli=given.get("NLI") or None,
        chroma_url=given.get("CHROMA_URL") or None,
        allow_private_addresses=_truth("ALLOW_PRIVATE_ADDRESSES", given.get("ALLOW_PRIVATE_ADDRESSES", "")),
        model=_model(given.get("MODEL")),
        base_url=_address("BASE_URL", given.get("BASE_URL")),
        model_window=_tokens("MODEL_WINDOW", given.get("MODEL_WINDOW")),
        first_token_seconds=_seconds("FIRST_TOKEN_SECONDS", given.get("FIRST_TOKEN_SECONDS")),
        idle_seconds=_seconds("IDLE_SECONDS", given.get("IDLE_SECONDS")),
        ocr=_truth("OCR", given.get("OCR", "1")),
        auth=given.get("AUTH") or None,
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


def _model(value: str | None) -> str | None:
    if not value:
        return None
    provider, colon, name = value.partition(":")
    if not (colon and name and provider.isidentifier() and provider.islower()):
        raise InvalidSetting(f"{PREFIX}MODEL={value!r} is not PROVIDER:NAME, such as ollama:llama3.2")
    return value


def _address(name: str, value: str | None) -> str | None:
    if not value:
        return None
    if not value.startswith(("http://", "https://")):
        raise InvalidSetting(f"{PREFIX}{name}={value!r} is no http(s) address")
    return value


def _tokens(name: str, value: str | None) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and int(value) >= 1024):
        raise InvalidSetting(f"{PREFIX}{name}={value!r} is no number of tokens from 1024 up")
    return int(value)


def _seconds(name: str, value: str | None) -> float:
    if not value:
        return 30.0
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise InvalidSetting(f"{PREFIX}{name}={value!r} is no number of seconds up to 600")
    return seconds
