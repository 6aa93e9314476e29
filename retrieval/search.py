"""The hybrid search: both legs bring candidates, sentences and words rescore them, one list comes out."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.passage import parts_of, prefixed
from retrieval.asking import asks
from retrieval.fuse import SENTENCE, fuse, interaction_share, meaning_weight, min_max
from retrieval.hidden import Hidden
from retrieval.hit import Embedder, Filter, Hit, Reranker
from retrieval.indexes import Indexes
from retrieval.late_interaction import asked_spans, rarity, sentence_words
from retrieval.origins import Origins
from retrieval.passages import Passages
from retrieval.spread import spread

if TYPE_CHECKING:
    from retrieval.hit import Vector
    from retrieval.passages import Described

# How many candidates each leg brings; more changed no figure on the development sets.
CANDIDATES = 100
# How many of the best a reranker looks at again; each takes it longer than everything else here.
RERANKED = 20
# A word of the question that one passage in a hundred has, or of a small library no more than four.
_RARE = 4.6


class HybridSearch:
    """Search over the passages of `ready` documents: a hit that the catalogue does not know is dropped."""

    def __init__(
        self,
        passages: Passages,
        origins: Origins,
        hidden: Hidden,
        embedder: Embedder,
        indexes: Indexes,
        reranker: Reranker | None = None,
    ) -> None:
        self._passages = passages
        self._origins = origins
        self._hidden = hidden
        self._embedder = embedder
        self._indexes = indexes
        self._reranker = reranker

    def search(self, question: str, limit: int, where: Filter) -> list[Hit]:
        """Return at most `limit` hits, best first."""
        narrowed = self._passages.narrowed(where)
        if narrowed is None:
            return []
        where = narrowed
        question = question.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is no word
        spans = asked_spans(question)
        encoded = self._embedder.encode_query(question, spans)
        dense = self._indexes.dense(encoded.vector, CANDIDATES, where)
        words = self._indexes.words.search(question, CANDIDATES, where)
        dense_ranks = {name: rank for rank, (name, _) in enumerate(dense, 1)}
        words_ranks = {name: rank for rank, (name, _) in enumerate(words, 1)}
        bm25 = dict(words)
        names = list(dict.fromkeys([*dense_ranks, *words_ranks]))
        unseen = set() if where.hidden else self._hidden.among(names)
        found = self._passages.vectors([name for name in names if name not in unseen])
        asked_words = [question[start:end] for start, end in spans]
        weights = self._rarities(asked_words)
        exact = _rare_names(asked_words, weights.tolist())
        ids, likeness = found.ids, found.likeness(encoded, weights)
        said = [bm25.get(name, 0.0) for name in ids]
        asked = asks(question)
        meant = [each.both(SENTENCE) for each in likeness]
        met = [each.words for each in likeness]
        weight, more = meaning_weight(said, asked=asked), interaction_share(asked=asked)
        fused = fuse(meant, said, met, weight=weight, more=more)
        groups = self._origins.groups()
        documents = [parts_of(name)[0] for name in ids]
        fused = spread(fused, [groups.get(document, document) for document in documents])
        order = sorted(range(len(ids)), key=lambda number: (-fused[number], ids[number]))
        if self._reranker is not None:
            order = self._reranked(self._reranker, question, order, ids, fused)
        order = order[:limit]
        described = self._passages.describe([ids[number] for number in order])
        hits = []
        for number in order:
            name = ids[number]
            if name not in described:  # removed since its vector was read
                continue
            known = described[name]
            hits.append(
                Hit(
                    passage=known.passage,
                    title=known.title,
                    source=known.source,
                    collection=known.collection,
                    published=known.published,
                    score=fused[number],
                    dense=likeness[number].passage,
                    words=bm25.get(name, 0.0),
                    dense_rank=dense_ranks.get(name),
                    words_rank=words_ranks.get(name),
                    sentence_scores=likeness[number].sentences,
                    reason=_reason(name in dense_ranks, name in words_ranks, known, exact),
                    interaction=likeness[number].words,
                    word_scores=sentence_words(encoded.words, known.passage, found.words_of(number)),
                )
            )
        return hits

    def _rarities(self, words: Sequence[str]) -> "Vector":
        """Return how rare each word is: the rarest of its stems, where it has several."""
        import numpy as np

        index, passages = self._indexes.words, self._passages.count()
        stems = {word: index.terms(word) for word in words}
        every = list(dict.fromkeys(stem for each in stems.values() for stem in each))
        counts = dict(zip(every, index.document_frequencies(every), strict=True))
        found = [max((rarity(counts[stem], passages) for stem in stems[word]), default=0.0) for word in words]
        return np.array(found, dtype=np.float32)

    def _reranked(
        self, reranker: Reranker, question: str, order: list[int], ids: list[str], fused: list[float]
    ) -> list[int]:
        """Order the best anew; they keep their places above the rest, and the span of their scores."""
        best = order[:RERANKED]
        known = self._passages.describe([ids[number] for number in best])
        best = [number for number in best if ids[number] in known]
        if not best:
            return order
        texts = [prefixed(known[ids[number]].passage, known[ids[number]].title) for number in best]
        low, high = fused[best[-1]], fused[best[0]]
        stretched = min_max(reranker.scores(question, texts))
        for number, share in zip(best, stretched, strict=True):
            fused[number] = low + (high - low) * share
        return [*sorted(best, key=lambda number: (-fused[number], ids[number])), *order[RERANKED:]]


def _rare_names(words: Sequence[str], rarities: Sequence[float]) -> list[re.Pattern[str]]:
    """Return what finds those of a question's words that are rare and a name or number, as written there."""
    return [
        re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        for word, rare in zip(words, rarities, strict=True)
        if rare >= _RARE and (word[0].isupper() or any(map(str.isdigit, word)))
    ]


def _reason(dense: bool, words: bool, known: "Described", exact: Sequence[re.Pattern[str]]) -> str:
    if words and any(name.search(text) for name in exact for text in (known.passage.text, known.title)):
        return "exact name"
    if dense and words:
        return "both"
    return "meaning" if dense else "words"
