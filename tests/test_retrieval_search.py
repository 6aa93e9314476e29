"""The fused search: a pure function to fuse, ranks that say where hits come from, no question too odd."""

from itertools import pairwise

import pytest
from fakes import BagOfWords, add_texts, library_at
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.asking import asks
from retrieval.fuse import fuse, interaction_share, meaning_weight, min_max
from retrieval.hit import Filter
from retrieval.late_interaction import rarity
from retrieval.spread import spread

SCORES = st.lists(st.floats(-1e6, 1e6), max_size=30)
TRIPLES = st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 100), st.floats(-1, 1)), min_size=1, max_size=30)
TEXTS = {
    "bridge": "The load limit of the bridge is eighteen tonnes. Lorries must turn back.",
    "ferry": "The ferry leaves at noon. It carries lorries.",
    "minutes": "The council met in April. Nine members voted.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with library_at(tmp_path_factory.mktemp("search") / "home") as opened:
        add_texts(opened, TEXTS)
        opened.indexes.settle()
        yield opened


@given(SCORES)
def test_min_max_stretches_and_keeps_the_order(scores):
    given_before = list(scores)
    stretched = min_max(scores)
    assert scores == given_before and len(stretched) == len(scores)
    assert all(0 <= score <= 1 for score in stretched)
    for (a, b), (c, d) in zip(pairwise(scores), pairwise(stretched), strict=True):
        assert (a <= b) == (c <= d) or c == d
    if scores and max(scores) - min(scores) >= 1e-9:
        assert (min(stretched), max(stretched)) == (0, 1)


@given(TRIPLES, st.floats(0, 1), st.floats(0, 2))
def test_fuse_lies_between_its_parts_and_rises_with_each(triples, weight, more):
    parts = dense, words, met = [list(part) for part in zip(*triples, strict=True)]
    fused = fuse(dense, words, met, weight=weight, more=more)
    for score, *each in zip(fused, *map(min_max, parts), strict=True):
        assert min(each) - 1e-9 <= score <= max(each) + 1e-9
    best = max(range(len(triples)), key=lambda at: triples[at])
    if all(part[best] == max(part) for part in parts):
        assert fused[best] >= max(fused) - 1e-9


def test_fuse_by_hand():
    assert fuse([0, 1, 2], [4, 0, 2], [0, 0, 0], weight=0.75, more=0.5) == [0.25, 0.375, 0.875]
    # Half as much as meaning's share to words in context: (.25, .375, .875) + .375 * (1, 0, .5), over 1.375.
    assert fuse([0, 1, 2], [4, 0, 2], [0.8, 0.2, 0.5], weight=0.75, more=0.5) == pytest.approx(
        [0.625 / 1.375, 0.375 / 1.375, 1.0625 / 1.375]
    )
    assert min_max([]) == [] and min_max([3, 3]) == [1, 1] and min_max([0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="zip"):
        fuse([1], [1, 2], [0, 0], weight=0.5, more=0.5)


@given(st.lists(st.just(0.0) | st.floats(1e-6, 1e6), max_size=30), st.floats(0.1, 1000))
def test_the_weight_is_a_share_and_knows_no_unit(words, times):
    weight = meaning_weight(words)
    assert 0 < weight < 1
    assert abs(meaning_weight([score * times for score in words]) - weight) < 1e-6


def test_words_that_tell_candidates_apart_count_more():
    standing_out, alike = [9, 1, 1, 0, 0, 0], [9, 8, 8, 8, 7, 7]
    assert meaning_weight(standing_out) < 0.6 < meaning_weight(alike)
    assert meaning_weight([]) == meaning_weight([0, 0]) == 0.6
    assert meaning_weight([5, 0, 0, 0, 0, 0]) < meaning_weight([5, 5, 0, 0, 0, 0])


def test_spread_by_hand():
    scores, sources = [1.0, 0.9, 0.8, 0.7, 0.65, 0.5], ["a", "a", "a", "a", "b", "a"]
    assert spread(scores, sources, full=3, close=0.9) == pytest.approx([1, 0.9, 0.8, 0.63, 0.65, 0.405])
    assert spread(scores, sources, full=6) == scores and spread([], []) == []
    assert spread([0.5, 1.0, 0.0], ["a", "a", "a"], full=1, close=0.5) == [0.25, 1.0, 0.0]


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abc")), max_size=30))
def test_spread_keeps_each_source_in_its_order_and_its_best_as_they_are(rows):
    scores, sources = [score for score, _ in rows], [source for _, source in rows]
    lowered = spread(scores, sources)
    assert all(new <= old for new, old in zip(lowered, scores, strict=True))
    for source in set(sources):
        mine = [number for number, each in enumerate(sources) if each == source]
        best_first = sorted(mine, key=lambda number: -scores[number])
        assert [lowered[number] for number in best_first] == sorted(
            (lowered[number] for number in mine), reverse=True
        )
        assert [lowered[number] for number in best_first[:3]] == [scores[number] for number in best_first[:3]]


def test_one_story_in_many_papers_does_not_fill_the_list(tmp_path):
    story = " ".join(
        f"The ferry sank near pier {number} before noon, the harbour said." for number in range(9)
    )
    papers = {f"paper {number}": f"{story} Edition {number}." for number in range(6)}
    other = {f"budget {number}": f"Meeting {number} was about schools and parks." for number in range(4)}
    other["inquiry"] = "The ferry sank before noon, the harbour said after an inquiry."
    with library_at(tmp_path) as library:
        add_texts(library, {**papers, **other})
        assert len(set(library.origins.groups().values())) == 1
        hits = library.search("the ferry sank before noon, the harbour said", limit=4)
        assert [hit.source[:5] for hit in hits].count("paper") == 3
        assert "inquiry" in {hit.source for hit in hits}


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("who signed the memo", True),
        ("And in which year was it built", True),
        ("the bridge, is it safe?", True),
        ("¿Quién firmó la nota", True),
        ("Explain the load limit", True),
        ("The bridge carries 18 tonnes.", False),
        ("Island stands to lose", False),
        ("load limit", False),
        ("", False),
        (" \n—", False),
        ("and " * 2000, False),
    ],
)
def test_questions_are_told_from_statements(text, asking):
    assert asks(text) == asking


