"""Words that are in a PDF and cannot be seen on its page are marked, and cut from those that can."""

import pytest
from pdf_maker import make_pdf

from ingest.readers.choose import read
from ingest.readers.pdf_page import quote_boxes

PLAIN = "BT /F1 12 Tf 72 {y} Td ({text}) Tj ET\n"


def page(content: str) -> bytes:
    """A PDF whose one page is drawn by these operators."""
    data = make_pdf([[(0, 0, 0, "@")]])
    marker = data.index(b"BT /F1 0")
    end = data.index(b"endstream", marker)
    length = data.rindex(b"/Length ", 0, marker)
    digits = data[length + 8 : data.index(b" ", length + 8)]
    return (
        data[: length + 8] + str(len(content)).encode() + data[length + 8 + len(digits) : marker]
        + content.encode("latin-1") + data[end:]
    )  # fmt: skip


HIDDEN = {
    "under a black box": PLAIN.format(y=600, text="The secret name is Lowick.") + "0 g 60 590 300 30 re f\n",
    "white on white": "1 g " + PLAIN.format(y=600, text="The secret name is Lowick.") + "0 g\n",
    "invisible": "3 Tr " + PLAIN.format(y=600, text="The secret name is Lowick.") + "0 Tr\n",
    "off the page": PLAIN.format(y=-400, text="The secret name is Lowick."),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_words_hidden_in_any_way_are_marked(way):
    content = (
        PLAIN.format(y=700, text="Minutes of the meeting, all present.")
        + HIDDEN[way]
        + PLAIN.format(y=500, text="It ended at noon, i.e. l ! .")
    )
    reading = read(page(content), "minutes.pdf")
    hidden = [reading.text[start:end] for start, end in reading.hidden]
    assert hidden == ["The secret name is Lowick."]
    assert all(span in reading.blocks for span in reading.hidden)
    assert "It ended at noon" in reading.text


def test_a_word_under_a_box_is_cut_out_of_its_line_and_its_neighbours_keep_their_place():
    data = page(
        PLAIN.format(y=600, text="The payment went to Jonathan Wildermuth in May.")
        + "0 g 178 596 118 16 re f\n"
    )
    reading = read(data, "letter.pdf")
    assert [reading.text[start:end] for start, end in reading.hidden] == ["Jonathan Wildermuth"]
    assert [reading.text[start:end] for start, end in reading.blocks] == [
        "The payment went to",
        "Jonathan Wildermuth",
        "in May.",
    ]
    start = reading.text.index("in May.")
    (box,) = quote_boxes(data, reading, start, start + 7)
    assert 0.45 < box.left < 0.52


def test_nothing_is_hidden_on_a_plain_page():
    text = "Illinois will fill it; l i ' ! . : I 1 | thin letters everywhere."
    assert read(page(PLAIN.format(y=600, text=text)), "thin.pdf").hidden == ()


def docx(*paragraphs: list[tuple[str, str]]) -> bytes:
    """A docx of paragraphs, each of runs: their properties and their text."""
    import io
    import zipfile

    from test_ingest_worker import docx_of, zipped

    body = "".join(
        "<w:p>"
        + "".join(
            f'<w:r><w:rPr>{how}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>' for how, text in runs
        )
        + "</w:p>"
        for runs in paragraphs
    )
    with zipfile.ZipFile(io.BytesIO(docx_of(0))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace("<w:body>", f"<w:body>{body}")
    return zipped(parts)


def test_hidden_white_and_tiny_words_of_a_docx_are_marked():
    reading = read(
        docx(
            [("", "The payment went to "), ("<w:vanish/>", "Jonathan Wildermuth"), ("", " in May.")],
            [('<w:color w:val="FFFFFF"/>', "White words.")],
            [('<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>', "White on black.")],
            [('<w:sz w:val="2"/>', "Tiny words.")],
            [('<w:vanish w:val="0"/>', "The last words.")],
        ),
        "a.docx",
    )
    hidden = [reading.text[start:end] for start, end in reading.hidden]
    assert hidden == ["Jonathan Wildermuth", "White words.", "Tiny words."]
    blocks = [reading.text[start:end] for start, end in reading.blocks]
    assert blocks[:3] == ["The payment went to  in May.", "Jonathan Wildermuth", "White words."]
    assert blocks[2:] == ["White words.", "White on black.", "Tiny words.", "The last words."]


UNSEEN = (
    "display: none",
    "visibility:hidden",
    "font-size:0",
    "font-size: 0px",
    "font: 0/0 a",
    "opacity:0",
    "opacity: 0.0",
    "text-indent:-9999px",
    "text-indent: -100em",
    "position:absolute;left:-9999px",
    "color: #fff; background: WHITE",
    "color: rgb(255,255,255); background-color: #ffffff",
)
SHOWN = (
    "display: block",
    "visibility: visible",
    "font-size: 0.8em",
    "opacity: 0.5",
    "text-indent: -20px",
    "left: -9999px",
    "color: #fff; background: #000",
    "color: #fff",
    "color: inherit; background: none",
)
WORDS = "The harbour board met in private on Tuesday and nobody signed the second letter that day. "


def web(body: str, style: str = "", around: str = "") -> tuple[str, list[str]]:
    """What is seen of a page, and its blocks that are not."""
    head = f"<head><style{around}>{style}</style></head>"
    page = f"<html>{head}<body><article><p>{WORDS * 4}</p>{body}<p>{WORDS}</p></article></body></html>"
    reading = read(page.encode(), "a.html")
    assert all(span in reading.blocks for span in reading.hidden)
    seen = [reading.text[start:end] for start, end in reading.blocks if (start, end) not in reading.hidden]
    return "\n".join(seen), [reading.text[start:end] for start, end in reading.hidden]


@pytest.mark.parametrize("style", UNSEEN)
def test_what_a_page_hides_is_marked_hidden(style):
    for body, rules in (
        (f"<p style='{style}'>Ignore all that.</p>", ""),
        ("<p class='a x'>Ignore all that.</p>", f".x {{ {style} }}"),
        (
            "<div id=x><p>Ignore all that.</p></div>",
            f"@media screen {{ div#x > p {{ {style} !important }} }}",
        ),
    ):
        seen, hidden = web(body, rules)
        assert "Ignore" not in seen and "harbour" in seen
        assert hidden == ["Ignore all that."]


@pytest.mark.parametrize("style", SHOWN)
def test_what_a_page_shows_is_not_hidden(style):
    for body, rules in (
        (f"<p style='{style}'>{WORDS}</p>", ""),
        (f"<p class=x>{WORDS}</p>", f".x {{ {style} }}"),
    ):
        assert web(body, rules)[1] == []


@pytest.mark.parametrize(
    "rules",
    [
        ".x { display: none } p.x { display: block }",
        ".x { display: none } .x.a { display: block }",
        ".x { display: block !important } #y { display: none }",
        ".x { display: none } @media (min-width: 40em) { .x { display: block } }",
        "@media print { .x { display: none } }",
        "@media (max-width: 40em) { .x { display: none } }",
        ".x:hover, .x::before, .y, .x .x, div > .x:nth-child(2) { display: none }",
        "@keyframes a { from { opacity: 0 } } @font-face { font-family: x } .x { opacity",
        "div { visibility: hidden } .x { visibility: visible }",
        "div { font-size: 0 } .x { font-size: 16px }",
        "body { display: none } html { visibility: hidden }",
        ".x { display: none } p[class] { display: revert }",
        "}}} .x:not( { display: none }",
    ],
)
def test_the_stronger_rule_counts_as_in_a_browser(rules):
    seen, hidden = web(f"<div>\n<p id=y class='x a'>{WORDS}The last of it.</p></div>", rules)
    assert "The last of it." in seen and hidden == []


def test_styles_for_print_and_without_scripts_hide_nothing():
    assert web("<p class=x>It was signed.</p>", ".x { display: none }", " media=print")[1] == []
    style = "<noscript><style>.x { display: none }</style></noscript>"
    assert web(f"{style}<p class=x>It was signed.</p>")[1] == []


def test_words_of_their_own_are_hidden_and_what_shows_within_them_is_not():
    body = "<div class=x>Ignore this. <b style='visibility:visible'>It was signed.</b> Ignore that.</div>"
    seen, hidden = web(body, ".x { visibility: hidden }")
    assert "It was signed." in seen and "Ignore" not in seen
    assert hidden == ["Ignore this. Ignore that."]


def test_a_hidden_line_names_no_author_and_no_date():
    page = (
        "<html><body><h1>Minutes</h1><p style='display:none'>By Hugh Moreton</p>"
        "<p style='display:none'>12 March 1968</p><p>Nobody signed the second letter.</p></body></html>"
    )
    reading = read(page.encode(), "a.html")
    assert "author" not in reading.metadata and reading.published is None


@pytest.mark.slow
def test_a_page_of_very_many_rules_is_read_soon():
    import time

    rules = "".join(f".a{n} > p, .x{n % 7} p, * .z{{display:none}}\n" for n in range(10_000))
    body = "".join(f"<div class='x{n % 9} b{n}'><p>Line {n}.</p></div>" for n in range(1_000))
    began = time.process_time()
    seen, hidden = web(body, rules)
    assert time.process_time() - began < 30
    assert hidden[0] == "Line 0." and "Line 7." in seen
