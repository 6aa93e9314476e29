"""Quantifiers: "all" is not "most", "only" is not nothing, "some" is not "none"."""

from chat.verify.align import Alignment
from chat.verify.cues import Cue, find, phrases
from chat.verify.verdict import Finding, Span
from chat.verify.words import shown

_CUES = phrases(
    {
        "all": """
            all, all of, every, each, always, entire, entirely, everyone, everything,
            completely, wholly""",
        "only": "only, solely, exclusively",
        "most": """
            most of, most, majority of, the majority of, largely, mostly, almost all, nearly
            all, much of""",
        "some": """
            some, some of, several, certain, few, a few, part of, parts of, partly, many, many
            of, a number of, half of""",
        "": """
            only one, not only, most recent, most important, most popular, most common, at all,
            the most, each other, few of""",
    }
)
# what a claim may say for what the source says
_FOLLOWS = {("all", "most"), ("all", "some"), ("most", "some"), ("only", "only")}


def check(alignment: Alignment) -> list[Finding]:
    """Quantifiers of the claim that are stronger than those of the evidence, or that it drops."""
    claim = alignment.claim
    mine = [cue for cue in find(claim, _CUES) if cue.kind]
    best = alignment.near(0.85)[:2]
    theirs = [(piece, cue) for piece in best for cue in find(piece, _CUES) if cue.kind and cue.scope]
    findings = []
    for own in mine:
        about = [(p, c) for p, c in theirs if {w.stem for w in own.scope[:2]} & {w.stem for w in c.scope[:2]}]
        if about and not any(c.kind == own.kind or (c.kind, own.kind) in _FOLLOWS for _, c in about):
            piece, cue = about[0]
            findings.append(_finding(alignment, own, piece.index, cue))
        elif own.kind in ("all", "only") and not about and own.scope and not _said(alignment, own):
            word = shown(claim, own.first.start, own.last.end)
            reason = f"the claim says “{word}”, the source does not"
            findings.append(Finding("partial", reason, (Span(None, own.first.start, own.last.end),)))
    return findings


def _said(alignment: Alignment, own: Cue) -> bool:
    """Tell whether a word of the same kind stands anywhere in the evidence."""
    return any(cue.kind == own.kind for piece in alignment.pieces for cue in find(piece, _CUES))


def _finding(alignment: Alignment, own: Cue, index: int | None, cue: Cue) -> Finding:
    piece = alignment.pieces[index or 0]
    mine = shown(alignment.claim, own.first.start, own.scope[0].end)
    theirs = shown(piece, cue.first.start, cue.scope[0].end)
    reason = f"the claim says “{mine}”, the source says “{theirs}”"
    spans = (Span(None, own.first.start, own.last.end), Span(index, cue.first.start, cue.last.end))
    return Finding("contradicted", reason, spans)
