"""The pages for work without a browser: lists of any length, errors in words, files to publish."""

import csv
import io
import itertools
import json
import threading
import zipfile

import httpx
import pytest
from fakes import BagOfWords, assistant_at, text_source
from fastapi import FastAPI
from fastapi.testclient import TestClient
from http_fakes import listening

from chat.grid import GridPlan
from chat.page.check import build_check, text_of
from chat.page.many import build_many, laid, questions_of
from chat.page.mentions import build_mentions
from chat.page.shell import Site, tell_errors
from chat.page.stream import streamed
from chat.uploads import Uploads
from ingest.errors import UnreadableSource
from retrieval.hit import Filter

MEMO = "To the board. The load limit of the bridge is 18 tonnes. Ada Vance signed the memo on 2 April 2023."
CELLS = ["=1+1", "+1", "-1", "@x", "＝1+1", "\t=1", '"=1+1"']


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_at(tmp_path_factory.mktemp("work") / "home", BagOfWords(4096)) as assistant:
        assistant._library.add(
            [
                text_source("/secret/place/memo-final.txt", MEMO, "memo-final", published="2023-04-02"),
                text_source("/secret/odd.txt", f"Vance {CELLS[0]} <b>{CELLS[6]}", "=cmd()"),
            ],
            "default",
        )
        yield assistant


@pytest.fixture
def client(assistant):
    app = FastAPI()
    site = Site(assistant, "On this machine only", Uploads(assistant.home))
    for build in (build_check, build_mentions, build_many):
        app.include_router(build(site))
    tell_errors(app, site)
    return TestClient(app)


