"""Questions that lean on the conversation, and questions that must not."""

import pytest

from chat.followup import Said, amid, standalone

BOVE = [Said("Who is Emil Bove?", "Emil Bove is the acting deputy attorney general.")]
PELL = [Said("Who heard the Pell appeal?", "Judge Halima Oduya heard the Pell appeal over four days.")]

WALL = [Said("How old is the Long Wall of Harrow?", "It was built in 1412. Men of Harrow guard it.")]


@pytest.mark.parametrize(
    ("earlier", "question", "has", "lacks"),
    [
        (BOVE, "Whom did he represent before?", ["Emil Bove"], [" he "]),
        (PELL, "When did she rule?", ["Halima Oduya"], [" she "]),
        (PELL, "Who runs the Port of Ferrin?", ["Port of Ferrin"], ["Pell", "Oduya"]),
        ([Said("How much was spent in 2023?", "")], "And in 2024?", ["2024", "spent"], ["2023"]),
        ([Said("What is the limit in Boston?", "")], "What about Chicago?", ["Chicago", "limit"], ["Boston"]),
        (PELL, "Why?", ["Pell"], []),
        (
            [Said("Who leads the Department of Roads?", "The Department of Roads is led by Ann Lee.")],
            "How old is she?",
            ["How old is Ann Lee?"],
            [],
        ),
        (
            [
                Said("Who runs the Port of Ferrin?", ""),
                Said("Whom did Jens Kallas succeed?", "The Norn archive."),
            ],
            "What does he earn?",
            ["Jens Kallas"],
            ["Norn", "Port"],
        ),
        (
            [Said("How much was spent on schools in 2021?", "")],
            "And on roads?",
            ["How much was spent on roads in 2021?"],
            [],
        ),
        (WALL, "Who paid for the wall?", ["the Long Wall of Harrow"], ["the wall"]),
        (
            [Said("Who runs the Port of Ferrin?", "")],
            "Where is the port?",
            ["the Port of Ferrin"],
            ["the port"],
        ),
        (WALL, "Is Harrow a town?", ["Is Harrow a town?"], ["Long Wall"]),
        (BOVE, "What did Bove sign?", ["Emil Bove"], []),
        (BOVE, "Where is the Vane Street Bove?", ["Vane Street Bove"], ["Emil"]),
        (WALL, "Can women climb it?", ["climb it", "the Long Wall of Harrow"], []),
        (WALL, "Is it safe to swim in the Port of Ferrin?", ["Port of Ferrin"], ["Wall"]),
        (WALL, "The west gate.", ["west gate", "the Long Wall of Harrow"], []),
        (WALL, "Opening hours", ["Opening hours", "the Long Wall of Harrow"], []),
        (
            [
                Said(
                    "name the head of the quit harbour movement",
                    "It was Lord Alard, Quit Harbour Movement.",
                )
            ],
            "What did he do?",
            ["Lord Alard"],
            ["Quit Harbour Movement do"],
        ),
        (
            [Said("Any more (How many teams; Is rowing popular; Who rows)?", "")],
            "Which?",
            ["Which (Any more; Who rows)?"],
            [],
        ),
        (PELL, "And before her?", ["Whom did Judge Halima Oduya succeed?"], []),
        (PELL, "Who came after her?", ["Who succeeded Judge Halima Oduya?"], []),
        (PELL, "What was closed on the same day?", ["What was closed on the same day?"], ["Pell"]),
        ([], "When did she rule?", ["When did she rule?"], []),
    ],
)
def test_what_is_left_out_is_taken_from_before(earlier, question, has, lacks):
    found = standalone(question, earlier)
    assert all(part in found for part in has), found
    assert not any(part in found for part in lacks), found


HELD = [
    ("Which clinic had the longest wait?", "And the shortest?", "Which clinic had the shortest wait?"),
    ("What was revenue in the second quarter of 2023?", "And in the third?",
     "What was revenue in the third quarter of 2023?"),
    ("What happens at the first breach (When does it start)?", "And the second one?",
     "What happens at the second breach (When does it start)?"),
    ("How many worked there at the end of June 2023?", "And at the end of March?",
     "How many worked there at the end of March 2023?"),
    ("How many were sold in May?", "What about June 2022?", "How many were sold in June 2022?"),
    ("How much is the deposit?", "And the rent?", "How much is the rent?"),
    ("May the tenant keep a dog?", "And a cat?", "May the tenant keep a cat?"),
    ("How much was the interim dividend?", "And the final dividend?", "How much was the final dividend?"),
    ("How many beds does Thornbury House have?", "And St Brannock's?",
     "How many beds does St Brannock's have?"),
    ("What is Lund's salary?", "And Marsh's?", "What is Marsh's salary?"),
    ("How many did Orr treat?", "And Duarte and Lima?", "How many did Duarte and Lima treat?"),
    # Where it is not sure what a fragment stands for, both are searched.
    ("When was the motion adopted?", "And the amendment?", "the amendment (When was the motion adopted)?"),
    ("Who sold the shop to the heir?", "And the barn?", "the barn (Who sold the shop to the heir)?"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "fragment", "whole"), HELD)
def test_a_fragment_takes_the_place_of_what_it_stands_for(before, fragment, whole):
    assert standalone(fragment, [Said(before, "")]) == whole


@pytest.mark.parametrize(
    ("before", "answer", "question", "whole"),
    [
        ("Who saw it?", "On 15 January Ines Marchetti saw it, not on 3 January.", "When did she ring?",
         "When did Ines Marchetti ring?"),
        ("When did the guest come?", "Q. Did the guest come?\nA. In January.", "What did he buy?",
         "What did he buy (When did the guest come)?"),
        ("When did the defendant come?", "Ada Vance saw it.", "What did he buy?",
         "What did the defendant buy?"),
        ("When did the mayor come?", "The mayor, Ada Vance, came in May.", "What did she buy?",
         "What did Ada Vance buy?"),
        ("Which clinic is the largest?", "", "How many wait there?",
         "How many wait there (Which clinic is the largest)?"),
        ("Which clinic is the largest?", "", "Were there any fines in all?", "Were there any fines in all?"),
    ],
)  # fmt: skip
def test_nobody_is_called_by_a_month_or_a_question_s_first_word_and_there_is_a_place(
    before, answer, question, whole
):
    assert standalone(question, [Said(before, answer)]) == whole


def test_amid_its_conversation_a_question_has_what_was_asked_first_and_how_the_last_answer_began():
    turns = [*PELL, Said("When did she rule?", "She ruled\n on 6 June. " + "It was late. " * 40)]
    found = amid(" Why  then?", turns)
    assert found.startswith("Why then? Who heard the Pell appeal? She ruled on 6 June. It was late.")
    assert len(found) < 260
    assert amid("Who heard the Pell appeal?", []) == ""
