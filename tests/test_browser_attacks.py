"""What stands in documents stays words: payloads and shapes in six places, looked at on every page.

Many payloads go into one library at a time: one text holds all of them, one spreadsheet a sheet for each,
one page a link for each, one text their halves in neighbouring sentences; each is the title of a document
and the file name of another. The suite takes a sample, `make test-all` all 300 and all 100.
"""

import html
import os
import re
import subprocess
import sys
from contextlib import contextmanager, suppress

import pytest
from attacks import AWAY, halves, payloads, shapes
from browser import MARKS, PATIENT, ask, opened, pane, serving
from fakes import QuoteAll, assistant_at
from page_fakes import built
from playwright.sync_api import Error as PlaywrightError
from test_chat_signing_in import routes
from test_ingest_readers_office import workbook

from chat.page.server import build_app

pytestmark = [*MARKS, pytest.mark.filterwarnings("ignore:The copy keyword is deprecated")]
EVENTS = """() => {
  const kinds = ["mouseover", "pointerenter", "focus", "toggle", "beforetoggle", "scroll", "wheel", "load",
    "error", "animationstart", "begin"];
  for (const each of document.querySelectorAll("body *"))
    for (const kind of kinds) each.dispatchEvent(new Event(kind));
}"""
FOREIGN = """() => {
  const leads = /^(href|src|action|formaction|data|srcdoc|poster|ping|srcset|to|xlink:href)$/;
  const away = /^\\W*(java|vb)?script:|^data:text|^feed:|^\\W*(https?:)?[/\\\\]{2}evil[.]example/i;
  return [...document.querySelectorAll("*")].flatMap((each) => [...each.attributes])
    .filter((one) => one.name.startsWith("on") || (leads.test(one.name) && away.test(one.value)))
    .map((one) => `${one.ownerElement.tagName} ${one.name}=${one.value}`);
}"""
GRADIO = ("/gradio_api", "/static", "/assets", "/svelte", "/theme", "/robots", "/favicon")
UP = (  # brings loopback up where there is no other network; `ip` may not be installed
    "import fcntl, socket, struct; one = socket.socket(); "
    "fcntl.ioctl(one, 0x8914, struct.pack('16sh', b'lo', 0x41))"
)
FORMS = {"/check": "#draft", "/many": "#questions", "/mentions": "#names"}


@contextmanager
def looked_at(browser, address):
    """Give a page; at the end nothing ran, no dialog opened, no request left and nobody was led away."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script("window.ran = undefined")
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENT)
    wrong = []
    page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
    context.on(
        "request", lambda asked: None if asked.url.startswith(ours(address)) else wrong.append(asked.url)
    )
    page.on(
        "framenavigated",
        lambda frame: None if frame.url.startswith(ours(address)) else wrong.append(frame.url),
    )
    context.on("page", lambda other: wrong.append(f"window {other.url}"))
    page.wrong = wrong
    try:
        yield page
    finally:
        context.close()


def ours(address):
    return (address, "about:blank", "about:srcdoc", "blob:", "data:image/", "data:font/")


def checked(page):
    """Do to everything on the page what would set an event off, and see that nothing came of it."""
    for frame in page.frames:
        evaluated(frame, EVENTS)
    page.wait_for_timeout(20)
    for frame in page.frames:
        ran = evaluated(frame, "window.ran")
        assert ran is None, (page.url, ran)
        assert evaluated(frame, FOREIGN) == [], page.url
    assert page.wrong == [], page.url


def evaluated(frame, script):
    """Evaluate a script in a frame once it stands still: the reader may just be opening another source.

    Where it went is judged by the listeners of `looked_at`.
    """
    for _ in range(50):
        with suppress(PlaywrightError):
            frame.wait_for_load_state()
            return frame.evaluate(script)
        frame.page.wait_for_timeout(50)
    return frame.evaluate(script)


def fill(assistant, texts):
    """Put each of the texts into six places; returns the documents' ids."""
    parts = "\n\n".join(f"Payload {number} reads {text} to the end." for number, text in enumerate(texts, 1))
    assistant.add_text(parts, source="texts.txt", title="All of them")
    half = "\n\n".join(f"Payload half {one}\n\n{other} half payload." for one, other in halves(texts))
    assistant.add_text(half, source="halves.txt", title="Halves")
    links = "".join(
        f'<p>Payload <a href="{html.escape(text)}">link {html.escape(text)}</a>.</p>' for text in texts
    )
    assistant.add_bytes(f"<html><body><article>{links}</article></body></html>".encode(), source="links.html")
    written = "\n\n".join(
        f"Payload [link {number}]({text}) and <{text}>." for number, text in enumerate(texts, 1)
    )
    assistant.add_bytes(written.encode(), source="links.md")
    sheets = {
        html.escape(text.translate(_CONTROL)): ("visible", {"A1": "Payload", "A2": "sheet"}) for text in texts
    }
    assistant.add_bytes(
        workbook(sheets, title=html.escape(texts[0].translate(_CONTROL))), source="sheets.xlsx"
    )
    for number, text in enumerate(texts):
        assistant.add_text(f"Payload title {number}.", source=f"title {number}", title=text)
        assistant.add_bytes(f"Payload name {number}.".encode(), source=f"/docs/{text}.txt")
    return [each.id for each in assistant.documents()]


