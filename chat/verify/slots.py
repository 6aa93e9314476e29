"""A claim laid beside the sentence it follows most closely, word by word: what stands in the same place?

Where claim and source run alike, a name, number or date that is exchanged, a "not" put in or left out, a
hedge or "more than" left out shows as a gap between words that agree. This catches words that do stand in
the evidence, but elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from chat.verify.align import Alignment
from chat.verify.dates import MONTHS, WEEKDAYS
from chat.verify.forms import vocabulary
from chat.verify.names import alike, is_name, opens
from chat.verify.negation import denies_too
from chat.verify.numbers import agrees
from chat.verify.opposites import IN_PLACE
from chat.verify.quantities import ORDINALS, SPELLED, Quantity, quantities
from chat.verify.replies import asks
from chat.verify.units import SCALES, UNITS
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, Word, shown

LONGEST = 400
"""Words of a text that are compared; what follows is left to the other checks."""

RIVAL = 0.9
"""The share of one piece's agreement from which on another is as much like the claim."""

ENDS = 3
"""Words before the first agreement, and after the last, that are taken to stand in the same place."""

_NEGATIONS = vocabulary(
    "not never no none nor neither without hardly barely rarely seldom cannot nobody nothing"
)
_HEDGES = vocabulary(
    """
    may might could possibly perhaps probably likely unlikely allegedly alleged reportedly
    supposedly purported purportedly proposed planned suspected believed thought considered
    expected said usually often sometimes typically generally frequently commonly occasionally
    normally mostly mainly largely partly most some nearly almost approximately roughly about
    around estimated over under least than potential potentially suggests appears seems
    apparently only virtually"""
)
_NUMERIC = frozenset((*SPELLED, *ORDINALS, *SCALES)) - {"one", "first", "zero"}
_TIMES = frozenset((*MONTHS, *WEEKDAYS)) - {"may", "mar", "march", "sun", "sat"}
_MEASURES = frozenset(name for name in UNITS if len(name) > 1 or name == "m") - {"second", "mark", "l", "ha"}


@dataclass(frozen=True, slots=True)
class Gap:
    """Words of the claim and of a piece that stand in the same place; either may be none."""

    piece: Piece
    claim: tuple[Word, ...]
    source: tuple[Word, ...]
    closed: bool
    """Tell whether words that agree stand on both sides."""
    firm: bool
    """Tell whether at least two do so on either side."""
    first: bool
    """Tell whether it comes before all agreement."""
    run: int
    """How many words agree next to a gap that is not closed."""


def check(alignment: Alignment) -> list[Finding]:
    """What claim and source say differently in the same place."""
    findings = []
    for gaps, rivals, close in _close(alignment):
        for gap in gaps:
            finding = (
                _opposed(alignment, gap, rivals)
                if not close
                else (
                    _polarity(alignment, gap)
                    or _exchanged(alignment, gap, rivals)
                    or _opposed(alignment, gap, rivals)
                    or _weakened(alignment, gap)
                )
            )
            if finding:
                findings.append(finding)
    return findings


def _close(alignment: Alignment) -> Iterator[tuple[list[Gap], list[Piece], bool]]:
    """The gaps of each piece that runs like the claim, the most alike first, and its rivals in likeness.

    The last says if it runs like it for more than the one word of a claim of two: "Output doubled".
    """
    claim = alignment.claim.words[:LONGEST]
    mine = [word.stem for word in claim]
    weight = sum(word.content for word in claim)
    ranked = []
    for piece in alignment.near(0.5)[:5]:
        words = piece.words[:LONGEST]
        matcher = SequenceMatcher(None, mine, [word.stem for word in words], autojunk=False)
        blocks = matcher.get_matching_blocks()
        agreed = sum(claim[a + i].content for a, _, size in blocks for i in range(size))
        gaps = _gaps(piece, claim, words, blocks)
        ranked.append((agreed, piece, gaps))
    ranked.sort(key=lambda row: -row[0])
    for at, (agreed, piece, gaps) in enumerate(ranked):
        whole = at == 0 and agreed >= max(2, 0.5 * weight)
        rivals = [other for count, other, _ in ranked if other is not piece and count >= RIVAL * agreed]
        if at == 0 and agreed == 1 and weight == 2:
            yield gaps, rivals, False
        else:
            yield gaps if whole else [gap for gap in gaps if gap.firm], rivals, True


def _stands(piece: Piece, word: Word) -> bool:
    return any(other.stem == word.stem for other in piece.words)


