"""Signing in: who gets through the door, what the cookie is like, how often one may try, and when it ends."""

import re
from itertools import count

import pytest
from fastapi.testclient import TestClient
from http_fakes import desk_at
from page_fakes import built
from starlette.routing import Mount, Route

from chat import passwords
from chat.interfaces.http.api import build_server
from chat.interfaces.serve import access
from chat.interfaces.sessions import IDLE, LONGEST, Sessions
from chat.interfaces.sign_in import WRONG, build_door
from chat.interfaces.tokens import Tokens
from chat.page.shell import Site
from chat.passwords import People, hashed

ORIGIN = "http://127.0.0.1:7860"
WORD, OTHER = "correct horse battery", "another long password"
HTML = {"Accept": "text/html"}
NUMBERS = count(1)
ENDLESS = ("/gradio_api/heartbeat", "/gradio_api/queue/data")


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self):
        """Tell them."""
        return self.now


@pytest.fixture(scope="module", autouse=True)
def cheap():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_LOG2N", 4)
        yield


@pytest.fixture(scope="module")
def sessions(tmp_path_factory):
    path = tmp_path_factory.mktemp("people") / "people"
    path.write_text(f"ada:{hashed(WORD)}\nbo:{hashed(OTHER)}\n")
    path.chmod(0o600)
    return Sessions(People(str(path)), Clock())


@pytest.fixture(scope="module")
def app(tmp_path_factory, sessions):
    with desk_at(tmp_path_factory.mktemp("library") / "home") as desk:
        assistant = desk.assistant
        judge = access(Tokens(assistant.home), sessions, open_to_others=False)
        door = build_door(Site(assistant, "On this machine only", desk.uploads), sessions)
        yield built(assistant, lambda: build_server(desk, judge, assistant=assistant, door=door))


@pytest.fixture
def client(app):
    """A browser at an address of its own, so that no test uses up another's attempts."""
    return TestClient(app, base_url=ORIGIN, follow_redirects=False, client=(f"203.0.113.{next(NUMBERS)}", 1))


def sign_in(client, name="ada", word=WORD, **given):
    return client.post("/sign-in", data={"name": name, "password": word, **given})


def routes(app, before="", keep=False):
    """Yield every method and address of an application and of those mounted in it; `keep` parameters."""
    for route in getattr(app, "routes", ()):
        inside = getattr(route, "original_router", None)  # a router of FastAPI's that was included
        if inside is not None:
            yield from routes(inside, before, keep)
        elif isinstance(route, Mount):
            yield from routes(route.app, before + route.path, keep)
        elif isinstance(route, Route):
            for method in route.methods:
                path = before + route.path
                yield method, path if keep else re.sub(r"{[^}]*}", "1", path)
        else:
            raise AssertionError(f"{route} is walked by nobody")


def test_without_a_session_no_route_at_all_answers(app, client):
    """Walked, so that a route that comes later cannot be forgotten; programs have their tokens."""
    every = sorted(set(routes(app)))
    assert len(every) > 60 and ("GET", "/library/1") in every and ("POST", "/gradio_api/queue/join") in every
    for method, path in every:
        if path.startswith("/static/fn/"):
            continue
        answer = client.request(method, path)
        assert answer.status_code in (401, 404, 421), (method, path)
        assert client.request(method, path, headers=HTML).status_code in (303, 401, 404), (method, path)
    for path in ("/api/v1/documents", "/v1/models", "/api/v1/conversations"):
        assert client.get(path).status_code == 401


def test_with_a_session_the_page_its_files_and_its_queue_are_there(client):
    assert sign_in(client).status_code == 303
    assert "Footnote" in client.get("/").text
    assert client.get("/favicon.ico").status_code == 200
    assert client.get("/theme.css").status_code == 200
    assert client.post("/gradio_api/queue/join", json={}).status_code == 422  # let in, and not understood
    assert client.get("/api/v1/documents").status_code == 401  # which is for programs


def test_a_foreign_origin_gets_nothing_from_any_route_even_with_the_cookie(app, client):
    sign_in(client)
    for method, path in sorted({*routes(app), ("POST", "/sign-in"), ("POST", "/sign-out")}):
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
            assert client.request(method, path, headers={"Origin": origin}).status_code == 403, path
        marked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
        assert client.request(method, path, headers=marked).status_code == 403, path
        if path.startswith(ENDLESS) or path == "/sign-out":
            continue
        framed = client.request(method, path).headers["content-security-policy"]
        assert re.search(r"frame-ancestors '(none|self)'", framed), path
    assert client.get("/").status_code == 200  # and is signed in still


def test_the_cookie_is_random_and_for_this_server_only(client, app):
    answer = sign_in(client)
    cookie = answer.headers["set-cookie"]
    assert re.match(r"footnote-[0-9a-f]{8}=[\w-]{43}; ", cookie)
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    assert "Domain" not in cookie and "Secure" not in cookie
    secure = TestClient(app, base_url="https://127.0.0.1:7860", follow_redirects=False)
    assert "Secure" in sign_in(secure).headers["set-cookie"]
    again = sign_in(client).headers["set-cookie"]
    assert again.split(";")[0] != cookie.split(";")[0]


