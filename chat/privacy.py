"""What leaves this machine with the present settings: one place that says it, for every page and command."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from chat.settings import Settings

LOCAL = "On this machine only"
# Where a provider's package sends text unless it is told otherwise, and the variables that tell it.
_HOSTS = {
    "anthropic": ("api.anthropic.com", ("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL")),
    "ollama": ("127.0.0.1:11434", ("OLLAMA_HOST",)),
    "openai": ("api.openai.com", ("OPENAI_API_BASE", "OPENAI_BASE_URL")),
}


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where text goes: `line` for the top of a page, `sentence` in full; without `host` it goes nowhere."""

    line: str
    sentence: str
    host: str | None


def leaving(settings: Settings, environment: Mapping[str, str] | None = None) -> Leaving:
    """Return what leaves this machine when a question is asked."""
    vectors = _vectors(settings)
    if settings.model is None:
        line = LOCAL if not vectors else f"Vectors go to {_place(settings.chroma_url or '')}"
        return Leaving(line, f"Nothing that you ask or add leaves this machine{vectors or '.'}", None)
    host = model_host(settings, os.environ if environment is None else environment)
    what = (
        f"each question, the last three turns of its conversation and the ten best passages, with their "
        f"titles and dates, go to {settings.model} at {host}"
    )
    if is_loopback(host):
        sentence = f"Nothing leaves this machine{vectors or ','} while {what}, which is on it."
        return Leaving(
            LOCAL if not vectors else f"Vectors go to {_place(settings.chroma_url or '')}", sentence, host
        )
    return Leaving(f"Text goes to {host}", f"{what[0].upper()}{what[1:]}{vectors or '.'}", host)


def model_host(settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the host, with its port, that the language model's provider is asked at."""
    provider, _, _ = (settings.model or "").partition(":")
    usual, variables = _HOSTS.get(provider, (f"the servers of {provider}", ()))
    told = settings.base_url or next((environment[name] for name in variables if environment.get(name)), None)
    return _place(told) if told else usual


def is_loopback(host: str) -> bool:
    """Tell whether a host, with a port or without, is this machine."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _vectors(settings: Settings) -> str:
    """Return what to say of a server for vectors elsewhere: numbers computed from words, and ids."""
    place = _place(settings.chroma_url or "")
    if not place or is_loopback(place):
        return ""
    return f", except that vectors computed from your documents, without their words, go to {place}."


def _place(address: str) -> str:
    return urlsplit(address if "//" in address else f"//{address}").netloc.rpartition("@")[2]
