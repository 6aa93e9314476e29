"""Fit and measure when "not found" is said, through the product's library; prints a table and the constants.

The model is fitted on CLAPNQ's pairs (a question with a passage that answers it, or is only on its topic).
Its upper threshold is where a tenth of the answerable pairs lie out of fold. Its lower one is checked on
sets of other kinds, where a question is made unanswerable by hiding its gold documents: MTRAG's government
pages with the human rewrites, SciFact's claims over a seeded part of its abstracts, MultiHop's news facts.
What the shipped verdict claims as an answer is counted with what it claims by a sentence's form.
Then the shipped model over the project's own sample library and over the seed article, printed for
information: nothing is fitted on those.
"""

import json
import os
import random
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from bench.data import ROOT, folder, rows
from chat import abstain, extract
from chat.evidence import Lexicon, gather
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.library import Library
from retrieval.sources import TextSource, resolve

SEED = 7
PARTIAL = 300  # SciFact claims, and three times as many further abstracts
EMBEDDER = SentenceTransformerEmbedder()


class Bench:
    """A temporary library over one set."""

    def __init__(self, home: str, sources) -> None:
        self.library = Library(Path(home), EMBEDDER)
        self.library.add(sources, "default")
        words = self.library.indexes.words
        self.lexicon = Lexicon(words.terms, words.document_frequencies, self.library.passages.count)

    def signals(self, question: str, keep) -> tuple[tuple[float, ...], bool] | None:
        """Return the signals over the ten best hits that `keep` lets through, and whether it answers."""
        hits = [hit for hit in self.library.search(question, limit=30) if keep(hit)][:10]
        evidence = gather(question, hits, self.lexicon)
        if not evidence.candidates:
            return None
        ranked = extract.rank(evidence)
        return abstain.signals(evidence, ranked), abstain.verdict(evidence, ranked) == "answers"


