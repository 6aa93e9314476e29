"""What each cell of a workbook shows: xlsx and xls state codes, ods the very words; and what is hidden.

A row or a column is hidden where its author hid it. What a filter leaves out, or a closed group, is not: the
sheet shows a sign of it that opens it, and it is data as much as its neighbours.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from ingest.readers.assemble import column_letters
from ingest.readers.number_format import AS_THE_SYSTEM, BUILT_IN, Value, formatted, hides_text
from ingest.readers.sheet_notes import CellNote, drawn, noted, ods_note, xlsx_notes

Show = Callable[[int, int, Value | str], str | None]
"""What a cell shows, by its row and column, counted from 0, and its value; None where that is not known."""

_TABLE, _OFFICE, _TEXT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office", "text")
)
_WIDTH = 1 << 14  # columns of a sheet at most
_MOST = 1_000_000  # formatted cells of a sheet; more of them would take too long
_SMALL = 50 << 20  # bytes of a workbook's list of sheets or of its styles
_REPEATED = 10_000  # cells that one cell of an ods stands for; filled cells are not repeated so often
_NUMBERS = frozenset({"float", "percentage", "currency", "date", "time"})
_CELL = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_ON = ("1", "true")


@dataclass(frozen=True, slots=True)
class Look:
    """How a sheet looks: what its cells show, and the rows and columns, counted from 0, that are hidden.

    `errors` are the words of cells that hold an error, such as "#REF!", by row and column; `boxes` the rows,
    columns and words of text boxes and charts; `notes` what is noted on its cells.
    """

    show: Show
    rows: Collection[int] = ()
    columns: Collection[int] = ()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    boxes: Collection[tuple[int, int, str]] = ()
    notes: Collection[CellNote] = ()


def cell_formats(data: bytes, kind: str) -> Callable[[str], Look]:
    """Return what gives, for a sheet's name, how it looks.

    `kind` is "xlsx", "xls" or "ods". A workbook whose formats cannot be read, and an xlsb, hides nothing:
    its values are as they are stored.
    """
    try:
        book = _Xlsx(data) if kind == "xlsx" else _Xls(data) if kind == "xls" else _Ods(data)
    except Exception:  # of many kinds; formats are an addition, and the values are there without them
        return lambda _: Look(_nothing)

    def sheet(name: str) -> Look:
        try:
            return book.sheet(name)
        except Exception:  # the same
            return Look(_nothing)

    return sheet


def _nothing(row: int, column: int, value: Value | str) -> str | None:
    return None


def _by_code(codes: Mapping[int, str]) -> Show:
    if len(codes) > _MOST:
        return _nothing

    def show(row: int, column: int, value: Value | str) -> str | None:
        code = codes.get(row * _WIDTH + column)
        if code is None:
            return None
        if isinstance(value, str):
            return "" if hides_text(code) else None
        return formatted(value, code)

    return show


class _Xlsx:
    """Formats by the styles that the cells of an Office Open XML workbook name."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        related = {each.get("Id"): each for each in self._parsed("xl/_rels/workbook.xml.rels")}
        self._parts: dict[str, str] = {}
        self._people = [
            _path(each.get("Target"))
            for each in related.values()
            if str(each.get("Type")).endswith("/person")
        ]
        styles = "xl/styles.xml"
        for each in related.values():
            if str(each.get("Type")).endswith("/styles"):
                styles = _path(each.get("Target"))
        for each in self._parsed("xl/workbook.xml").iter("{*}sheet"):
            for key, value in each.attrib.items():
                if key.endswith("}id") and value in related:
                    self._parts[each.get("name")] = _path(related[value].get("Target"))
        self._codes = _codes(self._parsed(styles))

    def sheet(self, name: str) -> Look:
        sheet = _XlsxSheet(self._codes)
        with self._archive.open(self._parts[name]) as part:
            sheet.take(part)
        for table in self._related(self._parts[name], "/table").values():
            sheet.filters += [each for each in self._parsed(table).iter("{*}autoFilter") if len(each)]
        boxes, notes = self._beside(self._parts[name])
        return Look(_by_code(sheet.codes), sheet.hidden_rows(), sheet.columns, sheet.errors, boxes, notes)

    def _beside(self, part: str) -> tuple[list[tuple[int, int, str]], list[CellNote]]:
        """The words of boxes and charts on a sheet, and its cells' notes; none where they are damaged."""
        try:
            boxes = []
            for drawing in self._related(part, "/drawing").values():
                charts = {
                    each: self._parsed(chart) for each, chart in self._related(drawing, "/chart").items()
                }
                boxes += drawn(self._parsed(drawing), charts)
            notes, threads = (
                list(self._related(part, kind).values()) for kind in ("/comments", "/threadedComment")
            )
            return boxes, xlsx_notes(notes, threads, self._people, self._parsed)
        except Exception:  # of many kinds; what is hidden must be known without them
            return [], []

    def _related(self, part: str, kind: str) -> dict[str, str]:
        """The parts of a kind that a part refers to, by its names for them."""
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels"
        if relations not in self._archive.namelist():
            return {}
        found = [each for each in self._parsed(relations) if str(each.get("Type")).endswith(kind)]
        return {each.get("Id"): _path(each.get("Target"), f"/{folder}") for each in found}

    def _parsed(self, name: str) -> Any:
        from lxml import etree

        with self._archive.open(name) as part:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            return etree.fromstring(part.read(_SMALL), parser)


