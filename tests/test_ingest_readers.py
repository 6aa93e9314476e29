"""Each family of readers on small real files built here."""

import importlib.util
import json
from itertools import pairwise

import pytest
from pdf_maker import make_pdf, paragraph
from test_ingest_worker import docx_of, zipped

from ingest import errors
from ingest.readers.choose import read
from ingest.readers.pdf_page import quote_boxes, render_page

needs_html_clean = pytest.mark.skipif(
    importlib.util.find_spec("lxml_html_clean") is None, reason="trafilatura needs lxml[html-clean]"
)


def blocks(reading):
    return [reading.text[start:end] for start, end in reading.blocks]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"]
)
def test_unicode_is_decoded_exactly(encoding):
    text = "Naïve “quotes” 🎉 e\u0301 — ends.\r\nשלום\r\n"
    reading = read(text.encode(encoding), "a.txt")
    assert reading.text == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "“We didn’t do it,” he said — twice. It cost £5. L’été à Genève."),
        ("latin-1", "Die Behörde prüft die Anträge sorgfältig; Größe und Höhe."),
        ("cp1250", "Ministr řekl, že jednání budou pokračovat příští týden."),
        ("iso8859-2", "Minister powiedział, że spółka złożyła wniosek i będzie żądać."),
        ("cp1254", "Bakan, görüşmelerin gelecek hafta süreceğini söyledi. Işık."),
        ("cp1251", "Министр заявил, что переговоры продолжатся на следующей неделе."),
        ("koi8-r", "Министр заявил, что переговоры продолжатся на следующей неделе."),
        ("cp1253", "Ο υπουργός δήλωσε ότι οι διαπραγματεύσεις θα συνεχιστούν."),
        ("cp1255", "השר אמר כי השיחות יימשכו בשבוע הבא בירושלים."),
        ("shift_jis", "大臣は来週も協議を続けると述べた。これは重要な決定である。"),
        ("euc-jp", "大臣は来週も協議を続けると述べた。これは重要な決定である。"),
        ("gb18030", "部长表示谈判将于下周继续进行。这是一个重要的决定。"),
        ("euc-kr", "장관은 다음 주에도 협상이 계속될 것이라고 말했다."),
    ],
)
def test_older_code_pages_are_read_exactly(encoding, text):
    assert read(text.encode(encoding), "a.txt").text == text


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf", "\ufeff \n".encode("utf-16-le")])
def test_blank_is_empty(data):
    with pytest.raises(errors.EmptySource):
        read(data, "a.txt")


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 8, b"\x7fELF\x02\x01\x01\0\0\0" * 20, b"\x89PNG\r\n\x1a\n\0\0"]
)
def test_binary_is_refused_in_one_line(data):
    with pytest.raises(errors.UnknownFormat) as caught:
        read(data, "a.bin")
    assert caught.value.source == "a.bin"
    assert "\n" not in str(caught.value)


def test_text_paragraphs_know_soft_wraps_from_line_ends():
    text = (
        "A short title\r\n\r\nBy Ann Lee\r\nPublished: 12 March 2024\r\n\r\n"
        "This line is as long as lines of this text are\r\nand goes on here.\r\nA new one begins.\r\n"
        "- one\r\n- two\r\n"
    )
    reading = read(text.encode(), "a.txt")
    assert reading.text == text
    assert blocks(reading)[3:] == [
        "This line is as long as lines of this text are\r\nand goes on here.",
        "A new one begins.",
        "- one",
        "- two",
    ]
    assert (reading.title, reading.published) == ("A short title", "2024-03-12")
    assert reading.metadata == {"encoding": "utf-8", "author": "Ann Lee", "language": "en"}


def test_markdown_reads_as_its_readers_see_it():
    source = (
        '---\ntitle: "A memo"\ndate: 2024-03-12\nauthor: Ann Lee\n---\n# On *roads*\n\nSome **bold** text '
        "with [a link](http://x.y)\nwrapped.\n\n1. first\n2. second\n\n"
        "| Item | Sum |\n|---|---|\n| Road | 1,250 |\n"
    )
    reading = read(source.encode(), "a.md")
    assert blocks(reading) == [
        "On roads",
        "Some bold text with a link wrapped.",
        "1. first",
        "2. second",
        "Item: Road; Sum: 1,250",
    ]
    assert (reading.title, reading.published, reading.metadata["author"]) == (
        "A memo",
        "2024-03-12",
        "Ann Lee",
    )
    assert [reading.text[h.start : h.end] for h in reading.headings] == ["On roads"]


