"""What can be added: a file, a page by its URL, a text; each can be loaded, then read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Protocol

from ingest.document import Document, Found, Reading, content_hash
from ingest.edits import is_day
from ingest.errors import EmptySource, TooLarge, UnreadableSource
from ingest.fetch import fetch
from ingest.files import digest, expand, keep, keep_bytes
from ingest.readers.described import FROM_WORDS, language_of
from ingest.readers.text import paragraphs
from ingest.worker import Worker

# Larger files are refused with one line: at this size even plain text is thousands of pages.
LIMIT_BYTES = 200 << 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source's bytes, kept; `read` is done only if they are new to the library."""

    content_hash: str
    path: Path
    name: str
    media_type: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()


class Source(Protocol):
    """One thing to add. `origin` identifies it, `label` is what people are shown."""

    @property
    def origin(self) -> str:
        """The absolute path, the URL, or the caller's own name."""
        ...

    @property
    def label(self) -> str:
        """What people are shown."""
        ...

    def peek(self) -> str | None:
        """Return the hash of the bytes that are there now if nothing need be copied or fetched for it.

        Raises UnreadableSource.
        """
        ...

    def load(self, originals: Path) -> Loaded:
        """Copy the bytes under their hash into the folder; raises UnreadableSource."""
        ...

    def read(self, loaded: Loaded, worker: Worker) -> Reading:
        """Return the text and what stands beside it; raises UnreadableSource."""
        ...

    def same_beside(self, stored: Document | None) -> bool:
        """Tell whether, the bytes being the same, what the caller says of them is as stored too."""
        ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file on this machine; `label` and `origin` differ from its path for an upload only."""

    path: Path
    origin: str
    label: str

    @classmethod
    def at(cls, path: Path, uploads: Path | None = None) -> "FileSource":
        """Return the source of a file, a link's being the file it leads to.

        A file in a folder of `uploads`, which is named for its content, was sent by the page: it has no
        place of its own, so it is known by that content and shown by its name, or its path within a
        folder that was sent.
        """
        path = path.resolve()
        if uploads is not None and path.is_relative_to(uploads.resolve()):
            folder, *names = path.relative_to(uploads.resolve()).parts
            name = printable("/".join(names))
            return cls(path, f"upload:{folder}/{name}", name)
        return cls(path, printable(str(path)), printable(str(path)))

    def peek(self) -> str | None:
        """Return the hash of the file's bytes."""
        return digest(self.path, limit_bytes=LIMIT_BYTES)

    def load(self, originals: Path) -> Loaded:
        """Copy the file's bytes under their hash."""
        name, kept = keep(self.path, originals, limit_bytes=LIMIT_BYTES)
        return Loaded(name, kept, Path(self.label).name)

    def read(self, loaded: Loaded, worker: Worker) -> Reading:
        """Read it in the worker process."""
        return _labelled(
            self.label,
            lambda: worker.read(loaded.path, loaded.name, loaded.media_type, parts=loaded.path.parent),
        )

    def same_beside(self, stored: Document | None) -> bool:
        """A file says everything itself."""
        return True


@dataclass(frozen=True, slots=True)
class BytesSource:
    """A file that the caller hands over under its own name for it, from standard input, say."""

    data: bytes
    source: str

    @property
    def origin(self) -> str:
        """The caller's name for it."""
        return self.source

    @property
    def label(self) -> str:
        """The caller's name for it."""
        return self.source

    def peek(self) -> str | None:
        """Return the hash of the bytes."""
        return content_hash(self.data)

    def load(self, originals: Path) -> Loaded:
        """Keep the bytes under their hash."""
        if not self.data.strip():
            raise EmptySource(self.source, "there are no words in it; nothing to add")
        if len(self.data) > LIMIT_BYTES:
            raise TooLarge(self.source, f"it is over the limit of {LIMIT_BYTES:,} bytes; split it")
        name, kept = keep_bytes(self.data, originals)
        return Loaded(name, kept, Path(self.source).name or self.source)

    def read(self, loaded: Loaded, worker: Worker) -> Reading:
        """Read it in the worker process."""
        return _labelled(self.label, lambda: worker.read(loaded.path, loaded.name, loaded.media_type))

    def same_beside(self, stored: Document | None) -> bool:
        """The bytes say everything themselves."""
        return True


