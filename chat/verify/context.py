"""The words that a quote needs beside it, read from its own document."""

import re

from chat.answer import Context, Quote
from chat.verify.exception import excepts, number_of, sets_aside
from ingest.document import Document
from ingest.sentences import sentence_spans

# A sentence that opens so cannot be understood without the one before it.
_LEANS_BACK = re.compile(
    r"(?:[“\"'(\[]|A\.\s+)*(?:he|she|it|they|his|her|its|their|this|that|these|those|both|neither"
    r"|such|the (?:first|second|latter|former|other)|however|instead|yes|no|so|but|and|there)\b",
    re.IGNORECASE,
)
# "All amounts in this annex are in thousands of euros.", "(in millions of dollars)", "Figures in $ thousand".
_STATES_UNIT = re.compile(
    r"\b(?:amounts?|figures|numbers|values|sums|prices|totals)\b[^.!?\n]{0,40}?\b(?:in|as)\b[^.!?\n]{0,12}"
    r"\b(?:thousands?|millions?|billions?|percent|euros?|dollars?|pounds?|crowns?)\b"
    r"|\(\s*in [^()\n]{0,20}(?:thousands?|millions?|billions?)\b[^()\n]{0,30}\)",
    re.IGNORECASE,
)
# A number that is followed by no word: of a table, or after a colon.
_BARE = re.compile(r"[:|;\t]\s*-?\(?\d[\d.,]*\)?\s*(?:$|[.;|\n)])")
_SURE = 0.8  # a word that OCR is less sure of is marked
_MOST_DOUBTS = 8
_NEAR = 1_000  # characters before the quote in which the sentence that it leans on is looked for


def context_for(document: Document, quote: Quote) -> tuple[Context, ...]:
    """Return what a quote needs beside it.

    The sentence that it leans on, the unit of its numbers, what sets its paragraph aside, doubtful words, the
    exact number where a sheet shows a rounded one.
    """
    return (
        *_leans_on(document, quote),
        *_unit(document, quote),
        *_exception(document, quote),
        *_doubtful(document, quote),
        *_hidden(document, quote),
        *_held(document, quote),
    )


def _unit(document: Document, quote: Quote) -> tuple[Context, ...]:
    """The document's sentence on the unit of its amounts, the last before the quote, for a bare number."""
    if not _BARE.search(quote.text) or _STATES_UNIT.search(quote.text):
        return ()
    found = None
    for stated in _STATES_UNIT.finditer(document.text):
        if stated.start() > quote.start and found is not None:
            break
        found = stated
    if found is None:
        return ()
    low, high = max(0, found.start() - _NEAR), min(len(document.text), found.end() + _NEAR)
    blocks = [
        (max(start, low), min(end, high))
        for start, end in document.reading.blocks
        if start < found.end() and end > found.start()
    ] or [(low, high)]
    for start, end in sentence_spans(document.text, blocks):
        if start <= found.start() < end:
            return (Context(start, end, document.text[start:end], "the unit of its numbers"),)
    return ()


def _exception(document: Document, quote: Quote) -> tuple[Context, ...]:
    """The first sentence elsewhere that says for what the numbered paragraph quoted does not hold."""
    number = number_of(quote.text)
    if number is None:
        return ()
    for found in excepts(number).finditer(document.text):
        low, high = max(0, found.start() - _NEAR), min(len(document.text), found.end() + _NEAR)
        for start, end in sentence_spans(document.text, _blocks(document, low, high)):
            told = document.text[start:end]
            apart = end <= quote.start or start >= quote.end
            if start <= found.start() < end and apart and sets_aside(told, number):
                return (Context(start, end, told, "an exception to it"),)
    return ()


def _blocks(document: Document, low: int, high: int) -> list[tuple[int, int]]:
    """The document's blocks within bounds, or the bounds where it has none."""
    return [
        (max(start, low), min(end, high))
        for start, end in document.reading.blocks
        if start < high and end > low
    ] or [(low, high)]


def _hidden(document: Document, quote: Quote) -> tuple[Context, ...]:
    """The words of a quote that are in the file and not to be seen on its page."""
    spans = [
        (max(start, quote.start), min(end, quote.end))
        for start, end in document.reading.hidden
        if start < quote.end and end > quote.start
    ]
    return tuple(Context(start, end, document.text[start:end], "hidden on the page") for start, end in spans)


def _held(document: Document, quote: Quote) -> tuple[Context, ...]:
    """The figures and days of a quote that the sheet shows rounded or shortened, with what the file holds."""
    found = [each for each in document.reading.held if each.start < quote.end and each.end > quote.start]
    return tuple(
        Context(each.start, each.end, document.text[each.start : each.end], f"the file holds {each.value}")
        for each in found[:_MOST_DOUBTS]
    )


def _doubtful(document: Document, quote: Quote) -> tuple[Context, ...]:
    """Of a quote that was read by OCR, the word that is least sure, and all that are not sure enough."""
    words = [word for word in document.reading.ocr if word.start < quote.end and word.end > quote.start]
    least = sorted(words, key=lambda word: word.confidence)
    shown = [word for word in least if word.confidence < _SURE][:_MOST_DOUBTS] or least[:1]
    return tuple(
        Context(
            word.start,
            word.end,
            document.text[word.start : word.end],
            f"read by OCR, {word.confidence:.0%} sure"
            + ("" if word.confidence < _SURE else ", the least sure word"),
        )
        for word in sorted(shown, key=lambda word: word.start)
    )


def _leans_on(document: Document, quote: Quote) -> tuple[Context, ...]:
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
