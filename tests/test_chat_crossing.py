"""Many people at one server: over HTTP, through the page's own queue, nobody gets anything of another's."""

import asyncio
import re
from contextlib import contextmanager

import pytest
from fakes import assistant_at
from http_fakes import fill, listening
from page_fakes import built
from test_chat_signing_in import routes

from bench.page_client import PageClient, Refused, file_data
from chat import passwords
from chat.interfaces.http.access import Access
from chat.interfaces.http.api import build_server
from chat.interfaces.http.desk import Desk
from chat.interfaces.http.limits import Limits
from chat.interfaces.serve import access
from chat.interfaces.sessions import Sessions
from chat.interfaces.sign_in import build_door
from chat.interfaces.tokens import Tokens
from chat.page.server import LOCAL
from chat.page.shell import Site
from chat.passwords import People, hashed

pytestmark = [  # of Gradio's queue
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]
WORD = "correct horse battery"
ASKED = "Who signed the sale of the ferry Aurora, {canary}?"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(passwords, "_LOG2N", 4)


@contextmanager
def served_to(home, names):
    """Serve a library to these people, or to whoever is there if there are none; address, app, assistant."""
    sessions = Sessions(People(",".join(f"{name}:{hashed(WORD)}" for name in names))) if names else None
    with assistant_at(home) as assistant:
        fill(assistant)
        desk = Desk.of(assistant, Limits(rate=0))
        judge: Access = access(Tokens(home), sessions, open_to_others=False)
        door = build_door(Site(assistant, LOCAL, desk.uploads), sessions) if sessions else None
        app = built(assistant, lambda: build_server(desk, judge, assistant=assistant, door=door))
        try:
            with listening(app, "on") as address:
                yield address, app, assistant
        finally:
            desk.close()


async def arrived(address, name, number):
    """Open the page as somebody, from an address of his own."""
    own = {"X-Forwarded-For": f"198.51.{number // 250}.{number % 250}", "Connection": "close"}
    client = PageClient(address, headers=own)
    if name:
        await client.sign_in(name, WORD)
    await client.open()
    return client


async def session(client, number, name):
    """Ask, ask on, add a file, look at everything; return who it was and all that came back."""
    canary = f"canary{number:04}x"
    async with client:
        heard = await client.ask(ASKED.format(canary=canary))
        heard += await client.ask(f"And what of {canary} then?")
        path = await client.upload("note.txt", f"The pier of {name} is long.".encode())
        heard += await client.call("fn-upload", "upload", fn_upload=[file_data(path)])
        heard.append(await client.open())
        heard += await client.call("fn-new", "click")
        return name, canary, "\n".join(heard)


async def others(address, app, name, number, mine, theirs):
    """Return what one person gets by asking every address for what is another's."""
    got = []
    async with await arrived(address, name, number) as client:
        for method, template in sorted(set(templates(app))):
            for key in theirs:
                path = re.sub(r"{[^}]*}", key, template)
                answer = await client.http.request(method, path, params={"conversation": key, "id": key})
                if answer.status_code == 200:
                    got.append(answer.text)
        got += await client.load()
        for key in (*theirs, *mine[:1]):
            try:
                got += await client.call("fn-past", "input", fn_past=key)
            except Refused as refused:
                got.append(str(refused))
    return "\n".join(got)


def templates(app):
    """Yield the GET addresses of our own, with their parameters."""
    for method, path in routes(app, keep=True):
        if method == "GET" and not path.startswith(("/gradio_api", "/static", "/assets", "/svelte")):
            yield method, path


async def everybody(address, app, names, sessions):
    who = [names[number % len(names)] if names else "" for number in range(sessions)]
    clients = [await arrived(address, name, number) for number, name in enumerate(who)]
    everyone = zip(clients, range(sessions), who, strict=True)
    return await asyncio.gather(*(session(*each) for each in everyone))


def crossings(told):
    """Return whose canary came to whom who should not have it."""
    canaries = {canary: name for name, canary, _ in told}
    return [
        (name, canary, found)
        for name, canary, heard in told
        for found in set(re.findall(r"canary\d{4}x", heard))
        if canaries[found] != name
    ]


