"""Many questions in one go: `footnote ask - --out` over the sample library, killed once and taken up again.

Prints the rate, the memory early and late in one run, and whether each question was answered exactly once.
`--questions N` and `--workers N` change how many, and how many at once.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.data import ROOT, rows

QUESTIONS = 10_000
KILL_AFTER = 0.05  # the share of the questions after which the first run is killed
SETTLED = 0.05  # the share of the second run after which its memory is first read
TICK = 1.0  # seconds


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    asked = [row["question"] for row in rows(ROOT / "tests/golden/questions.jsonl")]
    with tempfile.TemporaryDirectory() as folder:
        home, questions, out = (Path(folder) / name for name in ("home", "questions.jsonl", "answers.jsonl"))
        subprocess.run(footnote(home, "add", str(ROOT / "corpus")), check=True, stdout=subprocess.DEVNULL)
        with questions.open("w", encoding="utf-8") as file:
            for number in range(given.questions):
                row = {"id": f"q{number}", "question": asked[number % len(asked)]}
                file.write(f"{json.dumps(row)}\n")
        command = footnote(home, "ask", "-", "--out", str(out), "--workers", str(given.workers))
        killed = run(command, questions, out, stop_at=int(KILL_AFTER * given.questions))
        before = lines(out)
        with out.open("ab") as file:
            file.write(b'{"id": "q1", "quest')  # what a kill in the middle of a write would leave
        began = time.monotonic()
        samples = run(command, questions, out)
        seconds = time.monotonic() - began
        written = [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]
    early = next(size for count, size in samples if count >= before + SETTLED * (given.questions - before))
    late = samples[-1][1]
    expected = [f"q{number}" for number in range(given.questions)]
    rate = (len(written) - before) / seconds
    print(f"\n## Batch: {given.questions} questions over the sample library, {given.workers} at once\n")
    print("| what | figure |\n| --- | --- |")
    print(f"| answered before kill -9 | {before} (memory {killed[-1][1] >> 20} MiB) |")
    print(f"| each answered exactly once, in order | {'yes' if written == expected else 'NO'} |")
    print(f"| questions a second, opening the library included | {rate:.1f} |")
    most = max(size for _, size in samples)
    print(f"| memory early, late, most | {early >> 20}, {late >> 20}, {most >> 20} MiB |")
    print(f"| growth | {late / early - 1:+.1%} |")


def footnote(home: Path, *words: str) -> list[str]:
    """Return the command line of one command."""
    return [sys.executable, "-m", "chat.interfaces.cli", "--home", str(home), *words]


def run(command: list[str], questions: Path, out: Path, stop_at: int | None = None) -> list[tuple[int, int]]:
    """Run to the end, or kill -9 once so many answers stand there.

    Returns how many answers stood there and the memory in bytes, at each moment looked at.
    """
    samples = []
    with questions.open(encoding="utf-8") as given:
        process = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, cwd=ROOT)
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        time.sleep(TICK)
        try:
            samples.append((lines(out), watched.memory_info().rss))
        except psutil.NoSuchProcess:
            break
        if samples[-1][1] == 0:  # it has ended and was not waited for
            samples.pop()
        if stop_at is not None and samples and samples[-1][0] >= stop_at:
            process.send_signal(signal.SIGKILL)
            process.wait()
    if stop_at is None and process.wait() != 0:
        raise SystemExit(f"it ended with status {process.returncode}")
    return samples


def lines(path: Path) -> int:
    """Return how many whole lines a file has; 0 where there is none."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


if __name__ == "__main__":
    main()
