"""A document's text -> HTML in which exactly the code points start to end are marked.

The text is cut into paragraphs at its blocks, headings and pages; every code point lands in the HTML, in
order and once. What lies between paragraphs is kept in spans that are not displayed, so that the marked
elements' text, joined, is the quote. Nothing but `show` writes document text.
"""

import html
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from chat.page.markdown import showable
from ingest.document import Reading

WINDOW = 120_000
"""Code points shown at once; longer documents get links to what lies before and after."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open span of a document's text, in code points."""

    start: int
    end: int


def show(text: str) -> str:
    """Return `text` as HTML character data; a carriage return survives the HTML parser."""
    return html.escape(showable(text)).replace("\r", "&#13;")


def window(length: int, span: Span | None, at: int | None) -> Span:
    """Return the part of a text to show: from `at`, or around the quote, or the beginning."""
    start = at if at is not None else (span.start - WINDOW // 3 if span else 0)
    start = max(0, min(start, length - 1))
    return Span(start, min(length, start + WINDOW))


def paragraphs(reading: Reading, part: Span, quote: Span | None) -> str:
    """Return the HTML of the shown part of a text."""
    headings = {heading.start: heading.level for heading in reading.headings}
    pages = {page.start: page.label or str(page.number) for page in reading.pages}
    labels = {mark.start: mark.label for mark in reading.marks}
    places = sorted(labels)
    written: list[str] = []
    marked = False
    for start, end in _pieces(reading, part):
        if start in pages and len(reading.pages) > 1:
            written.append(f'<div class="folio" role="separator">Page {show(pages[start])}</div>')
        inside = places[bisect_left(places, start) : bisect_left(places, end)]
        body = _inline(reading.text, Span(start, end), quote, {place: labels[place] for place in inside})
        if not reading.text[start:end].strip():
            written.append(body)
            continue
        if quote and not marked and "<mark>" in body:
            body, marked = body.replace("<mark>", '<mark id="quote">', 1), True
        level = headings.get(start)
        tag = f"h{min(level + 1, 6)}" if level else "p"
        written.append(f'<{tag} dir="auto">{body}</{tag}>')
    return "\n".join(written)


def heading_path(reading: Reading, offset: int) -> list[str]:
    """Return the headings that stand over `offset`, outermost first."""
    path: list[tuple[int, str]] = []
    for heading in reading.headings:
        if heading.start > offset:
            break
        path = [entry for entry in path if entry[0] < heading.level]
        path.append((heading.level, " ".join(reading.text[heading.start : heading.end].split())))
    return [text for _, text in path]


def page_of(reading: Reading, offset: int) -> int | None:
    """Return the number of the page that `offset` stands on."""
    found = [page.number for page in reading.pages if page.start <= offset]
    return found[-1] if found else None


def page_label(reading: Reading, number: int | None) -> str | None:
    """Return what is printed on a page, or else its number."""
    for page in reading.pages:
        if page.number == number:
            return page.label or str(page.number)
    return None


def locator(reading: Reading, span: Span) -> str | None:
    """Return the place of a span as the profession writes it, from the first mark to the last."""
    labels = [mark.label for mark in reading.marks if mark.start < span.end and span.start < mark.end]
    if not labels:
        return None
    return labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"


def ocr_line(reading: Reading, span: Span) -> str:
    """Return how sure OCR was of a span's least sure word, in words; "" if the span is text."""
    sure = [word.confidence for word in reading.ocr if word.start < span.end and span.start < word.end]
    return f"read by OCR, least sure word {min(sure):.0%}" if sure else ""


def _pieces(reading: Reading, part: Span) -> Iterator[tuple[int, int]]:
    """Cut the part where a block, a heading or a page begins, and after a heading; without any, at lines."""
    cuts = {start for start, _ in reading.blocks}
    cuts |= {heading.start for heading in reading.headings} | {heading.end for heading in reading.headings}
    cuts |= {page.start for page in reading.pages}
    if not reading.blocks:
        offset = part.start
        for line in reading.text[part.start : part.end].splitlines(keepends=True):
            cuts.add(offset)
            offset += len(line)
    inner = sorted(cut for cut in cuts if part.start < cut < part.end)
    edges = [part.start, *inner, part.end]
    yield from ((start, end) for start, end in pairwise(edges) if start < end)


def _inline(text: str, piece: Span, quote: Span | None, labels: dict[int, str]) -> str:
    """Return one paragraph's HTML: places in the margin, the quote marked, the blanks after it hidden."""
    body_end = piece.start + len(text[piece.start : piece.end].rstrip())
    cuts = {piece.start, piece.end, body_end, *labels}
    if quote:
        cuts |= {offset for offset in (quote.start, quote.end) if piece.start < offset < piece.end}
    edges = sorted(cuts)
    written: list[str] = []
    for left, right in pairwise(edges):
        run = show(text[left:right])
        if left >= body_end:
            run = f'<span class="gap">{run}</span>'
        if quote and quote.start <= left and right <= quote.end:
            run = f"<mark>{run}</mark>"
        if left in labels:
            run = f'<i class="place" title="{show(labels[left])}"></i>{run}'
        written.append(run)
    return "".join(written)
