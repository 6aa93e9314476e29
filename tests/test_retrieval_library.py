"""A library from outside: what goes in is found as it was, what goes out leaves nothing."""

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import BagOfWords, add_texts, library_at, text_source, traces

from ingest.catalogue import put_pending
from ingest.errors import LibraryMismatch, NotInLibrary
from retrieval.hit import Filter
from retrieval.library import Library
from retrieval.passages import put_passages
from retrieval.prepare import prepare
from retrieval.sources import resolve

AWKWARD = {
    "emoji": "The \U0001f469\U0001f469\U0001f467 family moved in 2021. "
    "A \U0001f3f4\U000e0067\U000e0062\U000e007f flag hangs there.",
    "crlf": "First line.\r\nSecond line.\r\n\r\nThird\rfourth\n\n\n fifth.\r\n",
    "rtl": 'قال الوزير إن الجسر مغلق. בית המשפט קבע ‏"אסור"‎ לעבור.',
    "nbsp": "The fee is 5 000 €. It rose by 3 % in May.",
    "combining": "Café is not Café. Ångström, Å and Å. Z̸͇̕algo.",
    "nul": "Before\0after. And\0more.\x0b\x0c\x85 x.",
    "cjk": "橋は2024年5月に閉鎖された。再開は未定である。费用为五百万元。",
    "bom": "﻿Begins with a mark. Ends­softly.",
    "blank ends": "   \n\t Indented first. And a tail.  \n\n ",
}


@pytest.fixture
def library(tmp_path):
    with library_at(tmp_path / "home") as opened:
        yield opened


def add(library: Library, *paths: Path, collection: str = "default"):
    return library.add(resolve(paths), collection)


def ids(library: Library) -> dict[str, str]:
    return {info.source: info.id for info in library.documents()}


def found(library: Library, words: str, where: Filter = Filter()) -> set[str]:  # noqa: B008
    return {hit.source for hit in library.search(words, limit=1000, where=where)}


def test_a_text_is_stored_code_point_for_code_point_and_its_passages_cover_it(library):
    report = add_texts(library, AWKWARD)
    assert len(report.added) == len(AWKWARD) and not report.failed
    for source, identity in ids(library).items():
        document = library.document(identity)
        assert document.text == AWKWARD[source]
        passages = library.passages.of_document(identity, 1)
        assert all(document.text[p.start : p.end] == p.text for p in passages)
        held = {offset for p in passages for offset in range(p.start, p.end)}
        assert all(document.text[at].isspace() for at in set(range(len(document.text))) - held), source
        for hit in library.search(document.text, limit=100):
            text = library.document(hit.passage.document_id).text
            assert text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert {info.source: info.characters for info in library.documents()} == {
        source: len(text) for source, text in AWKWARD.items()
    }


def test_the_same_again_is_unchanged_and_other_words_are_a_new_version(library):
    first = add_texts(library, {"memo": "The quorum is seven members."})
    (memo,) = first.added
    version = library.passages.library_version
    again = add_texts(library, {"memo": "The quorum is seven members."})
    assert (again.added, again.unchanged) == ((), (memo,))
    assert library.passages.library_version == version
    changed = add_texts(library, {"memo": "The threshold is nine delegates."})
    assert changed.added == (memo,)
    assert library.document(memo).version == 2
    assert library.document(memo, 1).text == "The quorum is seven members."
    assert [hit.passage.version for hit in library.search("quorum seven members threshold")] == [2]
    assert library.catalogue.state(memo, 1) == "superseded"
    assert int(library.passages.library_version) > int(version)
    (receipt,) = library.remove([memo])
    assert (receipt.source, receipt.versions, receipt.passages, receipt.left) == ("memo", 2, 1, 0)
    assert library.documents() == [] and library.search("threshold quorum") == []
    for asked in (None, 1, 2):
        with pytest.raises(NotInLibrary, match="was removed on"):
            library.document(memo, asked)


