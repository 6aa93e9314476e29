"""Tables of web pages and of mail: each word in its cell, each cell under its own column's name."""

import pytest

from ingest.readers.choose import read

PROSE = "".join(
    f"<p>In its report number {number}, the council set out what each of its departments spent.</p>"
    for number in range(4)
)
MAIL = "From: Ann <a@b.org>\nSubject: Sums\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"


def rows(table: str, way: str) -> list[str]:
    """The blocks that a table becomes in an article, as a page of its own, or in a mail."""
    article = f"{PROSE}{table}{PROSE}" if way == "article" else table
    page = f"<html><body><article>{article}</article></body></html>"
    reading = read((MAIL * (way == "mail") + page).encode(), "a.eml" if way == "mail" else "a.html")
    found = [reading.text[start:end] for start, end in reading.blocks]
    return [block for block in found if not block.startswith(("In its report", "From:", "Subject:"))]


@pytest.mark.parametrize("way", ["article", "bare", "mail"])
def test_lines_and_paragraphs_of_a_cell_are_not_glued(way):
    table = (
        "<table><tr><th>Year</th><th>Spent</th></tr>"
        "<tr><td>2020</td><td>1<br>2</td></tr><tr><td>2021</td><td><p>Cut.</p><p>Then raised.</p></td></tr>"
        "</table>"
    )
    assert rows(table, way) == ["Year: 2020; Spent: 1 2", "Year: 2021; Spent: Cut. Then raised."]


@pytest.mark.parametrize("way", ["article", "bare", "mail"])
def test_a_cell_over_several_rows_or_columns_moves_none_under_a_wrong_name(way):
    table = (
        "<table><tr><th>Year</th><th>Plan</th><th>Spent</th></tr>"
        "<tr><td rowspan=2>2020</td><td>5</td><td>6</td></tr><tr><td>7</td><td>8</td></tr>"
        "<tr><td colspan=2>Total</td><td>14</td></tr></table>"
    )
    assert rows(table, way) == [
        "Year: 2020; Plan: 5; Spent: 6",
        "Year: 2020; Plan: 7; Spent: 8",
        "Year: Total; Spent: 14",
    ]


@pytest.mark.parametrize("way", ["article", "bare", "mail"])
def test_a_cell_over_several_rows_is_said_in_each_but_a_header_and_an_empty_row_stay(way):
    table = (
        "<table><tr><th rowspan=2>Year</th><th>Spent</th><th>Unit</th></tr><tr><th>(net)</th></tr>"
        "<tr><th rowspan=2>2020</th><td>5</td><td rowspan=3>$m</td></tr><tr><td>6</td></tr><tr></tr></table>"
    )
    assert rows(table, way) == [
        "Spent: (net)",
        "Year: 2020; Spent: 5; Unit: $m",
        "Year: 2020; Spent: 6; Unit: $m",
    ]


@pytest.mark.parametrize("way", ["article", "bare", "mail"])
def test_a_caption_is_read_and_names_no_column(way):
    table = (
        "<table><caption>Sums by year</caption><tr><th>Year</th><th>Spent</th></tr>"
        "<tr><td>2020</td><td>5</td></tr><tr><td>2021</td><td>6</td></tr></table>"
    )
    assert rows(table, way) == ["Sums by year", "Year: 2020; Spent: 5", "Year: 2021; Spent: 6"]


def test_a_script_within_a_cell_is_no_text_and_odd_spans_count_as_one():
    table = (
        "<table><tr><th>Year</th><th>Spent</th></tr><tr><td colspan=0>2020</td>"
        "<td rowspan=99999999999>5<script>steal()</script></td></tr><tr><td colspan=²>2021</td></tr></table>"
    )
    assert rows(table, "bare") == ["Year: 2020; Spent: 5", "Year: 2021"]


@pytest.mark.parametrize("way", ["article", "bare", "mail"])
def test_deleted_words_are_gone_and_quotations_numbers_and_items_in_cells_read_as_they_are_shown(way):
    found = rows(
        "<p>It voted <del>no</del><ins>yes</ins>, <q>a day of <i>joy</i></q> for the <abbr>EPA</abbr>.</p>"
        "<ol start=3 type=a><li>Pay the rent.</li><li><p>Keep the roof.</p></li><li>5. Leave.</li></ol>"
        "<table><tr><th>Year</th><th>Gains</th></tr><tr><td>2020</td><td>Two: <ul><li>a road</li>"
        "<li>a school</li></ul></td></tr><tr><td>2021</td><td>None</td></tr></table>",
        way,
    )
    assert found == [
        "It voted yes, “a day of joy” for the EPA.",
        "c. Pay the rent.",
        "d. Keep the roof.",
        "5. Leave.",
        "Year: 2020; Gains: Two: • a road • a school",
        "Year: 2021; Gains: None",
    ]
