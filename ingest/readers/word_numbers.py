"""The automatic numbers of a docx's paragraphs: "4.2", "(a)", "Article IV".

They are not in the file's text but counted when its page is drawn: a paragraph, or its style, names a list
and a level of it; the list says how each level counts and looks.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

_LEVELS = 9
_LONGEST = 200  # characters of a number, and styles based on one another
_OFF = ("0", "false", "off")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level counts and looks; `restart` is how many levels above it start it anew."""

    start: int
    kind: str
    shown: str
    legal: bool
    style: str
    restart: int


@dataclass(slots=True)
class _List:
    """A list's levels, and what it has counted to; lists of one definition count on together."""

    levels: dict[int, _Level]
    counts: dict[int, int]
    anew: set[int] = field(default_factory=set)  # levels that this list begins anew when it first uses them


def write_numbers(root: Any, styles: Any, numbering: Any) -> bool:
    """Write each paragraph's number before its words, as words; return whether there was one.

    Bullets, and numbers in ways that are not known (in words, in other scripts), stay as they are.
    """
    based = {_attribute(style, "styleId"): style for style in styles.iterchildren("{*}style")}
    lists = _lists(numbering, based)
    written = False
    for paragraph in root.iter("{*}p"):
        properties = paragraph.find("{*}pPr")
        if properties is None or next(paragraph.iterancestors("{*}Fallback"), None) is not None:
            continue
        counted, depth = _place(properties, based, lists)
        has_words = any(_is_kept(part) for part in paragraph.iter("{*}t"))
        if counted is None or not _is_counted(properties, has_words):
            continue
        number = _next(counted, depth)
        if number and (has_words or _fills_cell(paragraph)):
            _write(properties, number)
            written = True
    return written


def _lists(numbering: Any, based: dict[str, Any]) -> dict[str, _List]:
    """The lists by their id."""
    definitions = {
        _attribute(each, "abstractNumId"): each for each in numbering.iterchildren("{*}abstractNum")
    }
    nums = {_attribute(num, "numId"): num for num in numbering.iterchildren("{*}num")}
    counts: dict[str, dict[int, int]] = {}
    found = {}
    for name, num in nums.items():
        definition = _value(num, "abstractNumId")
        linked = _value(definitions.get(definition), "numStyleLink")
        if linked:  # defined by a style, which names the list that holds the levels
            other = nums.get(_stated(_chain(linked, based), "numId"))
            definition = _value(other, "abstractNumId")
        made = _List(_levels(definitions.get(definition)), counts.setdefault(definition, {}))
        for override in num.iterchildren("{*}lvlOverride"):
            depth = _whole(_attribute(override, "ilvl"), -1)
            made.levels |= _levels(override)
            start = _whole(_value(override, "startOverride"), -1)
            if start >= 0 and depth in made.levels:
                made.levels[depth] = replace(made.levels[depth], start=start)
                made.anew.add(depth)
        found[name] = made
    return found


def _levels(parent: Any) -> dict[int, _Level]:
    levels = {}
    for level in parent.iterchildren("{*}lvl") if parent is not None else ():
        depth = _whole(_attribute(level, "ilvl"), -1)
        levels[depth] = _Level(
            _whole(_value(level, "start"), 0),
            "unseen" if _is_on(level, "{*}rPr/{*}vanish") else _value(level, "numFmt") or "decimal",
            _value(level, "lvlText"),
            _is_on(level, "{*}isLgl"),
            _value(level, "pStyle"),
            min(_whole(_value(level, "lvlRestart"), depth), depth),
        )
    return levels


def _place(properties: Any, based: dict[str, Any], lists: dict[str, _List]) -> tuple[_List | None, int]:
    """The list and the level that a paragraph, or else its style, names."""
    style = _value(properties, "pStyle")
    chain = list(_chain(style, based))
    counted = lists.get(_stated([properties], "numId") or _stated(chain, "numId"))
    own = _stated([properties], "ilvl") or ("0" if _stated([properties], "numId") else "")
    levels = counted.levels if counted else {}
    of_style = (depth for depth, level in levels.items() if style and level.style == style)
    depth = _whole(own, -1) if own else next(of_style, _whole(_stated(chain, "ilvl"), 0))
    return (counted if depth in levels else None), depth


