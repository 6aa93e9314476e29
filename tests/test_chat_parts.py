"""A question of two parts is answered in both, or says which part is not."""

import pytest
from fakes import BagOfWords, assistant_at

from chat.answer import Draft
from chat.extract import claim_of
from chat.parts import parts, unanswered


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Who signed the memo and when?", ("Who signed the memo?", "When (Who signed the memo)?")),
        ("Who signed the memo, and when was it sent?", ("Who signed the memo?", "when was it sent?")),
        ("How many were sold, when and where?",
         ("How many were sold?", "When (How many were sold)?", "Where (How many were sold)?")),
        ("Who signed the memo and the letter?", ("Who signed the memo and the letter?",)),
        ("What is known of Ada Vance and how she works?", ("What is known of Ada Vance and how she works?",)),
        ("When was it sent (Who signed it and when)?", ("When was it sent (Who signed it and when)?",)),
    ],
)  # fmt: skip
def test_the_parts_of_a_question(question, found):
    assert parts(question) == found


MEMO = "Ada Vance signed the memo of the board."
SENT = "The memo was signed on 3 May 2021."
QUESTION = "Who signed the memo and when?"


def test_only_what_no_sentence_can_answer_is_missing():
    assert unanswered(QUESTION, [MEMO]) == ("When (Who signed the memo)?",)
    assert unanswered(QUESTION, [MEMO, SENT]) == ()
    assert unanswered(QUESTION, [SENT]) == ("Who signed the memo?",)
    assert unanswered("Who signed the memo?", [SENT]) == ()


class Saying:
    """Quotes the sentences that have the word."""

    name = "saying"

    def __init__(self, word):
        self.word = word

    def draft(self, evidence):
        """Quote them."""
        found = [each for each in evidence.candidates if self.word in each.text]
        return Draft(tuple(claim_of(each, 0.9, "answers") for each in found), (), self.name)


def test_the_part_that_is_not_answered_is_named(tmp_path):
    with assistant_at(tmp_path / "a", BagOfWords(), answerer=Saying("Vance")) as assistant:
        assistant.add_text(f"{MEMO} {SENT}", source="a")
        answer = assistant.ask(QUESTION)
        assert (answer.status, answer.missing) == ("partial", ("When (Who signed the memo)?",))
        assert assistant.turns(answer.conversation)[0].answer == answer
    with assistant_at(tmp_path / "b", BagOfWords(), answerer=Saying("memo")) as assistant:
        assistant.add_text(f"{MEMO} {SENT}", source="a")
        answer = assistant.ask(QUESTION)
        assert (answer.status, answer.missing) == ("answered", ())
