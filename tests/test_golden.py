"""The golden questions over the sample library: floors below which quoting and refusing must not fall.

They are what was measured, a little below; the aim is .85, .95 and .10 (see docs/quality.md). The gate asks
every other question, since all of them take minutes.
"""

from pathlib import Path

import pytest

from chat import Assistant
from chat.evaluate import evaluate, read_cases

ROOT = Path(__file__).resolve().parent.parent
FIRST, AMONG_THREE = "first_quote_holds_answer", "first_three_quotes_hold_answer"


@pytest.mark.parametrize(
    ("asked", "at_least"),
    [
        pytest.param(slice(None, None, 2), {FIRST: 0.82, AMONG_THREE: 0.87}, id="every other"),
        pytest.param(slice(None), {FIRST: 0.75, AMONG_THREE: 0.83}, id="all", marks=pytest.mark.slow),
    ],
)
def test_the_sample_library_is_quoted_and_refused_as_measured(sample, tmp_path, asked, at_least):
    cases = read_cases(ROOT / "tests/golden/questions.jsonl")[asked]
    with Assistant.open(sample.copied(tmp_path / "home")) as assistant:
        kept = assistant.conversations()
        found = evaluate(assistant, cases).figures
        assert assistant.conversations() == kept
    for name, least in {**at_least, "citations_resolve": 1.0}.items():
        assert found[name].value >= least, found
    assert found["answerable_refused"].value <= 0.10, found
