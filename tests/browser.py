"""A real browser for the tests of the pages: a server for an app, a page that is watched, axe's verdict.

What follows an action comes when it comes: a test waits for what only that can bring about, never for what
may have been there before, and reads at once only what was put there at one time.
"""

import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from bench.serving import CHROMIUM
from bench.serving import serving as served

MARKS = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),  # Gradio's queue
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium; run `make test-deps`"),
]
"""What a module of browser tests sets as its `pytestmark`; `browser` itself is a fixture of conftest.py."""

LEAVING = ("401", "404", "AbortError", "Connection errored out", "frame-ancestors 'none'")
"""What may stand in the console of whoever signs out while it still loads: what is broken off or refused."""

ABORTED = "AbortError: signal is aborted without reason"
"""What Gradio's client writes when it closes a stream, as it does when its page is left."""

PATIENT = 60  # seconds; a busy machine may take long, a fault takes forever
expect.set_options(timeout=1000 * PATIENT)

ANSWERED = ".fn-bar:has(a[role=button])"
"""What stands under a whole answer once the page's script has seen it and done what it does then."""
PANE_IS_WHOLE = """() => {
  const inside = document.querySelector("#fn-frame")?.contentDocument;
  const wanted = document.querySelector("#fn-tab")?.href;
  return inside?.readyState === "complete" && inside.location.href === wanted;
}"""

STILL = """milliseconds => new Promise((done) => {
  const over = () => { watching.disconnect(); done(); };
  let timer = window.setTimeout(over, milliseconds);
  const watching = new MutationObserver(() => {
    window.clearTimeout(timer);
    timer = window.setTimeout(over, milliseconds);
  });
  watching.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
})"""


@contextmanager
def serving(app):
    """Serve an application; gives its address, with a slash at the end."""
    with served(app) as address:
        yield f"{address}/"


@contextmanager
def watched(browser, address, *, width=1440, height=900, allow=("404",), **context):
    """Give a new page of its own browser context, and look at the end that nothing went wrong in it.

    No request left the address, no payload of a test ran (`window.ran`), no policy was broken, no script
    failed and nothing stands in the console as an error, but what holds one of `allow` or `ABORTED`.
    """
    inside = browser.new_context(viewport={"width": width, "height": height}, **context)
    page = inside.new_page()
    page.set_default_timeout(1000 * PATIENT)
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    try:
        yield page
        ran = page.evaluate("window.ran")
    finally:
        inside.close()
    strange = [url for url in asked if not url.startswith((address, "data:", "blob:", "about:"))]
    assert strange == [], strange
    assert ran is None, ran
    wrong = [error for error in errors if not any(part in error for part in (ABORTED, *allow))]
    assert wrong == [], wrong


def eventually(look, expected):
    """Look until what is seen is what is expected; after `PATIENT`, fail with what was seen last.

    For what nothing on the page tells of. `look` must not wait, and no route of a test is served meanwhile.
    """
    until = time.monotonic() + PATIENT
    while (seen := look()) != expected and time.monotonic() < until:
        time.sleep(0.05)
    assert seen == expected, f"{seen!r}, and not {expected!r}, after {PATIENT} seconds"


def opened(page, address):
    """Open the chat's page, and wait until it is ready."""
    page.goto(address)
    ready(page)


def ready(page):
    """Wait until the chat's page shows the library and its script listens."""
    page.wait_for_selector("body.fn-ready")
    page.wait_for_selector("#fn-count a")


def send(page, question=None):
    """Send a question, or what stands in the box for it, and wait until the page has taken it.

    Enter does nothing until Gradio has heard that the last answer has ended, a moment after its last words.
    """
    box, questions = page.locator("#fn-box textarea"), page.locator(".user-row")
    if question is not None:
        box.fill(question)
    text, before = box.input_value(), questions.count()

    def taken():
        if questions.count() == before and box.input_value() == text:
            box.press("Enter")
        return questions.count() - before

    eventually(taken, 1)


def ask(page, question):
    """Ask on the chat's page, and wait for the whole answer."""
    count = page.locator(".fn-bar").count()
    send(page, question)
    answered(page, count + 1)


def answered(page, count):
    """Wait until so many answers are whole, and the script has opened, scrolled and labelled what it does."""
    page.wait_for_function(
        "([bar, count]) => document.querySelectorAll(bar).length === count", arg=[ANSWERED, count]
    )


def still(page, seconds=0.3):
    """Wait until nothing has been drawn for a while: for what may come by itself, and need not."""
    page.evaluate(STILL, 1000 * seconds)


def point(page, selector):
    """Point at something once what scrolling to it brings about has come: a scroll hides the card."""
    there = page.locator(selector)
    there.scroll_into_view_if_needed()
    there.evaluate("() => new Promise(requestAnimationFrame)")  # a frame tells of its scrolling first
    there.hover()


def pane(page):
    """Give the pane beside a page, once what it was told to show last is there, whole and with its script."""
    page.wait_for_function(PANE_IS_WHOLE)
    return page.frame_locator("#fn-frame")


def marked(page):
    """Return the words that are marked in the pane."""
    return "".join(pane(page).locator("mark").all_text_contents())


def axe(page):
    """Return axe-core's serious and critical findings on what the page shows now, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()  # before, it may lack its colours
    found = Axe().run(page).response["violations"]
    return [
        f"{each['impact']} {each['id']}: {node['target']} {node['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
