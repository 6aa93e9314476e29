"""Vectors as the catalogue stores them, and likeness to a question computed over many of them at once.

A passage's vector is kept as float32, its sentences' as int8 (127 = 1.0), which changes no ranking that was
measured; of its words' a part is kept (`retrieval/late_interaction.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from retrieval.hit import EncodedPassage, EncodedQuery
from retrieval.late_interaction import WIDTH, interaction, packed
from retrieval.products import cosines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.hit import Matrix, Vector


@dataclass(frozen=True, slots=True)
class Packed:
    """A passage's vectors as stored: `sentences` have shape (sentences, width), `words` (words, less)."""

    vector: "Vector"
    sentences: "NDArray[np.int8]"
    words: "NDArray[np.int8]"

    @classmethod
    def of(cls, encoded: EncodedPassage) -> Self:
        """Pack what an embedder gave."""
        import numpy as np

        sentences = np.rint(encoded.sentences * 127).astype(np.int8)
        return cls(encoded.vector.astype(np.float32), sentences, packed(encoded.words))


@dataclass(frozen=True, slots=True)
class Likeness:
    """The cosines of a question with a passage and with each of its sentences, in their order.

    `words` is the mean cosine of each of the question's words with the likeliest of the passage's.
    """

    passage: float
    sentences: tuple[float, ...]
    words: float = 0.0

    def both(self, share: float) -> float:
        """Return the passage's cosine plus that share of its best sentence's; of its own without one."""
        return self.passage + share * max(self.sentences, default=self.passage)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of some passages: `passages` has shape (ids, width), `sentences` (sentences of all, width).

    `words` are as `packed`, those of all. `counts` says how many of the sentences' rows are each passage's,
    `word_counts` how many of the words'.
    """

    ids: list[str]
    passages: "Matrix"
    sentences: "NDArray[np.int8]"
    counts: list[int]
    words: "NDArray[np.int8]"
    word_counts: list[int]

    @classmethod
    def unpacked(cls, rows: Sequence[tuple[str, bytes, bytes, bytes]]) -> Self:
        """Return the vectors of rows of id and the passage's, sentences' and words' vectors, as stored."""
        import numpy as np

        width = len(rows[0][1]) // 4 if rows else 1
        passages = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32)
        sentences = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.int8)
        words = np.frombuffer(b"".join(row[3] for row in rows), dtype=np.int8)
        narrow = min(width, WIDTH)
        return cls(
            [row[0] for row in rows],
            passages.reshape(-1, width),
            sentences.reshape(-1, width),
            [len(row[2]) // width for row in rows],
            words.reshape(-1, narrow),
            [len(row[3]) // narrow for row in rows],
        )

    def words_of(self, number: int) -> "NDArray[np.int8]":
        """Return the rows of the words of one passage, by its place in `ids`."""
        first = sum(self.word_counts[:number])
        return self.words[first : first + self.word_counts[number]]

    def likeness(self, asked: EncodedQuery, weights: "Vector") -> list[Likeness]:
        """Return how like each passage is to a question, in the order of `ids`.

        `weights` says how much each of the question's words counts, shape (its words,).
        """
        import numpy as np

        if not self.ids:
            return []
        likes: list[float] = cosines(self.passages, asked.vector).tolist()
        sentences = self.sentences.astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", sentences, sentences))  # not quite 127, being rounded
        scores: list[float] = (cosines(sentences, asked.vector) / np.maximum(lengths, 1e-9)).tolist()
        found, first = [], 0
        met = interaction(asked.words, weights, self.words, self.word_counts)
        for cosine, count, words in zip(likes, self.counts, met, strict=True):
            found.append(Likeness(cosine, tuple(scores[first : first + count]), words))
            first += count
        return found
