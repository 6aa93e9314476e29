"""The words that a quote needs beside it, read from its own document."""

import re

from chat.answer import Context, Quote
from ingest.document import Document
from ingest.sentences import sentence_spans

# A sentence that opens so cannot be understood without the one before it.
_LEANS_BACK = re.compile(
    r"(?:[“\"'(\[]|A\.\s+)*(?:he|she|it|they|his|her|its|their|this|that|these|those|both|neither"
    r"|such|the (?:first|second|latter|former|other)|however|instead|yes|no|so|but|and|there)\b",
    re.IGNORECASE,
)
_NEAR = 1_000  # characters before the quote in which the sentence that it leans on is looked for


def context_for(document: Document, quote: Quote) -> tuple[Context, ...]:
    """Return the sentence before a quote that opens with "he", "this" and the like; else nothing."""
    if not _LEANS_BACK.match(quote.text):
        return ()
    low = max(0, quote.start - _NEAR)
    blocks = [
        (max(start, low), min(end, quote.start))
        for start, end in document.reading.blocks
        if end > low and start < quote.start
    ]
    if not document.reading.blocks:
        blocks = [(low, quote.start)]
    before = [span for span in sentence_spans(document.text, blocks) if span[1] <= quote.start]
    if not before:
        return ()
    start, end = before[-1]
    return (Context(start, end, document.text[start:end], "the sentence that this one refers to"),)
