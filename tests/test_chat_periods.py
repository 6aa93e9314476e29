"""Parts of a year: what is said of one is not said of another."""

import pytest

from chat.periods import apart, periods, years
from chat.question import offers
from chat.verify.dates import dates
from chat.verify.words import read


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It handled 4,120 ships in 2024-25.", {"2024-2025"}),
        ("It handled more in 2023/24 than in 2022.", {"2023-2024", "2022"}),
        ("The war of 1914-1918 and the season 1999–2000.", {"1914", "1918", "1999-2000"}),
        ("It was signed on 2011-12-03.", {"2011"}),
    ],
)
def test_a_financial_year_is_a_year_of_its_own(text, found):
    assert years(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The crane came at the end of March.", [(None, None, 3, None)]),
        ("It was closed from May to July.", [(None, None, 5, None), (None, None, 7, None)]),
        ("It rose between January and May, by mid-March.",
         [(None, None, 1, None), (None, None, 5, None), (None, None, 3, None)]),
        ("They may march to the door.", []),
        ("Mr May spoke and March was told.", []),
        ("It cost more in 2024-25.", [(2024, 2025, None, None)]),
        ("It cost more in 2023/24 and from 2019 to 2024.",
         [(2023, 2024, None, None), (2019, None, None, None), (2024, None, None, None)]),
        ("The season 1999-2000 was the last.", [(1999, 2000, None, None)]),
        ("It stood empty in 2019-24.", [(2019, None, None, None), (2024, None, None, None)]),
    ],
)  # fmt: skip
def test_months_and_financial_years_are_read_as_dates(text, found):
    assert [(each.year, each.until, each.month, each.day) for each in dates(read(text))] == found


def test_a_month_after_of_answers_when_and_a_financial_year_counts_nothing():
    assert offers("when", "The crane came at the end of March.", "When did the crane come?")
    assert not offers("how many", "The ships of 2024-25 were counted.", "How many ships were there?")
