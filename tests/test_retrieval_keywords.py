"""The words index: no question is too odd for it, and its damage is seen before it is used."""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.hit import Filter, KeywordRow
from retrieval.keywords import TantivyIndex, damage

TEXTS = {
    "a": "The bridge over the Osier carries a load of 18 tonnes.",
    "b": "Bridges are inspected every second year by the county.",
    "c": "Café Ångström serves résumés, not bridges.",
}
ANY_TEXT = st.text(st.characters(), max_size=60)  # half surrogate pairs too


def row(name: str, text: str, **beside) -> KeywordRow:
    given = {"document_id": name, "collection": "default", "published": None, "title": "", "heading": None}
    return KeywordRow(id=name, text=text, **{**given, **beside})


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    opened = TantivyIndex(tmp_path_factory.mktemp("words"))
    opened.add([row(name, text) for name, text in TEXTS.items()])
    yield opened
    opened.close()


def names(found: list[tuple[str, float]]) -> list[str]:
    return [name for name, _ in found]


@given(ANY_TEXT)
@settings(max_examples=150)
def test_no_question_raises(index, question):
    found = index.search(question, 10, Filter())
    assert set(names(found)) <= TEXTS.keys()
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@pytest.mark.parametrize(
    "question",
    ["x^y", '"', "'", "a AND", "NOT", "text:bridge", "bridge~9", "[a TO", "(((", "\\", "*", "?", "bridge^",
     "\0", "", "bridge " * 5000, "q" * 10_000, "'bridge' \"load\" +x -y", "{!lucene}", "id:a OR 1=1",
     "\ud800bridge"],
)  # fmt: skip
def test_signs_of_a_query_language_mean_nothing(index, question):
    found = names(index.search(question, 10, Filter()))
    ordinary = {"NOT": {"c"}, "a AND": {"a"}, "[a TO": {"a"}}  # words like any other: these texts have them
    if "bridge" in question:
        assert set(found) == set(TEXTS)
    elif question in ordinary:
        assert set(found) <= ordinary[question]
    else:
        assert not found


def test_words_are_found_by_their_stem_and_without_accents(index):
    assert set(names(index.search("bridge", 10, Filter()))) == {"a", "b", "c"}
    assert names(index.search("cafe angstrom", 10, Filter())) == ["c"]
    assert names(index.search("who is it that was INSPECTING", 10, Filter())) == ["b"]
    assert names(index.search("bridge", 1, Filter())) and index.search("bridge", 0, Filter()) == []


def test_rare_words_count_more_and_titles_count(tmp_path):
    index = TantivyIndex(tmp_path)
    index.add([row(f"n{i}", "common words all over") for i in range(20)])
    index.add([row("rare", "common heron words"), row("titled", "quiet text", title="The heron")])
    assert set(names(index.search("common heron", 2, Filter()))) <= {"rare", "titled"}
    assert index.document_frequencies(index.terms("common heron")) == [21, 1]
    index.close()


def test_the_same_ids_again_replace_and_deleting_is_idempotent(tmp_path):
    index = TantivyIndex(tmp_path)
    for text in ("heron", "heron", "ibis"):
        index.add([row("a", text), row("b", "stays")])
    assert index.count() == 2 and index.ids() == {"a", "b"}
    assert index.search("heron", 10, Filter()) == []
    index.delete(["a", "never was"])
    index.delete(["a"])
    assert index.ids() == {"b"}
    index.close()


def test_beside_names_what_shares_a_file(tmp_path):
    index = TantivyIndex(tmp_path)
    index.add([row("a", "one"), row("b", "two")])
    index.add([row("c", "three")])
    assert index.beside(["a"]) == {"b"}
    assert index.beside(["c"]) == set() and index.beside([]) == set() and index.beside(["x"]) == set()
    index.close()


