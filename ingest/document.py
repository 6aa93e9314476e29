"""A document: what a reader made of one source, and what the library knows about it."""

import hashlib
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a half-open span of the text; `label` is what is printed on it, if that is known."""

    number: int
    start: int
    end: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's own half-open span in the text; level 1 is the highest."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Mark:
    """How the profession writes the place of a half-open span: a transcript's page:line, a table's row.

    Marks lie in the order of the text and do not overlap.
    """

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """A half-open span that one person says; `role` is "question", "answer" or "objection" in a hearing."""

    start: int
    end: int
    speaker: str | None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class OcrWord:
    """A word that was read from a picture, its half-open span, and how sure the reader is of it (0 to 1).

    The box is on the picture of page `page`, or on that picture within an office file: shares of its width
    and height, 0 to 1, from its top left.
    """

    start: int
    end: int
    confidence: float
    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Held:
    """A half-open span that a sheet shows rounded or shortened, and the value that its file holds there."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Found:
    """How a value of the metadata was found, in words; the span if it was read off the text."""

    how: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A file within a source: an attachment, a member of an archive; `reason` says why it is left out.

    Its bytes, `size` of them, are kept under `content_hash`. Names within one source differ.
    """

    name: str
    content_hash: str
    size: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one source. Offsets count Unicode code points of `text`.

    `text` is decoded once and never changed afterwards, or offsets would lie. Running headers, page
    numbers and a transcript's line numbers are kept beside it (in `pages` and `marks`), not in it.
    `metadata` holds strings that the source itself states: author, publisher, language, description,
    `unread_pages` (comma-separated numbers of pages without text, `picture N` for pictures within it),
    `waiting_pages` (those of them that wait for OCR). `published` is `YYYY-MM-DD` as the
    source states it, never a file time. `found` says of title, author and the like how each was found.
    `hidden` are spans, blocks of their own, that are in the file but not to be seen on its page.
    """

    text: str
    media_type: str
    title: str | None = None
    published: str | None = None
    blocks: tuple[tuple[int, int], ...] = ()
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    marks: tuple[Mark, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    utterances: tuple[Utterance, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()
    ocr: tuple[OcrWord, ...] = ()
    held: tuple[Held, ...] = ()
    found: dict[str, Found] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one source in the library.

    `id` is stable across versions; `origin` is the absolute path, the URL or the caller's `source`;
    `source` is what people are shown; `content_hash` is the sha256 of the bytes, in hex.
    """

    id: str
    version: int
    collection: str
    origin: str
    source: str
    title: str
    content_hash: str
    reading: Reading

    @property
    def text(self) -> str:
        """The stored text that every offset counts in."""
        return self.reading.text


def document_id(collection: str, origin: str) -> str:
    """Return the short hash that identifies a source, whatever its version: 16 hex digits."""
    return hashlib.sha256(f"{collection}\0{origin}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def content_hash(data: bytes) -> str:
    """Return the sha256 of a source's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def reading_from(text: str, beside: dict[str, Any]) -> Reading:
    """Return the reading whose parts beside the text came through JSON; older ones lack the later fields."""
    parts = dict(beside)
    for name, kind in _ROWS:
        if name in parts:
            parts[name] = tuple(kind(**row) for row in parts[name])
    for name in ("blocks", "hidden"):
        parts[name] = tuple((start, end) for start, end in parts.get(name, ()))
    parts["found"] = {name: Found(**row) for name, row in parts.get("found", {}).items()}
    return Reading(text=text, **parts)


_ROWS: tuple[tuple[str, type[Any]], ...] = (
    ("pages", Page),
    ("headings", Heading),
    ("marks", Mark),
    ("utterances", Utterance),
    ("ocr", OcrWord),
    ("held", Held),
    ("parts", Part),
)
