"""Polarity: what a claim denies its evidence must deny, and what the evidence denies no claim may assert."""

from collections.abc import Sequence
from dataclasses import replace

from chat.verify.align import Alignment
from chat.verify.cues import Cue, find, phrases
from chat.verify.forms import vocabulary
from chat.verify.replies import asks, reply, says_no
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, Word, related, shown, stem

_NO_GROUND = ("evidence", "proof", "sign", "indication", "suggestion", "basis", "record")
_TOOK_BACK = ("withdrew", "withdrawn", "withdraws", "retracted", "retracts")
_WHOSE = ("its", "his", "her", "their", "the", "a")
_STATED = ("statement", "claim", "report", "allegation", "accusation", "assertion")
_CUES = phrases(
    {
        "not": """
            not, never, no, none, nor, neither, without, nobody, nothing, nowhere, no longer,
            hardly, barely, rarely, seldom, fail to, fails to, failed to, failing to, failure
            to, unable to, refuse to, refuses to, refused to, refusing to, deny, denies, denied,
            denying, decline to, declined to, declines to, lack, lacks, lacked, ceased to, ruled
            out, rules out, rejected, rejects, dismissed, dismisses, turned down, turns down, voted down,
            votes down, called off, calls off, yet to, false that, untrue that, myth that"""
        + "".join(f", no {word} {of}" for word in _NO_GROUND for of in ("that", "of", "for"))
        + "".join(
            f", {verb} {whose} {word} that" for verb in _TOOK_BACK for whose in _WHOSE for word in _STATED
        ),
        "": """
            not only, not just, not merely, not necessarily only, no doubt, not until, no
            sooner, whether or not, nothing but""",
    }
)
_PREFIXED = vocabulary(
    """
    unlawful illegal unable unlikely impossible unsafe uncertain unclear unknown unnecessary
    unsuccessful unaware unavailable unchanged unaffected unrelated uncommon unusual unfair
    unjust invalid inactive ineffective ineligible insufficient incomplete incorrect inaccurate
    inadequate independent unauthorized unconstitutional unpaid unproven unconfirmed undisclosed
    unpublished unsigned unregulated untreated unlicensed unmarried unpopular disallowed
    disagree disagreed dislike disapprove dishonest disloyal nonexistent nonlegal irrelevant
    irregular irresponsible impermissible improper immoral incapable inconsistent infrequent"""
)
_REJECTING = frozenset(
    map(stem, vocabulary("reject refuse refusal rejection decline deny denial dismiss veto defeat overrule"))
)
"""Words for turning down, one of which may stand for another."""
_DOWN = ("turned down", "turns down", "voted down", "votes down", "ruled out", "rules out")
_PREFIX = ("un", "il", "im", "in", "ir", "dis", "non")


def check(alignment: Alignment) -> list[Finding]:
    """Negations on one side only, each with the words that show it."""
    claim = alignment.claim
    mine = denials(claim)
    theirs = {piece.index: denials(piece) for piece in alignment.pieces}
    findings = []
    for cue in mine:
        finding = _unmatched(alignment, cue, theirs)
        if finding:
            findings.append(finding)
    denied = {word.stem for cue in mine for word in cue.scope}
    for piece in _best(alignment):
        for cue in theirs[piece.index]:
            if _asserted(alignment, piece, cue, denied, theirs):
                words = shown(piece, cue.first.start, max(cue.last.end, *(w.end for w in cue.scope), 0))
                dropped = shown(piece, cue.first.start, cue.last.end)
                reason = f"the source says “{words}”, the claim drops “{dropped}”"
                span = Span(piece.index, cue.first.start, cue.last.end)
                findings.append(Finding("contradicted", reason, (span,)))
                return findings
    return findings


def denials(piece: Piece) -> list[Cue]:
    """Negating words with what they bear on; "No." that answers a question is none, "unlawful" is one."""
    found = [cue for cue in find(piece, _CUES) if cue.kind and cue.scope and not _answers(piece, cue)]
    for word in piece.words:
        if word.lower in _PREFIXED:
            bare = next(word.lower.removeprefix(p) for p in _PREFIX if word.lower.startswith(p))
            found.append(Cue("not", word, word, (replace(word, stem=stem(bare)),)))
    return found


