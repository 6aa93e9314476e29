"""Damaged indexes, a full disk, an index that runs away: a line says so, and the library answers as before.

The long ones are slow, and each has a short form that is not.
"""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import add_texts, library_at
from soundness import found, sound, texts

from ingest.errors import StoreFailed

ROOT = Path(__file__).parents[1]


# A4: damaged index files


def damage(path: Path, generator: random.Random) -> None:
    data = bytearray(path.read_bytes())
    kind = generator.choice(("flip", "truncate", "delete", "zero"))
    if kind == "delete" or not data:
        path.unlink()
    elif kind == "truncate":
        path.write_bytes(data[: generator.randrange(len(data))])
    else:
        start = generator.randrange(len(data))
        for at in range(start, min(len(data), start + (1 if kind == "flip" else 64))):
            data[at] = data[at] ^ 0xFF if kind == "flip" else 0
        path.write_bytes(data)


def damage_and_open(tmp_path: Path, rounds: int, seed: int) -> int:
    """Damage one file of the indexes each time; returns how often a line said that one was rebuilt."""
    generator, home, told = random.Random(seed), tmp_path / "home", 0
    with library_at(home) as library:
        add_texts(library, texts(60))
        library.indexes.settle()
        questions = [f"canary{number}" for number in range(0, 60, 7)] + ["the word is", "note"]
        clean = [found(library, question) for question in questions]
    for _ in range(rounds):
        files = sorted(path for path in (home / "index").rglob("*") if path.is_file())
        damage(generator.choice(files), generator)
        said: list[str] = []
        with library_at(home, say=said.append) as library:
            assert [found(library, question) for question in questions] == clean
            library.indexes.settle()
            assert [found(library, question) for question in questions] == clean
            ids = set(library.passages.ids())
            assert library.indexes.held() == (ids, ids)
        assert len(said) <= 2 and all("\n" not in line for line in said)
        told += bool(said)
    return told


def test_a_damaged_index_is_rebuilt_and_answers_as_before(tmp_path):
    assert damage_and_open(tmp_path, 3, seed=5) >= 2


@pytest.mark.slow
def test_a_hundred_damaged_files_change_no_answer(tmp_path):
    assert damage_and_open(tmp_path, 100, seed=6) >= 80  # some files say nothing that counts


# A5: a full disk

FULL = """
import resource, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests"]
from fakes import library_at, text_source
from ingest.errors import StoreFailed
with library_at(Path(sys.argv[2])) as library:
    library.indexes.settle()
    library.add([text_source("first", "The first word is heron.")], "default")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), hard))
    failed = None
    for number in range(40):
        try:
            library.add([text_source(f"n{number}", f"Note {number} on otters. " * 400)], "default")
        except StoreFailed as error:
            failed = str(error)
            break
    assert failed and "\\n" not in failed and "free some space" in failed, failed
    assert [hit.source for hit in library.search("heron", limit=1)] == ["first"]
    known = {info.source for info in library.documents()}
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    again = [text_source(f"n{number}", f"Note {number} on otters. " * 400) for number in range(40)]
    library.add(again, "default")
    assert known <= {info.source for info in library.documents()} and len(library.documents()) == 41
    ids = set(library.passages.ids())
    assert library.indexes.held() == (ids, ids)
print("resumed")
"""


def full(home: Path, limit: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(ROOT), str(home), str(limit)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.stdout == "resumed\n", done.stderr[-3000:]


def test_a_full_disk_is_one_line_and_adding_resumes(tmp_path):
    full(tmp_path, 700_000)


@pytest.mark.slow
def test_a_disk_that_is_full_at_twenty_points(tmp_path):
    for number in range(20):
        full(tmp_path / str(number), 500_000 + 60_000 * number)


@pytest.mark.slow
def test_a_disk_that_is_really_full(tmp_path):
    """The same on a file system of 6 MB, where one may be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no tmpfs may be mounted here")
    try:
        with library_at(place / "home") as library:
            library.indexes.settle()
            add_texts(library, {"first": "The first word is heron."})
            (place / "ballast").write_bytes(b"x" * (shutil.disk_usage(place).free - 300_000))
            with pytest.raises(StoreFailed, match="free some space"):
                for number in range(200):
                    add_texts(library, {f"n{number}": f"Note {number} on otters. " * 400})
            assert [hit.source for hit in library.search("heron", limit=1)] == ["first"]
            known = {info.source for info in library.documents()}
            (place / "ballast").unlink()
            add_texts(library, {"after": "There is room for storks."})
            assert {info.source for info in library.documents()} >= known | {"after"}
            ids = set(library.passages.ids())
            assert library.indexes.held() == (ids, ids)
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)  # an index library lets go of files late


# A10: an index that runs away


def test_an_index_that_runs_away_is_rebuilt_and_a_sparse_file_is_not_one(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.indexes._ROOM", 4 << 20)
    said: list[str] = []
    with library_at(tmp_path, say=said.append) as library:
        add_texts(library, texts())
        folder = next((tmp_path / "index").glob("vectors-*"))
        with (folder / "sparse.bin").open("wb") as file:
            file.truncate(1 << 34)
        add_texts(library, {"more": "One more note."})
        assert said == []
        (folder / "link_lists.bin").write_bytes(b"x" * (5 << 20))
        add_texts(library, {"and more": "Yet another note."})
        assert [line.split(";")[0] for line in said] == ["the vectors index had grown beyond all measure"]
        assert not folder.exists()
        sound(library)
    said.clear()
    (next((tmp_path / "index").glob("vectors-*")) / "link_lists.bin").write_bytes(b"x" * (5 << 20))
    with library_at(tmp_path, say=said.append) as library:
        sound(library)
    assert len(said) == 1 and "beyond all measure" in said[0]
