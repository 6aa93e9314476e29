"""Checking a draft, every mention and asking many, in a real browser as a person would."""

import csv
import io
import re
import threading
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser import MARKS, axe, eventually, marked, serving, watched
from fakes import BagOfWords, assistant_at, text_source
from playwright.sync_api import expect

from chat.page.server import build_app
from ingest.errors import FootnoteError

pytestmark = MARKS

MEMO = (
    "Memorandum\n\nTo the bridge board. The load limit of the Lowick bridge is 18 tonnes.\n\n"
    "Repairs cost 240,000 euros. The memo was signed by Ada Vance on 2 April 2023. Vance’s figures are hers."
)
LETTER = "The ferry leaves at noon. Nobody wrote to Vance. =1+1 is the sum of the Lowick ferry."
HOSTILE = "Payload <img src=http://evil.example/a onerror=window.ran=1> <script>window.ran=2</script> Vance."
DRAFT = (
    "The load limit of the Lowick bridge is 18 tonnes. Repairs cost 250,000 euros.\n\n"
    "Purple xyzzied singers juggle <svg onload=ran=true>."
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    home = tmp_path_factory.mktemp("work") / "home"
    with assistant_at(home, BagOfWords(4096)) as assistant:
        assistant._library.add(
            [
                text_source("/private/memo.txt", MEMO, "Memo of the board", published="2023-04-02"),
                text_source("/private/letter.txt", LETTER, "=HYPERLINK(1)"),
                text_source("/private/hostile.txt", HOSTILE, "<script>window.ran=3</script>"),
            ],
            "default",
        )
        yield assistant


@pytest.fixture(scope="module")
def address(assistant):
    with serving(build_app(assistant)) as address:
        yield address


@pytest.fixture
def page(browser, address):
    with watched(browser, address, allow=("status of 409", "status of 422")) as page:
        yield page


@contextmanager
def saved(page, into):
    """Give the rows of the CSV file that the page downloads meanwhile."""
    with page.expect_download() as told:
        yield into
    data = Path(told.value.path()).read_bytes()
    into.append(told.value.suggested_filename)
    into.append(data)


def checked(page, address, draft=DRAFT):
    page.goto(f"{address}check")
    page.fill("#draft", draft)
    page.click("#fn-check")
    page.wait_for_selector("#fn-told:text-matches('^Checked: ')")


def test_a_draft_comes_back_sentence_by_sentence_with_its_quotes(page, address, assistant):
    checked(page, address)
    states = page.locator("#fn-checked .fn-state").all_text_contents()
    assert states == ["Supported", "Contradicted", "No source"]
    assert page.locator(".fn-paragraph").count() == 2
    assert page.inner_text("[data-show=contradicted] b") == "1"
    page.click("#fn-checked .fn-mark >> nth=0")
    assert marked(page) == "The load limit of the Lowick bridge is 18 tonnes."
    page.click("#fn-problem-next")
    assert page.evaluate("document.activeElement.querySelector('.fn-state').textContent") == "Contradicted"
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.querySelector('.fn-state').textContent") == "No source"
    page.click("[data-show=unsupported]")
    expect(page.locator("#fn-checked .fn-sentence:visible .fn-text")).to_have_text([DRAFT.split("\n\n")[1]])
    page.click("[data-show='']")
    assert axe(page) == []
    page.select_option("#format", "csv")
    with saved(page, kept := []):
        page.click("#fn-export button")
    rows = list(csv.DictReader(io.StringIO(kept[1].decode("utf-8-sig"), newline="")))
    assert [row["Verdict"] for row in rows] == ["Supported", "Contradicted", "No source"]
    assert rows[0]["Footnote 1 document"] == "Memo of the board"
    assert rows[1]["Footnote 1 quote"] == "Repairs cost 240,000 euros."
    assert b"/private" not in kept[1] and b"memo.txt" not in kept[1]
    page.select_option("#format", "md")
    with saved(page, written := []):
        page.click("#fn-export button")
    assert written[0] == "Checked draft.md"
    assert "18 tonnes. **[Supported]**[^1]" in written[1].decode()
    stored = [
        path for path in assistant.home.rglob("*") if path.is_file() and b"xyzzied" in path.read_bytes()
    ]
    assert stored == []  # the draft is kept nowhere


def test_a_file_is_checked_without_being_added_and_a_long_draft_can_be_stopped(page, address, assistant):
    before = assistant.documents()
    page.goto(f"{address}check")
    memo = Path(__file__).parents[1] / "corpus" / "bridge" / "memo.docx"
    page.set_input_files("#file", memo)
    expect(page.locator("#draft")).to_have_value(re.compile("Osier Lane"))
    page.set_input_files("#file", {"name": "odd.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-no"})
    page.wait_for_selector("#fn-wrong:visible")
    assert "odd.pdf" in page.inner_text("#fn-wrong")
    assert "Osier Lane" in page.input_value("#draft")  # what was there is kept
    page.fill("#draft", "The ferry of the bridge leaves at noon. " * 3000)
    page.click("#fn-check")
    page.wait_for_selector("#fn-told:text-matches('of 3000, about')")
    page.click("#fn-stop")
    page.wait_for_selector("#fn-told:text-matches('^Stopped after')")
    page.wait_for_selector("#fn-check:enabled")
    assert assistant.documents() == before


def test_every_mention_is_counted_read_ticked_and_saved(page, address):
    page.goto(f"{address}mentions?term=vance")
    assert page.inner_text("#fn-found") == "4 mentions in 3 of 3 documents"
    assert page.locator(".fn-mention mark").all_text_contents() == ["Vance"] * 4
    assert "Vance’s figures are hers." in page.inner_text(".fn-mention >> nth=1")
    page.click(".fn-mention .fn-mark >> nth=0")
    assert marked(page) == "Vance"
    page.keyboard.press("n")
    page.wait_for_selector("#fn-which:text-is('Footnote 2 of 4')")
    page.keyboard.press("x")
    page.wait_for_selector("#fn-seen:text-is('1 of 4 here ticked')")
    page.click("#fn-after")
    page.wait_for_selector("#fn-which:text-is('Footnote 3 of 4')")
    assert axe(page) == []
    page.reload()
    expect(page.locator(".fn-mention input:checked")).to_have_count(1)
    page.click("#fn-unseen")
    expect(page.locator(".fn-mention:visible")).to_have_count(3)
    with saved(page, kept := []):
        page.click("text=Download as CSV")
    assert kept[0] == "Mentions of vance.csv"
    rows = list(csv.reader(io.StringIO(kept[1].decode("utf-8-sig"), newline="")))
    assert len(rows) == 5 and "'=HYPERLINK(1)" in [row[4] for row in rows]
    assert b"/private" not in kept[1]
    page.click("#fn-unseen")
    page.click("[data-place] >> nth=1")  # as it was
    page.wait_for_selector("#fn-seen:text-is('0 of 4 here ticked')")


def test_a_tick_that_could_not_be_kept_is_taken_back_and_said(browser, address):
    with watched(browser, address, allow=("ERR_FAILED",)) as page:
        page.goto(f"{address}mentions?term=vance")
        page.route("**/page/mentions/seen", lambda route: route.abort())
        page.click("[data-place] >> nth=0")
        page.wait_for_selector("#fn-seen:has-text('Not kept')")
        assert page.locator(".fn-mention input:checked").count() == 0
        page.unroute("**/page/mentions/seen")
        sent = []
        page.on("requestfinished", lambda request: sent.append(request.url))
        for place in (1, 1, 0):  # kept in this order
            page.click(f"[data-place] >> nth={place}")

        def kept():
            page.evaluate("0")  # what has been sent is heard of only meanwhile
            return sum(each.endswith("/mentions/seen") for each in sent)

        eventually(kept, 3)  # the first is told of as the last is; a reload would stop what is on its way
        page.wait_for_selector("#fn-seen:text-is('1 of 4 here ticked')")
        page.reload()
        expect(page.locator(".fn-mention input:checked")).to_have_count(1)
        page.click("[data-place] >> nth=0")  # as it was
        page.wait_for_selector("#fn-seen:text-is('0 of 4 here ticked')")


def test_a_list_of_names_is_pasted_and_what_is_wrong_keeps_it(page, address):
    page.goto(f"{address}mentions")
    page.fill("#names", "Ada Vance = Vance\nferry, harbour")
    page.click("text=Find them")
    page.wait_for_selector("#fn-found")
    page.wait_for_load_state()  # with the rows below that line
    counts = page.locator(".fn-counts tbody tr").all_text_contents()
    assert [" ".join(row.split()) for row in counts] == ["Ada Vance Vance43", "ferry21", "harbour00"]
    page.click(".fn-counts a:text-is('ferry')")
    page.wait_for_selector("#fn-found:text-is('2 mentions in 1 of 3 documents')")
    page.fill("#names", "—")
    page.click("text=Find them")
    page.wait_for_selector(".fn-error")
    assert "holds nothing" in page.inner_text(".fn-error")
    assert page.input_value("#names") == "—"


def test_many_questions_by_documents_fill_a_grid_that_is_kept(page, address, assistant, monkeypatch):
    ask = assistant.ask
    broken = ["signed"]

    def failing(question, **given):
        if broken and broken[0] in question:
            raise FootnoteError("the model <img src=x onerror=window.ran=1> is not there")
        return ask(question, **given)

    monkeypatch.setattr(assistant, "ask", failing)
    page.goto(f"{address}many")
    page.fill("#questions", "Who signed the memo?\nWhen does the ferry leave?")
    page.check("[value=each]")
    page.fill("#narrow", "memo")
    page.click("#fn-all")
    page.fill("#narrow", "")
    page.check("text==HYPERLINK(1)")
    expect(page.locator("#fn-size")).to_have_text(re.compile("^2 questions by 2 documents: 4 cells"))
    assert axe(page) == []
    page.click("#fn-begin")
    page.wait_for_selector("td.fn-failed >> nth=1")
    page.wait_for_selector("#fn-told:text-is('2 of 4 cells answered')")
    assert "is not there" in page.inner_text("td.fn-failed >> nth=0")
    page.wait_for_selector("#fn-go")  # there once nothing is under way: before, no cell is tried again
    broken.clear()
    page.click("[data-cell='0'] button")
    page.wait_for_selector("[data-cell='0']:not(.fn-failed) .fn-mark")
    page.click("#fn-go")
    page.wait_for_selector("#fn-told:text-is('4 of 4 cells answered')")
    page.click("[data-cell='0'] .fn-mark >> nth=0")
    expect(page.frame_locator("#fn-frame").locator("mark").first).to_contain_text("signed by Ada Vance")
    assert axe(page) == []
    shown = page.inner_text(".fn-grid")
    assert "Not found" in shown
    page.reload()
    assert page.inner_text(".fn-grid") == shown
    with saved(page, book := []):
        page.click("text=Download")
    assert book[0] == "Who signed the memo.xlsx"
    with zipfile.ZipFile(io.BytesIO(book[1])) as package:
        words = package.read("xl/sharedStrings.xml").decode()
        assert "Ada Vance" in words and "/private" not in words
        assert "<f>" not in package.read("xl/worksheets/sheet1.xml").decode()
    page.select_option("#format", "csv")
    with saved(page, table := []):
        page.click("text=Download")
    rows = list(csv.DictReader(io.StringIO(table[1].decode("utf-8-sig"), newline="")))
    assert {row["Document"] for row in rows} == {"Memo of the board", "'=HYPERLINK(1)"}
    page.goto(f"{address}many")
    page.click("td button:text-is('Remove')")
    page.locator("#fn-kept").wait_for(state="detached")


def test_a_grid_is_stopped_and_gone_on_with(page, address, assistant, monkeypatch):
    ask = assistant.ask
    held = threading.Event()

    def slow(question, **given):
        if "5 about" in question:
            held.wait(60)
        return ask(question, **given)

    monkeypatch.setattr(assistant, "ask", slow)
    page.goto(f"{address}many")
    page.fill("#questions", "\n".join(f"Question {number} about the ferry?" for number in range(24)))
    page.click("#fn-begin")
    page.wait_for_selector("[data-cell='1']:not(.fn-waiting)")
    page.click("#fn-stop")
    page.wait_for_selector("#fn-told:text-matches('stopped$')")
    held.set()
    page.wait_for_selector("td.fn-waiting")
    page.reload()
    page.click("#fn-go")
    page.wait_for_selector("#fn-told:text-is('24 of 24 cells answered')")
    for grid in assistant.grids():
        assistant.remove_grid(grid.id)


def test_on_a_phone_in_the_dark_nothing_is_wider_than_the_screen(browser, address):
    with watched(browser, address, width=390, height=844, color_scheme="dark") as page:
        checked(page, address)
        for where in ("check", "mentions?term=vance", "many"):
            if where != "check":
                page.goto(f"{address}{where}")
            assert page.evaluate("document.documentElement.scrollWidth") == 390
            assert axe(page) == []