def test_a_source_that_comes_back_gets_a_version_of_its_own(library):
    (memo,) = add_texts(library, {"memo": "The first words."}).added
    library.remove([memo])
    add_texts(library, {"memo": "Words that came later."})
    assert library.document(memo).version == 2
    with pytest.raises(NotInLibrary):
        library.document(memo, 1)


def test_corrected_title_or_date_is_a_new_version_of_the_same_words(library):
    library.add([text_source("wire", "Rain fell.", published="2025-01-22")], "default")
    library.add([text_source("wire", "Rain fell.", "Weather", published="2025-01-23")], "default")
    (info,) = library.documents()
    assert (info.version, info.title, info.published) == (2, "Weather", "2025-01-23")


def test_removing_one_unknown_document_removes_none(library):
    (memo,) = add_texts(library, {"memo": "Some words."}).added
    with pytest.raises(NotInLibrary, match="footnote list"):
        library.remove([memo, "0" * 16])
    assert [info.id for info in library.documents()] == [memo]


def test_names_do_not_identify(library, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "memo.txt").write_text(f"The {folder} memo speaks of marmots.")
    assert len(add(library, tmp_path / "a", tmp_path / "b").added) == 2
    assert len(add(library, tmp_path / "a" / "memo.txt", collection="other").added) == 1
    assert {info.title for info in library.documents()} == {"memo.txt"}
    assert len({info.id for info in library.documents()}) == 3
    library.remove([ids(library)[str(tmp_path / "b" / "memo.txt")]])
    assert found(library, "marmots") == {str(tmp_path / "a" / "memo.txt")}
    assert [info.collection for info in library.documents()] == ["default", "other"]


