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
        "Plan: 7; Spent: 8",
        "Year: Total; Spent: 14",
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
