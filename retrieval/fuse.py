"""Fuse what meaning and words say of the same candidates into one score: a pure function."""

import math
from collections.abc import Sequence

# The share of meaning as a logistic function of how flat the words' scores are: fitted to four sets at once
# by cross-validation (docs/quality.md), then rounded; a question's words are less those of its answer.
_BIAS, _BIAS_ASKED, _SLOPE = -1.0, -0.85, 6.0
_WITHOUT_WORDS = 0.6
# How much a passage's best sentence counts beside the whole.
SENTENCE = 0.5
# How much the likeness of single words in their context adds to meaning. A claim is borne out word for word.
_INTERACTION, _INTERACTION_ASKED = 1.0, 0.5


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


def interaction_share(*, asked: bool) -> float:
    """Return what share of its weight the likeness of words adds to meaning: `asked` tells a question."""
    return _INTERACTION_ASKED if asked else _INTERACTION


def meaning_weight(words: Sequence[float], *, asked: bool = False) -> float:
    """Return the share of meaning for these candidates, 0..1, from what the words leg says of itself.

    `words` holds each candidate's BM25 score, 0 where the leg did not find it. Where the best one stands
    far above the mean, rare names or numbers were found and words decide; where all are much alike, they
    tell the candidates apart badly and meaning decides. The spread of a ranking's scores over their height
    foretells its quality ("normalized query commitment": Shtok, Kurland, Carmel, Raiber and Markovits, TOIS
    2012); here it is the mean over the best. Without any word found there is nothing to weigh, and a
    score stays below what words could have raised it to.
    """
    best = max(words, default=0.0)
    if best <= 0:
        return _WITHOUT_WORDS
    flatness = sum(words) / (len(words) * best)
    bias = _BIAS_ASKED if asked else _BIAS
    return 1.0 / (1.0 + math.exp(-(bias + _SLOPE * flatness)))


def fuse(
    dense: Sequence[float],
    words: Sequence[float],
    interaction: Sequence[float],
    *,
    weight: float,
    more: float,
) -> list[float]:
    """Return one score for each candidate, 0..1, higher is better: `weight` to meaning, the rest to words.

    `interaction` (`retrieval/late_interaction.py`) adds `more` of that weight to meaning; where it says
    nothing it takes nothing.
    The lists hold a score for every candidate, in the same order. Scores are stretched to 0..1 over the
    candidates and added ("CombSUM" of min-max normalised scores: Fox and Shaw, TREC-2, 1994; as the convex
    combination that Bruch, Gai and Ingber, TOIS 2023, found better than reciprocal ranks).
    """
    added = more * weight if max(interaction, default=0.0) > 0 else 0.0
    legs = zip(min_max(dense), min_max(words), min_max(interaction), strict=True)
    return [
        (weight * meaning + (1.0 - weight) * word + added * met) / (1.0 + added)
        for meaning, word, met in legs
    ]
