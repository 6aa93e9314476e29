"""Collections, edits, what is set aside, one origin, removal: what changes beside the documents' texts."""

import random
import sqlite3
import threading

import pytest
from fakes import BagOfWords, add_texts, library_at, text_source, traces

from ingest.database import Database
from ingest.errors import InvalidSetting, LibraryMismatch, NotInLibrary, StoreFailed
from retrieval import changes
from retrieval.hit import Filter
from retrieval.origins import signature
from retrieval.report import AddProgress
from retrieval.sources import BytesSource, resolve

WORDS = [f"w{number}" for number in range(4000)]


@pytest.fixture
def library(tmp_path):
    with library_at(tmp_path / "home") as opened:
        yield opened


def found(library, words: str, *collections: str) -> set[str]:
    return {hit.source for hit in library.search(words, limit=100, where=Filter(collections=collections))}


def sound(library) -> bool:
    """Whether both indexes hold what the catalogue says, id by id."""
    ids = set(library.passages.ids())
    return library.indexes.held() == (ids, ids)


# Collections


def test_a_collection_is_created_renamed_and_removed(library):
    changes.create(library, "north")
    (heron,) = add_texts(library, {"heron": "The heron stands in the reeds."}, "north").added
    add_texts(library, {"otter": "The otter swims in the reeds."})
    version = library.passages.library_version
    changes.rename(library, "north", "river birds")
    assert library.passages.library_version != version
    assert [each.name for each in library.collections.all()] == ["default", "river birds"]
    assert [each.documents for each in library.collections.all()] == [1, 1]
    assert library.document(heron).collection == "river birds"
    assert found(library, "reeds", "river birds") == {"heron"}
    assert found(library, "reeds", "river birds", "default") == {"heron", "otter"}
    words = library.indexes.words.search("reeds", 10, Filter(collections=("river birds",)))
    assert [name.split(":")[0] for name, _ in words] == [heron]
    again = add_texts(library, {"heron": "The heron stands in the reeds."}, "river birds")
    assert again.unchanged == (heron,)
    (other,) = add_texts(library, {"heron": "Another heron came."}, "north").added
    assert other != heron and library.document(heron).text == "The heron stands in the reeds."
    with pytest.raises(InvalidSetting, match="with-documents"):
        changes.remove_collection(library, "river birds")
    (receipt,) = changes.remove_collection(library, "river birds", with_documents=True)
    assert (receipt.document_id, receipt.left) == (heron, 0)
    assert [each.name for each in library.collections.all()] == ["default", "north"]
    assert found(library, "heron otter") == {"heron", "otter"} and sound(library)


@pytest.mark.parametrize("name", ["", " ", " a", "a\n", "a\x1bb", "a\u202eb", "x" * 101, "a\ud800"])
def test_a_collection_has_a_name_that_can_be_shown(library, name):
    with pytest.raises(InvalidSetting):
        changes.create(library, name)
    with pytest.raises(InvalidSetting):
        add_texts(library, {"note": "Some words."}, name)
    assert library.documents() == []


def test_names_that_are_taken_or_not_there_are_refused(library):
    changes.create(library, "a")
    for call in (
        lambda: changes.create(library, "a"),
        lambda: changes.create(library, "default"),
        lambda: changes.rename(library, "a", "default"),
        lambda: changes.rename(library, "default", "b"),
    ):
        with pytest.raises(InvalidSetting):
            call()
    with pytest.raises(NotInLibrary, match="default, a"):
        changes.rename(library, "nowhere", "b")
    with pytest.raises(NotInLibrary):
        changes.remove_collection(library, "nowhere")


# Edits and what is set aside


def test_an_edit_is_found_survives_a_new_version_and_can_be_taken_back(library):
    (wire,) = library.add(
        [text_source("wire", "Rain fell on the bridge.", "Weather", published="2024-01-02")], "default"
    ).added
    changes.edit(library, wire, {"title": "Zebrawood ledger", "author": "Ada Vance", "published": ""})
    (info,) = library.documents()
    assert (info.title, info.author, info.published, info.version) == (
        "Zebrawood ledger", "Ada Vance", None, 1
    )  # fmt: skip
    assert info.edited == ("title", "author", "published")
    assert [hit.title for hit in library.search("zebrawood")] == ["Zebrawood ledger"]
    assert library.indexes.words.search("zebrawood", 5, Filter())
    (again,) = library.passages.vectors(library.passages.ids()).passages
    assert again @ BagOfWords().embed_query("zebrawood ledger") > 0.3
    assert library.search("rain", where=Filter(published_from="2024-01-01")) == []
    same = library.add(
        [text_source("wire", "Rain fell on the bridge.", "Weather", published="2024-01-02")], "default"
    )
    assert same.unchanged == (wire,)
    library.add([text_source("wire", "Snow fell.", "Winter", published="2024-02-02")], "default")
    (info,) = library.documents()
    assert (info.version, info.title, info.published) == (2, "Zebrawood ledger", None)
    changes.edit(library, wire, {}, ["title", "published", "author"])
    (info,) = library.documents()
    assert (info.title, info.published, info.author, info.edited) == ("Winter", "2024-02-02", None, ())
    assert library.indexes.words.search("zebrawood", 5, Filter()) == [] and sound(library)


