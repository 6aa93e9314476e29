"""How well passages are found: both legs and ways to fuse them, the product's own among them, side by side.

    python -m bench.retrieval [SET…] [--library FOLDER] [--plot FOLDER]

SET is scifact, clapnq, govt, multihop, pairs or answerable; without any, two small ones. Everything goes
through the product's library, one search for each query; a document counts at the rank of its best passage.
Embedding a set takes minutes: with `--library` its library is kept in that folder and used again. nDCG and
recall are pytrec_eval's; the intervals are paired bootstraps over the queries (2,000 draws). `--plot` also
writes retrieval.svg into a folder: each way's nDCG with its interval.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import pytrec_eval

from bench.data import bounds, folder, interval, rows
from retrieval.asking import asks
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.fuse import SENTENCE, fuse, interaction_share, meaning_weight
from retrieval.library import Library
from retrieval.packed import Likeness
from retrieval.sources import TextSource

DEEP = 200  # passages: all that the two legs bring
RANK_CONSTANT = 60  # of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)
Ranking = dict[str, float]
FIXED = 0.6  # a share of meaning that does not hang on the query


@dataclass
class Set:
    """Documents, queries and which documents are relevant to them; `depth` is the k of nDCG@k."""

    sources: list[TextSource]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]
    depth: int


def scifact() -> Set:
    """Return SciFact: abstracts, and claims as queries."""
    data = folder("scifact")
    sources = [TextSource(row["text"], row["_id"], row["title"]) for row in rows(data / "corpus.jsonl")]
    queries = {row["_id"]: row["text"] for row in rows(data / "queries.jsonl")}
    return Set(sources, queries, relevant(data / "qrels.tsv"), 10)


def multihop() -> Set:
    """Return MultiHop-RAG's news facts, with who wrote and published them."""
    data = folder("multihop")
    sources = [
        TextSource(
            row["text"],
            row["_id"],
            row["title"],
            (("author", row["author"] or ""), ("publisher", row["source"] or "")),
        )
        for row in rows(data / "facts.jsonl")
    ]
    queries = {row["_id"]: row["text"] for row in rows(data / "queries.jsonl")}
    return Set(sources, queries, relevant(data / "qrels.tsv"), 10)


def mtrag(domain: str) -> Set:
    """Return a domain of MTRAG with the human rewrite of each last question."""
    data = folder("mtrag")
    corpus = rows(data / f"corpus_{domain}.jsonl")
    sources = [TextSource(row["text"], row["_id"], row["title"] or None) for row in corpus]
    tasks = [task for task in rows(data / "tasks.jsonl") if task["domain"] == domain]
    queries = {task["task_id"]: task["rewrite"] or task["question"] for task in tasks}
    return Set(sources, queries, relevant(data / f"qrels_{domain}.tsv"), 5)


def pairs(unanswerable: bool) -> Set:
    """Return CLAPNQ's questions, each with the passage that it is paired with.

    Of an unanswerable one the passage is on its topic only, and others may be as near.
    """
    data = folder("clapnq")
    sources = [TextSource(row["text"], row["_id"], row["title"]) for row in rows(data / "passages.jsonl")]
    questions = [row for row in rows(data / "questions.jsonl") if unanswerable or row["answerable"]]
    queries = {row["_id"]: row["question"] for row in questions}
    return Set(sources, queries, {row["_id"]: dict.fromkeys(row["passage_ids"], 1) for row in questions}, 5)


SETS: dict[str, Callable[[], Set]] = {
    "multihop": multihop,
    "govt": lambda: mtrag("govt"),
    "scifact": scifact,
    "clapnq": lambda: mtrag("clapnq"),
    "pairs": lambda: pairs(unanswerable=True),
    "answerable": lambda: pairs(unanswerable=False),
}


def relevant(path: Path) -> dict[str, dict[str, int]]:
    """Return the judgements of a qrels file with a header."""
    found: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        found.setdefault(query, {})[document] = int(grade)
    return found


@contextmanager
def library_of(chosen: Set, kept: Path | None) -> Iterator[Library]:
    """Open a library that holds the set's documents."""
    with tempfile.TemporaryDirectory() as away:
        library = Library(kept or Path(away), SentenceTransformerEmbedder())
        try:
            library.add(chosen.sources, "default")
            library.indexes.settle()
            yield library
        finally:
            library.close()


