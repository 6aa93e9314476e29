"""Hedges: "may", "alleged", "planned". A claim surer than its evidence is at best partly supported."""

from collections.abc import Sequence

from chat.verify.align import Alignment
from chat.verify.cues import Cue, find, phrases
from chat.verify.forms import vocabulary
from chat.verify.names import opens
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, Word, related, shown

CUES = phrases(
    {
        "possible": """
            may, might, could, possibly, perhaps, maybe, potentially, potential, possible,
            probably, probable, likely, presumably, apparently, suggest, suggests, suggested,
            suggesting, appear to, appears to, appeared to, seem to, seems to, seemed to,
            conceivably""",
        "said": """
            alleged, allegedly, alleges, alleging, reportedly, supposedly, supposed, purported,
            purportedly, rumored, rumoured, accused of, claims, claimed, claim, according to,
            believed, believe, believes, thought, considered, said to, suspected, suspects,
            argued, argues, speculated, unconfirmed, is said, are said, was said, alleges that,
            hear that, hears that, heard that, told that, rumor, rumors, rumour, rumours, fear, fears, feared,
            charged with, charge of, charges of, suspicion of, investigation for, investigated for,
            investigation into, whether""",
        "planned": """
            planned, plans, plan, planning, proposed, proposes, proposal, expected, expects,
            intended, intends, scheduled, hopes, hoped, aims, aimed, seeks, sought, set to, due
            to be, projected, forecast, draft, want to, wants to, promise, promises, promised, pledged, vowed,
            agree to, agrees to, agreed to, offered to, offers to, threatened to, tried to, tries to,
            attempted to, attempts to, was to, were to""",
        "due": """
            ordered to, told to, asked to, required to, obliged to, directed to, instructed to""",
        "arranged": """
            was due to, were due to, is due to, are due to, had been due to""",
        "behalf": """
            on behalf of, on her behalf, on his behalf, on its behalf, on their behalf, in the name of,
            purporting to be""",
        "often": """
            usually, often, sometimes, typically, generally, mostly, mainly, frequently,
            commonly, occasionally, normally, largely, in some cases, in most cases, almost,
            nearly, virtually, partly, tends to, tend to, rarely, in general""",
    }
)
_OWED = phrases(
    {
        "due": "must, shall, should, has to, have to, had to, need to, needs to, is to, are to",
        "behalf": "for, behalf, represented, representing",
    }
)
"""How a claim may say that something is asked of somebody; in a source these are no hedges."""
_SOFT = vocabulary("may might can could")
_SURE = vocabulary("will ll shall must would")
_REACH = 4
"""Words between a modal and the verb that it bears on, "be" and adverbs among them."""
_KINDS_THAT_FIT = {
    "planned": {"planned", "possible", "said"},
    "possible": {"possible", "said", "often", "planned"},
    "arranged": {"planned", "possible", "said", "due"},
}


def check(alignment: Alignment) -> list[Finding]:
    """Hedges of the evidence that bear on what the claim says and that the claim leaves out."""
    claim = alignment.claim
    sure = _surer(alignment)
    if sure:
        return [sure]
    mine = [cue for cue in find(claim, CUES | _OWED) if not _month(claim, cue)]
    best = alignment.near(0.85)[:2]
    for piece in best:
        for cue in find(piece, CUES):
            if _month(piece, cue) or not cue.scope or not _speaks_of(alignment, cue):
                continue
            if cue.kind == "arranged" and not _told_as_done(claim, cue):
                continue
            if any(_covers(own, cue) for own in mine):
                continue
            if any(_free(alignment, other.index, cue) for other in best if other.index != piece.index):
                continue
            said = shown(piece, cue.first.start, max(cue.last.end, cue.scope[0].end))
            word = shown(piece, cue.first.start, cue.last.end)
            reason = f"the source says “{said}”, the claim drops “{word}”"
            return [Finding("partial", reason, (Span(piece.index, cue.first.start, cue.last.end),))]
    return []


def _surer(alignment: Alignment) -> Finding | None:
    """The claim's "will" where the sources it follows only say "may" or "can", of that or of anything."""
    words = alignment.claim.words
    for at, word in enumerate(words):
        if word.lower != "will":
            continue
        softer = _softened(alignment, words[at + 1 :]) or _only_softer(alignment)
        if softer is not None:
            piece, modal = softer
            spans = (Span(None, word.start, word.end), Span(piece.index, modal.start, modal.end))
            return Finding("partial", f"the claim says “will”, the source says “{modal.text}”", spans)
    return None


def _softened(alignment: Alignment, after: Sequence[Word]) -> tuple[Piece, Word] | None:
    """Return the "may" of the sources before what the claim says will be, if it is nowhere surer."""
    head = next((word for word in after[:_REACH] if word.content), None)
    if head is None:
        return None
    found = None
    for piece in alignment.near(0.5):
        for at, word in enumerate(piece.words):
            if word.stem != head.stem:
                continue
            before = piece.words[max(0, at - _REACH) : at]
            own = [each for each in before if each.clause == word.clause]
            modals = [each for each in own if each.lower in _SOFT | _SURE]
            if not modals or modals[-1].lower in _SURE:
                return None
            found = found or (piece, modals[-1])
    return found


def _only_softer(alignment: Alignment) -> tuple[Piece, Word] | None:
    said = {word.lower: (piece, word) for piece in alignment.near(0.6)[:3] for word in piece.words}
    softer = next((said[modal] for modal in ("may", "might", "can", "could") if modal in said), None)
    return None if any(sure in said for sure in _SURE) else softer


def _month(piece: Piece, cue: Cue) -> bool:
    return cue.first.text == "May" and not opens(piece, cue.first)


def _speaks_of(alignment: Alignment, cue: Cue) -> bool:
    claim = alignment.claim
    shares = [claim.has(word.stem) for word in cue.scope]
    return shares[0] and sum(shares) >= 0.6 * len(shares)


def _told_as_done(claim: Piece, cue: Cue) -> bool:
    """Tell whether the claim has another form of what something "was due to": "closed", and not "a fault"."""
    forms = {word.lower for word in claim.words if word.stem == cue.head}
    return bool(forms) and cue.scope[0].lower not in forms


def _covers(own: Cue, cue: Cue) -> bool:
    fits = own.kind == cue.kind or own.kind in _KINDS_THAT_FIT.get(cue.kind, set())
    return (fits or own.first.lower == cue.first.lower) and own.first.lower != "will"


def _free(alignment: Alignment, index: int | None, cue: Cue) -> bool:
    """Tell whether another piece says the same without a hedge."""
    piece = alignment.pieces[index or 0]
    hedged = {word.stem for other in find(piece, CUES) for word in other.scope}
    return any(
        (word.stem == cue.head or related(word.stem, cue.head)) and word.stem not in hedged
        for word in piece.words
    )
