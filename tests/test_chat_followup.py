"""Questions that lean on the conversation, and questions that must not."""

import pytest

from chat.followup import Said, standalone

BOVE = [Said("Who is Emil Bove?", "Emil Bove is the acting deputy attorney general.")]
PELL = [Said("Who heard the Pell appeal?", "Judge Halima Oduya heard the Pell appeal over four days.")]


@pytest.mark.parametrize(
    ("earlier", "question", "has", "lacks"),
    [
        (BOVE, "Whom did he represent before?", ["Emil Bove"], [" he "]),
        (PELL, "When did she rule?", ["Halima Oduya"], [" she "]),
        (PELL, "Who runs the Port of Ferrin?", ["Port of Ferrin"], ["Pell", "Oduya"]),
        ([Said("How much was spent in 2023?", "")], "And in 2024?", ["2024", "spent"], ["2023"]),
        ([Said("What is the limit in Boston?", "")], "What about Chicago?", ["Chicago", "limit"], ["Boston"]),
        (PELL, "Why?", ["Pell"], []),
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
