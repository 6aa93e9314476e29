"""Words that turn or weaken what follows them, and what that is: "not", "may", "most"."""

from collections.abc import Mapping
from dataclasses import dataclass

from chat.verify.words import Piece, Word

REACH = 4
"""How many words with content a cue reaches, within its clause."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue's words and the words it bears on, nearest first; `kind` is the list's name for it."""

    kind: str
    first: Word
    last: Word
    scope: tuple[Word, ...]

    @property
    def head(self) -> str:
        """The stem of the nearest word that the cue bears on."""
        return self.scope[0].stem if self.scope else ""


def find(piece: Piece, kinds: Mapping[tuple[str, ...], str]) -> list[Cue]:
    """Cues of a text in order; `kinds` maps lower-case word sequences to their kind, the longest wins."""
    longest = max(map(len, kinds))
    lowers = tuple(word.lower for word in piece.words)
    found = []
    at = 0
    while at < len(lowers):
        for size in range(longest, 0, -1):
            kind = kinds.get(lowers[at : at + size])
            if kind is not None and at + size <= len(lowers):
                found.append(Cue(kind, piece.words[at], piece.words[at + size - 1], _scope(piece, at, size)))
                at += size - 1
                break
        at += 1
    return found


def _scope(piece: Piece, at: int, size: int) -> tuple[Word, ...]:
    """Words with content after the cue in its clause, else before it."""
    words, clause = piece.words, piece.words[at].clause
    after = [w for w in words[at + size : at + size + 12] if w.clause == clause and w.content]
    if after:
        return tuple(after[:REACH])
    before = [w for w in words[max(0, at - 12) : at] if w.clause == clause and w.content]
    return tuple(reversed(before))[:REACH]


def phrases(kinds: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Word sequences of a table from kind to phrases, phrases parted by commas."""
    table = {}
    for kind, text in kinds.items():
        for phrase in text.split(","):
            table[tuple(phrase.split())] = kind
    return table
