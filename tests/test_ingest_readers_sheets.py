"""Numbers and dates of workbooks as their sheets show them, and what the file holds beside them."""

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from test_ingest_readers_office import ODF, packed, workbook

from chat.answer import Quote
from chat.verify.context import context_for
from ingest.document import Document, reading_from
from ingest.readers.choose import read
from ingest.readers.number_format import formatted

MARCH = datetime(2024, 3, 12, 14, 5)
ACCOUNTING = '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)'


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.125, "0.0%", "12.5%"),
        (0.125, "0.0 %", "12.5 %"),
        (-0.5, "0%;-0%", "-50%"),
        (1284.4, '"$"#,##0', "$1,284"),
        (1284.4, "[$$-409]#,##0.00", "$1,284.40"),
        (1284.0, "_-* #,##0.00 [$€-407]_-", "1,284.00 €"),
        (-5.0, '"$"#,##0.00', "-$5.00"),
        (-1284.5, "#,##0.00;[Red](#,##0.00)", "(1,284.50)"),
        (1284.0, ACCOUNTING, "$1,284.00"),
        (-1284.0, ACCOUNTING, "$(1,284.00)"),
        (0.0, ACCOUNTING, "$-"),
        (1234567.0, '#,##0.0,,"m"', "1.2m"),
        (1234567.0, "#,##0,", "1,235"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (12345.0, "# ##0", "12 345"),
        (1e15, "#,##0", "1,000,000,000,000,000"),
        (5.0, "0,000", "0,005"),
        (7.0, "000", "007"),
        (123456789.0, "000-00-0000", "123-45-6789"),
        (3.0, '0 "items"', "3 items"),
        (0.5, ".00", ".50"),
        (1.5, ".00", "1.50"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (0.5, "0.##", "0.5"),
        (1234.5, "0.00E+00", "1.23E+03"),
        (99999.0, "0.0E+00", "1.0E+05"),
        (0.00012, "0.0E+0", "1.2E-4"),
        (MARCH, "d-mmm-yy", "12-Mar-24"),
        (MARCH, "[$-409]mmmm d, yyyy;@", "March 12, 2024"),
        (MARCH, "[$-407]dd.mm.yyyy", "12.03.2024"),
        (MARCH, "dd/mm/yyyy hh:mm", "12/03/2024 14:05"),
        (MARCH, "m/d/yy h:mm AM/PM", "3/12/24 2:05 PM"),
        (MARCH, 'yyyy"年"m"月"d"日"', "2024年3月12日"),
        (MARCH, "dddd", "Tuesday"),
        (date(2024, 3, 12), "mmm-yy", "Mar-24"),
        (time(0, 5), "h:mm AM/PM", "12:05 AM"),
        (time(14, 5, 9), "h:mm:ss", "14:05:09"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
        (timedelta(hours=3), "[mm]:ss", "180:00"),
        (timedelta(minutes=5, seconds=3.25), "mm:ss.0", "05:03.3"),
    ],
)
def test_a_value_is_shown_as_its_format_says(value, code, shown):
    assert formatted(value, code) == shown


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (5.5, "General"),
        (5.5, "# ?/?"),
        (5.0, "[>100]0;0.0"),
        (5.0, "@"),
        (5.0, '0"'),
        (5.0, "0" * 500),
        (1e308, "0"),
        (float("nan"), "0"),
        (45000.0, "d-mmm"),
        (MARCH, "0.00"),
        (MARCH, "[$-407]d. mmmm yyyy"),
        (MARCH, "[$-F800]dddd, mmmm dd, yyyy"),
        (MARCH, "[h]:mm"),
        (time(14, 5), "d/m/yy"),
        (datetime(9999, 12, 31, 23, 59, 59, 999999), "yyyy"),
    ],
)
def test_what_no_code_tells_for_sure_is_left_to_the_value(value, code):
    assert formatted(value, code) is None


