"""What the pages' scripts keep beside answers: the JSON that they send and get, and refusals in one line."""

from contextlib import contextmanager

import pytest
from fakes import QuoteAll, assistant_at
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chat.page.desk import build_pages
from chat.page.guard import Guard
from chat.page.shell import Site, tell_errors
from chat.people import personal
from chat.uploads import Uploads


@pytest.fixture
def assistant(tmp_path):
    with assistant_at(tmp_path / "home", answerer=QuoteAll()) as assistant:
        assistant.add_text("The ferry Aurora was sold. Ilse Brandt signed it.", source="ferry.txt")
        yield assistant


@contextmanager
def serving(assistant):
    """The pages over an assistant."""
    app, site = FastAPI(), Site(assistant, "", Uploads(assistant.home))
    app.add_middleware(Guard)
    for router in build_pages(site):
        app.include_router(router)
    tell_errors(app, site)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def client(assistant):
    with serving(assistant) as client:
        yield client


@pytest.fixture
def answer(assistant):
    return assistant.ask("Who signed?")


def test_marks_are_set_changed_and_taken_away(client, answer):
    place = {"conversation": answer.conversation, "turn": 1}
    assert client.get("/page/marks", params=place).json() == {"marks": []}
    told = client.post("/page/marks", json={**place, "number": 2, "state": "disputed", "initials": "AB"})
    (mark,) = told.json()["marks"]
    assert {**mark, "at": ""} == {
        "turn": 1, "number": 2, "state": "disputed", "initials": "AB", "note": "", "at": ""
    }  # fmt: skip
    assert client.get("/page/marks", params=place).json() == told.json()
    assert client.get("/page/marks", params={"conversation": answer.conversation}).json() == told.json()
    assert client.post("/page/marks", json={**place, "number": 2, "state": None}).json() == {"marks": []}


def test_words_are_pinned_and_taken_off(client, answer, assistant):
    (first, second) = answer.citations
    ids = []
    for count, each in enumerate((first, second), 1):
        place = {"document_id": each.document_id, "version": 1, "start": each.start, "end": each.end}
        told = client.post("/page/pins", json={**place, "conversation": answer.conversation}).json()
        assert told["count"] == count
        ids.append(told["id"])
    assert client.delete(f"/page/pins/{ids[0]}").json() == {"ok": True}
    assert [pin.quote for pin in assistant.pins()] == [second.quote]
    assert client.delete(f"/page/pins/{ids[0]}").status_code == 404


def test_feedback_is_kept(client, answer, assistant):
    sent = {"conversation": answer.conversation, "turn": 1, "kind": "missed a source", "number": None}
    assert client.post("/page/feedback", json={**sent, "note": "see the letter"}).json() == {"ok": True}
    (kept,) = assistant.feedback()
    assert (kept.kind, kept.note, len(kept.evidence["citations"])) == ("missed a source", "see the letter", 2)


def test_what_is_wrong_is_said_in_one_line(client, answer):
    mark = {"conversation": answer.conversation, "turn": 1, "number": 1, "state": "checked"}
    span = {"document_id": answer.citations[0].document_id, "version": None, "start": 0, "end": 9}
    for path, body, status in (
        ("marks", {**mark, "number": 7}, 404),
        ("marks", {**mark, "conversation": "none"}, 404),
        ("marks", {**mark, "state": "believed"}, 422),
        ("marks", {**mark, "turn": "1"}, 422),
        ("marks", {**mark, "initials": "x" * 30}, 409),
        ("pins", {**span, "end": 9999}, 409),
        ("pins", {**span, "document_id": "none"}, 404),
        ("pins", {**span, "version": 9}, 404),
        ("feedback", {"conversation": answer.conversation, "turn": 3, "kind": "x"}, 404),
        ("feedback", {"conversation": answer.conversation, "turn": 1, "kind": " "}, 409),
    ):
        told = client.post(f"/page/{path}", json=body)
        assert (told.status_code, list(told.json())) == (status, ["error"]), (path, body, told.text)
        assert "\n" not in told.json()["error"]
    assert client.get("/page/marks?conversation=none").json()["error"].startswith("no conversation 'none'")
    away = {"Origin": "http://evil.example", "Content-Type": "application/json"}
    assert client.post("/page/marks", json=mark, headers=away).status_code == 403


