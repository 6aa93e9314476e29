"""Conditions: "the tenant pays if the flat is sublet" does not say that the tenant pays."""

import re
from collections.abc import Sequence

from chat.verify.align import Alignment
from chat.verify.cues import phrases
from chat.verify.forms import vocabulary
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, Word, shown

_CONDITIONS = phrases({"if": "if, unless, provided that, as long as, on condition that"})
_NO_CONDITION = vocabulary("as even whether ask asks asked see know what wonder")
"""Words before "if" that make it none: "as if", "asked if"."""
_MINE = vocabulary(
    """
    if unless provided when whenever where otherwise condition conditions only should case cases with without
    except would could may can might subject depending depends long"""
)
"""Words by which a claim may take a condition up in its own way."""

_STOP = re.compile(r"[.!?;]\s|\n")

_TAKEN_UP = 0.5
"""The share of a condition's words above which the claim is held to say it."""

_NEAR = 0.9


def check(alignment: Alignment) -> list[Finding]:
    """The condition under which alone the source says what the claim says without one."""
    claim = alignment.claim
    if any(word.lower in _MINE for word in claim.words):
        return []
    near = alignment.near(_NEAR)
    if not near or any(not _conditions(piece, claim) for piece in near[1:]):
        return []
    for condition in _conditions(near[0], claim):
        content = [word for word in condition if word.content]
        taken = sum(claim.has(word.stem) for word in content)
        if not content or taken > _TAKEN_UP * len(content) or not _rests(near[0], condition, claim):
            continue
        first, last = condition[0].start, condition[-1].end
        reason = f"the source says this only “{shown(near[0], first, last)}”, which the claim drops"
        return [Finding("partial", reason, (Span(near[0].index, first, last),))]
    return []


def _conditions(piece: Piece, claim: Piece) -> list[Sequence[Word]]:
    """The words of each conditional clause, from "if" to the next comma or the like.

    A clause without a comma that opens its sentence ends before the first word that the claim has.
    """
    found: list[Sequence[Word]] = []
    words = piece.words
    lowers = tuple(word.lower for word in words)
    for at in range(len(words)):
        if not any(lowers[at : at + len(phrase)] == phrase for phrase in _CONDITIONS):
            continue
        if at and lowers[at - 1] in _NO_CONDITION:
            continue
        end = next((i for i in range(at + 1, len(words)) if words[i].clause != words[at].clause), len(words))
        if at == 0 and end == len(words):
            shared = (i for i in range(1, end) if words[i].content and claim.has(words[i].stem))
            end = next(shared, end)
            while end > 1 and not words[end - 1].content:
                end -= 1
        found.append(words[at:end])
    return found


def _rests(piece: Piece, condition: Sequence[Word], claim: Piece) -> bool:
    """Tell whether what the claim says stands in the condition's sentence and outside the condition."""
    before = [stop.end() for stop in _STOP.finditer(piece.text, 0, condition[0].start)]
    after = _STOP.search(piece.text, condition[-1].end)
    start, end = before[-1] if before else 0, after.start() if after else len(piece.text)
    own = [word for word in piece.words if start <= word.start < end and word not in condition]
    rest = {word.stem for word in own if word.content}
    shared = sum(stem in rest for stem in claim.stems)
    return shared >= max(2, 0.5 * len(claim.stems))
