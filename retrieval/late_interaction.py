"""Each word of a question beside the likeliest word of a passage, both as the embedder reads them in context.

"Late interaction", scored by the sum of the maxima (ColBERT: Khattab and Zaharia, SIGIR 2020), from the token
states of the passes that give the passage's and the question's vectors anyway: whole words, no stop words,
and a question's word counts by its rarity. Of each state a part is kept, which finds as well as the whole.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.english import STOP_WORDS
from retrieval.products import many_cosines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.passage import Passage
    from retrieval.hit import Matrix, Vector

# How many of a state's coordinates are kept, each in a byte. A model's coordinates come in no order.
WIDTH = 64
MOST_WORDS = 64  # of a question
# A library of a few passages says little of how rare a word is: it counts as one of so many.
_A_LIBRARY = 500  # passages
_LEAST = 0.1
_WORD = re.compile(r"\w+")


def content_spans(text: str) -> list[tuple[int, int]]:
    """Return the half-open span of each word but the stop words, in their order."""
    return [match.span() for match in _WORD.finditer(text) if match[0].lower() not in STOP_WORDS]


def asked_spans(question: str) -> list[tuple[int, int]]:
    """Return the content spans of a question, the first ones of a pasted page."""
    return content_spans(question)[:MOST_WORDS]


def rarity(count: int, passages: int) -> float:
    """Return BM25's inverse document frequency of what `count` of so many passages have; never below 0.1."""
    total = max(passages, _A_LIBRARY)
    return max(_LEAST, math.log(1 + (total - count + 0.5) / (count + 0.5)))


def packed(states: "Matrix") -> "NDArray[np.int8]":
    """Return rows of states as they are kept: shape (words, at most WIDTH), of length 127, or 0 for none."""
    import numpy as np

    kept = states[:, :WIDTH]
    lengths = np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-9)
    rows: NDArray[np.int8] = np.rint(kept / lengths * 127).astype(np.int8)
    return rows


def word_cosines(asked: "Matrix", words: "NDArray[np.int8]") -> "Matrix":
    """Return the cosine of each of the question's words with each of `words`, in rows and columns."""
    import numpy as np

    return many_cosines(words.astype(np.float32), packed(asked).astype(np.float32)) / np.float32(127 * 127)


def interaction(
    asked: "Matrix", weights: "Vector", words: "NDArray[np.int8]", counts: Sequence[int]
) -> list[float]:
    """Return for each passage the mean cosine, by weight, of each question's word with its likeliest word.

    `asked` has shape (question's words, width), `weights` (question's words,). `words` has the rows of all
    passages one after the other, as `packed`; `counts` says how many are each passage's. Without words 0.
    """
    import numpy as np

    total = float(weights.sum())
    filled = [number for number, count in enumerate(counts) if count]
    found = [0.0] * len(counts)
    if total <= 0 or not filled:
        return found
    ends = np.cumsum(counts)
    best = np.maximum.reduceat(
        word_cosines(asked, words), [int(ends[number]) - counts[number] for number in filled], axis=1
    )
    for number, score in zip(filled, (weights @ best / total).tolist(), strict=True):
        found[number] = score
    return found


def sentence_words(
    asked: "Matrix", passage: "Passage", words: "NDArray[np.int8]"
) -> tuple[tuple[float, ...], ...]:
    """Return for each sentence the cosine of each of the question's words with its likeliest word.

    `words` are a passage's rows: those of what the embedder saw before its text come first. Without any,
    nothing is returned.
    """
    spans = content_spans(passage.text)
    if not len(asked) or not spans or len(words) < len(spans):
        return ()
    import numpy as np

    found = word_cosines(asked, words[-len(spans) :])
    starts = [passage.start + start for start, _ in spans]
    # Sentences do not overlap, and no word of a passage stands in none of them.
    firsts = [bisect_left(starts, start) for start, _ in passage.sentences]
    lasts = [bisect_left(starts, end) for _, end in passage.sentences]
    best = np.zeros((len(passage.sentences), len(asked)))
    for number, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        if first < last:
            best[number] = found[:, first:last].max(axis=1)
    return tuple(map(tuple, best.round(3).tolist()))
