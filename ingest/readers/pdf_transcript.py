"""Transcripts and pleadings in PDF whose lines are numbered in the margin: the numbers are places, not words.

What stands above and below the numbers of a page is running; a page without numbers is read as lines.
"""

import re
from collections import Counter
from statistics import median

from ingest.document import Reading
from ingest.readers.pdf_lines import Line, box_from_top
from ingest.readers.reading_order import in_rows
from ingest.readers.transcript import Sheet, transcribe

_NUMBER = re.compile(r"(\d{1,2})(?:\s+(?=\S)|$)")
_PRINTED = re.compile(r"(?:.*\b)?page\s+(\d{1,5})(?:\s+of\s+\d+)?|(\d{1,5})", re.I)
_FEWEST = 10  # numbered lines of a page
_SHARE = 0.5  # of the pages that must be numbered
_INDENT = 12.0  # points
_STOP = re.compile(r"[.!?:][\"'”’)\]]*$")


def transcribed(pages: list[list[Line]]) -> Reading | None:
    """Return the reading of pages with numbered lines; None where they have none, or a single page has.

    A page's number in the file is its `number`, what it calls itself in print its label and in the marks.
    """
    rows = [_rows(page) for page in pages]
    numbers = [_numbers(page) for page in rows]
    filled = [index for index, page in enumerate(rows) if page]
    lasts = Counter(max(found) for found in numbers if found)
    if sum(lasts.values()) < max(2, _SHARE * len(filled)) or max(lasts.values()) < 0.5 * sum(lasts.values()):
        return None
    sheets: list[Sheet] = []
    for index in filled:
        printed = _printed([row for row in rows[index] if row not in numbers[index].values()])
        number = printed or (sheets[-1].number + 1 if sheets else index + 1)
        before = sheets[-1].lines[-1][1] if sheets and sheets[-1].lines else ""
        lines = _lines(rows[index], numbers[index], before)
        sheets.append(Sheet(number, lines, index + 1))
    return transcribe(sheets, {})


def _rows(page: list[Line]) -> list[list[Line]]:
    """The page's lines that can be seen, in rows from the top, each from the left."""
    return in_rows([line for line in page if not line.hidden], box_from_top)


def _numbers(rows: list[list[Line]]) -> dict[int, list[Line]]:
    """The rows with a number in the margin, by it: one above another, counting up from 1; else none."""
    begun = [(match, row) for row in rows if (match := _NUMBER.match(row[0].text))]
    if not begun:
        return {}
    margin = median(row[0].left for _, row in begun)
    found: dict[int, list[Line]] = {}
    for match, row in begun:
        if abs(row[0].left - margin) < 10 and int(match[1]) == len(found) + 1:
            found[len(found) + 1] = row
    return found if len(found) >= _FEWEST else {}


def _printed(rows: list[list[Line]]) -> int | None:
    """What the page calls itself, in a row that has no number of a line."""
    for row in rows:
        match = _PRINTED.fullmatch(" ".join(line.text.strip() for line in row))
        if match:
            return int(match[1] or match[2])
    return None


def _lines(
    rows: list[list[Line]], numbers: dict[int, list[Line]], before: str
) -> list[tuple[int | None, str]]:
    """The page's lines with their numbers, a blank one before each that begins a paragraph.

    `before` is the last line of the page before.
    """
    if not numbers:
        return [(None, _words(row)) for row in rows]
    first, last = min(numbers), max(numbers)
    within = rows[rows.index(numbers[first]) : rows.index(numbers[last]) + 1]
    named = {id(row): number for number, row in numbers.items()}
    lefts = [_left(row) for row in within if _left(row)]
    margin = min(lefts, default=0.0)
    lines: list[tuple[int | None, str]] = []
    for row in within:
        if _left(row) > margin + _INDENT and _STOP.search(lines[-1][1] if lines else before):
            lines.append((None, ""))
        number, words = named.get(id(row)), _words(row)
        lines.append((number, words if number is None else _NUMBER.sub("", words, count=1)))
    return lines


def _left(row: list[Line]) -> float:
    """Where a row's words begin, behind a number that stands alone; 0 where that is not known."""
    alone = _NUMBER.fullmatch(row[0].text) is not None
    return row[alone].left if len(row) > alone else 0.0


def _words(row: list[Line]) -> str:
    return " ".join(" ".join(line.text.split()) for line in row)
