"""The examples of docs/python.md and docs/eval.md, run as they stand, one after the other."""

import contextlib
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

from chat import Assistant

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def examples(page):
    return FENCE.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


def test_the_examples_for_python_do_what_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    names, said = {}, io.StringIO()
    with Assistant.open("library"), contextlib.redirect_stdout(said):  # held open: the model is loaded once
        for example in examples("python.md"):
            exec(compile(example, "docs/python.md", "exec"), names)
    shown = said.getvalue()
    assert shown.startswith("3 added\nanswered ")
    assert "\n2 When was " in shown
    assert "searched: Who signed the sale of the ferry Aurora?\n" in shown
    assert re.search(r"^Ilse Brandt signed the sale\. \[\d\]$", shown, re.MULTILINE)
    assert "]\nStandalone\nFound\nVerified\n" in shown
    assert "contradicted The ferry was sold in 2012." in shown and "  against: " in shown
    assert "wire/123 1 passages gone, 0 traces left" in shown
    assert "no conversation 'none' in this library" in shown and "something else" not in shown


def test_the_example_of_measuring_prints_figures(tmp_path):
    (example,) = examples("eval.md")
    shutil.copytree(ROOT / "tests" / "golden", tmp_path / "tests" / "golden")
    rows = (ROOT / "tests/golden/questions.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "tests/golden/questions.jsonl").write_text("".join(rows[:3]))
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "FOOTNOTE_HOME": str(tmp_path / "home"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "answerable_refused 1.0 3\n" in done.stdout  # its library is empty
