"""What the look at Chroma's folder lets pass: a large graph may miss a few; no vector may be another's."""

import numpy as np
import pytest
from fakes import add_texts, library_at

from retrieval import probe
from retrieval.probe import check  # itself: conftest.py puts another in its place
from retrieval.vectors import ChromaIndex, open_folder


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A closed library: its folder of vectors, its catalogue, its ids; all are looked at, as of many."""
    with library_at(tmp_path) as library:
        add_texts(library, {f"{n}": f"Report {n} on pier {n * n}." for n in range(40)})
        ids = library.passages.ids()
        folder = next(tmp_path.rglob("chroma.sqlite3")).parent
    monkeypatch.setattr(probe, "_SAMPLE", 100)
    monkeypatch.setattr(probe, "_LARGE", 10)
    return folder, tmp_path / "catalogue.sqlite3", ids


def test_a_few_that_the_graph_misses_are_let_pass_and_many_are_not(stored, monkeypatch):
    folder, catalogue, ids = stored
    found = ChromaIndex.search

    def missing(count):
        left = [count]

        def search(index, vector, limit):
            left[0] -= 1
            return [] if left[0] >= 0 else found(index, vector, limit)

        return search

    assert len(ids) == 40
    monkeypatch.setattr(ChromaIndex, "search", missing(10))
    assert probe._problem(folder, catalogue) is None
    monkeypatch.setattr(ChromaIndex, "search", missing(11))
    assert "did not find 11 of 40" in probe._problem(folder, catalogue)
    monkeypatch.setattr(ChromaIndex, "search", missing(1))
    monkeypatch.setattr(probe, "_LARGE", 1000)
    assert "did not find 1 of 40" in probe._problem(folder, catalogue)


def test_one_vector_that_is_not_its_passages_is_noticed_among_many(stored):
    folder, catalogue, ids = stored
    index = open_folder(folder)
    index.add([ids[3]], np.eye(1, 64, 5, dtype=np.float32))
    index.close()
    assert f"another vector for {ids[3]}" in probe._problem(folder, catalogue)


def test_a_process_of_its_own_looks_which_damage_may_end(stored):
    folder, catalogue, _ = stored
    assert check(folder, catalogue) is None
    (folder / "chroma.sqlite3").write_bytes(bytes(4096))
    assert check(folder, catalogue) == "was damaged"
