"""Whether the evidence answers the question at all: "not found" is a good answer, a guess is not.

A logistic model over a handful of signals; its coefficients and threshold come from `bench/answers.py`,
which fits them on CLAPNQ's pairs of a question with a passage that answers it or is only on its topic.
"""

import math

from chat.evidence import Candidate, Evidence

# bench/answers.py: intercept, then one coefficient for each of `signals`, in that order.
INTERCEPT = -5.99
COEFFICIENTS = (2.98, 2.96, 1.66, 1.05, 0.24, 1.45)
# Below this probability the answer is "not found": a tenth of the answerable pairs fall there.
THRESHOLD = 0.427


def signals(evidence: Evidence, best: tuple[Candidate, float]) -> tuple[float, ...]:
    """Return what the model looks at, in the order of COEFFICIENTS."""
    candidate, likelihood = best
    return (
        max(other.cosine for other in evidence.candidates),
        candidate.hit.dense,
        candidate.cover,
        max(other.passage_cover for other in evidence.candidates),
        float(candidate.typed or evidence.asked in ("other", "yes or no")),
        likelihood,
    )


def probability(evidence: Evidence, best: tuple[Candidate, float]) -> float:
    """Return the probability, 0..1, that the evidence answers the question."""
    total = INTERCEPT + sum(
        coefficient * value for coefficient, value in zip(COEFFICIENTS, signals(evidence, best), strict=True)
    )
    return 1.0 / (1.0 + math.exp(-total))


def answerable(evidence: Evidence, best: tuple[Candidate, float]) -> bool:
    """Tell whether the evidence answers the question; `best` is its likeliest sentence and how likely."""
    return probability(evidence, best) >= THRESHOLD
