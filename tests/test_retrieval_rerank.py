"""The seam for a cross-encoder, with a tiny real one that is built here, of random weights."""

from itertools import pairwise

import pytest
from fakes import BagOfWords, add_texts, assistant_at, library_at
from tiny_models import cross_encoder

from ingest.errors import ModelMissing
from ingest.passage import prefixed
from retrieval.rerank import CrossEncoderReranker
from retrieval.search import RERANKED

WORDS = [
    "the", "ferry", "left", "at", "noon", "bridge", "council", "met", "lorry", "harbour", "budget", "was",
    "signed", "by", "nobody",
]  # fmt: skip
TEXTS = {f"note {n}": f"the ferry {WORDS[n % 15]} {WORDS[n * 7 % 15]} n{n}" for n in range(RERANKED + 8)}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return cross_encoder(tmp_path_factory.mktemp("tiny"), WORDS, 1)


def falls(scores):
    """Batches of other lengths change the last digits."""
    return all(first >= second - 1e-5 for first, second in pairwise(scores))


def test_it_orders_the_best_anew_and_leaves_the_rest(tiny, tmp_path):
    reranker = CrossEncoderReranker(str(tiny))
    question = "the ferry left"
    with library_at(tmp_path / "home") as plain:
        add_texts(plain, TEXTS)
        before = plain.search(question, limit=100)
    with library_at(tmp_path / "home", reranker=reranker) as library:
        after = library.search(question, limit=100)
        assert [hit.passage.id for hit in library.search(question, limit=3)] == [
            hit.passage.id for hit in after[:3]
        ]
    said = reranker.scores(question, [prefixed(hit.passage, hit.title) for hit in after[:RERANKED]])
    assert falls(said) and said[0] - said[-1] > 0.001
    assert {hit.passage.id for hit in after[:RERANKED]} == {hit.passage.id for hit in before[:RERANKED]}
    assert [hit.passage.id for hit in after] != [hit.passage.id for hit in before]
    assert [hit.passage for hit in after[RERANKED:]] == [hit.passage for hit in before[RERANKED:]]
    assert len(after) == len(TEXTS)
    scores = [hit.score for hit in after]
    assert scores == sorted(scores, reverse=True)
    assert (scores[0], scores[RERANKED - 1]) == pytest.approx((before[0].score, before[RERANKED - 1].score))


def test_it_is_set_by_its_folder(tiny, tmp_path):
    with assistant_at(tmp_path / "home", BagOfWords(), reranker=str(tiny)) as assistant:
        add_texts(assistant._library, TEXTS)
        hits = assistant.search("the ferry left", limit=5)
    said = CrossEncoderReranker(str(tiny)).scores(
        "the ferry left", [prefixed(hit.passage, hit.title) for hit in hits]
    )
    assert falls(said)
    assert CrossEncoderReranker(str(tiny)).scores("the ferry", []) == []


def test_what_is_not_there_or_not_safe_is_an_error(tiny, tmp_path):
    with pytest.raises(ModelMissing, match="FOOTNOTE_RERANKER"):
        CrossEncoderReranker("cross-encoder/not-here")
    with pytest.raises(ModelMissing, match=r"model\.safetensors"):
        CrossEncoderReranker(str(tmp_path))
