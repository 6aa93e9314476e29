"""Who does it to whom: a claim with a source's words, two of them in each other's place, is not supported."""

import pytest

from chat.verify.compare import compare


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Harker sued Lund Ltd.", "Lund Ltd sued Harker."),
        ("In May Ada Vance paid Lund Ltd 500 pounds.", "Lund Ltd paid Ada Vance 500 pounds in May."),
        ("The tenant gave notice to the landlord.", "The landlord gave notice to the tenant."),
        ("The council lent the trust 5,000 euros.", "The trust lent the council 5,000 euros."),
        ("The share rose from 5 percent to 8 percent.", "The share rose from 8 percent to 5 percent."),
    ],
)
def test_two_that_have_changed_places_are_not_supported(claim, source):
    verdict = compare(claim, [source, "The case is old."])
    assert (verdict.support, verdict.decided_by[0].piece) == ("contradicted", None)
    assert compare(f"{source[:-1]}, it is said.", [source]).support == "supported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Ada Vance met Piet Alard in Ferrin.", "Piet Alard met Ada Vance in Ferrin."),
        ("The mill borders the church.", "The church borders the mill."),
        ("The store sells pears, green plums, apples.", "The store sells apples, green plums, pears."),
        ("Harker was paid 500 pounds by Lund Ltd.", "Lund Ltd paid Harker 500 pounds."),
        ("Harker sued Lund Ltd.", "Lund Ltd sued Harker and then Harker sued Lund Ltd."),
    ],
)
def test_what_is_the_same_either_way_is_supported(claim, source):
    assert compare(claim, [source]).support == "supported"
