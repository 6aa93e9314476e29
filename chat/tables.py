"""Tables as files for spreadsheets, in which nothing that a document says is a formula.

A spreadsheet takes what begins with = + - @ for a formula, in a CSV file also behind a tab, a line's end or a
quote, and some take the full-width forms too. In CSV such a cell gets an apostrophe before it. In XLSX every
cell is written as text, which no program reads as anything else, and stays as it is.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

_SIGNS = "=+\\-@|%＝＋－＠﹦﹢﹣﹫−\u2010-\u2015｜％"
_BEFORE = "\\s\\x00-\\x1f\\x7f-\\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff'\"`´‘’‚“”„«»＇＂"
_FORMULA = re.compile(f"[\\t\\r\\n\\v\\f\\x00]|[{_BEFORE}]*[{_SIGNS}]")
_NOT_IN_NAMES = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff/\\:*?\"<>|\[\]']+"
)
_LONGEST_CELL = 32_767  # characters, as Excel counts them: in UTF-16
_WIDE = 60  # a column's width at most, in characters
Cell = str | int | None


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet might take a cell's text for a formula."""
    return _FORMULA.match(text) is not None


def neutral(text: str) -> str:
    """Return the text as it may stand in a CSV file: an apostrophe keeps what looks like a formula text."""
    return f"'{text}" if is_formula(text) else text


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as CSV with commas and CRLF, every cell quoted; numbers stay numbers."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in rows:
        writer.writerow([neutral(_valid(cell or "")) if not isinstance(cell, int) else cell for cell in row])
    return written.getvalue()


def as_xlsx(sheets: Sequence[tuple[str, Sequence[Sequence[Cell]]]]) -> bytes:
    """Return a workbook of named sheets, the first row of each its headings."""
    import xlsxwriter

    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        kinds = {
            (heading, looks): book.add_format(
                {"text_wrap": True, "valign": "top", "bold": heading, "quote_prefix": looks}
            )
            for heading in (False, True)
            for looks in (False, True)
        }
        taken: set[str] = set()
        for name, rows in sheets:
            sheet = book.add_worksheet(sheet_name(name, taken))
            sheet.freeze_panes(1, 0)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, int):
                        sheet.write_number(row, column, cell, kinds[row == 0, False])
                    elif cell:
                        text = _fitting(_valid(cell))
                        sheet.write_string(row, column, text, kinds[row == 0, is_formula(text)])
            for column, width in enumerate(_widths(rows)):
                sheet.set_column(column, column, width)
    return file.getvalue()


def sheet_name(name: str, taken: set[str]) -> str:
    """Return a sheet's name that Excel takes and that no other one has, and note it in `taken`."""
    plain = _named(name)[:28].strip() or "Sheet"
    found, number = plain, 2
    while found.lower() in taken:
        found, number = f"{plain[:25]} {number}", number + 1
    taken.add(found.lower())
    return found


def file_name(name: str, ending: str) -> str:
    """Return a name under which a file can be kept anywhere, and that no spreadsheet reads as a formula."""
    return f"{_named(name)[:80].strip(' .') or 'footnote'}.{ending}"


def disposition(name: str) -> str:
    """Return the value of Content-Disposition that has a browser keep the answer under this name."""
    from urllib.parse import quote

    bare = re.sub(r'[^ -~]|["\\]', "", unicodedata.normalize("NFKD", name)).strip() or "footnote"
    return f"attachment; filename=\"{bare}\"; filename*=UTF-8''{quote(name, safe='')}"


def _named(name: str) -> str:
    plain = _NOT_IN_NAMES.sub(" ", _valid(name))
    while (bare := re.sub(f"^[{_BEFORE}{_SIGNS}.]+", "", plain)) != plain:
        plain = bare
    return " ".join(plain.split())


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _fitting(text: str) -> str:
    if len(text.encode("utf-16-le")) // 2 <= _LONGEST_CELL:
        return text
    return text.encode("utf-16-le")[: 2 * (_LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    columns = max((len(row) for row in rows), default=0)
    return [
        max(8, min(_WIDE, 2 + max((len(str(row[n] or "")) for row in rows if n < len(row)), default=0)))
        for n in range(columns)
    ]
