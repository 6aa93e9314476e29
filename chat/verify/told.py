"""Whether a source tells anything of what a claim says of the names in it: a name alone tells nothing."""

from chat.verify.align import Alignment
from chat.verify.names import names
from chat.verify.verdict import Finding, Span
from chat.verify.words import shown

ALIKE = 0.6
"""The cosine from which on a source is taken to say it in words of its own."""


def check(alignment: Alignment) -> list[Finding]:
    """Names that claim and evidence share where no other word of the claim stands in the evidence."""
    claim = alignment.claim
    named = {word.start for name in names(claim) for word in name.words}
    content = [word for word in claim.words if word.content]
    told = [word for word in content if word.start not in named and not word.text[0].isdigit()]
    shared = alignment.covers([word for word in content if word.start in named])
    if not told or not shared or alignment.covers(told):
        return []
    if max(alignment.similarity, default=0.0) >= ALIKE:
        return []
    words = ", ".join(shown(claim, word.start, word.end) for word in told[:5])
    return [Finding("partial", f"the source has the name and not {words}", (Span(None, 0, len(claim.text)),))]
