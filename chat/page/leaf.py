"""The reader's pages as HTML: a document's text, a page's picture, or what became of the source."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chat.page.picture import ZOOMS
from chat.page.sheet import (
    Span,
    heading_path,
    locator,
    ocr_line,
    page_label,
    page_of,
    paragraphs,
    show,
    window,
)
from ingest.document import Document, Reading

if TYPE_CHECKING:
    from ingest.readers.pdf_page import PageBox

REMOVED = "This source was removed; its words are no longer kept."
_FIRST = ' id="quote"'
"""The element that the reader's script brings into view."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as the reader opens it, the number of its current version, and the words asked for."""

    document: Document
    current: int
    span: Span | None
    misplaced: bool

    def address(self, **query: str | int) -> str:
        """Return the address of the same words with other ways to show them."""
        place = f"/{self.span.start}-{self.span.end}" if self.span else ""
        pairs = {"v": self.document.version, **query}
        rest = "&amp;".join(f"{key}={value}" for key, value in pairs.items())
        return f"/library/{show(self.document.id)}{place}?{rest}"


def text_leaf(opened: Opened, at: int | None, pictures: bool) -> str:
    """Return the page of the document's text, the words marked."""
    text = opened.document.text
    part = window(len(text), opened.span, at)
    body = paragraphs(opened.document.reading, part, opened.span)
    size = part.end - part.start
    earlier = later = ""
    if part.start > 0:
        back = opened.address(view="text", at=max(0, part.start - size))
        earlier = f'<p class="more"><a href="{back}">Earlier text</a></p>'
    if part.end < len(text):
        later = f'<p class="more"><a href="{opened.address(view="text", at=part.end)}">Later text</a></p>'
    named = f'data-document="{show(opened.document.id)}" data-version="{opened.document.version}"'
    article = f'<article class="text" {named} data-start="{part.start}">{earlier}{body}{later}</article>'
    return _leaf(opened, article, pictures, "text")


def picture_leaf(opened: Opened, boxes: Sequence["PageBox"], number: int, zoom: int) -> str:
    """Return the page of a PDF page's picture, boxes over the words."""
    document = opened.document
    numbers = [page.number for page in document.reading.pages]
    number = number if number in numbers else numbers[0]
    zoom = zoom if zoom in ZOOMS else 100
    drawn = [box for box in boxes if box.page == number]
    image = f"/library/{show(document.id)}/page/{number}.png?v={document.version}&amp;zoom={zoom}"
    label = show(page_label(document.reading, number) or str(number))
    body = (
        f'<nav class="turn" aria-label="Pages">{_turn(opened, numbers, number, zoom)}</nav>'
        f'<figure class="sheet zoom{zoom}"><img src="{image}" alt="Page {label}">{_overlay(drawn)}</figure>'
    )
    if boxes and not drawn:
        there = boxes[0].page
        back = opened.address(view="page", page=there, zoom=zoom)
        body = f'<p class="note"><a href="{back}">The quoted words are on page {there}</a></p>{body}'
    return _leaf(opened, body, True, "page")


def removed_leaf() -> str:
    """Return the page for a source that is not there."""
    return _html("Removed source", f'<main class="gone"><h1>{REMOVED}</h1></main>')


def superseded_leaf(current: Document, version: int | None) -> str:
    """Return the page for a version whose words are not kept, while a later one is."""
    link = f'<a href="/library/{show(current.id)}">Open version {current.version}</a>'
    body = (
        f'<main class="gone"><h1>The source changed; version {version} is no longer kept.</h1>'
        f"<p>The current version is {current.version}. {link}</p></main>"
    )
    return _html(current.title, body)


def place_of(reading: Reading, span: Span) -> str:
    """Return headings, page, locator and OCR of a span in one line; empty if nothing is known."""
    label = page_label(reading, page_of(reading, span.start)) if len(reading.pages) > 1 else None
    parts = [
        " › ".join(heading_path(reading, span.start)),
        f"page {label}" if label else "",
        locator(reading, span) or "",
        ocr_line(reading, span),
    ]
    return " · ".join(part for part in parts if part)


def _leaf(opened: Opened, body: str, pictures: bool, view: str) -> str:
    document = opened.document
    short = Path(document.source).name if Path(document.source).is_absolute() else document.source
    version = f"version {document.version}" if opened.current > 1 else ""
    facts = ["" if short == document.title else short, document.reading.published or "", version]
    line = show(" · ".join(fact for fact in facts if fact))
    place = place_of(document.reading, opened.span) if opened.span else ""
    head = (
        f'<header><h1 dir="auto">{show(document.title)}</h1>'
        f'<p class="facts" title="{show(document.source)}">{line}</p>'
        + (f'<p class="place-line" dir="auto">{show(place)}</p>' if place else "")
        + (_tabs(opened, view) if pictures else "")
        + "</header>"
    )
    return _html(document.title, f"{head}{_notes(opened)}<main>{body}</main>")


def _notes(opened: Opened) -> str:
    notes = []
    version = opened.document.version
    if version != opened.current:
        link = f'<a href="/library/{show(opened.document.id)}">open version {opened.current}</a>'
        notes.append(f"The source has changed since; these words are from version {version} ({link}).")
    if opened.misplaced:
        notes.append("The address names words beyond the end of this text, so nothing is marked.")
    return "".join(f'<p class="note">{note}</p>' for note in notes)


def _tabs(opened: Opened, view: str) -> str:
    tabs = []
    for name in ("page", "text"):
        current = ' aria-current="page"' if name == view else ""
        tabs.append(f'<a href="{opened.address(view=name)}"{current}>{name.capitalize()}</a>')
    return f'<nav class="tabs" aria-label="Views">{"".join(tabs)}</nav>'


def _turn(opened: Opened, numbers: list[int], number: int, zoom: int) -> str:
    row = numbers.index(number)

    def link(text: str, page: int | None, to: int, name: str) -> str:
        if page is None or to not in ZOOMS:
            return f'<span class="off">{text}</span>'
        return f'<a href="{opened.address(view="page", page=page, zoom=to)}" aria-label="{name}">{text}</a>'

    step = ZOOMS.index(zoom)
    smaller = ZOOMS[step - 1] if step else 0
    larger = ZOOMS[step + 1] if step + 1 < len(ZOOMS) else 0
    label = show(page_label(opened.document.reading, number) or str(number))
    return (
        link("Previous", numbers[row - 1] if row else None, zoom, "Previous page")
        + f"<b>Page {label} of {len(numbers)}</b>"
        + link("Next", numbers[row + 1] if row + 1 < len(numbers) else None, zoom, "Next page")
        + '<span class="space"></span>'
        + link("−", number, smaller, "Smaller")
        + f"<span>{zoom} %</span>"
        + link("+", number, larger, "Larger")
    )


def _overlay(boxes: Sequence["PageBox"]) -> str:
    """Return the boxes as a picture over the page's; they are shares of its width and height."""
    if not boxes:
        return ""
    shapes = "".join(
        f'<rect{_FIRST if row == 0 else ""} x="{box.left:.5f}" y="{box.top:.5f}" '
        f'width="{box.right - box.left:.5f}" height="{box.bottom - box.top:.5f}"/>'
        for row, box in enumerate(boxes)
    )
    return (
        '<svg viewBox="0 0 1 1" preserveAspectRatio="none" role="img" '
        f'aria-label="The quoted words">{shapes}</svg>'
    )


def _html(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{show(title)}</title>"
        '<link rel="stylesheet" href="/static/fn/reader.css">'
        '<script src="/static/fn/reader.js" defer></script>'
        f"</head><body>{body}</body></html>"
    )
