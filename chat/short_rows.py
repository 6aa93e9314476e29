"""Short answers from a table's row, which is read as "Site: Ashdale; Opened: 1974; Beds: 612".

Of its dates and numbers the one answers whose column the question names, in the row that it names. A row has
as many of them as columns, and the only date of a row is not yet the date of what is asked.
"""

import re

from chat.short_spans import Bounds
from chat.verify.dates import dates
from chat.verify.words import Piece, read

_CELL = re.compile(r"(?:^|; )(?P<head>[^:;|]{1,60}): (?P<value>[^;]+)")
_ROW = re.compile(r"[^:;|]{1,60}: [^;]+(?:; [^:;|]{1,60}: [^;]+)+")
_CHAINED = re.compile(r"\([^()]*;[^()]*\)\?$")  # of two earlier questions either may name the row
_NO = re.compile(r"no|none|nil|never|false|n/a|0|-|–|—|✗|✘", re.IGNORECASE)
_SIGNED = re.compile(r"[$£€¥₹%]|\b(?:percent|per cent)\b")


def is_row(text: str) -> bool:
    """Tell whether a text is a row of a table with the names of its columns."""
    return _ROW.fullmatch(" ".join(text.split()).rstrip(".")) is not None


def cells(text: str) -> list[tuple[str, str, Bounds]]:
    """Return each column's name, what stands in it and where, in the order of the row."""
    return [(found["head"], found["value"], found.span("value")) for found in _CELL.finditer(text)]


def from_row(question: str, bare: Piece, text: str) -> Bounds | None:
    """Return the cell that answers when, how many or how much; None if the row or its column is not sure.

    `bare` is the question without an earlier one in brackets, which may name the row.
    """
    (_, name, _), *others = cells(text)
    named = read(name).stems
    whole = bare if _CHAINED.search(question) else read(question)
    if not named or not named <= whole.stems:
        return None
    asked = [word.lower for word in bare.words]
    fitting = [
        (value, span)
        for head, value, span in others
        if (stems := _stems(head)) and stems <= _stems(bare.text) | named and not stems <= named
    ]
    if len(fitting) != 1:
        return None
    value, span = fitting[0]
    if "when" in asked:
        return span if dates(read(value)) else None
    if "much" in asked and not _SIGNED.search(value):
        return None  # the currency stands elsewhere
    return span if re.match(r"\W{0,2}\d", value) else None


def refuses(question: str, text: str) -> bool:
    """Tell whether a row says "no" in the column that a question names: "Emergency department: no"."""
    asked = _stems(question)
    return any(
        _NO.fullmatch(value.strip()) and (stems := _stems(head)) and stems <= asked
        for head, value, _ in cells(text)
    )


def _stems(text: str) -> set[str]:
    piece = read(text)
    return {*piece.stems, *(word.lower for word in piece.words if word.text.isdigit())}
