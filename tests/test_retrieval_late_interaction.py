"""Words of a question beside those of passages: which words, how rare, and the sum of the maxima by hand."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.passage import Passage
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.late_interaction import (
    MOST_WORDS,
    WIDTH,
    asked_spans,
    content_spans,
    interaction,
    packed,
    rarity,
    sentence_words,
)
from retrieval.products import many_cosines

ONE, OTHER = np.eye(WIDTH, 8, dtype=np.float32).T[:2]


@pytest.fixture(scope="module")
def embedder():
    return SentenceTransformerEmbedder()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Who signed the O’Brien memo in 2021?", ["signed", "O", "Brien", "memo", "2021"]),
        ("Is it what he said?", ["said"]),
        ("Où est née Renée\r\nà Zürich 👩‍🚀?", ["Où", "est", "née", "Renée", "à", "Zürich"]),
        ("", []),
    ],
)
def test_the_words_that_count(text, words):
    assert [text[start:end] for start, end in content_spans(text)] == words


def test_of_a_pasted_page_only_the_first_words_are_laid_beside_passages():
    page = "The harbour office was closed. " * 10_000
    assert asked_spans(page) == content_spans(page)[:MOST_WORDS]
    assert asked_spans("Who closed it?") == content_spans("Who closed it?")


def test_rare_words_count_more_and_a_small_library_tells_little():
    assert rarity(1, 10_000) > rarity(50, 10_000) > rarity(9_000, 10_000) == pytest.approx(0.1, abs=0.05)
    assert rarity(1, 3) == rarity(1, 500) and rarity(500, 500) == 0.1


@given(st.integers(0, 700), st.integers(1, 9))
def test_products_in_blocks_are_the_products(rows, vectors):
    chance = np.random.default_rng(rows)
    many = chance.integers(-127, 127, (rows, WIDTH)).astype(np.float32)
    few = chance.integers(-127, 127, (vectors, WIDTH)).astype(np.float32)
    assert np.array_equal(many_cosines(many, few), few @ many.T)  # whole numbers below 2 ** 24 are exact


def test_the_mean_of_the_likeliest_by_hand():
    half = (ONE + OTHER) / np.sqrt(2)
    asked = np.stack([ONE, OTHER])
    words = packed(np.stack([ONE, half, OTHER]))  # the first passage has two words, the second none
    found = interaction(asked, np.array([3.0, 1.0], dtype=np.float32), words, [2, 0, 1])
    assert found == pytest.approx([(3 * 1 + 1 * np.sqrt(0.5)) / 4, 0, (3 * 0 + 1) / 4], abs=0.01)


@pytest.mark.parametrize(("asked", "counts"), [(0, [1]), (1, [0])])
def test_without_words_nothing_is_said(asked, counts):
    words = packed(np.tile(ONE, (sum(counts), 1)))
    weights = np.ones(asked, dtype=np.float32)
    assert interaction(np.tile(ONE, (asked, 1)), weights, words, counts) == [0.0]
    assert interaction(ONE[None], np.zeros(1, dtype=np.float32), packed(ONE[None]), [1]) == [0.0]
    assert interaction(ONE[None], np.ones(1, dtype=np.float32), packed(ONE[None]), []) == []


@given(st.lists(st.integers(0, 4), max_size=6), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_each_passage_is_scored_as_if_it_were_alone(counts, asked, seed):
    rows = np.random.default_rng(seed).standard_normal((sum(counts) + asked, 100), dtype=np.float32)
    words, question = packed(rows[asked:]), rows[:asked]
    weights = np.arange(1, asked + 1, dtype=np.float32)
    ends = np.cumsum([0, *counts])
    alone = [
        interaction(question, weights, words[start:end], [end - start])[0] for start, end in pairwise(ends)
    ]
    assert interaction(question, weights, words, counts) == pytest.approx(alone, abs=1e-5)
    assert all(abs(score) <= 1.02 for score in alone)


def test_a_words_vector_is_what_the_model_makes_of_it_there(embedder):
    texts = ["The bank raised its rates. 👩‍🚀", "They sat on the bank\r\nof the river.", "no"]
    spans = [content_spans(text) for text in texts]
    read = embedder.encode_passages(texts, [[(0, 4)], [], []], spans)
    assert [each.words.shape for each in read] == [(3, 384), (3, 384), (1, 384)]
    assert all(np.allclose(np.linalg.norm(each.words, axis=1), 1, atol=1e-5) for each in read)
    for text, each in zip(texts, read, strict=True):
        assert np.allclose(each.vector, embedder.embed_texts([text])[0], atol=1e-5)
    money, shore = read[0].words[0], read[1].words[1]
    asked = embedder.encode_query("  Which bank charges interest?", [(8, 12)])
    assert asked.words[0] @ money > asked.words[0] @ shore  # one word, two meanings
    assert embedder.encode_query("x", []).words.shape == (0, 384)


def test_a_word_beyond_what_the_model_reads_has_no_likeness(embedder):
    text = "word " * 400
    words = embedder.encode_query(text, content_spans(text)).words
    assert len(words) == 400 and not words[-1].any() and words[0].any()
    assert not packed(words)[-1].any()


def test_each_sentence_has_its_own_likeliest_words():
    text = "Ferries sail. 👩‍🚀 It is. The mayor sold one at noon."
    passage = Passage("d", 1, 100, 100 + len(text), text, None, None, _sentences(text, 100))
    eye = np.eye(WIDTH, dtype=np.float32)
    title, words = eye[:1], eye[1:7]  # "Ferries sail … mayor sold one noon", after a title of one word
    asked = np.stack([eye[1], eye[4], eye[0]])
    found = sentence_words(asked, passage, packed(np.concatenate([title, words])))
    assert found == ((1.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 1.0, 0.0))  # the title's is in no sentence
    assert sentence_words(asked, passage, packed(title)) == ()  # an embedder that gives none for words
    assert sentence_words(asked[:0], passage, packed(words)) == ()


def _sentences(text, shift):
    stops = [match.end() for match in re.finditer(r"\.", text)]
    return tuple((start + shift, end + shift) for start, end in pairwise([0, *stops]))