@dataclass(frozen=True, slots=True)
class UrlSource:
    """A page that the user asked for by its address; nothing that it refers to is fetched."""

    url: str
    allow_private: bool = False

    @property
    def origin(self) -> str:
        """The address as the user gave it."""
        return self.url

    @property
    def label(self) -> str:
        """The address as the user gave it."""
        return self.url

    def peek(self) -> str | None:
        """Return None: it has to be fetched to know."""
        return None

    def load(self, originals: Path) -> Loaded:
        """Fetch it, guarded, and keep its bytes under their hash."""
        page = fetch(self.url, allow_private=self.allow_private, limit_bytes=LIMIT_BYTES)
        name, kept = keep_bytes(page.data, originals)
        beside = (("url", page.url), ("retrieved_at", page.retrieved_at))
        return Loaded(name, kept, page.name, page.media_type, beside)

    def read(self, loaded: Loaded, worker: Worker) -> Reading:
        """Read it in the worker process."""
        reading = _labelled(
            self.url,
            lambda: worker.read(loaded.path, loaded.name, loaded.media_type, parts=loaded.path.parent),
        )
        return replace(reading, metadata={**reading.metadata, **dict(loaded.metadata)})

    def same_beside(self, stored: Document | None) -> bool:
        """A page says everything itself; when it was fetched changes nothing."""
        return True


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text that the caller hands over; it is stored as it is, code point for code point."""

    text: str
    source: str
    title: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def origin(self) -> str:
        """The caller's name for it."""
        return self.source

    @property
    def label(self) -> str:
        """The caller's name for it."""
        return self.source

    def peek(self) -> str | None:
        """Return None: loading it is no work."""
        return None

    def load(self, originals: Path) -> Loaded:
        """Keep nothing beside the catalogue: the text is there whole."""
        if not self.text.strip():
            raise EmptySource(self.source, "the text is empty; give it some words")
        try:
            data = self.text.encode("utf-8")
            "".join((self.source, self.title or "", *chain(*self.metadata))).encode("utf-8")
        except UnicodeEncodeError as error:
            what = "text" if error.object == self.text else "source, title or metadata"
            raise UnreadableSource(
                printable(self.source),
                f"its {what} holds half a surrogate pair at {error.start}; decode it anew",
            ) from error
        published = dict(self.metadata).get("published")
        if published is not None and not is_day(published):
            raise UnreadableSource(self.source, f"published is {published!r}; give a date as YYYY-MM-DD")
        return Loaded(content_hash(data), Path(), self.source)

    def same_beside(self, stored: Document | None) -> bool:
        """Compare title, date and metadata: the caller may have corrected them."""
        return stored is not None and stored.reading == self._reading()

    def read(self, loaded: Loaded, worker: Worker) -> Reading:
        """Find the paragraphs and the language; no worker is needed for a plain string."""
        return self._reading()

    def _reading(self) -> Reading:
        beside = dict(self.metadata)
        told = "" if "language" in beside else language_of(self.text)
        if told:
            beside["language"] = told
        return Reading(
            self.text,
            "text/plain",
            title=self.title or beside.pop("title", None),
            published=beside.pop("published", None),
            blocks=tuple(paragraphs(self.text)),
            metadata=beside,
            found={"language": Found(FROM_WORDS)} if told else {},
        )


def resolve(
    named: Sequence[str | Path], *, allow_private: bool = False, uploads: Path | None = None
) -> Iterator[FileSource | UrlSource | UnreadableSource]:
    """Yield a source for each file in each path or folder and for each URL, and what is not there."""
    for name in named:
        if isinstance(name, str) and "://" in name:
            yield UrlSource(name, allow_private)
            continue
        for found in expand([name]):
            yield found if isinstance(found, UnreadableSource) else FileSource.at(found, uploads)


def to_document(
    source: Source, loaded: Loaded, reading: Reading, collection: str, name: str, version: int
) -> Document:
    """Return the document of a source's reading; without a stated title it is called by its file's name.

    `name` is its id.
    """
    return Document(
        id=name,
        version=version,
        collection=collection,
        origin=source.origin,
        source=source.label,
        title=reading.title or Path(loaded.name).name or source.label,
        content_hash=loaded.content_hash,
        reading=reading,
    )


def printable(name: str) -> str:
    r"""Return a name that can be stored and shown: bytes of it that are no UTF-8 stand as `\xff`."""
    data = name.encode("utf-8", "surrogateescape" if _from_bytes(name) else "backslashreplace")
    return data.decode("utf-8", "backslashreplace")


def _from_bytes(name: str) -> bool:
    """Tell whether all half surrogate pairs are Python's stand-ins for bytes, as in a file's name."""
    return not any(0xD800 <= ord(sign) <= 0xDFFF and not 0xDC80 <= ord(sign) <= 0xDCFF for sign in name)


def _labelled(label: str, read: Callable[[], Reading]) -> Reading:
    """Name the source in an error as people know it, not by the kept copy's name."""
    try:
        return read()
    except UnreadableSource as error:
        raise type(error)(label, error.reason) from error
