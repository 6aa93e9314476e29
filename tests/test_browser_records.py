"""Saved conversations and the tray in a real browser: found, read, marked, ordered, renamed, removed."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from browser import MARKS, axe, marked, serving, watched
from fakes import QuoteAll, assistant_at
from page_fakes import built
from playwright.sync_api import expect

from chat.page.server import build_app

pytestmark = MARKS
HOSTILE = 'Board <img src=x onerror="window.ran=1"> <script>window.ran=2</script> </textarea> {{7*7}} met.'
FERRY = "The ferry Aurora was sold. Ilse Brandt signed the sale. The price was 3 million crowns."


@pytest.fixture
def assistant(tmp_path):
    with assistant_at(tmp_path / "home", answerer=QuoteAll()) as assistant:
        assistant.add_text(
            FERRY, source="/files/ferry.txt", title="Memo on the ferry", metadata={"published": "2021-03-04"}
        )
        yield assistant


@pytest.fixture
def address(assistant):
    with serving(built(assistant, lambda: build_app(assistant))) as address:
        yield address


def fits(page):
    """Nothing is wider than the window, and axe finds nothing serious."""
    page.wait_for_load_state()  # before, it may lack its styles
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe(page) == []


def downloaded(page, press):
    with page.expect_download() as waiting:
        press()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_conversations_are_found_renamed_exported_and_removed(browser, address, assistant):
    sale = assistant.ask("Who signed the sale of the ferry?")
    price = assistant.ask(f"What of the price? {HOSTILE}")
    assistant.mark(sale.conversation, 1, 1, "disputed")
    with watched(browser, address, accept_downloads=True) as page:
        page.goto(f"{address}conversations")
        assert (
            page.locator(".fn-saved-row h2").all_inner_texts()[0].startswith("What of the price? Board <img")
        )
        assert (
            page.locator(".fn-saved-row")
            .last.locator(".fn-small")
            .inner_text()
            .endswith("0 of 3 checked · 1 disputed")
        )
        fits(page)
        page.fill("#q", "brandt WHO")
        page.press("#q", "Enter")
        page.wait_for_url("**q=brandt*")
        assert page.locator(".fn-saved-row").count() == 1
        assert page.input_value("#q") == "brandt WHO"
        page.select_option("#marked", "checked")
        page.click("text=Show >> nth=0")
        page.wait_for_selector("text=No conversation is like that")
        page.click("text=Show all")
        row = page.locator(f"#conversation-{sale.conversation}")
        row.locator("summary", has_text="Rename").click()
        row.get_by_label("New title").fill("The sale <b>once more</b>")
        row.get_by_role("button", name="Rename").click()
        page.wait_for_selector("text=The sale <b>once more</b>")
        row.locator("summary", has_text="Export").click()
        fits(page)
        name, data = downloaded(page, lambda: row.get_by_role("link", name="JSON, to publish").click())
        assert name == "footnote-publishable.json"
        assert json.loads(data)["title"] == "The sale <b>once more</b>"
        name, data = downloaded(page, lambda: row.get_by_role("link", name="Word, to file").click())
        assert (
            name == "footnote-filing.docx"
            and "word/footnotes.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()
        )
        row.get_by_role("link", name="Remove").click()
        page.get_by_role("heading", name="Remove this conversation?").wait_for()
        page.click("text=Keep it")
        page.wait_for_url(f"**/conversations/{sale.conversation}")
        page.get_by_role("link", name="Remove").click()
        page.click("text=Remove it")
        page.wait_for_url("**/conversations")
        assert page.locator(".fn-saved-row").count() == 1
    assert [info.id for info in assistant.conversations()] == [price.conversation]


def test_a_saved_conversation_is_read_checked_and_printed(browser, address, assistant):
    (hostile,) = assistant.add_text(HOSTILE, source="x.txt", title=HOSTILE[:40]).added
    answer = assistant.ask("Who met to sign?")
    assistant.mark(answer.conversation, 1, 1, "checked", "A.B.", "<i>seen</i>")
    with watched(browser, address) as page:
        page.goto(f"{address}conversations/{answer.conversation}")
        page.click("summary:text-is('Rename')")
        page.get_by_label("New title").fill("Who met, and why")
        page.get_by_role("button", name="Rename").click()
        page.wait_for_selector("h1:text-is('Who met, and why')")
        numbers = [str(citation.number) for citation in answer.citations]
        page.goto(f"{address}conversations/{answer.conversation}")
        assert page.locator(".fn-sentence .fn-mark").all_inner_texts() == list(numbers)
        assert page.locator(".fn-state").first.inner_text() == "Word for word"
        assert HOSTILE in page.inner_text("main") and "✓" in page.evaluate(
            "getComputedStyle(document.querySelector('.fn-note-checked .fn-found b'), '::before').content"
        )
        assert "Checked by A.B." in page.inner_text("#footnote-1-1") and "<i>seen</i>" in page.inner_text(
            "#footnote-1-1"
        )
        fits(page)
        page.locator(".fn-sentence .fn-mark").nth(1).click()
        assert marked(page) == answer.citations[1].quote
        page.keyboard.press("Escape")
        page.wait_for_function("() => document.activeElement.textContent === '2'")
        second = page.locator("#footnote-1-2")
        second.locator("summary").click()
        second.get_by_label("Initials").fill("C.D.")
        second.get_by_label("Note", exact=True).fill("not what it says")
        second.get_by_role("button", name="Disputed").click()
        page.wait_for_url("**#footnote-1-2")
        assert "Disputed by C.D." in page.inner_text("#footnote-1-2")
        page.click(".fn-shown >> text=Disputed")
        page.wait_for_url("**show=disputed")
        assert page.locator(".fn-sentence .fn-mark").all_inner_texts() == ["2"]
        assert f"{len(numbers) - 1} sentences without such a footnote left out." in page.inner_text("main")
        page.locator("#footnote-1-2 summary").click()
        page.click("text=Take the mark away")
        page.wait_for_url("**show=disputed#footnote-1-2")
        assert page.locator(".fn-shown a[aria-current]").inner_text() == "Disputed 0"
        page.click(".fn-shown >> text=All")
        page.wait_for_url(f"**/conversations/{answer.conversation}")
        page.emulate_media(media="print")
        expect(page.locator(".fn-notes blockquote:visible")).to_have_count(len(numbers))
        expect(page.locator(".fn-noprint:visible, .fn-head:visible")).to_have_count(0)
        page.emulate_media(media="screen")
        assistant.remove(hostile)
        page.reload()
        assert "This source was removed; its words are no longer kept." in page.inner_text("main")
        assert "window.ran" not in page.locator(".fn-text, blockquote").all_inner_texts()
    assert [mark.state for mark in assistant.marks(answer.conversation)] == ["checked"]


def test_pinned_quotes_are_put_in_order_noted_exported_and_taken_off(browser, address, assistant):
    answer = assistant.ask("Who signed the sale?")
    for citation in answer.citations:
        assistant.pin(citation.document_id, citation.start, citation.end, conversation=answer.conversation)
    first, second, third = (citation.quote for citation in answer.citations)
    with watched(browser, address, accept_downloads=True) as page:
        page.goto(f"{address}tray")
        fits(page)
        page.get_by_role("button", name="Down, quote 1").click()
        expect(page.locator(".fn-tray blockquote").first).to_have_text(second)
        page.wait_for_function("() => document.activeElement.getAttribute('aria-label') === 'Down, quote 2'")
        page.keyboard.press("Alt+ArrowDown")
        page.wait_for_selector("text=Quote moved to 3 of 3")
        page.wait_for_function("() => document.activeElement.getAttribute('aria-label') === 'Up, quote 3'")
        expect(page.locator(".fn-tray blockquote")).to_have_text([second, third, first])
        assert page.locator(".fn-tray .fn-mark").all_inner_texts() == ["1", "2", "3"]
        page.reload()
        assert page.locator(".fn-tray blockquote").all_inner_texts() == [second, third, first]
        card = page.locator(".fn-tray > li").nth(1)
        card.get_by_label("Note").fill('for "Smith" <b>')
        card.get_by_role("button", name="Save note").click()
        page.wait_for_url("**/tray#pin-*")
        assert page.locator(".fn-tray > li").nth(1).get_by_label("Note").input_value() == 'for "Smith" <b>'
        page.fill("#q", "SMITH million")
        page.press("#q", "Enter")
        page.wait_for_selector("text=1 of 3 pinned quotes")
        page.wait_for_load_state()  # with what stands below that line
        assert page.locator(".fn-tray blockquote").all_inner_texts() == [third]
        assert page.get_by_role("button", name="Up, quote 2").count() == 0
        page.click("text=Show all")
        page.wait_for_selector("text=in your order")
        page.wait_for_load_state()  # with the script that opens the reader beside
        page.locator(".fn-tray .fn-mark").first.click()
        assert marked(page) == second
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Take off the tray, quote 1").click()
        expect(page.locator(".fn-tray > li")).to_have_count(2)
        page.select_option("#format", "md")
        page.select_option("#kind", "filing")
        name, data = downloaded(page, lambda: page.click("text=Download"))
        assert name == "footnote-filing.md"
        written = data.decode()
        assert written.index(third) < written.index(first) and "/files/ferry.txt" in written.replace("\\", "")
    with watched(browser, address, width=390, height=844, color_scheme="dark") as page:
        for path in ("tray", "conversations", f"conversations/{answer.conversation}"):
            page.goto(address + path)
            fits(page)
        page.goto(f"{address}tray")
        for left in (1, 0):
            page.get_by_role("button", name="Take off the tray, quote 1").click()
            expect(page.locator(".fn-tray > li")).to_have_count(left)
        page.wait_for_selector("text=Nothing is pinned.")
