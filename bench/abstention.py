"""Fit and measure when "not found" is said, through the product's library; prints a table and the constants.

    python -m bench.abstention [--without-reader]

The model is fitted on CLAPNQ's pairs (a question with a passage that answers it, or is only on its topic)
and on the questions over the invented documents that the reader has not learnt from, three documents or a
case to a library, each set with the same weight; without the reader on the pairs alone. Its thresholds are
checked on sets of other kinds, where a question is made unanswerable by hiding its gold documents: MTRAG's
government pages with the human rewrites, SciFact's claims over a seeded part of its abstracts, MultiHop's
news facts.
What the shipped verdict claims as an answer is counted with what it claims by a sentence's form. What a kind
of question adds without a reader (`BY_KIND`) is shown beside other values.
Then the shipped model over the project's own sample library and over the seed article, printed for
information: nothing is fitted on those.
"""

import argparse
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
from bench.reading_data import EMBEDDER, libraries, sources
from chat import abstain, ranking
from chat.evidence import Lexicon, gather
from chat.question import Kind
from chat.reader import SentenceReader
from chat.reading import read
from retrieval.library import Library
from retrieval.sources import TextSource, resolve

SEED = 7
PARTIAL = 300  # SciFact claims, and three times as many further abstracts
READER: SentenceReader | None = SentenceReader(EMBEDDER.folder)
BESIDE = {True: "best sentence's cosine", False: "by matching alone"}
Table = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Signals, labels, whether an answer is claimed, and the questions' kinds."""


class Bench:
    """A temporary library over one set."""

    def __init__(self, home: str, sources) -> None:
        self.library = Library(Path(home), EMBEDDER)
        self.library.add(sources, "default")
        words = self.library.indexes.words
        self.lexicon = Lexicon(words.terms, words.document_frequencies, self.library.passages.count)

    def signals(self, question: str, keep) -> tuple[tuple[float, ...], bool, Kind] | None:
        """Return the signals over the ten best hits that `keep` lets by, whether it answers, its kind."""
        hits = [hit for hit in self.library.search(question, limit=30) if keep(hit)][:10]
        evidence = gather(question, hits, self.lexicon)
        if not evidence.candidates:
            return None
        if READER is not None:
            evidence = read(evidence, READER)
        ranked = ranking.rank(evidence)
        claimed = abstain.verdict(evidence, ranked) == "answers"
        found = abstain.signals(evidence, ranked) if READER is None else abstain.read_signals(evidence)
        return found, claimed, evidence.asked


def table(sources, questions) -> Table:
    """Return what is found of the questions: (text, whether answerable, which hits may be seen)."""
    with tempfile.TemporaryDirectory() as home:
        bench = Bench(home, sources)
        found = [(bench.signals(text, keep), label) for text, label, keep in questions]
        bench.library.close()
    usable = [(*row, label) for row, label in found if row is not None]
    signals, claimed, kinds, labels = zip(*usable, strict=True)
    return np.array(signals), np.array(labels), np.array(claimed), np.array(kinds)


def invented() -> Table:
    """Return the questions over the invented documents that the reader has not learnt from."""
    tables = [
        table(sources(each), [(asked.text, bool(asked.gold), lambda hit: True) for asked in each.questions])
        for each in libraries(held_out=True, passages=False)
    ]
    return tuple(np.concatenate(each) for each in zip(*tables, strict=True))  # type: ignore[return-value]


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


