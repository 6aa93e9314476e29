"""Asking, checking and looking behind an answer on the chat's page, over a real assistant that quotes."""

import json

import pytest
from browser import (
    LEAVING,
    MARKS,
    answered,
    ask,
    axe,
    eventually,
    opened,
    pane,
    point,
    ready,
    send,
    serving,
    still,
    watched,
)
from fakes import QuoteAll, assistant_at
from http_fakes import SIGNED, desk_at
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from page_fakes import built
from playwright.sync_api import expect

from chat.interfaces.http.api import build_server
from chat.interfaces.serve import access
from chat.interfaces.sessions import Sessions
from chat.interfaces.sign_in import build_door
from chat.interfaces.tokens import Tokens
from chat.page.shell import Site
from chat.passwords import People, hashed

pytestmark = MARKS

MEMO = (
    "# Memorandum\n\nThe load limit of the Lowick bridge is 18 tonnes. Eleven of forty bolts are loose.\n\n"
    "# Costs\n\nRepairs cost 240,000 euros. The memo was signed by Ada Vance on 2 April 2023."
)
ARABIC = "الجسر مغلق منذ الثاني من أبريل. 桥梁已经关闭了。"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_at(tmp_path_factory.mktemp("chat"), answerer=QuoteAll(3)) as assistant:
        assistant.add_text(MEMO, source="memo.md", title="Lowick memo", metadata={"published": "2023-04-02"})
        assistant.add_text(ARABIC, source="note", title="مذكرة")
        assistant.add_text("The ferry leaves at noon.", source="ferry", title="Ferry", collection="boats")
        yield assistant


@pytest.fixture(scope="module")
def address(assistant):
    with serving(built(assistant)) as address:
        yield address


@pytest.fixture
def page(browser, address):
    with watched(browser, address, permissions=["clipboard-read", "clipboard-write"]) as page:
        opened(page, address)
        yield page


def copied(page):
    page.wait_for_selector("#fn-told:text-is('Copied'), #selected output:text-is('Copied')")
    return page.evaluate("navigator.clipboard.readText()")


def test_footnotes_are_checked_disputed_and_pinned_from_the_keyboard(page, assistant):
    ask(page, "What of the Lowick bridge memo?")
    page.wait_for_selector("#fn-which:text-is('Footnote 1 of 3')")
    page.focus(".fn-sentence .fn-mark >> nth=0")
    page.keyboard.press(" ")
    page.fill("#fn-asking input", "av")
    page.keyboard.press("Enter")
    page.wait_for_selector(".fn-tally:text-is('1 of 3 checked')")
    page.wait_for_function("() => document.activeElement.textContent === '1'")  # back to the same footnote
    page.keyboard.press("n")
    page.keyboard.press("x")
    page.fill("#fn-asking textarea", "the wrong bridge")
    page.click("#fn-asking button:text-is('Dispute it')")
    page.wait_for_selector(".fn-tally:text-is('1 of 3 checked, 1 disputed')")
    page.keyboard.press("m")
    page.wait_for_selector("#fn-told:has-text('Pinned: 1 in the tray')")
    conversation = assistant.conversations()[0].id
    eventually(
        lambda: [
            (mark.number, mark.state, mark.initials, mark.note) for mark in assistant.marks(conversation)
        ],
        [(1, "checked", "av", ""), (2, "disputed", "av", "the wrong bridge")],
    )
    assert assistant.pins()[0].conversation == conversation
    page.keyboard.press("f")
    page.select_option("#fn-asking select", "Out of context")
    page.keyboard.press("Tab")
    page.keyboard.type("see above")
    page.click("#fn-asking button:text-is('Keep it')")
    page.wait_for_selector("#fn-told:has-text('Kept')")
    feedback = assistant.feedback(conversation)[0]
    assert (feedback.kind, feedback.number, feedback.note) == ("out of context", 2, "see above")
    page.reload()
    page.wait_for_selector(".fn-tally:text-is('1 of 3 checked, 1 disputed')")
    assert "checked by av" in page.get_attribute(".fn-mark >> nth=0", "aria-label")
    page.focus(".fn-mark >> nth=0")
    page.keyboard.press("?")
    assert "Disputed, with a note" in page.inner_text("#fn-keys")
    page.keyboard.press("Escape")
    page.wait_for_selector("#fn-keys", state="detached")


