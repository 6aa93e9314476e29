"""The frame of our own pages: values are escaped, errors are one line, the policy lets nothing inline run."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chat.page.shell import POLICY, Site, tell_errors
from chat.uploads import Uploads
from ingest.errors import InvalidSetting, NotInLibrary


@pytest.fixture
def client(tmp_path):
    app = FastAPI()
    tell_errors(app, Site(None, "On <this> machine only", Uploads(tmp_path)))

    @app.get("/missing")
    @app.get("/page/missing")
    def missing():
        raise NotInLibrary("no document <script>1</script>")

    @app.get("/wrong")
    def wrong(number: int):
        raise InvalidSetting(f"not {number}")

    return TestClient(app)


def test_an_error_is_a_page_of_one_escaped_line(client):
    answer = client.get("/missing")
    assert answer.status_code == 404
    assert "no document &lt;script&gt;1&lt;/script&gt;" in answer.text
    assert "On &lt;this&gt; machine only" in answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY and "http" not in POLICY


def test_a_script_gets_the_line_as_json(client):
    answer = client.get("/page/missing")
    assert (answer.status_code, answer.json()) == (404, {"error": "no document <script>1</script>"})


def test_what_is_not_allowed_or_not_understood_says_so(client):
    assert client.get("/wrong?number=3").status_code == 409
    answer = client.get("/wrong?number=x")
    assert answer.status_code == 422
    assert "number: Input should be a valid integer" in answer.text
