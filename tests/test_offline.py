"""With the network unreachable, native code included, a new library is filled and answers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = """
import json, sys
from chat import Assistant
with Assistant.open(sys.argv[1]) as assistant:
    report = assistant.add(sys.argv[2])
    answers = [assistant.ask(question).to_dict() for question in sys.argv[3:]]
print(json.dumps([len(report.added), [failure.reason for failure in report.failed], answers]))
"""


@pytest.mark.offline
def test_a_new_library_answers_without_any_network(tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_API_KEY": "canary",
        "OPENAI_API_KEY": "canary",
    }
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", CODE, str(tmp_path), str(ROOT / "corpus"),
         "Which foundry is casting the new bearings?", "What is the boiling point of ethanol?"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    added, failed, (answered, unanswered) = json.loads(done.stdout.splitlines()[-1])
    assert added == 14 and not failed
    assert "Corless Foundry" in answered["citations"][0]["quote"]
    assert unanswered["status"] == "not_found" and not unanswered["citations"]