def test_the_card_has_quote_facts_and_a_tick_box_and_takes_feedback(page, assistant):
    ask(page, "How many bolts of the bridge are loose?")
    point(page, ".fn-sentence .fn-mark >> nth=1")
    page.wait_for_selector("#fn-card b")
    facts = page.inner_text("#fn-card .fn-small")
    assert "Lowick memo" in facts and "2023-04-02" in facts
    page.evaluate("localStorage.setItem('footnote-initials', 'b')")
    page.check("#fn-card input")
    page.wait_for_selector(".fn-tally:text-is('1 of 3 checked')")
    page.click("#fn-card button:text-is('Out of context')")
    page.fill("#fn-asking textarea", "see the annex")
    page.click("#fn-asking button:text-is('Keep it')")
    page.wait_for_selector("#fn-told:has-text('Kept')")
    page.click(".fn-feedback a:text-is('Missed a source')")
    page.click("#fn-asking button:text-is('Keep it')")
    page.wait_for_selector("#fn-asking", state="detached")
    page.wait_for_function("() => document.activeElement.textContent === 'Missed a source'")

    def kept():
        feedback = assistant.feedback(assistant.conversations()[0].id)
        return {(each.kind, each.number, each.note) for each in feedback}

    eventually(kept, {("out of context", 2, "see the annex"), ("missed a source", None, "")})


def test_the_pane_shows_all_footnotes_what_was_considered_and_that_no_model_was_used(page, assistant):
    ask(page, "What does the memo say of the bridge?")
    page.click(".fn-bar a:text-is('Sources')")
    frame = pane(page)
    assert frame.locator("h2").inner_text().startswith("3 footnotes in")
    assert "2023-04-02" in frame.locator(".fn-group").first.inner_text()
    page.click("#fn-tabs button:text-is('Considered')")
    reasons = pane(page).locator(".fn-hits > li").first.inner_text()
    assert "by meaning" in reasons and "by words" in reasons and "footnote" in reasons
    page.click("#fn-tabs button:text-is('What the model saw')")
    frame.locator("text=No language model was used").wait_for()
    page.click("#fn-tabs button:text-is('Withheld')")
    frame.locator("text=Nothing was withheld").wait_for()
    page.click("#fn-tabs button:text-is('All footnotes')")
    pane(page).locator("a[data-number='2']").click()
    page.wait_for_selector("#fn-which:text-is('Footnote 2 of 3')")
    page.wait_for_selector("#fn-tabs button[aria-current]:text-is('Source')")


def test_a_link_opens_the_same_turn_with_the_same_footnotes(page, address, browser):
    for question in ("Who signed the memo?", "What do repairs cost?"):
        ask(page, question)
    page.click(".fn-link >> nth=0")
    link = copied(page)
    assert link.endswith("&turn=1") and page.url in link
    before = page.locator("a.fn-mark").evaluate_all("all => all.map(mark => mark.href.split('#')[1])")
    with watched(browser, address) as other:
        other.goto(link)
        other.wait_for_selector("#fn-which:has-text('Footnote 1')")
        after = other.locator("a.fn-mark").evaluate_all("all => all.map(mark => mark.href.split('#')[1])")
        assert after == before
        top = "row => document.querySelectorAll('.user-row')[row].getBoundingClientRect().top"
        other.wait_for_function(f"() => ({top})(0) >= 0")
        assert other.evaluate(top, 1) > 300
        other.click("#fn-new")
        other.wait_for_function("() => location.search === ''")
        other.goto(f"{address}?conversation=nobody")
        other.wait_for_selector("text=This conversation is not here.")


def test_a_script_that_comes_late_finds_what_is_on_the_page(page, address, browser):
    ask(page, "Who signed the memo?")
    page.click(".fn-link >> nth=0")
    link = copied(page)
    late = []
    with watched(browser, address) as other:
        other.route("**/static/fn/fn.js", lambda route: late.append(route))
        other.goto(link, wait_until="commit")
        other.wait_for_selector(".fn-tally")
        still(other)  # Gradio has nothing left to draw, which would have the script look again
        late[0].continue_()
        other.wait_for_selector("#fn-which:has-text('Footnote 1')")
        assert other.get_attribute(".fn-mark >> nth=0", "aria-label").startswith("Footnote 1: ")


def test_a_question_is_edited_and_asked_again(page, assistant):
    ask(page, "Who signed the memo?")
    page.click(".fn-again")
    assert page.input_value("#fn-box textarea") == "Who signed the memo?"
    page.keyboard.type(" And when?")
    send(page)
    answered(page, 2)
    conversation = assistant.conversations()[0].id
    eventually(
        lambda: [turn.question for turn in assistant.turns(conversation)],
        ["Who signed the memo?", "Who signed the memo? And when?"],
    )
    page.click(".fn-bar >> nth=1 >> text=Copy with footnotes")
    told = copied(page)
    assert "[1] “" in told and "Lowick memo" in told
    page.click(".fn-bar >> nth=1 >> text=Pin all")
    page.wait_for_selector("#fn-told:has-text('Pinned 3')")