def rankings(library: Library, query: str) -> dict[str, Ranking]:
    """Return each way's documents with their scores, all from what one search says of its hits."""
    hits = library.search(query, limit=DEEP)
    words = [hit.words for hit in hits]
    passages = [hit.dense for hit in hits]
    likeness = [Likeness(hit.dense, hit.sentence_scores) for hit in hits]
    asked = asks(query)
    meaning = [each.both(SENTENCE) for each in likeness]
    met = [hit.interaction for hit in hits]
    weight = meaning_weight(words, asked=asked)
    ways = {
        "meaning": [hit.dense if hit.dense_rank else None for hit in hits],
        "words": [hit.words if hit.words_rank else None for hit in hits],
        "reciprocal ranks": [
            sum(1.0 / (RANK_CONSTANT + rank) for rank in (hit.dense_rank, hit.words_rank) if rank)
            for hit in hits
        ],
        "share of meaning fixed at .6": fuse(meaning, words, met, weight=FIXED, more=0.0),
        "without words in context": fuse(meaning, words, met, weight=weight, more=0.0),
        "without sentences": fuse(passages, words, met, weight=weight, more=interaction_share(asked=asked)),
        "Footnote": [hit.score for hit in hits],
    }
    return {
        way: best((hit.source, score) for hit, score in zip(hits, scores, strict=True) if score is not None)
        for way, scores in ways.items()
    }


def best(scored) -> Ranking:
    """Return each document with the score of its best passage."""
    kept: Ranking = {}
    for source, score in scored:
        kept[source] = max(score, kept.get(source, float("-inf")))
    return kept


def main() -> None:
    """Measure each set and print its table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], metavar="SET")
    parser.add_argument("--library", type=Path, help="keep the libraries in this folder")
    parser.add_argument("--plot", type=Path, metavar="FOLDER", help="write retrieval.svg into this folder")
    given = parser.parse_args()
    figures: dict[str, dict[str, np.ndarray]] = {}
    for name in given.sets or ["multihop", "govt"]:
        chosen = SETS[name]()
        with library_of(chosen, given.library / name if given.library else None) as library:
            queries = [query for query in chosen.queries if query in chosen.relevant]
            runs: dict[str, dict[str, Ranking]] = {}
            for query in queries:
                for way, ranking in rankings(library, chosen.queries[query]).items():
                    runs.setdefault(way, {})[query] = ranking
        figures[f"{name}\nnDCG@{chosen.depth}"] = show(name, chosen, queries, runs)
    if given.plot:
        plot(figures, given.plot / "retrieval.svg")


def show(
    name: str, chosen: Set, queries: list[str], runs: dict[str, dict[str, Ranking]]
) -> dict[str, np.ndarray]:
    """Print a set's table, and the product's gains; returns each way's nDCG for each query."""
    measures = f"ndcg_cut_{chosen.depth}", "recall_1", f"recall_{chosen.depth}", "recip_rank"
    judge = pytrec_eval.RelevanceEvaluator(
        {query: chosen.relevant[query] for query in queries}, set(measures)
    )
    print(f"\n## {name}: {len(chosen.sources)} documents, {len(queries)} queries\n")
    print(f"| way | nDCG@{chosen.depth} | recall@1 | recall@{chosen.depth} | MRR |")
    print("| --- | --- | --- | --- | --- |")
    figures: dict[str, np.ndarray] = {}
    for way, run in runs.items():
        judged = judge.evaluate(run)
        row = [np.array([judged[query][key] for query in queries]) for key in measures]
        figures[way] = row[0]
        print(f"| {way} | {' | '.join(f'{values.mean():.3f}' for values in row)} |")
    better = max(("meaning", "words"), key=lambda leg: figures[leg].mean())
    for other in (better, *(way for way in runs if way not in ("meaning", "words", "Footnote"))):
        print(f"\nGain over {other}: {interval(figures['Footnote'] - figures[other])}")
    return figures


def plot(figures: dict[str, dict[str, np.ndarray]], path: Path) -> None:
    """Write a picture of bars: a group for each set, a bar for each way, with its interval."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    ways = list(next(iter(figures.values())))
    drawing, axes = pyplot.subplots(figsize=(2 + 2.2 * len(figures), 4), layout="constrained")
    width = 0.8 / len(ways)
    for number, way in enumerate(ways):
        means = np.array([values[way].mean() for values in figures.values()])
        ends = np.array([bounds(values[way]) for values in figures.values()])
        at = np.arange(len(figures)) + (number - (len(ways) - 1) / 2) * width
        axes.bar(at, means, width, yerr=np.abs(ends.T - means), label=way, error_kw={"linewidth": 0.8})
    axes.set_xticks(range(len(figures)), list(figures))
    axes.set_ylim(0, 1)
    axes.set_ylabel("nDCG, with 95 % intervals over the queries")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=3, frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    drawing.savefig(path)
    print(f"\nThe picture is {path}.")


if __name__ == "__main__":
    main()