_CONTROL = dict.fromkeys(range(32))


def attacked(browser, home, texts, documents=12):
    """Look at every page of a library of such texts, the first so many documents in the reader."""
    with assistant_at(home, answerer=QuoteAll(60)) as assistant:
        ids = fill(assistant, texts)
        app = built(assistant, lambda: build_app(assistant))
        with serving(app) as address, looked_at(browser, address) as page:
            opened(page, address)
            checked(page)
            for question in ("Payload half", f"payload link {texts[0]}", f"Payload title {texts[-1]}"[:3000]):
                ask(page, question)
                checked(page)
            for mark in page.locator(".fn-mark:visible").all()[-3:]:
                mark.hover()
                page.wait_for_timeout(200)  # until the card is there, if nothing scrolls meanwhile
                mark.click()
                pane(page)
                checked(page)
            everything(page, address, app, assistant, ids, texts, documents)


def everything(page, address, app, assistant, ids, texts, documents):
    (conversation, *_) = [each.id for each in assistant.conversations()]
    citation = next(c for turn in assistant.turns(conversation) for c in turn.answer.citations)
    for number, text in enumerate(texts[:20]):
        assistant.pin(
            citation.document_id,
            citation.start,
            citation.end - number % 2,
            note=text.translate(_CONTROL)[:200],
        )
    list(assistant.fill_grid(assistant.create_grid(texts[:3], documents=ids[:2]).id))
    assistant.rename_conversation(conversation, " ".join(texts[0].translate(_CONTROL).split())[:150])
    for identity in ids[:documents]:
        for rest in ("", "/0-20"):
            page.goto(f"{address}library/{identity}{rest}")
            checked(page)
    keys = {
        "doc": ids[0],
        "conversation": conversation,
        "grid": assistant.grids()[0].id,
        "pin": assistant.pins()[0].id,
    }
    for path in inner(app, keys):
        answer = page.request.get(address.rstrip("/") + path)
        kind = answer.headers.get("content-type", "")
        if answer.status == 200 and "text/html" in kind:
            page.goto(address.rstrip("/") + path)
            checked(page)
        elif answer.status == 200 and not kind.startswith(("image/", "application/json")):
            saved = answer.headers.get("content-disposition", "")  # and never shown as a page
            assert saved.startswith("attachment"), (path, kind)
            assert answer.headers["x-content-type-options"] == "nosniff", path
    for path, field in FORMS.items():
        page.goto(address.rstrip("/") + path)
        page.fill(field, "\n".join(text.translate(_CONTROL) for text in texts[:40]))
        button = page.locator(f"form:has({field}) button.fn-first")
        if path == "/check":  # which shows its verdicts in place
            button.click()
            page.wait_for_selector("#fn-told:text-matches('^Checked: ')")
        else:
            with page.expect_navigation():
                button.click()
        checked(page)


def inner(app, keys):
    """Yield the address of every page of ours, whichever of the keys it is about."""
    for method, template in sorted(set(routes(app, keep=True))):
        if method == "GET" and not template.startswith(GRADIO):
            named = template.replace("{start}-{end}", "0-20").replace("{turn}", "1")
            yield from dict.fromkeys(re.sub(r"{[^}]*}", key, named) for key in keys)
    yield "/mentions?term=Payload"


def test_payloads_and_shapes_in_six_places_do_nothing(browser, tmp_path):
    attacked(browser, tmp_path / "home", [*payloads(50)[::5], *shapes(34)[::4]], documents=3)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_none_of_300_payloads_in_six_places_runs(browser, tmp_path, part):
    attacked(browser, tmp_path / "home", payloads(300)[part::6], documents=200)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_none_of_100_shapes_sends_a_request(browser, tmp_path, part):
    attacked(browser, tmp_path / "home", shapes(100)[part::2], documents=200)


@pytest.mark.slow
@pytest.mark.offline
def test_the_same_with_no_network_at_all_but_this_machine_itself():
    """Native code of the browser's included, which reports nothing to the test."""
    run = f'{sys.executable} -c "{UP}" && {sys.executable} -m pytest -q {__file__} -k do_nothing'
    inside = {**os.environ, "CI": ""}
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-c", run], capture_output=True, text=True, env=inside, check=False
    )
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr


def test_where_nothing_is_escaped_they_do_run_and_send(browser):
    """Otherwise the tests above would hold of any page."""
    ran, sent = 0, []
    context = browser.new_context()
    context.on("request", lambda asked: sent.append(asked.url))
    context.route("**/*", lambda route: route.abort())
    absolute = [shape.replace("//", "http://") for shape in shapes(34)]
    for text in [*payloads(50)[::3], *absolute[::3]]:
        page = context.new_page()
        page.on("dialog", lambda dialog: (sent.append("dialog"), dialog.dismiss()))
        with suppress(PlaywrightError):  # some of them lead away at once
            page.set_content(f"<body>{text}</body>", timeout=2000)
            page.evaluate(EVENTS)
            ran += page.evaluate("window.ran") is not None
        page.close()
    context.close()
    assert ran + sent.count("dialog") > 4
    assert len({url for url in sent if AWAY in url}) > 6