@pytest.mark.parametrize(
    "values", [{"published": "May 2024"}, {"title": " "}, {"pages": "3"}, {"author": "x" * 1001}]
)
def test_a_value_that_cannot_be_is_refused(library, values):
    (note,) = add_texts(library, {"note": "Some words."}).added
    with pytest.raises(InvalidSetting):
        changes.edit(library, note, values)
    with pytest.raises(NotInLibrary):
        changes.edit(library, "0" * 16, {"title": "x"})
    assert library.documents()[0].edited == ()


def test_what_is_set_aside_is_kept_and_not_found(tmp_path):
    with library_at(tmp_path) as library:
        heron, otter = add_texts(library, {"heron": "The reeds bend.", "otter": "The reeds stand."}).added
        changes.set_aside(library, [heron], True)
        assert found(library, "reeds") == {"otter"} and sound(library)
        assert {info.source: info.enabled for info in library.documents()} == {"heron": False, "otter": True}
        assert library.document(heron).text == "The reeds bend."
        add_texts(library, {"heron": "The reeds bend again."})
        assert found(library, "reeds") == {"otter"} and sound(library)
        with pytest.raises(NotInLibrary):
            changes.set_aside(library, [otter, "0" * 16], True)
    with library_at(tmp_path) as library:
        assert found(library, "reeds") == {"otter"}
        changes.set_aside(library, [heron], False)
        assert found(library, "reeds") == {"heron", "otter"} and sound(library)
        changes.set_aside(library, [heron], True)
        library.remove([heron])
        add_texts(library, {"heron": "The reeds came back."})
        assert found(library, "reeds") == {"heron", "otter"}


# One origin


def story(seed: int, words: int = 600) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def test_a_story_in_two_papers_is_one_origin_and_another_story_is_not(library):
    generator, wire = random.Random(5), story(1)
    edited = [generator.choice(WORDS) if generator.random() < 0.04 else word for word in wire]
    texts = {
        "wire": wire,
        "with a headline": [*story(2, 12), *wire],
        "cut": wire[:400],
        "edited": edited,
        "another": story(3),
        "quotes a paragraph": [*wire[:60], *story(4, 540)],
    }
    ids = dict(zip(texts, add_texts(library, {k: " ".join(v) for k, v in texts.items()}).added, strict=True))
    groups = library.origins.groups()
    together = {name for name, identity in ids.items() if groups.get(identity) == ids["wire"]}
    assert together == {"wire", "with a headline", "cut", "edited"}
    assert ids["another"] not in groups and ids["quotes a paragraph"] not in groups
    library.remove([ids["wire"], ids["with a headline"]])
    assert set(library.origins.groups()) == {ids["cut"], ids["edited"]}
    add_texts(library, {"edited": " ".join(story(9))})
    assert library.origins.groups() == {}


def test_the_very_same_bytes_are_recognised_whatever_the_name(library):
    report = library.add(
        [BytesSource(b"Short words.", "a.txt"), BytesSource(b"Short words.", "b.txt")], "default"
    )
    first, second = report.added
    assert report.identical == ((second, first),)
    assert library.origins.groups() == {first: first, second: first}


def test_a_signature_says_how_much_two_texts_share():
    one, other = story(11, 2000), story(12, 2000)
    half = signature(" ".join(one[:1000] + other[:1000]))
    assert abs((signature(" ".join(one)).values == half.values).mean() - 1 / 3) < 0.15
    assert signature("too short to tell") is None
    assert signature("橋は二千二十四年五月に閉鎖された再開は未定である費用は五百万元だった") is not None


# Removal