PAGE = """<html lang=en><head><title>The page</title><meta name=author content="Ann Lee">
<meta property="article:published_time" content="2024-03-12T10:00"></head><body>
<nav>Home | About</nav><article>
<h1>The page</h1><p>First <b>bold</b> paragraph, with more text that follows here, so that it counts.</p>
<h2>Sums</h2><p>Second paragraph that is long enough to count as a paragraph of the article as well.</p>
<table><tr><th>Name</th><th>Sum</th></tr><tr><td>Road</td><td>1,250</td></tr></table></article>
<script>steal()</script></body></html>"""


@needs_html_clean
def test_web_pages_give_main_text_and_what_they_state():
    reading = read(PAGE.encode(), "a.html")
    assert "First bold paragraph" in reading.text
    assert "steal" not in reading.text
    assert blocks(reading)[-1] == "Name: Road; Sum: 1,250"
    assert (reading.title, reading.published) == ("The page", "2024-03-12")
    assert reading.metadata["author"] == "Ann Lee"
    assert [reading.text[h.start : h.end] for h in reading.headings] == ["The page", "Sums"]


@needs_html_clean
def test_web_pages_without_a_stated_day_have_none():
    reading = read(
        b"<html><body><p>Copyright 2021. Posted in 2019/03/04 by us.</p></body></html>", "2020-01-02.html"
    )
    assert reading.published is None


def test_mail_gives_subject_sender_day_and_plain_body():
    message = (
        "From: Ann Lee <ann@example.org>\r\nTo: Bob <bob@example.org>\r\n"
        "Subject: =?utf-8?q?The_n=C3=A4chste?=\r\n"
        "Date: Tue, 12 Mar 2024 23:30:00 -0500\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "We met.\r\n\r\nNobody signed.\r\n--b\r\nContent-Type: text/csv\r\n"
        'Content-Disposition: attachment; filename="sums.csv"\r\n\r\na,b\r\n--b--\r\n'
    )
    reading = read(message.encode(), "a.eml")
    head, body = reading.text.split("\n\n", 1)
    assert head.splitlines() == [
        "From: Ann Lee <ann@example.org>",
        "To: Bob <bob@example.org>",
        "Date: Tue, 12 Mar 2024 23:30:00 -0500",
        "Subject: The nächste",
    ]
    assert body == "We met.\n\nNobody signed."
    assert blocks(reading)[-2:] == ["We met.", "Nobody signed."]
    assert [(part.name, part.size, part.reason) for part in reading.parts] == [("sums.csv", 3, None)]
    found = reading.found["published"]
    assert (found.how, reading.text[found.start : found.end]) == ("mail header", head.splitlines()[2])
    assert (reading.title, reading.published) == ("The nächste", "2024-03-12")
    assert reading.metadata["author"] == "Ann Lee <ann@example.org>"
    assert reading.metadata["attachments"] == "sums.csv"


def test_table_rows_name_their_columns_and_their_row():
    reading = read(b'Team;City;Cups\n"Blues; the";STL;1\nFlyers;;2\n', "a.csv")
    assert blocks(reading) == ["Team: Blues; the; City: STL; Cups: 1", "Team: Flyers; Cups: 2"]
    assert [mark.label for mark in reading.marks] == ["row 2", "row 3"]
    bare = read(b"1,2\n3,4\n", "a.csv")
    assert blocks(bare) == ["A: 1; B: 2", "A: 3; B: 4"]


def test_transcripts_are_cited_by_page_and_line():
    pages = [
        "Page 12\n 1  Q.  Did you sign\n 2  the memo?\n 3  A.  I did not.\n 4\n 5  MR. LEE:  Objection.\n",
        "Page 13\n 1  THE WITNESS:  I said\n 2  no.\n 3  Q.  When?\n",
    ]
    reading = read("\f".join(pages).encode(), "hearing.txt")
    assert [page.number for page in reading.pages] == [12, 13]
    assert blocks(reading)[:2] == ["Q.  Did you sign\nthe memo?", "A.  I did not."]
    place = next(mark for mark in reading.marks if "did not" in reading.text[mark.start : mark.end])
    assert place.label == "12:3"
    assert "Page" not in reading.text