def _gaps(
    piece: Piece, claim: Sequence[Word], words: Sequence[Word], blocks: Sequence[tuple[int, int, int]]
) -> list[Gap]:
    gaps = []
    a = b = 0
    for at, (next_a, next_b, size) in enumerate(blocks):
        if next_a > a or next_b > b:
            mine, theirs = tuple(claim[a:next_a]), tuple(words[b:next_b])
            closed = at > 0 and size > 0
            if not closed and at == 0:  # of what comes before the first agreement, only the words next to it
                mine, theirs = mine[-ENDS:], theirs[-ENDS:]
            elif not closed:
                mine, theirs = mine[:ENDS], theirs[:ENDS]
            firm = closed and size >= 2 and blocks[at - 1][2] >= 2
            run = size if at == 0 else blocks[at - 1][2]
            gaps.append(Gap(piece, mine, theirs, closed, firm, at == 0, run))
        a, b = next_a + size, next_b + size
    return gaps


def _polarity(alignment: Alignment, gap: Gap) -> Finding | None:
    """A negation in one of the two only."""
    mine = [w for w in gap.claim if w.lower in _NEGATIONS]
    theirs = [w for w in gap.source if w.lower in _NEGATIONS]
    if len(mine) % 2 == len(theirs) % 2 or not gap.closed:
        return None
    if mine and len(gap.claim) <= 4 and len(gap.source) <= 4 and not _answer(alignment.claim, mine[0]):
        if asks(gap.piece.text) or denies_too(alignment.claim, mine[0], gap.piece):
            return None
        reason = f"the claim says “{mine[0].text}” where the source does not"
        return Finding("contradicted", reason, (Span(None, mine[0].start, mine[0].end),))
    if theirs and len(gap.source) <= 3 and not any(word.content for word in gap.claim):
        if denies_too(gap.piece, theirs[0], alignment.claim):
            return None
        said = shown(gap.piece, gap.source[0].start, gap.source[-1].end)
        reason = f"the source says “{said}” where the claim does not"
        return Finding("contradicted", reason, (Span(gap.piece.index, theirs[0].start, theirs[0].end),))
    return None


def _answer(piece: Piece, word: Word) -> bool:
    return word.lower == "no" and piece.text[word.end : word.end + 1] in (",", ".", ";", ":")


def _exchanged(alignment: Alignment, gap: Gap, rivals: Sequence[Piece]) -> Finding | None:
    """A name for a name, a number for a number, a time for a time, a unit for a unit."""
    if not gap.claim or not gap.source or len(gap.claim) > 8 or len(gap.source) > 12:
        return None
    for kind in (_number, _time, _measure, _name):
        mine = [w for w in gap.claim if kind(w)]
        theirs = [w for w in gap.source if kind(w)]
        beside = _beside(gap)
        if kind is _name:
            mine = [
                w for w in mine if not _plain(alignment, alignment.claim, w) or (beside and w is beside[0])
            ]
            theirs = [w for w in theirs if not _plain(alignment, gap.piece, w) or (beside and w is beside[1])]
        if not mine or not theirs or not _differ(alignment.claim, gap, mine, theirs, kind):
            continue
        elsewhere = {w.stem for w in mine} <= {w.stem for w in gap.piece.words}
        if not gap.closed and elsewhere and not (beside and beside[0] in mine and beside[1] in theirs):
            continue
        if any(all(_stands(piece, w) for w in mine) for piece in rivals):
            continue  # another piece, as much like the claim, has the claim's words
        said, there = _words(alignment.claim, mine), _words(gap.piece, theirs)
        reason = f"the claim says {said}, the source there says {there}"
        spans = (
            Span(None, mine[0].start, mine[-1].end),
            Span(gap.piece.index, theirs[0].start, theirs[-1].end),
        )
        return Finding("contradicted", reason, spans)
    return None


def _opposed(alignment: Alignment, gap: Gap, rivals: Sequence[Piece]) -> Finding | None:
    """A word for its opposite: "approved" for "refused"; of little words, one for one."""
    claim, source = gap.claim, gap.source
    short = sum(word.content for word in alignment.claim.words) == 2
    if not gap.closed and not gap.first and (gap.run > 1 or short):
        claim, source = claim[:1], source[:1]  # what comes right after long agreement
    elif not gap.closed:
        return None
    if not claim or len(claim) > 3 or len(source) > 4:
        return None
    if any(word.lower in _NEGATIONS for word in (*claim, *source)):
        return None
    alone = len(claim) == len(source) == 1
    for mine in claim:
        against = IN_PLACE.get(mine.stem, frozenset())
        for theirs in source:
            if theirs.stem not in against or not (alone or (mine.content and theirs.content)):
                continue
            said_too = mine.content and (gap.piece.has(mine.stem) or alignment.claim.has(theirs.stem))
            if said_too or any(_stands(piece, mine) for piece in rivals):
                continue
            reason = f"the claim says “{mine.text}”, the source there says “{theirs.text}”"
            spans = (
                Span(None, mine.start, mine.end),
                Span(gap.piece.index, theirs.start, theirs.end),
            )
            return Finding("contradicted", reason, spans)
    return None


