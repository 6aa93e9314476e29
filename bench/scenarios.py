"""Conversations over small invented libraries, turn by turn; prints a Markdown table.

    python -m bench.scenarios [-v]      with -v each turn that is wrong, but for those of the held-out set

A turn is right when what it must quote is cited, nothing is said that must not be, and the status is as
expected. The given and the own ones are tests (`tests/test_scenarios.py`): the rules were written with them
in view, and they pass. The unseen ones were written by somebody who had not seen the code, and are what to
look at: of the development set the errors may be read, of the held-out one the figures alone. Shares have
Wilson's 95 % intervals. Everything is asked twice, without the reader (`chat/reader.py`) and with it; what it
gains has a paired bootstrap 95 % interval.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np

from bench.data import ROOT, folder, interval, rows, wilson
from chat.answer import Answer
from chat.assistant import Assistant
from chat.build import open_assistant
from chat.settings import Settings
from retrieval.embed import SentenceTransformerEmbedder

if TYPE_CHECKING:
    from chat.remote import RemoteAssistant

GOLDEN = ROOT / "tests/golden"
HELD_OUT = "unseen, held out"
EMBEDDER = SentenceTransformerEmbedder()
Turn = dict[str, Any]
UNQUOTED = "none of the quotes required is cited"


def plain(text: str) -> str:
    """Return a text without its line breaks and capitals."""
    return " ".join(text.split()).casefold()


def wrong(answer: Answer, turn: Turn) -> Iterator[str]:
    """Yield what is wrong with the answer to a turn."""
    cited = [plain(each.quote) for each in answer.citations]
    cited += [plain(each.quote) for citation in answer.citations for each in citation.context]
    wanted = turn["must_quote_any"]
    if wanted and not any(plain(words) in quote for words in wanted for quote in cited):
        yield UNQUOTED
    if any(plain(words) in plain(answer.text) for words in turn["must_not_say_any"]):
        yield "it says what must not be said"
    if answer.remarks != turn.get("remark", answer.remarks):
        yield f"it remarks {answer.remarks!r}"
    if answer.status != turn["status"]:
        yield f"it is {answer.status}, not {turn['status']}"


def replies(assistant: "Assistant | RemoteAssistant", case: dict[str, Any]) -> Iterator[tuple[Turn, Answer]]:
    """Add a case's documents to an empty library and yield each of its turns with the answer."""
    for each in case["documents"]:
        dated = {"published": each["published"]}
        assistant.add_text(each["text"], source=each["source"], title=each["title"], metadata=dated)
    conversation = None
    for turn in case["turns"]:
        answer = assistant.ask(turn["question"], conversation=conversation)
        conversation = answer.conversation
        yield turn, answer


def asked(path: Path, *, with_reader: bool = True) -> Iterator[tuple[Turn, Answer, list[str]]]:
    """Yield each turn of a file with its answer and what is wrong with that, each case in its own library."""
    for case in rows(path):
        with (
            tempfile.TemporaryDirectory() as home,
            open_assistant(Settings(home=Path(home) / "home"), embedder=EMBEDDER) as assistant,
        ):
            if not with_reader and isinstance(assistant, Assistant):
                assistant._chain._reader = None
            for turn, answer in replies(assistant, case):
                yield turn, answer, list(wrong(answer, turn))


def main() -> None:
    """Ask every turn of every set and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="print each turn that is wrong")
    given = parser.parse_args()
    sets = {
        "own": GOLDEN / "scenarios.jsonl",
        "unseen, development": GOLDEN / "unseen-development.jsonl",
        HELD_OUT: GOLDEN / "unseen-held-out.jsonl",
        "given": folder("scenarios.jsonl"),
    }
    told = "answered, partial, not found"
    print("\n| set | reader | turns | right | required quote cited | said to be answered: right ", end="")
    print(f"| answerable: {told} | unanswerable: {told} |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
    gains = {}
    for name, path in sets.items():
        before, found = list(asked(path, with_reader=False)), list(asked(path))
        print(f"| {name} | without | {' | '.join(cells(before))} |")
        print(f"| {name} | with | {' | '.join(cells(found))} |", flush=True)
        gains[name] = [(not now) - (not then) for (*_, now), (*_, then) in zip(found, before, strict=True)]
        for turn, answer, faults in found if given.verbose and name != HELD_OUT else ():
            if faults:
                print(f"{turn['question']} | {answer.standalone_question} | {', '.join(faults)}")
                print(f"    {plain(answer.text)}")
    print()
    for name, gain in gains.items():
        print(f"{name}: the reader gains {interval(np.array(gain))} of the turns")


def cells(found: list[tuple[Turn, Answer, list[str]]]) -> Iterator[str]:
    """Yield a set's figures."""
    yield str(len(found))
    yield wilson(sum(not faults for _, _, faults in found), len(found))
    quoted = [faults for turn, _, faults in found if turn["must_quote_any"]]
    yield wilson(sum(UNQUOTED not in faults for faults in quoted), len(quoted))
    claimed = [faults for _, answer, faults in found if answer.status == "answered"]
    yield wilson(sum(not faults for faults in claimed), len(claimed))
    for answerable in (True, False):
        told = [answer.status for turn, answer, _ in found if (turn["status"] != "not_found") == answerable]
        yield ", ".join(str(told.count(status)) for status in ("answered", "partial", "not_found"))


if __name__ == "__main__":
    main()