def table(sources, questions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return signals, labels and whether an answer is claimed.

    `questions` are (text, whether answerable, which hits may be seen).
    """
    with tempfile.TemporaryDirectory() as home:
        bench = Bench(home, sources)
        found = [(bench.signals(text, keep), label) for text, label, keep in questions]
        bench.library.close()
    usable = [(*row, label) for row, label in found if row is not None]
    signals, claimed, labels = zip(*usable, strict=True)
    return np.array(signals), np.array(labels), np.array(claimed)


def only(names):
    """Let through the documents of those names."""
    return lambda hit: hit.source in names


def without(names):
    """Hide the documents of those names."""
    return lambda hit: hit.source not in names


def qrels(path: Path) -> dict[str, set[str]]:
    """Return the relevant documents of each query."""
    found = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, *_ = line.split("\t")
        found[query].add(document)
    return found


def clapnq():
    """Return CLAPNQ's pairs."""
    data = folder("clapnq")
    sources = [TextSource(row["text"], row["_id"], row["title"]) for row in rows(data / "passages.jsonl")]
    questions = rows(data / "questions.jsonl")
    return table(sources, [(q["question"], q["answerable"], only(q["passage_ids"])) for q in questions])


def hidden(sources, questions):
    """Return each question twice: as it is, and with its gold documents hidden."""
    pairs = [(text, True, lambda hit: True) for text, _ in questions]
    return table(sources, pairs + [(text, False, without(gold)) for text, gold in questions])


def govt():
    """Return MTRAG's government pages with the answerable turns' human rewrites."""
    data = folder("mtrag")
    sources = [TextSource(r["text"], r["_id"], r["title"] or None) for r in rows(data / "corpus_govt.jsonl")]
    gold = qrels(data / "qrels_govt.tsv")
    return hidden(
        sources,
        [
            (task["rewrite"] or task["question"], gold[task["task_id"]])
            for task in rows(data / "tasks.jsonl")
            if task["domain"] == "govt" and task["answerability"] == "ANSWERABLE" and gold[task["task_id"]]
        ],
    )


def scifact():
    """Return a seeded part of SciFact."""
    data = folder("scifact")
    gold = qrels(data / "qrels.tsv")
    generator = random.Random(SEED)
    claims = generator.sample(sorted(gold), PARTIAL)
    corpus = {row["_id"]: row for row in rows(data / "corpus.jsonl")}
    wanted = {document for claim in claims for document in gold[claim]}
    wanted |= set(generator.sample(sorted(set(corpus) - wanted), 3 * PARTIAL))
    queries = {row["_id"]: row["text"] for row in rows(data / "queries.jsonl")}
    sources = [TextSource(corpus[name]["text"], name, corpus[name]["title"]) for name in sorted(wanted)]
    return hidden(sources, [(queries[claim], gold[claim]) for claim in claims])


def multihop():
    """Return MultiHop's facts and the queries that some of them answer."""
    data = folder("multihop")
    gold = qrels(data / "qrels.tsv")
    sources = [TextSource(row["text"], row["_id"], row["title"]) for row in rows(data / "facts.jsonl")]
    queries = [(row["text"], gold[row["_id"]]) for row in rows(data / "queries.jsonl") if gold[row["_id"]]]
    return hidden(sources, queries)


def own():
    """Return the sample library's golden questions that need no conversation."""
    golden = [json.loads(line) for line in (ROOT / "tests/golden/questions.jsonl").read_text().splitlines()]
    bare = [
        (row["question"], row["answerable"], lambda hit: True) for row in golden if not row.get("history")
    ]
    return table(list(resolve([ROOT / "corpus"])), bare)


def seed():
    """Return the seed article's questions."""
    data = folder("seed")
    questions = rows(data / "questions.jsonl")
    return table(
        list(resolve([data / "news-article.txt"])),
        [(row["question"], row["answerable"], lambda hit: True) for row in questions],
    )


def probabilities(signals: np.ndarray) -> np.ndarray:
    """Return the shipped model's probabilities."""
    return 1 / (1 + np.exp(-(abstain.INTERCEPT + signals @ np.array(abstain.COEFFICIENTS))))


def main() -> None:
    """Run everything and print it."""
    signals, labels, claimed = clapnq()
    scores = np.zeros(len(labels))
    for train, test in KFold(5, shuffle=True, random_state=SEED).split(signals):
        scores[test] = fit(signals[train], labels[train]).predict_proba(signals[test])[:, 1]
    print(f"\n## CLAPNQ, {len(labels)} pairs ({labels.sum()} answerable), 5-fold cross-validation\n")
    print("| score | ROC AUC | unanswerable below the answerable's lowest tenth |\n| --- | --- | --- |")
    for name, values in (("this model", scores), ("passage cosine", signals[:, 1])):
        bound = np.quantile(values[labels], 0.10)
        print(f"| {name} | {roc_auc_score(labels, values):.3f} | {np.mean(values[~labels] < bound):.3f} |")
    model = fit(signals, labels)
    print(f"\nchat/abstain.py: INTERCEPT = {model.intercept_[0]:.2f}")
    print(f"COEFFICIENTS = ({', '.join(f'{value:.2f}' for value in model.coef_[0])})")
    print(f"ANSWERS = {np.quantile(scores[labels], 0.10):.2f} (out of fold)")
    print("\n## The shipped model; RELATES is the lowest of the fifth column over the development sets\n")
    print(
        "| set | questions | answerable: not found | unanswerable: not found | answerable's lowest 5 % |"
        " answerable: no answer claimed | unanswerable: no answer claimed |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    sets = {
        "CLAPNQ pairs": (signals, labels, claimed),
        "MTRAG govt": govt(),
        "SciFact": scifact(),
        "MultiHop": multihop(),
        "sample library (not used)": own(),
        "seed article (not used)": seed(),
    }
    for name, (values, truth, told) in sets.items():
        sure = probabilities(values)
        low, high = sure < abstain.RELATES, ~told
        cells = (low[truth], low[~truth], np.quantile(sure[truth], 0.05), high[truth], high[~truth])
        print(f"| {name} | {len(truth)} | {' | '.join(f'{np.mean(cell):.3f}' for cell in cells)} |")


def fit(table_, labels):
    """Return a lightly regularised logistic model."""
    return LogisticRegression(C=10.0, max_iter=5000).fit(table_, labels)


if __name__ == "__main__":
    main()
