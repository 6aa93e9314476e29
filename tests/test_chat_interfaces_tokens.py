"""Tokens: kept as hashes, managed from the command line, and what each lets whoever sends it do."""

import base64
import json
import stat
from pathlib import Path

import jsonschema
import pytest

from chat.interfaces import cli
from chat.interfaces.http.access import Access, Grant, needed
from chat.interfaces.http.problem import Problem
from chat.interfaces.tokens import Tokens
from ingest.errors import InvalidSetting, NotInLibrary

SCHEMAS = Path(__file__).parents[1] / "docs" / "schema"


def test_a_token_is_shown_once_and_kept_as_a_hash_that_only_its_user_can_read(tmp_path):
    tokens = Tokens(tmp_path / "home")
    assert tokens.all() == () and tokens.find("x") is None
    token, secret = tokens.add("laptop", "read")
    path = tmp_path / "home" / "tokens.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret not in path.read_text() and secret.removeprefix("footnote_") not in path.read_text()
    assert len(secret) > 50 and tokens.find(secret) == token and tokens.find(secret + "x") is None
    assert Tokens(tmp_path / "home").find(secret) == token  # another process
    with pytest.raises(InvalidSetting, match="already"):
        tokens.add(" laptop ", "write")
    for name in ("", "  ", "x" * 81, "a\x1bb"):
        with pytest.raises(InvalidSetting, match="name"):
            tokens.add(name, "read")
    Tokens(tmp_path / "home").remove("laptop")
    assert tokens.find(secret) is None  # at once, in a process that has read the file before
    with pytest.raises(NotInLibrary):
        tokens.remove("laptop")


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[1]", '[{"id": "a"}]', '[{"id":"a","name":"b","scope":"all","created":"","hash":""}]'],
)
def test_a_damaged_file_lets_nobody_in(tmp_path, damaged):
    (tmp_path / "tokens.json").write_text(damaged)
    with pytest.raises(InvalidSetting, match="tokens anew"):
        Tokens(tmp_path).all()
    for required in (True, False):
        with pytest.raises(Problem) as refused:
            Access(Tokens(tmp_path), required=required).grant(None)
        assert refused.value.status == 503 and str(tmp_path) not in refused.value.detail


def fits(schema, out):
    """Return what a command wrote, if it is as its schema says."""
    told = json.loads(out)
    described = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(described).validate(told)
    return told


def test_tokens_are_managed_from_the_command_line(tmp_path, capsys):
    def run(*words):
        status = cli.main(["token", *words, "--home", str(tmp_path / "home")])
        return status, *capsys.readouterr()

    status, out, _ = run("list")
    assert status == 0 and "works without one" in out
    status, out, _ = run("add", "laptop", "--scope", "write")
    secret = out.splitlines()[0]
    assert status == 0 and "add and remove" in out
    assert Access(Tokens(tmp_path / "home")).grant(f"Bearer {secret}").scope == "write"
    status, out, _ = run("add", "robot", "--json")
    robot = fits("token-add", out)
    assert robot["scope"] == "read" and robot["token"].startswith("footnote_") and "hash" not in robot
    status, out, _ = run("list", "--json")
    assert [each["name"] for each in fits("token-list", out)] == ["laptop", "robot"] and secret not in out
    assert "laptop" in run("list")[1]
    assert fits("token", run("remove", robot["id"], "--json")[1])["name"] == "robot"
    assert "last one" in run("remove", "laptop")[1]
    for words in (("remove", "laptop"), ("add",), ("remove",), ("add", "a" * 81)):
        status, out, err = run(*words)
        assert (status, out) == (1, "") and err.startswith("footnote: ") and err.count("\n") == 1


def test_a_grant_is_what_a_known_token_gives(tmp_path):
    tokens = Tokens(tmp_path)
    access, strict = Access(tokens), Access(tokens, required=True)
    assert access.grant(None) == access.grant("Bearer anything") == Grant("local", "write")
    assert strict.grant(None) is None and strict.grant("Bearer anything") is None
    token, secret = tokens.add("a", "read")
    password = base64.b64encode(f"anybody:{secret}".encode()).decode()
    for given in (f"Bearer {secret}", f"bearer  {secret} ", f"Basic {password}"):
        assert access.grant(given) == strict.grant(given) == Grant(token.id, "read")
    for given in (
        None,
        "",
        secret,
        f"Token {secret}",
        "Basic ???",
        "Basic /w==",
        f"Bearer {secret[:-1]}",
        "Bearer",
    ):
        assert access.grant(given) is None


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/api/v1/ask", "read"),
        ("POST", "/api/v1/ask/", "read"),
        ("POST", "/api/v1/asking", "write"),
        ("DELETE", "/api/v1/ask/x", "write"),
        ("GET", "/api/v1/documents", "read"),
        ("PUT", "/v1/models", "write"),
        ("BREW", "/api/v1/pot", "write"),
        ("POST", "/mcp", "read"),
        ("DELETE", "/mcp/", "read"),
        ("POST", "/mcpx", "write"),
    ],
)
def test_a_request_changes_something_unless_it_is_known_not_to(method, path, scope):
    assert needed(method, path) == scope
