"""Sentence splitters compared: boundary precision and recall on CLAPNQ and on hand-written hard cases.

Run from the repository's root: `python -m bench.sentences`. CLAPNQ's passages are tokenised ("river , the"),
so they are measured as they are and put back together ("river, the"). Splitters that are not installed are
left out with a line that says so; CLAPNQ too, where the data folder is absent (`FOOTNOTE_BENCH_DATA`,
else `../shared/data`).
"""

import importlib.util
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

Splitter = Callable[[str], list[int]]  # the code points where a sentence starts, the first left out

ROOT = Path(__file__).resolve().parent.parent
HARD = Path(__file__).with_name("sentences_hard.txt")


def starts(spans: Iterable[tuple[int, int]], text: str) -> list[int]:
    """Where each span's first visible character is, the first span left out."""
    found = [start + len(text[start:end]) - len(text[start:end].lstrip()) for start, end in spans]
    return found[1:]


def ours() -> Splitter:
    """Footnote's own rules."""
    from ingest.sentences import sentence_spans

    return lambda text: starts(sentence_spans(text, [(0, len(text))]), text)


def bare_blingfire() -> Splitter:
    """Blingfire as it comes."""
    from blingfire import text_to_sentences_and_offsets

    return lambda text: starts(text_to_sentences_and_offsets(text)[1], text)


def syntok() -> Splitter:
    """Syntok's segmenter, English."""
    from syntok import segmenter

    def split(text: str) -> list[int]:
        sentences = [s for paragraph in segmenter.analyze(text) for s in paragraph]
        return [sentence[0].offset for sentence in sentences][1:]

    return split


def pysbd() -> Splitter:
    """pysbd, English, with character spans."""
    import pysbd as package

    segmenter = package.Segmenter(language="en", clean=False, char_span=True)
    return lambda text: starts(((span.start, span.end) for span in segmenter.segment(text)), text)


SPLITTERS: dict[str, tuple[str, Callable[[], Splitter]]] = {
    "ours": ("re", ours),
    "blingfire": ("blingfire", bare_blingfire),
    "syntok": ("syntok", syntok),
    "pysbd": ("pysbd", pysbd),
}


def untokenised(sentence: str) -> str:
    """A tokenised sentence as people write it."""
    sentence = re.sub(r"`` ?", "“", sentence).replace(" ''", "”")
    sentence = re.sub(r" ([.,;:!?%)\]])", r"\1", sentence)
    sentence = re.sub(r"([$£€(\[]) ", r"\1", sentence)
    return re.sub(r" ('s|n't|'re|'ve|'ll|'d|')(?= |$)", r"\1", sentence).replace(" - ", "-")


def joined(sentences: list[str]) -> tuple[str, list[int]]:
    """The sentences with a space between them, and where each but the first starts."""
    text, gold = "", []
    for sentence in filter(None, (s.strip() for s in sentences)):
        if text:
            text += " "
            gold.append(len(text))
        text += sentence
    return text, gold


def hard_cases() -> list[tuple[str, list[int]]]:
    """One case a line, ` | ` where a sentence ends; backslash r and n are escapes."""
    lines = HARD.read_text(encoding="utf-8").splitlines()
    cases = []
    for line in filter(None, (line for line in lines if not line.startswith("#"))):
        cases.append(joined([part.replace("\\r", "\r").replace("\\n", "\n") for part in line.split(" | ")]))
    return cases


def clapnq() -> dict[str, list[tuple[str, list[int]]]]:
    """CLAPNQ's passages in both forms; empty, with a line on stderr, where they are absent."""
    folder = Path(os.environ.get("FOOTNOTE_BENCH_DATA") or ROOT.parent / "shared" / "data")
    path = folder / "clapnq" / "passages.jsonl"
    if not path.is_file():
        print(f"skipped CLAPNQ: {path} is absent", file=sys.stderr)
        return {}
    passages = [json.loads(line)["sentences"] for line in path.read_text(encoding="utf-8").splitlines()]
    return {
        "clapnq": [joined(sentences) for sentences in passages],
        "clapnq untokenised": [joined([untokenised(s) for s in sentences]) for sentences in passages],
    }


def main() -> None:
    """Print one row a splitter and set; with `-v` also what each gets wrong in the hard cases."""
    sets = {**clapnq(), "hard cases": hard_cases()}
    print(f"{'set':20} {'splitter':10} {'precision':>9} {'recall':>7} {'F1':>6} {'all right':>9} {'MB/s':>6}")
    for label, cases in sets.items():
        for name, (package, build) in SPLITTERS.items():
            if importlib.util.find_spec(package) is None:
                print(f"skipped {name}: the package is not installed", file=sys.stderr)
                continue
            split, right, claimed, true, whole = build(), 0, 0, 0, 0
            began = time.perf_counter()
            found = [split(text) for text, _ in cases]
            seconds = time.perf_counter() - began
            for (text, gold), guess in zip(cases, found, strict=True):
                right += len(set(gold) & set(guess))
                claimed, true = claimed + len(guess), true + len(gold)
                whole += gold == guess
                if "-v" in sys.argv and label == "hard cases" and gold != guess:
                    print(
                        f"  {name}: {text!r}\n    wrong {[text[g : g + 20] for g in set(gold) ^ set(guess)]}"
                    )
            precision, recall = right / max(claimed, 1), right / max(true, 1)
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            speed = sum(len(text) for text, _ in cases) / seconds / 1e6
            print(
                f"{label:20} {name:10} {precision:9.3f} {recall:7.3f} {f1:6.3f} "
                f"{whole / len(cases):9.3f} {speed:6.2f}"
            )


if __name__ == "__main__":
    main()
