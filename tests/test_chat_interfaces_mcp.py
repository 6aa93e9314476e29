"""The MCP server, asked by the official client: as a child process over stdio, and over HTTP."""

import asyncio
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

from bench.serving import serving
from chat.answer import Answer
from chat.interfaces import mcp_tools
from chat.interfaces.mcp_server import build_server, mcp_app
from tests.fakes import QuoteAll, assistant_at

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "mcp.md").read_text(encoding="utf-8")
QUESTION = "Which news organizations obtained the memorandum?"
READING = ["ask", "search", "read", "list_documents", "check", "mentions"]
JSON_RPC = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


def block(language):
    return re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_at(tmp_path_factory.mktemp("mcp"), answerer=QuoteAll()) as assistant:
        assistant.add(ROOT / "corpus" / "directive", collection="sample")
        assistant.add_text(
            "The council met in May. It voted.", source="wire/1", metadata={"published": "2025-01-22"}
        )
        yield assistant


@pytest.fixture(scope="module")
def url(assistant):
    with serving(mcp_app(assistant)) as base:
        yield f"{base}/mcp"


def talk(server, conversation):
    """Run `conversation(client)` with the official client and return what it returns."""

    async def run():
        async with Client(server) as client:
            return await conversation(client)

    return asyncio.run(run())


def called(server, tool, **arguments):
    """Call one tool; the client checks the result against the tool's schema."""

    async def conversation(client):
        await client.list_tools()
        return await client.call_tool(tool, arguments)

    result = talk(server, conversation)
    if not result.is_error:
        assert json.loads(result.content[0].text) == result.structured_content
    return result


def without_times(answer):
    return {**answer, "timings_ms": None, "conversation": None}


def configured(home, *more):
    """The server that the page's configuration starts, over another home."""
    entry = json.loads(block("json"))["mcpServers"]["footnote"]
    assert entry["command"].endswith("/footnote")
    arguments = [str(home) if each == "/home/you/library" else each for each in entry["args"]]
    assert str(home) in arguments
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "chat.interfaces.cli", *arguments, *more],
        env={"PYTHONPATH": str(ROOT)},
    )


def test_the_configuration_on_the_page_starts_a_server_that_works_through_the_owner(tmp_path):
    async def conversation(client):
        tools = (await client.list_tools()).tools
        added = await client.call_tool("add", {"sources": [str(ROOT / "corpus" / "directive")]})
        missing = await client.call_tool("add", {"sources": [str(tmp_path / "nothing.txt")]})
        asked = await client.call_tool("ask", {"question": "council?"})
        return tools, added, missing, asked

    with assistant_at(tmp_path / "home", answerer=QuoteAll()) as assistant:
        assistant.add_text("The council met.", source="wire/1")
        server = configured(assistant.home, "--allow-add")
        tools, added, missing, asked = talk(server, conversation)
        assert [tool.name for tool in tools] == [*READING, "add"]
        assert len(added.structured_content["added"]) == 3 and len(assistant.documents()) == 4
        assert "nothing.txt" in missing.structured_content["failed"][0]["source"]
        answer = asked.structured_content
        assert assistant.turns(answer["conversation"])[0].answer.to_dict() == answer


@pytest.mark.slow
def test_alone_it_owns_the_library_and_answers_adds_and_checks(tmp_path):
    async def conversation(client):
        added = await client.call_tool("add", {"sources": [str(ROOT / "corpus" / "directive")]})
        asked = await client.call_tool("ask", {"question": QUESTION})
        cited = asked.structured_content["citations"][0]
        place = {key: cited[key] for key in ("document_id", "start", "end")}
        read = await client.call_tool("read", {**place, "around": 40})
        checked = await client.call_tool("check", {"text": "Three news organizations obtained the document."})
        return added, asked, read, checked

    added, asked, read, checked = talk(configured(tmp_path / "home", "--allow-add"), conversation)
    assert len(added.structured_content["added"]) == 3
    answer = asked.structured_content
    assert answer["status"] == "answered" and "the Associated Press and the Washington Post" in answer["text"]
    assert Answer.from_dict(answer).to_dict() == answer
    assert read.structured_content["text"] == answer["citations"][0]["quote"]
    assert len(read.structured_content["before"]) <= 40
    assert checked.structured_content["sentences"][0]["support"] == "contradicted"


