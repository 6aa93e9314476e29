"""What the library tells of its documents, and of adding and removing them."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that is not in the library, and why and what to do, in one line."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class FailedSource:
    """A failure as it is kept: `source` is what people are shown, `origin` what can be tried again.

    `remedy` is what to do about it, in words; `failed_at` is in ISO 8601, UTC.
    """

    source: str
    reason: str
    remedy: str
    collection: str
    origin: str
    failed_at: str


@dataclass(frozen=True, slots=True)
class AddProgress:
    """One step of an addition; `done` counts finished sources, failed ones included, of `total`.

    `passages` were embedded so far, in `seconds`; `share` of the whole, from 0 to 1, is behind.
    """

    source: str
    done: int
    total: int
    state: Literal["reading", "embedding", "ready", "waiting", "unchanged", "failed"]
    reason: str | None = None
    passages: int = 0
    seconds: float = 0.0
    share: float = 0.0

    @property
    def rate(self) -> float | None:
        """Passages embedded in a second, None before there was one."""
        return self.passages / self.seconds if self.passages and self.seconds > 0 else None

    @property
    def remaining(self) -> float | None:
        """An estimate of the seconds that are left, None before there is anything to go by."""
        return self.seconds * (1 - self.share) / self.share if self.share > 0 else None


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of every source: ids of documents that went in, ids that were there, and failures.

    `waiting` names sources whose words are yet to be read from their pictures, `identical` those of the
    added whose very bytes another document has too, with that one's id, `foreign` those of the added in a
    language that the embedder does not speak, with the language's name.
    `cancelled` tells that it was stopped on request: what is not named here was not looked at.
    """

    added: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[Failure, ...]
    waiting: tuple[str, ...] = ()
    identical: tuple[tuple[str, str], ...] = ()
    cancelled: bool = False
    foreign: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of one removal: what was there, and how many traces a check found afterwards (0 is right).

    `before` and `after` count, by place: versions, passages, entries in the words index and in the vectors
    index, kept originals, copies of an upload, records of what it is like, copies of the catalogue.
    """

    document_id: str
    source: str
    versions: int
    passages: int
    left: int
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A row of the library's list. `note` names what could not be read of it, such as pages without text.

    A document that is not `enabled` is kept and not searched; `edited` names what the user has set of it.
    """

    id: str
    version: int
    collection: str
    source: str
    origin: str
    title: str
    published: str | None
    author: str | None
    media_type: str
    content_hash: str
    passages: int
    characters: int
    pages: int
    added_at: str
    note: str | None
    enabled: bool = True
    edited: tuple[str, ...] = ()


ListedState = Literal["searchable", "aside", "waiting", "failed", "kept"]
"""`kept` is asked for, and no row's: what is searchable or aside, thus every document."""
SortedBy = Literal["added", "title", "published", "collection", "type", "passages"]


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A row of the table of everything that was ever handed over and not removed.

    `state` is `searchable`; `aside`: kept and not searched; `waiting`: to be read by OCR, and not in yet; or
    `failed`: not read, for that `reason`, with what to do as `remedy`. What failed has no `id`, and `origin`
    is what can be tried again. `added_at`, in ISO 8601, UTC, is when it failed, and None for what waits.
    """

    id: str | None
    version: int | None
    state: ListedState
    title: str
    source: str
    origin: str
    collection: str
    published: str | None
    author: str | None
    publisher: str | None
    media_type: str | None
    passages: int
    pages: int
    characters: int
    added_at: str | None
    content_hash: str | None
    note: str | None
    reason: str | None
    remedy: str | None
    edited: tuple[str, ...] = ()

    def document(self) -> DocumentInfo | None:
        """Return the line of the list of documents that this is; None for what is none yet."""
        if self.id is None or self.version is None:
            return None
        return DocumentInfo(
            id=self.id,
            version=self.version,
            collection=self.collection,
            source=self.source,
            origin=self.origin,
            title=self.title,
            published=self.published,
            author=self.author,
            media_type=self.media_type or "",
            content_hash=self.content_hash or "",
            passages=self.passages,
            characters=self.characters,
            pages=self.pages,
            added_at=self.added_at or "",
            note=self.note,
            enabled=self.state == "searchable",
            edited=self.edited,
        )


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A part of that table; `total` rows fit what was asked for, and `counts` of the states do without it."""

    rows: tuple[ListedSource, ...]
    total: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version of a document that can still be opened; the one with no later version is `current`."""

    version: int
    current: bool
    content_hash: str
    characters: int
    pages: int
    added_at: str
