"""The command line: how it starts, what is wrong usage, how it ends, and that it works through the owner."""

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import MEMO, failed_with_one_line
from http_fakes import LETTER, SIGNED

from chat.interfaces import cli

ROOT = Path(__file__).parents[1]
HEAVY = (
    "rich", "pydantic", "numpy", "torch", "chromadb", "gradio", "langchain_core", "langsmith", "tantivy",
    "sentence_transformers", "transformers", "kreuzberg", "pypdfium2", "trafilatura", "fastapi", "uvicorn",
)  # fmt: skip


def subprocess_of(*argv, cwd=ROOT, given="", **environment):
    return subprocess.run(
        [sys.executable, "-m", "chat.interfaces.cli", *map(str, argv)],
        cwd=cwd,
        input=given,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


# Starting


def test_help_is_quick_to_import():
    script = (
        "import sys\nfrom chat.interfaces.cli import main\nstatus = main(['--help'])\n"
        f"print(status, [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.startswith("usage: footnote ")
    assert done.stdout.endswith("\n0 []\n"), done.stdout + done.stderr


def test_the_page_of_the_command_line_shows_the_help_texts():
    page = ROOT / "docs" / "cli.md"
    renewed = runpy.run_path(str(ROOT / "docs" / "cli_help.py"))["renewed"]
    assert page.read_text(encoding="utf-8") == renewed(page.read_text(encoding="utf-8")), (
        "run `python docs/cli_help.py`"
    )


def test_the_help_names_every_command_that_is_there_and_no_other(run):
    status, out, _ = run("--help")
    assert status == 0
    names = re.findall(r"^    ([a-z]+)  ", out, re.MULTILINE)
    assert names[:4] == ["add", "list", "show", "remove"] and set(names) == set(cli.parsers()[1])


def test_the_version_is_that_of_the_project(run):
    status, out, _ = run("--version")
    version = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[1]
    assert (status, out) == (0, f"footnote {version}\n")


# Wrong usage and errors


@pytest.mark.parametrize(
    "argv",
    [
        [], ["nothing"], ["add"], ["show"], ["show", "a", "b"], ["remove"], ["check"], ["ask"], ["ask", " "],
        ["search"], ["search", "a", "--limit", "0"], ["search", "a", "--limit", "x"], ["list", "--home"],
        ["serve", "--port", "70000"], ["list", "--js"], ["serve", "--json"], ["--json", "serve"],
        ["--collection", "a", "doctor"],
        ["--collection", "", "list"], ["--home", "", "list"], ["ask", "a", "--documents"],
    ],
)  # fmt: skip
def test_wrong_usage_is_2(argv, run):
    status, out, err = run(*argv)
    assert (status, out) == (2, "")
    assert err.startswith("usage: footnote") and "error: " in err


def test_options_may_stand_on_either_side_and_the_later_wins():
    before = cli.parse(["--home", "a", "--json", "--collection", "c", "list"])
    after = cli.parse(["list", "--home", "a", "--json", "--collection", "c"])
    assert vars(before) == vars(after)
    both = cli.parse(["--home", "a", "--collection", "c", "ask", "q", "--home", "b"])
    assert (both.home, both.collection, both.json) == ("b", "c", False)


def test_a_home_that_cannot_be_is_one_line(run, tmp_path):
    (tmp_path / "file").write_text("x")
    failed_with_one_line(run("list", "--home", tmp_path / "file" / "home"), "cannot hold a library")


def raising(error):
    def command(given, screen):
        raise error

    return command


def test_how_commands_end(run, monkeypatch):
    monkeypatch.setattr(cli.commands, "list_", raising(KeyboardInterrupt()))
    assert run("list") == (130, "", "")
    monkeypatch.setattr(cli.commands, "list_", raising(ValueError("bad\n\x1b[2Jvalue")))
    failed_with_one_line(run("list"), "ValueError: bad ␛[2Jvalue", "FOOTNOTE_DEBUG=1")
    monkeypatch.setenv("FOOTNOTE_DEBUG", "1")
    status, _, err = run("list")
    assert status == 1 and err.startswith("Traceback") and "\nfootnote: ValueError: bad" in err


# Serving


def test_serve_hands_over_what_it_was_given(monkeypatch, run):
    import chat.interfaces.serve

    calls = []
    monkeypatch.setattr(
        chat.interfaces.serve, "serve_command", lambda *given, **named: calls.append((given, named))
    )
    assert run("--home", "here", "serve", "--port", "0", "--host", "::1")[0] == 0
    asked = ["--allow-host", "a.example", "--allow-host", "b.example", "--rate", "0", "--log", "info"]
    assert run("serve", *asked)[0] == 0
    given = {"host": "::1", "port": 0, "hosts": (), "rate": None, "log": "warning"}
    more = {"host": "127.0.0.1", "port": 7860, "hosts": ["a.example", "b.example"], "rate": 0, "log": "info"}
    assert calls == [(("here",), given), ((None,), more)]


# Through the process that owns the library


def test_commands_work_through_the_process_that_owns_the_library(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    (folder / "memo.txt").write_text(MEMO, encoding="utf-8")
    (folder / "letter.txt").write_text(LETTER, encoding="utf-8")
    script = (  # with an embedder that loads no model: what other processes do is looked at here
        "import sys\nfrom pathlib import Path\nfrom tests.fakes import assistant_at\n"
        "with assistant_at(Path(sys.argv[1])):\n    print('open', flush=True)\n    sys.stdin.read()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(home)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdout.readline() == "open\n"
        added = subprocess_of("add", "memo.txt", "gone.txt", "letter.txt", "--home", home, cwd=folder)
        assert added.returncode == 3, added.stderr
        assert added.stdout.startswith("2 added, 1 could not be read\n")
        assert str(folder / "gone.txt") in added.stdout
        asked = subprocess_of("ask", "-", "--home", home, "--json", given=f"{SIGNED}\n")
        assert json.loads(asked.stdout)["status"] == "answered"
        listed = subprocess_of("list", "--home", home)
        assert "Memo on the ferry" in listed.stdout and "Letter from the harbour" in listed.stdout
        assert (asked.stderr, listed.stderr) == ("", "")
        owner.stdin.close()
    assert owner.returncode == 0
