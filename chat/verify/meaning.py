"""Whether evidence says what a claim says, taken as a whole: cosine and shared words, weighed together."""

import math
from collections.abc import Sequence

from chat.verify.align import Alignment

# Fitted by `python -m bench.verifier --fit`: logistic regression on SciFact's development part, the
# intercept first, then in the order of `features`.
WITH_COSINE = (-2.8, 3.3, 0.4, 3.0)
WORDS_ONLY = (-1.9, 1.5, 4.3)
SUPPORTED = 0.45
PARTIAL = 0.25
SHARED = 0.34
"""The share of a claim's words that its evidence must have for it to be partly supported."""


def features(alignment: Alignment) -> tuple[float, ...]:
    """The best cosine where one is given, the best piece's coverage, that of all pieces together."""
    words = [word for word in alignment.claim.words if word.content]
    best = max(alignment.coverage, default=0.0)
    shared = (best, alignment.covers(words))
    return (max(alignment.similarity), *shared) if alignment.similarity else shared


def probability(values: Sequence[float]) -> float:
    """The probability that the evidence carries the claim, from `features`."""
    weights = WITH_COSINE if len(values) == len(WITH_COSINE) - 1 else WORDS_ONLY
    total = weights[0] + sum(w * v for w, v in zip(weights[1:], values, strict=True))
    return 1 / (1 + math.exp(-total))
