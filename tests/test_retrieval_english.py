"""English words that no stemmer brings together: irregular forms, and the two ways of spelling."""

import pytest
from fakes import add_texts, library_at
from hypothesis import given
from hypothesis import strategies as st

from retrieval.english import one_way
from retrieval.stemming import Stemming

STEMS = Stemming().stems


@pytest.mark.parametrize(
    "words",
    [
        "write wrote written writing", "build built", "win won", "hold held", "children child", "men man",
        "tumour tumor tumours", "behaviour behavioral", "favourite favorite",
        "organisation organize organised",
        "analyse analyzed", "centre centers", "theatre theater", "metres meter", "fibre fiber",
        "defence defense", "licence license", "catalogue catalogs", "programme program", "judgement judgment",
        "leukaemia leukemia", "haemoglobin hemoglobin", "anaesthesia anesthesia", "paediatric pediatrics",
        "oestrogen estrogen", "foetus fetus", "diarrhoea diarrhea", "sulphur sulfur", "practise practice",
        "Memoranda MEMORANDUM", "WROTE Written",
    ],
)  # fmt: skip
def test_one_word_has_one_stem(words):
    assert len(set(STEMS(words))) == 1


@pytest.mark.parametrize(
    ("words", "stems"),
    [
        ("our four hour pour tour", "our four hour pour tour"),
        ("exercise promise advised raised precise", "exercis promis advis rais precis"),
        ("found founded", "find found"),
        ("shoes does poet aerial", "shoe doe poet aerial"),
        ("sentence science influence fence", "sentenc scienc influenc fenc"),
    ],
)
def test_others_stay_apart(words, stems):
    assert STEMS(words) == stems.split()


def test_other_languages_keep_their_spelling():
    assert STEMS("centre programme", "fr") == STEMS("centre", "fr") + STEMS("programme", "fr")
    assert STEMS("centre", "fr") != STEMS("center", "fr")


@given(st.text())
def test_all_but_words_stays_as_it_is(text):
    assert [char for char in one_way(text) if not char.isalpha()] == [
        char for char in text if not char.isalpha()
    ]


def test_a_question_finds_the_other_form_and_the_other_spelling(tmp_path):
    texts = {"memo": "The order was written by Emil Bove.", "plan": "The center will be colored green."}
    with library_at(tmp_path / "home") as library:
        add_texts(library, texts)
        found = {
            question: [hit.source for hit in library.search(question, limit=2) if hit.words_rank]
            for question in ("Who wrote it?", "Which colour has the centre?")
        }
    assert found == {"Who wrote it?": ["memo"], "Which colour has the centre?": ["plan"]}
