"""Tables that several rows head: a cell's column is known by all that stands over it, whatever the format."""

import pytest
from test_ingest_readers_odt import blocks as odt_blocks
from test_ingest_readers_odt import cells
from test_ingest_readers_office import workbook
from test_ingest_readers_word import blocks as docx_blocks

from ingest.readers.choose import read

ROWS = [
    ["Region", "2023", "", "2024", ""],
    ["", "Plan", "Actual", "Plan", "Actual"],
    ["North", "10", "12", "11", "(9)"],
    ["South", "7", "8.5", "8", "8"],
]
NORTH = "Region: North; 2023 Plan: 10; 2023 Actual: 12; 2024 Plan: 11; 2024 Actual: (9)"
SOUTH = "Region: South; 2023 Plan: 7; 2023 Actual: 8.5; 2024 Plan: 8; 2024 Actual: 8"


def csv_blocks(rows: list[list[str]], separator: str = ",") -> list[str]:
    reading = read("\n".join(separator.join(row) for row in rows).encode(), "a.csv")
    return [reading.text[start:end] for start, end in reading.blocks]


def test_csv():
    assert csv_blocks(ROWS) == [NORTH, SOUTH]
    reading = read("\n".join(";".join(row) for row in ROWS).encode(), "a.csv")
    assert [mark.label for mark in reading.marks] == ["row 3", "row 4"]


@pytest.mark.parametrize(
    ("heads", "row", "told"),
    [
        (
            [["", "2023", "2022"], ["", "£m", "£m"]],
            ["Revenue", "10", "12"],
            "Revenue; 2023 £m: 10; 2022 £m: 12",
        ),
        (
            [["Item", "Year to 31 March", "", "Change"], ["", "2023", "2022", ""], ["", "£m", "£m", "%"]],
            ["Revenue", "12.5", "10", "25%"],
            "Item: Revenue; Year to 31 March 2023 £m: 12.5; Year to 31 March 2022 £m: 10; Change %: 25%",
        ),
    ],
)
def test_rows_of_units_and_of_years_name_the_columns_too(heads, row, told):
    assert csv_blocks([*heads, row, row])[0] == told


def test_rows_of_words_are_no_heads():
    named = [["Name", "Role", "Office"], ["Ann", "chair", "Room 5"], ["Bob", "clerk", "Room 6"]]
    assert csv_blocks(named)[0] == "Name: Ann; Role: chair; Office: Room 5"
    gaps = [["Name", "Phone", "", "Mail"], ["Ann", "none", "late", "a@b.org"], ["Bob", "12", "", "b@b.org"]]
    assert csv_blocks(gaps)[0] == "Name: Ann; Phone: none; late; Mail: a@b.org"


def test_workbook():
    places = {f"{'ABCDE'[column]}{row}": value for row, cells in enumerate(ROWS, 1)
              for column, value in enumerate(cells) if value}  # fmt: skip
    values = {place: float(value.strip("()")) if value.strip("()").replace(".", "").isdigit() and
              place[1:] > "2" else value for place, value in places.items()}  # fmt: skip
    reading = read(workbook({"Sums": ("visible", values)}), "a.xlsx")
    told = [reading.text[start:end] for start, end in reading.blocks]
    assert told[1:] == ["Region; 2023; 2024", "Plan; Actual; Plan; Actual", NORTH.replace("(9)", "9"), SOUTH]


def test_word():
    down, on, wide = "<w:vMerge w:val='restart'/>", "<w:vMerge/>", "<w:gridSpan w:val='2'/>"

    def row(*cells: tuple[str, str]) -> str:
        made = (f"<w:tc><w:tcPr>{how}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
                for text, how in cells)  # fmt: skip
        return f"<w:tr>{''.join(made)}</w:tr>"

    heads = row((ROWS[0][0], down), ("2023", wide), ("2024", wide)) + row(
        ("", on), *((text, "") for text in ROWS[1][1:])
    )
    body = "".join(row(*((text, "") for text in cells)) for cells in ROWS[2:])
    assert docx_blocks(f"<w:tbl>{heads}{body}</w:tbl>")[:2] == [NORTH, SOUTH]


def test_open_document_text():
    def p(text: str) -> str:
        return f"<text:p>{text}</text:p>"

    covered, wide = "<table:covered-table-cell/>", '<table:table-cell table:number-columns-spanned="2">'
    first = (
        f'<table:table-row><table:table-cell table:number-rows-spanned="2">{p("Region")}</table:table-cell>'
        f"{wide}{p('2023')}</table:table-cell>{covered}{wide}{p('2024')}</table:table-cell>{covered}"
        "</table:table-row>"
    )
    second = f"<table:table-row>{covered}{cells(*map(p, ROWS[1][1:])).removeprefix('<table:table-row>')}"
    body = "".join(cells(*map(p, row)) for row in ROWS[2:])
    assert odt_blocks(f"<table:table>{first}{second}{body}</table:table>") == [NORTH, SOUTH]


def test_web_page_without_cells_that_are_said_to_head():
    rows = "<tr><td rowspan=2>Region<td colspan=2>2023<td colspan=2>2024</tr>"
    for cells_of in (ROWS[1][1:], *ROWS[2:]):
        rows += "<tr>" + "".join(f"<td>{text}</td>" for text in cells_of) + "</tr>"
    reading = read(
        f"<!doctype html><html><body><p>Sums.</p><table>{rows}</table></body></html>".encode(), "a.html"
    )
    assert [reading.text[start:end] for start, end in reading.blocks][1:] == [NORTH, SOUTH]