def test_asking_is_narrowed_to_collections_documents_and_dates(page, assistant):
    page.click("#fn-only > button")
    page.locator("#fn-find :is(textarea, input)").press_sequentially("lowick")
    page.wait_for_selector("#fn-found label:has-text('Lowick memo')")
    still(page)  # no search that is still on its way draws the list anew under the click
    page.click("#fn-found input[type=checkbox]")
    page.wait_for_selector("#fn-within:has-text('1 chosen document')")
    page.fill("#fn-since textarea, #fn-since input", "2023-13")
    page.wait_for_selector("#fn-within:has-text('2023-13 is no date')")
    page.fill("#fn-since textarea, #fn-since input", "2023")
    page.wait_for_selector("#fn-within:has-text('from 2023-01-01')")
    ask(page, "What leaves at noon?")
    assert "1 of 3 documents in 1 chosen document · from 2023-01-01" in page.inner_text(".fn-searched")
    answer = assistant.turns(assistant.conversations()[0].id)[0].answer
    assert {citation.title for citation in answer.citations} == {"Lowick memo"}
    page.click("#fn-everywhere")
    page.wait_for_selector("#fn-within p", state="detached")
    ask(page, "What leaves at noon?")
    expect(page.locator(".fn-searched").last).to_contain_text("3 documents")
    assert "of 3" not in page.locator(".fn-searched").last.inner_text()


def test_a_search_for_documents_that_ends_late_unticks_nothing(page, assistant):
    page.click("#fn-only > button")
    words = page.locator("#fn-find :is(textarea, input)")
    words.press_sequentially("lowick")
    page.wait_for_selector("#fn-found label:has-text('Lowick memo')")
    late = []

    def searching(route):
        sent = route.request.post_data_json
        if sent["data"][0] == "lowickq" and not sent.get("event_data"):
            late.append(route)
        else:
            route.continue_()

    def held():
        page.evaluate("0")  # what has been sent is heard of only meanwhile
        return len(late)

    page.route("**/queue/join**", searching)
    words.press_sequentially("q")
    eventually(held, 1)
    page.check("#fn-found label:has-text('Lowick memo') input")
    page.wait_for_selector("#fn-within:has-text('1 chosen document')")
    with page.expect_response("**/queue/join**"):
        late[0].continue_()
    page.wait_for_timeout(500)  # nothing tells when the list that it found has come
    still(page)
    assert page.is_checked("#fn-found label:has-text('Lowick memo') input")
    ask(page, "What leaves at noon?")
    assert "1 of 3 documents in 1 chosen document" in page.inner_text(".fn-searched")


def test_selected_words_are_pinned_copied_and_asked_about(page, assistant, browser, address):
    identity = next(info.id for info in assistant.documents() if info.title == "Lowick memo")
    ask(page, "Who signed the memo by Ada Vance?")
    words = "Eleven of forty bolts"
    select = """words => {
        const walker = document.createTreeWalker(document.querySelector('article'), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            const at = node.data.indexOf(words);
            if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + words.length);
        }
    }"""
    frame = pane(page)  # with the script that looks at what is selected
    page.frames[-1].evaluate(select, words)
    frame.locator("#selected button:text-is('Pin')").click()
    frame.locator("#selected output:has-text('Pinned')").wait_for()
    assert assistant.pins()[-1].quote == words
    frame.locator("#selected button:text-is('Ask about this')").click()
    page.wait_for_function("() => document.querySelector('#fn-box textarea').value.startsWith('“Eleven')")
    with watched(browser, address, permissions=["clipboard-read", "clipboard-write"]) as alone:
        start = MEMO.index(words)
        alone.goto(f"{address}library/{identity}#{start}-{start + len(words)}")
        alone.wait_for_selector("mark")
        alone.wait_for_load_state()  # with the script, as above
        assert alone.inner_text("mark") == words
        alone.evaluate(select, "240,000 euros")
        alone.click("#selected button:text-is('Copy with citation')")
        assert copied(alone).startswith("“240,000 euros” Lowick memo, 2023-04-02 http")


