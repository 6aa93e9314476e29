"""Filters cut nothing short: what they allow is searched whole, however little of the library it is."""

import numpy as np
import pytest
from fakes import BagOfWords, library_at, text_source

from retrieval.allowed import condition
from retrieval.hit import Filter

DOCUMENTS, PARAGRAPHS = 200, 8
SUBJECTS = ("harbour", "bridge", "ferry", "council", "budget", "school", "lorry")
RARE = Filter(titles=("ÉCLUSE",)), Filter(authors=("lund",)), Filter(sources=("archive/",))
OTHERS = Filter(languages=("fr",)), Filter(collections=("rare",)), Filter(published_from="2024-01-01")


def text(number: int) -> str:
    paragraphs = []
    for at in range(PARAGRAPHS):
        words = [
            f"{SUBJECTS[(number * 3 + at * 5 + word) % 7]} n{(number + at * word) % 40}" for word in range(45)
        ]
        paragraphs.append(" ".join(words).capitalize() + ".")
    return "\n\n".join(paragraphs)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Two of 200 documents are what each filter asks for: one in a hundred."""
    with library_at(tmp_path_factory.mktemp("filters") / "home") as opened:
        for rare in (True, False):
            sources = [
                text_source(
                    f"{'archive' if rare else 'desk'}/{number}",
                    text(number),
                    title=f"L'écluse {number}" if rare else f"The lock {number}",
                    author="Ada Lund" if rare else "Ben Hahn",
                    language="fr-CA" if rare else "en",
                    published="2024-05-01" if rare else "2023-05-01",
                )
                for number in range(DOCUMENTS)
                if (number % 100 == 0) == rare
            ]
            assert not opened.add(sources, "rare" if rare else "default").failed
        opened.indexes.settle()
        yield opened


@pytest.mark.parametrize(
    "where", [*RARE, *OTHERS, Filter(titles=("écluse 100", "écluse 0"), types=("plain",))]
)
def test_at_one_in_a_hundred_lists_are_full_and_those_of_an_exhaustive_scan(library, where):
    allowed = library.passages.allowed(where)
    assert len(allowed) == DOCUMENTS // 100
    for question in ("ferry budget n7", "the bridge n12 and the school", "lorry"):
        hits = library.search(question, limit=10, where=where)
        assert len(hits) == 10 and {hit.passage.document_id for hit in hits} <= allowed
        vector = BagOfWords().embed_query(question)
        names = [name for name in library.passages.ids() if name.partition(":")[0] in allowed]
        stored = library.passages.vectors(names)
        cosines = dict(zip(stored.ids, stored.passages @ vector, strict=True))
        everything = library.search(question, limit=len(names), where=where)
        assert {hit.passage.id for hit in everything} == set(names)
        best = sorted(everything, key=lambda hit: -hit.dense)[:10]
        assert np.allclose([hit.dense for hit in best], sorted(cosines.values(), reverse=True)[:10])
        unfiltered = dict(library.indexes.words.search(question, 10_000, Filter()))
        assert {hit.passage.id: hit.words for hit in everything if hit.words} == pytest.approx(
            {name: score for name, score in unfiltered.items() if name in names}
        )


def test_filters_that_fit_nothing_find_nothing_and_signs_mean_themselves(library):
    for where in (
        Filter(titles=("%",)),
        Filter(authors=("_",)),
        Filter(languages=("f",)),
        Filter(types=("pdf",)),
    ):
        assert library.search("ferry", where=where) == []
    assert len(library.passages.allowed(Filter(languages=("EN", "fr")))) == DOCUMENTS
    assert len(library.passages.allowed(Filter(authors=("lund", "hahn"), titles=("lock 1",)))) > 50
    assert condition(Filter()) == ("1", [])