def report():
    body = [
        "The committee met on Monday to con-",
        "sider the budget of the port, which was large",
        "and had grown.",
    ]
    return make_pdf(
        [
            [
                (72, 760, 9, "Annual report 2023"),
                (72, 720, 20, "The Port Budget"),
                *paragraph(body, 680),
                *paragraph(
                    [
                        "It heard that the sum",
                    ],
                    600,
                ),
                (300, 30, 9, str(number)),
            ]
            if number == 1
            else [
                (72, 760, 9, "Annual report 2023"),
                *paragraph(
                    [
                        "was paid in full by the treasurer, who"
                        if number == 2
                        else "No page ends here, nor does it",
                        "left in May of that year." if number == 2 else "begin.",
                    ],
                    700,
                ),
                (300, 30, 9, str(number)),
            ]
            for number in (1, 2, 3)
        ],
        "/Title (Port) /Author (Ann Lee) /Creator (Word)",
    )


def test_pdf_text_reads_well_without_running_headers():
    reading = read(report(), "a.pdf")
    assert "Annual report" not in reading.text
    assert blocks(reading)[:2] == [
        "The Port Budget",
        "The committee met on Monday to consider the budget of the port, which was large and had grown.",
    ]
    assert "the sum was paid in full by the treasurer, who left in May" in reading.text
    assert [page.number for page in reading.pages] == [1, 2, 3]
    assert (reading.title, reading.metadata["author"], reading.published) == ("Port", "Ann Lee", None)
    assert [reading.text[h.start : h.end] for h in reading.headings] == ["The Port Budget"]
    for page, following in pairwise(reading.pages):
        assert page.end <= following.start


def test_a_quote_has_boxes_on_every_line_and_page_it_is_on():
    data = report()
    reading = read(data, "a.pdf")
    start = reading.text.index("consider")
    boxes = quote_boxes(data, reading, start, start + len("consider the budget"))
    assert [box.page for box in boxes] == [1, 1]
    assert boxes[0].top < boxes[1].top
    assert boxes[0].left > 0.3 > boxes[1].left
    assert all(0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1 for box in boxes)
    start = reading.text.index("the sum was")
    assert [box.page for box in quote_boxes(data, reading, start, start + 11)] == [1, 2]
    assert render_page(data, 1, 0.5).startswith(b"\x89PNG")
    with pytest.raises(IndexError):
        render_page(data, 4)


def test_pdf_states():
    with pytest.raises(errors.NoText, match="no words were found"):
        read(make_pdf([[], []]), "scan.pdf")
    with pytest.raises(errors.UnknownFormat):
        read(report()[:300], "cut.pdf")
    mixed = read(make_pdf([paragraph(["Some words."], 700), []]), "mixed.pdf")
    assert mixed.metadata["unread_pages"] == "2"


def test_docx_and_damaged_archives():
    assert read(docx_of(2), "a.docx").text == "Words here\n\nWords here"
    assert read(docx_of(2), "named-wrongly.doc").text == "Words here\n\nWords here"
    for data in (docx_of(2)[:200], zipped({"readme.txt": "x"}), b"not a docx at all"):
        with pytest.raises(errors.UnknownFormat):
            read(data, "a.docx")


def test_encrypted_office_files_are_protected():
    data = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 900
    )
    with pytest.raises(errors.ProtectedSource):
        read(data, "a.docx")


def test_data_and_code_are_plain_text():
    source = json.dumps({"a": 1}, indent=1)
    assert read(source.encode(), "a.json").text == "a: 1"
    assert read((source + "}").encode(), "a.json").text == source + "}"
    assert read(b"def f():\n    return 1\n", "a.py").text == "def f():\n    return 1\n"


def test_no_reading_carries_nul_or_lone_surrogates():
    reading = read(
        "Subject: a\nFrom: b\nDate: c\n\nbody \udcff end\n".encode("utf-8", "surrogateescape"), "a.eml"
    )
    reading.text.encode("utf-8")


