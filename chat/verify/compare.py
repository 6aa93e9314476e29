"""Compare one claim with the evidence it rests on, without a language model."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

from chat.answer import Support
from chat.verify import (
    asked,
    beside,
    conditions,
    dates,
    hedges,
    markup,
    meaning,
    names,
    negation,
    numbers,
    opposites,
    orders,
    outcomes,
    quantifiers,
    quoted,
    roles,
    slots,
    together,
    told,
    weighing,
)
from chat.verify.align import Alignment, align
from chat.verify.entailment import EntailmentModel
from chat.verify.verdict import SEVERITY, Finding, Span, Verdict
from chat.verify.words import Piece, read, shown

Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""The cosine of a text with each of others, in their order."""

Check = Callable[[Alignment], Iterable[Finding]]

EXACT: dict[str, Check] = {
    "markup": markup.check, "quoted": quoted.check, "numbers": numbers.check, "dates": dates.check,
    "names": names.check, "asked": asked.check, "together": together.check,
}  # fmt: skip
"""What no reading overrules."""

CHECKS = EXACT | {
    "negation": negation.check, "opposites": opposites.check, "quantifiers": quantifiers.check,
    "hedges": hedges.check, "slots": slots.check, "beside": beside.check, "roles": roles.check,
    "outcomes": outcomes.check, "conditions": conditions.check, "told": told.check,
}  # fmt: skip


def compare(
    claim: str,
    evidence: Sequence[str],
    similarity: Similarity | None = None,
    entails: EntailmentModel | None = None,
    *,
    exact: bool = True,
    quotes: Sequence[int] = (),
) -> Verdict:
    """Return how far the evidence, taken together, carries the claim.

    `entails` reads claim and evidence side by side; without it the words alone are compared.
    A claim that is a piece of evidence word for word is supported without further checks; `exact=False`
    turns that off, to measure the checks. `quotes` says for each piece of evidence which quote it is a part
    of; without it all are taken for one text. Without evidence, or words in the claim, nothing is supported.
    """
    if exact:
        for index, text in enumerate(evidence):
            if claim.strip() and claim.split() == text.split():
                return Verdict("supported", None, (Span(index, 0, len(text)),))
    mine = read(claim)
    given = [read(text, index) for index, text in enumerate(evidence)]
    pieces = orders.without_orders(mine, given)
    if not any(word.content for word in mine.words):
        return Verdict("unsupported", "the sentence has no words to check", (Span(None, 0, len(claim)),))
    if not any(piece.words for piece in pieces):
        reason = orders.REASON if given != pieces else "there is nothing to check the sentence against"
        return Verdict("unsupported", reason, (Span(None, 0, len(claim)),))
    if given != pieces and _ordered(mine, given, pieces):
        return Verdict("unsupported", orders.REASON, (Span(None, 0, len(claim)),))
    cosines = similarity(claim, evidence) if similarity else ()
    alignment = align(
        mine, pieces, [c * bool(p.words) for c, p in zip(cosines, pieces, strict=False)], quotes
    )
    found = {name: list(check(alignment)) for name, check in CHECKS.items()}
    if entails is None:
        findings = [*itertools.chain.from_iterable(found.values()), *_meaning(alignment)]
    else:
        findings = _weighed(alignment, found, entails)
    if not findings:
        best = alignment.near(1.0)
        return Verdict("supported", None, tuple(Span(p.index, 0, len(p.text)) for p in best[:1]))
    worst = min(findings, key=lambda finding: SEVERITY.index(finding.support))
    return Verdict(worst.support, worst.reason, worst.spans)


def _ordered(claim: Piece, given: Sequence[Piece], pieces: Sequence[Piece]) -> bool:
    """Tell whether the claim has more of its words in the orders that were left out than in the rest."""
    shared = [sum(map(piece.has, claim.stems)) for piece in given]
    rest = [count for count, piece in zip(shared, pieces, strict=True) if piece.words]
    return max(shared) > max(rest, default=0)


def _weighed(
    alignment: Alignment, found: Mapping[str, Sequence[Finding]], entails: EntailmentModel
) -> list[Finding]:
    """What stands against the claim once it was read beside its evidence."""
    exact = [finding for name in EXACT for finding in found[name]]
    if any(finding.support != "partial" for finding in exact):
        return exact
    against = [finding for name in found if name not in EXACT for finding in found[name]]
    meant = meaning.probability(meaning.features(alignment))
    decided = weighing.decided(meant, max(alignment.coverage), against)
    against += _meaning(alignment)
    if decided:
        return [*exact, *against]
    reading = entails.read(alignment.claim.text, [piece.text for piece in alignment.pieces if piece.words])
    support = weighing.support(reading, against)
    if support == "supported":
        return exact
    if against and support != "contradicted":
        return [*exact, *weighing.agreed(reading, against)]
    reason = "the source says otherwise" if support == "contradicted" else "the source does not say this"
    told = [finding for finding in against if finding.support == support]
    return [*exact, *(told or [Finding(support, reason, (Span(None, 0, len(alignment.claim.text)),))])]


def _meaning(alignment: Alignment) -> list[Finding]:
    probability = meaning.probability(meaning.features(alignment))
    if probability >= meaning.SUPPORTED:
        return []
    shared = alignment.covers([word for word in alignment.claim.words if word.content])
    partly = probability >= meaning.PARTIAL and shared >= meaning.SHARED
    support: Support = "partial" if partly else "unsupported"
    whole = (Span(None, 0, len(alignment.claim.text)),)
    lacking = [
        w for w in alignment.claim.words if w.content and not any(p.has(w.stem) for p in alignment.pieces)
    ]
    if lacking:
        words = ", ".join(shown(alignment.claim, w.start, w.end) for w in lacking[:5])
        return [Finding(support, f"the source does not speak of {words}", whole)]
    return [Finding(support, "the source has the words but does not say this with them", whole)]