def test_a_receipt_counts_every_place_before_and_after(library, tmp_path):
    folder = tmp_path / "home" / "uploads" / "ab12"
    folder.mkdir(parents=True)
    (folder / "memo.txt").write_text(
        "The memo speaks of Qvyzklmwp. It was short, and nobody had known its words before."
    )
    (memo,) = library.add(resolve([folder / "memo.txt"], uploads=folder.parent), "default").added
    changes.edit(library, memo, {"author": "Ada"})
    library.database.copies.mkdir()
    (library.database.copies / "before-1.sqlite3").write_bytes(b"Qvyzklmwp")
    (receipt,) = library.remove([memo])
    assert receipt.before == {
        "versions": 1, "passages": 1, "words": 1, "vectors": 1, "originals": 1, "uploads": 1, "records": 2,
        "copies": 1,
    }  # fmt: skip
    assert set(receipt.after.values()) == {0} and receipt.left == 0
    assert traces(library.home, "Qvyzklmwp") == []


def test_purging_rebuilds_the_indexes_at_once(library):
    ids = add_texts(library, {f"n{number}": f"Note {number} on rivers." for number in range(6)}).added
    folders = {library.database.fact("words_folder"), library.database.fact("vectors_folder")}
    library.remove(ids[:2], purge=True)
    assert not folders & {library.database.fact("words_folder"), library.database.fact("vectors_folder")}
    assert found(library, "rivers") == {f"n{number}" for number in range(2, 6)} and sound(library)


# Progress and cancelling


def test_progress_tells_passages_a_rate_and_what_is_left(library):
    steps: list[AddProgress] = []
    sources = [text_source(f"n{n}", " ".join(story(n, 300))) for n in range(4)]
    library.add(sources, "default", steps.append)
    assert [step.state for step in steps if step.state == "embedding"] and steps[-1].share == 1
    assert steps[-1].passages == library.passages.count() and steps[-1].rate > 0
    assert steps[-1].remaining == 0 and steps[0].remaining is None
    shares = [step.share for step in steps]
    assert shares == sorted(shares)


@pytest.mark.parametrize("after", ["reading", "embedding", "ready"])
def test_cancelling_leaves_whole_documents_and_the_rest_can_be_added(tmp_path, after, monkeypatch):
    monkeypatch.setattr("retrieval.adding._GROUP", 4)
    sources = [text_source(f"n{n}", f"Note {n}. " + " ".join(story(n, 200))) for n in range(12)]
    cancel, seen = threading.Event(), []

    def told(step: AddProgress) -> None:
        seen.append(step.state)
        if seen.count(after) == 2:
            cancel.set()

    with library_at(tmp_path) as library:
        report = library.add(sources, "default", told, cancel)
        assert report.cancelled and len(report.added) < 12
        assert {info.id for info in library.documents()} == set(report.added) and sound(library)
        rest = library.add(sources, "default")
        assert not rest.cancelled and rest.unchanged == report.added
        assert len(rest.added) + len(rest.unchanged) == 12 and sound(library)


# Migrations, and a disk that refuses


def test_a_migration_copies_the_file_first_and_a_newer_library_is_refused(tmp_path):
    with library_at(tmp_path) as library:
        add_texts(library, {"note": "The heron stands."})
        assert not library.database.copies.exists()
    database = Database(tmp_path / "catalogue.sqlite3")
    database.create("origins", ["SELECT 1", "CREATE TABLE later (x)"])
    (copy,) = database.copies.glob("*.sqlite3")
    database.close()
    held = sqlite3.connect(copy)
    assert held.execute("SELECT text FROM documents").fetchall() == [("The heron stands.",)]
    assert held.execute("SELECT count(*) FROM sqlite_master WHERE name='later'").fetchone() == (0,)
    held.close()
    with pytest.raises(LibraryMismatch, match="newer version of Footnote") as refused, library_at(tmp_path):
        pass
    assert "\n" not in str(refused.value)


def test_only_the_last_copies_are_kept(tmp_path):
    for version in range(1, 6):
        database = Database(tmp_path / "catalogue.sqlite3")
        database.create("tables", [f"CREATE TABLE t{number} (x)" for number in range(version)])
        database.close()
    assert len(list(database.copies.glob("*.sqlite3"))) == 2


def test_an_index_that_cannot_be_written_is_one_line_and_mended_by_the_next_change(library, monkeypatch):
    add_texts(library, {"first": "The heron stands."})

    def full(rows):
        raise ValueError("No space left on device\nat some place")

    with monkeypatch.context() as patch:
        patch.setattr(library.indexes.words, "add", full)
        with pytest.raises(StoreFailed, match="No space left on device") as failed:
            add_texts(library, {"second": "The heron flies."})
    assert "\n" not in str(failed.value) and "free some space" in str(failed.value)
    assert found(library, "heron") == {"first"}
    add_texts(library, {"third": "The heron sleeps."})
    assert found(library, "heron") == {"first", "second", "third"} and sound(library)
