"""The golden questions over the sample library: floors below which quoting and refusing must not fall.

They are what was measured, a little below; the aim is .85, .95 and .10 (see docs/quality.md).
"""

import json
from pathlib import Path

from chat import Assistant

ROOT = Path(__file__).resolve().parent.parent
FIRST, FIRST_THREE, MOST_REFUSED = 0.57, 0.65, 0.10


def test_the_sample_library_is_quoted_and_refused_as_measured(tmp_path):
    rows = [
        json.loads(line) for line in (ROOT / "tests/golden/questions.jsonl").read_text("utf-8").splitlines()
    ]
    first = three = refused = 0
    answerable = [row for row in rows if row["answerable"]]
    with Assistant.open(tmp_path) as assistant:
        assert not assistant.add(ROOT / "corpus").failed
        for row in answerable:
            conversation = None
            for question in row.get("history", ()):
                conversation = assistant.ask(question, conversation=conversation).conversation
            answer = assistant.ask(row["question"], conversation=conversation)
            quotes = [" ".join(citation.quote.split()) for citation in answer.citations]
            right = [any(" ".join(want.split()) in quote for want in row["answer_any"]) for quote in quotes]
            first += any(right[:1])
            three += any(right[:3])
            refused += answer.status == "not_found"
            for citation in answer.citations:
                text = assistant.document(citation.document_id).text
                assert text[citation.start : citation.end] == citation.quote
    count = len(answerable)
    assert first / count >= FIRST
    assert three / count >= FIRST_THREE
    assert refused / count <= MOST_REFUSED
