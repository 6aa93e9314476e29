"""Numbers of a claim against those of its evidence: value, unit, bound and place."""

import re
from collections.abc import Sequence
from decimal import Context, Decimal

from chat.verify.align import Alignment
from chat.verify.dates import dates
from chat.verify.quantities import Quantity, quantities
from chat.verify.units import same
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, shown

ALIKE = 0.5
"""The coverage from which on a number within a name decides."""

CLOSEST = 0.7
"""The share of the best piece's coverage from which on a piece's own bound on a number counts."""

Placed = tuple[Piece, Quantity]


MANY = 100
"""Numbers of one sentence; with more it is a table, not a sentence, and is not supported."""


def agrees(claim: Quantity, source: Quantity) -> bool:
    """Tell whether a source's number is the claim's, or one that the claim openly rounds."""
    return same(claim.unit, source.unit) and (_equal(claim, source) or _implied(claim, source))


def check(alignment: Alignment) -> list[Finding]:
    """Numbers of the claim that the evidence does not give as the claim does."""
    claim = alignment.claim
    mine = quantities(claim, [(d.start, d.end) for d in dates(claim)])
    if not mine:
        return []
    if len(mine) > MANY:
        reason = f"the sentence has {len(mine)} numbers, too many to check"
        return [Finding("unsupported", reason, (Span(None, mine[0].start, mine[-1].end),))]
    theirs = [(piece, q) for piece in alignment.pieces for q in quantities(piece)]
    near = [piece.index for piece in alignment.near(0.6)]
    closest = [piece.index for piece in alignment.near(CLOSEST)[:2]]
    findings = []
    for number in mine:
        if number.spelled and number.value == 1:
            continue  # "one of the towns", "the first time": a word more often than a number
        code = _code(claim, number)
        if (
            code
            and max(alignment.coverage) < ALIKE
            and not any(code in p.text.casefold() for p in alignment.pieces)
        ):
            continue
        finding = _against(alignment, number, theirs, near, closest)
        if finding:
            findings.append(finding)
    return findings


def _code(piece: Piece, number: Quantity) -> str:
    """The letters and hyphen of a name that a number is part of, as in CTLA-4, else nothing.

    Like names, such a number decides between texts that are alike, or where the source has the letters too.
    """
    before = re.search(r"[^\W\d_]{1,12}-$", piece.text[max(0, number.start - 13) : number.start])
    return before.group().casefold() if before else ""


def _against(
    alignment: Alignment,
    number: Quantity,
    theirs: Sequence[Placed],
    near: Sequence[int | None],
    closest: Sequence[int | None],
) -> Finding | None:
    here = Span(None, number.start, number.end)
    said = _said(alignment.claim, number)
    equal = [(p, q) for p, q in theirs if _equal(number, q) and not _converted(number, p, q, theirs)]
    fitting = [(p, q) for p, q in equal if same(number.unit, q.unit) and number.ordinal == q.ordinal]
    other_unit = [(p, q) for p, q in equal if not same(number.unit, q.unit)]
    if other_unit and not any(q.unit for _, q in fitting):
        fitting = []
    # where the sentences most like the claim give the number, their bound counts, not another sentence's
    fitting = [(p, q) for p, q in fitting if p.index in closest] or fitting
    if any(_bounded(number, q) for _, q in fitting):
        return None
    if fitting:
        piece, other = fitting[0]
        reason = f"the claim says {said}, the source says {_said(piece, other)}"
        return Finding("partial", reason, (here, Span(piece.index, other.start, other.end)))
    if any(_implied(number, q) for _, q in theirs):
        return None
    if (
        number.value == 1
        and not number.ordinal
        and any(w.lower in ("a", "an") for p, _ in theirs for w in p.words)
    ):
        return None
    rivals = [pair for pair in theirs if pair[0].index in near and _rival(number, pair[1])]
    if not rivals and number.ordinal and any(q.value == number.value for _, q in theirs):
        return None  # "22nd" and "22 October"
    for piece, other in (*other_unit, *rivals):
        reason = f"the claim says {said}, the source says {_said(piece, other)}"
        return Finding("contradicted", reason, (here, Span(piece.index, other.start, other.end)))
    return Finding("unsupported", f"the source does not give the number {said}", (here,))


def _said(piece: Piece, number: Quantity) -> str:
    """The number as the text has it, with the word that bounds it."""
    start = number.start
    if number.bound != "=":
        before = piece.text[:start].rstrip().split(" ")
        start -= len(" ".join(before[-2:] if number.bound in (">", ">=", "<=") else before[-1:])) + 1
    return shown(piece, max(0, start), number.end)


def _equal(one: Quantity, other: Quantity) -> bool:
    if one.unit and other.unit and one.unit.kind == other.unit.kind and one.unit.factor != other.unit.factor:
        a, b = (float(q.value) * q.unit.factor for q in (one, other) if q.unit)
        slack = 1e-9 if one.unit.system == other.unit.system else 0.01
        return abs(a - b) <= slack * max(abs(a), abs(b))
    return one.value == other.value


def _converted(number: Quantity, piece: Piece, other: Quantity, theirs: Sequence[Placed]) -> bool:
    """Tell whether two numbers are equal only by conversion where the piece itself converts it otherwise."""
    if not number.unit or not other.unit or number.unit.name == other.unit.name:
        return False
    own = [q.value for p, q in theirs if p is piece and q.unit and q.unit.name == number.unit.name]
    near = [value for value in own if _ordinary(value, number.value) and number.value]
    return number.value not in own and any(abs(float(v / number.value) - 1) < 0.02 for v in near)


def _grain(number: Quantity) -> float:
    """One in the last digit that a number gives, as a share of it: nobody rounds to 238,852."""
    digits = number.value.normalize().as_tuple().digits
    return 1 / max(1, int("".join(map(str, digits[:15]))))


def _bounded(claim: Quantity, source: Quantity) -> bool:
    """Tell whether the claim's bound follows from the source's, the value being equal."""
    return claim.bound == source.bound or source.bound == "=" or claim.bound == "~"


def _implied(claim: Quantity, source: Quantity) -> bool:
    """A rounder number that the claim marks as one: "about 45" from 45.3, "over 100" from 104."""
    if claim.bound == "=" or source.bound not in ("=", "~") or not same(claim.unit, source.unit):
        return False
    digits = len(
        claim.value.normalize(Context(prec=len(claim.value.as_tuple().digits) + 1)).as_tuple().digits
    )
    if digits > 15 or len(source.value.as_tuple().digits) > 30 or not claim.value:
        return False
    if len(source.value.normalize().as_tuple().digits) <= digits:
        return False
    ratio = float(source.value / claim.value) if _ordinary(claim.value, source.value) else 0.0
    if claim.bound in (">", ">="):
        return 1 <= ratio <= 1.1
    if claim.bound in ("<", "<="):
        return 0.9 <= ratio <= 1
    return abs(ratio - 1) <= min(0.05, _grain(claim))


def _ordinary(*values: Decimal) -> bool:
    return all(-30 < value.adjusted() < 30 for value in values)


def _rival(claim: Quantity, source: Quantity) -> bool:
    """Tell whether a source's number stands where the claim's should: of the same unit, or the same noun."""
    if claim.ordinal != source.ordinal:
        return False
    if claim.unit and source.unit:
        return claim.unit.kind == source.unit.kind
    return claim.unit is None and source.unit is None and bool(claim.noun) and claim.noun == source.noun
