"""docs/http.md: each curl line is run against a server, in the page's order, and so is its Python."""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from fakes import assistant_at
from http_fakes import MEMO, UNLIMITED, Unconnected, gated, listening

from chat.interfaces import cli
from chat.interfaces.http.access import needed
from chat.interfaces.http.api import build_api
from chat.interfaces.http.desk import Desk
from chat.interfaces.http.limits import LONGEST_DRAFT, LONGEST_QUESTION, Limits

PAGE = (Path(__file__).parents[1] / "docs" / "http.md").read_text(encoding="utf-8")
BASE = "http://127.0.0.1:7860"
FENCE = re.compile(r"^```(sh|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DOCUMENT, JOB, CONVERSATION = "ccda83a073e2b546", "0b1c2d3e4f506172", "759211cd4b0b599f"
PIN = "4f1c2ab3d1c6a0b1"


@pytest.fixture
def served(tmp_path):
    """An empty library, served; gives its home and address."""
    home = tmp_path / "home"
    with assistant_at(home) as assistant:
        desk = Desk.of(Unconnected(assistant), UNLIMITED)
        try:
            with listening(gated(desk)) as base:
                yield home, base
        finally:
            desk.close()


def run(line, folder, base, token):
    """Run one line as a shell would; gives what it wrote, as JSON where it is."""
    environment = {**os.environ, "TOKEN": token, "CURL_HOME": str(folder), "NO_PROXY": "*"}
    done = subprocess.run(
        ["bash", "-c", line.replace(BASE, base)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    try:
        return json.loads(done.stdout)
    except ValueError:
        return done.stdout


def test_every_line_of_the_page_works_in_its_order(served, tmp_path, capsys):
    if shutil.which("curl") is None:
        pytest.skip("no curl; run `make test-deps`")
    home, base = served
    (tmp_path / ".curlrc").write_text("silent\nshow-error\nfail-with-body\n")
    (tmp_path / "memo.txt").write_text(MEMO)
    lines = [line for kind, body in FENCE.findall(PAGE) if kind == "sh" for line in body.splitlines()]
    assert sum(line.startswith("curl") for line in lines) > 20
    ids = {DOCUMENT: DOCUMENT, JOB: JOB, CONVERSATION: CONVERSATION, PIN: PIN}
    token = ""
    for line in lines:
        for shown, real in ids.items():
            line = line.replace(shown, real)
        if line.startswith("footnote serve"):
            continue
        if line.startswith("footnote"):
            capsys.readouterr()
            assert cli.main([*shlex.split(line)[1:], "--home", str(home)]) == 0
            token = capsys.readouterr().out.splitlines()[0] if " add " in line else token
            continue
        told = run(line, tmp_path, base, token)
        if line.endswith("/documents/files"):
            ids[JOB] = told["id"]
            ids[DOCUMENT] = finished(base, told["id"])["added"][0]
        elif "/documents/" in line and "--json" in line:
            finished(base, told["id"])
        elif line.endswith("/ask") and "Aurora" in line and "stream" not in line:
            assert told["status"] == "answered" and "Ilse Brandt" in told["text"]
            ids[CONVERSATION] = told["conversation"]
        elif line.endswith("/pins"):
            ids[PIN] = told["pins"][-1]["id"]
        elif "stream" in line:
            assert re.findall(r"^event: (\w+)", told, re.MULTILINE)[-1] == "done"
    assert not httpx.get(f"{base}/api/v1/documents/{ids[DOCUMENT]}").is_success


def finished(base, job):
    """Wait for a job; gives how it ended."""
    while (told := httpx.get(f"{base}/api/v1/jobs/{job}").json())["finished"] is None:
        time.sleep(0.02)
    return told


def test_the_python_on_the_page_works(served, capsys):
    home, base = served
    body = {"text": MEMO, "source": "memo.txt"}
    finished(base, httpx.post(f"{base}/api/v1/documents/text", json=body).json()["id"])
    (snippet,) = [body for kind, body in FENCE.findall(PAGE) if kind == "python"]
    exec(compile(snippet.replace(BASE, base), "docs/http.md", "exec"), space := {})
    space["client"].close()
    out = capsys.readouterr().out
    assert "[1]" in out and "Sources:" in out and out.rstrip().endswith("answered")
    assert home.exists()


def test_the_page_names_every_route_and_the_limits_that_there_are(served):
    with assistant_at(served[0].parent / "other") as assistant:
        desk = Desk.of(assistant, Limits())
        paths = build_api(desk).openapi()["paths"]
        desk.close()
    for path, operations in paths.items():
        pattern = re.sub(r"\\\{\w+\\\}", "([0-9a-f]{16}|harbour|[0-9])", re.escape(path))
        assert re.search(pattern + r"\b", PAGE) or path.startswith("/v1/"), path
        assert all(needed(method.upper(), path) in ("read", "write") for method in operations)
    limits = Limits()
    for words in (
        f"{limits.body >> 20} MiB",
        f"{limits.upload >> 20} MiB",
        f"({limits.rate}, after a burst of {limits.burst})",
        f"{limits.at_work + limits.waiting} questions",
        f"{limits.jobs} additions",
        f"{LONGEST_QUESTION:,} char",
        f"{LONGEST_DRAFT:,}",
    ):
        assert words in PAGE, words
