"""What may be written to a terminal, and how: cleaned, in columns, coloured only where that is wanted."""

import json
import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

# Escape and its kin drive a terminal, overrides of direction reorder what it shows, and half a surrogate
# pair cannot be written at all. Tab and line feed may stay.
_UNSAFE = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROLS = re.compile(f"[{_UNSAFE}]")
_BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")
# In JSON's own text, where a line feed is the layout's and every other one is escaped already.
_IN_JSON = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
_NARROWEST = 12  # what a column is cut to at most
_WIDEST_PADDING = 60  # no row is padded beyond this for the sake of one long cell
_GAP = "  "


def clean(text: str) -> str:
    """Return the text with each control character replaced by one that only shows it: offsets stay.

    Line feeds and tabs are kept; Escape becomes `␛`, and what has no picture U+FFFD.
    """
    return _CONTROLS.sub(_picture, text)


def one_line(text: str) -> str:
    """Return the text cleaned, and its line breaks and runs of blanks as single spaces."""
    return " ".join(clean(_BREAKS.sub(" ", text)).split())


def as_json(value: object, *, indent: int | None = None) -> str:
    """Return JSON that is readable in every script and cannot drive a terminal: such characters are escaped.

    Without `indent` it is one line.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def is_fancy(stream: TextIO) -> bool:
    """Tell whether colours and moving things are wanted there: a terminal, and NO_COLOR unset or empty."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Screen:
    """Standard output as a command writes to it; plain and as wide as it likes unless it is a terminal."""

    def __init__(self, *, json_wanted: bool = False) -> None:
        self.json_wanted = json_wanted
        self.terminal = sys.stdout.isatty()
        self.width = shutil.get_terminal_size().columns if self.terminal else None
        self._coloured = is_fancy(sys.stdout)

    def paint(self, colour: str, text: str) -> str:
        """Return the text in one of bold, dim, red, green and yellow, or as it is."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._coloured and text else text

    def lines(self, lines: Iterable[str]) -> None:
        """Write lines that are clean already."""
        for line in lines:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def data(self, value: Any, *, indent: int | None = 2) -> None:
        """Write one JSON value."""
        self.lines([as_json(value, indent=indent)])

    def wrapped(self, text: str, *, indent: str = "", first: str | None = None) -> list[str]:
        """Return one line, cleaned, broken to the terminal's width; `first` is the first line's indent."""
        text, first = one_line(text), indent if first is None else first
        if self.width is None:
            return [first + text]
        return textwrap.wrap(
            text,
            max(self.width, 40),
            initial_indent=first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first]

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, whole: bool = False
    ) -> list[str]:
        """Return the rows in columns under a bold header, which may be empty.

        On a terminal the widest columns are cut until a row fits, unless `whole` forbids it.
        """
        cells = [[one_line(cell) for cell in row] for row in rows]
        shown = [list(header), *cells] if header else cells
        widths = [max(map(_cells, column)) for column in zip(*shown, strict=True)]
        if self.width is not None and not whole:
            widths = _fitted(widths, self.width - len(_GAP) * (len(widths) - 1))
            cells = [[_cut(cell, width) for cell, width in zip(row, widths, strict=True)] for row in cells]
        lines = [_padded(row, widths) for row in cells]
        return [self.paint("bold", _padded(header, widths)), *lines] if header else lines


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"


def _cells(text: str) -> int:
    """How many places of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.combining(each) > 0 for each in text)


def _fitted(widths: Sequence[int], room: int) -> list[int]:
    fitted = list(widths)
    while sum(fitted) > room and max(fitted) > _NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _cut(text: str, width: int) -> str:
    if _cells(text) <= width:
        return text
    while _cells(text) > width - 1:
        text = text[:-1]
    return text + "…"


def _padded(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell + " " * (min(width, _WIDEST_PADDING) - _cells(cell))
        for cell, width in zip(cells, widths, strict=True)
    ]
    return _GAP.join(padded).rstrip()
