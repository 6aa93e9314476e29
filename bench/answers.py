"""Fit and measure the extractive answerer on CLAPNQ's development questions, through the product's library.

Prints how often the first quoted sentence is a gold one, beside the passage's lead and plain cosine plus
word overlap, the sentences' F1, and how well "not found" is told from "answered"; all by cross-validation
over questions. Then the coefficients that `chat/extract.py` and `chat/abstain.py` hold, fitted on all.
"""

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from bench.data import folder, rows
from chat import abstain, extract
from chat.build import LibraryShelf  # noqa: F401  (the product's own modules, no side path)
from chat.evidence import Evidence, Lexicon, gather
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.hit import Filter
from retrieval.library import Library
from retrieval.sources import TextSource

FOLDS = 5
SEED = 7


@dataclass
class Row:
    """One question: evidence from the whole set, and from its paired passage alone."""

    question: str
    answerable: bool
    everywhere: Evidence
    paired: Evidence
    gold: set[str]
    gold_document: str
    lead: str


def main() -> None:
    """Run everything and print it."""
    data = folder("clapnq")
    passages = {row["_id"]: row for row in rows(data / "passages.jsonl")}
    questions = rows(data / "questions.jsonl")
    with tempfile.TemporaryDirectory() as home:
        library = Library(Path(home), SentenceTransformerEmbedder())
        library.add(
            [TextSource(row["text"], name, row["title"]) for name, row in passages.items()], "default"
        )
        lexicon = Lexicon(
            library.indexes.words.terms, library.indexes.words.document_frequencies, library.passages.count
        )
        ids = {info.source: info.id for info in library.documents()}
        data_rows = [_row(library, lexicon, ids, passages, question) for question in questions]
        library.close()
    sentences(data_rows)
    abstention(data_rows)


def _row(library, lexicon, ids, passages, question) -> Row:
    text = question["question"]
    paired = question["passage_ids"][0]
    everywhere = gather(text, library.search(text, limit=10), lexicon)
    alone = gather(text, library.search(text, limit=10, where=Filter(documents=(ids[paired],))), lexicon)
    gold_rows = {index for chosen in question["selected_sentence_idx"] for index in chosen}
    gold = {passages[paired]["sentences"][index] for index in gold_rows}
    return Row(text, question["answerable"], everywhere, alone, gold, ids[paired], passages[paired]["sentences"][0])


def is_gold(candidate, row: Row) -> bool:
    """A sentence of ours is gold if it holds, or lies in, most of a gold sentence of the right passage."""
    if candidate.hit.passage.document_id != row.gold_document:
        return False
    mine = " ".join(candidate.text.split())
    for gold in row.gold:
        theirs = " ".join(gold.split())
        if mine in theirs or theirs in mine or _overlap(mine, theirs) > 0.6:
            return True
    return False


def _overlap(one: str, other: str) -> float:
    a, b = set(one.split()), set(other.split())
    return len(a & b) / max(1, len(a | b))


def sentences(data_rows: list[Row]) -> None:
    """Fit the sentence model, and measure it by cross-validation."""
    usable = [row for row in data_rows if row.answerable and row.everywhere.candidates]
    tables = [
        np.array([extract.features(candidate, row.everywhere) for candidate in row.everywhere.candidates])
        for row in usable
    ]
    labels = [np.array([is_gold(candidate, row) for candidate in row.everywhere.candidates]) for row in usable]
    first, lead, plain, f1s = [], [], [], []
    out_of_fold = [None] * len(usable)
    for train, test in KFold(FOLDS, shuffle=True, random_state=SEED).split(usable):
        model = fit(np.vstack([tables[i] for i in train]), np.concatenate([labels[i] for i in train]))
        for i in test:
            out_of_fold[i] = model.predict_proba(tables[i])[:, 1]
    for row, label, scores in zip(usable, labels, out_of_fold, strict=True):
        candidates = row.everywhere.candidates
        first.append(label[int(np.argmax(scores))])
        overlap = np.array([candidate.cosine + candidate.cover for candidate in candidates])
        plain.append(label[int(np.argmax(overlap))])
        top = [i for i, candidate in enumerate(candidates) if candidate.rank == 0]
        lead.append(label[top[0]])
        ranked = sorted(zip(candidates, scores, strict=True), key=lambda pair: -pair[1])
        chosen = extract.choose(ranked)
        right = sum(is_gold(candidate, row) for candidate, _ in chosen)
        precision, recall = right / len(chosen), right / max(1, len(row.gold))
        f1s.append(2 * precision * recall / max(1e-9, precision + recall))
    print(f"\n## Quoting: CLAPNQ, {len(usable)} answerable questions, gold passage among all, {FOLDS}-fold\n")
    print("| first quoted sentence | is a gold one |\n| --- | --- |")
    for name, values in (("this answerer", first), ("lead of the first passage", lead), ("cosine + overlap", plain)):
        print(f"| {name} | {np.mean(values):.3f} |")
    for name, values in (("lead", lead), ("cosine + overlap", plain)):
        print(f"\nGain over {name}: {interval(np.array(first, float) - np.array(values, float))}")
    print(f"\nSentence F1: {interval(np.array(f1s))}")
    model = fit(np.vstack(tables), np.concatenate(labels))
    show("chat/extract.py", model)


