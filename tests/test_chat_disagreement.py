"""Documents that differ on what was asked are said to; what only looks so is not."""

import pytest
from fakes import BagOfWords, assistant_at

from chat.answer import Claim, Draft, Quote
from chat.disagreement import differ, disagreement
from chat.evidence import Candidate, Evidence
from chat.extract import claim_of
from chat.question import kind
from chat.verify.words import read
from ingest.passage import Passage
from retrieval.hit import Hit


def candidate(text, name="a", title="Notice", published=None):
    passage = Passage(name, 1, 0, len(text), text, None, None, ((0, len(text)),))
    hit = Hit(passage, title, name, "default", published, 1.0, 0.5, 1.0, 1, 1, (0.5,), "both")
    return Candidate(
        hit, 0, len(text), text, 0.5, 0.5, 0.0, 0.5, 0.5, 0.5, 0.5, 0.5, True, False, frozenset(text.split())
    )


HOW_MANY = "How many workers joined the dock strike at Lowick?"
DIFFER = [
    (HOW_MANY, "The union says 640 workers joined the dock strike at Lowick.",
     "In all, 410 workers joined the dock strike at Lowick."),
    ("When did the dock strike at Lowick begin?", "The dock strike at Lowick began on 2 October 2019.",
     "The dock strike at Lowick began on 3 October 2019."),
    ("Who signed the Lowick order?", "Ada Vance signed the Lowick order.",
     "Piet Alard signed the Lowick order."),
    ("How much was the fine paid by Orvane Care?", "Orvane Care paid a fine of 3.4 million dollars.",
     "Orvane Care paid a fine of 2.1 million dollars."),
    ("How long is the Osier Lane Bridge?", "The Osier Lane Bridge is 210 feet long.",
     "The Osier Lane Bridge is 190 feet long."),
    ("Was the Lowick harbour plan approved?", "The Lowick council approved the harbour plan on Monday.",
     "The Lowick council rejected the harbour plan."),
    ("What did the jury decide on Ada Vance?", "The jury found Ada Vance guilty of fraud at Lowick.",
     "The jury found Ada Vance not guilty of fraud at Lowick."),
    ("Who won the Lowick election?", "Ada Vance won the Lowick election.",
     "Piet Alard won the Lowick election."),
    ("Is the Lowick murder case open?", "The Lowick murder case is open.",
     "The Lowick murder case is closed."),
    ("How many homes were flooded at Lowick?", "412 homes at Lowick were flooded.",
     "The number of homes flooded at Lowick was 438."),
    ("What was revenue in the first quarter?",
     "Revenue in the first quarter was £48.2 million, up from £44 million.",
     "Revenue in the first quarter was £46.9 million, not £48.2 million."),
    ("What happened to the captain of the Aurora?", "The captain of the Aurora is alive in Ferrin.",
     "The captain of the Aurora is dead, police in Ferrin say."),
]  # fmt: skip
MANY = "640 workers joined the dock strike at Lowick."
ALIKE = [
    (HOW_MANY, "Over 600 workers joined the dock strike at Lowick.", MANY),
    (HOW_MANY, MANY, "410 workers joined the dock strike at Ferrin."),
    (HOW_MANY, "In 2018, 640 workers joined the dock strike at Lowick.",
     "In 2019, 410 workers joined the dock strike at Lowick."),
    (HOW_MANY, MANY, "12 ships were kept by the dock strike at Lowick."),
    (HOW_MANY, MANY, "410 workers may join the dock strike at Lowick."),
    (HOW_MANY, MANY, "410 workers did not join the dock strike at Lowick."),
    ("When did the dock strike at Lowick begin?", "The dock strike at Lowick began on 2 October 2019.",
     "The dock strike at Lowick began in October 2019."),
    ("How long is the Osier Lane Bridge?", "The Osier Lane Bridge carried 34 tons.",
     "The Osier Lane Bridge is limited to 10 tons."),
    ("How much was the fine paid by Orvane Care?", "Orvane Care paid a fine of 3.4 million dollars.",
     "Orvane Care paid a fine of 2.1 million euros."),
    ("Who signed the Lowick order?", "Ada Vance signed the Lowick order.", "Vance signed the Lowick order."),
    ("Was the Lowick harbour plan approved?", "The Lowick council approved the harbour plan in 2018.",
     "The Lowick council rejected the harbour plan in 2019."),
    ("Was the Lowick harbour plan approved?", "The Lowick council approved the harbour plan.",
     "The Lowick council may reject the harbour plan."),
    ("Was the Lowick harbour plan approved?", "The Lowick council approved the harbour plan.",
     "The Ferrin council rejected the bridge plan of Osier Lane."),
    ("Was the Lowick harbour plan approved?", "The Lowick council approved the harbour plan.",
     "The Lowick council did not reject the harbour plan."),
    ("How many people did Vantor employ?", "Vantor employed 840 people at the end of June.",
     "Vantor employed 812 people at the end of March."),
    ("What was the revenue of Vantor in 2023?", "In the first quarter the revenue of Vantor was £48 million.",
     "In the second quarter the revenue of Vantor was £51 million."),
    ("Where did the council meet?", "The Lowick council approved the harbour plan.",
     "The Lowick council rejected the harbour plan."),
    ("Is the Lowick bridge long?", "The Lowick bridge was opened by the mayor at noon.",
     "The Lowick bridge was closed by the mayor at dusk."),
]  # fmt: skip


