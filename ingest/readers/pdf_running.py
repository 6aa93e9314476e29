"""Running headers, footers and page numbers: lines that come back at the same end of most pages."""

import re
from collections import Counter
from dataclasses import dataclass

from ingest.readers.pdf_lines import Line

_PAGE_OF = re.compile(
    r"[-–—\s]*(?:page|p\.)\s*(\d{1,5})(?:\s*(?:of|/)\s*\d{1,5})?[-–—\s.]*|(\d{1,5})\s+of\s+\d{1,5}", re.I
)
_NUMBER = re.compile(r"[-–—\[\s]*(\d{1,5}|[ivxlc]{1,7})[-–—\]\s.]*", re.I)
_STAMP = re.compile(
    r"(?:(?:HIGHLY\s+)?CONFIDENTIAL\s*[-–—]?\s*)?"
    r"(?P<stamp>[A-Z][A-Z0-9&]{0,14}(?:[-_ .][A-Z]{1,10}){0,2}[-_ .]{0,2}\d{5,10})"
)
_EDGE = 3  # lines looked at on either end of a page


@dataclass(frozen=True, slots=True)
class Printed:
    """What a page calls itself in print: its number, and the Bates stamp that numbers it in a case."""

    number: str | None = None
    stamp: str | None = None


def without_running(pages: list[list[Line]]) -> tuple[list[list[Line]], list[Printed]]:
    """Return each page's own lines, and what it calls itself."""
    filled = sum(map(bool, pages))
    seen: Counter[tuple[str, str]] = Counter()
    for page in pages:
        seen.update({(edge, _shape(line.text)) for edge, line in _edges(page)})
    enough = max(3, 0.4 * filled) if filled > 2 else 2
    kept, labels = [], []
    for page in pages:
        dropped: list[Line] = []
        for edge in ("top", "bottom"):
            for position, line in enumerate(_edge(page, edge)):
                if _STAMP.fullmatch(line.text) or _runs(
                    line, seen[edge, _shape(line.text)] >= enough and filled > 1, filled, position
                ):
                    dropped.append(line)
                else:
                    break
        own = [line for line in page if not any(line is other for other in dropped)]
        kept.append(own or page)  # a page of nothing else is a page of its own
        labels.append(_printed(dropped) if own else Printed())
    return kept, labels


def _edge(page: list[Line], edge: str) -> list[Line]:
    """The lines nearest to an end of the page, whenever they were drawn; those of one row from the left."""
    inwards = sorted(page, key=lambda line: -line.top if edge == "top" else line.bottom)
    return inwards[:_EDGE]


def _edges(page: list[Line]) -> list[tuple[str, Line]]:
    return [(edge, line) for edge in ("top", "bottom") for line in _edge(page, edge)]


def _shape(text: str) -> str:
    """A line with its numbers blotted out."""
    return "#" if _NUMBER.fullmatch(text) else re.sub(r"\d+", "#", re.sub(r"\s+", " ", text)).lower()


def _runs(line: Line, repeated: bool, filled: int, position: int) -> bool:
    if _PAGE_OF.fullmatch(line.text):
        return True
    if _NUMBER.fullmatch(line.text):
        return repeated and position < 2
    return repeated and len(line.text) <= 160 and (filled > 2 or len(line.text) <= 80)


def _printed(dropped: list[Line]) -> Printed:
    """The page number among the lines left out, one that stands alone or says that it is one; the stamp."""
    number = stamp = None
    for line in dropped:
        match = _PAGE_OF.fullmatch(line.text) or _NUMBER.fullmatch(line.text)
        if match and number is None:
            number = next((str(group) for group in match.groups() if group), None)
        stamped = _STAMP.fullmatch(line.text)
        if stamped:
            stamp = stamped["stamp"]
    return Printed(number, stamp)
