"""A folder and its collection: what is new, changed, renamed or gone there becomes so here."""

import shutil
import threading

import pytest
from fakes import add_texts, library_at

from ingest.errors import MissingSource
from retrieval.hit import Filter
from retrieval.syncing import sync


@pytest.fixture
def library(tmp_path):
    with library_at(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "papers"
    (folder / "letters").mkdir(parents=True)
    (folder / "memo.txt").write_text("The memo is about marmots and their winter.")
    (folder / "letters" / "one.txt").write_text("A letter about herons.")
    (folder / "letters" / "two.txt").write_text("A letter about otters.")
    return folder


def sources(library) -> dict[str, str]:
    return {info.source: info.id for info in library.documents()}


def found(library, words: str) -> set[str]:
    return {hit.source for hit in library.search(words, limit=100, where=Filter())}


def test_every_kind_of_change_is_mirrored_and_nothing_else_is_touched(library, folder, tmp_path):
    add_texts(library, {"elsewhere": "A note on marmots."})
    (tmp_path / "papers and more").mkdir()
    (tmp_path / "papers and more" / "x.txt").write_text("Beside the folder.")
    sync(library, tmp_path / "papers and more", "default")
    first = sync(library, folder, "default")
    assert len(first.report.added) == 3 and len(first.plan.added) == 3
    before = sources(library)
    (folder / "letters" / "one.txt").write_text("A letter about storks, corrected.")
    (folder / "letters" / "two.txt").rename(folder / "letters" / "deux.txt")
    (folder / "memo.txt").unlink()
    (folder / "new.txt").write_text("Something new about badgers.")

    planned = sync(library, folder, "default", dry_run=True)
    assert planned.looked_at == first.looked_at and sources(library) == before
    plan = planned.plan
    assert plan.added == (str(folder / "new.txt"),)
    assert plan.changed == (str(folder / "letters" / "one.txt"),)
    assert plan.renamed == ((str(folder / "letters" / "two.txt"), str(folder / "letters" / "deux.txt")),)
    assert plan.removed == (str(folder / "memo.txt"),)
    assert plan.unchanged == 0

    done = sync(library, folder, "default")
    assert done.plan == plan and [receipt.left for receipt in done.receipts] == [0]
    assert done.looked_at > first.looked_at
    after = sources(library)
    assert after[str(folder / "letters" / "deux.txt")] == before[str(folder / "letters" / "two.txt")]
    assert after[str(folder / "letters" / "one.txt")] == before[str(folder / "letters" / "one.txt")]
    assert found(library, "marmots") >= {"elsewhere"}
    assert str(folder / "memo.txt") not in found(library, "marmots memo winter")
    assert {hit.title for hit in library.search("otters", limit=1)} == {"deux.txt"}
    assert library.indexes.words.search("deux", 5, Filter()) and not library.indexes.words.search(
        "two", 5, Filter()
    )
    again = sync(library, folder, "default")
    assert again.plan.is_empty and again.plan.unchanged == 3
    version = library.passages.library_version
    sync(library, folder, "default")
    assert library.passages.library_version == version
    (folder / "letters" / "two.txt").write_text("A new letter at the old place.")
    sync(library, folder, "default")
    assert len(set(sources(library).values())) == len(sources(library)) == 6
    assert library.collections.folders()[0].folder == str(folder)


def test_two_files_of_the_same_bytes_are_not_taken_for_a_rename(library, folder):
    shutil.copy(folder / "memo.txt", folder / "copy.txt")
    sync(library, folder, "default")
    for name in ("memo.txt", "copy.txt"):
        (folder / name).rename(folder / f"moved {name}")
    done = sync(library, folder, "default")
    assert done.plan.renamed == () and len(done.plan.added) == len(done.plan.removed) == 2


def test_a_folder_that_is_gone_or_empty_removes_nothing(library, folder):
    sync(library, folder, "default")
    away = folder.with_name("away")
    folder.rename(away)
    with pytest.raises(MissingSource, match="no such folder"):
        sync(library, folder, "default")
    folder.mkdir()
    with pytest.raises(MissingSource, match="3 documents came from it"):
        sync(library, folder, "default")
    assert len(library.documents()) == 3
    sync(library, folder, "default", allow_empty=True)
    assert library.documents() == []


def test_what_cannot_be_looked_at_stays_and_is_listed(library, folder, monkeypatch):
    sync(library, folder, "default")
    from ingest import files

    seen = files._read

    def refuse(source, path):
        if path.name == "memo.txt":
            raise files._refused(path, OSError(5, "Input/output error"))
        return seen(source, path)

    with monkeypatch.context() as patch:
        patch.setattr(files, "_read", refuse)
        done = sync(library, folder, "default")
    assert done.plan.unreadable == (str(folder / "memo.txt"),) and done.plan.removed == ()
    assert [failure.source for failure in library.failures()] == [str(folder / "memo.txt")]
    assert found(library, "marmots") == {str(folder / "memo.txt")} | found(library, "marmots")
    (folder / "memo.txt").unlink()
    sync(library, folder, "default")
    assert library.failures() == []


def test_a_cancelled_sync_removes_nothing_and_says_that_it_did_not_look_to_the_end(library, folder):
    sync(library, folder, "default")
    looked_at = library.collections.folders()[0].looked_at
    (folder / "memo.txt").unlink()
    (folder / "new.txt").write_text("New words.")
    cancel = threading.Event()
    cancel.set()
    done = sync(library, folder, "default", cancel=cancel)
    assert done.report.cancelled and done.receipts == () and done.looked_at == looked_at
    assert str(folder / "memo.txt") in sources(library)
    assert library.collections.folders()[0].looked_at == looked_at


def test_what_stands_within_a_file_moves_and_goes_with_it(library, folder):
    import zipfile

    with zipfile.ZipFile(folder / "bundle.zip", "w") as archive:
        archive.writestr("inner.txt", "Words about capercaillies in a bundle.")
    sync(library, folder, "default")
    (inner,) = [info for info in library.documents() if "!/" in info.origin]
    assert sync(library, folder, "default").plan.is_empty
    (folder / "bundle.zip").rename(folder / "parcel.zip")
    done = sync(library, folder, "default")
    assert len(done.plan.renamed) == 1 and done.receipts == ()
    (moved,) = [info for info in library.documents() if "!/" in info.origin]
    assert moved.id == inner.id and moved.origin.startswith(str(folder / "parcel.zip"))
    assert sync(library, folder, "default").plan.is_empty
    (folder / "parcel.zip").unlink()
    assert sync(library, folder, "default").plan.removed == (str(folder / "parcel.zip"),)
    assert len(library.documents()) == 3
