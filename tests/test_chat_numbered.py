"""Numbered parts of a document: which one a sentence stands in, and which are asked about."""

import pytest
from test_chat_disagreement import candidate

from chat.evidence import Candidate
from chat.numbered import asks_what_part_says, numbers_in, part_of
from ingest.passage import Passage
from retrieval.hit import Hit

TREATY = (
    "Article 4. Reports\n\nEach Party shall report by 31 March.\n\n"
    "Article 9\n\nIt enters into force in May.\n\n10. Withdrawal. A Party may withdraw."
)


def within(text, words, heading=None):
    start = text.index(words)
    end = start + len(words)
    passage = Passage("a", 1, 0, len(text), text, None, heading, ((start, end),))
    hit = Hit(passage, "Treaty", "a", "default", None, 1.0, 0.5, 1.0, 1, 1, (0.5,), "both")
    return Candidate(hit, start, end, words, *(0.5,) * 8, True, False, frozenset())


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Each Party shall report by 31 March.", "4"),
        ("It enters into force in May.", "9"),
        ("A Party may withdraw.", "10"),
    ],
)
def test_the_part_that_a_sentence_stands_in(words, number):
    assert part_of(within(TREATY, words)) == number


def test_a_heading_tells_the_part_and_a_number_within_a_sentence_does_not():
    assert (
        part_of(within("The seat is in Trieste.", "The seat is in Trieste.", "Treaty › Article 2. Seat"))
        == "2"
    )
    assert part_of(candidate("There were 4 members, and Article 5 was read.")) is None


def test_a_label_within_a_line_tells_the_part_too():
    text = "Recommendation 4. Sirens should be fitted. Recommendation 5. A warden should be named."
    assert part_of(within(text, "A warden should be named.")) == "5"


def test_the_parts_that_a_question_names():
    assert numbers_in("Do Article 4 and section 9.2 apply to 30 ships?") == {"4", "9.2"}
    assert asks_what_part_says("What does Article 9 say?")
    assert asks_what_part_says("What does clause 4 of the lease provide?")
    assert not asks_what_part_says("What does Article 9 say about ships?")
    assert not asks_what_part_says("What do nine articles say?")
