"""What stands beside the same few words on both sides: names exchanged, cues that the claim leaves out."""

import pytest

from chat.verify.compare import compare
from chat.verify.numbers import agrees
from chat.verify.quantities import quantities
from chat.verify.words import read

CUP = (
    "England is the birthplace of club football, and the Football Association is the oldest of its kind, "
    "with the rules first drafted in 1863 by Ebenezer Morley.",
)
PLANT = (
    "In 1932 the first reclaimed water plant of the state was built in Marsh Park for the reuse of water.",
)
HEALTH = ("There is no cure for Huntington's disease.", "Most people with HD live at home.")


def support(claim, evidence):
    return compare(claim, evidence, exact=False).support


@pytest.mark.parametrize(
    ("true", "false", "evidence"),
    [
        # names, by what stands before them or after them, wherever that is
        ("The Football Association, with rules drafted in 1863 by Ebenezer Morley, is the oldest.",
         "The Football Association, with rules drafted in 1863 by the United Kingdom, is the oldest.",
         CUP),
        ("In 1932 the first reclaimed water plant of the state was built in Marsh Park.",
         "In 1932 the first reclaimed water plant of the state was built in Get.", PLANT),
        # negations
        ("The mission surveys the moon of Jupiter, but it is not a life detection mission.",
         "The mission surveys the moon of Jupiter, but it is a life detection mission.",
         ("The mission surveys the moon of Jupiter.",
          "The mission is not a life detection mission, its main goal is another.")),
        ("In adults the safety was assessed, but no randomized controlled trials have been reported.",
         "In adults the safety was assessed, randomized controlled trials have been reported.",
         ("In adults the safety was assessed.",
          "As of 2016, however, no randomized controlled trials have been reported.")),
        # hedges, bounds, surer words
        ("Fees for the course may vary from town to town.",
         "Fees for the course will vary from town to town.",
         ("Fees may vary.", "The course is held from town to town, and it will take a day.")),
        ("Under Article 4 written sources may be divided into three types.",
         "Under Article 4 written sources will be divided into three types.",
         ("Written sources may be divided into three types.", "Article 4 will apply.")),
        ("The fire is active and by July it had burned over 55,000 acres.",
         "The fire is active and by July it had burned 55,000 acres.",
         ("The fire is active.", "By July the fires had burned a total of over 55,000 acres.")),
        ("Dark glasses block most of the light of the sun.",
         "Dark glasses block all of the light of the sun.",
         ("Dark glasses are sold here.", "They block most of the light of the sun.")),
    ],
)  # fmt: skip
def test_what_is_changed_beside_the_same_words_is_not_supported(true, false, evidence):
    assert support(true, evidence) == "supported"
    assert support(false, evidence) != "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        # another name for the same, or one of a list
        ("There is no cure for Huntington's disease.", HEALTH),
        ("There is no cure for HD.", HEALTH),
        ("The report was signed by Piet Alard.", ("The report was signed by Ada Vance and Piet Alard.",)),
        # the cue bears on something else
        ("The river is found on old maps.",
         ("The river is not deep.", "The river is found on old maps of the county.")),
    ],
)  # fmt: skip
def test_what_only_looks_changed_is_supported(claim, evidence):
    assert support(claim, evidence) == "supported"


@pytest.mark.parametrize(
    ("claim", "source", "same"),
    [
        ("about 45 miles", "45.3 miles", True),
        ("about 1,300 people", "1,284 people", True),
        ("about 238,852 miles", "238,856.3 miles", False),  # nobody rounds to that
        ("about 900 people", "1,284 people", False),
    ],
)
def test_who_says_about_rounds(claim, source, same):
    (mine,), (theirs,) = quantities(read(claim)), quantities(read(source))
    assert agrees(mine, theirs) is same


def test_a_number_that_the_source_converts_itself_is_that_number():
    source = ("The Sun is 864,000 miles (1,392,000 km) in diameter.",)
    assert support("The Sun is 1,392,000 km in diameter.", source) == "supported"
    assert support("The Sun is 1,391,000 km in diameter.", source) != "supported"
