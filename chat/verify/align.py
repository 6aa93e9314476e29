"""Which pieces of evidence a claim rests on: by its words, and by meaning where a similarity is given."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat.verify.words import Piece, Word


@dataclass(frozen=True, slots=True)
class Alignment:
    """The claim, its evidence in order, and for each piece how well the claim's words stand in it (0 to 1).

    `similarity` holds a cosine for each piece, or is empty. `quotes` holds for each piece the number of the
    quote that it is a sentence of, or is empty, where all pieces are one text.
    """

    claim: Piece
    pieces: tuple[Piece, ...]
    coverage: tuple[float, ...]
    similarity: tuple[float, ...]
    quotes: tuple[int, ...] = ()

    def places(self) -> list[list[Piece]]:
        """The pieces by the quote that they stand in."""
        numbers = self.quotes or (0,) * len(self.pieces)
        found: dict[int, list[Piece]] = {}
        for number, piece in zip(numbers, self.pieces, strict=True):
            found.setdefault(number, []).append(piece)
        return list(found.values())

    def near(self, share: float) -> list[Piece]:
        """Pieces whose coverage is at least `share` of the best one's, best first."""
        order = sorted(self.pieces, key=lambda piece: -self._rank(piece))
        least = share * self._rank(order[0]) if order else 0.0
        return [piece for piece in order if self._rank(piece) >= max(least, 1e-9)]

    def around(self, piece: Piece) -> list[Piece]:
        """A piece with the one before it and the one after."""
        at = piece.index or 0
        return list(self.pieces[max(0, at - 1) : at + 2])

    def upto(self, piece: Piece) -> list[Piece]:
        """A piece with the one before it, which may name what it calls "it"."""
        at = piece.index or 0
        return list(self.pieces[max(0, at - 1) : at + 1])

    def covers(self, words: Sequence[Word]) -> float:
        """The share of these words that stand somewhere in the evidence."""
        if not words:
            return 0.0
        return sum(any(piece.has(word.stem) for piece in self.pieces) for word in words) / len(words)

    def _rank(self, piece: Piece) -> float:
        return self.coverage[piece.index or 0]


def align(
    claim: Piece, pieces: Sequence[Piece], similarity: Sequence[float], quotes: Sequence[int] = ()
) -> Alignment:
    """Measure each piece against the claim."""
    stems = claim.stems
    coverage = [sum(map(piece.has, stems)) / len(stems) if stems else 0.0 for piece in pieces]
    return Alignment(claim, tuple(pieces), tuple(coverage), tuple(similarity), tuple(quotes))
