"""Parts of a year: what is said of one is not said of another."""

import pytest

from chat.periods import apart, periods


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Revenue in the first quarter of 2023 rose.", {("quarter", 1)}),
        ("Revenue in Q3 rose, as in H1.", {("quarter", 3), ("half", 1)}),
        ("It employed 812 people at the end of March.", {("month", 3)}),
        ("June 2023 was wet.", {("month", 6)}),
        ("It was sold in spring.", {("season", 0)}),
        # A day is a date; may and march are words of their own, and a town's quarters no parts of a year.
        ("It was sold on 3 June.", set()),
        ("They may march in two quarters of the town.", set()),
    ],
)  # fmt: skip
def test_the_parts_of_a_year_that_a_text_names(text, found):
    assert periods(text) == found


def test_apart_are_only_texts_that_both_name_some():
    assert apart("in the first quarter", "in the second quarter")
    assert apart("in the first half", "in the first quarter")
    assert not apart("in the first quarter", "in the first and the second quarter and the first quarter")
    assert not apart("in the first quarter", "in 2023")
    assert not apart("in the first quarter", "a customer left in May")
