"""Who is let in: every route by origin and token, what is served to others, and what is not logged."""

import json
import logging
import re
import signal
import subprocess
import sys
from itertools import count

import httpx
import pytest
from browser import ask, opened
from conftest import CHROMIUM
from http_fakes import SIGNED, desk_at, gated, listening
from page_fakes import built

from chat.interfaces import cli, serve
from chat.interfaces.http.access import Access
from chat.interfaces.http.api import build_api, build_gate, build_server
from chat.interfaces.http.watch import JsonLines
from chat.interfaces.tokens import Tokens
from ingest.document import document_id

FOREIGN = [
    "null", "http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://localhost:{port}",
    "http://127.0.0.1:{port}.evil.example", "http://evil.example/127.0.0.1:{port}", "file://", "",
    "http://127.0.0.1", "chrome-extension://abc", "http://[::1]:{port}",
]  # fmt: skip
PAGE = [
    ("GET", "/"),
    ("GET", "/library/first"),
    ("GET", "/static/fn/fn.js"),
    ("POST", "/gradio_api/queue/join"),
]
WRITES = {
    ("POST", "/api/v1/documents/urls"),
    ("POST", "/api/v1/documents/text"),
    ("POST", "/api/v1/documents/files"),
    ("DELETE", "/api/v1/documents/{document_id}"),
    ("DELETE", "/api/v1/conversations/{conversation}"),
    ("PATCH", "/api/v1/conversations/{conversation}"),
    ("DELETE", "/api/v1/jobs/{job_id}"),
    ("POST", "/api/v1/collections"),
    ("PATCH", "/api/v1/collections/{name}"),
    ("PATCH", "/api/v1/documents/{document_id}"),
    ("DELETE", "/api/v1/collections/{name}"),
    ("PATCH", "/api/v1/conversations/{conversation}"),
    ("PUT", "/api/v1/conversations/{conversation}/turns/{turn}/marks/{number}"),
    ("DELETE", "/api/v1/conversations/{conversation}/turns/{turn}/marks/{number}"),
    ("POST", "/api/v1/conversations/{conversation}/turns/{turn}/feedback"),
    ("POST", "/api/v1/pins"),
    ("PATCH", "/api/v1/pins/{identity}"),
    ("DELETE", "/api/v1/pins/{identity}"),
}
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
NUMBERS = count()
NOT_THERE = ("{document_id}", "{conversation}", "{job_id}", "{name}", "{identity}", "nowhere")

# Every route


@pytest.fixture(scope="module")
def tokens(tmp_path_factory):
    """Tokens of each scope; gives the store and what to send."""
    tokens = Tokens(tmp_path_factory.mktemp("tokens"))
    sent = {scope: f"Bearer {tokens.add(scope, scope)[1]}" for scope in ("read", "write")}
    return tokens, {"none": None, "wrong": "Bearer footnote_x", **sent}


@pytest.fixture(scope="module")
def routes(desk):
    """Each method and path that there is, from the applications themselves."""
    paths = build_api(desk).openapi()["paths"]
    api = [(method.upper(), path) for path, operations in paths.items() for method in operations]
    assert set(api) > WRITES and len(api) > 20
    return [*api, ("GET", "/api/v1/openapi.json"), ("GET", "/api/v1/nowhere"), ("POST", "/v1/nowhere")]


