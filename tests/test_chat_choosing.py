"""Which of likely sentences goes first, which others are quoted beside it, and which answer nothing."""

from dataclasses import replace

import pytest

from chat.abstain import verdict
from chat.evidence import Candidate, Evidence
from chat.extract import ExtractiveAnswerer
from chat.question import TYPED, kind, offers
from chat.ranking import rank
from chat.verify.words import read
from ingest.passage import Passage
from retrieval.hit import Hit


def evidence(question, *texts, heading=None):
    """Evidence of sentences that are documents, alike in all but their words, the first the likeliest."""
    every = []
    for place, text in enumerate(texts):
        name = "abcdef"[place]
        passage = Passage(name, 1, 0, len(text), text, None, heading, ((0, len(text)),))
        hit = Hit(passage, "Notice", name, "default", None, 1.0, 0.9, 1.0, 1, 1, (0.9,), "both")
        typed = offers(kind(question), text, question)
        numbers = (0.9 - place / 10, 0.9, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0)
        stems = read(text).stems
        lacks = kind(question) in TYPED and not typed
        every.append(Candidate(hit, 0, len(text), text, *numbers, typed, lacks, stems))
    return Evidence(question, kind(question), tuple(each.hit for each in every), tuple(every))


def quoted(question, *texts):
    """What is quoted of the texts, in order, and the short answer."""
    claims = ExtractiveAnswerer().draft(evidence(question, *texts)).claims
    return [claim.text for claim in claims], claims[0].short


SITES = (
    "Site: Thornbury; Opened: 1931; Court: no",
    "Site: St Ann's; Opened: 2006; Court: yes",
    "Site: Ashdale; Opened: 1974; Court: yes",
)


@pytest.mark.parametrize(
    ("question", "texts", "first"),
    [
        ("Which sites have a court?", SITES, SITES[1]),
        ("Does Thornbury have a court?", SITES, SITES[0]),
        ("What was revenue in the second quarter?",
         ("Revenue in the first quarter was £4 million.", "Revenue in the second quarter was £5 million."),
         "Revenue in the second quarter was £5 million."),
        ("What does Article 9 say?", ("4. The seat is in Trieste.", "9. It enters into force in May."),
         "9. It enters into force in May."),
        ("How much did the repair cost?",
         ("The repair will cost £5 million.", "The repair cost £6 million."), "The repair cost £6 million."),
        ("How much will the repair cost?",
         ("The repair will cost £5 million.", "The repair cost £6 million."),
         "The repair will cost £5 million."),
        ("How many patients were treated in total?",
         ("Orr treated 210 patients.", "Across all studies, 392 patients were treated."),
         "Across all studies, 392 patients were treated."),
        ("What was revenue in the first quarter?",
         ("Revenue in the first quarter was £48.2 million.",
          "Revenue in the first quarter was £46.9 million, not £48.2 million."),
         "Revenue in the first quarter was £46.9 million, not £48.2 million."),
    ],
)  # fmt: skip
def test_what_is_of_what_is_asked_goes_first(question, texts, first):
    assert rank(evidence(question, *texts))[0][0].text == first


@pytest.mark.parametrize(
    ("question", "texts", "kept"),
    [
        # Of a table only the rows that have what the first has of the question, and that do not say "no".
        ("When did St Ann's open?", (SITES[1], SITES[0]), 1),
        ("Which sites have a court?", SITES, 2),
        ("Does Thornbury have a court?", SITES, 1),
        # Other numbers in the same words are no repetition.
        ("What revenue is expected for the year?",
         ("Vantor plc expects revenue of £200 million from sensors for the year.",
          "Vantor plc now expects revenue of £188 million from sensors for the year."),
         2),
        ("What revenue is expected for the year?",
         ("Vantor plc expects revenue of £200 million from sensors for the year.",
          "Vantor plc now expects revenue of £200 million from sensors for the year."),
         1),
        ("What was revenue in the second quarter?",
         ("Revenue in the second quarter was £5 million.", "Costs in the third quarter were £2 million."), 1),
    ],
)  # fmt: skip
def test_what_only_stands_near_is_not_quoted_beside_it(question, texts, kept):
    assert len(quoted(question, *texts)[0]) == kept


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("Has Greece signed?", "State: Serbia; Signed: 2016-05-17", "relates"),
        ("Has Serbia signed?", "State: Serbia; Signed: 2016-05-17", "answers"),
        ("Whom does the inquiry blame?", "The inquiry does not blame Ada Mellor.", "relates"),
        ("Whom does the inquiry not blame?", "The inquiry does not blame Ada Mellor.", "answers"),
        ("Whom does the inquiry blame?", "The inquiry does blame Ada Mellor.", "answers"),
        ("What was revenue in the first half?", "Revenue in the first quarter was £4 million.", "relates"),
        ("When was the report of March published?", "The report was published in April.", "answers"),
        (
            "Why did revenue fall in the third quarter?",
            "Revenue fell because the second quarter had a sale.",
            "answers",
        ),
        ("How much was the final dividend?", "The interim dividend was 3 pence.", "relates"),
        ("How much was the final dividend?", "The interim and final dividend was 3 pence.", "answers"),
    ],
)
def test_what_is_sure_to_speak_of_something_else_only_relates(question, text, found):
    given = evidence(question, text)
    assert verdict(given, [(given.candidates[0], 0.9)]) == found


