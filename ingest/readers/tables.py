"""CSV and TSV: every row one block that names its columns, marked with its number in the file."""

import csv
import io
import re

from ingest.document import Reading
from ingest.errors import UnknownFormat
from ingest.readers.assemble import Assembly
from ingest.readers.decode import decode

_NUMBER = re.compile(r"[-+(]?[$€£]?\s?[\d.,\s]*\d\s?%?\)?")
_MOST_HEADS = 3
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
    heads = header_rows(content)
    named = [column_names(content[:heads]), *content[heads:]] if heads else content
    labels = [label for label, _ in numbered[max(heads - 1, 0) :]]
    assembly.table(named, has_header=heads > 0, marks=labels)
    media = "text/tab-separated-values" if delimiter == "\t" else "text/csv"
    return assembly.reading(name, media, metadata={"encoding": encoding})


def header_rows(rows: list[list[str]]) -> int:
    """How many rows name the columns; 0 where none does.

    A second or third one has words where the rows below have numbers, and stands under cells that reach over
    several columns, or names none of the rows, as a row of units does.
    """
    if not has_header(rows):
        return 0
    count = 1
    while count < _MOST_HEADS and count + 1 < len(rows) and _heads_too(rows, count):
        count += 1
    return count


def column_names(heads: list[list[str]]) -> list[str]:
    """The names that rows which head a table give its columns together: what stands over each of them."""
    width = max(map(len, heads), default=0)
    names: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(heads):
        below = heads[number + 1 :]
        reaching = ""
        for column in range(width):
            own, divided = _at(row, column), any(_at(lower, column) for lower in below)
            if own or not divided or any(_at(upper, column) for upper in heads[:number]):
                reaching = own if divided else ""
            words = own or reaching
            if words and words not in names[column]:
                names[column].append(words)
    return [" ".join(words) for words in names]


def _heads_too(rows: list[list[str]], number: int) -> bool:
    """Whether a row heads the table too, below one that does."""
    above, row, below = rows[number - 1], rows[number], rows[number + 1 : number + 21]
    columns = [column for column in range(1, len(row)) if _at(row, column)]
    if not columns or any(map(_is_number, row)):
        return False
    spanned = any(not _at(above, column) and any(map(str.strip, above[:column])) for column in columns)
    if not spanned and (_at(row, 0) or len(columns) < 2):
        return False
    values = [value for lower in below for column in columns if (value := _at(lower, column))]
    return 2 * sum(map(_is_number, values)) > len(values)


def _at(row: list[str], column: int) -> str:
    return " ".join(row[column].split()) if column < len(row) else ""


def _is_number(cell: str) -> bool:
    """Whether a cell holds a number, but for what may be a year and so a name."""
    return _NUMBER.fullmatch(cell.strip()) is not None and not re.fullmatch(r"(19|20)\d\d", cell.strip())


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names columns: texts, all different, and no number under a later number."""
    if len(rows) < 2:
        return False
    first = [cell.strip() for cell in rows[0]]
    named = [cell for cell in first if cell]
    if len(named) < 2 or len(set(named)) < len(named) or any(len(cell) > 80 for cell in named):
        return False
    return not any(map(_is_number, named))


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
