"""What a library must be after whatever befell it, and notes to tell by."""

from retrieval.hit import Filter
from retrieval.library import Library

NOTES = 12


def texts(count: int = NOTES) -> dict[str, str]:
    return {f"n{number}": f"Note {number}. The word is canary{number}." for number in range(count)}


def found(library: Library, words: str) -> list[tuple[str, float]]:
    return [(hit.passage.id, round(hit.score, 5)) for hit in library.search(words, limit=50, where=Filter())]


def sound(library: Library) -> None:
    """Every text slices back, no document is there twice, and both indexes hold what the catalogue says."""
    infos = library.documents()
    assert len({info.id for info in infos}) == len({info.origin for info in infos}) == len(infos)
    assert all("differ" not in line or line.startswith("passages: 0 ") for line in library.doctor())
    ids = set(library.passages.ids())
    assert library.indexes.held() == (ids, ids)
    assert library.catalogue.states("pending", "removing") == []
    for info in infos:
        (passage,) = library.passages.of_document(info.id, info.version)
        vector = library.passages.vectors([passage.id]).passages[0]
        assert library.indexes.dense(vector, 1, Filter())[0][1] > 0.999
