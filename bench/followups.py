"""Follow-ups measured over MTRAG's later turns, through the product's library; prints Markdown tables.

    python -m bench.followups [DOMAIN...] [--library FOLDER] [--share SHARE]

A later turn's passages are searched for with its bare question, with what the product makes of it and its
conversation, with the human rewrite, and with baselines that join earlier questions to it. What counts is the
share of the distance in nDCG@5 from the bare question to the human rewrite that is closed. Conversations are
kept whole: a hash of their number puts each into one of two halves, and the rules of `chat/followup.py` were
written looking at the errors of the first half only. Earlier answers are the set's own.

Then, for each domain, the turns that its documents do not answer: precision and recall of "not found" and of
claiming no answer, over all turns, with Wilson's 95 % intervals.

Building the libraries takes a while; `--library` keeps them, in the same folders as `bench.retrieval`. With
`--share`, only that seeded share of the passages that answer no question is taken: easier, and built sooner.
"""

import argparse
import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytrec_eval

from bench.data import folder, interval, rows, wilson
from bench.retrieval import Ranking, Set, best, library_of, mtrag
from chat import abstain
from chat.chain import PASSAGES
from chat.evidence import Lexicon, gather
from chat.followup import Said, amid, standalone
from chat.mixing import Search, search
from chat.ranking import rank
from chat.reader import SentenceReader
from chat.reading import read
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.hit import Filter
from retrieval.library import Library

DOMAINS = ("clapnq", "govt")
DEEP = 30  # hits that are looked at for the five best documents
SEED = 7
READER = SentenceReader(SentenceTransformerEmbedder().folder)
Task = dict[str, Any]
Way = Callable[[Task], tuple[str, str, str]]
"""What is searched for a task: the question, beside it a bare one and one amid its conversation, or ""."""


def earlier_turns(task: Task) -> list[Said]:
    """Return the turns before a task's, each question as the product would have searched it."""
    said: list[Said] = []
    for role, text in task["history"]:
        if role == "user":
            said.append(Said(standalone(text, said), ""))
        elif said:
            said[-1] = Said(said[-1].standalone, text)
    return said


def before(task: Task) -> list[str]:
    """Return the person's questions before a task's."""
    return [text for role, text in task["history"] if role == "user"]


def resolved(task: Task) -> str:
    """Return our question that stands on its own."""
    return standalone(task["question"], earlier_turns(task))


def footnote(task: Task) -> tuple[str, str, str]:
    """Return what the product searches."""
    return resolved(task), task["question"], amid(task["question"], earlier_turns(task))


WAYS: dict[str, Way] = {
    "bare question": lambda task: (task["question"], "", ""),
    "with the previous question": lambda task: (" ".join([*before(task)[-1:], task["question"]]), "", ""),
    "with all earlier questions": lambda task: (" ".join([*before(task), task["question"]]), "", ""),
    "our standalone question alone": lambda task: (resolved(task), "", ""),
    "that, and bare": lambda task: (resolved(task), task["question"], ""),
    "Footnote": footnote,
    "human rewrite": lambda task: (task["rewrite"] or task["question"], "", ""),
}
BARE, OURS, HUMAN = "bare question", "Footnote", "human rewrite"


def half(task: Task) -> int:
    """Return the half of the conversations, 1 or 2, that a task belongs to."""
    return 1 + zlib.crc32(str(task["conversation"]).encode()) % 2


def finder(library: Library) -> Search:
    """Return the library's search as the chain takes it."""
    return lambda words, limit, where: library.search(words, limit=limit, where=where)


def ranking(library: Library, found: tuple[str, str, str]) -> Ranking:
    """Return the documents found, the best at 0 and each next one below it."""
    hits = search(finder(library), *found, DEEP, Filter())
    return best((hit.source, -float(rank)) for rank, hit in enumerate(hits))


def measure(chosen: Set, tasks: list[Task], library: Library) -> dict[str, np.ndarray]:
    """Return each way's nDCG@5, one for each task."""
    judge = pytrec_eval.RelevanceEvaluator(
        {task["task_id"]: chosen.relevant[task["task_id"]] for task in tasks}, {"ndcg_cut_5"}
    )
    figures = {}
    for name, way in WAYS.items():
        judged = judge.evaluate({task["task_id"]: ranking(library, way(task)) for task in tasks})
        figures[name] = np.array([judged[task["task_id"]]["ndcg_cut_5"] for task in tasks])
    return figures