@pytest.fixture(scope="module")
def open_to_others(desk, tokens):
    """The page and the API as they are served where others can reach them; gives a client."""
    server = built(desk.assistant, lambda: build_server(desk, Access(tokens[0], required=True)))
    with listening(server, "on") as base, httpx.Client(base_url=base, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def local(desk, tokens):
    """The API on this machine, with tokens; gives a client."""
    with listening(gated(desk, Access(tokens[0]))) as base, httpx.Client(base_url=base, timeout=60) as client:
        yield client


def send(client, method, path, credentials, **headers):
    """Send a request that would be valid, to documents and conversations that are not there."""
    path = path.replace("{model}", "footnote")
    for name in ("document_id", "conversation", "job_id", "name", "identity"):
        path = path.replace("{" + name + "}", "0" * 16)
    path = path.replace("{turn}", "1").replace("{number}", "1")
    bodies = {
        "/api/v1/ask": {"question": SIGNED},
        "/api/v1/search": {"words": "ferry"},
        "/api/v1/search/documents": {"words": "ferry"},
        "/api/v1/search/all": {"words": "ferry"},
        "/api/v1/check": {"text": "Ferry."},
        "/api/v1/mentions": {"names": ["Ferry"]},
        "/api/v1/grid": {"questions": [SIGNED]},
        "/api/v1/pins": {"document_id": document_id("harbour", "letter.txt"), "start": 0, "end": 6},
        "/v1/chat/completions": {"model": "footnote", "messages": [{"role": "user", "content": SIGNED}]},
        "/api/v1/documents/urls": {"urls": ["http://127.0.0.1:9/"]},
        "/api/v1/documents/text": {"text": "One.", "source": "matrix"},
        "/api/v1/collections": {"name": f"matrix {next(NUMBERS)}"},
        f"/api/v1/collections/{'0' * 16}": {"name": "another"},
    }
    given = {"json": bodies[path]} if path in bodies and method in ("POST", "PATCH") else {}
    if path == "/api/v1/documents/files":
        given = {"files": {"files": ("matrix.txt", b"Two.")}}
    if credentials:
        headers["Authorization"] = credentials
    return client.request(method, path, headers=headers, **given)


def test_no_route_does_anything_for_a_foreign_origin_whatever_the_token(open_to_others, routes, tokens):
    port = open_to_others.base_url.port
    for method, path in [*routes, *PAGE]:
        for origin in FOREIGN:
            for credentials in (tokens[1]["none"], tokens[1]["write"]):
                answer = send(open_to_others, method, path, credentials, Origin=origin.format(port=port))
                assert answer.status_code == 403, (method, path, origin)
                assert not [name for name in answer.headers if name.startswith("access-control")]
        for site in ("cross-site", "same-site"):
            answer = send(open_to_others, method, path, tokens[1]["write"], **{"Sec-Fetch-Site": site})
            assert answer.status_code == 403
        answer = send(open_to_others, method, path, tokens[1]["write"], Host="evil.example")
        assert answer.status_code == 421


@pytest.mark.parametrize("server", ["local", "open_to_others"])
def test_every_route_needs_a_token_and_a_write_needs_more(server, routes, tokens, request):
    client = request.getfixturevalue(server)
    for method, path in routes:
        got = {name: send(client, method, path, sent) for name, sent in tokens[1].items()}
        codes = {name: answer.status_code for name, answer in got.items()}
        assert codes["none"] == codes["wrong"] == 401, (method, path)
        assert got["none"].headers["www-authenticate"] == "Bearer"
        assert got["none"].headers["content-type"] == "application/problem+json"
        assert codes["write"] not in (401, 403), (method, path)
        if (method, path) in WRITES or path == "/v1/nowhere":
            assert codes["read"] == 403 and got["read"].json()["type"].endswith(":write-token-needed")
        else:
            assert codes["read"] == codes["write"], (method, path)
        for answer in got.values():
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "set-cookie" not in answer.headers
            assert answer.headers["cache-control"] == "no-store" and answer.headers["x-request-id"]
        there = not any(part in path for part in NOT_THERE)
        assert (codes["write"] < 300) == there, (method, path)


def test_where_others_can_reach_it_the_page_asks_a_browser_for_a_write_token(open_to_others, tokens):
    for method, path in PAGE:
        for name in ("none", "wrong", "read"):
            answer = send(open_to_others, method, path, tokens[1][name])
            assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Basic ")
        assert send(open_to_others, method, path, tokens[1]["write"]).status_code not in (401, 403)
    secret = tokens[1]["write"].removeprefix("Bearer ")
    assert open_to_others.get("/", auth=("anybody", secret)).status_code == 200


@pytest.mark.browser
def test_a_browser_uses_the_page_with_a_write_token_as_its_password(open_to_others, tokens):
    from playwright.sync_api import sync_playwright

    secret = tokens[1]["write"].removeprefix("Bearer ")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_context(http_credentials={"username": "me", "password": secret}).new_page()
        refused = []
        page.on("response", lambda got: refused.append(got.url) if got.status in (401, 403) else None)
        opened(page, str(open_to_others.base_url))
        ask(page, SIGNED)
        assert "Ilse Brandt" in page.inner_text(".fn-sentence .fn-text")
        browser.close()
    assert refused == []


def test_on_this_machine_without_tokens_the_api_works_as_the_page_does(desk, routes, tmp_path):
    with listening(gated(desk, Access(Tokens(tmp_path)))) as base, httpx.Client(base_url=base) as client:
        for method, path in routes:
            assert send(client, method, path, None).status_code not in (401, 403)
            assert send(client, method, path, None, Origin=base).status_code not in (401, 403)
            assert send(client, method, path, None, Origin="http://evil.example").status_code == 403


def test_another_application_behind_the_gate_finds_what_its_caller_may_do(desk, tokens):
    async def app(scope, receive, send):
        told = json.dumps([scope["path"], scope["footnote.grant"].scope]).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": told})

    gate = build_gate(desk, Access(tokens[0]), beside={"/mcp": app})(None)
    with listening(gate) as base:
        assert httpx.post(f"{base}/mcp").status_code == 401
        for scope in ("read", "write"):
            answer = httpx.post(f"{base}/mcp/x", headers={"Authorization": tokens[1][scope]})
            assert answer.json() == ["/mcp/x", scope]


# Serving


def test_nothing_is_served_to_others_without_a_token(tmp_path, capsys):
    home = tmp_path / "home"
    for more in (["--host", "0.0.0.0"], ["--host", "192.0.2.1"], ["--allow-host", "footnote.example"]):
        assert cli.main(["serve", "--home", str(home), *more]) == 1
        out, err = capsys.readouterr()
        assert out == "" and "footnote token add" in err and err.count("\n") == 1
    assert not home.exists()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_loopback_is_this_machine_only(host):
    assert serve.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", "localhost.example.org", ""])
def test_any_other_address_is_not(host):
    assert not serve.is_loopback(host)


@pytest.mark.slow
def test_the_command_serves_the_page_and_the_api_and_says_where(tmp_path):
    command = [sys.executable, "-m", "chat.interfaces.cli", "serve", "--home", str(tmp_path / "home")]
    serving = subprocess.Popen([*command, "--port", "0", "--log", "info"], **PIPES)
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", serving.stdout.readline())[0]
        said = serving.stdout.readline()
        assert f"{address}api/v1/" in said and f"{address}v1" in said
        assert httpx.get(f"{address}api/v1/health").json() == {"status": "ok", "version": cli.version()}
        assert "Footnote" in httpx.get(address).text
        secret = Tokens(tmp_path / "home").add("now", "read")[1]  # while it runs
        assert httpx.get(f"{address}api/v1/health").status_code == 401
        headers = {"Authorization": f"Bearer {secret}"}
        assert httpx.get(f"{address}api/v1/health", headers=headers).status_code == 200
    finally:
        serving.send_signal(signal.SIGINT)
        _, err = serving.communicate(timeout=60)
    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    assert [each["status"] for each in lines] == [200, 401, 200]


# Logs


def test_nothing_of_questions_documents_and_keys_is_logged(tmp_path, caplog, capfd):
    """Canaries in a question, a document, a name and a key, with every logger at DEBUG."""
    home = tmp_path / "home"
    secret = Tokens(home).add("key", "write")[1]
    headers = {"Authorization": f"Bearer {secret}"}
    caplog.set_level(logging.DEBUG)
    with (
        desk_at(home) as desk,
        listening(gated(desk)) as base,
        httpx.Client(base_url=base, headers=headers) as client,
    ):
        text = {"text": "The CANARYDOC sang at dawn.", "source": "CANARYNAME"}
        client.post("/api/v1/documents/text", json=text)
        client.post("/api/v1/documents/files", files={"files": ("CANARYFILE.txt", b"CANARYDOC too.")})
        for body in (
            {"question": "Who saw the CANARYASK sing at dawn?"},
            {"question": "CANARYASK", "stream": True},
            {"question": "CANARYASK", "conversation": "CANARYID"},
            {"question": ["CANARYASK"]},
        ):
            client.post("/api/v1/ask", json=body)
        client.post("/api/v1/search", json={"words": "CANARYASK"})
        client.post("/api/v1/check", json={"text": "The CANARYASK sang at dawn."})
        client.get("/api/v1/CANARYPATH?q=CANARYQUERY")
        chat = {"model": "footnote", "messages": [{"role": "user", "content": "CANARYASK?"}]}
        client.post("/v1/chat/completions", json=chat)
        wrong = client.get("/api/v1/health", headers={"Authorization": "Bearer CANARYKEY"})
        figures = client.get("/api/v1/metrics").text
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "footnote.http"]
    written = "\n".join([*lines, caplog.text, *capfd.readouterr(), figures, wrong.text])
    own = "\n".join([*lines, figures, wrong.text])
    assert "CANARY" not in own and secret not in written
    served = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert "CANARY" not in "\n".join(record.getMessage() for record in served)
    told = [json.loads(line) for line in lines]
    assert {"time", "level", "event", "request_id", "method", "route", "status", "ms"} <= set(told[0])
    assert {each["caller"] for each in told} == {Tokens(home).all()[0].id, "unknown"}
    assert {"/api/v1/ask", "none"} <= {each["route"] for each in told}
