"""Fuse what meaning and words say of the same candidates into one score: a pure function."""

from collections.abc import Sequence


def min_max(scores: Sequence[float]) -> list[float]:
    """Return the scores stretched to 0..1, the best at 1; all are 0 where none is above 0.

    A lone candidate, or several equal ones, are each the best there is: in a library of one passage the
    passage that answers must not look like a mediocre one.
    """
    if not scores:
        return []
    low, high = min(scores), max(scores)
    if high - low < 1e-9:
        return [float(high > 0)] * len(scores)
    return [(score - low) / (high - low) for score in scores]


def fuse(dense: Sequence[float], words: Sequence[float], *, weight: float) -> list[float]:
    """Return one score for each candidate, higher is better: `weight` to meaning, the rest to words.

    Both lists hold a score for every candidate, in the same order. Scores are stretched to 0..1 over the
    candidates and added ("CombSUM" of min-max normalised scores: Fox and Shaw, TREC-2, 1994; as the convex
    combination that Bruch, Gai and Ingber, TOIS 2023, found better than reciprocal ranks).
    """
    return [
        weight * meaning + (1.0 - weight) * word
        for meaning, word in zip(min_max(dense), min_max(words), strict=True)
    ]
