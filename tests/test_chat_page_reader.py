"""The reader marks exactly the quoted words, and says what became of a source."""

import html
import re
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from page_fakes import MEMO, Scripted, reading
from pdf_maker import make_pdf, paragraph

from chat.page.reader import POLICY, build_router
from ingest.document import Heading, Mark, Page, Reading
from ingest.readers import pdf

AWKWARD = {
    "emoji": ("Before 👩‍👩‍👧 family 🙂 after", "👩‍👩‍👧 family 🙂"),
    "crlf": ("one\r\ntwo\r\n\r\nthree four\r\n", "two\r\n\r\nthree"),
    "combining": ("Cafe\u0301 a\u0302 noe\u0308l", "e\u0301 a\u0302"),
    "rtl": ("abc שלום עולם def", "שלום עולם"),
    "markup": ("x <script>alert(1)</script> & <mark>no</mark> y", "<script>alert(1)</script> & <mark>"),
    "paragraphs": ("First one.\n\nSecond two.\n\nThird.", "one.\n\nSecond two.\n\nTh"),
}


class Marked(HTMLParser):
    """Joins the text of all mark elements, and of the article."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.inside, self.article, self.marked, self.all, self.tags = 0, 0, "", "", []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Count what opens."""
        self.tags.append(tag)
        self.inside += tag == "mark"
        self.article += tag == "article"

    def handle_endtag(self, tag):
        """Count what closes."""
        self.inside -= tag == "mark"
        self.article -= tag == "article"

    def handle_data(self, data):
        """Keep what is inside."""
        self.marked += data if self.inside else ""
        self.all += data if self.article else ""


@pytest.fixture
def assistant(tmp_path):
    return Scripted(tmp_path)


@pytest.fixture
def client(assistant):
    app = FastAPI()
    app.include_router(build_router(assistant))
    return TestClient(app)


@pytest.mark.parametrize("name", AWKWARD)
def test_exactly_the_quoted_code_points_are_marked(client, assistant, name):
    text, quote = AWKWARD[name]
    document = assistant.put(f"/{name}.txt", reading(text))
    start = text.index(quote)
    answer = client.get(f"/library/{document.id}/{start}-{start + len(quote)}?v=1")
    page = Marked(answer.text.replace("\n</article>", "</article>"))
    assert answer.status_code == 200
    assert page.marked == quote
    assert re.sub(r"(?<=>)\n(?=<)", "", answer.text).count("alert(1)</script>") == 0
    assert "script" not in page.tags[page.tags.index("article") :]


def test_every_code_point_is_shown_once_and_in_order(client, assistant):
    text = "# T\n\nOne.\r\n two\n\n\nThree\tfour. \n"
    document = assistant.put("/a.md", Reading(text, "text/markdown", headings=(Heading(0, 3, 1),)))
    answer = client.get(f"/library/{document.id}/5-9").text
    joined = Marked(re.sub(r"(</(?:p|h2|span)>)\n", r"\1", answer)).all
    assert joined == text


def test_headings_page_and_places_are_named(client, assistant):
    text = "Part\n\nAlpha beta gamma.\n\nDelta epsilon."
    document = assistant.put(
        "/t.txt",
        Reading(
            text,
            "text/plain",
            headings=(Heading(0, 4, 1),),
            pages=(Page(1, 0, 25, "iv"), Page(2, 25, len(text), "v")),
            marks=(Mark(25, 31, "12:4"), Mark(31, 39, "12:5")),
        ),
    )
    page = client.get(f"/library/{document.id}/25-38").text
    assert "Part · page v · 12:4 to 12:5" in html.unescape(page)
    assert '<i class="place" title="12:4"></i>' in page


def test_the_policy_allows_no_script_but_ours_and_nothing_is_cached(client, assistant):
    document = assistant.put("/a.txt", reading("word"))
    for path in (f"/library/{document.id}", f"/library/{document.id}/0-4/quote", "/library/none"):
        answer = client.get(path)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["cache-control"] == "no-store"


def test_hostile_names_are_text(client, assistant):
    document = assistant.put(
        "/<img src=x>.txt", reading("word", title="<script>x</script>", published='"><b>')
    )
    page = client.get(f"/library/{document.id}/0-4").text
    assert "<img" not in page and "<script>x" not in page and "<b>" not in page


