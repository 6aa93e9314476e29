"""The library within LangChain: retriever, Runnable, and a tool in a real agent with a scripted model."""

import asyncio
import contextlib
import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.load import dumps
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableLambda

from chat.answer import Answer
from chat.langchain_retriever import FootnoteRetriever, library_tool
from ingest.errors import InvalidSetting, NotInLibrary
from retrieval.hit import Filter
from tests.fakes import QuoteAll, assistant_at

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "langchain.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SECRET = {"lc": "1", "type": "secret", "id": '["FOOTNOTE_CANARY"]'}
QUESTION = "Who obtained the memorandum?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_at(tmp_path_factory.mktemp("langchain"), answerer=QuoteAll(2)) as assistant:
        assistant.add(ROOT / "corpus" / "directive", collection="sample")
        assistant.add_text(
            "The council met in May. It voted.", source=json.dumps(SECRET), title="m",
            metadata={**SECRET, "published": "2025-01-22"},
        )  # fmt: skip
        yield assistant


class Scripted(GenericFakeChatModel):
    """Gives its messages in turn, and may be told of tools."""

    def bind_tools(self, tools, **_):
        """Take the tools; the script calls them by name."""
        return self


def agent_model():
    call = {"name": "ask_documents", "args": {"question": QUESTION}, "id": "call-1"}
    return Scripted(messages=iter([AIMessage("", tool_calls=[call]), AIMessage("Done.")]))


@pytest.mark.parametrize("example", EXAMPLES, ids=["retriever", "runnable", "agent"])
def test_the_examples_on_the_page_run_while_another_owns_the_library(assistant, example, monkeypatch, capsys):
    monkeypatch.setenv("FOOTNOTE_HOME", str(assistant.home))
    exec(compile(example, "docs/langchain.md", "exec"), {"model": agent_model()})
    assert capsys.readouterr().out


def test_documents_carry_where_they_stand(assistant):
    retriever = FootnoteRetriever(assistant=assistant, limit=3)
    documents = retriever.invoke("memorandum")
    assert [each.metadata["score"] for each in documents] == [
        hit.score for hit in assistant.search("memorandum", limit=3)
    ]
    for each in documents:
        place = each.metadata
        text = assistant.document(place["document_id"], place["version"]).text
        assert text[place["start"] : place["end"]] == each.page_content
        assert place["source"] and place["title"] and "page" in place
    only = FootnoteRetriever(assistant=assistant, where=Filter(collections=("default",)))
    assert {each.metadata["collection"] for each in only.invoke("memorandum council")} == {"default"}


def test_every_way_to_invoke_the_retriever_gives_the_same(assistant):
    retriever = FootnoteRetriever(assistant=assistant, limit=2)
    once = retriever.invoke("memorandum")

    async def ways():
        return [
            await retriever.ainvoke("memorandum"),
            (await retriever.abatch(["memorandum"]))[0],
            await anext(aiter(retriever.astream("memorandum"))),
        ]

    assert [once] * 5 == [
        retriever.batch(["memorandum"])[0],
        *retriever.stream("memorandum"),
        *asyncio.run(ways()),
    ]


def comparable(answer):
    return {**answer.to_dict(), "timings_ms": 0, "conversation": ""}


def test_every_way_to_invoke_the_assistant_gives_its_answer(assistant):
    ask = assistant.as_runnable()
    expected = comparable(assistant.ask(QUESTION))

    async def ways():
        return [
            await ask.ainvoke(QUESTION),
            *(await ask.abatch([QUESTION])),
            *[a async for a in ask.astream(QUESTION)],
        ]

    found = [ask.invoke(QUESTION), ask.invoke({"question": QUESTION}), *ask.batch([QUESTION] * 3)]
    found += [*ask.stream(QUESTION), *asyncio.run(ways())]
    assert (
        all(isinstance(each, Answer) and comparable(each) == expected for each in found) and len(found) == 9
    )
    assert (RunnableLambda(str.strip) | ask | (lambda answer: answer.status)).invoke(
        f" {QUESTION} "
    ) == "answered"


def test_a_mapping_continues_a_conversation_and_narrows(assistant):
    ask = assistant.as_runnable()
    first = ask.invoke({"question": QUESTION, "where": Filter(collections=("default",))})
    assert {each.collection for each in first.citations} == {"default"}
    second = ask.invoke(
        {"question": "When?", "conversation": first.conversation, "standalone": "council voted"}
    )
    assert (second.turn, second.standalone_question) == (2, "council voted")
    for wrong in ({"question": "x", "colection": "a"}, {}):
        with pytest.raises(InvalidSetting, match="question"):
            ask.invoke(wrong)
    with pytest.raises(NotInLibrary):
        ask.invoke({"question": "x", "conversation": "nobody"})


def test_an_agent_asks_the_documents_and_keeps_the_whole_answer(assistant):
    from langchain.agents import create_agent

    agent = create_agent(agent_model(), tools=[library_tool(assistant)])
    messages = agent.invoke({"messages": [("user", QUESTION)]})["messages"]
    result = next(message for message in messages if isinstance(message, ToolMessage))
    assert comparable(result.artifact) == comparable(assistant.ask(QUESTION))
    assert messages[-1].content == "Done."
    lines = result.content.splitlines()
    assert lines[0] == result.artifact.text
    for line, citation in zip(lines[1:], result.artifact.citations, strict=True):
        assert line.startswith(f"[{citation.number}] {citation.title}")
        assert " ".join(citation.quote.split()) in line

    async def asynchronously():
        return await create_agent(agent_model(), tools=[library_tool(assistant)]).ainvoke(
            {"messages": [("user", QUESTION)]}
        )

    assert asyncio.run(asynchronously())["messages"][-2].content == result.content


def test_what_looks_like_a_secret_of_langchains_is_data(assistant, monkeypatch):
    monkeypatch.setenv("FOOTNOTE_CANARY", "leaked")
    info = next(each for each in assistant.documents() if each.title == "m")
    kept = assistant.document(info.id).reading.metadata
    assert {name: kept[name] for name in SECRET} == SECRET
    document = FootnoteRetriever(assistant=assistant).invoke("council voted")[0]
    assert json.loads(document.metadata["source"]) == SECRET
    answer = assistant.ask("council voted")
    again = assistant.turns(answer.conversation)[0].answer
    assert again == answer and json.loads(again.citations[0].source) == SECRET
    assert "leaked" not in dumps(document) + json.dumps(answer.to_dict())


def test_a_tracing_key_in_the_environment_sends_nothing(tmp_path):
    code = """
import sys
from pathlib import Path
from chat.langchain_retriever import FootnoteRetriever, library_tool
from langchain_core.tracers.langchain import wait_for_all_tracers
from tests.fakes import QuoteAll, assistant_at
with assistant_at(Path(sys.argv[1]), answerer=QuoteAll()) as assistant:
    assistant.add_text("The council met.", source="a")
    assert FootnoteRetriever(assistant=assistant).invoke("council")
    assert assistant.as_runnable().invoke("council").citations
    assert library_tool(assistant).invoke({"question": "council"})
    list(assistant.stream("council"))
    wait_for_all_tracers()
"""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "LANGSMITH_TRACING": "true",
            "LANGSMITH_API_KEY": "canary",
            "LANGSMITH_ENDPOINT": f"http://127.0.0.1:{canary.getsockname()[1]}",
        }
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        canary.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            canary.accept()
            pytest.fail("something called the tracing endpoint")
