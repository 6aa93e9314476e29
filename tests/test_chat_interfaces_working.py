"""Every mention and grids by the other ways in: the command line, HTTP and MCP give what Python gives."""

import contextlib
import csv
import io
import json

import pytest

from chat.interfaces import working_cli
from chat.interfaces.cli import main
from chat.interfaces.mcp_tools import Mentioned, mentions


@pytest.fixture
def run(desk, monkeypatch, capsys):
    """Run the command line over the library; gives status, stdout and stderr."""
    monkeypatch.setattr(working_cli, "opened", lambda given: contextlib.nullcontext(desk.assistant))

    def run(*arguments):
        status = main(["mentions", *arguments])
        return status, *capsys.readouterr()

    return run


def test_the_command_shows_each_mention_by_document_and_counts(run, tmp_path):
    status, out, _ = run("Aurora", "Brandt = Ilse Brandt", "Zoë")
    assert status == 0
    assert "signed the sale of the ferry [Aurora] on 4 March 2021." in out.replace("\n      ", " ")
    assert "Director [Ilse Brandt] signed" in out.replace("\n      ", " ")
    assert out.splitlines()[-3:] == [
        "Aurora: 2 mentions in 1 of 2 documents",
        "Brandt (Ilse Brandt): 1 mention in 1 of 2 documents",
        "Zoë: 0 mentions in 0 of 2 documents",
    ]
    names = tmp_path / "names.txt"
    names.write_text('\ufeffAurora, harbour\n"Northwind Lines" = Northwind\n', "utf-8")
    status, out, _ = run("--file", str(names), "--collection", "harbour")
    assert out.splitlines()[-3:] == [
        "Aurora: 0 mentions in 0 of 1 documents",
        "harbour: 2 mentions in 1 of 1 documents",
        "Northwind Lines (Northwind): 0 mentions in 0 of 1 documents",
    ]
    assert run("Aurora", "--from", "2021-03-05")[1] == "Aurora: 0 mentions in 0 of 0 documents\n"


def test_the_command_writes_a_table_and_json(run, desk):
    _, out, _ = run("Aurora", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["Words"] for row in rows] == ["Aurora", "Aurora"] and rows[0]["Version"] == "1"
    _, out, _ = run("Aurora", "--json")
    assert json.loads(out) == desk.assistant.mentions(["Aurora"]).to_dict()


@pytest.mark.parametrize(
    ("arguments", "status", "why"),
    [
        ((), 2, "needs a NAME"),
        (("a", "--csv", "--json"), 2, "take one"),
        (("a", "--from", "soon"), 2, "is no date"),
        (("—",), 1, "holds nothing"),
        (("--file", "/no/such/list.txt"), 1, "cannot be read"),
        (("a", "--collection", "nope"), 1, "no collection"),
        (("a", "--documents", "nope"), 1, "no document"),
    ],
)
def test_what_is_wrong_is_one_line(run, arguments, status, why):
    found, out, err = run(*arguments)
    assert (found, out) == (status, "")
    assert why in err.splitlines()[-1]


def test_mentions_over_http_are_pythons_in_parts(client, desk):
    body = {"names": ["Aurora", "harbour", "x = the"], "offset": 1, "limit": 2}
    answer = client.post("/api/v1/mentions", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == desk.assistant.mentions(body["names"], offset=1, limit=2).to_dict()
    for wrong in (
        {"names": []},
        {"names": [" "]},
        {"names": ["—"]},
        {"names": ["a"], "limit": 0},
        {"names": ["a"], "collections": ["?"]},
    ):
        problem = client.post("/api/v1/mentions", json=wrong)
        assert problem.status_code in (404, 422) and problem.json()["detail"]


def test_a_grid_over_http_is_pythons(client, desk):
    documents = [each.id for each in desk.assistant.documents()]
    body = {
        "questions": ["Who signed the sale of the ferry Aurora?", "When does it close?"],
        "documents": documents,
    }
    cells = client.post("/api/v1/grid", json=body).json()["cells"]
    assert [(cell["question"], cell["document_id"]) for cell in cells] == [
        (question, document) for question in body["questions"] for document in documents
    ]
    assert cells[0]["state"] == "answered" and "Ilse Brandt" in cells[0]["answer"]["text"]
    many = {"questions": [f"{number}?" for number in range(2000)], "documents": documents}
    problem = client.post("/api/v1/grid", json=many)
    assert problem.status_code == 422 and "4,000 cells" in problem.json()["detail"]
    assert desk.assistant.conversations() == [] and desk.assistant.grids() == []


def test_the_tool_gives_what_python_gives(desk):
    told = mentions(desk.assistant, Mentioned(names=["Aurora"], limit=1))
    assert told == desk.assistant.mentions(["Aurora"], limit=1).to_dict()
