"""Exact forms: what splitting at punctuation would lose is written one way, whichever way it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.forms import forms


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("the U.S. said", "the US said", "us."),
        ("the F.B.I. said", "FBI agents", "fbi."),
        ("under § 12(b)(6)", "Sec. 12(b)(6) of", "12(b)(6)"),
        ("section 7-114(e)", "§ 7-114", "7-114"),
        ("1,284 signatures", "1\u00a0284 signatures", "1284"),
        ("1\u202f284 signatures", "1 284 signatures", "1284"),
        ("$4.87 million", "4,870,000 dollars", "4870000"),
        ("a €3bn fund", "3 billion euros", "3000000000"),
        ("3 May 2021", "2021-05-03", "2021-05-03"),
        ("May 3rd, 2021", "on 3 May 2021", "2021-05-03"),
        ("9 April", "April 9", "04-09"),
        ("in September 2023", "Sept. 2023", "2023-09"),
        ("No. 24-cv-1033", "24-CV-1033", "24-cv-1033"),
        ("Mr. Marsh-Falk", "Mr. Marsh‑Falk", "marshfalk"),
        ("O’Brien’s vote", "O'Brien voted", "obrien"),
        ("an e-mail", "E-mail", "email"),
    ],
)
def test_two_ways_of_writing_share_a_form(one: str, other: str, shared: str) -> None:
    assert shared in forms(one)
    assert shared in forms(other)


def test_a_clause_is_found_by_what_it_is_part_of() -> None:
    assert forms("Sec. 12(b)(6)") == ["12(b)(6)", "12(b)", "12"]


@pytest.mark.parametrize("text", ["the council’s vote", "it told us", "one of two", ""])
def test_plain_words_have_no_forms(text: str) -> None:
    assert forms(text) == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    assert all(form and not form.isspace() and len(form) < 400 for form in forms(text))
