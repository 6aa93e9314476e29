"""Words in quotation marks: they must stand in the evidence, letter for letter."""

import re

from chat.verify.align import Alignment
from chat.verify.verdict import Finding, Span
from chat.verify.words import shown

_QUOTED = re.compile(r"\"([^\"]{3,2000})\"|''([^\"']{3,2000})''|(?<!\w)'([^'\n]{12,2000})'(?!\w)")


def check(alignment: Alignment) -> list[Finding]:
    """Quotes that the evidence does not hold; white space, quotation marks and end punctuation aside."""
    sources = [_plain(piece.text) for piece in alignment.pieces]
    whole = " ".join(sources)
    findings = []
    for match in _QUOTED.finditer(alignment.claim.text):
        words = _plain(match.group())
        if words and words not in whole:
            reason = (
                f"the words “{shown(alignment.claim, *match.span())[1:-1].strip()}” are not in the source"
            )
            support = "partial" if words.casefold() in whole.casefold() else "unsupported"
            if support == "unsupported" or len(words.split()) > 3:
                findings.append(Finding("unsupported", reason, (Span(None, *match.span()),)))
    return findings


def _plain(text: str) -> str:
    """Letters and digits with single spaces, and the punctuation within: enough to compare quotes."""
    text = re.sub(r"[\"'`]", "", text)
    text = re.sub(r" ?([,.;:!?()-]) ?", r"\1", " ".join(text.split()))
    return text.strip(" ,.;:!?-")
