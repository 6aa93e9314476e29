"""Fit and measure the extractive answerer on CLAPNQ's development questions, through the product's library.

Prints how often the first quoted sentence is a gold one, beside the passage's lead and plain cosine plus
word overlap, and the sentences' F1, by cross-validation over questions: first by how sentences match the
question alone, then with what the reader says of them, for which the invented documents that it has not
learnt from are used as well, three or a case to a library. Each time the coefficients that
`chat/ranking.py` holds follow, fitted on all. One of them is set by hand: CLAPNQ's long answers hardly mind a
sentence without the kind of thing asked for (fitted: -0.4), a person who asks "when" does, so `lacks` is
held at -1, at which the first quoted sentence is as often a gold one as at -0.4.

Last, the short answers: how many of those given are right, that is, share their words with an answer that a
person accepted. The questions of CLAPNQ, MTRAG's government pages (human rewrites), the seed article and
the sample library, answerable or not. How much of the question its sentence must cover is chosen by
cross-validation, the least at which .9 of those it is chosen on are right.
"""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold

from bench.data import ROOT, folder, interval, rows, wilson
from bench.reading_data import EMBEDDER, answering, evidence_over, libraries, sources
from chat import abstain, extract, ranking
from chat.evidence import Evidence
from chat.question import TYPED
from chat.reader import SentenceReader
from chat.reading import read
from chat.short import COVERED, covered, propose, rivalled
from retrieval.sources import TextSource, resolve

FOLDS = 5
SEED = 7
LACKS = 5  # the column of `lacks` in ranking.features
LACKS_WEIGHT = -1.0
READER = SentenceReader(EMBEDDER.folder)


@dataclass(frozen=True)
class Row:
    """One answerable question, the evidence found for it, which candidates are right, and how much gold is.

    Rows of one `library` are never in two folds.
    """

    everywhere: Evidence
    right: list[bool]
    gold_count: int
    library: str


def main() -> None:
    """Run everything and print it."""
    data = folder("clapnq")
    passages = {row["_id"]: row for row in rows(data / "passages.jsonl")}
    questions = rows(data / "questions.jsonl")
    texts = [TextSource(row["text"], name, row["title"]) for name, row in passages.items()]
    with evidence_over(texts) as evidence_for:
        data_rows = [
            _row(evidence_for, passages, question) for question in questions if question["answerable"]
        ]
        short = [
            _short(evidence_for, each["question"], each["answers"] if each["answerable"] else [])
            for each in questions
        ]
    matching(data_rows)
    reading({"CLAPNQ": data_rows, "invented documents": invented()})
    short_answers({"CLAPNQ": short, **others()})


def _row(evidence_for, passages, question) -> Row:
    evidence = read(evidence_for(question["question"]), READER)
    paired = question["passage_ids"][0]
    numbers = {index for chosen in question["selected_sentence_idx"] for index in chosen}
    gold = {passages[paired]["sentences"][index] for index in numbers}
    right = [each.hit.source == paired and is_gold(each.text, gold) for each in evidence.candidates]
    return Row(evidence, right, len(gold), question["question"])


def invented() -> list[Row]:
    """Return the questions over invented documents that these answer."""
    every = []
    for number, collection in enumerate(libraries(held_out=True, passages=False)):
        with evidence_over(sources(collection)) as evidence_for:
            for question in collection.questions:
                if question.gold:
                    evidence = read(evidence_for(question.text), READER)
                    right = answering(collection, question, evidence.candidates)
                    every.append(Row(evidence, right, len(question.gold), f"invented {number}"))
    return every


def is_gold(text: str, gold: set[str]) -> bool:
    """A sentence of ours is gold if it holds, or lies in, most of a gold sentence."""
    mine = " ".join(text.split())
    for each in gold:
        theirs = " ".join(each.split())
        if mine in theirs or theirs in mine or _overlap(mine, theirs) > 0.6:
            return True
    return False


def _overlap(one: str, other: str) -> float:
    a, b = set(one.split()), set(other.split())
    return len(a & b) / max(1, len(a | b))


