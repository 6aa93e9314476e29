"""One question asked by every way in gives the same answer, byte for byte but for times and ids."""

import asyncio
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fakes import QuoteAll, assistant_at
from http_fakes import UNLIMITED, gated, listening
from mcp import Client, StdioServerParameters

from chat import AsyncAssistant
from chat.answer import Claim, Done, Draft
from chat.build import open_assistant
from chat.interfaces import cli
from chat.interfaces.http.desk import Desk
from chat.interfaces.mcp_server import mcp_app
from chat.settings import Settings

QUESTION = "Who met in May, and what was the price?"
PAPERS = {
    "minutes": "The council met in May. It voted for the bridge “at once”.\r\nNobody — 👩‍🚀 — objected.",
    "letter": "Ms. Zoë Ek wrote in May that the price was 45 million crowns. ܀ The council read it.",
}
OWN = ("conversation", "timings_ms")


class Both(QuoteAll):
    """Quotes four sentences, and claims one thing that nothing bears out, so that every part is there."""

    def draft(self, evidence):
        """Return claims that stand and one that does not, the second of which only relates."""
        made = super().draft(evidence)
        quoted = made.claims[0].quotes[0]
        first = replace(made.claims[0], short=(quoted.start, quoted.start + 11))
        relating = Claim(made.claims[1].text, made.claims[1].quotes, "relates")
        return Draft(
            (first, relating, *made.claims[2:4], Claim("Penguins met.", ())), made.nearest, self.name
        )


def ask(home, owner, capsys):
    return owner.ask(QUESTION).to_dict()


def stream(home, owner, capsys):
    *_, last = owner.stream(QUESTION)
    assert isinstance(last, Done)
    return last.answer.to_dict()


def ask_many(home, owner, capsys):
    (answer,) = owner.ask_many([QUESTION])
    return answer.to_dict()


def saved(home, owner, capsys):
    return owner.turns(owner.ask(QUESTION).conversation)[0].answer.to_dict()


def from_asyncio(home, owner, capsys):
    return asyncio.run(AsyncAssistant(owner).ask(QUESTION)).to_dict()


def through_the_owner(home, owner, capsys):
    with open_assistant(Settings(home=home)) as remote:
        return remote.ask(QUESTION).to_dict()


def streamed_through_the_owner(home, owner, capsys):
    with open_assistant(Settings(home=home)) as remote:
        *_, last = remote.stream(QUESTION)
        return last.answer.to_dict()


def command_line(home, owner, capsys):
    assert cli.main(["ask", QUESTION, "--json", "--home", str(home)]) == 0
    return json.loads(capsys.readouterr().out)


def batch(home, owner, capsys):
    questions, out = home.parent / "questions.txt", home.parent / "answers.jsonl"
    questions.write_text(f"{QUESTION}\n", encoding="utf-8")
    with questions.open(encoding="utf-8") as given, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", given)
        assert cli.main(["ask", "-", "--out", str(out), "--home", str(home)]) == 0
    row = json.loads(out.read_text(encoding="utf-8"))
    assert row.pop("id") == 1
    return row


@contextmanager
def serving(owner):
    """Serve a library's two APIs; gives a client."""
    desk = Desk.of(owner, UNLIMITED)
    try:
        with listening(gated(desk)) as base, httpx.Client(base_url=base, timeout=60) as client:
            yield client
    finally:
        desk.close()


def over_http(home, owner, capsys):
    with serving(owner) as client:
        return client.post("/api/v1/ask", json={"question": QUESTION}).json()


def streamed_over_http(home, owner, capsys):
    with serving(owner) as client:
        told = client.post("/api/v1/ask", json={"question": QUESTION, "stream": True}).text
    return json.loads(told.partition("event: done\ndata: ")[2].partition("\n")[0])


def openai_compatible(home, owner, capsys):
    body = {"model": "footnote", "messages": [{"role": "user", "content": QUESTION}]}
    with serving(owner) as client:
        return client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["footnote"]


def asked_by_mcp(server):
    async def conversation():
        async with Client(server) as client:
            return (await client.call_tool("ask", {"question": QUESTION})).structured_content

    return asyncio.run(conversation())


def mcp_over_http(home, owner, capsys):
    with listening(mcp_app(owner), lifespan="on") as base:
        return asked_by_mcp(f"{base}/mcp")


def mcp_over_stdio(home, owner, capsys):
    program = [sys.executable, "-m", "chat.interfaces.cli", "mcp", "--home", str(home)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return asked_by_mcp(StdioServerParameters(command=program[0], args=program[1:], env=environment))


def langchain_runnable(home, owner, capsys):
    return owner.as_runnable().invoke(QUESTION).to_dict()


def langchain_chain(home, owner, capsys):
    return asyncio.run(owner.as_runnable().ainvoke({"question": QUESTION})).to_dict()


# Each way gives the answer as `to_dict` does; add one here for every new interface.
WAYS = [
    ask,
    stream,
    ask_many,
    saved,
    from_asyncio,
    through_the_owner,
    streamed_through_the_owner,
    command_line,
    batch,
    over_http,
    streamed_over_http,
    openai_compatible,
    mcp_over_http,
    mcp_over_stdio,
    langchain_runnable,
    langchain_chain,
]


def own_apart(answer):
    """The answer's very bytes, without what each asking has of its own; it has those fields too."""
    kept = {name: value for name, value in answer.items() if name not in OWN}
    assert len(answer) == len(kept) + len(OWN)
    assert set(answer["timings_ms"]) == {"retrieve", "answer", "verify"}
    return json.dumps(kept, ensure_ascii=False).encode("utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("same") / "home"


@pytest.fixture(scope="module")
def owner(home):
    with assistant_at(home, answerer=Both()) as owner:
        for source, text in PAPERS.items():
            owner.add_text(text, source=source, metadata={"published": "2024-05-02"})
        assert owner.add(home / "gone.pdf").failed
        yield owner


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_gives_the_same_answer(way, home, owner, capsys):
    expected = owner.ask(QUESTION).to_dict()
    for part in ("short", "sentences", "citations", "rejected", "unreadable", "text"):
        assert expected[part], f"nothing to compare in {part}"
    assert own_apart(way(home, owner, capsys)) == own_apart(expected)