def test_bates_stamps_and_printed_labels_are_places_and_no_words():
    pages = [
        [
            *paragraph([f"The board met for the {word} time."], 700),
            (450, 40, 9, f"LOWICK-{number:07}"),
            (300, 40, 9, str(number)),
        ]
        for number, word in ((412, "first"), (413, "second"), (414, "third"))
    ]
    reading = read(make_pdf(pages), "produced.pdf")
    assert [page.label for page in reading.pages] == ["LOWICK-0000412", "LOWICK-0000413", "LOWICK-0000414"]
    assert "LOWICK" not in reading.text and "412" not in reading.text


def test_two_columns_are_read_one_after_the_other():
    left = [
        "The harbour board met in private on",
        "Tuesday to hear what the engineers",
        "had found under the old quay.",
    ]
    right = [
        "Nobody signed the second letter, which",
        "was put into the safe unread and has",
        "not been seen since that day.",
    ]
    lines = [(72, 700 - 14 * row, 11, text) for row, text in enumerate(left)]
    lines += [(330, 700 - 14 * row, 11, text) for row, text in enumerate(right)]
    assert read(make_pdf([lines]), "a.pdf").text == f"{' '.join(left)}\n\n{' '.join(right)}"
    crossed = [line for pair in zip(lines[:3], lines[3:], strict=True) for line in pair]
    assert read(make_pdf([crossed]), "a.pdf").text == f"{' '.join(left)}\n\n{' '.join(right)}"


def test_what_is_known_says_how_it_was_found():
    text = "The quay\n\nBy Ann Lee\n\n12 March 2024\n\nThe harbour board met in private. Nobody signed it."
    reading = read(text.encode(), "a.txt")
    assert (reading.title, reading.published) == ("The quay", "2024-03-12")
    assert {
        key: text[found.start : found.end] for key, found in reading.found.items() if found.start is not None
    } == {
        "title": "The quay",
        "author": "By Ann Lee",
        "published": "12 March 2024",
    }
    assert (reading.metadata["language"], reading.found["language"].how) == ("en", "the words of the text")
    page = (
        b'<html lang="de"><head><title>Der Kai</title><meta name="author" content="https://example.org/lee">'
        b'<meta property="og:site_name" content="Hafenblatt"><meta name="date" content="2024-03-12"></head>'
        b"<body><p>Der Rat traf sich am Dienstag und niemand hat den Brief unterschrieben.</p></body></html>"
    )
    reading = read(page, "a.html")
    assert "author" not in reading.metadata
    assert (reading.metadata["publisher"], reading.metadata["language"]) == ("Hafenblatt", "de")
    assert {key: found.how for key, found in reading.found.items()} == dict.fromkeys(
        ("publisher", "published", "title", "language"), "page metadata"
    )


@pytest.mark.parametrize("line", ["3/4/2024", "12 March 1099", "12 March 2999", "Printed 12 March"])
def test_a_doubtful_date_is_left_out(line):
    assert read(f"The quay\n\n{line}\n\nThe harbour board met.".encode(), "a.txt").published is None


@pytest.mark.parametrize(
    "name", ["Admin", "Microsoft Word", "Adobe InDesign 17.0", "user", "HP Scanner", "12345"]
)
def test_software_and_machines_are_no_authors(name):
    pdf = make_pdf(
        [paragraph(["The harbour board met in private on Tuesday."], 700)],
        f"/Author ({name}) /Creator (Word)",
    )
    assert "author" not in read(pdf, "a.pdf").metadata


def test_numbered_paragraphs_and_sections_are_places():
    sentence = "The harbour board met in private on Tuesday, and nobody signed the second letter that day."
    brief = "\n\n".join(["Facts", *(f"{number}. {sentence}\n\nIt was so held." for number in range(1, 8))])
    reading = read(brief.encode(), "brief.txt")
    assert [mark.label for mark in reading.marks] == [f"¶ {number}" for number in range(1, 8)]
    third = reading.marks[2]
    assert reading.text[third.start : third.end] == f"3. {sentence}\n\nIt was so held."
    law = "\n\n".join(f"## {number} Of letters\n\n{sentence}" for number in ("1", "1.1", "2"))
    marks = read(law.encode(), "law.md").marks
    assert [mark.label for mark in marks] == ["section 1", "section 1.1", "section 2"]
    shopping = "\n\n".join(f"{number}. milk" for number in range(1, 12))
    assert read(shopping.encode(), "list.txt").marks == ()
