"""A person's click counts, whatever the page does by itself between its press and its release."""

import threading

import pytest
from browser import MARKS, ask, opened, send, serving, watched
from fakes import QuoteAll, assistant_at
from page_fakes import built
from playwright.sync_api import expect

pytestmark = MARKS
HOLD = "() => new Promise((done) => { window.setTimeout(done, 150); })"
"""As long as a slow press lasts: time enough for what should not happen meanwhile."""


class Told(QuoteAll):
    """Quotes once it is told to."""

    def __init__(self) -> None:
        super().__init__(2)
        self.go = threading.Event()

    def draft(self, evidence):
        """Wait, then quote."""
        self.go.wait(60)
        return super().draft(evidence)


@pytest.fixture(scope="module")
def answerer():
    return Told()


@pytest.fixture(scope="module")
def address(tmp_path_factory, answerer):
    with assistant_at(tmp_path_factory.mktemp("pressing") / "home", answerer=answerer) as assistant:
        for name in ("ferry", "bridge"):
            text = f"The {name} was sold in May. Nobody signed for the {name}."
            assistant.add_text(text, source=name, title=f"On the {name}")
        with serving(built(assistant)) as address:
            yield address


def press(page, selector):
    """Press the mouse on something, and hold it."""
    page.hover(selector)
    page.mouse.down()


def test_the_pane_that_an_answer_opens_waits_for_a_link_that_is_pressed(browser, address, answerer):
    with watched(browser, address, permissions=["clipboard-read", "clipboard-write"]) as page:
        opened(page, address)
        answerer.go.set()
        ask(page, "Who signed for the ferry?")
        page.keyboard.press("Escape")
        page.wait_for_selector("#fn-reader", state="hidden")
        answerer.go.clear()
        send(page, "And for the bridge?")
        page.wait_for_selector(".fn-working")
        press(page, ".fn-bar a:text-is('Copy with footnotes')")
        answerer.go.set()
        page.wait_for_selector(".fn-bar >> nth=1", state="attached")
        page.evaluate(HOLD)
        assert page.is_hidden("#fn-reader")
        page.mouse.up()
        page.wait_for_selector("#fn-told:text-is('Copied')")
        page.wait_for_selector("#fn-which:text-is('Footnote 1 of 2')")
        assert page.is_visible("#fn-reader")


def test_a_row_that_is_ticked_while_the_table_is_drawn_anew_is_and_stays_ticked(browser, address):
    with watched(browser, address) as page:
        page.goto(f"{address}library")
        page.check("[aria-label='Tick On the bridge']")
        press(page, "[aria-label='Tick On the ferry']")
        with page.expect_response("**/library?*part=table"):
            page.fill("#fn-words", "ferry")
        page.evaluate(HOLD)
        expect(page.locator("#fn-table .fn-document")).to_have_count(2)
        page.mouse.up()
        expect(page.locator("#fn-table .fn-document")).to_have_count(1)
        assert page.is_checked("[aria-label='Tick On the ferry']")
        assert page.inner_text("#fn-ticked") == "1 ticked"
