"""Signing in, asking and signing out as two people do, each in a browser of his own."""

import pytest
from browser import LEAVING, MARKS, ask, axe, serving, watched
from fakes import QuoteAll, assistant_at
from http_fakes import SIGNED, fill
from page_fakes import built

from chat import passwords
from chat.interfaces.sessions import Sessions
from chat.interfaces.sign_in import build_door
from chat.page.server import LOCAL, build_app
from chat.page.shell import Site
from chat.passwords import People, hashed
from chat.uploads import Uploads

pytestmark = MARKS
WORD = "correct horse battery"


@pytest.fixture
def address(tmp_path, monkeypatch):
    monkeypatch.setattr(passwords, "_LOG2N", 4)
    people = People(",".join(f"{name}:{hashed(WORD)}" for name in ("ada", "bo")))
    with assistant_at(tmp_path / "home", answerer=QuoteAll(2)) as assistant:
        fill(assistant)
        door = build_door(Site(assistant, LOCAL, Uploads(assistant.home)), Sessions(people))
        with serving(built(assistant, lambda: build_app(assistant, gate=door))) as address:
            yield address


def signed_in(page, name, word=WORD):
    page.fill("#name", name)
    page.fill("#password", word)
    page.press("#password", "Enter")


def test_two_people_ask_and_neither_sees_the_other(browser, address):
    with (
        watched(browser, address, allow=("403", *LEAVING)) as ada,
        watched(browser, address, width=390, height=844, allow=LEAVING) as bo,
    ):
        ada.goto(address)
        assert axe(ada) == [] and ada.title().startswith("Sign in")
        signed_in(ada, "ada", "wrong")
        ada.wait_for_selector(".fn-error")
        assert ada.input_value("#name") == "ada" and ada.input_value("#password") == ""
        signed_in(ada, "ada")
        ada.wait_for_selector("#fn-top :text('Sign out')")
        assert "ada" in ada.inner_text("#fn-top")
        ask(ada, SIGNED)
        ada.wait_for_selector("#fn-past label")

        bo.goto(f"{address}tray")  # and is led there after the form
        signed_in(bo, "bo")
        bo.wait_for_url(f"{address}tray")
        assert bo.evaluate("document.documentElement.scrollWidth") == 390
        bo.goto(f"{address}conversations")
        assert "ferry" not in bo.inner_text("main")
        bo.click("text=Sign out")
        bo.wait_for_url(f"{address}sign-in")
        bo.goto(f"{address}library")
        assert bo.title().startswith("Sign in")

        ada.goto(f"{address}conversations")
        assert "ferry" in ada.inner_text("main")
        assert ada.context.cookies()[0]["httpOnly"]
        ada.goto(f"{address}#fn-sign-out")  # somebody's link signs nobody out
        ada.wait_for_selector("#fn-top a[role=button]:text('Sign out')")
        ada.goto(f"{address}tray")
        held = []
        ada.route("**/fn.js*", lambda route: held.append(route))  # a click before the script is there counts
        ada.goto(address, wait_until="commit")
        ada.click("#fn-top :text('Sign out')")
        ada.wait_for_url("**/*#fn-sign-out")
        assert ada.context.cookies() != [] and len(held) == 1
        held[0].continue_()
        ada.wait_for_url(f"{address}sign-in")
        assert ada.context.cookies() == []