@pytest.mark.parametrize(
    ("question", "text", "title", "found"),
    [
        ("What was the revenue in 2021?", "Revenue was £2,910 million.", "Results for 2023-24", "relates"),
        ("How many staff were there in 2019?", "There are 41 staff.", "Accounts 2020 to 2022", "relates"),
        ("How many staff were there in 2024?", "There are 41 staff.", "Accounts 2020 to 2022", "relates"),
        ("How many staff were there in 2021?", "There are 41 staff.", "Accounts 2020 to 2022", "answers"),
        ("What was the revenue in 2024?", "Revenue was £2,910 million.", "Results for 2023-24", "answers"),
        ("What was the revenue in 2021?", "Revenue in 2021 was £4 million.", "Results for 2023", "answers"),
        ("What was the revenue in 2021?", "Revenue was £2,910 million.", "Calder results", "answers"),
        ("How many staff will there be in 2025?", "41 staff are planned.", "Plan of 2020", "answers"),
        ("How much is the fine in 2024?", "The fine is £200.", "Parking Act 1998", "answers"),
        ("How many staff were there as of May 2019?", "There are 41 staff.", "Staff in 2020", "answers"),
        ("When was the fair of 2021 held?", "The fair was held on 3 May.", "Diary of 2022", "answers"),
    ],
)
def test_a_number_of_a_document_of_other_years_only_relates(question, text, title, found):
    given = evidence(question, text)
    hit = replace(given.candidates[0].hit, title=title)
    for heading, told in ((None, found), ("In 2019, 2021 and 2024", "answers")):
        passage = replace(hit.passage, heading=heading)
        only = replace(given.candidates[0], hit=replace(hit, passage=passage))
        assert verdict(replace(given, candidates=(only,)), [(only, 0.9)]) == told


def test_a_question_s_own_words_before_those_of_the_one_it_follows():
    question = "Who seconded the motion (Who voted against it)?"
    given = evidence(question, "Ada Lund and Piet Feld voted against it.", "Then Piet Feld seconded.")
    same = [replace(each, hit=given.candidates[0].hit) for each in given.candidates]
    assert rank(replace(given, candidates=tuple(same)))[0][0].text == "Then Piet Feld seconded."


def test_an_amendment_is_quoted_after_what_it_replaces_and_leaves_it_no_short_answer():
    rule = "4. Each Party shall report to the Commission by 31 March."
    amendment = 'In Article 4, "31 March" is replaced by "30 June".'
    question = "By what date shall a Party report to the Commission?"
    assert quoted(question, rule, "The Commission meets in Trieste.")[1] is not None
    texts, short = quoted(question, rule, "The Commission meets in Trieste.", amendment)
    assert texts[:2] == [rule, amendment] and short is None
    other = 'In Article 5, "31 March" is replaced by "30 June".'
    assert quoted(question, rule, "The Commission meets in Trieste.", other)[1] is not None


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        # A line of figures of what is asked about, in its year; the document's title is "Notice".
        ("How much was spent on schools in 2021?", "Schools: 84 in 2020 and 91 in 2021.", "answers"),
        ("How much was spent on schools in 2019?", "Schools: 84 in 2020 and 91 in 2021.", "nothing"),
        ("How much was spent on schools in 2021?", "Roads: 84 in 2020 and 91 in 2021.", "nothing"),
        ("How much did Ostrand spend on schools in 2021?", "Schools: 84 in 2020, 91 in 2021.", "nothing"),
        # What is denied is all that the question takes for granted, and not a part of something else.
        ("Who signed the contract for the line?", "No contract has been signed.", "relates"),
        ("Who signed the contract for the line?", "The contract was not signed.", "relates"),
        ("Who signed the contract for the line?", "Nobody has signed the contract.", "relates"),
        ("Who signed the contract for the line?", "The contract has not been signed by Ada Lund.", "nothing"),
        ("Who never signed the contract?", "The contract was not renewed.", "nothing"),
    ],
)
def test_what_a_reader_makes_little_of_is_known_by_its_form(question, text, found):
    given = evidence(question, text)
    doubted = replace(given.candidates[0], read=-5.0, cosine=0.4, lacks=False)
    assert verdict(replace(given, candidates=(doubted,), was_read=True), [(doubted, 0.3)]) == found