def verdicts(tasks: list[Task], library: Library) -> list[abstain.Verdict]:
    """Return what the product's evidence is to each task's question: answers, relates or nothing."""
    words = library.indexes.words
    lexicon = Lexicon(words.terms, words.document_frequencies, library.passages.count)
    found: list[abstain.Verdict] = []
    for task in tasks:
        question = resolved(task)
        hits = search(finder(library), *footnote(task), PASSAGES, Filter())
        evidence = read(gather(question, hits, lexicon), READER)
        ranked = rank(evidence) if evidence.candidates else []
        found.append(abstain.verdict(evidence, ranked) if ranked else "nothing")
    return found


def show_refusals(tasks: list[Task], found: list[abstain.Verdict]) -> None:
    """Print precision and recall of refusing, at both thresholds."""
    unanswerable = np.array([task["answerability"] == "UNANSWERABLE" for task in tasks])
    print(f"\n{len(tasks)} turns, {unanswerable.sum()} of them unanswerable\n")
    print("| refused | turns | precision | recall |\n| --- | --- | --- | --- |")
    for name, refusing in (("not found", {"nothing"}), ("no answer claimed", {"nothing", "relates"})):
        refused = np.array([each in refusing for each in found])
        right = int((refused & unanswerable).sum())
        cells = [wilson(right, int(total.sum())) for total in (refused, unanswerable)]
        print(f"| {name} | {refused.sum()} | {' | '.join(cells)} |")


def part(chosen: Set, share: float) -> Set:
    """Return the set with a seeded share of the passages that answer no question."""
    chance = random.Random(SEED)
    wanted = {name for judged in chosen.relevant.values() for name in judged}
    return replace(
        chosen, sources=[each for each in chosen.sources if each.source in wanted or chance.random() < share]
    )


def closed(figures: list[dict[str, np.ndarray]], way: str) -> str:
    """Return the share of the distance that a way closes, the mean over domains, with a paired bootstrap."""
    chance = np.random.default_rng(SEED)
    drawn = []
    for domain in figures:
        picks = chance.integers(0, len(domain[BARE]), (2000, len(domain[BARE])))
        picks = np.vstack([np.arange(len(domain[BARE])), picks])
        gained, distance = ((domain[name] - domain[BARE])[picks].mean(axis=1) for name in (way, HUMAN))
        drawn.append(gained / distance)
    shares = np.mean(drawn, axis=0)
    low, high = np.quantile(shares[1:], [0.025, 0.975])
    return f"{shares[0]:.0%} ({low:.0%} to {high:.0%})"


def show(name: str, tasks: list[Task], figures: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Print a domain's table and return the later turns' figures."""
    later = np.array([task["turn"] > 1 for task in tasks])
    halves = [np.array([half(task) == number for task in tasks]) & later for number in (1, 2)]
    print(f"\n## {name}: {later.sum()} later turns, {(~later).sum()} first turns, nDCG@5\n")
    print("| searched | first turns | later turns | gain over bare | closed | first half | second half |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for way, values in figures.items():
        cells = [f"{values[~later].mean():.3f}", f"{values[later].mean():.3f}"]
        cells.append(interval((values - figures[BARE])[later]))
        for chosen in (later, *halves):
            cells.append(closed([{each: found[chosen] for each, found in figures.items()}], way))
        print(f"| {way} | {' | '.join(cells)} |")
    return {way: values[later] for way, values in figures.items()}


def main() -> None:
    """Measure each domain and print its table, and the average over the domains."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("domains", nargs="*", choices=[*DOMAINS, []], metavar="DOMAIN")
    parser.add_argument("--library", type=Path, help="keep the libraries in this folder")
    parser.add_argument("--share", type=float, default=1.0)
    given = parser.parse_args()
    found = []
    for name in given.domains or DOMAINS:
        chosen = mtrag(name) if given.share == 1.0 else part(mtrag(name), given.share)
        tasks = [task for task in rows(folder("mtrag") / "tasks.jsonl") if task["domain"] == name]
        judged = [task for task in tasks if task["task_id"] in chosen.relevant]
        label = name if given.share == 1.0 else f"{name}-{given.share}"
        with library_of(chosen, given.library / label if given.library else None) as library:
            found.append(show(name, judged, measure(chosen, judged, library)))
            show_refusals(tasks, verdicts(tasks, library))
    if len(found) > 1:
        print(f"\nClosed by Footnote, mean over {len(found)} domains: {closed(found, OURS)}")


if __name__ == "__main__":
    main()
