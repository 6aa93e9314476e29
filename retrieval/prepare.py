"""Cut documents into passages and embed those: all that is slow about adding, and nothing is stored yet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ingest.document import Document
from ingest.edits import value_of, with_values
from ingest.observe import step
from ingest.passage import Passage, prefixed, split
from retrieval.hit import Embedder
from retrieval.late_interaction import content_spans
from retrieval.origins import Signature, signature
from retrieval.packed import Packed

# Passages are cut to about this many of the embedder's tokens; the window of all-MiniLM-L6-v2 is 256.
TARGET_TOKENS = 160
# What a library must have been built with, beside the embedder; raise it when cutting or pooling changes.
PASSAGE_SETTINGS = f"passages of {TARGET_TOKENS} tokens, cut 3, with words"


# Passages that are embedded in one go: enough to sort them by length, few enough to stop between two.
SLICE = 256
_NO_EDITS: Mapping[str, str | None] = {}


@dataclass(frozen=True, slots=True)
class Cut:
    """A document and its passages, before anything was embedded, and what its text is like.

    `said` holds what the source says in the fields in which the user has said otherwise.
    """

    document: Document
    passages: Sequence[Passage]
    signature: Signature | None
    said: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document, cut and embedded; passages and vectors run in parallel."""

    document: Document
    passages: Sequence[Passage]
    signature: Signature | None
    said: dict[str, str | None]
    encoded: Sequence[Packed]


def cut(document: Document, embedder: Embedder, edits: Mapping[str, str | None] = _NO_EDITS) -> Cut:
    """Give a document what the user has set of it, and cut it into passages."""
    said = {field: value_of(document, field) for field in edits}
    document = with_values(document, edits)
    passages = split(
        document, embedder.count_tokens, max_tokens=embedder.max_tokens, target_tokens=TARGET_TOKENS
    )
    return Cut(document, passages, signature(document.text), said)


def encode(
    group: Sequence[Cut], embedder: Embedder, on_slice: Callable[[int], None] = lambda done: None
) -> list[Prepared]:
    """Embed the passages of all, by slices; `on_slice` is told how many are done and may raise to stop."""
    texts, spans, words = [], [], []
    for each in group:
        for passage in each.passages:
            text = prefixed(passage, each.document.title)
            shift = len(text) - len(passage.text) - passage.start
            texts.append(text)
            spans.append([(start + shift, end + shift) for start, end in passage.sentences])
            words.append(content_spans(text))
    packed: list[Packed] = []
    with step("embed") as under_way:
        under_way.note(documents=len(group), passages=len(texts))
        for first in range(0, len(texts), SLICE):
            part = slice(first, first + SLICE)
            packed += map(Packed.of, embedder.encode_passages(texts[part], spans[part], words[part]))
            on_slice(len(packed))
    encoded = iter(packed)
    return [
        Prepared(
            each.document, each.passages, each.signature, each.said, [next(encoded) for _ in each.passages]
        )
        for each in group
    ]


def prepare(group: Sequence[Document], embedder: Embedder) -> list[Prepared]:
    """Cut documents into passages and embed those of all."""
    return encode([cut(document, embedder) for document in group], embedder)
