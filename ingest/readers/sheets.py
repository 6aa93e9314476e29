"""Workbooks (xlsx, xlsb, xls, ods): a row a block that names its columns, each cell's place beside it.

What a sheet hides stands behind what its table shows, marked hidden, each row with what names it.
"""

import datetime
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from ingest.document import Held, Reading, Utterance
from ingest.errors import EmptySource, ProtectedSource, UnknownFormat
from ingest.readers.assemble import Assembly, column_letters
from ingest.readers.cell_formats import Look, cell_formats
from ingest.readers.office import MEDIA_TYPES
from ingest.readers.properties import properties
from ingest.readers.tables import column_names, header_rows

_LABEL = 200  # characters; what is longer is no name of the rows that it stands beside
_MOST_REACHED = 1_000  # rows
_FORMATTED = (float, int, datetime.date, datetime.time, datetime.timedelta)


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell: its place, such as "B7", what it shows, if anything, and what it holds if that says more.

    Of a hidden one, `text` is what it would show; one that reaches down over several rows is there `again`.
    """

    place: str
    text: str
    held: str = ""
    hidden: bool = False
    again: bool = False


_Row = list[_Cell]


def read(data: bytes, name: str, kind: str) -> Reading:
    """Read a workbook of a kind in MEDIA_TYPES; cells have their place as a mark (`Sums!B7`).

    Sheets, rows, columns and cells that are hidden are marked so.
    Numbers, dates and results of formulas are as the sheet shows them, as far as their format is known; where
    that is rounded, or leaves a date open, `Reading.held` has what the file holds.
    """
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
        XmlError,
        ZipError,
    )

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            (each.name, book.get_sheet_by_name(each.name), each.visible != SheetVisibleEnum.Visible)
            for each in book.sheets_metadata
            if each.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise ProtectedSource(
            name, "it is protected by a password; save a copy without one and add that"
        ) from error
    except (CalamineError, XmlError, ZipError, OSError, ValueError) as error:
        raise UnknownFormat(
            name, "it is not a readable workbook: damaged or cut short; save or export it again"
        ) from error
    writer, look_of = _Writer(), cell_formats(data, kind)
    for title, sheet, hidden in sheets:
        writer.sheet(title, sheet, look_of(title), hidden)
    if not writer.assembly.marks:
        raise EmptySource(name, "no cell of it holds anything; nothing to add")
    stated, found = properties(data)
    media_type = MEDIA_TYPES[kind]
    reading = writer.assembly.reading(name, media_type, title=stated.pop("title", None), metadata=stated)
    return replace(
        reading,
        title=reading.title or sheets[0][0],
        hidden=tuple(writer.hidden),
        held=tuple(writer.held),
        utterances=tuple(writer.said),
        found=found,
    )


class _Writer:
    """Sheets as text."""

    def __init__(self) -> None:
        self.assembly = Assembly()
        self.hidden: list[tuple[int, int]] = []
        self.held: list[Held] = []
        self.said: list[Utterance] = []

    def sheet(self, title: str, sheet: Any, look: Look, hidden: bool) -> None:
        """Write one sheet under its name, then its boxes and notes; one without any words is left out."""
        tables = list(_tables(sheet, look))
        if not tables and not look.boxes and not look.notes:
            return
        first, already = len(self.assembly.blocks), len(self.hidden)
        self.assembly.add(title, level=1)
        for table in tables:
            self._table(title, table)
        for row, column, words in look.boxes:
            self.assembly.add(words, mark=f"{title}!{column_letters(column)}{row + 1}")
        for note in look.notes:
            self.assembly.add(note.words, mark=f"{title}!{note.place} (note)")
            if note.author:
                self.said.append(Utterance(*self.assembly.blocks[-1], note.author))
        if hidden:
            self.hidden[already:] = self.assembly.blocks[first:]

    def _table(self, title: str, rows: list[_Row]) -> None:
        """Write the rows as they are shown, then what is hidden of them."""
        shown = [row for row in map(_shown, rows) if _width(row)]
        while len(shown) > 1 and _width(shown[0]) == 1 < _width(shown[1]):
            self._row(title, shown.pop(0), [], "\n\n")  # a title or a unit above the table
        texts = [[cell.text for cell in row] for row in shown]
        heads = header_rows(texts)
        names = column_names(texts[:heads])
        for index, row in enumerate(shown):
            row = [replace(cell, text="") if cell.again else cell for cell in row] if index < heads else row
            self._row(title, row, names if index >= heads else [], "\n" if index else "\n\n")
        hidden = [row for row in rows if any(cell.hidden and cell.text for cell in row)]
        if not hidden:
            return
        places = {row[0].place for row in shown[:heads]}
        head = [row for row in rows if row[0].place in places]
        every = column_names([[cell.text for cell in row] for row in head])
        first = len(self.assembly.blocks)
        for row in hidden:
            self._row(title, _unseen(row), [] if row in head else every, "\n")
        self.hidden += self.assembly.blocks[first:]

    def _row(self, title: str, row: _Row, names: list[str], joint: str) -> None:
        """Write a row's filled cells, each behind its column's name."""
        parts: list[tuple[str, str]] = []
        filled: _Row = []
        for column, cell in enumerate(row):
            name = names[column].rstrip(":") if column < len(names) else ""
            if cell.text:
                parts.append((f"{title}!{cell.place}", f"{name}: {cell.text}" if name else cell.text))
                filled.append(cell)
        self.assembly.row(parts, joint=joint)
        for cell, mark in zip(filled, self.assembly.marks[-len(filled) :], strict=True):
            if cell.held:
                self.held.append(Held(mark.end - len(cell.text), mark.end, cell.held))


def _shown(row: _Row) -> _Row:
    """The row as its sheet shows it: hidden cells are blank."""
    return [replace(cell, text="", held="") if cell.hidden else cell for cell in row]


def _unseen(row: _Row) -> _Row:
    """The row's hidden cells, and the first that is seen, which mostly says what the row is about."""
    label = next((cell for cell in row if cell.text and not cell.hidden), None)
    return [cell if cell.hidden or cell is label else replace(cell, text="", held="") for cell in row]


