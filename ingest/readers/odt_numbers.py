"""The automatic numbers of an OpenDocument text's lists and headings, written before their words."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.readers.word_numbers import FORMATS

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")


def write_numbers(root: Any, styles: Any) -> None:
    """Write the numbers; `styles` is the tree of the styles beside the text's own, None where there are none.

    Items with numbers are paragraphs of their own then; bullets stay what they are.
    """
    roots = [each for each in (root, styles) if each is not None]
    known = {each.get(f"{_STYLE}name"): each for part in roots for each in part.iter(f"{_TEXT}list-style")}
    counted: dict[str, dict[int, int]] = {}  # how far the levels have come, by a style's name and a list's id
    numbered: dict[Any, None] = {}
    for item in root.iter(f"{_TEXT}list-item"):
        if _number_item(item, known, counted):
            numbered[item.getparent()] = None
    outline = next((each for part in roots for each in part.iter(f"{_TEXT}outline-style")), None)
    if outline is not None:
        _number_headings(root, outline)
    for items in numbered:
        _unwrap(items)


def _number_item(item: Any, known: dict[str, Any], counted: dict[str, dict[int, int]]) -> bool:
    """Count one item on and write its number; return whether the level of its list has numbers."""
    items = item.getparent()
    around = [items, *items.iterancestors(f"{_TEXT}list")]
    name = next((each.get(f"{_TEXT}style-name") for each in around if each.get(f"{_TEXT}style-name")), "")
    level, style = len(around), known.get(name)
    if item.getprevious() is None:
        _begin(items, name, level, counted)
    levels = {int(each.get(f"{_TEXT}level") or 1): each for each in style} if style is not None else {}
    first = next(item.iterchildren(*_PARAGRAPHS), None)
    if first is not None or next(item.iterchildren(), None) is None:  # or it only holds a deeper list
        number = _next(levels, level, counted.setdefault(name, {}), item.get(f"{_TEXT}start-value"))
        if number and first is not None and "".join(first.itertext()).strip():
            first.text = f"{number} {first.text or ''}"
    return level in levels and _kind(levels[level]) is not None


def _begin(items: Any, name: str, level: int, counted: dict[str, dict[int, int]]) -> None:
    """Begin to count a list, or go on with another one where it says so."""
    if level > 1:
        counted.setdefault(name, {}).pop(level, None)
        return
    goes_on = name if items.get(f"{_TEXT}continue-numbering") == "true" else None
    counts = counted.get(items.get(f"{_TEXT}continue-list") or goes_on or "", {})
    counted[name] = counts
    if items.get(_XML_ID):
        counted[items.get(_XML_ID)] = counts


def _number_headings(root: Any, outline: Any) -> None:
    levels = {int(each.get(f"{_TEXT}level") or 1): each for each in outline}
    counts: dict[int, int] = {}
    for heading in root.iter(f"{_TEXT}h"):
        listed = next(heading.iterancestors(f"{_TEXT}list-item"), None) is not None
        if listed or heading.get(f"{_TEXT}is-list-header") == "true":
            continue
        level = int(heading.get(f"{_TEXT}outline-level") or 1)
        number = _next(levels, level, counts, None)
        if number and "".join(heading.itertext()).strip():
            heading.text = f"{number} {heading.text or ''}"


def _next(levels: dict[int, Any], level: int, counts: dict[int, int], stated: str | None) -> str:
    """Count one on at this level, and return the number as it is shown; "" where it has none."""
    own = levels.get(level)
    start = int((own.get(f"{_TEXT}start-value") if own is not None else None) or 1)
    counts[level] = int(stated) if stated and stated.isdecimal() else counts.get(level, start - 1) + 1
    for deeper in [each for each in counts if each > level]:
        del counts[deeper]
    if own is None or _kind(own) is None:
        return ""
    shown = int(own.get(f"{_TEXT}display-levels") or 1)
    number = ".".join(_parts(levels, counts, range(max(level - shown + 1, 1), level + 1)))
    number = f"{own.get(f'{_STYLE}num-prefix') or ''}{number}{own.get(f'{_STYLE}num-suffix') or ''}"
    return re.sub(r"\s+", " ", number).strip()


def _parts(levels: dict[int, Any], counts: dict[int, int], which: range) -> Iterator[str]:
    for level in which:
        kind = _kind(levels[level]) if level in levels else None
        if kind is not None:
            yield FORMATS[kind](counts.get(level, 1)) or str(counts.get(level, 1))


def _kind(level: Any) -> str | None:
    return _KINDS.get(level.get(f"{_STYLE}num-format") or "")


def _unwrap(items: Any) -> None:
    """Make paragraphs of a list's items."""
    parent = items.getparent()
    if parent is None:
        return
    at = parent.index(items)
    for item in list(items):
        for part in list(item):
            parent.insert(at, part)
            at += 1
    parent.remove(items)
