"""A claim on words from several places: one of them must carry it, and name whom it speaks of.

A model that mixes its sources says with words that all stand there what stands nowhere.
"""

from chat.verify.align import Alignment
from chat.verify.names import known_words, names, stands_in
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, shown

WHOLE = 0.5
"""The share of a claim's words with content that one place must have."""

SAME = 0.8
"""The share of a claim's other words from which on a place must also have its names."""


def check(alignment: Alignment) -> list[Finding]:
    """What no single place says; nothing where all the evidence is one place."""
    claim = alignment.claim
    places = alignment.places()
    if len(places) < 2 or not claim.stems:
        return []
    if max(_share(place, claim.stems) for place in places) < WHOLE:
        whole = (Span(None, 0, len(claim.text)),)
        return [Finding("partial", "no single place in the sources says this", whole)]
    for name in names(claim):
        rest = claim.stems - {word.stem for word in name.words}
        shares = [_share(place, rest) for place in places]
        homes = [place for place, share in zip(places, shares, strict=True) if share >= max(SAME, *shares)]
        if homes and not any(stands_in(name, known_words(place)) for place in homes):
            said = shown(claim, name.start, name.end)
            here = (Span(None, name.start, name.end),)
            return [Finding("partial", f"the source names {said}, but not where it says this", here)]
    return []


def _share(place: list[Piece], stems: frozenset[str]) -> float:
    """The share of these stems that a place has."""
    return sum(any(piece.has(stem) for piece in place) for stem in stems) / len(stems) if stems else 0.0