def abstention(data_rows: list[Row]) -> None:
    """Fit the abstention model on the pairs, and measure it by cross-validation."""
    usable = [row for row in data_rows if row.paired.candidates]
    table, cosines = [], []
    for row in usable:
        best = extract.rank(row.paired)[0]
        table.append(abstain.signals(row.paired, best))
        cosines.append(max(hit.dense for hit in row.paired.hits))
    table, cosines = np.array(table), np.array(cosines)
    labels = np.array([row.answerable for row in usable])
    scores = np.zeros(len(usable))
    for train, test in KFold(FOLDS, shuffle=True, random_state=SEED).split(table):
        scores[test] = fit(table[train], labels[train]).predict_proba(table[test])[:, 1]
    print(f"\n## Abstention: CLAPNQ, {len(usable)} pairs ({labels.sum()} answerable), {FOLDS}-fold\n")
    print("| score | ROC AUC | unanswerable refused while a tenth of the answerable are |\n| --- | --- | --- |")
    for name, values in (("this model", scores), ("passage cosine", cosines)):
        threshold = np.quantile(values[labels], 0.10)
        print(f"| {name} | {roc_auc_score(labels, values):.3f} | {np.mean(values[~labels] < threshold):.3f} |")
    print(f"\nThreshold (out of fold): {np.quantile(scores[labels], 0.10):.3f}")
    shipped = np.array([abstain.probability(row.paired, extract.rank(row.paired)[0]) for row in usable])
    refused = shipped < abstain.THRESHOLD
    print(f"As shipped, on the same pairs: {np.mean(refused[labels]):.3f} of the answerable refused,"
          f" {np.mean(refused[~labels]):.3f} of the unanswerable")
    everywhere = [row for row in usable if row.everywhere.candidates]
    wide = np.array([abstain.probability(row.everywhere, extract.rank(row.everywhere)[0]) for row in everywhere])
    truth = np.array([row.answerable for row in everywhere])
    print(f"As shipped, over the whole set: {np.mean(wide[truth] < abstain.THRESHOLD):.3f} of the answerable refused,"
          f" {np.mean(wide[~truth] < abstain.THRESHOLD):.3f} of the unanswerable")
    show("chat/abstain.py", fit(table, labels))


def fit(table, labels):
    """Return a lightly regularised logistic model on raw features, so that its coefficients can be shipped."""
    return LogisticRegression(C=1.0, max_iter=5000).fit(table, labels)


def show(where: str, model) -> None:
    """Print what the file's constants should be."""
    numbers = ", ".join(f"{value:.2f}" for value in model.coef_[0])
    print(f"\n{where}: INTERCEPT = {model.intercept_[0]:.2f}\nCOEFFICIENTS = ({numbers})")


def interval(values: np.ndarray) -> str:
    """Return the mean with its bootstrap 95 % interval."""
    generator = np.random.default_rng(SEED)
    means = [generator.choice(values, len(values)).mean() for _ in range(2000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{values.mean():.3f} (95 %: {low:.3f} to {high:.3f})"


if __name__ == "__main__":
    main()
