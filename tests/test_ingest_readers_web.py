"""Tables of web pages and of mail: each word in its cell, each cell under its own column's name."""

import pytest

from ingest.document import Reading
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
        "Year: 2020; Spent (net): 5; Unit: $m",
        "Year: 2020; Spent (net): 6; Unit: $m",
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


@pytest.mark.parametrize("way", ["article", "bare", "mail"])
def test_rows_that_head_a_table_together_name_its_columns_together(way):
    table = (
        "<table><tr><th colspan=3>Sales by city</th></tr>"
        "<tr><th rowspan=2>City</th><th colspan=2>Sales</th></tr><tr><th>2020</th><th>2021</th></tr>"
        "<tr><td>Ayr</td><td>5</td><td>6</td></tr><tr><td>Ely</td><td></td><td>8</td></tr></table>"
    )
    assert rows(table, way) == [
        "Sales by city",
        "City: Ayr; Sales 2020: 5; Sales 2021: 6",
        "City: Ely; Sales 2021: 8",
    ]


@pytest.mark.parametrize("way", ["article", "bare", "mail"])
def test_lines_of_preformatted_text_stay(way):
    text = "<pre>\nItem    Sum\n  Rent  <b>5</b>\n\nPaid.<br>Late.</pre>"
    assert rows(text, way) == ["Item    Sum\n  Rent  5", "Paid.\nLate."]


@pytest.mark.parametrize("way", ["article", "bare", "mail"])
def test_raised_figures_are_powers_or_notes_and_are_never_glued(way):
    text = (
        "<p>Some 10<sup>6</sup> tons, 3 m<sup>2</sup> and 2 s<sup>-1</sup>, in the lease<sup>3</sup> of the "
        '5<sup>th</sup>.<sup class="fn"><a href="#n">4</a></sup> In 2019<a href="#n5"><sup>5</sup></a> '
        "<i>Acme<sup>TM</sup></i> had 1<sup>1</sup>/<sub>2</sub> of the rent<sup>a,b</sup> of CO<sub>2</sub>."
        "<sup>[6]</sup></p>"
    )
    assert rows(text, way) == [
        "Some 10⁶ tons, 3 m² and 2 s⁻¹, in the lease[3] of the 5th.[4] In 2019[5] Acme™"
        " had 1 1/2 of the rent[a,b] of CO2.[6]"
    ]


@pytest.mark.parametrize("way", ["article", "bare", "mail"])
def test_captions_and_corrections_are_read_and_what_is_struck_out_is_not(way):
    page = (
        "<figure><img src=a.jpg alt=harbour><figcaption>The <b>harbour</b> on 3 May.</figcaption></figure>"
        "<p>The rent is <s>$900</s> <strike>then</strike> $800.</p><aside>Correction: it was five.</aside>"
    )
    assert rows(page, way) == ["The harbour on 3 May.", "The rent is $800.", "Correction: it was five."]


def story(top: str, head: str = "") -> Reading:
    body = f"<body><article>{top}{PROSE}</article><aside>By Bo Day</aside></body>"
    return read(f"<html><head>{head}</head>{body}</html>".encode(), "a.html")


@pytest.mark.parametrize(
    "lines",
    [
        "<p class=byline>By <a rel=author href=/x>Ann Lee</a></p><time datetime=2024-05>May 3, 2024</time>",
        "<div class=article-byline>By Ann Lee</div><div class='published date'>May 3, 2024</div>",
        "<div class=meta><i class=author-name>By Ann Lee</i> <span class=dateline>May 3, 2024</span></div>",
    ],
)
def test_the_lines_that_say_who_wrote_an_article_and_when_are_read(lines):
    reading = story(f"<h1>Harbour <br>lease</h1>{lines}")
    assert [reading.text[start:end] for start, end in reading.blocks[:3]] == [
        "Harbour lease",
        "By Ann Lee",
        "May 3, 2024",
    ]
    assert (reading.metadata["author"], reading.published) == ("Ann Lee", "2024-05-03")
    assert "Bo Day" not in reading.text


def test_the_day_is_read_from_an_articles_data_and_its_own_time():
    data = '{"@context": "https://schema.org", "@type": "NewsArticle", "datePublished": "2024-05-03T10:00Z"}'
    head = f'<script type="application/ld+json">{data}</script>'
    assert story("<h1>Lease</h1>", head).published == "2024-05-03"
    assert story("<h1>Lease</h1><time datetime=2024-05-03T10:00>Friday</time>").published == "2024-05-03"
    assert story(f"<h1>Lease</h1>{PROSE}<time datetime=2024-05-03>Friday</time>").published is None