def matching(data_rows: list[Row]) -> None:
    """Fit how sentences match a question, and measure it by cross-validation."""
    usable = [row for row in data_rows if row.everywhere.candidates]
    tables = [
        np.array([ranking.features(candidate, row.everywhere) for candidate in row.everywhere.candidates])
        for row in usable
    ]
    labels = [np.array(row.right) for row in usable]
    first, lead, plain = [], [], []
    out_of_fold = [None] * len(usable)
    for train, test in KFold(FOLDS, shuffle=True, random_state=SEED).split(usable):
        model = fit(np.vstack([tables[i] for i in train]), np.concatenate([labels[i] for i in train]))
        for i in test:
            out_of_fold[i] = likelihoods(model, tables[i])
    for row, label, scores in zip(usable, labels, out_of_fold, strict=True):
        candidates = row.everywhere.candidates
        first.append(label[int(np.argmax(scores))])
        overlap = np.array([candidate.cosine + candidate.cover for candidate in candidates])
        plain.append(label[int(np.argmax(overlap))])
        lead.append(label[0])
    print(f"\n## Quoting: CLAPNQ, {len(usable)} answerable questions, gold passage among all, {FOLDS}-fold\n")
    print("| first quoted sentence, without the reader | is a gold one |\n| --- | --- |")
    for name, values in (
        ("by how it matches", first),
        ("lead of the first passage", lead),
        ("cosine + overlap", plain),
    ):
        print(f"| {name} | {np.mean(values):.3f} |")
    for name, values in (("lead", lead), ("cosine + overlap", plain)):
        print(f"\nGain over {name}: {interval(np.array(first, float) - np.array(values, float))}")
    model = fit(np.vstack(tables), np.concatenate(labels))
    show("chat/ranking.py", model)


