"""The sample library, filled once for all processes that run tests, by a child that has no network.

To embed it takes longer than most tests; who wants it takes a copy, and what it holds is not to be changed.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ("Which foundry is casting the new bearings?", "What is the boiling point of ethanol?")
_FILL = """
import json, sys
from chat import Assistant
with Assistant.open(sys.argv[1]) as assistant:
    report = assistant.add(sys.argv[2])
    answers = [assistant.ask(question).to_dict() for question in sys.argv[3:]]
print(json.dumps([len(report.added), [failure.reason for failure in report.failed], answers]))
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Where it lies, and what the child that filled it said: how many went in, what failed, two answers."""

    home: Path
    added: int
    failed: list[str]
    answers: list[dict[str, Any]]

    def copied(self, home: Path) -> Path:
        """Copy the library to a folder that is not there yet; returns that."""
        shutil.copytree(self.home, home)
        return home


def sample_at(folder: Path, *, apart: bool) -> Sample:
    """Return the one in `folder`, which the first to ask fills while the others wait.

    `apart`: in a network namespace of its own, so with nothing in reach, native code included.
    """
    folder.mkdir(exist_ok=True)
    said, home = folder / "said.json", folder / "home"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            shutil.rmtree(home, ignore_errors=True)
            said.write_text(_filled(home, ["unshare", "-rn"] if apart else []), encoding="utf-8")
    return Sample(home, *json.loads(said.read_text("utf-8")))


def _filled(home: Path, before: list[str]) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_API_KEY": "canary",
        "OPENAI_API_KEY": "canary",
    }
    command = [*before, sys.executable, "-c", _FILL, str(home), str(ROOT / "corpus"), *QUESTIONS]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]
