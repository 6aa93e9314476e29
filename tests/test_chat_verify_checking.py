"""A draft against a whole library: what its sentences may not rest on, what does not contradict them."""

import pytest

from tests.fakes import assistant_at

HEARING = """DEPOSITION OF CAROL WEISS

Q. Is it not true that the boiler was never serviced?
A. That's not true. Somebody came in 2019 and in 2021.
Q. Was the alarm working?
A. Yes.
Q. You told the insurer that it was January 4, didn't you?
A. I may have said that.
"""
TRIAL = (
    "Lund said on Monday that 34 patients in its trial had fallen ill. Two patients died, the company said."
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_at(tmp_path_factory.mktemp("checked") / "home") as assistant:
        assistant.add_text(HEARING, source="hearing.txt", title="Hearing")
        assistant.add_text(TRIAL, source="trial.txt", title="Trial")
        yield assistant


def test_a_question_is_quoted_with_its_reply_and_supports_what_that_affirms(assistant):
    (denied,) = assistant.check("The boiler was never serviced.")
    assert denied.support == "contradicted" and not denied.supporting
    assert denied.contradicting[0].quote.endswith("A. That's not true.")
    (affirmed,) = assistant.check("The alarm was working.")
    assert affirmed.support == "supported" and affirmed.supporting[0].quote.endswith("A. Yes.")


def test_a_question_with_some_of_the_words_supports_no_more(assistant):
    (asked,) = assistant.check("The leak was known on January 4 to the insurer.")
    assert asked.support != "supported"


def test_a_heading_supports_no_more_than_its_own_words(assistant):
    (more,) = assistant.check("Carol Weiss signed the deposition.")
    assert more.support == "unsupported"
    (own,) = assistant.check("Deposition of Carol Weiss.")
    assert own.support == "supported"


def test_a_number_of_another_matter_does_not_contradict(assistant):
    (died,) = assistant.check("Two patients died.")
    assert (died.support, died.reason) == ("supported", "stated by the source quoted")
    (other,) = assistant.check("Three patients died.")
    assert other.support == "contradicted" and "Two patients" in other.contradicting[0].quote