def _chain(style: str, based: dict[str, Any]) -> Iterator[Any]:
    """The paragraph properties of a style and of those that it is based on, nearest first."""
    for _ in range(_LONGEST):
        element = based.get(style)
        if element is None:
            return
        properties = element.find("{*}pPr")
        if properties is not None:
            yield properties
        style = _value(element, "basedOn")


def _stated(chain: Any, name: str) -> str:
    """What the nearest of these properties says of a list's `numId` or `ilvl`; "" where none does."""
    stated = (_value(properties.find("{*}numPr"), name) for properties in chain)
    return next(filter(None, stated), "")


def _is_counted(properties: Any, has_words: bool) -> bool:
    """Whether a paragraph is on the page: hidden ones are not, nor those taken out or moved away whole."""
    if _is_on(properties, "{*}rPr/{*}vanish"):
        return False
    gone = any(properties.find(f"{{*}}rPr/{{*}}{name}") is not None for name in ("del", "moveFrom"))
    return has_words or not gone


def _fills_cell(paragraph: Any) -> bool:
    """Whether a paragraph without words is all that its cell has, as in a column of numbers."""
    cell = paragraph.getparent()
    return str(cell.tag).endswith("}tc") and not any(map(_is_kept, cell.iter("{*}t")))


def _is_kept(part: Any) -> bool:
    gone = next(part.iterancestors("{*}del", "{*}moveFrom"), None)
    return gone is None and bool((part.text or "").strip())


def _next(counted: _List, depth: int) -> str:
    """Count one on at this level, and return the number as it is shown; "" where it is not."""
    counts, levels = counted.counts, counted.levels
    if depth in counted.anew:
        counted.anew.remove(depth)
        counts.pop(depth, None)
    counts[depth] = counts[depth] + 1 if depth in counts else levels[depth].start
    for deeper, level in levels.items():
        if level.restart > depth:
            counts.pop(deeper, None)
    parts: dict[str, str | None] = {}
    for place in range(1, _LEVELS + 1):
        above = levels.get(place - 1)
        if f"%{place}" in levels[depth].shown and above is not None:
            kind = "decimal" if levels[depth].legal and above.kind != "none" else above.kind
            parts[f"%{place}"] = FORMATS.get(kind, _unknown)(counts.get(place - 1, above.start))
    if levels[depth].kind not in FORMATS or not parts or None in parts.values():
        return ""
    shown = re.sub("%[1-9]", lambda match: parts.get(match[0]) or "", levels[depth].shown)
    return " ".join(shown.split()) if len(shown) <= _LONGEST else ""


def _write(properties: Any, number: str) -> None:
    """Put a run with the number behind a paragraph's properties; it is no item of a list any more."""
    from lxml import etree

    namespace = etree.QName(properties).namespace
    run = etree.Element(f"{{{namespace}}}r")
    etree.SubElement(run, f"{{{namespace}}}t").text = f"{number} "
    run[0].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    properties.addnext(run)
    listed = properties.find("{*}numPr")
    if listed is not None:
        properties.remove(listed)


def _letters(value: int) -> str | None:
    """As Word counts: a to z, then aa, bb and so on."""
    turns, letter = divmod(value - 1, 26)
    return chr(97 + letter) * (turns + 1) if 0 < value <= 26 * 30 else None


def _roman(value: int) -> str | None:
    if not 0 < value < 4000:
        return None
    letters = ""
    for worth, sign in _ROMAN:
        times, value = divmod(value, worth)
        letters += sign * times
    return letters


def _unknown(value: int) -> None:
    return None


FORMATS: dict[str, Callable[[int], str | None]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda value: (_letters(value) or "").upper() or None,
    "lowerRoman": _roman,
    "upperRoman": lambda value: (_roman(value) or "").upper() or None,
    "none": lambda value: "",
}


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.items() if key.endswith(f"}}{name}")), "")


def _value(parent: Any, name: str) -> str:
    """What a child of this name states; "" where there is none."""
    child = parent.find(f"{{*}}{name}") if parent is not None else None
    return _attribute(child, "val") if child is not None else ""


def _is_on(parent: Any, path: str) -> bool:
    child = parent.find(path)
    return child is not None and _attribute(child, "val") not in _OFF


def _whole(stated: str, otherwise: int) -> int:
    return int(stated) if re.fullmatch("[0-9]{1,9}", stated) else otherwise