def test_what_was_removed_says_so(client, assistant):
    document = assistant.put("/a.txt", reading("word"))
    assistant.remove(document.id)
    answer = client.get(f"/library/{document.id}/0-4?v=1")
    assert answer.status_code == 404
    assert "This source was removed; its words are no longer kept." in answer.text
    quote = client.get(f"/library/{document.id}/0-4/quote?v=1")
    assert (quote.status_code, quote.json()["state"]) == (404, "removed")
    assert client.get(f"/library/{document.id}/page/1.png").status_code == 404


@pytest.mark.parametrize(
    "path", ["/library/a/x-y", "/library/a/1-2/3", "/library/a/page/x.png", "/library/../x"]
)
def test_other_addresses_are_refused(client, path):
    assert client.get(path).status_code in (404, 422)


def test_an_older_version_says_which_one_it_is(client, assistant):
    assistant.put("/a.txt", reading("old words"))
    document = assistant.put("/a.txt", reading("new words"))
    page = client.get(f"/library/{document.id}/0-3?v=1").text
    assert Marked(page).marked == "old"
    assert "these words are from version 1" in page and "open version 2" in page
    gone = client.get(f"/library/{document.id}/0-3?v=7")
    assert gone.status_code == 404 and "The current version is 2" in gone.text


def test_a_span_beyond_the_text_marks_nothing_and_says_so(client, assistant):
    document = assistant.put("/a.txt", reading("word"))
    page = client.get(f"/library/{document.id}/2-99").text
    assert "nothing is marked" in page and "<mark" not in page


def test_a_long_document_is_shown_around_the_quote(client, assistant):
    text = "".join(f"Line {number}.\n" for number in range(60_000))
    document = assistant.put("/long.txt", Reading(text, "text/plain"))
    start = text.index("Line 50000.")
    page = client.get(f"/library/{document.id}/{start}-{start + 11}").text
    assert Marked(page).marked == "Line 50000."
    assert "Earlier text" in page and "Later text" in page and len(page) < 700_000


def test_the_card_holds_the_quote_between_its_neighbours(client, assistant):
    document = assistant.put("/m.txt", reading(MEMO, published="2023-04-02"))
    start = MEMO.index("Repairs")
    told = client.get(f"/library/{document.id}/{start}-{start + 28}/quote?v=1").json()
    assert told["quote"] == "Repairs cost 240,000 euros. "
    assert told["before"] == "Eleven of the forty bolts are loose."
    assert told["after"].startswith("The memo was signed")
    assert told["published"] == "2023-04-02" and told["place"] == "Findings"


def test_the_first_screen_opens_on_a_sentence_of_an_example(client, assistant):
    assert client.get("/library/first").status_code == 404
    assistant.put("/m.txt", reading(MEMO))
    told = client.get("/library/first").json()
    assert (
        Marked(client.get(told["address"]).text).marked == "The load limit of the Lowick bridge is 18 tonnes."
    )


def test_a_pdf_opens_on_its_page_with_boxes_over_the_words(client, assistant):
    data = make_pdf(
        [
            paragraph(["The bridge closed.", "It opened again."], 700),
            paragraph(["Repairs cost 240,000 euros."], 700),
        ]
    )
    read = pdf.read(data, "a.pdf")
    document = assistant.put("/a.pdf", read, data)
    start = read.text.index("240,000")
    page = client.get(f"/library/{document.id}/{start}-{start + 7}").text
    assert page.count('<rect id="quote" x="0.') == 1 and "Page 2 of 2" in page
    assert 'aria-current="page">Page<' in page
    other = client.get(f"/library/{document.id}/{start}-{start + 7}?page=1").text
    assert "<rect " not in other and "The quoted words are on page 2" in other
    picture = client.get(f"/library/{document.id}/page/2.png?v=1")
    assert picture.headers["content-type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    assert client.get(f"/library/{document.id}/page/9.png").status_code == 404
    assert (
        Marked(client.get(f"/library/{document.id}/{start}-{start + 7}?view=text").text).marked == "240,000"
    )
