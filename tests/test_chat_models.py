"""A language model over HTTP: answers verified as they come, and every way in which it can fail."""

import html
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from model_server import model_server

from chat.answer import Done, Verified
from chat.settings import read_settings
from ingest.errors import InvalidSetting, ModelMissing
from tests.fakes import QuoteAll, assistant_at

ROOT = Path(__file__).parents[1]
FACT = "The council closed the bridge on 4 May 2024. It will cost 45 million dollars. Nobody was hurt."
WRITTEN = "The bridge was closed by the council on 4 May 2024. [1] Nobody was hurt then. [1] So it is. [1]"
QUESTION = "When did the council close the bridge?"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("chat.listen.BACKOFF", 0.01)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with model_server(WRITTEN) as server:
        yield server


def over(server, home, seconds):
    """An assistant whose model has so many seconds to begin and to go on."""
    assistant = assistant_at(
        home, answerer=QuoteAll(1), model="openai:scripted", base_url=server.url,
        first_token_seconds=seconds, idle_seconds=seconds,
    )  # fmt: skip
    assistant.add_text(FACT, source="wire/1", title="Bridge closed")
    return assistant


@pytest.fixture
def assistant(server, tmp_path):
    with over(server, tmp_path, 30.0) as assistant:
        yield assistant


@pytest.fixture
def hurried(server, tmp_path):
    """The same, for models that fall silent; long enough for a busy machine to begin in time."""
    with over(server, tmp_path, 2.0) as assistant:
        yield assistant


def quoted(answer):
    return answer.answerer == "quote all" and answer.sentences[0].verbatim


def test_what_the_model_writes_is_verified_and_cited(assistant, server):
    answer = assistant.ask(QUESTION)
    assert (answer.status, answer.answerer, answer.remarks) == ("answered", "openai:scripted", "")
    assert answer.sentences[0].text == "The bridge was closed by the council on 4 May 2024."
    assert answer.citations[0].quote == "The council closed the bridge on 4 May 2024."
    assert answer.text.startswith("The bridge was closed by the council on 4 May 2024. [1]")
    body = server.bodies[0]
    assert len(server.bodies) == 1 and body["stream"] is True and body["temperature"] == 0
    assert "tools" not in body and FACT in body["messages"][1]["content"]
    assert assistant.turns(answer.conversation)[0].answer == answer


def test_without_the_setting_nothing_is_contacted_whatever_keys_there_are(server, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    with assistant_at(tmp_path, answerer=QuoteAll(1)) as assistant:
        assistant.add_text(FACT, source="a")
        assert quoted(assistant.ask(QUESTION)) and assistant.examples() is not None
    assert not server.bodies


def test_examples_ask_no_model(assistant, server):
    assistant.examples()
    assert not server.bodies


FAULTS = {
    "silent": (["silent"], "did not begin to answer within 2 s", 1),
    "reset": (["reset"] * 3, "could not be reached, or hung up", 3),
    "429": (["429"] * 3, "takes no more requests for now (HTTP 429) (3 tries)", 3),
    "500": (["500"] * 3, "failed (HTTP 500) (3 tries)", 3),
    "401": (["401"], "is its key right?", 1),
    "404": (["404"], "is not known at that address", 1),
    "400": (["400"], "failed (HTTP 400)", 1),
    "garbage": (["garbage"] * 3, "gave something that is no answer (JSONDecodeError) (3 tries)", 3),
}


@pytest.mark.parametrize("name", FAULTS)
def test_when_the_model_fails_the_answer_is_quoted_and_says_so(hurried, server, name):
    server.faults, says, requests = list(FAULTS[name][0]), *FAULTS[name][1:]
    answer = hurried.ask(QUESTION)
    assert quoted(answer) and len(server.bodies) == requests
    assert answer.text.startswith(f"openai:scripted {says}") or says in answer.remarks
    assert "quoted from the documents instead" in answer.remarks
    assert "CANARY" not in json.dumps(answer.to_dict())
    again = hurried.turns(answer.conversation)[0].answer
    assert again == answer and again.remarks == answer.remarks


@pytest.mark.parametrize("fault", ["reset", "429", "500", "garbage"])
def test_a_passing_fault_is_tried_again(assistant, server, fault):
    server.faults = [fault, fault]
    answer = assistant.ask(QUESTION)
    assert answer.answerer == "openai:scripted" and not answer.remarks and len(server.bodies) == 3


@pytest.mark.parametrize(
    ("header", "requests", "at_least"), [("0.3", 2, 0.3), ("3600", 1, 0), ("soon", 2, 0)]
)
def test_retry_after_is_honoured_or_not_waited_for(assistant, server, header, requests, at_least):
    server.faults, server.retry_after = ["429"], header
    began = time.monotonic()
    answer = assistant.ask(QUESTION)
    assert len(server.bodies) == requests and time.monotonic() - began >= at_least
    assert bool(answer.remarks) is (requests == 1)


@pytest.mark.parametrize(
    ("fault", "says"), [("stall", "fell silent for 2 s"), ("broken", "broke off within")]
)
def test_what_was_shown_stays_is_marked_and_is_not_written_again(hurried, server, fault, says):
    server.faults = [fault]
    events = list(hurried.stream(QUESTION))
    answer = events[-1].answer
    shown = [event.sentence for event in events if isinstance(event, Verified)]
    assert shown and shown == list(answer.sentences)
    assert len(server.bodies) == 1
    assert says in answer.remarks and "may not be whole" in answer.remarks
    assert (answer.status, answer.answerer) == ("partial", "openai:scripted")


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["silent", "reset", "429", "500", "garbage", "stall", "broken"])
def test_fifty_of_each_fault_end_in_an_answer(hurried, server, fault):
    for _ in range(50):
        server.faults = [fault] * 3
        before = len(server.bodies)
        answer = hurried.ask(QUESTION)
        assert answer.sentences and answer.remarks and len(server.bodies) - before <= 3
        assert answer.answerer == ("openai:scripted" if fault in ("stall", "broken") else "quote all")


