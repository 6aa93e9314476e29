"""Conversations over invented documents: what must be quoted, what must never be said, and the status.

`golden/scenarios.jsonl` are the project's own; those of the optional data folder run where it is there.
"""

import json
import os
from pathlib import Path

import pytest
from fakes import assistant_at

from retrieval.embed import SentenceTransformerEmbedder

ROOT = Path(__file__).resolve().parent.parent
GIVEN = Path(os.environ.get("FOOTNOTE_BENCH_DATA") or ROOT.parent / "shared" / "data") / "scenarios.jsonl"
FILES = [path for path in (ROOT / "tests/golden/scenarios.jsonl", GIVEN) if path.exists()]
SCENARIOS = [
    json.loads(line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines() if line
]


@pytest.fixture(scope="module")
def embedder():
    return SentenceTransformerEmbedder()


def plain(text):
    return " ".join(text.split()).casefold()


def wrong(answer, turn):
    """What is wrong with an answer."""
    cited = [plain(each.quote) for each in answer.citations]
    cited += [plain(each.quote) for citation in answer.citations for each in citation.context]
    wanted = turn["must_quote_any"]
    if wanted and not any(plain(words) in quote for words in wanted for quote in cited):
        yield "none of the quotes required is cited"
    if any(plain(words) in plain(answer.text) for words in turn["must_not_say_any"]):
        yield "it says what must not be said"
    if answer.remarks != turn.get("remark", answer.remarks):
        yield f"it remarks {answer.remarks!r}"
    if answer.status != turn["status"]:
        yield f"it is {answer.status}, not {turn['status']}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["id"])
def test_each_turn_quotes_what_it_must_and_says_nothing_that_it_must_not(scenario, embedder, tmp_path):
    with assistant_at(tmp_path, embedder) as assistant:
        for document in scenario["documents"]:
            assistant.add_text(
                document["text"],
                source=document["source"],
                title=document["title"],
                metadata={"published": document["published"]},
            )
        conversation, found = None, {}
        for number, turn in enumerate(scenario["turns"], 1):
            answer = assistant.ask(turn["question"], conversation=conversation)
            conversation = answer.conversation
            if faults := set(wrong(answer, turn)):
                found[f"{scenario['id']} {number}"] = faults
    assert not found