def _path(target: str, folder: str = "/xl") -> str:
    """A part's name in the archive, from what a part in `folder` calls it."""
    return posixpath.normpath(posixpath.join(folder, target)).lstrip("/")


def _codes(styles: Any) -> dict[str, str]:
    """The format code of each cell style, by its number as text; styles without a known one are left out."""
    stated = {int(each.get("numFmtId")): each.get("formatCode") or "" for each in styles.iter("{*}numFmt")}
    codes: dict[str, str] = {}
    for table in styles.iter("{*}cellXfs"):
        for number, each in enumerate(table.iter("{*}xf")):
            code = _code(int(each.get("numFmtId") or 0), stated)
            if code:
                codes[str(number)] = code
    return codes


def _code(number: int, stated: Mapping[int, str]) -> str | None:
    """The code of a format's number, as the file states it or as all files mean it."""
    return None if number in AS_THE_SYSTEM else stated.get(number, BUILT_IN.get(number))


class _XlsxSheet:
    """What the part of one sheet says of its cells' formats and errors, and of its rows and columns."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        self.codes: dict[int, str] = {}
        self.errors: dict[tuple[int, int], str] = {}
        self.columns: set[int] = set()
        self.filters: list[Any] = []
        self._by_style = codes
        self._rows: set[int] = set()
        self._filtered = False

    def take(self, part: IO[bytes]) -> None:
        """Read the part once, row by row."""
        from lxml import etree

        row = column = -1
        tags = [f"{{*}}{name}" for name in ("row", "c", "col", "sheetPr", "autoFilter")]
        events = etree.iterparse(
            part, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True
        )
        for event, element in events:
            tag = etree.QName(element).localname
            if event == "end":
                if tag == "c" and element.get("t") == "e":
                    self.errors[row, column] = element.findtext("{*}v") or ""
                elif tag == "row":
                    element.clear()
                elif tag == "autoFilter" and len(element):
                    self.filters.append(element)
            elif tag == "row":
                row, column = int(element.get("r") or row + 2) - 1, -1
                if _is_hidden(element, "ht"):
                    self._rows.add(row)
            elif tag == "c":
                column += 1
                cell = _CELL.fullmatch(element.get("r") or "")
                if cell:
                    row, column = int(cell[2]) - 1, _column(cell[1])
                code = self._by_style.get(element.get("s") or "")
                if code is not None:
                    self.codes[row * _WIDTH + column] = code
            else:
                self._take_setting(tag, element)

    def _take_setting(self, tag: str, element: Any) -> None:
        if tag == "sheetPr":
            self._filtered = element.get("filterMode") in _ON
        elif tag == "col" and _is_hidden(element, "width"):
            first, last = int(element.get("min")), int(element.get("max"))
            self.columns.update(range(first - 1, min(last, _WIDTH)))

    def hidden_rows(self) -> set[int]:
        """The rows that are hidden by hand and not by a filter."""
        if self._filtered and not self.filters:  # a filter by a range of criteria says no more
            return set()
        places = [_CELL.findall((each.get("ref") or "").replace("$", "")) for each in self.filters]
        filtered = [range(int(place[0][1]) - 1, int(place[-1][1])) for place in places if place]
        return {row for row in self._rows if not any(row in each for each in filtered)}


def _is_hidden(element: Any, size: str) -> bool:
    """Whether a row or column is hidden, or of no size, and no closed group hides it."""
    none = element.get("hidden") in _ON or element.get(size) == "0"
    return none and element.get("outlineLevel") in (None, "0")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Xls:
    """Formats of the old binary workbook, by xlrd."""

    def __init__(self, data: bytes) -> None:
        import xlrd

        self._book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO()
        )
        stated = {each.format_key: each.format_str for each in self._book.format_list}
        self._codes = [_code(each.format_key, stated) for each in self._book.xf_list]

    def sheet(self, name: str) -> Look:
        import xlrd

        sheet = self._book.sheet_by_name(name)
        codes: dict[int, str] = {}
        errors: dict[tuple[int, int], str] = {}
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                code = self._codes[sheet.cell_xf_index(row, column)]
                if code:
                    codes[row * _WIDTH + column] = code
                if sheet.cell_type(row, column) == xlrd.XL_CELL_ERROR:
                    code_of_error = int(sheet.cell_value(row, column))
                    errors[row, column] = xlrd.error_text_from_code.get(code_of_error, "")
        filtered = self._filtered(sheet.number)
        rows = {row for row, info in sheet.rowinfo_map.items() if _is_closed(info) and row not in filtered}
        columns = {column for column, info in sheet.colinfo_map.items() if _is_closed(info)}
        notes = [
            noted(f"{xlrd.colname(column)}{row + 1}", note.author or "", note.text or "")
            for (row, column), note in sorted(sheet.cell_note_map.items())
        ]
        self._book.unload_sheet(name)
        return Look(_by_code(codes), rows, columns, errors, (), [note for note in notes if note.words])

    def _filtered(self, number: int) -> range:
        """The rows that a filter of a sheet is about; a name that Excel gives by itself says which."""
        for name in self._book.name_obj_list:
            if name.name == "_FilterDatabase" and name.scope == number:
                _, first, last, _, _ = name.area2d()
                return range(first, last)
        return range(0)


def _is_closed(info: Any) -> bool:
    """Whether a row or column of an old workbook is hidden by hand."""
    return bool(info.hidden) and not info.outline_level


class _Ods:
    """The words that the cells of an OpenDocument workbook show: they stand beside the values."""

    def __init__(self, data: bytes) -> None:
        self._sheets: dict[str, _OdsSheet] = {}
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as part:
            self._take(part)

    def sheet(self, name: str) -> Look:
        sheet = self._sheets[name]
        words = sheet.words
        return Look(
            lambda row, column, value: words.get(row * _WIDTH + column),
            sheet.rows,
            sheet.columns,
            sheet.errors,
            notes=sheet.notes,
        )

    def _take(self, part: IO[bytes]) -> None:
        from lxml import etree

        sheet, row, column = _OdsSheet(), 0, 0
        tags = (f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-column")
        for event, element in etree.iterparse(
            part, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True
        ):
            if element.tag == tags[0]:
                if event == "start":
                    sheet, row, column = _OdsSheet(), 0, 0
                    self._sheets.setdefault(element.get(f"{_TABLE}name") or "", sheet)
            elif event == "end":
                # A filter's rows say "filter"; a closed group's stand in an element that says so itself.
                closed = element.get(f"{_TABLE}visibility") == "collapse" and not _is_grouped(element)
                if element.tag == tags[2]:
                    columns = _repeated(element, "columns")
                    if closed:
                        sheet.columns.update(range(column, min(column + columns, _WIDTH)))
                    column += columns
                    continue
                rows = _repeated(element, "rows")
                if closed:
                    sheet.rows.update(range(row, row + min(rows, _REPEATED)))
                sheet.take(element, range(row, row + min(rows, _REPEATED)))
                row += rows
                element.clear()


@dataclass(slots=True)
class _OdsSheet:
    """What the cells of one sheet show, and what is hidden."""

    words: dict[int, str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    notes: list[CellNote] = field(default_factory=list)

    def take(self, element: Any, rows: range) -> None:
        """Take the words and notes of a row's cells, which it stands for `rows` times."""
        for column, cell in _cells(element):
            note = ods_note(cell, f"{column_letters(column)}{rows.start + 1}")
            self.notes += [note] if note else []
        for column, text, failed in _words(element):
            for row in rows:
                if failed:
                    self.errors[row, column] = text
                else:
                    self.words[row * _WIDTH + column] = text


def _is_grouped(element: Any) -> bool:
    return (
        next(element.iterancestors(f"{_TABLE}table-row-group", f"{_TABLE}table-column-group"), None)
        is not None
    )


def _words(row: Any) -> Iterator[tuple[int, str, bool]]:
    """The columns and the words of a row's numbers, dates and errors, and whether they are an error's."""
    for column, cell in _cells(row):
        columns = _repeated(cell, "columns")
        failed = any(key.endswith("}value-type") and value == "error" for key, value in cell.items())
        if failed or cell.get(f"{_OFFICE}value-type") in _NUMBERS:
            text = " ".join(" ".join("".join(part.itertext()) for part in cell.findall(f"{_TEXT}p")).split())
            if text:
                for number in range(column, column + min(columns, _REPEATED)):
                    yield number, text, failed


def _cells(row: Any) -> Iterator[tuple[int, Any]]:
    """A row's cells, each with its column, counted from 0."""
    column = 0
    for cell in row:
        if isinstance(cell.tag, str) and cell.tag.endswith("table-cell"):
            yield column, cell
            column += _repeated(cell, "columns")


def _repeated(element: Any, what: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{what}-repeated") or 1))
