"""A real browser for the tests of the pages: a server for an app, a page that is watched, axe's verdict."""

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

PATIENT = 45  # seconds; a busy machine may take long, a fault takes forever
expect.set_options(timeout=1000 * PATIENT)


@contextmanager
def serving(app):
    """Serve an application; gives its address, with a slash at the end."""
    with served(app) as address:
        yield f"{address}/"


@contextmanager
def watched(browser, address, *, width=1440, height=900, allow=("404",), **context):
    """Give a new page of its own browser context, and look at the end that nothing went wrong in it.

    No request left the address, no payload of a test ran (`window.ran`), no script failed, no policy was
    broken, and nothing stands in the console as an error but what holds one of `allow`.
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
    wrong = [error for error in errors if not any(part in error for part in allow)]
    assert wrong == [], wrong


def eventually(look, expected):
    """Look until what is seen is as expected: the page says that it is done, or seems so, a little before.

    If it never is, this fails with what was seen last.
    """
    until = time.monotonic() + PATIENT
    while (seen := look()) != expected and time.monotonic() < until:
        time.sleep(0.05)
    assert seen == expected


def axe(page):
    """Return axe-core's serious and critical findings on what the page shows now, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{each['impact']} {each['id']}: {node['target']} {node['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
