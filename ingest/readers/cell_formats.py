"""How each cell of a workbook is formatted: xlsx and xls state codes, ods the very words that it shows."""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from ingest.readers.number_format import AS_THE_SYSTEM, BUILT_IN, Value, formatted

Show = Callable[[int, int, Value], str | None]
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


def cell_formats(data: bytes, kind: str) -> Callable[[str], Show]:
    """Return what gives, for a sheet's name, what its cells show.

    `kind` is "xlsx", "xls" or "ods". A workbook whose formats cannot be read, and an xlsb, shows nothing:
    its values are as they are stored.
    """
    try:
        book = _Xlsx(data) if kind == "xlsx" else _Xls(data) if kind == "xls" else _Ods(data)
    except Exception:  # of many kinds; formats are an addition, and the values are there without them
        return lambda _: _nothing

    def sheet(name: str) -> Show:
        try:
            return book.sheet(name)
        except Exception:  # the same
            return _nothing

    return sheet


def _nothing(row: int, column: int, value: Value) -> str | None:
    return None


def _by_code(codes: Mapping[int, str]) -> Show:
    if len(codes) > _MOST:
        return _nothing

    def show(row: int, column: int, value: Value) -> str | None:
        code = codes.get(row * _WIDTH + column)
        return None if code is None else formatted(value, code)

    return show


class _Xlsx:
    """Formats by the styles that the cells of an Office Open XML workbook name."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        related = {each.get("Id"): each for each in self._parsed("xl/_rels/workbook.xml.rels")}
        self._parts: dict[str, str] = {}
        styles = "xl/styles.xml"
        for each in related.values():
            if str(each.get("Type")).endswith("/styles"):
                styles = _path(each.get("Target"))
        for each in self._parsed("xl/workbook.xml").iter("{*}sheet"):
            for key, value in each.attrib.items():
                if key.endswith("}id") and value in related:
                    self._parts[each.get("name")] = _path(related[value].get("Target"))
        self._codes = _codes(self._parsed(styles))

    def sheet(self, name: str) -> Show:
        found: dict[int, str] = {}
        with self._archive.open(self._parts[name]) as part:
            for place, style in _styles(part):
                code = self._codes.get(style)
                if code is not None:
                    found[place] = code
        return _by_code(found)

    def _parsed(self, name: str) -> Any:
        from lxml import etree

        with self._archive.open(name) as part:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            return etree.fromstring(part.read(_SMALL), parser)


def _path(target: str) -> str:
    """A part's name in the archive, from what the workbook calls it."""
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


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


def _styles(part: IO[bytes]) -> Iterator[tuple[int, str]]:
    """The place and the style of each cell of a sheet that names one."""
    from lxml import etree

    row = column = -1
    events = etree.iterparse(
        part, events=("start", "end"), tag=("{*}row", "{*}c"), resolve_entities=False, no_network=True
    )
    for event, element in events:
        if event == "end":
            if element.tag.endswith("row"):
                element.clear()
            continue
        if element.tag.endswith("row"):
            row, column = int(element.get("r") or row + 2) - 1, -1
            continue
        column += 1
        cell = _CELL.fullmatch(element.get("r") or "")
        if cell:
            row, column = int(cell[2]) - 1, _column(cell[1])
        style = element.get("s")
        if style is not None:
            yield row * _WIDTH + column, style


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

    def sheet(self, name: str) -> Show:
        sheet = self._book.sheet_by_name(name)
        codes: dict[int, str] = {}
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                code = self._codes[sheet.cell_xf_index(row, column)]
                if code:
                    codes[row * _WIDTH + column] = code
        self._book.unload_sheet(name)
        return _by_code(codes)


class _Ods:
    """The words that the cells of an OpenDocument workbook show: they stand beside the values."""

    def __init__(self, data: bytes) -> None:
        self._sheets: dict[str, dict[int, str]] = {}
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as part:
            self._take(part)

    def sheet(self, name: str) -> Show:
        words = self._sheets[name]
        return lambda row, column, _: words.get(row * _WIDTH + column)

    def _take(self, part: IO[bytes]) -> None:
        from lxml import etree

        words: dict[int, str] = {}
        row = 0
        tags = (f"{_TABLE}table", f"{_TABLE}table-row")
        for event, element in etree.iterparse(
            part, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True
        ):
            if element.tag == tags[0]:
                if event == "start":
                    words, row = self._sheets.setdefault(element.get(f"{_TABLE}name") or "", {}), 0
            elif event == "end":
                rows = _repeated(element, "rows")
                for column, text in _words(element):
                    for number in range(row, row + min(rows, _REPEATED)):
                        words[number * _WIDTH + column] = text
                row += rows
                element.clear()


def _words(row: Any) -> Iterator[tuple[int, str]]:
    """The columns and the words of a row's numbers and dates."""
    column = 0
    for cell in row:
        if not isinstance(cell.tag, str) or not cell.tag.endswith("table-cell"):
            continue
        columns = _repeated(cell, "columns")
        if cell.get(f"{_OFFICE}value-type") in _NUMBERS:
            text = " ".join(" ".join("".join(part.itertext()) for part in cell.findall(f"{_TEXT}p")).split())
            if text:
                for number in range(column, column + min(columns, _REPEATED)):
                    yield number, text
        column += columns


def _repeated(element: Any, what: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{what}-repeated") or 1))