def test_a_questions_words_count_less():
    words = [9.0, 5.0, 4.0]
    assert meaning_weight(words, asked=True) > meaning_weight(words)
    assert interaction_share(asked=True) < interaction_share(asked=False) == 1


def test_hits_are_ranked_and_say_which_leg_brought_them(library):
    hits = library.search("load limit of the bridge", limit=3)
    assert hits[0].source == "bridge" and hits[0].reason == "both"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert (hits[0].dense_rank, hits[0].words_rank) == (1, 1)
    for hit in hits:
        assert len(hit.sentence_scores) == len(hit.passage.sentences) == 2
        expected = {"both": (True, True), "meaning": (True, False), "words": (False, True)}[hit.reason]
        assert (hit.dense_rank is not None, hit.words_rank is not None) == expected
        assert (hit.words > 0) == (hit.words_rank is not None)
        vector = BagOfWords().embed_query("load limit of the bridge")
        (stored,) = library.passages.vectors([hit.passage.id]).passages
        assert abs(hit.dense - float(stored @ vector)) < 1e-6
    assert hits[-1].reason == "meaning"


def test_a_rare_name_or_number_as_it_is_written_is_the_reason(tmp_path):
    with library_at(tmp_path / "home") as library:
        said = {
            "a": "Renée Vance signed docket 21-CV-104.",
            "b": "The renée model of vance has 104 parts.",
        }
        said |= {f"c{number}": f"Harrow is a town of {number} houses." for number in range(9)}
        add_texts(library, said)

        def reasons(question):
            return {hit.source: hit.reason for hit in library.search(question, limit=20)}

        assert reasons("Who is Renée?")["a"] == "exact name" != reasons("Who is Renée?")["b"]
        assert reasons("What is docket 21-CV-104?")["a"] == "exact name"
        assert reasons("Who is renée vance?")["a"] == "both"
        assert reasons("How large is Harrow?")["c3"] == "both"  # nine passages have it


def test_sentence_scores_are_the_cosines_of_the_sentences(library):
    (hit,) = library.search("the ferry leaves at noon", limit=1)
    assert hit.source == "ferry"
    vector = BagOfWords().embed_query("the ferry leaves at noon")
    text = library.document(hit.passage.document_id).text
    for (start, end), score in zip(hit.passage.sentences, hit.sentence_scores, strict=True):
        assert abs(score - float(BagOfWords().embed_query(text[start:end]) @ vector)) < 0.03  # kept as int8
    assert hit.sentence_scores[0] > 0.97


def test_every_word_asked_for_is_laid_beside_the_likeliest_word_by_rarity(library):
    # Words of one bag are alike if they are the same. "Lorries" are in two passages, "noon" is in one.
    found = {hit.source: hit.interaction for hit in library.search("At noon the lorries ship", limit=3)}
    lorries, noon, ship = (rarity(count, 3) for count in (2, 1, 0))
    expected = {"ferry": lorries + noon, "bridge": lorries, "minutes": 0.0}
    for source, met in expected.items():
        assert found[source] == pytest.approx(met / (lorries + noon + ship), abs=0.02)
    assert {hit.interaction for hit in library.search("Who is he?", limit=3)} == {0.0}  # stop words alone


def test_the_limit_holds_and_nothing_asked_finds_nothing(library):
    assert [len(library.search("lorries", limit=limit)) for limit in (0, -1, 1, 2, 50)] == [0, 0, 1, 2, 3]
    assert library.search("") == library.search(" \n\t") == []


@given(st.text(st.characters(), max_size=40))
@settings(max_examples=60)
def test_no_question_raises(library, question):
    assert len(library.search(question, limit=2)) <= 2
    assert {hit.collection for hit in library.search(question, where=Filter(("default",)))} <= {"default"}


@pytest.mark.parametrize("question", ["x^y", '"', "'", "x" * 10_000, "bridge ferry " * 800, "\ud800", "\0"])
def test_odd_questions(library, question):
    library.search(question)


def test_the_same_search_gives_the_same_hits(library):
    assert library.search("lorries at noon") == library.search("lorries at noon")
