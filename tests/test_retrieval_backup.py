"""One archive: of one moment, while the library is in use, checked, and a library again."""

import json
import threading
import zipfile
from pathlib import Path

import pytest
from fakes import add_texts, library_at, text_source

from ingest.errors import BadBackup, LibraryBusy
from retrieval.backup import restore, write_backup
from retrieval.owner import Owner
from retrieval.sources import BytesSource


@pytest.fixture
def archive(tmp_path):
    with library_at(tmp_path / "home") as library:
        add_texts(library, {"heron": "The heron stands in the reeds.", "otter": "The otter swims."})
        library.add([BytesSource(b"The memo is about marmots.", "memo.txt")], "papers")
        write_backup(library, tmp_path / "library.footnote")
    return tmp_path / "library.footnote"


def test_a_library_comes_back_whole(archive, tmp_path):
    info = restore(archive, tmp_path / "again")
    assert (info.documents, info.originals) == (3, 1)
    said = []
    with library_at(tmp_path / "home") as old, library_at(tmp_path / "again", say=said.append) as new:
        assert new.documents() == old.documents()
        for each in old.documents():
            assert new.document(each.id) == old.document(each.id)
            assert new.original(each.id) == old.original(each.id)
        for words in ("heron reeds", "marmots", "otter"):
            assert new.search(words) == old.search(words)
        assert new.indexes.held() == old.indexes.held()
        assert new.database.fact("library") != old.database.fact("library")
    assert said == []
    assert archive.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_a_backup_is_of_one_moment_while_documents_come_and_go(tmp_path):
    stop = threading.Event()
    with library_at(tmp_path / "home") as library:

        def change() -> None:
            for number in range(1000):
                if stop.is_set():
                    return
                report = library.add([BytesSource(b"Words %d." % number, f"{number}.txt")], "default")
                if number % 3 == 0:
                    library.remove(report.added)

        thread = threading.Thread(target=change)
        thread.start()
        for number in range(4):
            write_backup(library, tmp_path / f"{number}.zip")
        stop.set()
        thread.join()
    for number in range(4):
        restore(tmp_path / f"{number}.zip", tmp_path / f"home {number}")
        with library_at(tmp_path / f"home {number}") as library:
            for info in library.documents():
                assert library.original(info.id) == library.document(info.id).text.encode()
            assert {info.passages for info in library.documents()} <= {1}


def test_nothing_is_overwritten_and_nothing_is_left_where_writing_fails(archive, tmp_path):
    with library_at(tmp_path / "home") as library:
        with pytest.raises(BadBackup, match="there already"):
            write_backup(library, archive)
        with pytest.raises(BadBackup, match="could not be written"):
            write_backup(library, tmp_path / "nowhere" / "x.zip")
        assert not [path for path in library.home.iterdir() if path.name.startswith(".backup")]
    with pytest.raises(BadBackup, match="holds a library already"):
        restore(archive, tmp_path / "home")
    owner = Owner.claim(tmp_path / "owned")
    try:
        with pytest.raises(LibraryBusy):
            restore(archive, tmp_path / "owned")
    finally:
        owner.close()


def rewritten(archive: Path, path: Path, change) -> Path:
    """Write an archive again with its members as `change` leaves them."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(path, "w") as new:
        members = {name: old.read(name) for name in old.namelist()}
        change(members)
        for name, data in members.items():
            new.writestr(name, data)
    return path


def listed(members, **changes) -> None:
    data = json.loads(members["footnote-backup.json"])
    members["footnote-backup.json"] = json.dumps(data | changes).encode()


def original(members) -> str:
    return next(name for name in members if name.startswith("originals/"))


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members.update({"catalogue.sqlite3": members["catalogue.sqlite3"][:-1] + b"x"}),
        lambda members: members.update({original(members): b"other words"}),
        lambda members: members.pop(original(members)),
        lambda members: members.pop("footnote-backup.json"),
        lambda members: members.update({"../outside": b"x"}),
        lambda members: members.update({"footnote-backup.json": b"[]"}),
        lambda members: listed(members, format=2),
        lambda members: listed(members, files={"../outside": {"sha256": "", "bytes": 1}}),
        lambda members: listed(members, library={}),
    ],
)
def test_an_archive_that_is_not_as_it_was_written_makes_no_library(archive, tmp_path, change):
    bad = rewritten(archive, tmp_path / "bad.zip", change)
    with pytest.raises(BadBackup) as refused:
        restore(bad, tmp_path / "again")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "again" / "catalogue.sqlite3").exists() and not (tmp_path / "outside").exists()
    assert [path.name for path in (tmp_path / "again").iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
def test_damage_anywhere_is_noticed(archive, tmp_path):
    data = archive.read_bytes()
    for place in range(0, len(data), max(1, len(data) // 60)):
        bad = tmp_path / "bad.zip"
        bad.write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        try:
            restore(bad, tmp_path / f"home {place}")
        except BadBackup:
            continue
        with library_at(tmp_path / f"home {place}") as library:  # the byte was one that says nothing
            assert len(library.documents()) == 3


def test_text_that_came_with_a_title_comes_back_with_it(tmp_path):
    with library_at(tmp_path / "home") as library:
        library.add([text_source("wire", "Rain fell.", "Weather", published="2024-01-02")], "default")
        write_backup(library, tmp_path / "one.zip")
    restore(tmp_path / "one.zip", tmp_path / "again")
    with library_at(tmp_path / "again") as library:
        (info,) = library.documents()
        assert (info.title, info.published) == ("Weather", "2024-01-02")
