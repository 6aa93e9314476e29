"""Who did it to whom: sentences with the words of a question that say the reverse of what it asks."""

import pytest
from fakes import BagOfWords, assistant_at

from chat.converse import the_right_way_round
from chat.evidence import Candidate
from ingest.passage import Passage
from retrieval.hit import Hit


def candidate(text, before=""):
    whole = f"{before}{text}"
    start = len(before)
    passage = Passage("a", 1, 0, len(whole), whole, None, None, ((start, len(whole)),))
    hit = Hit(passage, "Notice", "a", "default", None, 1.0, 0.5, 1.0, 1, 1, (0.5,), "both")
    return Candidate(
        hit, start, len(whole), text, 0.5, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.5, True, False, frozenset()
    )


ELECTED = "Robert Anand was elected. "
RIGHT = [
    ("Who did Robert Anand succeed?", "He succeeded Ellen Marsh.", ELECTED),
    ("Who succeeded Robert Anand?", "Robert Anand is succeeded by Priya Stone.", ""),
    ("Who was Robert Anand succeeded by?", "Robert Anand is to be succeeded by Priya Stone.", ""),
    ("Whom did Robert Anand replace?", "Robert Anand, who replaced Ellen Marsh, is 41.", ""),
    ("Who bought Northline Ferries?", "Northline Ferries was sold to Corrie Shipping.", ""),
    ("Who was Northline Ferries sold to?", "Corrie Shipping bought Northline Ferries in 2019.", ""),
    ("Who did Northline buy the Alba from?", "Dunmore Towage sold the Alba to Northline.", ""),
    ("Who sold the tug Alba?", "Northline Ferries bought the tug Alba from Dunmore.", ""),
    ("Who was appointed by Lund?", "Lund appointed Anna Reis as head.", ""),
    ("Who appointed Lund?", "In May, Lund was appointed by the board.", ""),
    ("Who replaced Ms Orr?", "Ms Orr replaced Mr Lund in 2019 and was replaced by Ms Pike.", ""),
]
REVERSED = [
    ("Who did Robert Anand succeed?", "Robert Anand is succeeded by Priya Stone.", ""),
    ("Who succeeded Robert Anand?", "He succeeded Ellen Marsh.", ELECTED),
    ("Who bought Northline Ferries?", "Northline Ferries bought the tug Alba from Dunmore Towage.", ""),
    ("What did Northline Ferries buy?", "Northline Ferries was sold to Corrie Shipping.", ""),
    ("Who was appointed by Lund?", "Lund was appointed by the board.", ""),
    ("Who sued Lund (What happened)?", "Lund sued Harker.", ""),
    ("Who hired Anna Reis?", "Anna Reis recruited two clerks.", ""),
]
UNTOLD = [
    ("Who sued Lund?", "The firm is in Leith.", ""),
    ("Who sued Lund?", "Lund supported Harker.", ""),
    ("Who runs the port?", "Lund sued Harker.", ""),
    ("When did the board meet?", "The board met in May.", ""),
]


@pytest.mark.parametrize(
    ("question", "text", "before", "told"),
    [(*each, told) for told, every in ((True, RIGHT), (False, REVERSED), (None, UNTOLD)) for each in every],
)
def test_the_one_who_is_named_stands_on_the_side_that_is_asked_by(question, text, before, told):
    assert the_right_way_round(question, candidate(text, before)) is told


def test_what_says_the_reverse_neither_goes_first_nor_answers(tmp_path):
    told = (
        "Robert Anand was elected chair. He succeeded Ellen Marsh, who led the board for nine years. "
        "Robert Anand is succeeded by Priya Stone from 1 September 2025."
    )
    with assistant_at(tmp_path, embedder=BagOfWords()) as assistant:
        assistant.add_text(told, source="minutes.txt", title="Minutes")
        assistant.add_text("Lund sued Harker over the pier in 2019.", source="court.txt", title="Court")
        answer = assistant.ask("Who did Robert Anand succeed?")
        assert "Ellen Marsh" in answer.citations[0].quote
        assert not any("Priya Stone" in each.quote for each in answer.citations)
        assert "Priya Stone" in assistant.ask("Who succeeded Robert Anand?").citations[0].quote
        assert assistant.ask("Who sued Lund over the pier?").status != "answered"
