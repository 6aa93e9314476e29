"""The examples of docs/python.md, docs/records.md and docs/eval.md, run as they stand, in order."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from fakes import assistant_at

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a page's examples in a folder of their own, and give what they print.

    The library is held open here, with an embedder that loads no model; tests/test_readme.py loads it.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "library"))
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    (tmp_path / "tests").symlink_to(ROOT / "tests")

    def run(page):
        names, said = {}, io.StringIO()
        with contextlib.redirect_stdout(said):
            for example in FENCE.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
                exec(compile(example, f"docs/{page}", "exec"), names)
        return said.getvalue()

    with assistant_at(tmp_path / "library"):
        yield run


def test_the_examples_for_python_do_what_the_page_says(run):
    shown = run("python.md")
    assert re.match(r"3 added\n\w+ .*the Associated Press and the Washington Post", shown)
    assert "\n2 When was " in shown
    assert re.search(r"^considered: (both|meaning|words) (\d+|None) (\d+|None) \S", shown, re.MULTILINE)
    assert "searched: Who signed the sale of the ferry Aurora?\n" in shown
    assert re.search(r"^Ilse Brandt signed the sale\. \[\d\]$", shown, re.MULTILINE)
    assert "]\nStandalone\nFound\nVerified\n" in shown
    assert "contradicted The ferry was sold in 2012." in shown and "  against: " in shown
    assert "wire/123 1 passages gone, 0 traces left" in shown
    assert "no conversation 'none' in this library" in shown and "something else" not in shown


def test_the_examples_of_records_do_what_the_page_says(run, tmp_path):
    shown = run("records.md")
    assert "1 of 2 checked\n" in shown and "1 Ilse Brandt signed the sale. wire/123" in shown
    assert "asked, marked, pinned, feedback" in shown
    assert "wrong evidence" in shown and "Who signed the sale of the ferry Aurora?" in shown
    assert (tmp_path / "sale.docx").read_bytes().startswith(b"PK")
    assert "[^1]: “Ilse Brandt signed the sale.”" in (tmp_path / "tray.md").read_text("utf-8")


def test_the_example_of_measuring_prints_figures(run):
    assert "answerable_refused 1.0 79\n" in run("eval.md")  # its library is empty
