"""Conversations, marks, pins, feedback and exports from the command line and over HTTP."""

import json

import httpx
import pytest
from fakes import QuoteAll, assistant_at
from http_fakes import MEMO, UNLIMITED, gated, listening

from chat.interfaces import cli
from chat.interfaces.http.desk import Desk

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_at(tmp_path_factory.mktemp("library") / "home", answerer=QuoteAll()) as assistant:
        assistant.add_text(MEMO, source="memo.txt", title="Memo on the ferry")
        yield assistant


@pytest.fixture
def answer(assistant):
    answer = assistant.ask("Who signed the sale?")
    yield answer
    if answer.conversation in [info.id for info in assistant.conversations()]:
        assistant.remove_conversation(answer.conversation)


@pytest.fixture
def run(assistant, capsysbinary):
    """Run a command on the library, which works through its owner; gives status, stdout, stderr."""

    def run(*argv):
        capsysbinary.readouterr()
        status = cli.main([*map(str, argv), "--home", str(assistant.home)])
        return status, *capsysbinary.readouterr()

    return run


@pytest.fixture(scope="module")
def client(assistant):
    desk = Desk.of(assistant, UNLIMITED)
    with listening(gated(desk)) as base, httpx.Client(base_url=f"{base}/api/v1", timeout=60) as client:
        yield client
    desk.close()


def test_conversations_are_listed_shown_renamed_and_removed_by_commands(run, answer, assistant):
    assistant.mark(answer.conversation, 1, 1, "disputed", "A.B.", "an \x1b[31mescape")
    status, out, _ = run("conversations")
    lines = out.decode().splitlines()
    assert status == 0 and lines[0].split() == ["CONVERSATION", "TITLE", "ANSWERS", "CHECKED", "LATEST"]
    assert lines[1].split()[0] == answer.conversation and "0 of 2, 1 disputed" in lines[1]
    assert b"Nothing" not in run("conversations", "--words", "brandt")[1]
    assert run("conversations", "--words", "zebra")[1] == b"No conversation holds these words.\n"
    status, out, _ = run("conversations", "show", answer.conversation)
    assert status == 0 and b"1. Who signed the sale?" in out and b"\x1b" not in out
    assert b"[1] disputed by A.B., 20" in out
    renamed = json.loads(run("conversations", "rename", answer.conversation, "The sale", "--json")[1])
    assert [each["title"] for each in renamed] == ["The sale"]
    for wrong in (["show"], ["rename", "x"], ["list", "x"], ["show", "x", "--words", "y"]):
        assert run("conversations", *wrong)[0] == 2
    status, out, err = run("conversations", "show", "none")
    assert (status, out) == (1, b"") and err.count(b"\n") == 1
    assert b"is gone" in run("conversations", "remove", answer.conversation)[1]
    assert run("conversations")[1] == b"Nothing was asked yet.\n"


def test_a_conversation_and_the_tray_are_exported_by_a_command(run, answer, assistant, tmp_path):
    file = tmp_path / "answer.docx"
    status, out, _ = run("export", answer.conversation, "--format", "docx", "-o", file)
    assert status == 0 and out.decode().endswith("bytes, publishable\n")
    assert file.read_bytes().startswith(b"PK")
    status, out, _ = run("export", answer.conversation, "--kind", "filing", "--turn", "1", "-o", "-")
    assert status == 0 and out.startswith(b"# Who signed the sale?\n") and b"sha256" in out
    pin = assistant.pin(answer.citations[0].document_id, 0, 17)
    status, out, _ = run("export", "tray", "--format", "json", "-o", "-")
    assert json.loads(out)["footnotes"][0]["quote"] == MEMO[:17]
    assistant.unpin(pin.id)
    assert b"could not be written" in run("export", "tray", "-o", tmp_path / "none" / "x")[2]
    for argv in (
        ["tray", "--turn", "1"],
        ["tray", "--marked", "checked"],
        [answer.conversation, "--turn", "0"],
    ):
        assert run("export", *argv, "-o", "x")[0] == 2
    assert run("export", answer.conversation, "--turn", "7", "-o", tmp_path / "x")[0] == 1


def test_programs_mark_pin_complain_and_fetch_files(client, answer):
    here = f"/conversations/{answer.conversation}"
    marked = client.put(f"{here}/turns/1/marks/2", json={"state": "checked", "initials": "A.B."})
    assert [(each["number"], each["state"]) for each in marked.json()["marks"]] == [(2, "checked")]
    assert client.get("/conversations", params={"words": "Brandt"}).json()["conversations"][0]["checked"] == 1
    assert client.put(f"{here}/turns/1/marks/9", json={"state": "checked"}).status_code == 404
    assert client.put(f"{here}/turns/1/marks/1", json={"state": "believed"}).status_code == 422
    said = client.post(f"{here}/turns/1/feedback", json={"kind": "out of context", "number": 1})
    assert said.status_code == 201 and len(said.json()["evidence"]["citations"]) == 2
    assert client.get("/feedback", params={"conversation": answer.conversation}).json()["total"] == 1
    assert client.patch(here, json={"title": "The sale"}).json()["title"] == "The sale"
    span = {"document_id": answer.citations[0].document_id, "start": 0, "end": 4}
    first = client.post("/pins", json=span).json()["pins"][-1]
    second = client.post("/pins", json={**span, "start": 5, "end": 7}).json()["pins"][-1]
    assert client.post("/pins", json={**span, "end": 9999}).status_code == 409
    moved = client.patch(f"/pins/{second['id']}", json={"position": 1, "note": "first"}).json()["pins"]
    assert [(each["quote"], each["note"]) for each in moved] == [(MEMO[5:7], "first"), (MEMO[:4], "")]
    for format, media in (("md", "text/markdown"), ("docx", DOCX), ("json", "application/json")):
        for path in (f"{here}/export", "/pins/export"):
            file = client.get(path, params={"format": format, "kind": "filing"})
            assert file.status_code == 200 and file.headers["content-type"].startswith(media)
    assert [client.delete(f"/pins/{each['id']}").status_code for each in (first, second, first)] == [
        200,
        200,
        404,
    ]
    what = [
        each["what"]
        for each in client.get("/log", params={"conversation": answer.conversation}).json()["log"]
    ]
    assert what[:5] == ["added", "asked", "marked", "feedback", "renamed"] and "exported" in what
    assert client.delete(f"{here}/turns/1/marks/2").json() == {"marks": []}