def accounts() -> bytes:
    """A workbook whose cells are formatted in many ways."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Sums")
    codes = ["0.0%", '"$"#,##0', "d mmmm yyyy", "d/m/yy", "General"]
    names = ["Share", "Income", "Signed", "Paid", "Rest"]
    for column, (name, code) in enumerate(zip(names, codes, strict=True)):
        form = book.add_format({"num_format": code})
        sheet.write(1, column + 1, name)
        sheet.write(2, column + 1, [0.12543, 1284.4, date(2024, 3, 12), date(2024, 3, 4), 0.1][column], form)
        sheet.write(3, column + 1, [0.125, 1284, date(2024, 3, 13), date(2024, 3, 5), 7][column], form)
    sheet.write(4, 1, 9, book.add_format({"num_format": 14}))
    book.close()
    return buffer.getvalue()


def test_a_sheet_is_read_as_it_shows_and_what_it_rounds_is_told_beside_a_quote():
    reading = read(accounts(), "a.xlsx")
    assert reading.text == (
        "Sums\n\nShare; Income; Signed; Paid; Rest\n"
        "Share: 12.5%; Income: $1,284; Signed: 12 March 2024; Paid: 4/3/24; Rest: 0.1\n"
        "Share: 12.5%; Income: $1,284; Signed: 13 March 2024; Paid: 5/3/24; Rest: 7\n"
        "Share: 1900-01-09"
    )
    held = [(reading.text[each.start : each.end], each.value) for each in reading.held]
    assert held == [
        ("12.5%", "0.12543"),
        ("$1,284", "1284.4"),
        ("4/3/24", "2024-03-04"),
        ("5/3/24", "2024-03-05"),
    ]
    document = Document("d", 1, "default", "a", "a", "a", "0" * 64, reading)
    start = reading.text.index("Income: $1,284")
    quote = Quote("d", 1, start, start + 14, "Income: $1,284", "d:1:0-9", 1.0)
    assert [each.why for each in context_for(document, quote)] == ["the file holds 1284.4"]


def test_what_a_file_holds_is_kept_with_the_reading():
    from dataclasses import asdict

    reading = read(accounts(), "a.xlsx")
    beside = asdict(reading)
    assert reading_from(beside.pop("text"), beside) == reading


def test_an_old_workbook_is_read_as_it_shows():
    data = (Path(__file__).parent / "golden" / "formats.xls").read_bytes()
    reading = read(data, "a.xls")
    assert reading.text == ("Sums\n\nShare; Income; Signed\nShare: 12.5%; Income: $1,284; Signed: 12-Mar-24")
    assert [each.value for each in reading.held] == ["0.12543", "1284.4", "2024-03-12"]


def ods(rows: str) -> bytes:
    names = " ".join(f'xmlns:{name}="{ODF}{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="Sums">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(
        mimetype="application/vnd.oasis.opendocument.spreadsheet",
        **{"META-INF/manifest.xml": "<manifest/>", "content.xml": content},
    )


def cell(kind: str, value: str, shown: str, more: str = "") -> str:
    given = {"date": "date-value", "time": "time-value"}.get(kind, "value")
    return (
        f'<table:table-cell office:value-type="{kind}" office:{given}="{value}" {more}>'
        f"<office:annotation><text:p>a note</text:p></office:annotation><text:p>{shown}</text:p>"
        "</table:table-cell>"
    )


def test_an_open_document_workbook_is_read_as_it_shows():
    blank = '<table:table-cell table:number-columns-repeated="2"/>'
    many = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    twice = "table:number-columns-repeated='2'"
    rows = (
        f"<table:table-row>{blank}{cell('percentage', '0.12543', '12,5 %')}"
        f"{cell('date', '2024-03-12', '12. März 2024')}{cell('float', '7', '7')}</table:table-row>"
        f"<table:table-row table:number-rows-repeated='2'>{blank}"
        f"{cell('currency', '1284', '1.284 €', twice)}"
        f"</table:table-row>{many}"
    )
    reading = read(ods(rows), "a.ods")
    shown = "Sums\n\n12,5 %; 12. März 2024; 7\n1.284 €; 1.284 €\n1.284 €; 1.284 €"
    assert reading.text == shown + 4 * "\n\na note"
    assert [each.value for each in reading.held][:1] == ["0.12543"]


def test_a_workbook_without_readable_formats_is_read_all_the_same():
    data = workbook({"Sums": ("visible", {"A1": 0.125, "B1": 2.0})})
    assert read(data, "a.xlsx").text == "Sums\n\n0.125; 2"


def test_a_cell_over_several_rows_is_said_in_each_of_them():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Sums")
        sheet.merge_range("A1:C2", "Sums of the regions")
        sheet.write_row("A4", ["Region", "Product", "Sum"])
        sheet.merge_range("A5:A6", "North")
        sheet.write_row("B5", ["Ore", 5])
        sheet.write_row("B6", ["Coal", 6])
    reading = read(buffer.getvalue(), "a.xlsx")
    assert [reading.text[start:end] for start, end in reading.blocks] == [
        "Sums",
        "Sums of the regions",
        "Region; Product; Sum",
        "Region: North; Product: Ore; Sum: 5",
        "Region: North; Product: Coal; Sum: 6",
    ]
    assert [mark.label for mark in reading.marks][-3:] == ["Sums!A5", "Sums!B6", "Sums!C6"]
