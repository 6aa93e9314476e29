"""Whether the evidence answers the question at all: "not found" is a good answer, a guess is not.

A logistic model over a handful of signals, fitted on CLAPNQ's pairs of a question with a passage that
answers it or is only on its topic. Two thresholds make three verdicts of its probability: what is sure
enough is an answer, what is far off is not found, and what lies between is shown as evidence that relates
to the question, and said to be no more. All numbers come from `bench/abstention.py`.
"""

import math
from typing import Literal

from chat.evidence import Candidate, Evidence

Verdict = Literal["answers", "relates", "nothing"]

# bench/abstention.py: intercept, then one coefficient for each of `signals`, in that order.
INTERCEPT = -1.31
COEFFICIENTS = (2.06, 0.81, -0.22, -0.12, 0.83, 1.80)
# Below this a tenth of CLAPNQ's answerable pairs lie, out of fold, and three quarters of the others.
ANSWERS = 0.46
# Below this no more than a twentieth of the answerable questions of any development set lie.
RELATES = 0.03


def signals(evidence: Evidence, best: tuple[Candidate, float]) -> tuple[float, ...]:
    """Return what the model looks at, in the order of COEFFICIENTS."""
    candidate, likelihood = best
    return (
        max(other.cosine for other in evidence.candidates),
        candidate.hit.dense,
        candidate.cover,
        max(other.passage_cover for other in evidence.candidates),
        float(candidate.lacks),
        math.log(max(likelihood, 1e-9) / max(1 - likelihood, 1e-9)),
    )


def probability(evidence: Evidence, best: tuple[Candidate, float]) -> float:
    """Return the probability, 0..1, that the evidence answers the question."""
    total = INTERCEPT + sum(
        coefficient * value for coefficient, value in zip(COEFFICIENTS, signals(evidence, best), strict=True)
    )
    return 1.0 / (1.0 + math.exp(-total))


def verdict(evidence: Evidence, best: tuple[Candidate, float]) -> Verdict:
    """Return what the evidence is to the question; `best` is its likeliest sentence and how likely.

    Where a sum of money is asked for and the likeliest sentence names none, nothing answers.
    """
    if evidence.asked == "what sum" and best[0].lacks:
        return "nothing"
    sure = probability(evidence, best)
    if sure >= ANSWERS:
        return "answers"
    return "relates" if sure >= RELATES else "nothing"
