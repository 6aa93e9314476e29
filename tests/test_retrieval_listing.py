"""Pages of the library's table: filtered, sorted, counted, and made without reading any text."""

import sqlite3
from contextlib import closing

import pytest
from fakes import add_texts, assistant_at, library_at, text_source

from chat.build import open_assistant
from chat.remote import RemoteAssistant
from chat.settings import Settings
from ingest.errors import InvalidSetting, NotInLibrary, UnreadableSource

SOURCES = [
    text_source(
        "wire/1", "The ferry was sold. " * 90, "Ärger am Hafen", author="Jo Vance", published="2023-04-02"
    ),
    text_source("wire/2", "The board met.", "board minutes", publisher="The Board", published="2021-01-05"),
    text_source("wire/3", "Nobody came.", "Council 100%_done"),
]


@pytest.fixture
def library(tmp_path):
    with library_at(tmp_path / "home") as library:
        library.add(
            [*SOURCES, UnreadableSource("/files/bad one.bin", "no reader knows it; save it as PDF")],
            "default",
        )
        add_texts(library, {"note": "A note."}, "other")
        yield library


def titles(library, **wanted):
    return [row.title for row in library.list_documents(**wanted).rows]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ferry", []),  # a word of the text, not of what the list shows
        ("arger HAFEN", ["Ärger am Hafen"]),
        ("vance", ["Ärger am Hafen"]),
        ("board", ["board minutes"]),
        ("wire/3", ["Council 100%_done"]),
        ("100%_", ["Council 100%_done"]),
        ("%", ["Council 100%_done"]),
        ("' OR 1 --", []),
        ("bad one", ["bad one.bin"]),
    ],
)
def test_each_word_is_looked_for_where_the_list_shows_it(library, words, found):
    assert titles(library, words=words) == found


def test_orders_go_both_ways_and_what_has_no_value_is_last(library):
    by_title = ["bad one.bin", "Ärger am Hafen", "board minutes", "Council 100%_done", "note"]
    assert titles(library, sort="title") == by_title  # the failure by its path, /files/bad one.bin
    assert titles(library, sort="title", descending=True) == by_title[::-1]
    assert titles(library, sort="published")[:2] == ["board minutes", "Ärger am Hafen"]
    assert titles(library, sort="published", descending=True)[:2] == ["Ärger am Hafen", "board minutes"]
    kept = {"state": "kept"}
    assert titles(library, sort="passages", **kept)[-1] == "Ärger am Hafen"
    assert titles(library, sort="passages", descending=True, **kept)[0] == "Ärger am Hafen"
    assert titles(library, sort="collection", **kept)[-1] == "note"
    assert titles(library, sort="added", **kept) == [info.title for info in library.documents()]
    assert titles(library, sort="type")[-1] == "bad one.bin"


def test_pages_are_counted_by_state_and_a_document_set_aside_says_so(library):
    (minutes,) = library.list_documents(words="minutes").rows
    with library.writing(), library.database.write() as connection:
        connection.execute("INSERT INTO aside VALUES (?)", (minutes.id,))
    page = library.list_documents(sort="title", offset=1, limit=2)
    assert [row.title for row in page.rows] == ["Ärger am Hafen", "board minutes"] and page.total == 5
    assert page.counts == {"searchable": 3, "aside": 1, "waiting": 0, "failed": 1}
    assert titles(library, state="aside") == ["board minutes"]
    assert library.list_documents(state="kept", collection="default").total == 3
    (failed,) = library.list_documents(state="failed").rows
    assert (failed.id, failed.reason, failed.remedy) == (None, "no reader knows it", "save it as PDF")
    assert failed.origin == "/files/bad one.bin" and failed.document() is None
    infos = {info.id: info for info in library.documents()}
    for row in library.list_documents(state="kept").rows:
        assert row.document() == infos[row.id] == library.document_info(row.id)


def test_an_order_or_state_that_there_is_not_is_refused(library):
    with pytest.raises(InvalidSetting, match="not sorted by 'size;"):
        library.list_documents(sort="size; DROP TABLE listed")
    with pytest.raises(InvalidSetting, match="no state 'lost'"):
        library.list_documents(state="lost")


def test_versions_edits_and_removals_are_listed_at_once(library):
    from retrieval import changes

    (row,) = library.list_documents(words="minutes").rows
    library.add([text_source("wire/2", "The board met again.", "board minutes, corrected")], "default")
    assert [each.version for each in library.versions(row.id)] == [2, 1]
    assert [each.current for each in library.versions(row.id)] == [True, False]
    changes.edit(library, row.id, {"author": "Ilse Brandt"})
    (edited,) = library.list_documents(words="brandt corrected").rows
    assert edited.edited == ("author",) and edited.version == 2
    changes.rename(library, "other", "elsewhere")
    assert titles(library, collection="elsewhere") == ["note"]
    library.remove([row.id])
    assert titles(library, words="board") == []
    assert (
        library.database.read().execute("SELECT count(*) FROM listed WHERE id=?", (row.id,)).fetchone()[0]
        == 0
    )
    with pytest.raises(NotInLibrary, match="was removed on"):
        library.document_info(row.id)


def test_a_library_of_before_gets_the_narrow_table_from_its_rows(tmp_path):
    home = tmp_path / "home"
    with library_at(home) as library:
        library.add(SOURCES, "default")
        before = library.documents(), library.list_documents(sort="title")
    with closing(sqlite3.connect(home / "catalogue.sqlite3")) as connection:
        connection.executescript("DROP TABLE listed; UPDATE layers SET version=2 WHERE name='ingest'")
    with library_at(home) as library:
        assert (library.documents(), library.list_documents(sort="title")) == before


def test_no_text_is_read_for_a_page(library):
    read = []
    library.database.read().create_function("characters", 1, read.append)
    library.list_documents(words="board", sort="passages")
    library.documents()
    assert read == []


def test_through_another_process_the_page_is_the_same(tmp_path):
    with assistant_at(tmp_path) as owner:
        owner.add_text("The board met.", source="wire/2", title="board minutes")
        remote = open_assistant(Settings(home=tmp_path))
        assert isinstance(remote, RemoteAssistant)
        with remote:
            (row,) = remote.list_documents("BOARD", sort="title", descending=True, limit=5).rows
            assert remote.list_documents() == owner.list_documents()
            assert remote.document_info(row.id) == owner.document_info(row.id)
            assert remote.versions(row.id) == owner.versions(row.id)
            with pytest.raises(NotInLibrary):
                remote.forget_failure("/nowhere")
            with pytest.raises(NotInLibrary):
                remote.stop_sync("/nowhere")
