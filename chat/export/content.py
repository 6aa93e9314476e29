"""What goes into an exported file. Whoever writes one sees nothing else, so what is left out here is out.

A *publishable* file holds no path, file name, hash, id, collection or user; `filed` is None throughout, and
marks have neither initials nor time nor note. A *filing* one holds all of them, and the log.
"""

from dataclasses import dataclass
from typing import Any, Literal

from chat.answer import State, Status
from chat.log import LogEntry
from chat.marks import MarkState

Kind = Literal["publishable", "filing"]
Format = Literal["md", "docx", "json"]
Marked = Literal["checked", "disputed", "unchecked"]

REMOVED = "This source was removed; its words are no longer kept."


@dataclass(frozen=True, slots=True)
class FiledSource:
    """What a filing tells of a document beside its name; `known` is False once it was removed."""

    document_id: str
    source: str
    origin: str
    collection: str
    known: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A document that is quoted; `number` counts from 1 in the order of the first quote."""

    number: int
    label: str
    filed: FiledSource | None


@dataclass(frozen=True, slots=True)
class FiledNote:
    """Exactly where a quote stands: code points of one version, whose bytes have this hash."""

    version: int
    content_hash: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NoteMark:
    """What somebody found of a footnote; who, when and why only in a filing."""

    state: MarkState
    initials: str = ""
    at: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: words as they stand in a source, empty once it was removed.

    `number` counts through the file; `turn` and `footnote` say where the page shows it, None for a pin.
    `context` are words that the quote needs beside it, each with why.
    """

    number: int
    turn: int | None
    footnote: int | None
    source: Source
    state: State
    quote: str
    context: tuple[tuple[str, str], ...]
    place: str
    published: str | None
    mark: NoteMark | None
    filed: FiledNote | None


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or a pinned quote, with its notes; `caveat` is what a reader must know of it, or empty.

    `remark` is what somebody noted at a pin, only in a filing.
    """

    text: str
    verbatim: bool
    caveat: str
    speaker: str
    notes: tuple[Note, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A question and its answer, or the tray; `remarks` are our own sentences on how it came about.

    `short` is the answer in a few words of its first note, where there is one.

    `left_out` counts sentences none of whose footnotes is marked as was asked. `withheld` are claims that
    failed verification and why, `answer` is the whole answer as JSON; both only in a filing.
    """

    turn: int | None
    question: str
    searched: str
    status: Status | None
    remarks: tuple[str, ...]
    short: Said | None
    said: tuple[Said, ...]
    nearest: tuple[Note, ...]
    left_out: int
    withheld: tuple[tuple[str, str], ...]
    answer: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Export:
    """A whole file; `made_at` is in ISO 8601, UTC; `log` is None but in a filing."""

    kind: Kind
    title: str
    made_at: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    log: tuple[LogEntry, ...] | None
    conversation: str | None
    owner: str | None

    @property
    def notes(self) -> list[Note]:
        """Every footnote once, by its number."""
        found = {
            note.number: note
            for section in self.sections
            for note in (*(each for said in section.said for each in said.notes), *section.nearest)
        }
        return [found[number] for number in sorted(found)]
