"""The HTTP API: the same answers, a verified sentence at a time, errors that say what to do."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace

import httpx
import pytest
from fakes import QuoteAll
from http_fakes import SIGNED, UNLIMITED, desk_at, finished, gated, listening

from chat import stopping
from chat.answer import Answer, Claim, Quote
from chat.interfaces.http import examples, models
from chat.interfaces.http.api import build_api
from chat.interfaces.http.desk import Desk
from chat.interfaces.http.problem import STATUSES, problem_of
from chat.remote import RemoteAssistant
from chat.searching import ranked
from ingest import errors

JSON = {"Content-Type": "application/json"}


def events(text):
    """Each server-sent event: its name and its data."""
    parts = [part.split("\n") for part in text.strip().split("\n\n") if not part.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


def same(answer):
    """An answer without what differs from one asking to the next."""
    return {**answer, "conversation": "", "timings_ms": {}}


# Questions


def test_an_answer_is_the_assistants_own(client, desk):
    response = client.post("/api/v1/ask", json={"question": SIGNED})
    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "answered" and "Ilse Brandt" in answer["text"]
    assert same(answer) == same(desk.assistant.ask(SIGNED).to_dict())
    assert list(answer) == [field.name for field in fields(Answer)]
    (turn,) = desk.assistant.turns(answer["conversation"])
    assert turn.answer.to_dict() == answer


@pytest.mark.parametrize("how", [{"json": {"stream": True}}, {"headers": {"Accept": "text/event-stream"}}])
def test_an_answer_comes_a_verified_sentence_at_a_time(client, how):
    whole = client.post("/api/v1/ask", json={"question": SIGNED}).json()
    body = {"question": SIGNED, **how.get("json", {})}
    response = client.post("/api/v1/ask", json=body, headers=how.get("headers"))
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response.text)
    assert told[0] == ("standalone", {"standalone_question": SIGNED})
    assert told[-1][0] == "done" and same(told[-1][1]) == same(whole)
    sentences = [data for name, data in told if name == "sentence"]
    assert [each["sentence"] for each in sentences] == whole["sentences"]
    assert [part for each in sentences for part in each["citations"]] == whole["citations"]
    assert {name for name, _ in told} == {"standalone", "sentence", "done"}


def test_a_conversation_is_continued_listed_and_forgotten(client):
    first = client.post("/api/v1/ask", json={"question": SIGNED}).json()
    again = {"question": "When?", "conversation": first["conversation"]}
    second = client.post("/api/v1/ask", json=again).json()
    assert second["turn"] == 2 and "ferry" in second["standalone_question"]
    listed = client.get("/api/v1/conversations", params={"limit": 1}).json()
    assert listed["conversations"][0]["id"] == first["conversation"] and listed["next"] == 1
    turns = client.get(f"/api/v1/conversations/{first['conversation']}").json()["turns"]
    assert [turn["answer"] for turn in turns] == [first, second]
    assert client.delete(f"/api/v1/conversations/{first['conversation']}").status_code == 204
    assert client.get(f"/api/v1/conversations/{first['conversation']}").status_code == 404
    told = client.post("/api/v1/ask", json={**again, "stream": True})
    assert told.status_code == 404 and told.json()["type"].endswith(":not-in-library")


def test_what_is_searched_instead_and_where_is_the_callers_choice(client):
    instead = {"question": "And then?", "standalone": SIGNED}
    assert client.post("/api/v1/ask", json=instead).json()["standalone_question"] == SIGNED
    only = {"question": SIGNED, "collections": ["harbour"]}
    assert client.post("/api/v1/ask", json=only).json()["citations"] == []
    for wrong in ({"collections": ["habour"]}, {"documents": ["0" * 16]}):
        for path, body in (("ask", {"question": "a"}), ("search", {"words": "a"}), ("check", {"text": "a"})):
            assert client.post(f"/api/v1/{path}", json=body | wrong).status_code == 404


def test_a_search_and_a_check_are_those_of_the_command_line(client, desk):
    found = client.post("/api/v1/search", json={"words": "harbour", "limit": 1}).json()
    (hit,) = desk.assistant.search("harbour", limit=1)
    assert found["hits"] == json.loads(json.dumps([ranked(1, hit)]))
    assert found["hits"][0]["passage"]["id"] == hit.passage.id
    text = "Ilse Brandt signed the sale of the ferry Aurora on 5 March 2021."
    (row,) = client.post("/api/v1/check", json={"text": text}).json()["sentences"]
    assert row == desk.assistant.check(text)[0].to_dict() and row["support"] == "contradicted"


def test_rejected_claims_are_told_before_the_end(tmp_path):
    class Claims(QuoteAll):
        """Quotes, and claims one thing that no source bears out."""

        def draft(self, evidence):
            draft = super().draft(evidence)
            invented = Claim("The ferry sank in 1907.", draft.claims[0].quotes)
            return replace(draft, claims=(*draft.claims, invented))

    with desk_at(tmp_path / "home", answerer=Claims(2)) as desk, listening(gated(desk)) as base:
        told = events(httpx.post(f"{base}/api/v1/ask", json={"question": SIGNED, "stream": True}).text)
    names = [name for name, _ in told]
    assert names == ["standalone", "sentence", "sentence", "rejected", "done"]
    assert told[3][1] == told[4][1]["rejected"][0] and "1907" in told[3][1]["text"]


def test_through_the_process_that_owns_the_library_it_is_the_same(desk, client):
    from chat.build import open_assistant
    from chat.settings import Settings

    with open_assistant(Settings(home=desk.assistant.home)) as remote:
        assert isinstance(remote, RemoteAssistant)
        other = Desk.of(remote, UNLIMITED)
        with listening(gated(other)) as base, httpx.Client(base_url=base, timeout=60) as through:
            for path, body in (
                ("/api/v1/ask", {"question": SIGNED}),
                ("/api/v1/search", {"words": "ferry"}),
                ("/api/v1/check", {"text": "Ilse Brandt signed it."}),
            ):
                assert same(through.post(path, json=body).json()) == same(client.post(path, json=body).json())
            told = events(through.post("/api/v1/ask", json={"question": SIGNED, "stream": True}).text)
            assert [name for name, _ in told] == ["standalone", "sentence", "sentence", "done"]
            body = {"text": "The okapi slept.", "source": "wire/124"}
            (identity,) = finished(through, through.post("/api/v1/documents/text", json=body))["added"]
            assert client.get(f"/api/v1/documents/{identity}").status_code == 200
            assert through.delete(f"/api/v1/documents/{identity}").status_code == 200
            assert through.get("/api/v1/conversations/0000").status_code == 404
        other.close()


# Errors and figures


def test_every_error_of_ours_has_its_status_and_any_other_says_nothing():
    def family(kind):
        yield kind
        for each in kind.__subclasses__():
            yield from family(each)

    for kind in family(errors.FootnoteError):
        given = ("name", "why") if issubclass(kind, errors.UnreadableSource) else ("why",)
        problem = problem_of(kind(*given))
        assert problem.status == next(status for known, status in STATUSES if issubclass(kind, known))
        assert "why" in problem.detail and problem.kind != "unexpected"
    assert "secret" not in problem_of(ValueError("secret")).detail


@pytest.mark.parametrize(
    ("method", "path", "given", "status"),
    [
        ("POST", "/api/v1/ask", {"json": {"question": ""}}, 422),
        ("POST", "/api/v1/ask", {"json": {"question": "x" * 4001}}, 422),
        ("POST", "/api/v1/ask", {"json": {"question": "a", "colection": "b"}}, 422),
        ("POST", "/api/v1/ask", {"content": '{"question": "\\ud800"}', "headers": JSON}, 422),
        ("POST", "/api/v1/ask", {"content": b"[" * 100_000, "headers": JSON}, 400),
        ("POST", "/api/v1/ask", {"content": b"\xff", "headers": JSON}, 400),
        ("POST", "/api/v1/ask", {"content": b"{", "headers": JSON}, 422),
        ("POST", "/api/v1/ask", {"json": {"question": "x" * (1 << 20)}}, 413),
        ("POST", "/api/v1/check", {"json": {"text": "x" * 100_001}}, 422),
        ("POST", "/api/v1/documents/files", {"data": {"collection": "a"}}, 422),
        ("GET", "/api/v1/documents?limit=0", {}, 422),
        ("GET", "/api/v1/documents?colection=a", {}, 422),
        ("GET", "/api/v1/nowhere", {}, 404),
        ("GET", "/api/v1/jobs/none", {}, 404),
        ("GET", "/api", {}, 404),
        ("GET", "/v1", {}, 404),
        ("DELETE", "/api/v1/ask", {}, 405),
        ("GET", "/v1/models/gpt-4", {}, 404),
    ],
)  # fmt: skip
def test_an_error_is_a_problem_that_says_what_to_do(client, method, path, given, status):
    response = client.request(method, path, **given)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status and problem["type"].startswith("urn:footnote:problem:")
    assert problem["request_id"] == response.headers["x-request-id"] and problem["detail"]
    assert "Traceback" not in response.text and "xxxx" not in response.text


def test_a_body_without_a_length_is_counted(client):
    def endless():
        for _ in range(40):
            yield b" " * (1 << 16)

    response = client.post("/api/v1/ask", content=endless(), headers={"Content-Type": "application/json"})
    assert response.status_code == 413 and response.json()["type"].endswith(":too-large")


def test_what_nobody_foresaw_is_told_without_its_words(desk, caplog):
    class Broken:
        """Fails in a way that would give words away."""

        home = desk.assistant.home

        def documents(self):
            raise RuntimeError("canary")

        def stream(self, *_, **__):
            yield stopping  # no event at all
            raise RuntimeError("canary")

    with listening(gated(replace(desk, assistant=Broken()))) as base, caplog.at_level("DEBUG"):
        response = httpx.get(f"{base}/api/v1/documents")
        streamed = httpx.post(f"{base}/api/v1/ask", json={"question": "a", "stream": True})
    assert response.status_code == 500 and response.json()["type"].endswith(":unexpected")
    assert events(streamed.text)[-1][0] == "error"
    assert "canary" not in response.text + streamed.text + caplog.text
    assert any(record.getMessage() == "unexpected" for record in caplog.records)


def test_a_parameter_that_is_given_twice_is_refused(client):
    for path in ("/documents?collection=a&collection=default", "/failures?limit=1&offset=0&limit=2"):
        answer = client.get(f"/api/v1{path}")
        assert answer.status_code == 422 and "more than once" in answer.json()["detail"]


@pytest.mark.parametrize("given", ["abc-1.2_3~", "x" * 64])
def test_a_callers_own_request_id_comes_back(client, given):
    assert client.get("/api/v1/health", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, 'a"b', "a;b", "<script>"])
def test_an_unsafe_request_id_is_replaced(client, given):
    found = client.get("/api/v1/health", headers={"X-Request-ID": given}).headers["x-request-id"]
    assert found != given and len(found) == 16


def test_figures_are_those_that_prometheus_reads(client):
    client.post("/api/v1/ask", json={"question": SIGNED})
    text = client.get("/api/v1/metrics")
    from prometheus_client.parser import text_string_to_metric_families

    assert text.headers["content-type"].startswith("text/plain")
    families = {family.name: family for family in text_string_to_metric_families(text.text)}
    assert {"footnote_http_requests", "footnote_answers", "footnote_jobs_waiting"} <= set(families)
    samples = families["footnote_http_requests"].samples
    assert any(each.labels.get("route") == "/api/v1/ask" and each.value >= 1 for each in samples)
    assert "ferry" not in text.text and "harbour" not in text.text  # neither words nor names


# What is described


def test_the_description_is_that_of_the_code(desk):
    schema = build_api(desk).openapi()
    schemas = schema["components"]["schemas"]
    answer = desk.assistant.ask(SIGNED).to_dict()
    desk.assistant.remove_conversation(answer["conversation"])

    def compare(name, kind):
        assert list(schemas[name]["properties"]) == [field.name for field in fields(kind)], name

    for kind in (Answer, *(each for each in vars(models).values() if is_dataclass(each))):
        if isinstance(kind, type) and kind.__name__ in schemas:
            compare(kind.__name__, kind)
    assert list(schemas["Answer"]["properties"]) == list(answer)
    assert list(schemas["Citation"]["properties"]) == list(answer["citations"][0])
    assert list(schemas["Sentence"]["properties"]) == list(answer["sentences"][0])
    (hit,) = desk.assistant.search("ferry", limit=1)
    found = ranked(1, hit)
    assert list(schemas["Found"]["properties"]) == list(found)
    assert list(schemas["FoundPassage"]["properties"]) == list(found["passage"])


def test_every_example_fits_what_it_stands_beside(desk):
    import jsonschema

    schema = build_api(desk).openapi()
    shown = set()
    for operations in schema["paths"].values():
        for operation in operations.values():
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            for body in [*bodies, *operation["responses"].values()]:
                for media, content in body.get("content", {}).items():
                    if media == "application/json" and "multipart" not in str(body):
                        resolver = {**content["schema"], "components": schema["components"]}
                        jsonschema.validate(content["example"], resolver)
                        shown.add(operation["operationId"])
    assert shown == set(examples.ANSWERS)


def test_many_ask_at_once_and_each_gets_its_own_answer(client):
    asked = [(SIGNED, "Ilse Brandt"), ("When does the harbour at Vellin close?", "ten o'clock")] * 8

    def ask(pair):
        return pair[1] in client.post("/api/v1/ask", json={"question": pair[0]}).json()["text"]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, asked))


def test_a_quote_with_half_a_surrogate_pair_can_be_sent(client):
    assert Quote("a", 1, 0, 1, "\udc80", "a", 1.0)  # what a source may hold
    from chat.interfaces.http.desk import written

    assert json.loads(written({"quote": "a\udc80"}).body) == {"quote": "a\udc80"}