def test_a_sentence_is_shown_before_the_next_is_finished_and_closing_stops_the_model(assistant, server):
    server.faults = ["stall"]
    events = assistant.stream(QUESTION)
    first = next(event for event in events if isinstance(event, Verified))
    assert first.sentence.text == "The bridge was closed by the council on 4 May 2024."
    events.close()
    assert server.dropped.wait(10)
    assert assistant.conversations() == []  # nothing half-done is saved
    assert isinstance(list(assistant.stream(QUESTION))[-1], Done)


def test_a_slow_model_holds_up_no_other_conversation(assistant, server):
    server.faults = ["stall"]
    waiting = assistant.stream(QUESTION)
    assert next(event for event in waiting if isinstance(event, Verified))
    assert assistant.ask(QUESTION).answerer == "openai:scripted"
    waiting.close()


def test_settings_of_a_model_are_checked(tmp_path):
    for name, value in (
        ("MODEL", "gpt"), ("MODEL", "open ai:x"), ("BASE_URL", "localhost:1"), ("MODEL_WINDOW", "12"),
        ("FIRST_TOKEN_SECONDS", "soon"), ("IDLE_SECONDS", "0"), ("IDLE_SECONDS", "nan"),
    ):  # fmt: skip
        with pytest.raises(InvalidSetting, match=f"^FOOTNOTE_{name}="):
            read_settings(tmp_path, {f"FOOTNOTE_{name}": value})
    given = {"MODEL": "ollama:a:b", "BASE_URL": "http://h:1", "MODEL_WINDOW": "8192", "IDLE_SECONDS": "1.5"}
    settings = read_settings(tmp_path, {f"FOOTNOTE_{name}": value for name, value in given.items()})
    assert (settings.model, settings.base_url, settings.model_window, settings.idle_seconds) == (
        "ollama:a:b", "http://h:1", 8192, 1.5
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "kind", "says"),
    [
        ("anthropic:x", ModelMissing, "pip install langchain-anthropic"),
        ("nobody:x", InvalidSetting, "is its provider one that LangChain knows"),
        ("openai:x", InvalidSetting, "is the key that it needs in the environment"),
    ],
)
def test_a_model_that_cannot_be_made_is_one_line_and_changes_nothing_else(
    tmp_path, monkeypatch, model, kind, says
):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with assistant_at(tmp_path, answerer=QuoteAll(1), model=model) as assistant:
        assistant.add_text(FACT, source="a")
        assert assistant.search("bridge")
        with pytest.raises(kind) as error:
            assistant.ask(QUESTION)
        assert says in str(error.value) and "\n" not in str(error.value)


def test_ollama_is_asked_at_its_address_with_the_window_that_is_set(tmp_path):
    from chat.models import open_model, window_of
    from chat.settings import Settings

    settings = Settings(home=tmp_path, model="ollama:small", base_url="http://127.0.0.1:1", model_window=2048)
    model = open_model(settings)
    assert (model.model, model.base_url, model.num_ctx) == ("small", "http://127.0.0.1:1", 2048)
    assert window_of(model, settings) == 2048
    assert (
        window_of(open_model(Settings(home=tmp_path, model="ollama:small")), Settings(home=tmp_path)) == 4096
    )


def test_listing_documents_loads_no_model_package(tmp_path):
    code = (
        "import sys; from chat.interfaces.cli import main; main(['list', '--home', sys.argv[1]]);"
        "print([name for name in ('langchain', 'langchain_openai', 'openai') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True,
        env={"PATH": "/usr/bin:/bin", "FOOTNOTE_MODEL": "openai:x", "FOOTNOTE_BASE_URL": "http://127.0.0.1:1"},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_page_says_where_text_goes_and_what_happened(hurried, server):
    from chat.page.messages import turn

    told = hurried.setup()
    assert told.leaving.host.startswith("127.0.0.1:") and told.leaving.line == "On this machine only"
    assert str(told.model) in told.leaving.sentence
    server.faults = ["silent"]
    answer = hurried.ask(QUESTION)
    shown = turn(hurried.turns(answer.conversation)[0], lambda cited: ())
    words = html.unescape(" ".join(message["content"] for message in shown))
    assert "The model did not answer. Here are the sentences themselves." in words
    assert "did not begin to answer within 2 s." in words and "#fn-ask-again" in words


def test_the_python_example_on_the_page_runs(assistant, monkeypatch, tmp_path):
    from langchain_core.language_models import GenericFakeChatModel

    page = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    code = re.search(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)[1]
    monkeypatch.setenv("FOOTNOTE_HOME", str(assistant.home))  # owned here, so that nothing heavy is loaded
    exec(compile(code, "docs/models.md", "exec"), {"model": GenericFakeChatModel(messages=iter(()))})
