"""What puts another sentence right goes before it, in one document as between two."""

import pytest

from chat.assistant import Assistant
from chat.corrected import amends, rules_out

MAIL = """You spoke to the builders. We shall open tenders on 3 June, not 27 May as I wrote last week.

> On Mon, 13 May 2024, Petra Lindqvist wrote:
> Owen, tenders will be opened on 27 May. Marlow Civil is the favourite.
"""
PRESS = "Halvorsen Pharma said on Monday that 34 patients in its trial had fallen ill."
CORRECTION = (
    "An article on Monday misstated the number of patients in Halvorsen Pharma's trial who fell ill. "
    "It was 43, not 34."
)


@pytest.mark.parametrize(
    ("text", "other", "ruled_out"),
    [
        ("We open tenders on 3 June, not 27 May as I wrote.", "Tenders will be opened on 27 May.", True),
        ("It was 43, not 34.", "Of all patients 34 had fallen ill.", True),
        ("She is Rita Mohs, not Rita Moss.", "Rita Moss will step down.", True),
        ("It was £46.9 million, not £48.2 million.", "Revenue was £48.2 million.", True),
        ("It was 34 percent rather than 31 percent.", "With placebo it was 31 percent.", True),
        ("It was £46.9 million, not £48.2 million.", "Revenue was £48.2 thousand.", False),
        ("It was 43, not 34.", "Of all patients 43 had fallen ill.", False),
        ("It was 43, not 34.", "There were 43, not 34.", False),
        ("The fee was not 34 pounds.", "The fee was 34 pounds.", False),
        ("She did not see Rita Moss.", "Rita Moss will step down.", False),
    ],
)
def test_a_value_after_another_and_not_is_ruled_out(text, other, ruled_out):
    assert rules_out(text, other) is ruled_out


@pytest.mark.parametrize(
    ("text", "part", "amended"),
    [
        ('In Article 4, "31 March" is replaced by "30 June".', "4", True),
        ('In Article 4, "31 March" is replaced by "30 June".', None, True),
        ('In Article 4, "31 March" is replaced by "30 June".', "5", False),
        ("In clause 4 for “31 March” substitute “30 June”.", "4", True),
        ("The order replaces '31 March' with '30 June'.", "4", True),
        ('In Article 4, "1 March" is replaced by "30 June".', "4", False),
        ('In Article 4, "30 June" is not "31 March".', "4", False),
    ],
)
def test_an_amendment_replaces_words_of_the_part_that_it_names(text, part, amended):
    assert amends(text, "Each Party shall report by 31 March of each year.", part) is amended


def test_the_sentence_that_puts_it_right_is_quoted_first(tmp_path):
    with Assistant.open(tmp_path) as assistant:
        assistant.add_text(MAIL, source="mail.txt", title="Contractor visit")
        assistant.add_text(PRESS, source="a.txt", title="Trial", metadata={"published": "2024-02-05"})
        assistant.add_text(CORRECTION, source="b.txt", title="Note", metadata={"published": "2024-02-07"})
        opened = assistant.ask("When will the tenders be opened?")
        assert opened.sentences[0].text.startswith("We shall open tenders on 3 June")
        ill = assistant.ask("How many patients fell ill in the Halvorsen trial?")
        assert ill.sentences[0].text.endswith("It was 43, not 34.")
