"""What the checks found and what a model for inference read, weighed together.

The checks know numbers, dates and names, and no word for another; the model reads, and is no judge of those.
Where the checks find something it must be sure to overrule them; where they find nothing, it may doubt.
"""

from collections.abc import Sequence
from dataclasses import replace

from chat.answer import Support
from chat.verify import meaning
from chat.verify.entailment import Entailment
from chat.verify.verdict import Finding

# Chosen by `python -m bench.entailment --fit`.
SURE = 0.6
"""The probability of being entailed from which on a reading overrules what the checks found,"""
DOUBTED = 0.3
"""and the one below which it overrules that they found nothing."""
UNSAID = DOUBTED / 2
"""The one below which nothing of the claim is said."""
NEAR = 0.8
"""The share of a claim's words in one piece of evidence from which on what the checks found there stands."""
CONTRADICTED = 0.5
"""The probability of being ruled out from which on a claim is said to be so,"""
AGREED = 0.15
"""and the one below which no check by itself says it."""
APART = meaning.PARTIAL
"""The probability, by words and cosine, below which evidence speaks of something else."""


def decided(meant: float, covered: float, found: Sequence[Finding]) -> bool:
    """Tell whether nothing is left to read.

    Evidence may speak of something else, or run so much like the claim that what the checks find is to be
    relied on: `covered` is the share of the claim's words that one piece of it has.
    """
    return meant < APART or (bool(found) and covered >= NEAR)


def support(read: Entailment, found: Sequence[Finding]) -> Support:
    """How far evidence carries a claim, as it was read, with what was found against it."""
    if read.entailed >= (SURE if found else DOUBTED):
        return "supported"
    if read.contradicted >= max(CONTRADICTED, read.neutral):
        return "contradicted"
    return "unsupported" if found or read.entailed < UNSAID else "partial"


def agreed(read: Entailment, found: Sequence[Finding]) -> list[Finding]:
    """What was found, none of it a contradiction that the reading sees nothing of, nor half of a support."""
    unseen = set[Support]()
    if read.contradicted < AGREED:
        unseen.add("contradicted")
    if read.entailed < UNSAID:
        unseen.add("partial")
    return [replace(each, support="unsupported") if each.support in unseen else each for each in found]
