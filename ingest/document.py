"""A document: what a reader made of one source, and what the library knows about it."""

import hashlib
from dataclasses import dataclass, field


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
class Reading:
    """What a reader found in one source. Offsets count Unicode code points of `text`.

    `text` is decoded once and never changed afterwards, or offsets would lie. Running headers, page
    numbers and a transcript's line numbers are kept beside it (in `pages` and `marks`), not in it.
    `metadata` holds strings that the source itself states: author, publisher, language, description,
    `unread_pages` (comma-separated numbers of pages without text). `published` is `YYYY-MM-DD` as the
    source states it, never a file time.
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
