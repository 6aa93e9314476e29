"""The prose that can rot: commands, snippets, links, settings and the answer's fields."""

import gc
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from chat import answer
from chat.interfaces.cli import parse, parsers
from chat.settings import _OTHERS, PREFIX, Settings
from retrieval.report import Failure

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SHELLS = {"sh", "bash", "console", "shell"}


def blocks(*languages: str) -> list[tuple[str, str]]:
    """Each fenced block of these languages, with the page that it is on."""
    return [
        (page.name, body)
        for page in PAGES
        for language, body in FENCE.findall(page.read_text(encoding="utf-8"))
        if language in languages
    ]


def commands() -> list[tuple[str, str]]:
    """Each command in the pages' shell blocks and, in running text, each `make …` in backquotes."""
    found = [
        (name, command.strip())
        for name, body in blocks(*SHELLS)
        for line in body.replace("\\\n", " ").splitlines()
        for command in re.split(r"\s\|\s|\s&&\s", line.removeprefix("$ "))
        if command.strip() and not command.startswith("#")
    ]
    for page in PAGES:
        found += [(page.name, text) for text in re.findall(r"`(make [a-z-]+)`", page.read_text("utf-8"))]
    return found


def test_the_pages_show_commands():
    names = {command.split()[0] for _, command in commands()}
    assert {"make", "footnote"} <= names


def test_every_make_target_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        target for _, command in commands() if command.startswith("make") for target in command.split()[1:]
    }
    assert {"run", "test"} <= named <= targets


@pytest.mark.parametrize(
    ("page", "command"), [pair for pair in commands() if pair[1].split()[0] == "footnote"]
)
def test_every_footnote_command_is_understood(page, command, capsys):
    words = shlex.split(re.split(r"\s[<>]", command)[0], comments=True)[1:]
    try:
        parse(words)
    except SystemExit as stop:  # --help and --version end so
        assert stop.code == 0, f"{page}: {command}: {capsys.readouterr().err}"


def test_the_changelog_names_commands_that_exist():
    _, known = parsers()
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for line in re.findall(r"`footnote ([a-z]+)`", text):
        assert line in known


@pytest.mark.parametrize(("page", "snippet"), blocks("python", "py"))
def test_every_python_snippet_compiles(page, snippet):
    compile(snippet, page, "exec")


def test_the_readme_answers_its_own_question_from_python(tmp_path, monkeypatch, capsys):
    snippet = next(body for name, body in blocks("python") if name == "README.md")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    exec(compile(snippet, "README.md", "exec"), {})  # what it leaves open is a warning, and that an error
    gc.collect()
    shown = capsys.readouterr().out
    assert shown.startswith("answered ")
    assert "the Associated Press and the Washington Post" in shown
    assert "[1]" in shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"https?://|mailto:", target):
            file, _, anchor = target.partition("#")
            there = page.parent / file if file else page
            assert there.exists(), f"{page.name} links to {target}"
            if anchor:
                heads = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}


def test_every_setting_is_documented_and_no_other():
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = re.findall(rf"^\| `{PREFIX}(\w+)` \|", text, re.MULTILINE)
    assert sorted(named) == sorted([*(field.name.upper() for field in fields(Settings)), *_OTHERS])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_setting_that_is_not_there(page):
    known = {field.name.upper() for field in fields(Settings)} | _OTHERS
    assert set(re.findall(rf"\b{PREFIX}([A-Z_]+[A-Z])\b", page.read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize(
    "kind",
    [answer.Answer, answer.Sentence, answer.Citation, answer.Context, answer.Rejected, Failure],
    ids=lambda kind: kind.__name__,
)
def test_every_field_of_the_answer_is_documented_in_its_order(kind):
    text = (ROOT / "docs" / "answer.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {kind.__name__}$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert section, f"docs/answer.md has no heading {kind.__name__}"
    assert re.findall(r"^\| `(\w+)` \|", section[1], re.MULTILINE) == [field.name for field in fields(kind)]


@pytest.mark.parametrize("states", [answer.Status, answer.Support, answer.Relation, answer.State])
def test_every_state_is_documented(states):
    text = (ROOT / "docs" / "answer.md").read_text(encoding="utf-8")
    for state in get_args(states):
        assert f"`{state}`" in text
