"""Workbooks (xlsx, xlsb, xls, ods): a row a block that names its columns, each cell's place beside it."""

import datetime
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.document import Reading
from ingest.errors import EmptySource, ProtectedSource, UnknownFormat
from ingest.readers.assemble import Assembly, column_letters
from ingest.readers.properties import properties
from ingest.readers.tables import has_header

_Row = list[tuple[str, str]]  # the cell's place, such as "B7", and its text; empty ones are there too


def read(data: bytes, name: str, media_type: str) -> Reading:
    """Read a workbook; every cell has its place as a mark (`Sums!B7`), sheets that are hidden are marked so.

    Numbers, dates and results of formulas are as they are stored, without the format they are shown in.
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
    writer = _Writer()
    for title, sheet, hidden in sheets:
        writer.sheet(title, sheet, hidden)
    if not writer.assembly.marks:
        raise EmptySource(name, "no cell of it holds anything; nothing to add")
    stated, found = properties(data)
    reading = writer.assembly.reading(name, media_type, title=stated.pop("title", None), metadata=stated)
    return replace(
        reading,
        title=reading.title or sheets[0][0],
        hidden=tuple(writer.hidden),
        found=found,
    )


class _Writer:
    """Sheets as text."""

    def __init__(self) -> None:
        self.assembly = Assembly()
        self.hidden: list[tuple[int, int]] = []

    def sheet(self, title: str, sheet: Any, hidden: bool) -> None:
        """Write one sheet under its name; one without a filled cell is left out."""
        tables = list(_tables(sheet))
        if not tables:
            return
        first = len(self.assembly.blocks)
        self.assembly.add(title, level=1)
        for table in tables:
            self._table(title, table)
        if hidden:
            self.hidden += self.assembly.blocks[first:]

    def _table(self, title: str, rows: list[_Row]) -> None:
        while len(rows) > 1 and _width(rows[0]) == 1 < _width(rows[1]):
            self._row(title, rows.pop(0), [], "\n\n")  # a title or a unit above the table
        texts = [[text for _, text in row] for row in rows]
        names = texts[0] if has_header(texts) else []
        for index, row in enumerate(rows):
            self._row(title, row, names if index else [], "\n" if index else "\n\n")

    def _row(self, title: str, row: _Row, names: list[str], joint: str) -> None:
        """Write a row's filled cells, each behind its column's name."""
        parts: list[tuple[str, str]] = []
        for column, (place, text) in enumerate(row):
            name = names[column].rstrip(":") if column < len(names) else ""
            if text:
                parts.append((f"{title}!{place}", f"{name}: {text}" if name else text))
        self.assembly.row(parts, joint=joint)


def _tables(sheet: Any) -> Iterator[list[_Row]]:
    """The sheet's stretches of rows that are not blank, columns that are blank throughout left out."""
    if sheet.start is None:
        return
    top, left = sheet.start
    waiting: list[_Row] = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
        row = [
            (f"{column_letters(column)}{number}", shown(value)) for column, value in enumerate(values, left)
        ]
        if any(text for _, text in row):
            waiting.append(row)
        elif waiting:
            yield _without_blank_columns(waiting)
            waiting = []
    if waiting:
        yield _without_blank_columns(waiting)


def _without_blank_columns(rows: list[_Row]) -> list[_Row]:
    width = max(map(len, rows))
    filled = [column for column in range(width) if any(column < len(row) and row[column][1] for row in rows)]
    return [[row[column] for column in filled if column < len(row)] for row in rows]


def _width(row: _Row) -> int:
    return sum(bool(text) for _, text in row)


def shown(value: Any) -> str:
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
