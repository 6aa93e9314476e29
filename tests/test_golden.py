"""The golden questions over the sample library: floors below which quoting and refusing must not fall.

They are what was measured, a little below; the aim is .85, .95 and .10 (see docs/quality.md).
"""

from pathlib import Path

from chat import Assistant
from chat.evaluate import evaluate, read_cases

ROOT = Path(__file__).resolve().parent.parent
AT_LEAST = {
    "first_quote_holds_answer": 0.75,
    "first_three_quotes_hold_answer": 0.83,
    "citations_resolve": 1.0,
}
AT_MOST = {"answerable_refused": 0.10}


def test_the_sample_library_is_quoted_and_refused_as_measured(sample, tmp_path):
    with Assistant.open(sample.copied(tmp_path / "home")) as assistant:
        kept = assistant.conversations()
        found = evaluate(assistant, read_cases(ROOT / "tests/golden/questions.jsonl")).figures
        assert assistant.conversations() == kept
    assert all(found[name].value >= least for name, least in AT_LEAST.items()), found
    assert all(found[name].value <= most for name, most in AT_MOST.items()), found
