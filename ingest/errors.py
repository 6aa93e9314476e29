"""Every error that Footnote raises on purpose, in one tree.

FootnoteError                     base: its text is one clear line for a person
├── UnreadableSource              one file or page did not go in; the others do
│   ├── MissingSource             nothing is there
│   ├── EmptySource               it holds no bytes, or no words
│   ├── NoText                    pages without text (a scan)
│   │   └── NeedsOcr              its words are in pictures that are yet to be read
│   ├── ProtectedSource           a password or permission is needed
│   ├── UnknownFormat             no reader knows it
│   ├── TooLarge                  over a size, time or memory limit
│   └── RefusedAddress            a URL that will not be fetched
├── NotInLibrary                  no such document, collection or conversation
│   └── NoSuchJob                 an addition that is not remembered
├── TooManyAdditions              so many additions wait that no more is taken
├── Ending                        the server is about to end and begins nothing
├── LibraryBusy                   another process owns the library and cannot be reached
├── LibraryMismatch               the library was built with another model, other settings or a newer version
├── StoreFailed                   the library's own files could not be written or read
├── BadBackup                     an archive that is no whole backup, or a place where none can be put
├── ModelMissing                  a model is not on this machine, or is not the one it should be
└── InvalidSetting                a setting is unknown or out of bounds
"""


class FootnoteError(Exception):
    """Base of all errors meant for a person; `str(error)` is one line: what, why, what to do."""


class UnreadableSource(FootnoteError):
    """One source could not be read; `reason` says why, and what to do, in one line."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class MissingSource(UnreadableSource):
    """Nothing is there under that path or address."""


class EmptySource(UnreadableSource):
    """The source holds no bytes, or nothing but blank."""


class NoText(UnreadableSource):
    """The source has pages but no text on any of them, as a scan has."""


class NeedsOcr(NoText):
    """Its words are in pictures only, and those are read after everything else."""


class ProtectedSource(UnreadableSource):
    """A password or a permission is needed to read it."""


class UnknownFormat(UnreadableSource):
    """No reader knows what this is, or its content is damaged."""


class TooLarge(UnreadableSource):
    """Reading it went over a limit of size, time or memory."""


class RefusedAddress(UnreadableSource):
    """A URL that is not fetched: its scheme, its address or its answer is refused."""


class NotInLibrary(FootnoteError):
    """No such document, collection or conversation in this library."""


class NoSuchJob(NotInLibrary):
    """No such addition is remembered."""


class TooManyAdditions(FootnoteError):
    """So many additions wait that no more is taken for now."""


class Ending(FootnoteError):
    """The server is about to end, and begins nothing more."""


class LibraryBusy(FootnoteError):
    """Another process owns the library and did not answer in time."""


class LibraryMismatch(FootnoteError):
    """The library was built with another embedder or other passage settings, or by a newer version."""


class StoreFailed(FootnoteError):
    """The library's own files could not be written or read, for want of space, say."""


class BadBackup(FootnoteError):
    """An archive is not a whole backup, or may not be written or restored where it was asked for."""


class ModelMissing(FootnoteError):
    """A model is not on this machine, or its files are not what they should be."""


class InvalidSetting(FootnoteError):
    """A setting is unknown or out of bounds."""
