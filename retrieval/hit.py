"""What a search gives back, and the seams that it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.passage import Passage

    Vector = NDArray[np.float32]
    """Shape (width,), of length 1."""
    Matrix = NDArray[np.float32]
    """Shape (rows, width), each row of length 1."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents a search may look at; an empty tuple or None does not restrict.

    `published_from` and `published_to` are inclusive `YYYY-MM-DD`; with either, documents without a
    date are left out. `hidden` also lets words be found that are in a file and not to be seen on its page.
    Of `titles`, `authors` (who wrote or published it), `sources` and `types` (media types) one must be a
    part, capitals and accents aside; a language is its code ("de", which takes "de-AT" in).
    """

    collections: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    published_from: str | None = None
    published_to: str | None = None
    hidden: bool = False
    titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether any document may be left out."""
        return bool(
            self.collections or self.documents or self.published_from or self.published_to or self.described
        )

    @property
    def described(self) -> bool:
        """Whether it looks at what only the catalogue knows."""
        return bool(self.titles or self.authors or self.sources or self.languages or self.types)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and how well it matched; `score` is the fused one and higher is better.

    `dense` is the cosine of question and passage, `words` the BM25 score, `sentence_scores` the cosine
    of the question with each of the passage's sentences, in their order, and `interaction` the mean cosine
    of each of the question's words with the likeliest word of the passage, 0 if the embedder gives none for
    words. `word_scores` holds for each sentence the cosine of each of the question's words (`content_spans`)
    with the likeliest word of the sentence; it is empty where there are none. A leg that did not find the
    passage among its candidates has rank None; ranks count from 1. `reason` says in words what brought it:
    "exact name" if it has a rare name or number of the question as it is written there, else the leg,
    "meaning" or "words", or "both".
    """

    passage: "Passage"
    title: str
    source: str
    collection: str
    published: str | None
    score: float
    dense: float
    words: float
    dense_rank: int | None
    words_rank: int | None
    sentence_scores: tuple[float, ...]
    reason: str
    interaction: float = 0.0
    word_scores: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage's vector, its sentences' and words': of shapes (width,), (sentences, width), (words, width).

    A word's is what the model makes of it in the passage. Of an embedder that has no such, `words` is empty;
    a word that it did not read has a row of zeros.
    """

    vector: "Vector"
    sentences: "Matrix"
    words: "Matrix"


@dataclass(frozen=True, slots=True)
class EncodedQuery:
    """A question's vector of shape (width,) and its words' of shape (words, width), as of a passage's."""

    vector: "Vector"
    words: "Matrix"


class Embedder(Protocol):
    """Text to unit vectors. `name` identifies the model's very weights, so that indexes can be checked.

    `languages` holds the codes of those that it speaks, such as "en"; None where it is not known.
    """

    name: str
    languages: frozenset[str] | None

    @property
    def max_tokens(self) -> int:
        """How many tokens the model reads of a text, special tokens included."""
        ...

    def encode_query(self, text: str, word_spans: Sequence[tuple[int, int]]) -> EncodedQuery:
        """Return the question's vector and one for each span (in code points) of it."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> "Matrix":
        """Return the texts' unit vectors, shape (texts, width)."""
        ...

    def encode_passages(
        self,
        texts: Sequence[str],
        sentence_spans: Sequence[Sequence[tuple[int, int]]],
        word_spans: Sequence[Sequence[tuple[int, int]]],
    ) -> list[EncodedPassage]:
        """Return vectors for each text and for each span (in code points) of that text."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens of the window each text takes, special tokens included."""
        ...


class Reranker(Protocol):
    """Reads question and passage together."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return how well each text answers the question, higher is better, in no certain unit."""
        ...


class VectorIndex(Protocol):
    """Nearest vectors by cosine; a rebuildable copy of what the catalogue holds."""

    def add(self, ids: Sequence[str], vectors: "Matrix") -> None:
        """Add or replace; the same ids again change nothing."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Forget the ids; unknown ones are ignored."""
        ...

    def search(self, vector: "Vector", limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` (id, cosine), best first."""
        ...

    def ids(self) -> set[str]:
        """Return every id in the index."""
        ...

    def close(self) -> None:
        """Let go of its files."""
        ...


class KeywordIndex(Protocol):
    """BM25 over the words of passages; a rebuildable copy of what the catalogue holds."""

    def add(self, rows: Sequence["KeywordRow"]) -> None:
        """Add or replace, in one commit."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Forget the ids, in one commit; unknown ones are ignored."""
        ...

    def search(self, question: str, limit: int, where: Filter) -> list[tuple[str, float]]:
        """Return at most `limit` (id, score), best first; never raises, whatever the characters."""
        ...

    def holding(self, words: str, where: Filter) -> list[str]:
        """Return the ids of all passages that hold every one of the words in some form; none for no word."""
        ...

    def beside(self, ids: Sequence[str]) -> set[str]:
        """Return the other ids that are kept together with these, and must be written anew to erase them."""
        ...

    def terms(self, text: str) -> list[str]:
        """Return the stems of a text, each once, stop words left out unless all are."""
        ...

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return in how many passages each stem occurs."""
        ...

    def ids(self) -> set[str]:
        """Return every id in the index."""
        ...

    def close(self) -> None:
        """Let go of its files."""
        ...


@dataclass(frozen=True, slots=True)
class KeywordRow:
    """What the words index needs to know of one passage.

    `about` is who wrote and who published it; `around` is the text of the passages before and after it;
    `language` is the document's, as a tag such as "de" or "de-AT", or None if it is not known.
    """

    id: str
    document_id: str
    collection: str
    published: str | None
    title: str
    heading: str | None
    text: str
    about: str = ""
    around: str = ""
    language: str | None = None
