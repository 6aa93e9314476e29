"""What the library tells of its documents, and of adding and removing them."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that is not in the library, and why and what to do, in one line."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddProgress:
    """One step of an addition; `done` counts finished sources, failed ones included, of `total`."""

    source: str
    done: int
    total: int
    state: Literal["reading", "ready", "waiting", "unchanged", "failed"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of every source: ids of documents that went in, ids that were there, and failures.

    `waiting` names sources whose words are yet to be read from their pictures.
    """

    added: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[Failure, ...]
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of one removal: what was there, and how many traces a check found afterwards (0 is right)."""

    document_id: str
    source: str
    versions: int
    passages: int
    left: int


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A row of the library's list. `note` names what could not be read of it, such as pages without text."""

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
