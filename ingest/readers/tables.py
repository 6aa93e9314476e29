"""CSV and TSV: every row one block that names its columns, marked with its number in the file."""

import csv
import io
import re

from ingest.document import Reading
from ingest.errors import UnknownFormat
from ingest.readers.assemble import Assembly
from ingest.readers.decode import decode

_NUMBER = re.compile(r"[-+(]?[$€£]?\s?[\d.,\s]*\d\s?%?\)?")
_SEPARATOR = re.compile(r"sep=([^\w\s\"]|\t)(?:\r?\n|\r)", re.I)  # as Excel writes and reads it


def read(data: bytes, name: str) -> Reading:
    """Read a table; `row N` counts as the file does, so the header is row 1."""
    text, encoding = decode(data, name)
    delimiter = _delimiter(text, name)
    csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnknownFormat(name, f"its table is damaged ({error}); export it again as CSV") from error
    if _SEPARATOR.match(text):
        rows[0] = []  # it is for the program that opens the file, which does not show it
    numbered = [(f"row {number}", row) for number, row in enumerate(rows, 1) if any(map(str.strip, row))]
    assembly = Assembly()
    above = next((count for count, (_, row) in enumerate(numbered) if _width(row) > 1), 0)
    for label, row in numbered[:above]:
        assembly.add("".join(row), mark=label)  # a title or a unit above the table
    del numbered[:above]
    content = [row for _, row in numbered]
    assembly.table(content, has_header=has_header(content), marks=[label for label, _ in numbered])
    media = "text/tab-separated-values" if delimiter == "\t" else "text/csv"
    return assembly.reading(name, media, metadata={"encoding": encoding})


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names columns: texts, all different, and no number under a later number."""
    if len(rows) < 2:
        return False
    first = [cell.strip() for cell in rows[0]]
    named = [cell for cell in first if cell]
    if len(named) < 2 or len(set(named)) < len(named) or any(len(cell) > 80 for cell in named):
        return False
    return not any(_NUMBER.fullmatch(cell) and not re.fullmatch(r"(19|20)\d\d", cell) for cell in named)


def _width(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _delimiter(text: str, name: str) -> str:
    """Tab by name; what the first line states; else the separator that cuts the first rows most evenly."""
    if stated := _SEPARATOR.match(text):
        return stated[1]
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    sample = "\n".join(text.splitlines()[:30])
    best, score = ",", 0.0
    for delimiter in (",", ";", "\t", "|"):
        try:
            widths = [
                len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row
            ]
        except csv.Error:
            continue
        usual = max(set(widths), key=widths.count, default=0)
        even = widths.count(usual) / max(len(widths), 1) if usual > 1 else 0.0
        if even > score:
            best, score = delimiter, even
    return best
