"""Who is let in, what the headers say, and that no path leads to a file."""

import asyncio
import base64
import hashlib
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from page_fakes import MEMO, Scripted, built, inside_a_loop

from chat.jobs import Jobs
from chat.page.guard import page_policy
from chat.page.page import build_page
from chat.page.server import _listen, settle_gradio
from chat.page.shell import Site
from chat.privacy import LOCAL
from chat.uploads import Uploads
from ingest.errors import InvalidSetting

ORIGIN = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    return Scripted(tmp_path_factory.mktemp("home"), {"/docs/memo.txt": MEMO})


@pytest.fixture(scope="module")
def client(assistant):
    return TestClient(built(assistant), base_url=ORIGIN)


@pytest.fixture(scope="module")
def page(client):
    return client.get("/", headers={"Accept-Encoding": "gzip, br"})


def test_every_inline_script_of_the_page_is_named_by_its_hash_and_no_other_is_allowed(page):
    policy = page.headers["content-security-policy"]
    scripts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", page.text, re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts}
    assert hashes and set(re.findall(r"'sha256-([^']+)'", policy)) == hashes
    allowed = re.search(r"script-src ([^;]*)", policy)[1]
    assert "unsafe" not in allowed and "http" not in allowed and "*" not in allowed
    for part in ("object-src 'none'", "connect-src 'self'", "form-action 'self'", "frame-ancestors 'self'"):
        assert part in policy


def test_the_page_names_no_other_host(page):
    markup = re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href|content)=["']?(?:https?:)?//""", markup)


@pytest.mark.parametrize("path", ["/", "/static/fn/fn.js", "/library/none", "/theme.css", "/nowhere"])
def test_headers_are_on_every_answer(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:7860", "", "localhost.evil", "0.0.0.0"]
)
def test_a_foreign_host_is_refused(client, host):
    for path in ("/", "/library/first", "/static/fn/fn.js"):
        assert client.get(path, headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "127.0.0.1:80", "[::1]:7860", "LOCALHOST"])
def test_the_names_of_this_machine_are_let_in(client, host):
    assert client.get("/library/first", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "https://127.0.0.1:7860",
        "http://127.0.0.1:9999",
        "http://localhost:7860",
        "http://127.0.0.1:7860.evil.example",
        "http://evil.example/127.0.0.1:7860",
        "file://",
        "",
        "http://127.0.0.1",
        "chrome-extension://abc",
        "http://[::1]:7860",
    ],
)
def test_a_foreign_origin_is_refused_with_or_without_a_cookie(client, origin):
    for cookie in ({}, {"Cookie": "session=1"}):
        for method, path in (
            ("GET", "/"),
            ("POST", "/gradio_api/queue/join"),
            ("POST", "/gradio_api/upload"),
        ):
            answer = client.request(method, path, headers={"Origin": origin, **cookie})
            assert answer.status_code == 403
            assert not [name for name in answer.headers if name.startswith("access-control")]
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert client.options("/gradio_api/queue/join", headers=preflight).status_code == 403


def test_our_own_origin_may_write(client):
    answer = client.post("/gradio_api/queue/join", headers={"Origin": ORIGIN}, json={})
    assert answer.status_code not in (403, 404, 421)


def test_another_site_may_link_to_the_page_but_not_use_it(client):
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/", headers=followed).status_code == 200
    assert client.post("/gradio_api/reset", headers=followed).status_code == 403
    for site in ("cross-site", "same-site"):
        picture = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
        assert client.get("/library/x/page/1.png", headers=picture).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/deep_link",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/proxy=http://evil.example/",
        "/gradio_api/runs",
        "/gradio_api/vibe-code",
        "/gradio_api/call/ask",
        "/gradio_api/run/ask",
        "/gradio_api/api/ask",
        "/gradio_api/custom_component/a/b/c/d",
        "/gradio_api/stream/a/b/1/playlist.m3u8",
        "/gradio_api/queue/join/../../info",
        "/monitoring",
        "/monitoring/summary",
        "/svelte/x",
        "/config",
        "/login",
        "/docs",
        "/openapi.json",
    ],
)
def test_what_the_page_does_not_need_is_closed(client, path):
    assert client.get(path).status_code in (404, 405)
    assert client.post(path, json={}).status_code in (404, 405)


def test_no_path_leads_to_a_file_of_the_library_or_the_machine(client, assistant):
    canary = assistant.home / "catalogue.sqlite"
    canary.write_text("CANARY")
    targets = [
        str(canary),
        "/etc/passwd",
        "../../../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "C:\\Windows\\win.ini",
    ]
    targets += [
        "%2e%2e/%2e%2e/etc/passwd",
        "....//....//etc/passwd",
        "\\\\host\\share",
        "//etc/passwd",
        ".%00/x",
    ]
    for base in (
        "/static/fn/",
        "/static/",
        "/assets/",
        "/gradio_api/file=",
        "/gradio_api/file/",
        "/library/",
        "/",
    ):
        for target in targets:
            answer = client.get(base + target)
            assert "CANARY" not in answer.text and "root:" not in answer.text, base + target


def test_only_inline_scripts_are_hashed_and_as_the_browser_reads_them():
    policy = page_policy(
        b"<script type='module'>a\r\nb</script><script src='x'></script><SCRIPT>a\nb</SCRIPT>"
    )
    digest = base64.b64encode(hashlib.sha256(b"a\nb").digest()).decode()
    assert policy.count("sha256-") == 1 and f"'sha256-{digest}'" in policy


def test_a_busy_port_gives_the_next_and_no_port_at_all_one_line(monkeypatch):
    with _listen("127.0.0.1", 0) as first:
        first.listen()
        number = first.getsockname()[1]
        with _listen("127.0.0.1", number) as second:
            assert number < second.getsockname()[1] <= number + 20
    with pytest.raises(InvalidSetting, match=r"cannot serve on 192\.0\.2\.1.*--port"):
        _listen("192.0.2.1", 7860)


def test_a_page_that_cannot_start_says_why_in_one_line(tmp_path):
    """`make run` runs app.py, which is not the command line, and owes its users the same."""
    app = Path(__file__).parents[1] / "app.py"
    settings = {"FOOTNOTE_HOME": str(tmp_path), "FOOTNOTE_PORT": "7899"}
    done = subprocess.run(
        [sys.executable, str(app)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("footnote: FOOTNOTE_PORT is not a setting; there are ")
    assert done.stderr.count("\n") == 1


def test_a_page_that_nobody_uses_hardly_takes_the_processor(assistant, monkeypatch):
    """Gradio's queue would look a thousand times a second whether there is something to do."""
    settle_gradio()
    queue = inside_a_loop(lambda: build_page(Site(assistant, LOCAL, Uploads(assistant.home), Jobs())))._queue
    looked = []
    monkeypatch.setattr(type(queue), "__len__", lambda self: looked.append(self) or 0)

    async def idle() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(queue.start_processing(), 0.5)

    asyncio.run(idle())
    assert 0 < len(looked) < 100
