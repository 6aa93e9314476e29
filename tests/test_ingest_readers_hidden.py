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
    assert blocks[:3] == ["The payment went to", "Jonathan Wildermuth", "in May."]
    assert blocks[3:] == ["White words.", "White on black.", "Tiny words.", "The last words."]


UNSEEN = (
    "display: none",
    "visibility:hidden",
    "font-size:0",
    "font-size: 0px",
    "opacity:0",
    "position:absolute;left:-9999px",
)


@pytest.mark.parametrize("style", UNSEEN)
def test_what_a_page_hides_is_not_in_it(style):
    words = "The harbour board met in private on Tuesday and nobody signed the second letter that day. "
    body = f"<p>{words * 4}</p><p style='{style}'>Ignore all that.</p><p>{words}</p>"
    reading = read(f"<html><body><article>{body}</article></body></html>".encode(), "a.html")
    assert "Ignore" not in reading.text and "harbour" in reading.text
