"""Markup and addresses in a claim: a sentence has none that would load, run or lead anywhere."""

import re

from chat.verify.align import Alignment
from chat.verify.verdict import Finding, Span

_TAG = re.compile(r"</?[a-z][^<>]*(?:>|$)|<!--|<!\[", re.IGNORECASE)
_LINKED = re.compile(r"!?\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\]|:\s*\S+)")
_ADDRESS = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,15}://|www\.|javascript:|data:\w+/)[^\s<>\"')\]]*", re.IGNORECASE
)
_HARMLESS = re.compile(r"</?[a-z][a-z0-9]*>", re.IGNORECASE)


def check(alignment: Alignment) -> list[Finding]:
    """Tags with attributes, links and pictures, always; bare tags and addresses that no source has."""
    text, findings = alignment.claim.text, []
    sources = [piece.text for piece in alignment.pieces]

    def stands(found: re.Match[str]) -> bool:
        words = found.group().rstrip(".,;:!?")
        return any(
            re.search(rf"(?<!\S){re.escape(words)}(?![\w/?&=#%-])", f" {source} ") for source in sources
        )

    for pattern in (_TAG, _LINKED, _ADDRESS):
        for found in pattern.finditer(text):
            bare = pattern is _ADDRESS or (pattern is _TAG and _HARMLESS.fullmatch(found.group()))
            if bare and not found.group().lower().startswith(("javascript", "data")) and stands(found):
                continue
            what = "an address that its source does not have" if pattern is _ADDRESS else "markup in it"
            findings.append(Finding("unsupported", f"the sentence has {what}", (Span(None, *found.span()),)))
    return findings
