"""Cut documents into passages and embed those: all that is slow about adding, and nothing is stored yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Document
from ingest.passage import Passage, prefixed, split
from retrieval.hit import Embedder, EncodedPassage

# Passages are cut to about this many of the embedder's tokens; the window of all-MiniLM-L6-v2 is 256.
TARGET_TOKENS = 160
# What a library must have been built with, beside the embedder; raise it when cutting or pooling changes.
PASSAGE_SETTINGS = f"passages of {TARGET_TOKENS} tokens, cut 2"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document, cut and embedded; passages and vectors run in parallel."""

    document: Document
    passages: Sequence[Passage]
    encoded: Sequence[EncodedPassage]


def prepare(group: Sequence[Document], embedder: Embedder) -> list[Prepared]:
    """Cut documents into passages and embed those of all in one go."""
    cut = [
        split(document, embedder.count_tokens, max_tokens=embedder.max_tokens, target_tokens=TARGET_TOKENS)
        for document in group
    ]
    texts, spans = [], []
    for document, passages in zip(group, cut, strict=True):
        for passage in passages:
            text = prefixed(passage, document.title)
            shift = len(text) - len(passage.text) - passage.start
            texts.append(text)
            spans.append([(start + shift, end + shift) for start, end in passage.sentences])
    encoded = iter(embedder.encode_passages(texts, spans))
    return [
        Prepared(document, passages, [next(encoded) for _ in passages])
        for document, passages in zip(group, cut, strict=True)
    ]
