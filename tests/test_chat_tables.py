"""Nothing that a document says becomes a formula in a spreadsheet, in CSV, XLSX, headings and names."""

import csv
import io
import zipfile
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from chat.tables import as_csv, as_xlsx, disposition, file_name, is_formula, neutral, sheet_name

CELLS = [
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1",
    "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "﹦1", "−1+1", '"=1+1"', "'=1+1", "“=1+1”", "‘=1+1’", '""=1+1',
    '" =1+1"', "\ufeff=1+1", "\u200b=1+1", "\u00a0=1+1", "\x00=1+1", "\x1f=1+1", "=HYPERLINK(\"http://e.example\")",
    "＂=1+1", "«=1+1»", "\t", "|calc", "%0A=1",
]  # fmt: skip


@pytest.mark.parametrize("text", CELLS)
def test_a_formula_is_a_text_in_csv(text):
    ((cell,),) = csv.reader(io.StringIO(as_csv([[text]]), newline=""))
    assert cell == f"'{text}"
    assert is_formula(text) and neutral(text) == cell


def test_words_and_numbers_stay_as_they_are():
    for text in ("A sum", "3 = 3", "2023-04-02", "", "(see 4)", "Zoë’s", "a\nb", "12 - 3"):
        assert neutral(text) == text
    assert as_csv([["a", 3, None, 'say "so"']]) == '"a",3,"","say ""so"""\r\n'


def test_every_cell_of_a_workbook_is_a_text():
    data = as_xlsx(
        [("=sheet", [CELLS, *[[cell] for cell in CELLS]]), ("=sheet", [["1", 2, "http://e.example"]])]
    )
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(names) == 2
        for name in names:
            sheet = ElementTree.fromstring(package.read(name))
            assert [each for each in sheet.iter() if each.tag.endswith(("}f", "}hyperlink"))] == []
            kinds = {each.get("t") for each in sheet.iter() if each.tag.endswith("}c")}
            assert kinds <= {"s", None}
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))
        sheets = [each.get("name") for each in book.iter() if each.tag.endswith("}sheet")]
        assert sheets == ["sheet", "sheet 2"]
        styles = package.read("xl/styles.xml").decode()
        assert 'quotePrefix="1"' in styles
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "=1+1" and rows[1][0] == "=1+1"
    second = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(1).to_python()
    assert second == [["1", 2.0, "http://e.example"]]


def test_a_cell_that_is_too_long_is_cut_and_odd_characters_do_no_harm():
    data = as_xlsx([("x", [["😀" * 20_000], ["\ud800 a\x00b\x1f"]])])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[0][0].endswith("…") and len(rows[0][0]) == 16_384


@pytest.mark.parametrize("text", CELLS)
def test_names_of_sheets_and_files_begin_with_no_sign(text):
    assert not is_formula(sheet_name(text, set()))
    assert not is_formula(file_name(text, "csv"))


def test_names_hold_no_path_and_are_told_to_browsers_in_full():
    assert file_name("../../etc/passwd", "csv") == "etc passwd.csv"
    assert file_name("…", "xlsx") == "….xlsx"
    assert file_name("", "csv") == "footnote.csv"
    assert sheet_name("a/b:c[d]'", set()) == "a b c d"
    assert len(sheet_name("x" * 90, {"x" * 28})) <= 31
    told = disposition('Zoë "x"\r\n.csv')
    assert told == "attachment; filename=\"Zoe x.csv\"; filename*=UTF-8''Zo%C3%AB%20%22x%22%0D%0A.csv"