def table(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_a_short_list_has_an_address_and_a_long_one_is_shown_all_the_same(client):
    answer = client.post("/mentions", data={"names": "Vance, Béla"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mentions?names=Vance%2C+B%C3%A9la")
    names = "\n".join(f"Person{number} Surname{number}" for number in range(400)) + "\nVance"
    answer = client.post("/mentions", data={"names": names}, follow_redirects=False)
    assert answer.status_code == 200
    assert "2 mentions in 2 of 2 documents" in answer.text


def test_words_of_documents_and_people_are_escaped(client):
    answer = client.get("/mentions", params={"term": "<script>x</script>", "names": "vance"})
    assert "<script>x" not in answer.text and "&lt;script&gt;x" in answer.text
    assert "&lt;b&gt;" in answer.text


def test_a_term_may_hold_a_comma_and_a_part_of_the_list_is_shown(client, assistant):
    answer = client.get("/mentions", params={"term": ["18 tonnes. Ada Vance", "a, b"]})
    assert "1 mention in 1 of 2 documents" in answer.text
    assert "a, b" in answer.text
    assistant.add_text("Quilliam. " * 150, source="many.txt")
    try:
        first = client.get("/mentions?term=quilliam").text
        assert "1 to 100 of 150" in first and "offset=100" in first
        last = client.get("/mentions?term=quilliam&offset=100").text
        assert "101 to 150 of 150" in last and last.count('class="fn-mention"') == 50
    finally:
        assistant.remove(next(each.id for each in assistant.documents() if each.source == "many.txt"))


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("names=%E2%80%94", "holds nothing"),
        ("term=a&first=yesterday", "is no date"),
        (f"names={'x' * 300}", "longer"),
    ],
)
def test_what_cannot_be_looked_for_is_said_and_stays_in_the_form(client, query, why):
    answer = client.get(f"/mentions?{query}")
    assert answer.status_code == 422
    assert why in answer.text


def test_mentions_to_publish_and_to_file(client):
    rows = table(client.post("/page/mentions/file", data={"names": "Vance", "kind": "publishable"}))
    assert [row["Document"] for row in rows] == ["Document 1, text", "'=cmd()"]
    assert "secret" not in str(rows) and "memo-final" not in str(rows)
    assert rows[1]["Sentence"].startswith("Vance =1+1")
    rows = table(client.post("/page/mentions/file", data={"names": "Vance", "kind": "filing"}))
    assert rows[0]["Source"] == "/secret/place/memo-final.txt" and rows[0]["Seen"] == "no"
    text = client.get("/mentions?term=Vance").text
    assert 'value="filing"' in text


def test_ticks_are_kept(client, assistant):
    (mention, _) = assistant.mentions("Vance").mentions
    place = {"document_id": mention.document_id, "version": 1, "start": mention.start, "end": mention.end}
    assert client.post("/page/mentions/seen", json=[{**place, "seen": True}]).json() == {"kept": 1}
    assert "1 of 2 here ticked" in client.get("/mentions?term=Vance").text
    client.post("/page/mentions/seen", json=[{**place, "seen": False}])
    assert "0 of 2 here ticked" in client.get("/mentions?term=Vance").text
    assert (
        client.post("/page/mentions/seen", json=[{**place, "version": "x", "seen": True}]).status_code == 422
    )


def events(answer):
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_draft_keeps_its_paragraphs_and_is_exported_as_the_documents_have_it(client):
    draft = "The load limit of the bridge is 18 tonnes. Ada Vance signed the memo on 3 April 2023."
    draft += "\r\n\r\n=1+1 😀 x."
    layout, *rows = events(client.post("/page/check", json={"text": draft}))
    assert [len(each) for each in layout["paragraphs"]] == [2, 1] and layout["total"] == 3
    spans = [sentence for paragraph in layout["paragraphs"] for sentence in paragraph]
    assert [draft[each["start"] : each["end"]] for each in spans] == [each["text"] for each in spans]
    assert [row["verdict"] for row in rows[:2]] == ["supported", "contradicted"]

    def sent(row, says):
        keys = ("document_id", "version", "start", "end")
        return [{key: mark[key] for key in keys} for mark in row["marks"] if mark["says"] == says]

    sentences = [
        {
            "start": span["start"],
            "end": span["end"],
            "support": row["support"],
            "reason": row["reason"],
            "supporting": sent(row, "supports"),
            "contradicting": sent(row, "contradicts"),
        }
        for span, row in zip(spans, rows, strict=True)
    ]
    body = {"text": draft, "sentences": sentences, "kind": "publishable"}
    written = client.post("/page/check/export", json={**body, "format": "md"}).text
    assert "memo-final" not in written and "Document 1, text" in written
    assert "**[Supported]**[^1]" in written and "“The load limit of the bridge is 18 tonnes.”" in written
    exported = table(client.post("/page/check/export", json={**body, "format": "csv"}))
    assert exported[2]["Sentence"] == "'=1+1 😀 x."
    told = client.post("/page/check/export", json={**body, "format": "json", "kind": "filing"}).json()
    assert told["sentences"][0]["Footnote 1 source"] == "/secret/place/memo-final.txt"
    sentences[0]["supporting"] = [
        {"document_id": "0" * 16, "version": 1, "start": 0, "end": 9}
    ]  # removed since
    gone = client.post("/page/check/export", json={**body, "format": "json"}).json()
    assert gone["sentences"][0].get("Footnote 1 quote", "") == ""


@pytest.mark.parametrize("sent", [{"text": " \n"}, {"text": "x", "what": 1}, {"text": "x" * 1_000_001}, {}])
def test_a_draft_that_cannot_be_checked_is_a_line(client, sent):
    answer = client.post("/page/check", json=sent)
    assert answer.status_code in (409, 422) and len(answer.json()["error"]) < 301


def test_without_scripts_the_verdicts_come_in_the_page(client):
    draft = "The load limit of the bridge is 18 tonnes.\n\nPurple <b>singers</b> juggle."
    answer = client.post("/check", data={"text": draft, "collection": ""})
    assert answer.status_code == 200
    assert (
        answer.text.count('class="fn-paragraph"') == 2 and 'aria-label="Footnote 1, supports' in answer.text
    )
    assert "Purple &lt;b&gt;singers&lt;/b&gt; juggle." in answer.text and "<b>singers" not in answer.text
    assert client.post("/check", data={"text": ""}).status_code == 200


def test_whoever_hangs_up_ends_the_work():
    app, ended = FastAPI(), threading.Event()

    def counting():
        try:
            for number in itertools.count():
                yield {"number": number, "text": "x" * 1000}
        finally:
            ended.set()

    @app.post("/count")
    def count():
        return streamed(counting())

    with listening(app) as base, httpx.stream("POST", f"{base}/count") as answer:
        assert json.loads(next(answer.iter_lines()))["number"] == 0
    assert ended.wait(10)


def test_a_form_that_is_too_large_is_a_line(client):
    answer = client.post("/many", content=b"a&" * 6000)
    assert answer.status_code == 409 and "fields" in answer.text
    assert client.post("/mentions", content=b"names=" + b"x" * (9 << 20)).status_code == 409


def test_a_file_is_read_by_the_worker_whatever_it_is_called():
    assert text_of("Ada’s naïve\r\ndraft".encode(), "../../x/draft.txt") == "Ada’s naïve\r\ndraft"
    assert text_of(b"# Draft\n\nOne *two*.\n", "C:\\x\\draft.md") == "Draft\n\nOne two."
    with pytest.raises(UnreadableSource):
        text_of(b"%PDF-1.4 no", "draft.pdf")
    with pytest.raises(UnreadableSource, match="empty"):
        text_of(b"  \n", "draft.txt")


def test_questions_of_a_pasted_or_dropped_list():
    assert questions_of("Who?\r\n\r\n When,  then?\n") == ["Who?", "When, then?"]
    assert questions_of('"Who, and\nwhen?",x\n"What ""it""?"\nWhy?') == [
        "Who, and when?",
        'What "it"?',
        "Why?",
    ]


def test_a_plan_that_cannot_be_keeps_what_was_written(client):
    answer = client.post("/many", data={"questions": "Who <b>?", "of": "each"}, follow_redirects=False)
    assert answer.status_code == 422
    assert "no document is chosen" in answer.text and "Who &lt;b&gt;?" in answer.text
    answer = client.post("/many", data={"questions": "\n".join(f"q{n}?" for n in range(2001))})
    assert "2,001 cells" in answer.text


def test_a_grid_is_filled_line_by_line_and_its_files_hold_no_formula(client, assistant):
    documents = [each.id for each in assistant.documents()]
    questions = "\n".join(["Who signed the memo?", *CELLS])
    made = client.post(
        "/many", data={"questions": questions, "of": "each", "document": documents}, follow_redirects=False
    )
    where = made.headers["location"]
    identity = where.rsplit("/", 1)[1]
    cells = events(client.post(f"/page{where}/fill", json={}))
    assert len(cells) == 2 * 7  # what stands in quotes is read as a table's cell, and one is said twice
    assert events(client.post(f"/page{where}/fill", json={})) == []
    kept = client.get(f"/page{where}").json()["cells"]
    assert kept == [{name: cell[name] for name in kept[0]} for cell in cells]
    page = client.get(where)
    assert page.text.count("data-cell=") == len(cells) and "Ada Vance signed" in page.text
    rows = table(client.get(f"/page{where}/file?format=csv&kind=publishable"))
    assert {row["Question"] for row in rows} >= {"'=1+1", "'+1", "'-1", "'@x", "'＝1+1"}
    assert "secret" not in str(rows) and "memo-final" not in str(rows) and identity not in str(rows)
    filed = table(client.get(f"/page{where}/file?format=csv&kind=filing"))
    assert len(filed[0]["Footnote 1 hash"]) == 64
    book = client.get(f"/page{where}/file?format=xlsx&kind=publishable")
    with zipfile.ZipFile(io.BytesIO(book.content)) as package:
        for name in package.namelist():
            assert b"<f>" not in package.read(name) and b"memo-final" not in package.read(name)
    assistant.remove_grid(identity)
    assert client.get(where).status_code == 404
    assert client.post(f"/page{where}/fill", json={}).json()["error"].startswith("no grid")


def test_the_longer_side_of_a_grid_goes_down(assistant):
    info = assistant.create_grid(["a?", "b?", "c?"], documents=[each.id for each in assistant.documents()])
    grid = assistant.grid(info.id)
    table = laid(grid, assistant.documents())
    assert (table.corner, len(table.columns), [row[1] for row in table.rows]) == (
        "Question", 2, [(0, 1), (2, 3), (4, 5)],
    )  # fmt: skip
    one = assistant.grid(
        assistant.create_grid(["a?"], documents=[each.id for each in assistant.documents()]).id
    )
    table = laid(one, assistant.documents())
    assert (table.corner, table.columns, [row[1] for row in table.rows]) == (
        "Document",
        ("a?",),
        [(0,), (1,)],
    )
    assert GridPlan(("a?",), (), Filter()).cells == 1
    for each in assistant.grids():
        assistant.remove_grid(each.id)
