"""Amounts that a question names, and the bounds of rules."""

import pytest

from chat.bounds import within

SUPPLIER = "And a payment of 6,000 crowns to a supplier?"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (SUPPLIER, "5. A payment of 10,000 crowns or more needs two signatures.", False),
        (SUPPLIER, "4. A payment below 10,000 crowns does not need a second signature.", True),
        (SUPPLIER, "A payment of 10,000 crowns was made in May.", None),
        (SUPPLIER, "A stay of more than 30 days is reported.", None),
        ("May a truck of 16 tons cross?", "Trucks over 15 tons may not cross.", True),
        ("May a truck of 14 tons cross?", "Trucks over 15 tons may not cross.", False),
        ("May a truck of 15 tons cross?", "Up to 15 tons a truck may cross.", True),
        ("Is leave of 6 weeks paid?", "Leave of at least 4 weeks and no more than 5 weeks is paid.", False),
        ("Who pays?", "Trucks over 15 tons pay.", None),
        ("", "", None),
    ],
)
def test_an_amount_lies_within_a_bound_or_not(question, text, expected):
    assert within(question, text) is expected
