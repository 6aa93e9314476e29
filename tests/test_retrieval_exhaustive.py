"""Every passage that holds words: compared with reading all of them, and counted; hits by document."""

import pytest
from fakes import add_texts, assistant_at, text_source

from ingest.errors import InvalidSetting
from retrieval.hit import Filter

TEXTS = {
    "memo": "The ferry was inspected. Nobody signed.\n\nThe inspection of the ferry took a day.",
    "letter": "Inspecting ferries is the county's work. Café Aurora is closed.",
    "minutes": "The council met. It spoke of bridges.",
    "brücken": "Die Brücken wurden im Mai geprüft.",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_at(tmp_path_factory.mktemp("exhaustive") / "home") as opened:
        add_texts(opened._library, {name: text for name, text in TEXTS.items() if name != "brücken"})
        opened._library.add([text_source("brücken", TEXTS["brücken"], language="de")], "german")
        opened.add("/nowhere/lost.txt")
        yield opened


def held(found, form):
    return [(each.source, each.passage.text) for each in found.passages if each.form == form]


def test_every_passage_with_the_words_is_there_and_counted(assistant):
    found = assistant.search_all("the ferry")
    every = [
        passage
        for info in assistant.documents()
        for passage in assistant._library.passages.of_document(info.id, info.version)
    ]
    exact = {passage.id for passage in every if "the ferry" in passage.text.lower()}
    near = {passage.id for passage in every if "ferr" in passage.text.lower()} - exact
    assert {each.passage.id for each in found.passages if each.form == "exact"} == exact
    assert {each.passage.id for each in found.passages if each.form == "near"} == near
    assert (found.exact, found.near, found.documents, found.searched) == (len(exact), len(near), 2, 4)
    assert exact and near and [each.source for each in found.unread] == ["/nowhere/lost.txt"]
    assert "4 documents looked through" in found.statement and "1 source could not be read" in found.statement


def test_quotes_ask_for_the_very_words(assistant):
    assert (
        assistant.search_all("inspected ferry").near == 2
        and assistant.search_all("inspected ferry").exact == 0
    )
    quoted = assistant.search_all('"was inspected"')
    assert (quoted.exact, quoted.near) == (1, 0)
    assert assistant.search_all("“inspection was”").passages == ()
    assert held(assistant.search_all('"CAFE AURORA"'), "exact")


def test_other_languages_and_filters(assistant):
    assert [source for source, _ in held(assistant.search_all("Brücke"), "near")] == ["brücken"]
    assert assistant.search_all("ferry", where=Filter(("german",))).passages == ()
    only = assistant.search_all("ferry", where=Filter(titles=("letter",)))
    assert [each.source for each in only.passages] == ["letter"] and only.searched == 1
    assert assistant.search_all("ferry", where=Filter(titles=("none",))).searched == 0


def test_what_holds_nothing_is_told_and_stop_words_count_when_alone(assistant):
    with pytest.raises(InvalidSetting, match="nothing to look for"):
        assistant.search_all(' "" ')
    assert {each.source for each in assistant.search_all("it").passages} == {"minutes"}


def test_hits_by_document_have_each_document_once(assistant):
    found = assistant.search_documents("inspection of the ferry", limit=2)
    assert found[0].source == "memo" and len({row.document_id for row in found}) == len(found) == 2
    hits = assistant.search("inspection of the ferry", limit=40)
    for row in found:
        assert list(row.hits) == [hit for hit in hits if hit.passage.document_id == row.document_id]
        assert row.score == row.hits[0].score == max(hit.score for hit in row.hits)
    assert assistant.search_documents("ferry", limit=0) == [] == assistant.search_documents(" ")