def denies_too(piece: Piece, negation: Word, other: Piece) -> bool:
    """Tell whether another text denies, in whatever words, what a negation of this one bears on."""
    cues = [cue for cue in denials(piece) if cue.first.start <= negation.start <= cue.last.start]
    theirs = denials(other)
    denied = {word.start for cue in theirs for word in cue.scope}
    free = [word for word in other.words if word.content and word.start not in denied]
    return any(
        _meet(cue.scope, met.scope) and not _meet(cue.scope[:1], free) for cue in cues for met in theirs
    )


def _answers(piece: Piece, cue: Cue) -> bool:
    return cue.first.lower == "no" and piece.text[cue.last.end : cue.last.end + 1] in (
        ",",
        ".",
        ":",
        ";",
        "!",
    )


def _holds(piece: Piece, cue: Cue) -> float:
    """The share of a cue's scope that a piece has, the nearest word counting twice."""
    weights = [2.0] + [1.0] * (len(cue.scope) - 1)
    return sum(w for w, word in zip(weights, cue.scope, strict=True) if piece.has(word.stem)) / sum(weights)


def _unmatched(alignment: Alignment, cue: Cue, theirs: dict[int | None, list[Cue]]) -> Finding | None:
    """What is wrong where no piece that speaks of the same denies it."""
    shares = [
        (_holds(piece, cue) + 0.5 * alignment.coverage[piece.index or 0], piece) for piece in alignment.pieces
    ]
    best = max((share for share, _ in shares), default=0.0)
    places = [piece for share, piece in shares if share >= 0.8 * best and share > 0.3]
    for piece in places:
        if any(_meet(cue.scope, other.scope) for other in theirs[piece.index]):
            return None
        if _rejects(cue) and _turns_down(piece, theirs[piece.index]):
            return None
        if asks(piece.text) and says_no(reply(alignment, piece)):
            return None
    here = Span(None, cue.first.start, cue.last.end)
    said = shown(alignment.claim, cue.first.start, max(cue.last.end, cue.scope[0].end))
    if places:
        return Finding("contradicted", f"the claim says “{said}”, the source does not deny it", (here,))
    return Finding("unsupported", f"the source does not say “{said}”", (here,))


def _rejects(cue: Cue) -> bool:
    return cue.first.stem in _REJECTING or f"{cue.first.lower} {cue.last.lower}" in _DOWN


def _turns_down(piece: Piece, cues: Sequence[Cue]) -> bool:
    """Tell whether a text says that somebody turned something down."""
    return any(map(_rejects, cues)) or any(word.stem in _REJECTING for word in piece.words)


def _meet(one: Sequence[Word], other: Sequence[Word]) -> bool:
    return any(a.stem == b.stem or related(a.stem, b.stem) for a in one for b in other)


def _best(alignment: Alignment) -> list[Piece]:
    return alignment.near(0.85)[:2]


def _asserted(
    alignment: Alignment, piece: Piece, cue: Cue, denied: set[str], theirs: dict[int | None, list[Cue]]
) -> bool:
    """Tell whether the claim says without negation what this cue denies."""
    claim = alignment.claim
    if not claim.has(cue.head) or _holds(claim, cue) < 0.6:
        return False
    if any(word.stem in denied for word in cue.scope):
        return False
    if _said_besides(piece, cue, theirs[piece.index]):
        return False
    # said without negation elsewhere, in words as near to the claim's
    for other in alignment.near(0.85):
        free = {word.stem for word in other.words} - {w.stem for c in theirs[other.index] for w in c.scope}
        if other.index != piece.index and cue.head in free:
            return False
    return True


def _said_besides(piece: Piece, cue: Cue, cues: Sequence[Cue]) -> bool:
    """Tell whether the piece has what the cue denies a second time, where nothing denies it."""
    denied = {word.start for each in cues for word in each.scope}
    free = {word.stem for word in piece.words if word.content and word.start not in denied}
    again = [word.stem in free or any(related(word.stem, other) for other in free) for word in cue.scope]
    return again[0] and sum(again) >= 0.6 * len(again)