def test_a_library_that_cannot_be_opened_is_one_line_and_nothing_on_stdout(tmp_path):
    (tmp_path / "file").write_text("no folder")
    done = subprocess.run(
        [sys.executable, "-m", "chat.interfaces.cli", "mcp", "--home", str(tmp_path / "file")],
        cwd=ROOT, input="", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("\n") == 1


def test_what_prints_while_the_library_opens_does_not_reach_stdout():
    code = (
        "import os, subprocess, sys; from chat.interfaces.mcp_server import stdout_kept_clean\n"
        "with stdout_kept_clean():\n"
        "    print('a'); os.write(1, b'b'); subprocess.run([sys.executable, '-c', 'print(3)'])\n"
        "print('wire')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "wire\n" and set("ab3") <= set(done.stderr)


def test_the_python_example_on_the_page_runs(url):
    code = block("python").replace("http://127.0.0.1:7860/mcp", url)
    assert url in code
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("answered ")


def test_every_tool_has_a_title_a_hint_and_schemas_and_add_is_off(url, assistant):
    async def conversation(client):
        return (await client.list_tools()).tools

    tools = talk(url, conversation)
    assert [tool.name for tool in tools] == READING
    for tool in [*tools, *talk(build_server(assistant, allow_add=True), conversation)]:
        assert tool.title and tool.description and "\n" not in tool.description
        assert tool.annotations.read_only_hint is (tool.name != "add")
        assert tool.annotations.destructive_hint is False
        assert tool.input_schema["additionalProperties"] is False
        assert all("description" in each for each in tool.input_schema["properties"].values())
    by_name = {tool.name: tool.output_schema for tool in tools}
    answer = assistant.ask("council?").to_dict()
    assert list(by_name["ask"]["properties"]) == by_name["ask"]["required"] == list(answer)
    citation = by_name["ask"]["$defs"]["Citation"]
    assert list(citation["properties"]) == citation["required"] == list(answer["citations"][0])


def test_the_answer_is_the_same_as_from_python(url, assistant):
    given = {"question": "Who obtained the memorandum?", "collections": ["sample"]}
    answer = called(url, "ask", **given).structured_content
    from retrieval.hit import Filter

    same = assistant.ask(given["question"], where=Filter(collections=("sample",))).to_dict()
    assert without_times(answer) == without_times(same)
    assert all(each["collection"] == "sample" for each in answer["citations"])
    follow = called(url, "ask", question="And when?", conversation=answer["conversation"]).structured_content
    assert (follow["conversation"], follow["turn"]) == (answer["conversation"], 2)
    edited = called(url, "ask", question="x", standalone="council met").structured_content
    assert edited["standalone_question"] == "council met"


def test_search_and_read_give_exact_words(url, assistant):
    hits = called(url, "search", words="memorandum", limit=3).structured_content["hits"]
    assert len(hits) == 3
    for hit in hits:
        text = assistant.document(hit["document_id"], hit["version"]).text
        assert text[hit["start"] : hit["end"]] == hit["text"]
        place = {"document_id": hit["document_id"], "start": hit["start"], "end": hit["end"], "around": 50}
        read = called(url, "read", **place).structured_content
        assert (
            read["before"] + read["text"] + read["after"] == text[max(0, hit["start"] - 50) : hit["end"] + 50]
        )
        assert read["length"] == len(text)
    dated = called(url, "search", words="council", published_from="2025-01-01", published_to="2025-12-31")
    assert [hit["source"] for hit in dated.structured_content["hits"]] == ["wire/1"]
    named = called(url, "search", words="council", sources=["WIRE/"], types=["plain"])
    assert {hit["source"] for hit in named.structured_content["hits"]} == {"wire/1"}
    for other in (
        {"types": ["pdf"]},
        {"languages": ["de"]},
        {"authors": ["nobody"]},
        {"titles": ["nothing"]},
    ):
        assert called(url, "search", words="council", **other).structured_content["hits"] == []


def test_documents_are_listed_in_parts_and_are_resources(url, assistant):
    whole = called(url, "list_documents").structured_content
    assert whole["total"] == len(whole["documents"]) == 4 and whole["failures"] == []
    part = called(url, "list_documents", limit=1, offset=1, collection="sample").structured_content
    assert part["total"] == 3 and part["documents"] == [whole["documents"][1]]

    async def conversation(client):
        rows = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        text = (await client.read_resource(rows[0].uri)).contents[0].text
        with pytest.raises(MCPError, match=r"^no document 'nobody'.*") as unknown:
            await client.read_resource("footnote://document/nobody")
        with pytest.raises(MCPError, match="begin with footnote://"):
            await client.read_resource("file:///etc/passwd")
        return rows, templates, text, unknown.value

    rows, templates, text, unknown = talk(url, conversation)
    assert [row.uri for row in rows] == [f"footnote://document/{each['id']}" for each in whole["documents"]]
    assert templates[0].uri_template == "footnote://document/{document_id}"
    assert text == assistant.document(whole["documents"][0]["id"]).text
    assert "\n" not in unknown.message


def test_the_list_of_resources_comes_in_pages(assistant, monkeypatch):
    monkeypatch.setattr("chat.interfaces.mcp_server.PAGE", 3)

    async def conversation(client):
        first = await client.list_resources()
        second = await client.list_resources(cursor=first.next_cursor)
        return first, second

    first, second = talk(build_server(assistant, allow_add=False), conversation)
    assert (len(first.resources), len(second.resources), second.next_cursor) == (3, 1, None)


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("ask", {}, "wrong arguments: question"),
        ("ask", {"question": ""}, "question"),
        ("ask", {"question": "x", "colections": ["a"]}, "colections"),
        ("ask", {"question": "x", "conversation": "nobody"}, "no conversation 'nobody'"),
        ("ask", {"question": "x", "collections": ["nope"]}, "there are: default, sample"),
        ("ask", {"question": "x", "documents": ["nobody"]}, "no document 'nobody'"),
        ("search", {"words": "x", "limit": 0}, "limit"),
        ("search", {"words": "x", "published_from": "yesterday"}, "published_from"),
        ("search", {"words": "x", "titles": [" "]}, "titles"),
        ("read", {"document_id": "nobody"}, "no document 'nobody'"),
        ("list_documents", {"collection": "nope"}, "no collection 'nope'"),
    ],
)
def test_a_mistake_is_a_tool_error_of_one_line(url, tool, arguments, says):
    result = called(url, tool, **arguments)
    assert result.is_error and result.structured_content is None
    assert says in result.content[0].text and "\n" not in result.content[0].text


