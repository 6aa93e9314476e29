"""The hybrid search: both legs bring candidates, sentences rescore them, one fused list comes out."""

from retrieval.fuse import fuse
from retrieval.hidden import Hidden
from retrieval.hit import Embedder, Filter, Hit
from retrieval.indexes import Indexes
from retrieval.passages import Passages

# How many candidates each leg brings; more changed no figure on the development sets.
CANDIDATES = 100
# The share of meaning in the fused score.
DENSE_WEIGHT = 0.6


class HybridSearch:
    """Search over the passages of `ready` documents: a hit that the catalogue does not know is dropped."""

    def __init__(self, passages: Passages, hidden: Hidden, embedder: Embedder, indexes: Indexes) -> None:
        self._passages = passages
        self._hidden = hidden
        self._embedder = embedder
        self._indexes = indexes

    def search(self, question: str, limit: int, where: Filter) -> list[Hit]:
        """Return at most `limit` hits, best first."""
        vector = self._embedder.embed_query(question)
        dense = self._indexes.dense(vector, CANDIDATES, where)
        words = self._indexes.words.search(question, CANDIDATES, where)
        dense_ranks = {name: rank for rank, (name, _) in enumerate(dense, 1)}
        words_ranks = {name: rank for rank, (name, _) in enumerate(words, 1)}
        bm25 = dict(words)
        names = list(dict.fromkeys([*dense_ranks, *words_ranks]))
        unseen = set() if where.hidden else self._hidden.among(names)
        rows = self._passages.vectors([name for name in names if name not in unseen])
        cosines = [float(row.vector @ vector) for row in rows]
        sentences = [tuple(float(score) for score in row.sentences @ vector) for row in rows]
        fused = fuse(
            [cosine + max(scores, default=cosine) for cosine, scores in zip(cosines, sentences, strict=True)],
            [bm25.get(row.id, 0.0) for row in rows],
            weight=DENSE_WEIGHT,
        )
        order = sorted(range(len(rows)), key=lambda number: (-fused[number], rows[number].id))[:limit]
        described = self._passages.describe([rows[number].id for number in order])
        hits = []
        for number in order:
            name = rows[number].id
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
                    dense=cosines[number],
                    words=bm25.get(name, 0.0),
                    dense_rank=dense_ranks.get(name),
                    words_rank=words_ranks.get(name),
                    sentence_scores=sentences[number],
                    reason=_reason(name in dense_ranks, name in words_ranks),
                )
            )
        return hits


def _reason(dense: bool, words: bool) -> str:
    if dense and words:
        return "both"
    return "meaning" if dense else "words"