@pytest.mark.parametrize(("question", "one", "other"), DIFFER)
def test_what_cannot_both_be_right_differs(question, one, other):
    for first, second in ((one, other), (other, one)):
        assert differ(read(question), kind(question), candidate(first), candidate(second, "b"))


@pytest.mark.parametrize(("question", "one", "other"), ALIKE)
def test_what_may_both_be_right_does_not(question, one, other):
    for first, second in ((one, other), (other, one)):
        assert not differ(read(question), kind(question), candidate(first), candidate(second, "b"))


def test_copies_of_one_text_are_one_side_and_the_later_is_named_by_its_date():
    one = candidate(DIFFER[0][1], "a", published="2019-10-07")
    other = candidate(DIFFER[0][2], "b", published="2019-10-08")
    evidence = Evidence(HOW_MANY, "how many", (one.hit, other.hit), (one, other))
    claims = (claim_of(one, 0.5, "answers"),)
    assert disagreement(evidence, claims, {"a": "a", "b": "a"}) is None
    found = disagreement(evidence, claims, {})
    told = "These differ in the number: [1] (dated 2019-10-07) and [2] (dated 2019-10-08, the later)."
    assert found is not None and found.told((1, 2)) == told
    assert found.sides[1].claim.quotes[0].text == other.text


FIGURES = (
    ("a", "2023-11-02", "In all, 212 nurses work at Malden hospital."),
    ("b", "2024-02-20", "This corrects our note: 230 nurses work at Malden hospital."),
    ("c", "2024-06-05", "In all, 260 nurses work at Malden hospital."),
)


@pytest.mark.parametrize(
    ("question", "leading", "told"),
    [
        (
            "How many nurses work at Malden hospital as of March 2024?",
            "b",
            "is as of March 2024, [2] is later.",
        ),
        (
            "How many nurses work at Malden hospital as of the end of 2023?",
            "a",
            "is as of 2023, [2] is later.",
        ),
        ("As of July 2025, how many nurses work at Malden hospital?", "c", "is the latest as of July 2025."),
        ("How many nurses work at Malden hospital as of 1 May 2022?", "a", "Both are later than 1 May 2022."),
        ("How many nurses work at Malden hospital in 2023?", "a", "is as of 2023, [2] is later."),
    ],
)
@pytest.mark.parametrize("first", [0, 1, 2])
def test_with_a_date_the_latest_statement_that_is_no_later_goes_first(question, leading, told, first):
    found = differing(question, first, FIGURES)
    assert "2022" in question or found.sides[0].claim.quotes[0].document_id == leading
    assert found.told((1, 2)).endswith(told)


@pytest.mark.parametrize("first", [0, 1])
def test_without_a_date_what_says_that_it_corrects_goes_first_and_the_other_is_superseded(first):
    question = "How many nurses work at Malden hospital?"
    told = (
        "These differ in the number: [1] (dated 2024-02-20, the later, which says that it corrects) and [2] "
        "(dated 2023-11-02, superseded)."
    )
    assert differing(question, first, FIGURES[:2]).told((1, 2)) == told
    # what came after a correction is not put behind it
    assert differing(question, 2, FIGURES).sides[0].claim.quotes[0].document_id == "c"


def differing(question, first, figures):
    """What differs where the statement of this number is quoted first."""
    every = [candidate(text, name, published=published) for name, published, text in figures]
    evidence = Evidence(question, kind(question), tuple(each.hit for each in every), tuple(every))
    found = disagreement(evidence, (claim_of(every[first], 0.5, "answers"),), {})
    assert found is not None
    return found


class First:
    """Quotes the candidate that has the word."""

    name = "first"

    def draft(self, evidence):
        """Quote it."""
        found = next(each for each in evidence.candidates if "union" in each.text)
        return Draft((claim_of(found, 0.5, "answers"),), (), self.name)


def test_both_sides_are_cited_and_what_we_say_of_them_is_kept_without_their_words(tmp_path):
    with assistant_at(tmp_path, BagOfWords(), answerer=First()) as assistant:
        for name, text in (("union", DIFFER[0][1]), ("port", DIFFER[0][2])):
            assistant.add_text(text, source=name, metadata={"published": "2019-10-07"})
        answer = assistant.ask(HOW_MANY)
        assert [sentence.text for sentence in answer.sentences] == [DIFFER[0][1], DIFFER[0][2]]
        assert all(sentence.verbatim for sentence in answer.sentences)
        assert (
            answer.remarks == "These differ in the number: [1] (dated 2019-10-07) and [2] (dated 2019-10-07)."
        )
        assert assistant.turns(answer.conversation)[0].answer == answer
        assistant.remove(answer.citations[1].document_id)
        kept = str(assistant.turns(answer.conversation)[0].answer.to_dict())
        assert "410" not in kept and "These differ" in kept


def test_a_claim_whose_quote_is_no_candidate_differs_from_nothing():
    one = candidate(DIFFER[0][1])
    elsewhere = Claim("Else.", (Quote("z", 1, 0, 5, "Else.", "z:1:0-5", 0.5),))
    evidence = Evidence(HOW_MANY, "how many", (one.hit,), (one,))
    assert disagreement(evidence, (elsewhere,), {}) is None and disagreement(evidence, (), {}) is None