def test_no_span_outside_the_document_is_read(url, assistant):
    name = assistant.documents()[-1].id
    for start, end in ((5, 5), (0, 9999), (9, 3)):
        result = called(url, "read", document_id=name, start=start, end=end)
        assert result.is_error and "no span" in result.content[0].text
    assert (
        called(url, "read", document_id=name).structured_content["text"]
        == "The council met in May. It voted."
    )


def test_add_is_refused_where_it_is_not_allowed(url):
    async def conversation(client):
        with pytest.raises(MCPError, match="no tool 'add'"):
            await client.call_tool("add", {"sources": ["/etc/hostname"]})

    talk(url, conversation)


def test_an_unforeseen_error_is_told_without_its_words(assistant, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("canary".upper())

    tool = mcp_tools.Tool("ask", "title", "description", mcp_tools.Ask, Answer, broken)
    monkeypatch.setattr(mcp_tools, "TOOLS", (tool,))
    server = build_server(assistant, allow_add=False)
    result = called(server, "ask", question="x")
    assert result.is_error and "RuntimeError" in result.content[0].text
    assert "CANARY" not in result.content[0].text + caplog.text and "in broken" in caplog.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
)
def test_other_sites_and_names_are_refused(url, headers, status):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for method in ("POST", "GET", "DELETE") if status != 400 else ("POST",):
        answer = httpx.request(method, url, json=body, headers={**JSON_RPC, **headers})
        assert answer.status_code == status
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_server_starts_with_many_first_requests_at_once(assistant):
    async def ask(url):
        async with Client(url) as client:
            return (await client.call_tool("list_documents", {})).structured_content["total"]

    async def together(url):
        return await asyncio.gather(*(ask(url) for _ in range(8)))

    with serving(mcp_app(assistant)) as base:
        assert asyncio.run(together(f"{base}/mcp")) == [4] * 8


def test_it_is_beside_the_page_at_mcp(assistant, tmp_path):
    from chat.interfaces.http.access import Access
    from chat.interfaces.http.api import build_server as build_page
    from chat.interfaces.http.desk import Desk
    from chat.interfaces.http.limits import Limits
    from chat.interfaces.tokens import Tokens

    desk = Desk.of(assistant, Limits())

    async def build(required):  # inside a loop of its own: Gradio asks for one
        access = Access(Tokens(tmp_path), required=required)
        return build_page(desk, access, beside={"/mcp": mcp_app(assistant)})

    def built(required):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(build(required))).result()

    with serving(built(False)) as base:
        assert called(f"{base}/mcp", "list_documents").structured_content["total"] == 4
        assert "Footnote" in httpx.get(f"{base}/").text
    with serving(built(True)) as base:  # others can reach it: only with a token
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        assert httpx.post(f"{base}/mcp", json=body, headers=JSON_RPC).status_code == 401
    desk.close()
