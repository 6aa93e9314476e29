"""The OpenAI-compatible API, as the real clients use it against a server that listens."""

import asyncio
from types import SimpleNamespace

import httpx
import openai
import pytest
from http_fakes import SIGNED, UNLIMITED, desk_at, gated, listening
from langchain_openai import ChatOpenAI

from chat.answer import Answer
from chat.interfaces.http.messages import SOURCES, asked, plain, unmarked
from chat.interfaces.http.problem import Problem
from chat.interfaces.tokens import Tokens
from ingest.document import document_id

ASK = [{"role": "user", "content": SIGNED}]


@pytest.fixture(scope="module")
def key(desk):
    return Tokens(desk.assistant.home).add("openai", "read")[1]


@pytest.fixture(scope="module")
def base(desk, key):
    with listening(gated(desk)) as base:
        yield base


@pytest.fixture(scope="module")
def client(base, key):
    with openai.OpenAI(base_url=f"{base}/v1", api_key=key, max_retries=0) as client:
        yield client


def same(answer):
    return {**answer, "conversation": "", "timings_ms": {}}


def test_the_openai_package_gets_footnotes_sources_and_the_whole_answer(client, desk, base):
    before = len(desk.assistant.conversations())
    done = client.chat.completions.create(model="footnote", messages=ASK, temperature=0.1, user="x")
    assert (done.object, done.model, done.choices[0].finish_reason) == ("chat.completion", "footnote", "stop")
    message = done.choices[0].message
    answer = Answer.from_dict(message.footnote)
    assert message.role == "assistant" and answer.status == "answered"
    said, _, sources = message.content.partition(SOURCES)
    assert said == answer.text
    assert [line[:5] for line in sources.splitlines()] == [f"- [{c.number}]" for c in answer.citations]
    first = answer.citations[0]
    place = f"{base}/library/{first.document_id}/{first.start}-{first.end}?v={first.document_version}"
    assert sources.splitlines()[0] == f"- [1] Memo on the ferry: {place}"
    asked = desk.assistant.ask(SIGNED)
    desk.assistant.remove_conversation(asked.conversation)
    assert same(message.footnote) == same(asked.to_dict())
    assert len(desk.assistant.conversations()) == before  # the client keeps its own


def test_streamed_it_is_the_same_text_and_answer(client, desk):
    whole = client.chat.completions.create(model="footnote", messages=ASK).choices[0].message
    chunks = list(client.chat.completions.create(model="footnote", messages=ASK, stream=True))
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert deltas[0].role == "assistant" and chunks[-1].choices[0].finish_reason == "stop"
    assert "".join(delta.content or "" for delta in deltas) == whole.content
    assert len([delta for delta in deltas if delta.content]) == len(whole.footnote["sentences"]) + 1
    assert same(deltas[-1].footnote) == same(whole.footnote)
    assert len({chunk.id for chunk in chunks}) == 1
    assert desk.assistant.conversations() == []


def test_earlier_messages_say_what_a_question_refers_to(client, desk):
    first = client.chat.completions.create(model="footnote", messages=ASK).choices[0].message
    said = {"role": "assistant", "content": first.content}
    follow = [*ASK, said, {"role": "user", "content": "When did she sign it?"}]
    message = client.chat.completions.create(model="footnote", messages=follow).choices[0].message
    kept = desk.assistant.ask(SIGNED)
    own = desk.assistant.ask("When did she sign it?", conversation=kept.conversation)
    desk.assistant.remove_conversation(kept.conversation)
    assert message.footnote["standalone_question"] == own.standalone_question != own.question
    assert message.footnote["text"] == own.text
    changed = [*follow[:2], {"role": "user", "content": "When does the harbour at Vellin close?"}]
    other = client.chat.completions.create(model="footnote", messages=changed).choices[0].message
    assert other.footnote["standalone_question"] == "When does the harbour at Vellin close?"


@pytest.mark.parametrize("first", [SIGNED, "Who painted Mount Zeppelin?", "What was sold by the harbour?"])
def test_a_follow_up_is_understood_as_the_librarys_own_conversation_does(client, desk, first):
    messages, kept = [], None
    for question in (first, "When was that?", "And who said so?", "What about the harbour at Vellin?"):
        messages.append({"role": "user", "content": question})
        message = client.chat.completions.create(model="footnote", messages=messages).choices[0].message
        messages.append({"role": "assistant", "content": message.content})
        own = desk.assistant.ask(question, conversation=kept)
        kept = own.conversation
        assert message.footnote["standalone_question"] == own.standalone_question
        assert message.footnote["text"] == own.text
    desk.assistant.remove_conversation(kept)


def test_what_was_not_found_is_ordinary_text_and_says_so_beside_it(client):
    strange = [{"role": "user", "content": "Who painted the zeppelin?"}]
    message = client.chat.completions.create(model="footnote", messages=strange).choices[0].message
    assert message.footnote["status"] == "not_found" and message.refusal is None
    assert message.content.startswith(message.footnote["text"]) and SOURCES not in message.content
    assert "Closest passages:" in message.content


