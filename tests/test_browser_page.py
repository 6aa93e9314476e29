"""The page in a real browser, over a scripted assistant; `make test-deps` installs what it needs."""

import pytest
from browser import (
    MARKS,
    answered,
    ask,
    eventually,
    marked,
    opened,
    pane,
    point,
    send,
    serving,
    still,
    watched,
)
from page_fakes import MEMO, Scripted, built
from playwright.sync_api import expect

HOSTILE = (
    'Payload <img src=http://evil.example/a.png onerror="window.ran=1"> <script>window.ran=2</script> '
    "![p](http://evil.example/b.png) [x](javascript:window.ran=3) <svg onload=window.ran=4> "
    "<style>@import 'http://evil.example/c.css'</style> $\\href{javascript:window.ran=5}{x}$ "
    "http://evil.example/d www.evil.example me@evil.example `${window.ran=6}` {{constructor}} "
    "<iframe srcdoc='<script>parent.ran=7</script>'></iframe> <form action=http://evil.example><button>go</form>"
)

pytestmark = MARKS


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One page for all tests, and the assistant behind it."""
    assistant = Scripted(tmp_path_factory.mktemp("home"))
    with serving(built(assistant)) as address:
        yield assistant, address


@pytest.fixture
def assistant(served):
    """The assistant as new, over one memo."""
    assistant, _ = served
    assistant.__init__(assistant.home, {"/docs/memo.txt": MEMO})
    return assistant


@pytest.fixture
def address(served, assistant):
    """Where the page is, once its assistant is as new."""
    return served[1]


@pytest.fixture
def page(browser, address):
    """The chat page once it has loaded."""
    with watched(browser, address) as page:
        opened(page, address)
        yield page


def test_an_added_file_is_asked_and_its_footnote_opens_at_the_words(page, assistant, tmp_path):
    note, scan = tmp_path / "ferry note.txt", tmp_path / "scan.png"
    note.write_text("A note. The ferry leaves at noon. It is blue.")
    scan.write_bytes(b"x")
    page.set_input_files("[data-testid='Add files-upload-button']", [note, scan])
    page.wait_for_selector("text=1 added · 1 could not be read")
    assert "save it as PDF or text" in page.inner_text("#fn-adding")
    eventually(lambda: list((assistant.home / "uploads").iterdir()), [])  # after the page is told
    ask(page, "When does it leave, at noon?")
    page.wait_for_selector("#fn-which:text-is('Footnote 1 of 1')")
    assert page.inner_text(".fn-sentence .fn-text").startswith("The ferry leaves at noon.")
    assert page.inner_text(".fn-sentence .fn-state") == "Word for word"
    eventually(lambda: marked(page), "The ferry leaves at noon.")
    assert page.get_attribute(".fn-sentence .fn-mark", "aria-label").startswith("Footnote 1: ferry note.txt")


def test_a_short_answer_opens_with_its_footnote_which_counts_once(page):
    ask(page, "short: what of the bridge?")
    assert page.inner_text(".fn-opening") == "To1"
    page.wait_for_selector("#fn-which:text-is('Footnote 1 of 2')")
    page.focus(".fn-mark >> nth=1")  # the same footnote, after the sentence itself
    page.keyboard.press("Enter")
    page.wait_for_selector("#fn-which:text-is('Footnote 1 of 2')")
    page.keyboard.press("n")
    page.wait_for_selector("#fn-which:text-is('Footnote 2 of 2')")
    page.keyboard.press("p")
    page.wait_for_selector("#fn-which:text-is('Footnote 1 of 2')")


def test_cards_and_keys_move_between_footnotes(page):
    assert marked(page) == "The load limit of the Lowick bridge is 18 tonnes."
    ask(page, "What of the bridge?")
    page.wait_for_selector("#fn-which:text-is('Footnote 1 of 2')")
    page.focus(".fn-mark >> nth=0")
    page.keyboard.press("n")
    page.wait_for_selector("#fn-which:text-is('Footnote 2 of 2')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#fn-reader", state="hidden")
    page.wait_for_function("() => document.activeElement.textContent === '2'")
    point(page, ".fn-mark >> nth=0")
    page.wait_for_selector("#fn-card b")
    assert page.inner_text("#fn-card b") == "To the bridge board."
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_not_found_shows_the_nearest_passages_and_what_was_searched_can_be_changed(page, assistant):
    ask(page, "Who owns the lighthouse?")
    assert "That is not proof" in page.inner_text(".fn-none")
    assert page.locator(".fn-none a:text-is('add a document')").count() == 1
    page.click(".fn-nearest .fn-mark")
    assert marked(page).startswith("The memo was signed")
    page.click(".fn-edit")
    page.fill("#fn-standalone textarea", "the load in tonnes")
    page.click("#fn-standalone button")
    page.wait_for_selector(".fn-sentence")
    eventually(lambda: assistant.asked[-1], ("Who owns the lighthouse?", "the load in tonnes"))


def test_hostile_words_are_shown_as_words_everywhere(page, tmp_path):
    hostile = tmp_path / "[x](javascript:window.ran=8) <img src=x onerror=window.ran=9>.md"
    hostile.write_text(HOSTILE)
    page.set_input_files("[data-testid='Add files-upload-button']", hostile)
    page.wait_for_selector("text=1 added")
    ask(page, f"{HOSTILE} payload")
    ask(page, "What is the payload?")
    inside = ".message-row :is(img, script, iframe, form, style, svg, button)"
    assert page.locator(inside).count() == 0
    links = page.eval_on_selector_all(".message-row a", "all => all.map(link => link.getAttribute('href'))")
    ours = ("#fn-", "/?conversation=", "/conversations/", "/mentions?")
    assert all(link.startswith(ours) for link in links)
    shown = page.locator(".fn-sentence .fn-text").last.inner_text()
    assert shown.startswith(HOSTILE[:60])
    point(page, ".fn-sentence .fn-mark >> nth=0")  # whose source is not open
    page.wait_for_selector("#fn-card b")
    assert page.locator("#fn-card img").count() == 0
    page.click(".fn-bar >> nth=1 >> text=Considered")
    frame = pane(page)
    assert HOSTILE[:60] in frame.locator(".fn-words").first.inner_text()
    assert frame.locator("img, iframe, form").count() == 0


def test_a_removed_document_is_gone_from_the_running_chat(page, assistant):
    ask(page, "How many tonnes?")
    page.wait_for_selector("#fn-box .submit-button")  # before, what changed elsewhere is not looked at
    assistant.remove(assistant.documents()[0].id)
    page.evaluate("() => { document.dispatchEvent(new Event('visibilitychange')); }")
    page.wait_for_selector(".fn-mark-removed")
    expect(page.locator("#fn-chat")).not_to_contain_text("18 tonnes")
    page.frame_locator("#fn-frame").locator("text=This source was removed").wait_for()
    page.wait_for_selector("#fn-count:has-text('No documents yet')")


def test_an_empty_library_leads_to_the_first_answer(browser, address, assistant, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("The load limit is 18 tonnes.")
    assistant.remove(assistant.documents()[0].id)
    with watched(browser, address) as page:
        opened(page, address)
        page.wait_for_selector(".fn-steps")
        assert "Choose files" in page.inner_text(".fn-step-now")
        with page.expect_file_chooser() as chooser:
            page.click(".fn-step-now a")
        chooser.value.set_files(note)
        page.wait_for_selector(".fn-h1:text-is('Ask 1 document')")
        page.wait_for_selector(".fn-example")
        still(page)  # a pane that opens beside the examples moves them
        page.click(".fn-example >> nth=0")
        answered(page, 1)
        assert page.inner_text(".fn-short .fn-text").startswith("The load limit is 18 tonnes.")


def test_stopping_keeps_the_sentences_that_were_checked(page, assistant):
    send(page, "stall: what about the bridge?")
    page.wait_for_selector(".fn-sentence")
    page.wait_for_selector("#fn-which:text-is('Footnote 1 of 1')")
    page.click("#fn-box .stop-button")
    page.wait_for_selector(".fn-notice")
    assistant.delay.set()
    assert page.locator(".fn-sentence").count() == 1
    assert "Stopped." in page.inner_text(".fn-notice")
    page.wait_for_selector("#fn-box .submit-button")


def test_focus_stays_and_nothing_jumps_while_an_answer_streams(page, assistant):
    ask(page, "What of the bridge?")
    send(page, "stall: what about the bridge?")
    page.wait_for_selector(".message-row:last-of-type .fn-sentence")
    page.wait_for_selector("#fn-which:text-is('Footnote 1 of 1')")  # the only one so far has opened
    page.focus(".message-row:last-of-type .fn-mark >> nth=0")
    page.evaluate("""() => {
        window.moved = 0;
        const add = (list) => list.getEntries().forEach((each) => { window.moved += each.value; });
        new PerformanceObserver(add).observe({ type: 'layout-shift' });
    }""")
    assistant.delay.set()
    answered(page, 2)
    still(page)
    assert page.evaluate("document.activeElement.className").startswith("fn-mark")
    assert page.evaluate("document.activeElement.textContent") == "1"
    assert page.evaluate("window.moved") < 0.1
    page.keyboard.press("n")
    page.wait_for_selector("#fn-which:text-is('Footnote 2 of 2')")


def test_on_a_phone_the_source_is_a_sheet_under_the_answer(browser, address):
    with watched(browser, address, width=390, height=844, has_touch=True) as page:
        opened(page, address)
        ask(page, "What of the bridge?")
        assert page.locator("#fn-reader").count() == 0
        page.tap(".fn-mark")
        assert marked(page) == "To the bridge board."
        box = page.locator("#fn-reader").bounding_box()
        assert abs(box["height"] - 0.6 * 844) < 3 and box["width"] == 390
        above = "top => document.querySelector('.fn-mark').getBoundingClientRect().y < top"
        page.wait_for_function(above, arg=box["y"])  # it is scrolled to once the sheet is there
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        swipe = """([from, to]) => {
            const bar = document.querySelector('.fn-reader-bar');
            const touch = (x) => new Touch({ identifier: 1, target: bar, clientX: x, clientY: 360 });
            const told = (type, x) => new TouchEvent(type, { changedTouches: [touch(x)], bubbles: true });
            bar.dispatchEvent(told('touchstart', from));
            bar.dispatchEvent(told('touchend', to));
        }"""
        page.evaluate(swipe, [300, 100])
        page.wait_for_selector("#fn-which:text-is('Footnote 2 of 2')")
        page.evaluate(swipe, [100, 300])
        page.wait_for_selector("#fn-which:text-is('Footnote 1 of 2')")