def look(home, people, sessions):
    names = [f"person {number}" for number in range(people)]
    with served_to(home, names) as (address, app, assistant):
        told = asyncio.run(everybody(address, app, names, sessions))
        assert len(told) == sessions and crossings(told) == []
        assert all(heard.count(canary) >= 3 for _, canary, heard in told)  # each has his own
        kept = {each.id: each for each in assistant.conversations()}
        assert len(kept) == sessions and {each.owner for each in kept.values()} == set(names[:sessions])
        for name in names[:3]:
            mine = [key for key, each in kept.items() if each.owner == name]
            theirs = [key for key, each in kept.items() if each.owner != name][:4]
            got = asyncio.run(others(address, app, name, 900 + names.index(name), mine, theirs))
            found = {canary for canary in re.findall(r"canary\d{4}x", got)}
            own = {canary for who, canary, _ in told if who == name}
            assert found <= own and own & found, (name, found - own)
        for key, each in kept.items():  # what was kept holds what its owner asked, and nobody else's
            words = " ".join(turn.question for turn in assistant.turns(key))
            own = {canary for who, canary, _ in told if who == each.owner}
            assert len(set(re.findall(r"canary\d{4}x", words)) & own) == 1


def test_people_who_ask_at_the_same_time_never_see_each_other(tmp_path):
    look(tmp_path / "home", people=3, sessions=6)


@pytest.mark.slow
def test_a_hundred_sessions_of_two_dozen_people_never_cross(tmp_path):
    look(tmp_path / "home", people=24, sessions=100)


def test_without_sign_in_each_session_has_its_own_conversation(tmp_path):
    with served_to(tmp_path / "home", []) as (address, app, assistant):
        told = asyncio.run(everybody(address, app, [], 6))
        for key in (each.id for each in assistant.conversations()):
            words = " ".join(turn.question for turn in assistant.turns(key))
            assert len(set(re.findall(r"canary\d{4}x", words))) == 1 and len(assistant.turns(key)) == 2
        assert len(told) == 6


def test_only_what_one_has_uploaded_oneself_is_added(tmp_path):
    home, secret = tmp_path / "home", tmp_path / "secret.txt"
    secret.write_text("CANARY of the machine.")

    async def tried(address):
        async with await arrived(address, "ada", 1) as ada, await arrived(address, "bo", 2) as bo:
            upload = await ada.upload("mine.txt", b"CANARY of Ada.")
            forged = [
                str(secret),
                "/etc/passwd",
                str(home / "library.sqlite"),
                upload,
                upload.replace("mine.txt", "../" + upload.split("/")[-2] + "/mine.txt"),
                "http://127.0.0.1:1/x",
                f"file://{secret}",
                "",
            ]
            for path in forged:
                for value in (
                    [file_data(path)],
                    file_data(path),
                    [{"path": path}],
                    [[{"x": {"path": path}}]],
                ):
                    with pytest.raises(Refused, match="403"):
                        await bo.call("fn-upload", "upload", fn_upload=value)
                    with pytest.raises(Refused, match="403"):
                        await bo.call("fn-box", "submit", fn_box=value)
            await ada.call("fn-new", "click")
            with pytest.raises(Refused, match="403"):  # with a session that is Ada's
                await bo.call("fn-box", "submit", ada.session, fn_box="Who?")
            for path, query in (
                ("/gradio_api/queue/data", {"session_hash": ada.session}),
                (f"/gradio_api/heartbeat/{ada.session}", {}),
            ):
                assert (await bo.http.get(path, params=query)).status_code == 403
            cancel = {"session_hash": ada.session, "fn_index": 0, "event_id": "x"}
            assert (await bo.http.post("/gradio_api/cancel", json=cancel)).status_code == 403
            assert (await bo.http.get(f"/gradio_api/file={upload}")).status_code == 404
            await ada.call("fn-upload", "upload", fn_upload=[file_data(upload)])

    with served_to(home, ["ada", "bo"]) as (address, _, assistant):
        asyncio.run(tried(address))
        texts = [assistant.document(each.id).text for each in assistant.documents()]
        assert sum("CANARY" in text for text in texts) == 1 and "CANARY of Ada." in texts


def test_where_nobody_signs_in_a_file_that_was_not_uploaded_is_refused_too(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY")

    async def tried(address):
        async with await arrived(address, "", 1) as client:
            with pytest.raises(Refused, match="403"):
                await client.call("fn-upload", "upload", fn_upload=[file_data(str(secret))])
            for body in (b"", b"[]", b"{" * 50_000, b"x" * (9 << 20), b'{"session_hash": []}'):
                answer = await client.http.post("/gradio_api/queue/join", content=body)
                assert answer.status_code in (403, 422), body[:10]

    with served_to(tmp_path / "home", []) as (address, _, assistant):
        asyncio.run(tried(address))
        assert len(assistant.documents()) == 2
