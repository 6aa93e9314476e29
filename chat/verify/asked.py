"""Questions state nothing: "Isn't it true that the boiler was never serviced?" is no source for that.

What a transcript or an interview asks is settled by the reply, if it stands beside the question.
"""

import re

from chat.verify.align import Alignment
from chat.verify.negation import denials
from chat.verify.replies import asks, reply, says_no, says_yes
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, shown

NEAR = 0.8
"""The share of a question's coverage from which on a statement carries the claim as well."""

_TELLS = re.compile(r"\b(?:did|do) you know\b", re.IGNORECASE)

LONGEST = 60
"""Words of a question; what is longer is a list with a question at its end."""


def check(alignment: Alignment) -> list[Finding]:
    """What the evidence only asks, and what the reply to it denies."""
    claim = alignment.claim
    best = next(iter(alignment.near(1.0)), None)
    if best is None or asks(claim.text) or not asks(best.text) or len(best.words) > LONGEST:
        return []
    # "Did you know that it leaks?" tells its reader that it leaks.
    if _TELLS.search(best.text):
        return []
    stated = [piece for piece in alignment.near(NEAR) if not asks(piece.text)]
    replied = reply(alignment, best)
    if stated or (replied is not None and _adds(claim, best, replied)):
        return []
    span = (Span(best.index, 0, len(best.text)),)
    if replied is None:
        return [Finding("partial", "the source only asks this", span)]
    if says_yes(replied):
        return []
    said = shown(replied, 0, len(replied.text))
    # "Did you sign it?" "No." denies that whoever is asked did, nobody else.
    whole = all(map(best.has, claim.stems))
    if says_no(replied) and whole and bool(denials(claim)) == bool(denials(best)):
        return [Finding("contradicted", f"the source asks this, and the reply is “{said}”", span)]
    if says_no(replied) and denials(claim):
        return []
    return [Finding("partial", f"the source only asks this, and the reply is “{said}”", span)]


def _adds(claim: Piece, question: Piece, reply: Piece) -> bool:
    """Tell whether a reply has words of the claim that the question does not have."""
    return any(reply.has(stem) and not question.has(stem) for stem in claim.stems)