def test_pages_of_conversations_and_the_tray_answer_plainly(client, answer, assistant):
    here = f"/conversations/{answer.conversation}"
    own = {"Origin": "http://127.0.0.1"}
    page = client.get(here)
    assert page.status_code == 200 and page.headers["referrer-policy"] == "same-origin"
    assert page.text.count('<a class="fn-mark') == 2 and "0 of 2 footnotes checked" in page.text
    assert client.get(f"{here}?show=nonsense").status_code == 200
    for path in (
        "/conversations/none",
        "/conversations/none/remove",
        "/conversations/none/file",
        f"{here}/file?turn=4",
    ):
        told = client.get(path)
        assert told.status_code == 404 and "That did not work" in told.text
    for path in (
        f"{here}/file?format=exe",
        f"{here}/file?kind=all",
        f"{here}/file?marked=x",
        "/tray/file?format=csv",
    ):
        assert client.get(path).status_code == 409
    wrong = {"turn": 1, "number": 1, "state": "believed"}
    assert client.post(f"{here}/mark", data=wrong, headers=own).status_code == 409
    for back, to in (
        ("http://evil.example/", "/conversations"),
        ("//evil.example", "/conversations"),
        (here, here),
    ):
        sent = {"title": "Sale", "back": back}
        told = client.post(f"{here}/rename", data=sent, headers=own, follow_redirects=False)
        assert (told.status_code, told.headers["location"]) == (303, to)
    file = client.get(f"{here}/file?format=md&kind=filing&turn=1")
    assert file.headers["content-disposition"] == 'attachment; filename="footnote-filing.md"'
    assert "Ilse Brandt signed it." in file.text
    assert client.post("/tray/none/move", data={"to": 1}, headers=own).status_code == 404
    assert client.post(f"{here}/remove", headers={"Origin": "http://evil.example"}).status_code == 403
    assert assistant.conversations()[0].title == "Sale"


def test_many_conversations_are_shown_by_the_hundred(client, assistant):
    for number in range(103):
        assistant.ask(f"Question {number}?")
    first, second = client.get("/conversations"), client.get("/conversations?page=2")
    assert first.text.count("fn-saved-row") == 100 and second.text.count("fn-saved-row") == 3
    assert "Question 102?" in first.text and "Question 2?" in second.text
    assert "page=2" in first.text and "page=1" in second.text


def test_whoever_signed_in_finds_what_is_theirs_and_nothing_of_others(assistant):
    anna, ben = (assistant.ask("Who signed?", owner=name) for name in ("anna", "ben"))
    span = {"document_id": anna.citations[0].document_id, "start": 0, "end": 9}
    own = {"Origin": "http://127.0.0.1"}
    with serving(personal(assistant, "anna")) as client:
        pinned = client.post("/page/pins", json={**span, "conversation": anna.conversation}).json()["id"]
        assert client.post("/page/pins", json={**span, "conversation": ben.conversation}).status_code == 404
        page = client.get("/conversations").text
        assert anna.conversation in page and ben.conversation not in page
        for path in ("", "/file", "/remove"):
            assert client.get(f"/conversations/{anna.conversation}{path}").status_code == 200
            assert client.get(f"/conversations/{ben.conversation}{path}").status_code == 404
        assert client.get("/tray/file?format=md&kind=filing").text.count("[^1]:") == 1
    with serving(personal(assistant, "ben")) as client:
        assert "Nothing is pinned." in client.get("/tray").text
        assert client.post(f"/tray/{pinned}/remove", headers=own).status_code == 404
        assert "[^1]" not in client.get("/tray/file?format=md").text
        assert client.get("/page/marks", params={"conversation": anna.conversation}).status_code == 404
    assert [pin.owner for pin in assistant.pins()] == ["anna"]


def test_a_saved_not_found_shows_what_was_near_and_what_was_not_read(tmp_path):
    bad = tmp_path / "<b>scan.pdf"
    bad.write_bytes(b"%PDF-1.7 nothing")
    with assistant_at(tmp_path / "home") as assistant:
        assistant.add(bad)
        assistant.add_text("A heron nests at the quay.", source="heron.txt", title="<i>Herons</i>")
        answer = assistant.ask("Who paid for the forty bolts?")
        assert answer.status == "not_found"
        with serving(assistant) as client:
            page = client.get(f"/conversations/{answer.conversation}").text
    assert "I found no sentence that answers" in page and "A heron nests at the quay." in page
    assert "&lt;i&gt;Herons&lt;/i&gt;" in page and "1 source could not be read" in page
    assert "&lt;b&gt;scan.pdf" in page and "<b>scan" not in page and "0 of 0 footnotes" in page
