"""Who does it to whom: "Lund sued Harker" has every word of "Harker sued Lund", and says the reverse.

Where two words of a claim and all that stands between them are a source's, but for the two having changed
places, the claim turns the source round. "Harker met Lund" means the same either way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat.verify.align import Alignment
from chat.verify.forms import vocabulary
from chat.verify.names import alike, names
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, Word, shown, stem

BETWEEN = 6
"""How many words may stand between two that change places."""

LONGEST = 400
"""Words of a text that are looked at."""

_EITHER_WAY = frozenset(
    map(
        stem,
        vocabulary(
            """
            and or nor with between versus vs than plus times equal equals resemble match meet met marry
            divorce border adjoin neighbor join merge differ similar related same sister brother sibling
            cousin twin friend partner colleague neighbour rival wife husband spouse"""
        ),
    )
)
"""What holds of two whichever is named first."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word, or a whole name, that may change places with another."""

    words: tuple[Word, ...]
    name: bool

    @property
    def first(self) -> Word:
        return self.words[0]

    @property
    def last(self) -> Word:
        return self.words[-1]


def check(alignment: Alignment) -> list[Finding]:
    """Two words of the claim that stand in each other's place in a source, and in their own in none."""
    claim = _units(alignment.claim)
    sources = [(piece, _units(piece)) for piece in alignment.near(0.5)]
    for one, between, other in _pairs(claim):
        if any(_places(units, one, between, other) for _, units in sources):
            continue
        for piece, units in sources:
            for first, last in _places(units, other, between, one):
                said = shown(alignment.claim, one.first.start, other.last.end)
                there = shown(piece, first.first.start, last.last.end)
                reason = f"the claim says “{said}”, the source says “{there}”"
                spans = (
                    Span(None, one.first.start, other.last.end),
                    Span(piece.index, first.first.start, last.last.end),
                )
                return [Finding("contradicted", reason, spans)]
    return []


def _units(piece: Piece) -> list[_Unit]:
    """The words in order, those of one name together."""
    spoken = {name.words[0].start: name for name in names(piece)}
    units: list[_Unit] = []
    taken = 0
    for word in piece.words[:LONGEST]:
        if word.start < taken:
            continue
        name = spoken.get(word.start)
        units.append(_Unit(name.words, True) if name else _Unit((word,), False))
        taken = name.end if name else word.end
    return units


def _pairs(units: Sequence[_Unit]) -> Iterator[tuple[_Unit, list[str], _Unit]]:
    """Two units of one clause and the stems between them, where these tell which of the two does what."""
    for at, one in enumerate(units):
        if not one.first.content:
            continue
        between: list[str] = []
        tells = False
        for other in units[at + 1 : at + 2 + BETWEEN]:
            if other.last.clause != one.last.clause or (between and between[-1] in _EITHER_WAY):
                break
            if tells and other.first.content and not _same(one, other):
                yield one, list(between), other
            between += [word.stem for word in other.words]
            tells = tells or (other.first.content and not other.name)


def _places(
    units: Sequence[_Unit], one: _Unit, between: Sequence[str], other: _Unit
) -> list[tuple[_Unit, _Unit]]:
    """Where a unit, the stems after it and another unit stand in a row in one clause."""
    found = []
    for at, first in enumerate(units):
        if not _same(first, one):
            continue
        left, end = list(between), at + 1
        while left and end < len(units):
            stems = [word.stem for word in units[end].words]
            if left[: len(stems)] != stems:
                break
            left, end = left[len(stems) :], end + 1
        if left or end == len(units):
            continue
        if units[end].last.clause == first.last.clause and _same(units[end], other):
            found.append((first, units[end]))
    return found


def _same(one: _Unit, other: _Unit) -> bool:
    if one.name or other.name:
        return alike(one.words, other.words)
    return one.first.stem == other.first.stem
