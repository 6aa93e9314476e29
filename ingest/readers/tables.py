"""CSV and TSV: every row one block that names its columns, marked with its number in the file."""

import csv
import io
import re

from ingest.document import Reading
from ingest.errors import UnknownFormat
from ingest.readers.assemble import Assembly
from ingest.readers.decode import decode

_NUMBER = re.compile(r"[-+(]?[$€£]?\s?[\d.,\s]*\d\s?%?\)?")


def read(data: bytes, name: str) -> Reading:
    """Read a table; `row N` counts as the file does, so the header is row 1."""
    text, encoding = decode(data, name)
    delimiter = _delimiter(text, name)
    csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnknownFormat(name, f"its table is damaged ({error}); export it again as CSV") from error
    numbered = [(f"row {number}", row) for number, row in enumerate(rows, 1) if any(map(str.strip, row))]
    assembly = Assembly()
    while len(numbered) > 1 and _width(numbered[0][1]) == 1 < _width(numbered[1][1]):
        label, row = numbered.pop(0)
        assembly.add("".join(row), mark=label)  # a title or a unit above the table
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
    """Tab by name; else the separator that cuts the first rows most evenly."""
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