def test_a_date_that_is_none_is_left_out_of_dated_searches(tmp_path):
    index = TantivyIndex(tmp_path)
    dates = {"day": "2024-02-03", "none": None, "odd": "spring", "year": "2024"}
    index.add([row(name, "heron", published=published) for name, published in dates.items()])
    assert names(index.search("heron", 10, Filter(published_from="2024-01-01"))) == ["day"]
    assert names(index.search("heron", 10, Filter(published_to="2024-01-01"))) == []
    index.close()


def test_every_flipped_byte_of_a_segment_is_seen(tmp_path):
    index = TantivyIndex(tmp_path / "open")  # what it has mapped into memory must not be cut short
    index.add([row(f"n{i}", f"heron {i}") for i in range(5)])
    index.delete(["n2"])
    index.close()
    tmp_path = shutil.copytree(tmp_path / "open", tmp_path / "copy")
    assert damage(tmp_path) is None
    files = [path for path in tmp_path.iterdir() if "." in path.name[1:] and path.name != "meta.json"
             and not path.name.startswith(".")]  # fmt: skip
    assert len(files) >= 7
    for path in files:
        whole = path.read_bytes()
        body = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
        for at in sorted({0, body // 2, body - 1, len(whole) - 1}):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
            assert damage(tmp_path), (path.name, at)
        path.write_bytes(whole[:-3])
        assert damage(tmp_path)
        path.unlink()
        assert damage(tmp_path)
        path.write_bytes(whole)
    assert damage(tmp_path) is None


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("Poles", "the Poles left early", "the pole was painted"),
        ("Renée", "a letter from Renée", "a letter from Renee"),
        ("what does § 12(b) say", "as Sec. 12(b) says of fees", "as Sec. 14(b) says of 12 fees"),
        ("$4.87 million", "a bid of 4,870,000 dollars", "bids of 4 and 87 dollars"),
        ("who said “one number in March”", "he had one number in March", "in March he had one more number"),
        ("what the U.S. sent", "the US sent help", "the letters u and s were sent"),
    ],
)
def test_the_exact_form_counts_beside_the_stem(tmp_path, question, better, worse):
    opened = TantivyIndex(tmp_path)
    opened.add([row("worse", worse), row("better", better)])
    assert names(opened.search(question, 2, Filter()))[0] == "better"
    opened.close()


def test_who_wrote_and_who_published_is_searched(tmp_path):
    opened = TantivyIndex(tmp_path)
    opened.add(
        [row("a", "The vote was close.", about="Ada Lund The Courier"), row("b", "The vote was close.")]
    )
    assert names(opened.search("what does the Courier say of the vote", 2, Filter())) == ["a", "b"]
    opened.close()


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("de", "Am Ufer stehen alte Häuser", "ein Haus"),
        ("de-AT", "Am Ufer stehen alte Häuser", "haus"),
        ("ru", "В городе построили новые мосты", "о мостах"),
        ("es", "Los concejales votaron el presupuesto", "presupuestos"),
        ("ja", "東京都の図書館は月曜日に休みです", "図書館"),
        (None, "서울시는 새로운 다리를 짓는다", "다리"),
    ],
)
def test_a_language_has_its_own_stems(tmp_path, language, text, question):
    opened = TantivyIndex(tmp_path)
    opened.add([row("wanted", text, language=language), row("other", "Houses by the river")])
    assert names(opened.search(question, 2, Filter())) == ["wanted"]
    assert max(opened.document_frequencies(opened.terms(question))) == 1
    opened.close()


def test_english_is_searched_as_before_beside_other_languages(tmp_path):
    opened = TantivyIndex(tmp_path)
    opened.add([row("en", "The bridges were inspected.", language="en-GB")])
    assert opened.languages() == []
    opened.add([row("de", "Die Brücken wurden geprüft.", language="de")])
    assert opened.languages() == ["de"]
    assert names(opened.search("who inspects a bridge", 2, Filter())) == ["en"]
    assert names(opened.search("Brücke", 2, Filter())) == ["de"]
    assert names(opened.search("sagt wer „Brücken wurden geprüft“", 2, Filter())) == ["de"]
    opened.close()