def _tables(sheet: Any, look: Look) -> Iterator[list[_Row]]:
    """The sheet's stretches of rows that are not blank, columns that are blank throughout left out."""
    if sheet.start is None:
        return
    top, left = sheet.start
    waiting: list[_Row] = []
    reached = _reached(sheet)
    reaching: dict[tuple[int, int], _Cell] = {}
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), top):
        row = [_cell(number, column, value, look) for column, value in enumerate(values, left)]
        for column, cell in enumerate(row, left):
            first = reached.get((number, column))
            if first == (number, column) and len(cell.text) <= _LABEL:
                reaching[first] = replace(cell, again=True)
            elif first in reaching:
                row[column - left] = replace(reaching[first], hidden=cell.hidden)
        if _width(row):
            waiting.append(row)
        elif waiting:
            yield _without_blank_columns(waiting)
            waiting = []
    if waiting:
        yield _without_blank_columns(waiting)


def _reached(sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """For each place that a cell over several rows reaches down to, its own included, where it begins."""
    return {
        (row, first[1]): first
        for first, last in sheet.merged_cell_ranges or ()
        if 0 < last[0] - first[0] < _MOST_REACHED
        for row in range(first[0], last[0] + 1)
    }


def _cell(row: int, column: int, value: Any, look: Look) -> _Cell:
    place, held = f"{column_letters(column)}{row + 1}", plain(value)
    if value == "":
        held = look.errors.get((row, column), "")
    hidden = row in look.rows or column in look.columns
    if isinstance(value, bool) or not isinstance(value, (*_FORMATTED, str)):
        return _Cell(place, held, "", hidden)
    text = look.show(row, column, value) if value != "" else None
    if text is None or text == held:
        return _Cell(place, held, "", hidden)
    if not text:
        return _Cell(place, held, "", hidden=True)
    return _Cell(place, text, "" if _tells(text, value) else held, hidden)


def _tells(text: str, value: Any) -> bool:
    """Whether what a sheet shows says all that the file holds."""
    if isinstance(value, datetime.date):
        day = re.search(rf"\b0?{value.day}\b", text) and str(value.year) in text
        timed = isinstance(value, datetime.datetime) and value.time() != datetime.time()
        return bool(day and (text[:4].isdigit() or re.search(r"[^\W\d_]{3}", text)) and not timed)
    if not isinstance(value, float | int):
        return False
    digits = re.sub(r"[^\d.]", "", text).strip(".") or "0"
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return False
    return number == abs(Decimal(f"{value:.15g}")) * (100 if "%" in text else 1)


def _without_blank_columns(rows: list[_Row]) -> list[_Row]:
    width = max(map(len, rows))
    filled = [
        column for column in range(width) if any(column < len(row) and row[column].text for row in rows)
    ]
    return [[row[column] for column in filled if column < len(row)] for row in rows]


def _width(row: _Row) -> int:
    """How many cells of a row have words of their own."""
    return sum(bool(cell.text) and not cell.again for cell in row)


def plain(value: Any) -> str:
    """A cell's value as text on one line; midnight is left out of a date, ".0" of a whole number."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 or value != int(value) else f"{int(value)}"
    if isinstance(value, datetime.datetime):
        whole = value.isoformat(sep=" ")
        return whole.removesuffix(" 00:00:00")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return " ".join(str(value).split()) if value is not None else ""