def test_signing_in_anew_ends_the_session_before(client, sessions):
    sign_in(client)
    before = client.cookies[next(iter(client.cookies))]
    sign_in(client)
    assert sessions.who(before) is None


def test_one_goes_on_to_where_one_was_going_and_nowhere_else(client):
    answer = client.get("/library/abc/1-2?v=3", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/library/abc/1-2%3Fv%3D3")
    form = client.get(answer.headers["location"])
    assert 'name="next" value="/library/abc/1-2?v=3"' in form.text
    assert sign_in(client, next="/library/abc/1-2?v=3").headers["location"] == "/library/abc/1-2?v=3"
    for away in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:1",
    ):
        assert sign_in(client, "bo", OTHER, next=away).headers["location"] == "/"


def test_an_unknown_name_and_a_wrong_password_look_alike(client):
    wrong, unknown = sign_in(client, "ada", "no"), sign_in(client, "eve", "no")
    assert wrong.status_code == unknown.status_code == 403
    assert WRONG in wrong.text and wrong.text.replace("ada", "eve") == unknown.text
    assert "set-cookie" not in wrong.headers and "eve" in unknown.text  # what was typed is kept


def test_what_was_typed_is_shown_as_text(client):
    page = sign_in(client, '"><script>1</script>', "no").text
    assert "<script>1" not in page and "&lt;script&gt;1" in page


def test_attempts_are_limited_for_a_name_and_for_an_address(app, client):
    for _ in range(5):
        assert sign_in(client, word="no").status_code == 403
    refused = sign_in(client)  # the right one, too late
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    assert "Too many attempts" in refused.text and 'value="ada"' in refused.text
    assert sign_in(client, "bo", OTHER).status_code == 303
    elsewhere = TestClient(app, base_url=ORIGIN, follow_redirects=False, client=("203.0.113.250", 1))
    assert sign_in(elsewhere).status_code == 303  # nobody is kept out by what others try in his name
    statuses = [sign_in(elsewhere, f"name {number}", "no").status_code for number in range(70)]
    assert statuses.count(429) >= 5


def test_signing_out_ends_the_session_on_the_server(client, sessions):
    sign_in(client)
    name = next(iter(client.cookies))
    secret = client.cookies[name]
    assert client.get("/sign-in/here").status_code == 204
    assert client.get("/sign-out").status_code == 405  # no link or picture signs anybody out
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert sessions.who(secret) is None and client.get("/sign-in/here").status_code == 404
    client.cookies.set(name, secret)
    assert client.get("/favicon.ico").status_code == 401


def test_a_session_ends_when_it_is_idle_too_old_or_its_person_changed(client, sessions):
    clock = sessions._clock
    sign_in(client)
    clock.now += IDLE - 1
    assert client.get("/favicon.ico").status_code == 200
    clock.now += IDLE - 1
    assert client.get("/favicon.ico").status_code == 200
    clock.now += IDLE + 1
    assert client.get("/favicon.ico").status_code == 401
    sign_in(client)
    for _ in range(int(LONGEST / IDLE) * 2 + 1):
        clock.now += IDLE / 2
        last = client.get("/favicon.ico").status_code
    assert last == 401
    sign_in(client)
    path = sessions.people._path
    kept = path.read_text()
    path.write_text(kept.replace("ada:", "ida:"))
    assert client.get("/favicon.ico").status_code == 401
    path.write_text("nonsense")
    assert client.get("/favicon.ico").status_code == 503
    path.write_text(kept)


def test_old_sessions_of_one_person_go_when_there_are_too_many():
    people = People(f"ada:{hashed(WORD)}")
    sessions = Sessions(people, Clock())
    secrets = [sessions.begin(people.all()["ada"]) for _ in range(101)]
    assert sessions.who(secrets[0]) is None and sessions.who(secrets[1]) == sessions.who(secrets[-1]) == "ada"


def test_a_large_or_broken_form_is_a_wrong_one(client):
    assert client.post("/sign-in", content=b"name=ada&password=" + b"x" * 20_000).status_code == 403
    assert client.post("/sign-in", content=b"\xff\xfe=&;&&=").status_code == 403
    assert client.post("/sign-in", json={"name": ["ada"], "password": {}}).status_code == 403


def test_a_cookie_that_is_no_session_is_none(client):
    sign_in(client)
    name = next(iter(client.cookies))
    client.cookies.clear()
    for value in ("", "x", "a" * 5000, '"', ";"):
        sent = {"Cookie": f"a=b; {name}={value}; c"}
        assert client.get("/favicon.ico", headers=sent).status_code == 401


def test_programs_see_what_programs_keep_and_always_need_a_token(tmp_path, sessions):
    judge = access(Tokens(tmp_path), sessions, open_to_others=True)
    assert (judge.required, judge.page) == (True, False)
    judge = access(Tokens(tmp_path), None, open_to_others=True)
    assert (judge.required, judge.page) == (True, True)
    judge = access(Tokens(tmp_path), None, open_to_others=False)
    assert (judge.required, judge.page) == (False, False)
