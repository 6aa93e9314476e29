"""A question states nothing, for a draft that is checked as for a claim; what it asks its reply settles."""

import pytest

from chat.verify.compare import compare

ALARM = "Q. Was the alarm working?"


@pytest.mark.parametrize(
    ("claim", "source", "support"),
    [
        ("The alarm was working.", [ALARM], "partial"),
        ("The alarm was working.", [ALARM, "A. Yes."], "supported"),
        ("The alarm was working.", [ALARM, "A. No."], "contradicted"),
        ("The alarm was working.", [ALARM, "THE WITNESS: It was not."], "contradicted"),
        ("The alarm was working.", [ALARM, "A. I was not there."], "partial"),
        ("The alarm was working.", [ALARM, "Q. Please answer."], "partial"),
        ("The alarm was working.", [ALARM, "A. The alarm was working on Monday."], "supported"),
        ("Was the alarm working?", [ALARM], "supported"),
        ("The boiler was never serviced.",
         ["Q. Isn't it true that the boiler was never serviced?", "A. That's not true."], "contradicted"),
        ("The boiler was never serviced.", ["Was the boiler never serviced?", "That’s right."], "supported"),
        # Who is asked is "you": what they deny nobody else is said not to have done.
        ("Tom Hartley signed the form.", ["Q. Did you sign the form?", "A. No."], "unsupported"),
        ("Tenants complained eleven times.",
         ["Q. How many times did tenants complain?", "A. Eleven that I know of."], "supported"),
    ],
)  # fmt: skip
def test_a_question_is_no_source_but_with_its_reply(claim, source, support):
    assert compare(claim, source, exact=False).support == support


def test_of_two_quotes_one_is_no_reply_to_the_other():
    verdict = compare("The alarm was working.", [ALARM, "A. Yes."], exact=False, quotes=(0, 1))
    assert (verdict.support, verdict.reason) == ("partial", "the source only asks this")


def test_what_a_question_tells_and_a_list_before_one_are_sources():
    told = ["Did you know that the old alarm was not working?", "You may want to look at it."]
    assert compare("The old alarm was not working.", told).support == "supported"
    listed = "Keep the keys in the office " * 12 + "What else?"
    assert compare("Keep the keys in the office.", [listed, "Read on."]).support == "supported"