def test_the_main_states_have_no_serious_fault_of_access(browser, address):
    with watched(browser, address) as page:
        opened(page, address)
        page.wait_for_selector(".fn-h1")
        assert axe(page) == []
        ask(page, "What of the bridge?")
        pane(page)
        point(page, ".fn-sentence .fn-mark >> nth=1")
        page.wait_for_selector("#fn-card b")
        assert axe(page) == []
        page.focus(".fn-mark >> nth=0")
        page.keyboard.press("?")
        page.wait_for_selector("#fn-keys")
        assert axe(page) == []
        link = page.get_attribute(".fn-link", "href").replace("/?conversation=", "").split("&turn=")
        for tab in ("footnotes", "considered", "model"):
            page.goto(f"{address}answers/{link[0]}/{link[1]}?tab={tab}")
            page.wait_for_selector("h2, .fn-hits")
            assert axe(page) == []
    with watched(browser, address, color_scheme="dark", width=390, height=844, has_touch=True) as page:
        opened(page, address)
        ask(page, "What of the bridge?")
        page.tap(".fn-mark")
        pane(page)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_words_of_other_scripts_keep_their_direction_and_a_zoomed_page_its_width(browser, address):
    with watched(browser, address, width=720, height=450) as page:  # 1440 x 900 at 200 %
        opened(page, address)
        ask(page, "الجسر مغلق")
        direction = "node => getComputedStyle(node).direction"
        texts = page.locator(".fn-sentence .fn-text")
        found = {texts.nth(row).inner_text()[:3]: texts.nth(row).evaluate(direction) for row in range(3)}
        assert "rtl" in found.values() and found.get("The", "ltr") == "ltr"
        assert page.locator(".fn-question").evaluate(direction) == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth") == 720


def test_what_a_model_was_sent_is_shown_and_it_can_be_asked_again(browser, tmp_path):
    model = GenericFakeChatModel(messages=iter([AIMessage("The limit is 18 tonnes. [1]")] * 2))
    with assistant_at(tmp_path, answerer=QuoteAll(1), chat_model=model) as writing:
        writing.add_text("The load limit of the Lowick bridge is 18 tonnes.", source="memo", title="Memo")
        with serving(built(writing)) as address, watched(browser, address) as page:
            opened(page, address)
            ask(page, "What is the load limit of the bridge?")
            page.click(".fn-bar a:text-is('Considered')")
            page.click("#fn-tabs button:text-is('What the model saw')")
            assert "18 tonnes" in pane(page).locator("pre").last.inner_text()
            page.click(".fn-bar a:text-is('Ask again')")
            answered(page, 2)
            conversation = writing.conversations()[0].id
            eventually(
                lambda: [turn.question for turn in writing.turns(conversation)],
                ["What is the load limit of the bridge?"] * 2,
            )


def test_whoever_signed_in_sees_his_own_conversations_and_signs_out(browser, tmp_path):
    people = tmp_path / "people"
    people.write_text("".join(f"{name}:{hashed('a long password')}\n" for name in ("ada", "bo")))
    people.chmod(0o600)
    with desk_at(tmp_path / "home") as desk:
        sessions = Sessions(People(str(people)))
        judge = access(Tokens(desk.assistant.home), sessions, open_to_others=False)
        door = build_door(Site(desk.assistant, "On this machine only", desk.uploads), sessions)
        app = built(None, lambda: build_server(desk, judge, assistant=desk.assistant, door=door))
        with serving(app) as address, watched(browser, address, allow=LEAVING) as page:
            links = []
            for name in ("ada", "bo"):
                page.goto(address)
                page.fill("input[name=name]", name)
                page.fill("input[type=password]", "a long password")
                page.keyboard.press("Enter")
                page.wait_for_selector(f"#fn-top p:has-text('{name}')")
                assert page.locator("#fn-past label").count() == 0
                ask(page, SIGNED)
                page.wait_for_selector("#fn-past label")
                links.append(page.get_attribute(".fn-link", "href"))
                page.goto(address + links[0][1:])
                if name == "ada":
                    answered(page, 1)
                    page.wait_for_selector("#fn-which:has-text('Footnote 1')")
                    pane(page)  # opening it moves what is pressed next
                else:
                    page.wait_for_selector("text=This conversation is not here.")
                ready(page)
                page.click("#fn-top a[role=button]:text-is('Sign out')")
                page.wait_for_selector("input[type=password]")


def test_nothing_of_a_text_is_kept_by_the_browser(page):
    ask(page, "What of the bridge?")
    kept = json.dumps(page.evaluate("({...localStorage, ...sessionStorage})"))
    assert "bridge" not in kept and "tonnes" not in kept