def test_a_bad_file_never_stops_the_others(library, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("Alpha is fine.")
    (folder / "b.pdf").write_bytes(b"%PDF-1.7 broken")
    (folder / "c.txt").write_bytes(b"")
    (folder / "d.docx").write_bytes(os.urandom(500))
    (folder / "e.txt").write_text("Epsilon is fine.")
    steps = []
    report = library.add(resolve([folder, tmp_path / "absent.txt"]), "default", steps.append)
    assert len(report.added) == 2 and len(report.failed) == 4
    assert all(f.reason and "\n" not in f.reason and "Traceback" not in f.reason for f in report.failed)
    assert {failure.source for failure in library.failures()} == {f.source for f in report.failed}
    assert found(library, "fine") == {str(folder / "a.txt"), str(folder / "e.txt")}
    final = [step for step in steps if step.state not in ("reading", "embedding")]
    assert [step.done for step in final] == [1, 2, 3, 4, 5, 6] and {step.total for step in final} == {6}
    (folder / "c.txt").write_text("Gamma now has words.")
    assert len(add(library, folder / "c.txt").added) == 1
    assert str(folder / "c.txt") not in {failure.source for failure in library.failures()}


def test_a_file_name_that_is_no_utf_8_goes_in(library, tmp_path):
    folder = os.fsencode(tmp_path / "in")
    os.mkdir(folder)  # noqa: PTH102  a name in bytes
    for name in (b"caf\xe9.txt", b"plain.txt"):
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(b"The larch grows by the water.")
    report = add(library, tmp_path / "in")
    assert len(report.added) == 2
    assert any(source.endswith("caf\\xe9.txt") for source in found(library, "larch"))
    assert len(add(library, tmp_path / "in").unchanged) == 2


@pytest.mark.parametrize(
    "source",
    [
        text_source("dated", "Some words.", published="January 2025"),
        text_source("dated", "Some words.", published="2025-13-01"),
        text_source("half \ud800", "Some words."),
        text_source("half", "Some \udfff words."),
        text_source("half", "Some words.", "title \ud800"),
        text_source("half", "Some words.", author="\ud800"),
        text_source("blank", " \n "),
    ],
)
def test_a_text_that_cannot_be_kept_is_reported_and_the_next_goes_in(source, tmp_path):
    with library_at(tmp_path) as library:
        report = library.add([source, text_source("good", "Better words.")], "default")
        assert len(report.failed) == 1 and len(report.added) == 1
    with library_at(tmp_path) as library:
        assert [info.source for info in library.documents()] == ["good"]


def test_originals_are_kept_while_a_document_has_them(library, tmp_path):
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("The very same words in both.")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing here")
    one, two = add(library, tmp_path / "one.txt", tmp_path / "two.txt", tmp_path / "bad.pdf").added
    assert library.original(one) == b"The very same words in both."
    assert len(list(library.originals.iterdir())) == 1  # and nothing of what could not be read
    library.remove([one])
    assert library.original(two) == b"The very same words in both."
    library.remove([two])
    assert list(library.originals.iterdir()) == []
    (text,) = add_texts(library, {"text": "Came as text."}).added
    assert library.original(text) is None


def test_nothing_of_a_removed_document_is_in_any_file(library, tmp_path):
    home = library.home
    text = "Qvyzklmwp met Xjqoobrt. Vwylddgar paid her.\n\n" * 30
    (tmp_path / "secret.txt").write_text(text)
    beside = {f"note {number}": f"Note {number} speaks of rivers and bolts." for number in range(30)}
    add_texts(library, beside)
    library.add([*resolve([tmp_path / "secret.txt"]), text_source("also", "Of rivers too.")], "default")
    secret = ids(library)[str(tmp_path / "secret.txt")]
    assert traces(home, "Qvyzklmwp") and traces(home, "Vwylddgar")
    library.search("Qvyzklmwp")
    (receipt,) = library.remove([secret])
    assert receipt.left == 0 and receipt.passages > 1
    for word in ("qvyzklmwp", "Xjqoobrt", "Vwylddgar"):
        assert traces(home, word) == []
        # Tantivy's files are encoded: what they still know is asked of Tantivy itself
        searcher = library.indexes.words._index.searcher()
        assert searcher.terms_with_prefix("text", library.indexes.words.terms(word)[0]) == []
    assert "secret.txt" not in {
        Path(hit.source).name for hit in library.search("Qvyzklmwp rivers", limit=100)
    }
    assert len(found(library, "rivers")) == 31
    library.close()
    assert all(traces(home, word) == [] for word in ("qvyzklmwp", "Xjqoobrt", "Vwylddgar"))


def test_what_a_failed_file_held_is_not_kept(library, tmp_path):
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 Qvyzklmwp " + b"x" * 200)
    assert add(library, tmp_path / "broken.pdf").failed
    assert traces(library.home, "Qvyzklmwp") == []


@pytest.mark.parametrize(
    "where",
    [
        Filter(collections=("north",)),
        Filter(collections=("north", "south")),
        Filter(collections=("nowhere",)),
        Filter(published_from="2024-06-01"),
        Filter(published_to="2024-06-01"),
        Filter(published_from="2024-03-05", published_to="2024-09-05"),
        Filter(collections=("south",), published_from="2024-06-01"),
    ],
)
def test_a_filter_finds_what_looking_at_everything_finds(library, where):
    for number in range(24):
        dated = {"published": f"2024-{number // 2 + 1:02}-05"} if number % 4 else {}
        collection = ("north", "south", "west")[number % 3]
        library.add([text_source(f"n{number}", f"Report {number} on the river.", **dated)], collection)

    def allowed(info) -> bool:
        if where.collections and info.collection not in where.collections:
            return False
        if where.published_from and not (info.published and info.published >= where.published_from):
            return False
        return not where.published_to or bool(info.published and info.published <= where.published_to)

    expected = {info.source for info in library.documents() if allowed(info)}
    assert found(library, "report river", where) == expected
    keyword = library.indexes.words.search("report river", 1000, where)
    assert {name.split(":")[0] for name, _ in keyword} == {ids(library)[source] for source in expected}
    some = tuple(ids(library)[source] for source in ("n1", "n2", "n7"))
    both = Filter(where.collections, some, where.published_from, where.published_to)
    assert found(library, "report river", both) == expected & {"n1", "n2", "n7"}


def test_only_ready_documents_are_found(library):
    (first,) = add_texts(library, {"seen": "The heron stands."}).added
    library.indexes.settle()
    other = library.document(first)
    hidden = replace(other, id="f" * 16, origin="hidden", source="hidden")
    (item,) = prepare([hidden], BagOfWords())
    with library.database.write() as connection:
        put_pending(connection, hidden)
        put_passages(connection, 1, item.passages, item.encoded)
    library.indexes.words.add([])
    assert found(library, "heron stands") == {"seen"}
    assert [info.source for info in library.documents()] == ["seen"]
    with pytest.raises(NotInLibrary):
        library.document("f" * 16)
    home = library.home
    library.close()
    said = []
    with library_at(home, say=said.append) as again:  # a crash had left it: it has all that it needs
        assert found(again, "heron stands") == {"seen", "hidden"}
        assert any("1 documents were being added" in line for line in said)


def test_two_pending_versions_leave_one_ready(tmp_path):
    with library_at(tmp_path) as library:
        (first,) = add_texts(library, {"memo": "The heron stands."}).added
        document = library.document(first)
        for version in (3, 2):
            item = prepare([replace(document, version=version)], BagOfWords())[0]
            with library.database.write() as connection:
                put_pending(connection, item.document)
                put_passages(connection, 1, item.passages, item.encoded)
    with library_at(tmp_path) as library:
        assert [(info.id, info.version) for info in library.documents()] == [(first, 3)]
        assert [hit.passage.version for hit in library.search("heron")] == [3]
        assert library.passages.count() == 1


def test_another_embedder_is_refused_until_everything_is_embedded_anew(tmp_path):
    texts = {f"n{number}": f"Note {number}: the ferry leaves at {number}." for number in range(8)}
    with library_at(tmp_path) as library:
        add_texts(library, texts)
    with pytest.raises(LibraryMismatch) as refused, library_at(tmp_path, BagOfWords(32)):
        pass
    assert "bag of words 64" in str(refused.value) and "bag of words 32" in str(refused.value)
    assert "--re-embed" in str(refused.value)
    with library_at(tmp_path, BagOfWords(32), re_embed=True) as library:
        assert found(library, "ferry") == set(texts)
        assert library.passages.vectors(library.passages.ids()).passages.shape[1] == 32
        assert library.doctor()[2:] == [
            f"{label} index: 8 passages, as the catalogue says" for label in ("words", "vectors")
        ]
    said = []
    with library_at(tmp_path, BagOfWords(32), say=said.append) as library:
        library.indexes.settle()
        assert library.search("note 3 ferry", limit=1)[0].source == "n3"
        assert library.passages.generation == 2
    assert said == []
    with pytest.raises(LibraryMismatch), library_at(tmp_path):
        pass


def test_searching_while_adding_sees_whole_documents_only(library):
    text = " ".join(f"The otter number {n} swims upstream past the mill at noon." for n in range(60))
    stop, problems, searched = threading.Event(), [], []

    def search() -> None:
        while not stop.is_set():
            try:
                for hit in library.search("otter swims", limit=20):
                    whole = library.document(hit.passage.document_id)
                    if whole.text[hit.passage.start : hit.passage.end] != hit.passage.text:
                        problems.append(hit)
                searched.append(1)
            except Exception as error:
                problems.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    versions = []
    for number in range(12):
        add_texts(library, {f"o{number}": f"{number}. {text}"})
        versions.append(int(library.passages.library_version))
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == [] and searched
    assert versions == sorted(set(versions))
    assert found(library, "otter") == {f"o{number}" for number in range(12)}


def test_documents_are_listed_in_the_order_in_which_they_came(library):
    names = ["zebra", "apple", "mango", "berry"]
    add_texts(library, {name: f"A word on {name}." for name in names})
    assert [info.source for info in library.documents()] == names


def test_adding_over_and_over_uses_up_no_file_descriptors(library):
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    add_texts(library, {"first": "The first one."})
    before = descriptors()
    for number in range(15):
        add_texts(library, {f"n{number}": f"Number {number}."})
        thread = threading.Thread(target=library.search, args=("number",))
        thread.start()
        thread.join()
    assert descriptors() <= before + 6  # Tantivy's segments come and go
