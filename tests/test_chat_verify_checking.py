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

NOTICE = "The hearing on the Alder Street lease is on 27 May."
CORRECTION = "Correction: the hearing on the Alder Street lease is on 3 June, not 27 May."

QUAY = "The board ended its lease with Kelso Marine. It must leave the north quay by 30 September."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_at(tmp_path_factory.mktemp("checked") / "home") as assistant:
        assistant.add_text(HEARING, source="hearing.txt", title="Hearing")
        assistant.add_text(TRIAL, source="trial.txt", title="Trial")
        assistant.add_text(NOTICE, source="notice.txt", title="Notice")
        assistant.add_text(CORRECTION, source="correction.txt", title="Correction")
        assistant.add_text(QUAY, source="quay.txt", title="Quay")
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


def test_what_a_correction_rules_out_is_contradicted_though_an_older_source_says_it(assistant):
    (old,) = assistant.check("The hearing on the Alder Street lease is on 27 May.")
    assert old.support == "contradicted"
    assert [cited.quote for cited in old.supporting] == [NOTICE]
    assert [cited.quote for cited in old.contradicting] == [CORRECTION]
    (new,) = assistant.check("The hearing on the Alder Street lease is on 3 June.")
    assert new.support == "supported" and new.supporting[0].quote == CORRECTION


def test_what_two_sentences_say_together_is_quoted_from_both(assistant):
    (together,) = assistant.check("Kelso Marine must leave the north quay by 30 September.")
    assert together.support == "supported"
    assert [cited.quote for cited in together.supporting] == [QUAY]
    (one,) = assistant.check("The board ended its lease with Kelso Marine.")
    assert [cited.quote for cited in one.supporting] == [QUAY.partition(" It")[0]]


def test_two_sentences_with_few_of_the_words_do_not_say_it_together(tmp_path):
    with assistant_at(tmp_path / "home") as assistant:
        told = "The council met in February about the north quay. Work is expected to begin in spring."
        assistant.add_text(told, source="quay.txt", title="Quay")
        assistant.add_text("Its new owner plans flats.", source="mill.txt", title="Mill")
        (flats,) = assistant.check("The flats will be finished in spring.")
    assert flats.support == "unsupported" and not flats.supporting