def reading(sets: dict[str, list[Row]]) -> None:
    """Fit what counts of how a sentence matches and of what the reader says of it, and measure both."""
    usable = [
        (name, row) for name, data_rows in sets.items() for row in data_rows if row.everywhere.candidates
    ]
    tables = [
        np.array([ranking.read_features(each, row.everywhere) for each in row.everywhere.candidates])
        for _, row in usable
    ]
    labels = [np.array(row.right) for _, row in usable]
    sizes = {name: sum(each == name for each, _ in usable) for name in sets}

    def fitted(some) -> LogisticRegression:
        return LogisticRegression(max_iter=5000).fit(
            np.vstack([tables[i] for i in some]), np.concatenate([labels[i] for i in some])
        )

    scores: list[Any] = [None] * len(usable)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for train, test in folds.split(usable, groups=[row.library for _, row in usable]):
        model = fitted(train)
        for i in test:
            scores[i] = model.predict_proba(tables[i])[:, 1]
    print(f"\n## With the reader, {FOLDS}-fold\n")
    print(
        "| set | questions | by how it matches | by the reader | by both | gain over matching | sentence F1 |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, size in sizes.items():
        mine = [i for i, (each, _) in enumerate(usable) if each == name]
        ways = [
            np.array([float(labels[i][int(np.argmax(way(i)))]) for i in mine])
            for way in (
                lambda i: tables[i][:, 0],
                lambda i: tables[i][:, 1] + 1e-3 * tables[i][:, 0],
                lambda i: scores[i],
            )
        ]
        f1s = np.array([_f1(usable[i][1], scores[i]) for i in mine])
        cells = " | ".join(f"{way.mean():.3f}" for way in ways)
        print(f"| {name} | {size} | {cells} | {interval(ways[2] - ways[0])} | {interval(f1s)} |")
    model = fitted(range(len(usable)))
    numbers = ", ".join(f"{value:.2f}" for value in model.coef_[0])
    print(f"\nREAD_INTERCEPT = {model.intercept_[0]:.2f}\nREAD_COEFFICIENTS = ({numbers})")


def _f1(row: Row, scores) -> float:
    order = sorted(range(len(scores)), key=lambda place: -scores[place])
    candidates = row.everywhere.candidates
    ranked = [(candidates[place], scores[place]) for place in order]
    chosen = {id(each) for each, _ in extract.choose(ranked, extract.READ_AT_LEAST, extract.READ_BESIDE)}
    right = sum(row.right[place] for place in order if id(candidates[place]) in chosen)
    precision, recall = right / len(chosen), min(1.0, right / max(1, row.gold_count))
    return 2 * precision * recall / max(1e-9, precision + recall)


@dataclass
class ShortRow:
    """The short answer that a question would get but for the cover: whether it is right; None for none."""

    right: bool | None
    cover: float
    claimed: bool
    factual: bool


def _short(evidence_for, question: str, accepted: list[str]) -> ShortRow:
    evidence = read(evidence_for(question), READER)
    factual = bool(accepted) and evidence.asked in TYPED
    ranked = ranking.rank(evidence)
    if not ranked:
        return ShortRow(None, 0.0, False, factual)
    first = ranked[0][0]
    others = [candidate for candidate, _ in ranked[1:]]
    claimed = abstain.verdict(evidence, ranked) == "answers" and not rivalled(first, others, question)
    span = propose(question, first.text, first.hit.passage.text)
    if span is None:
        return ShortRow(None, 0.0, claimed, factual)
    said = _folded(first.text[slice(*span)])
    cover = covered(first, question)
    right = any(said in _folded(answer) or _folded(answer) in said for answer in accepted)
    return ShortRow(right, cover, claimed, factual)


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def others() -> dict[str, list[ShortRow]]:
    """Return the other sets' rows; questions that need a conversation are left out."""
    seed, govt = folder("seed"), folder("mtrag")
    golden = rows(ROOT / "tests/golden/questions.jsonl")
    tasks = [task for task in rows(govt / "tasks.jsonl") if task["domain"] == "govt"]
    sets: dict[str, tuple[list[Any], list[tuple[str, list[str]]]]] = {
        "sample library": (
            list(resolve([ROOT / "corpus"])),
            [(row["question"], row["answers"]) for row in golden if not row.get("history")],
        ),
        "sample library, short questions": (
            list(resolve([ROOT / "corpus"])),
            [(row["question"], row["answers"]) for row in rows(ROOT / "tests/golden/short.jsonl")],
        ),
        "seed article": (
            list(resolve([seed / "news-article.txt"])),
            [(row["question"], row["answer_any"]) for row in rows(seed / "questions.jsonl")],
        ),
        "MTRAG govt": (
            [
                TextSource(row["text"], row["_id"], row["title"] or None)
                for row in rows(govt / "corpus_govt.jsonl")
            ],
            [
                (
                    task["rewrite"] or task["question"],
                    [task["answer"]] * (task["answerability"] == "ANSWERABLE"),
                )
                for task in tasks
            ],
        ),
    }
    found = {}
    for name, (texts, asked) in sets.items():
        with evidence_over(texts) as evidence_for:
            found[name] = [_short(evidence_for, question, accepted) for question, accepted in asked]
    return found


def short_answers(sets: dict[str, list[ShortRow]]) -> None:
    """Print how many short answers are given and right, by set and in all."""
    print("\n## Short answers\n")
    print("| set | factual questions | short answers | right (95 %, Wilson) |\n| --- | --- | --- | --- |")
    every = [row for found in sets.values() for row in found]
    for name, found in (*sets.items(), ("all", every)):
        given = [row.right for row in found if _given(row, COVERED)]
        factual = sum(row.factual for row in found)
        print(f"| {name} | {factual} | {len(given)} | {share(sum(map(bool, given)), len(given))} |")
    grid = [step / 20 for step in range(21)]
    told: list[bool] = []
    for train, test in KFold(FOLDS, shuffle=True, random_state=SEED).split(every):
        for least in grid:
            right = [bool(every[i].right) for i in train if _given(every[i], least)]
            if right and np.mean(right) >= 0.9:
                break
        told += [bool(every[i].right) for i in test if _given(every[i], least)]
    print(f"\nOut of fold, the cover chosen on the rest: {share(sum(told), len(told))}.")


def _given(row: ShortRow, least: float) -> bool:
    return row.right is not None and row.claimed and row.cover >= least


def share(count: int, of: int) -> str:
    """Return a share with its Wilson 95 % interval."""
    return f"{count} of {of}, {wilson(count, of)}"


def fit(table, labels):
    """Return intercept and coefficients of a logistic model in which `lacks` is held at its set value.

    Its share of the score is taken out of the fit, by leaving the column out, and put back by hand.
    """
    free = [column for column in range(table.shape[1]) if column != LACKS]
    model = LogisticRegression(C=10.0, max_iter=5000).fit(table[:, free], labels)
    coefficients = np.insert(model.coef_[0], LACKS, LACKS_WEIGHT)
    return float(model.intercept_[0]), coefficients


def likelihoods(model, table):
    """Return each row's probability."""
    intercept, coefficients = model
    return 1 / (1 + np.exp(-(intercept + table @ coefficients)))


def show(where: str, model) -> None:
    """Print what the file's constants should be."""
    numbers = ", ".join(f"{value:.2f}" for value in model[1])
    print(f"\n{where}: INTERCEPT = {model[0]:.2f}\nCOEFFICIENTS = ({numbers})")


if __name__ == "__main__":
    main()
