"""`ask -` in batches, `chat`, `--debug`, completion, and the schemas that every JSON output must fit."""

import io
import json
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from command_line import MINUTES, WAIT
from fakes import QuoteAll, assistant_at

from chat.answer import Claim, Draft
from chat.interfaces import cli

ROOT = Path(__file__).parents[1]
SCHEMAS = {path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "docs/schema").glob("*.json")}


class Bold(QuoteAll):
    """Quotes two sentences, and claims something that no source bears out."""

    def draft(self, evidence):
        """Return two claims that stand, if there is anything, and one that does not."""
        made = super().draft(evidence)
        return Draft((*made.claims[:2], Claim("Penguins \x1b[2J voted.", ())), made.nearest, self.name)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A library that this process holds open while its commands work through the socket."""
    home = tmp_path_factory.mktemp("library") / "home"
    with assistant_at(home, answerer=Bold()) as assistant:
        assistant.add_text(MINUTES, source="minutes", title="Minutes", metadata={"published": "2024-05-02"})
        yield home


@pytest.fixture
def run(capsys, home, monkeypatch):
    """Run a command on the library, with a standard input; gives the status, stdout and stderr."""

    def run(*argv, given="", home=home):
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        status = cli.main([*map(str, argv), "--home", str(home)])
        return status, *capsys.readouterr()

    return run


def fits(name, value):
    jsonschema.Draft202012Validator(SCHEMAS[name]).validate(value)
    return value


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# Batches


def test_questions_come_as_lines_or_objects_and_answers_go_out_in_order(run):
    given = 'Who met?\n\n{"id": "b", "question": "Who voted?", "note": 1}\n{"question": "Who objected?"}\n'
    status, out, err = run("ask", "-", "--json", "--workers", "3", given=given)
    rows = [fits("ask-many", json.loads(line)) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [(row["id"], row["question"]) for row in rows] == [
        (1, "Who met?"), ("b", "Who voted?"), (4, "Who objected?"),
    ]  # fmt: skip
    assert {row["conversation"] for row in rows} == {""}


def test_batches_are_saved_only_when_they_are_to_be(run, home):
    def conversations():
        from chat import Assistant

        with Assistant.open(home) as assistant:
            return [info.turns for info in assistant.conversations()]

    before = conversations()
    run("ask", "-", given="Who met?\n")
    assert conversations() == before
    _, out, _ = run("ask", "-", "--save", "--json", given="Who met?\n")
    assert len(conversations()) == len(before) + 1
    name = json.loads(out)["conversation"]
    _, out, _ = run("ask", "-", "--json", "--conversation", name, given="Who voted?\nWhy?\n")
    assert [json.loads(line)["turn"] for line in out.splitlines()] == [2, 3]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("Who?\n{broken\n", ("line 2", "question")),
        ('{"question": ""}\n', ("line 1", "question")),
        ('{"id": [1], "question": "Who?"}\n', ("line 1", "id")),
        ('{"id": "a", "question": "Who?"}\n{"id": "a", "question": "When?"}\n', ("line 2", "'a'")),
        ('{"id": 2, "question": "Who?"}\nWhen?\n', ("line 2", "2")),
    ],
)
def test_wrong_lines_are_named(run, given, words):
    status, _, err = run("ask", "-", "--workers", "1", given=given)
    assert status == 1 and err.count("\n") == 1 and all(word in err for word in words)


def test_a_file_of_answers_is_taken_up_where_it_ended(run, tmp_path):
    out = tmp_path / "answers.jsonl"
    questions = "".join(f"Who met {number}?\n" for number in range(8))
    status, said, _ = run("ask", "-", "--out", out, given=questions)
    assert status == 0 and said == f"8 answered, 0 were in {out} before\n"
    whole = out.read_bytes()
    rows = lines_of(out)
    assert [row["id"] for row in rows] == list(range(1, 9))
    first, second = whole.splitlines(keepends=True)[:2]
    for torn in (first + second[:50], first, b"", second[:1]):
        out.write_bytes(torn)
        status, said, _ = run("ask", "-", "--out", out, "--json", given=questions)
        kept = int(torn.startswith(first))
        assert fits("ask-out", json.loads(said)) == {"answered": 8 - kept, "before": kept, "out": str(out)}
        again = lines_of(out)
        assert [row["id"] for row in again] == list(range(1, 9))
        assert [row["text"] for row in again] == [row["text"] for row in rows]
        assert out.read_bytes().startswith(torn if torn == first else b"")
    assert out.stat().st_mode & 0o077 == 0


def test_a_file_that_is_not_ours_or_in_use_is_left_alone(run, tmp_path):
    import fcntl

    out = tmp_path / "out.jsonl"
    for content, word in ((b'{"id": 1, "question": "Other?"}\n', "another question"), (b"text\n", "line 1")):
        out.write_bytes(content)
        status, _, err = run("ask", "-", "--out", out, given="Who met?\n")
        assert status == 1 and word in err and "--out" in err and err.count("\n") == 1
        assert out.read_bytes() == content
    out.write_bytes(b"")
    with out.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        status, _, err = run("ask", "-", "--out", out, given="Who met?\n")
        assert status == 1 and "another process" in err
    status, _, err = run("ask", "-", "--out", tmp_path, given="Who met?\n")
    assert status == 1 and "cannot be written" in err


def test_kill_9_loses_nothing_and_does_nothing_twice(home, tmp_path):
    out = tmp_path / "answers.jsonl"
    argv = ["--home", str(home), "ask", "-", "--out", str(out)]
    command = [sys.executable, "-m", "chat.interfaces.cli", *argv]
    questions = tmp_path / "questions.txt"
    questions.write_text("".join(f"Who met {number}?\n" for number in range(400)))

    def start():
        with questions.open() as given:
            return subprocess.Popen(command, cwd=ROOT, stdin=given, stdout=subprocess.DEVNULL)

    for least in (1, 40):
        with start() as process:
            end = time.monotonic() + WAIT
            while not (out.exists() and out.read_bytes().count(b"\n") >= least) and time.monotonic() < end:
                time.sleep(0.01)
            process.kill()
        assert process.returncode == -signal.SIGKILL
    with start() as process:
        assert process.wait(WAIT) == 0
    assert [row["id"] for row in lines_of(out)] == list(range(1, 401))


@pytest.mark.parametrize(
    "argv",
    [
        ["ask", "Who?", "--out", "f"], ["ask", "Who?", "--workers", "2"], ["ask", "Who?", "--save"],
        ["ask", "-", "--debug"], ["ask", "-", "--workers", "0"], ["completion"], ["completion", "tcsh"],
        ["eval"], ["eval", "f", "--tolerance", "2"], ["eval", "f", "--tolerance", "x"], ["chat", "--json"],
    ],
)  # fmt: skip
def test_wrong_usage_is_2(argv, run):
    status, out, err = run(*argv)
    assert (status, out) == (2, "") and "error: " in err


# The inspector


def test_debug_shows_what_led_to_the_answer_and_leaves_stdout_alone(run):
    plain = run("ask", "Who met?", "--json")
    status, out, err = run("ask", "Who met?", "--json", "--debug")
    unlike = ("conversation", "timings_ms")
    assert status == 0
    assert {key: value for key, value in json.loads(out).items() if key not in unlike} == {
        key: value for key, value in json.loads(plain[1]).items() if key not in unlike
    }
    assert err.startswith("searched: Who met?\npassages considered: 1\n")
    assert "meaning 0." in err and "(rank 1), words " in err
    assert "rejected: Penguins ␛[2J voted. (it cites no source)\n" in err
    assert "answerer: quote all; status: answered; milliseconds: retrieve " in err and "verify " in err


# Chat


def test_a_conversation_in_the_terminal(run):
    given = "Who met?\n/open 1\n/open 7\nWhy?\n/dance\n/new\n/open 1\nWho voted?\n/help\n/quit\nWho met?\n"
    status, out, err = run("chat", given=given)
    assert (status, err) == (0, "")
    assert out.startswith("The council met in May. [1]\nIt voted for the bridge. [2]\n\n[1] Minutes, 2024")
    opened = out[out.index("\nminutes\n") :]
    assert opened.startswith("\nminutes\n  > The council met in May.\n    It voted for the bridge.")
    assert "No footnote 7; there are: 1, 2." in out
    assert "asked: Why (Who met; The council met in May)?" in out and ", turn 2\n" in out
    assert "/dance is no command" in out
    assert "A new conversation.\nNo footnote 1; nothing was cited yet." in out
    assert out.count(", turn 1\n") == 2 and "/open N" in out
    assert "Penguins ␛[2J voted. (it cites no source)" in out and "\x1b" not in out


def test_chat_goes_on_with_a_conversation_and_survives_one_that_is_gone(run, home):
    _, out, _ = run("ask", "Who met?", "--json")
    name = json.loads(out)["conversation"]
    status, out, _ = run("chat", "--conversation", name, given="/open 1\nWho voted?\n")
    assert status == 0 and "  > The council met in May." in out and f"conversation {name}, turn 2" in out
    assert run("chat", "--conversation", "none", given="x\n")[0] == 1
    status, out, err = run("chat", "--debug", given="Who met?\n")
    assert status == 0 and "passages considered: 1" in err


# Completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_a_script_that_knows_the_commands(run, shell):
    status, out, err = run("completion", shell)
    assert (status, err) == (0, "")
    _, known = cli.parsers()
    assert all(name in out for name in known) and "collection" in out
    if shutil.which(shell) and shell != "fish":
        checked = subprocess.run([shell, "-n"], input=out, text=True, capture_output=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_bash_completes(run, tmp_path):
    script = tmp_path / "footnote.bash"
    script.write_text(run("completion", "bash")[1])
    ask = (
        f"source {script}; COMP_WORDS=(footnote sea); COMP_CWORD=1; $(complete -p footnote | sed"
        ' "s/.*-F \\([^ ]*\\).*/\\1/"); echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "search", done.stderr


# The schemas


def test_the_schemas_are_those_of_the_code():
    made = runpy.run_path(str(ROOT / "docs" / "schemas.py"))
    files = {path.stem: path.read_text("utf-8") for path in (ROOT / "docs" / "schema").iterdir()}
    assert files == {name: made["written"](schema) for name, schema in made["schemas"]().items()}, (
        "run `python docs/schemas.py`"
    )
    for schema in SCHEMAS.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_command_writes_what_its_schema_says(run, tmp_path):
    home = tmp_path / "home"
    (tmp_path / "memo.txt").write_text(MINUTES)
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "Who met?"}\n{"question": "?", "answerable": false}\n')
    seen = set()

    def written(name, *argv, status=0, given=""):
        found, out, err = run(*argv, "--json", given=given, home=home)
        assert found == status, err
        seen.add(name)
        return fits(name, json.loads(out))

    with assistant_at(home, answerer=Bold()) as assistant:
        written("ask", "ask", "Who met?")
        written("eval", "eval", questions)
        (name,) = written("add", "add", tmp_path / "memo.txt", tmp_path / "none.txt", status=3)["added"]
        assert written("list", "list")["failures"]
        assert written("list-failed", "list", "--failed")
        written("retry", "retry")
        (tmp_path / "letters").mkdir()
        (tmp_path / "letters" / "a.txt").write_text("A letter.")
        assert written("sync", "sync", tmp_path / "letters", "--collection", "l")["plan"]["added"]
        assert written("sync-folders", "sync")
        assert written("edit", "edit", name, "--title", "Minutes")["edited"] == ["title"]
        assert written("collection", "collection", "create", "empty")
        written("collection-remove", "collection", "remove", "empty")
        assert written("collection-remove", "collection", "remove", "l", "--with-documents")
        written("backup", "backup", tmp_path / "archive.zip")
        written("show", "show", name)
        assert written("show", "show", name, "--text")["text"] == MINUTES
        assert written("search", "search", "council")["hits"]
        assert written("search-by-document", "search", "council", "--by-document")["documents"]
        assert written("search-exhaustive", "search", "council", "--exhaustive")["passages"]
        assert written("ask", "ask", "Who met?")["citations"]
        written("mentions", "mentions", "council")
        written("ask-many", "ask", "-", given="Who met?\n")
        written("ask-out", "ask", "-", "--out", tmp_path / "out", given="Who met?\n")
        assert written("check", "check", "-", given="The council met in May. It did not vote.")["sentences"]
        written("eval", "eval", questions, "--save", tmp_path / "base.json")
        base = json.loads((tmp_path / "base.json").read_text())
        fits("eval", {**base, "regressions": []})
        base["figures"]["citations_resolve"]["value"] = 9.0
        (tmp_path / "base.json").write_text(json.dumps(base))
        worse = written("eval", "eval", questions, "--baseline", tmp_path / "base.json", status=1)
        assert [each["name"] for each in worse["regressions"]] == ["citations_resolve"]
        written("doctor", "doctor")
        old = assistant.ask("Who met?").conversation
        assistant.mark(old, 1, 1, "checked", "A.B.")
        assert written("conversations", "conversations")[0]["checked"] == 1
        assert written("conversations-show", "conversations", "show", old)["marks"]
        written("token-add", "token", "add", "laptop")
        assert written("token-list", "token", "list")
        written("token", "token", "remove", "laptop")
        written("remove", "remove", name)
        gone = assistant.turns(old)[0].answer.to_dict()
        assert fits("ask", gone)["citations"][0]["state"] == "removed"
    home = tmp_path / "restored"
    written("restore", "restore", tmp_path / "archive.zip")
    assert seen == set(SCHEMAS)
    _, known = cli.parsers()
    assert {name for name, parser in known.items() if "json" in parser.get_default("takes")} <= seen