def turns():
    """Return MTRAG's turns over the Wikipedia passages, rewritten by people, as the set calls them."""
    data = folder("mtrag")
    corpus = rows(data / "corpus_clapnq.jsonl")
    sources = [TextSource(r["text"], r["_id"], r["title"] or None) for r in corpus]
    tasks = [task for task in rows(data / "tasks.jsonl") if task["domain"] == "clapnq"]
    return table(
        sources,
        [
            (task["rewrite"] or task["question"], task["answerability"] != "UNANSWERABLE", lambda hit: True)
            for task in tasks
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
    if READER is None:
        return 1 / (1 + np.exp(-(abstain.INTERCEPT + signals @ np.array(abstain.COEFFICIENTS))))
    return 1 / (1 + np.exp(-(abstain.READ_INTERCEPT + signals @ np.array(abstain.READ_COEFFICIENTS))))


def shipped() -> abstain.Scale:
    """Return the thresholds that are measured."""
    return abstain.MATCHED if READER is None else abstain.READ


def by_kind(sets) -> None:
    """Print what a kind's own signal claims and refuses, beside others for it, over what it was chosen on."""
    print("\n## By kind: claimed as answers by probability alone, and not found\n")
    print("| kind | signal | answerable claimed | unanswerable claimed | answerable not found | the others |")
    print("| --- | --- | --- | --- | --- | --- |")
    for kind, own_signal in abstain.BY_KIND.items():
        picks = [(each[3] == kind) & (each[0][:, -1] > 0) for each in sets]
        rows_ = [(each[0][pick], each[1][pick]) for each, pick in zip(sets, picks, strict=True)]
        signals, truth = np.vstack([one for one, _ in rows_]), np.concatenate([two for _, two in rows_])
        for value in (0.0, 0.5, 1.0, 1.5, 2.0):
            sure = probabilities(np.column_stack([signals[:, :-1], np.full(len(truth), value)]))
            told, low = sure >= shipped().answers, sure < shipped().relates
            cells = (told & truth, told & ~truth, low & truth, low & ~truth)
            totals = (truth.sum(), (~truth).sum()) * 2
            counts = " | ".join(f"{cell.sum()} of {of}" for cell, of in zip(cells, totals, strict=True))
            print(f"| {kind} | {value}{' (shipped)' if value == own_signal else ''} | {counts} |")


def main() -> None:
    """Run everything and print it."""
    global READER
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--without-reader", action="store_true")
    if parser.parse_args().without_reader:
        READER = None
    fitted = {"CLAPNQ pairs": clapnq()}
    if READER is not None:
        fitted["invented documents"] = invented()
    scores = out_of_fold(list(fitted.values()))
    print("\n## Answerable or not, 5-fold cross-validation\n")
    print("| set | score | ROC AUC | unanswerable below the answerable's lowest tenth |")
    print("| --- | --- | --- | --- |")
    for (name, (signals, labels, _, _)), own_scores in zip(fitted.items(), scores, strict=True):
        for score, values in (("this model", own_scores), (BESIDE[READER is None], signals[:, 0])):
            low = np.mean(values[~labels] < np.quantile(values[labels], 0.10))
            print(f"| {name} | {score} | {roc_auc_score(labels, values):.3f} | {low:.3f} |")
    model = fit(list(fitted.values()))
    print(f"\nchat/abstain.py: {'MATCHED' if READER is None else 'READ'}: {model[0]:.2f}")
    print(f"({', '.join(f'{value:.2f}' for value in model[1])})")
    print(f"answers = {np.quantile(scores[0][fitted['CLAPNQ pairs'][1]], 0.10):.2f} (out of fold)")
    print("\n## The shipped model\n")
    print(
        "| set | questions | answerable: not found | unanswerable: not found | answerable's lowest 5 % |"
        " answerable: no answer claimed | unanswerable: no answer claimed |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    sets = {
        **fitted,
        "MTRAG's turns on Wikipedia": turns(),
        "MTRAG govt": govt(),
        "SciFact": scifact(),
        "MultiHop": multihop(),
        "sample library (not used)": own(),
        "seed article (not used)": seed(),
    }
    for name, (values, truth, told, _) in sets.items():
        sure = probabilities(values)
        # What is not claimed may still be said to be nothing by a rule; that is not counted here.
        low, high = sure < shipped().relates, ~told
        cells = (low[truth], low[~truth], np.quantile(sure[truth], 0.05), high[truth], high[~truth])
        print(f"| {name} | {len(truth)} | {' | '.join(f'{np.mean(cell):.3f}' for cell in cells)} |")
    if READER is None:
        by_kind([sets[name] for name in ("CLAPNQ pairs", "MTRAG's turns on Wikipedia", "MTRAG govt")])


def out_of_fold(tables: list[Table]) -> list[np.ndarray]:
    """Return each table's probabilities, each row's from a model fitted on other folds of all tables."""
    scores = [np.zeros(len(each[1])) for each in tables]
    folds = [list(KFold(5, shuffle=True, random_state=SEED).split(each[0])) for each in tables]
    for part in zip(*folds, strict=True):
        train = [tuple(column[some] for column in each) for each, (some, _) in zip(tables, part, strict=True)]
        intercept, coefficients = fit(train)
        for own_scores, each, (_, test) in zip(scores, tables, part, strict=True):
            own_scores[test] = 1 / (1 + np.exp(-(intercept + each[0][test] @ coefficients)))
    return scores


def fit(tables) -> tuple[float, np.ndarray]:
    """Return intercept and coefficients of a logistic model in which each table has the same weight.

    Without a reader the last signal is not fitted but added as it is.
    """
    signals, labels = (np.concatenate([each[column] for each in tables]) for column in (0, 1))
    share = len(labels) / len(tables)
    weights = np.concatenate([np.full(len(each[1]), share / len(each[1])) for each in tables])
    free = signals if READER is not None else signals[:, :-1]
    model = LogisticRegression(C=1.0 if READER is not None else 10.0, max_iter=5000)
    model.fit(free, labels, sample_weight=weights)
    held = () if READER is not None else (1.0,)
    return float(model.intercept_[0]), np.array([*model.coef_[0], *held])


if __name__ == "__main__":
    main()
