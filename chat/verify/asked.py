"""Questions state nothing: "Isn't it true that the boiler was never serviced?" is no source for that.

What a transcript or an interview asks is settled by the reply, if it stands beside the question.
"""

import re
from collections.abc import Sequence

from chat.verify.align import Alignment
from chat.verify.negation import denials
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, shown

NEAR = 0.8
"""The share of a question's coverage from which on a statement carries the claim as well."""

_WHO = r"\W*(?:A\.|A:|[A-Z][\w.' ]{0,30}:)?\W*"
_TELLS = re.compile(r"\b(?:did|do) you know\b", re.IGNORECASE)
_DID = r"(?:i|it|he|she|they|we|that) (?:is|are|was|were|did|do|does|has|have|had|would|could)"
_YES = re.compile(
    rf"{_WHO}(?:(?:yes|yeah|yep|correct|right|true|indeed|certainly|of course)\b"
    rf"|that(?:'s| is| was) (?:right|correct|true|so)\b|{_DID}\W*$)",
    re.IGNORECASE,
)
_NO = re.compile(
    rf"{_WHO}(?:(?:no|nope|never|incorrect|wrong|false|untrue)\b"
    rf"|(?:that|it)(?:'s| is| was) (?:not (?:right|correct|true|so)|wrong|false|untrue|incorrect)\b"
    rf"|{_DID}(?: not|n't)\W*$)",
    re.IGNORECASE,
)


LONGEST = 60
"""Words of a question; what is longer is a list with a question at its end."""


def asks(text: str) -> bool:
    """Tell whether a sentence is a question."""
    return text.rstrip(" \n\t\"'”’)]").endswith("?")


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
    reply = _reply(alignment, best)
    if stated or (reply is not None and _adds(claim, best, reply)):
        return []
    span = (Span(best.index, 0, len(best.text)),)
    if reply is None:
        return [Finding("partial", "the source only asks this", span)]
    if _YES.match(reply.text):
        return []
    said = shown(reply, 0, len(reply.text))
    # "Did you sign it?" "No." denies that whoever is asked did, nobody else.
    whole = all(map(best.has, claim.stems))
    if _NO.match(reply.text) and whole and bool(denials(claim)) == bool(denials(best)):
        return [Finding("contradicted", f"the source asks this, and the reply is “{said}”", span)]
    if _NO.match(reply.text) and denials(claim):
        return []
    return [Finding("partial", f"the source only asks this, and the reply is “{said}”", span)]


def _reply(alignment: Alignment, question: Piece) -> Piece | None:
    """What stands after a question in the same quote, unless that asks again."""
    after = (question.index or 0) + 1
    if after >= len(alignment.pieces):
        return None
    numbers: Sequence[int] = alignment.quotes or (0,) * len(alignment.pieces)
    reply = alignment.pieces[after]
    same = numbers[after] == numbers[after - 1]
    return reply if same and reply.words and not asks(reply.text) else None


def _adds(claim: Piece, question: Piece, reply: Piece) -> bool:
    """Tell whether a reply has words of the claim that the question does not have."""
    return any(reply.has(stem) and not question.has(stem) for stem in claim.stems)
