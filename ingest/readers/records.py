"""JSON and JSON Lines: an object a row, `name: value; …`, each value's path beside it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from ingest.document import Reading
from ingest.readers import text
from ingest.readers.assemble import Assembly
from ingest.readers.decode import decode

_SHORT = 120  # characters of a value that stands in a row with others
_ROW = 600  # characters of a row


class _Pairs(list[tuple[str, Any]]):
    """An object's names and values in their order, a name that comes twice included."""


def read(data: bytes, name: str, media_type: str) -> Reading:
    """Read values as they are written: numbers digit by digit, texts with their escapes undone.

    What is no JSON after all, or is nested too deep, is read as it is.
    """
    source, encoding = decode(data, name)
    whole = _parsed(source)
    if whole is not None:
        records = [("$", whole)]
    else:
        lines = [line for line in source.splitlines() if line.strip()]
        parsed = [_parsed(line) for line in lines]
        if not lines or any(record is None for record in parsed):
            return text.read(data, name, media_type, prose=False)
        records = [(f"line {number}", record) for number, record in enumerate(parsed, 1)]
    assembly = Assembly()
    for start, record in records:
        _write(record, start, assembly)
    if not assembly.text:
        return text.read(data, name, media_type, prose=False)
    return assembly.reading(name, media_type, metadata={"encoding": encoding})


def _write(record: Any, start: str, assembly: Assembly) -> None:
    """Write an object's short values as one row, a long one as paragraphs of its own."""
    waiting: list[tuple[str, str]] = []
    last = ""

    def flush() -> None:
        if waiting:
            assembly.row(list(waiting), joint="\n\n")
            waiting.clear()

    for path, label, value in _values(record, start):
        owner = path.rpartition(".")[0] if "." in path else path
        named = f"{label}: {value.strip()}" if label else value.strip()
        short = len(named) <= _SHORT and "\n" not in named
        if not short or owner != last or sum(len(each) for _, each in waiting) + len(named) > _ROW:
            flush()
        last = owner
        if short:
            waiting.append((path, named))
            continue
        for paragraph in re.split(r"\n\s*\n", named):
            assembly.add(paragraph, mark=path)
    flush()


def _parsed(source: str) -> Any:
    """The value; None for what is no object and no list, or nested too deep."""
    try:
        value = json.loads(
            source.strip().removeprefix("\ufeff"), object_pairs_hook=_Pairs, parse_int=str, parse_float=str
        )
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) else None


def _values(value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """Path, name and text of each value that is no object, no list and not empty, in order."""
    waiting: list[tuple[str, str, Any]] = [(path, "", value)]
    while waiting:
        path, label, value = waiting.pop()
        if isinstance(value, _Pairs):
            named = [(f"{path}.{key}", f"{label}.{key}" if label else key, each) for key, each in value]
            waiting += reversed(named)
        elif isinstance(value, list):
            numbered = [(f"{path}[{number}]", label, each) for number, each in enumerate(value)]
            waiting += reversed(numbered)
        elif value is not None and (shown := _shown(value)).strip():
            yield path, label, shown


def _shown(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