def test_a_collection_is_a_model_and_no_other_is(client):
    assert [each.id for each in client.models.list()] == ["footnote", "footnote:default", "footnote:harbour"]
    assert client.models.retrieve("footnote:harbour").id == "footnote:harbour"
    done = client.chat.completions.create(model="footnote:harbour", messages=ASK)
    assert done.choices[0].message.footnote["citations"] == []
    for model in ("gpt-4", "footnote:", "footnote:habour", "footnoteharbour", ""):
        with pytest.raises(openai.NotFoundError) as refused:
            client.chat.completions.create(model=model, messages=ASK)
        assert refused.value.code == "not-in-library"
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="gpt-4", messages=ASK, stream=True)


def test_errors_are_those_that_the_package_knows(client, base):
    stranger = openai.OpenAI(base_url=f"{base}/v1", api_key="wrong", max_retries=0)
    with stranger, pytest.raises(openai.AuthenticationError, match="a token is needed"):
        stranger.models.list()
    for messages in (
        [],
        [{"role": "user", "content": " "}],
        [{"role": "assistant", "content": "a"}],
        [
            {
                "role": "user",
                "content": [{"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}],
            }
        ],
    ):
        with pytest.raises(openai.UnprocessableEntityError):
            client.chat.completions.create(model="footnote", messages=messages)
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="footnote", messages=ASK, n=2)
    with pytest.raises(openai.APIStatusError) as refused:
        client.chat.completions.create(model="footnote", messages=[{"role": "user", "content": "x" * 4001}])
    assert refused.value.status_code == 413


def test_langchains_chat_model_invokes_streams_and_batches(base, key):
    model = ChatOpenAI(model="footnote", base_url=f"{base}/v1", api_key=key, max_retries=0)
    whole = model.invoke(SIGNED)
    assert "Ilse Brandt" in whole.content and "[1]" in whole.content and SOURCES in whole.content
    assert "".join(chunk.content for chunk in model.stream(SIGNED)) == whole.content
    told = [("human", SIGNED), ("ai", whole.content), ("human", "When did she sign the sale?")]
    assert "4 March 2021" in model.invoke(told).content
    assert [each.content for each in model.batch([SIGNED, SIGNED])] == [whole.content] * 2


async def _ainvoke(base, key):
    async with openai.AsyncOpenAI(base_url=f"{base}/v1", api_key=key, max_retries=0) as client:
        return await client.chat.completions.create(model="footnote", messages=ASK)


def test_the_async_client_too(base, key):
    assert "Ilse Brandt" in asyncio.run(_ainvoke(base, key)).choices[0].message.content


def test_a_document_cannot_put_a_picture_or_a_link_into_a_chat(tmp_path):
    hostile = (
        "The falcon ![x](http://evil.example/a.png) nests. The falcon ![x][r] flies. "
        "[r]: http://evil.example/b.png The falcon <img src=http://evil.example/c.png> sings. "
        "The falcon [click](http://evil.example) eats."
    )
    with desk_at(tmp_path / "home", UNLIMITED) as desk:
        desk.assistant.add_text(hostile, source="![t](http://evil.example/t.png) falcon")
        with listening(gated(desk)) as base:
            body = {
                "model": "footnote",
                "messages": [{"role": "user", "content": "What does the falcon do?"}],
            }
            message = httpx.post(f"{base}/v1/chat/completions", json=body).json()["choices"][0]["message"]
    from markdown_it import MarkdownIt

    assert "falcon" in message["content"]
    html = MarkdownIt("commonmark", {"html": True}).render(message["content"])
    assert "<img" not in html and 'href="http://evil' not in html
    assert any("![x](http://evil" in each["text"] for each in message["footnote"]["sentences"])
    assert message["footnote"]["citations"][0]["document_id"] == document_id(
        "default", "![t](http://evil.example/t.png) falcon"
    )


@pytest.mark.parametrize(
    "text", ["![a](b)", "<b>x</b> < 3", "`x`", "\\![a]", "[a][b]: c", "1 < 2 [sic] (so)"]
)
def test_what_was_escaped_is_put_back_in_an_earlier_answer(text):
    assert unmarked(plain(text) + " [1][2]" + SOURCES + "- [1] x") == text


def message(role, words):
    return SimpleNamespace(role=role, words=words)


def test_what_system_and_tools_say_is_no_question():
    told = [message("system", "Say yes."), message("tool", "x"), message("user", "Why?")]
    assert asked(told) == ("Why?", None)
    for wrong in (
        [message("system", "Why?")],
        [message("user", "")],
        [message("user", "a"), message("tool", "b")],
    ):
        with pytest.raises(Problem):
            asked(wrong)
    long = [message("user", f"Who is Number{n}?") for n in range(5000)]
    assert asked([*long, message("user", "Why?")])[1] == "Why (Who is Number4999)?"
