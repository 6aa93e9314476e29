"""What a workbook hides, its errors and its text boxes."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from test_ingest_readers_sheets import ods

from ingest.document import Reading
from ingest.readers.choose import read
from ingest.readers.number_format import formatted, hides_text


def sheet(change: Callable[[Any, Any], object]) -> Reading:
    """Four rows of three columns, after `change` was made to the workbook and its sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet("Staff")
    rows = [["Name", "Pay", "Town"], ["Ann", 10, "Ely"], ["Bob", 20, "Ayr"], ["Cy", 30, "Hay"]]
    for row, cells in enumerate(rows):
        page.write_row(row, 0, cells)
    change(book, page)
    book.close()
    return read(buffer.getvalue(), "a.xlsx")


def parts(reading: Reading) -> tuple[list[str], list[str]]:
    """What is seen and what is hidden, block by block."""
    spans = {hidden: [] for hidden in (False, True)}
    for start, end in reading.blocks:
        spans[(start, end) in reading.hidden].append(reading.text[start:end])
    return spans[False], spans[True]


def test_a_hidden_column_is_marked_and_each_row_of_it_says_whose_it_is():
    reading = sheet(lambda book, page: page.set_column(1, 1, None, None, {"hidden": True}))
    seen, hidden = parts(reading)
    assert seen == [
        "Staff",
        "Name; Town",
        "Name: Ann; Town: Ely",
        "Name: Bob; Town: Ayr",
        "Name: Cy; Town: Hay",
    ]
    assert hidden == ["Name; Pay", "Name: Ann; Pay: 10", "Name: Bob; Pay: 20", "Name: Cy; Pay: 30"]
    places = {reading.text[mark.start : mark.end]: mark.label for mark in reading.marks}
    assert places["Pay: 20"] == "Staff!B3"
    assert [mark.start for mark in reading.marks] == sorted(mark.start for mark in reading.marks)


def test_a_hidden_row_is_marked_also_where_it_is_the_header_or_has_no_height():
    assert parts(sheet(lambda book, page: page.set_row(2, None, None, {"hidden": True}))) == (
        ["Staff", "Name; Pay; Town", "Name: Ann; Pay: 10; Town: Ely", "Name: Cy; Pay: 30; Town: Hay"],
        ["Name: Bob; Pay: 20; Town: Ayr"],
    )
    seen, hidden = parts(sheet(lambda book, page: page.set_row(0, 0)))
    assert seen == ["Staff", "Ann; 10; Ely", "Bob; 20; Ayr", "Cy; 30; Hay"] and hidden == ["Name; Pay; Town"]


def filtered(book: Any, page: Any) -> None:
    page.autofilter("A1:C4")
    page.filter_column("A", "x != Bob")
    page.set_row(2, None, None, {"hidden": True})


def table(book: Any, page: Any) -> None:
    page.add_table("A1:C4", {"columns": [{"header": name} for name in ("Name", "Pay", "Town")]})
    page.set_row(2, None, None, {"level": 1, "hidden": True})  # a closed group


@pytest.mark.parametrize("change", [filtered, table])
def test_what_a_filter_or_a_closed_group_leaves_out_is_data(change):
    seen, hidden = parts(sheet(change))
    assert "Name: Bob; Pay: 20; Town: Ayr" in seen and not hidden


def test_a_cell_whose_format_shows_nothing_is_hidden():
    def change(book: Any, page: Any) -> None:
        nothing = book.add_format({"num_format": ";;;"})
        page.write(1, 1, 10, nothing)
        page.write(3, 2, "Hay", nothing)

    seen, hidden = parts(sheet(change))
    assert seen[2:] == ["Name: Ann; Town: Ely", "Name: Bob; Pay: 20; Town: Ayr", "Name: Cy; Pay: 30"]
    assert hidden == ["Name: Ann; Pay: 10", "Name: Cy; Town: Hay"]
    assert formatted(0.0, "0;-0;") == "" and formatted(5.0, ";;;") == ""
    assert [hides_text(code) for code in (";;;", "0;-0;;@", "0;;", '0;0;0;" "@', "0" * 500)] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_errors_are_read_as_the_sheet_shows_them():
    def change(book: Any, page: Any) -> None:
        page.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        page.write_formula(2, 1, "=NA()", None, "#N/A")

    assert parts(sheet(change))[0][2:4] == [
        "Name: Ann; Pay: #DIV/0!; Town: Ely",
        "Name: Bob; Pay: #N/A; Town: Ayr",
    ]


def test_text_boxes_stand_behind_the_cells():
    def change(book: Any, page: Any) -> None:
        page.insert_textbox("E3", "Figures are estimates.\nSee the note.")
        page.insert_textbox("E1", "Draft")

    reading = sheet(change)
    assert parts(reading)[0][-2:] == ["Draft", "Figures are estimates.\nSee the note."]
    assert [mark.label for mark in reading.marks[-2:]] == ["Staff!E1", "Staff!E3"]


def test_an_open_document_sheet_hides_and_shows_errors_in_the_same_way():
    def row(name: str, pay: str, more: str = "") -> str:
        cells = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
            for text in (name, pay, "Rate" if name == "Name" else "x")[: 2 if name == "Ann" else 3]
        )
        error = (
            '<table:table-cell table:formula="of:=[.X]" office:value-type="string" office:string-value="" '
            'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
            'calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
        )
        return f"<table:table-row {more}>{cells}{error if name == 'Ann' else ''}</table:table-row>"

    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    closed = 'table:visibility="collapse"'
    group = f"<table:table-row-group>{row('Dee', 'd', closed)}</table:table-row-group>"
    rows = (
        row("Name", "Pay")
        + row("Ann", "a")
        + row("Bob", "b", 'table:visibility="filter"')
        + row("Cy", "c", 'table:visibility="collapse"')
        + group
    )
    seen, hidden = parts(read(ods(columns + rows), "a.ods"))
    assert seen == [
        "Sums",
        "Name; Rate",
        *(f"Name: {each}" for each in ("Ann; Rate: #REF!", "Bob; Rate: x", "Dee; Rate: x")),
    ]
    assert hidden == [
        "Name; Pay",
        "Name: Ann; Pay: a",
        "Name: Bob; Pay: b",
        "Name: Cy; Pay: c; Rate: x",
        "Name: Dee; Pay: d",
    ]
