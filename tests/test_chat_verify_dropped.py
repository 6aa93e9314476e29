"""What a claim says beyond its source: an outcome that is nowhere told, a condition that is left out."""

import pytest

from chat.verify.compare import compare


def support(claim, *evidence, cosine=0.75):
    """Compare with a cosine that passes, so that only the words can decide."""
    return compare(claim, evidence, lambda _, others: [cosine] * len(others), exact=False).support


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Marlow Civil won the gates contract.", "Marlow Civil is the favourite for the gates contract."),
        ("The grant to Canal Street Clinic was paid.", "Canal Street Clinic, South, 75, 0, withdrawn"),
        ("The council approved the bridge.", "The council discussed the bridge on Monday."),
        ("Piet Alard signed the lease.", "Piet Alard read the lease twice."),
        ("The pump was delivered to the mill.", "The pump for the mill stands in the yard of its maker."),
    ],
)
def test_an_outcome_that_no_source_tells_is_not_supported(claim, source):
    assert support(claim, source) in ("partial", "unsupported", "contradicted")


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Marlow Civil won the gates contract.", "The gates contract was awarded to Marlow Civil."),
        ("The council approved the bridge.", "The council gave its approval to the bridge."),
        ("The grant to the clinic was paid.", "Payment of the grant to the clinic was made in May."),
        ("The grant to the clinic was not paid.", "The grant to the clinic remains unpaid."),
        ("Piet Alard signed the lease.", "The lease bears the signature of Piet Alard."),
    ],
)
def test_an_outcome_told_in_like_words_is_supported(claim, source):
    assert support(claim, source) == "supported"


@pytest.mark.parametrize(
    "source",
    [
        "The tenant pays the insurance only if the flat is sublet.",
        "Unless otherwise agreed, the tenant pays the insurance.",
        "If the flat is sublet, the tenant pays the insurance.",
        "If the flat is sublet the tenant pays the insurance.",
        "The tenant pays the insurance, provided that the flat is sublet.",
    ],
)
def test_a_condition_that_the_claim_drops_makes_it_partly_supported(source):
    assert support("The tenant pays the insurance.", source) == "partial"


@pytest.mark.parametrize(
    ("claim", "sources"),
    [
        (
            "The tenant pays the insurance if the flat is sublet.",
            ["If the flat is sublet, the tenant pays the insurance."],
        ),
        (
            "A tenant of a sublet flat pays the insurance.",
            ["If the flat is sublet, the tenant pays the insurance."],
        ),
        ("The clerk asked if the flat is sublet.", ["The clerk asked if the flat is sublet."]),
        (
            "The tenant pays the insurance.",
            ["The tenant pays the insurance.", "If the roof leaks, the tenant pays the insurance at once."],
        ),
    ],
)
def test_a_condition_that_is_kept_or_is_not_the_only_word_is_no_fault(claim, sources):
    assert support(claim, *sources) == "supported"


@pytest.mark.parametrize(
    "claim", ["Canal Street Clinic was audited.", "Canal Street Clinic merged with a hospital."]
)
def test_a_source_that_has_only_the_name_does_not_support_what_is_said_of_it(claim):
    row = "Canal Street Clinic, South, 75, 0, withdrawn"
    assert support(claim, row, cosine=0.5) in ("partial", "unsupported")
    assert support("Canal Street Clinic withdrew.", row, cosine=0.5) == "supported"