def _beside(gap: Gap) -> tuple[Word, Word] | None:
    """The words of claim and source next to a long agreement, where the gap is not closed."""
    if gap.closed or gap.run < 3 or not gap.claim or not gap.source:
        return None
    return (gap.claim[-1], gap.source[-1]) if gap.first else (gap.claim[0], gap.source[0])


def _plain(alignment: Alignment, piece: Piece, word: Word) -> bool:
    """Tell whether a word has a capital only because a sentence opens with it."""
    if not opens(piece, word) or not word.text[1:].islower():
        return False
    after = next((w for w in piece.words if w.start > word.start), None)
    if after and is_name(after) and after.content and after.start - word.end == 1:
        return False
    return not any(
        other.text == word.text and not opens(p, other) for p in alignment.pieces for other in p.words
    )


def _differ(
    claim: Piece, gap: Gap, mine: Sequence[Word], theirs: Sequence[Word], kind: Callable[[Word], bool]
) -> bool:
    """Tell whether two sets of words of one kind name different things."""
    if kind is _name:
        times = [all(map(_time, words)) for words in (mine, theirs)]
        if any(times) and (all(times) or len(gap.claim) + len(gap.source) > 2):
            return False
        return not alike(mine, theirs)
    if kind is _number or kind is _measure:
        ours, others = _quantities(claim, mine), _quantities(gap.piece, theirs)
        if (ours and others) or kind is _number:
            return not any(agrees(a, b) for a in ours for b in others)
    if kind is _measure:
        return not {UNITS[w.lower] for w in mine} & {UNITS[w.lower] for w in theirs}
    if kind is _time:
        alike_times = {w.lower in MONTHS for w in mine} & {w.lower in MONTHS for w in theirs}
        return bool(alike_times) and not {_time_of(w) for w in mine} & {_time_of(w) for w in theirs}
    return not {w.stem for w in mine} & {w.stem for w in theirs}


def _time_of(word: Word) -> str:
    return f"month {MONTHS[word.lower]}" if word.lower in MONTHS else word.lower


def _quantities(piece: Piece, words: Sequence[Word]) -> list[Quantity]:
    """The numbers that these words belong to, whole: "twenty-five", "1.2 million"."""
    start, end = words[0].start, words[-1].end
    return [q for q in quantities(piece) if q.start < end and start < q.end]


def _number(word: Word) -> bool:
    return word.text[0].isdigit() or word.lower in _NUMERIC


def _time(word: Word) -> bool:
    return word.lower in _TIMES and word.text[0].isupper()


def _measure(word: Word) -> bool:
    return word.lower in _MEASURES


def _name(word: Word) -> bool:
    if word.lower in UNITS and word.text.istitle() and len(word.text) > 2:
        return True
    return (is_name(word) and (word.content or (word.text.isupper() and len(word.text) > 1))) or _time(word)


def _words(piece: Piece, words: Sequence[Word]) -> str:
    return shown(piece, words[0].start, words[-1].end)


def _weakened(alignment: Alignment, gap: Gap) -> Finding | None:
    """A hedge, a bound or a quantifier of the source that is missing from the claim's gap."""
    if not gap.closed or len(gap.source) > 4 or len(gap.claim) > 3:
        return None
    theirs = [w for w in gap.source if w.lower in _HEDGES]
    if not theirs or any(w.lower in _HEDGES or w.lower in ("can", "if") for w in gap.claim):
        return None
    mine = [w.lower for w in alignment.claim.words]
    if all(mine.count(w.lower) >= [o.lower for o in gap.piece.words].count(w.lower) for w in theirs):
        return None
    if len(gap.source) - len(theirs) > 1:
        return None
    said = shown(gap.piece, gap.source[0].start, gap.source[-1].end)
    reason = f"the source says “{said}” where the claim drops it"
    return Finding("partial", reason, (Span(gap.piece.index, theirs[0].start, theirs[-1].end),))
