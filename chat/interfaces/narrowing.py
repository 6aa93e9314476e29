"""The options by which a command looks at some documents only; the same for every command that searches."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from typing import Any

_OPTIONS = (
    ("--title", "titles", "TEXT", "only documents with this in their title; may be given more than once"),
    ("--author", "authors", "TEXT", "only documents whose author or publisher has this in the name"),
    ("--from-source", "sources", "TEXT", "only documents with this in their path or address"),
    ("--language", "languages", "CODE", "only documents in this language, such as de"),
    ("--type", "types", "TEXT", "only documents with this in their media type, such as pdf"),
)


def extend(parser: ArgumentParser) -> None:
    """Add the options."""
    for option, name, metavar, line in _OPTIONS:
        parser.add_argument(option, dest=name, metavar=metavar, type=_some, action="append", help=line)
    parser.add_argument(
        "--since", metavar="DATE", type=_day, help="only documents dated this day (YYYY-MM-DD) or later"
    )
    parser.add_argument("--until", metavar="DATE", type=_day, help="only documents dated this day or earlier")


def narrowed(given: Namespace) -> dict[str, Any]:
    """Return what was given of them as fields of a Filter; none for a command that takes none."""
    found: dict[str, Any] = {
        name: tuple(dict.fromkeys(getattr(given, name, None) or ())) for _, name, _, _ in _OPTIONS
    }
    found["published_from"], found["published_to"] = (
        getattr(given, "since", None),
        getattr(given, "until", None),
    )
    return found


def _some(text: str) -> str:
    if not text.strip():
        raise ArgumentTypeError("it is empty")
    return text


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date as YYYY-MM-DD") from None
