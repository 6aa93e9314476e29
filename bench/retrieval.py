"""How well passages are found: both legs, plain rank fusion and the product's own, side by side.

    python -m bench.retrieval [SET…] [--library FOLDER]

SET is scifact, clapnq, govt or multihop; without any, the two small ones. Everything goes through the
product's library; a document counts at the rank of its best passage. Embedding a set takes minutes: with
`--library` its library is kept in that folder and used again. nDCG and recall are pytrec_eval's; the
intervals are paired bootstraps over the queries (2,000 draws).
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

from bench.data import folder, rows
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.hit import Filter
from retrieval.library import Library
from retrieval.sources import TextSource

DEEP = 100  # passages of each leg
RANK_CONSTANT = 60  # of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)
Ranking = dict[str, float]
EVERYWHERE = Filter()


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


SETS: dict[str, Callable[[], Set]] = {
    "multihop": multihop,
    "govt": lambda: mtrag("govt"),
    "scifact": scifact,
    "clapnq": lambda: mtrag("clapnq"),
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
    """Return each way's documents with their scores."""
    passages = library.passages
    vector = library.embedder.embed_query(query)
    legs = {
        "meaning": library.indexes.dense(vector, DEEP, EVERYWHERE),
        "words": library.indexes.words.search(query, DEEP, EVERYWHERE),
    }
    plain: dict[str, float] = {}
    for leg in legs.values():
        for rank, (name, _) in enumerate(leg, 1):
            plain[name] = plain.get(name, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    names = passages.describe(list(plain))
    ways = {**{name: dict(leg) for name, leg in legs.items()}, "reciprocal ranks": plain}
    found = {
        way: best(((names[key].source, score) for key, score in ranked.items()))
        for way, ranked in ways.items()
    }
    found["Footnote"] = best((hit.source, hit.score) for hit in library.search(query, limit=DEEP))
    return found


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
    given = parser.parse_args()
    for name in given.sets or ["multihop", "govt"]:
        chosen = SETS[name]()
        with library_of(chosen, given.library / name if given.library else None) as library:
            queries = [query for query in chosen.queries if query in chosen.relevant]
            runs: dict[str, dict[str, Ranking]] = {}
            for query in queries:
                for way, ranking in rankings(library, chosen.queries[query]).items():
                    runs.setdefault(way, {})[query] = ranking
        show(name, chosen, queries, runs)


def show(name: str, chosen: Set, queries: list[str], runs: dict[str, dict[str, Ranking]]) -> None:
    """Print a set's table, and the product's gain over the better leg."""
    gain, recall = f"ndcg_cut_{chosen.depth}", f"recall_{chosen.depth}"
    judge = pytrec_eval.RelevanceEvaluator(
        {query: chosen.relevant[query] for query in queries}, {gain, recall, "recip_rank"}
    )
    print(f"\n## {name}: {len(chosen.sources)} documents, {len(queries)} queries\n")
    print(f"| way | nDCG@{chosen.depth} | recall@{chosen.depth} | MRR |\n| --- | --- | --- | --- |")
    figures: dict[str, np.ndarray] = {}
    for way, run in runs.items():
        judged = judge.evaluate(run)
        row = [np.array([judged[query][key] for query in queries]) for key in (gain, recall, "recip_rank")]
        figures[way] = row[0]
        print(f"| {way} | {' | '.join(f'{values.mean():.3f}' for values in row)} |")
    better = max(("meaning", "words"), key=lambda leg: figures[leg].mean())
    for other in (better, "reciprocal ranks"):
        print(f"\nGain over {other}: {interval(figures['Footnote'] - figures[other])}")


def interval(values: np.ndarray) -> str:
    """Return the mean with its bootstrap 95 % interval."""
    draws = np.random.default_rng(7).integers(0, len(values), (2000, len(values)))
    low, high = np.quantile(values[draws].mean(axis=1), [0.025, 0.975])
    return f"{values.mean():.3f} (95 %: {low:.3f} to {high:.3f})"


if __name__ == "__main__":
    main()
