"""Vectors as the catalogue stores them, and likeness to a question computed over many of them at once.

A passage's vector is kept as float32, its sentences' as int8 (127 = 1.0), which changes no ranking that was
measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from retrieval.hit import EncodedPassage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.hit import Matrix, Vector


@dataclass(frozen=True, slots=True)
class Packed:
    """A passage's vectors as they are stored; `sentences` has shape (sentences, width)."""

    vector: "Vector"
    sentences: "NDArray[np.int8]"

    @classmethod
    def of(cls, encoded: EncodedPassage) -> Self:
        """Pack what an embedder gave."""
        import numpy as np

        sentences = np.rint(encoded.sentences * 127).astype(np.int8)
        return cls(encoded.vector.astype(np.float32), sentences)


@dataclass(frozen=True, slots=True)
class Likeness:
    """The cosines of a question with a passage and with each of its sentences, in their order."""

    passage: float
    sentences: tuple[float, ...]

    def both(self, share: float) -> float:
        """Return the passage's cosine plus that share of its best sentence's; of its own without one."""
        return self.passage + share * max(self.sentences, default=self.passage)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of some passages: `passages` has shape (ids, width), `sentences` (sentences of all, width).

    `counts` says how many of the sentences' rows are each passage's.
    """

    ids: list[str]
    passages: "Matrix"
    sentences: "NDArray[np.int8]"
    counts: list[int]

    @classmethod
    def unpacked(cls, rows: Sequence[tuple[str, bytes, bytes]]) -> Self:
        """Return the vectors of rows of id, passage's vector and sentences' vectors, as they are stored."""
        import numpy as np

        width = len(rows[0][1]) // 4 if rows else 1
        passages = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32)
        sentences = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.int8)
        return cls(
            [row[0] for row in rows],
            passages.reshape(-1, width),
            sentences.reshape(-1, width),
            [len(row[2]) // width for row in rows],
        )

    def likeness(self, vector: "Vector") -> list[Likeness]:
        """Return how like each passage is to a unit vector, in the order of `ids`."""
        import numpy as np

        if not self.ids:
            return []
        cosines: list[float] = (self.passages @ vector).tolist()
        sentences = self.sentences.astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", sentences, sentences))  # not quite 127, being rounded
        scores: list[float] = (sentences @ vector / np.maximum(lengths, 1e-9)).tolist()
        found, first = [], 0
        for cosine, count in zip(cosines, self.counts, strict=True):
            found.append(Likeness(cosine, tuple(scores[first : first + count])))
            first += count
        return found
