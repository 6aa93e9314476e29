"""What goes in and comes out where marks, pins, feedback and the log are kept and exported."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from chat.export.content import Format, Kind, Marked
from chat.feedback import Feedback
from chat.interfaces.http.models import Found, Given, Identity, Name, Offset, Page, Version
from chat.log import LogEntry
from chat.marks import LONGEST_INITIALS, LONGEST_NOTE, Mark, MarkState
from chat.tray import Pin

Number = Annotated[int, Field(ge=1, le=1_000_000)]
Note = Annotated[str, StringConstraints(max_length=LONGEST_NOTE)]


class ConversationsPage(Page):
    """Which part of the list of conversations to return."""

    words: Annotated[str, StringConstraints(max_length=500)] = ""
    """Only conversations that hold each of these words in their title, questions or answers."""


class SentMessage(BaseModel):
    """A message as a language model was sent it."""

    role: Literal["system", "user"]
    text: str


class ConsideredTurn(BaseModel):
    """What an answer was made of: the passages found, best first, and what a language model was sent of them.

    `model` is null where none was asked. A removed document's passages have no words.
    """

    hits: list[Found]
    model: str | None
    messages: list[SentMessage]
    left_out: list[str]
    """The ids of passages that did not fit into what the model reads."""


class Title(Given):
    """What a conversation is to be called."""

    title: Name


class NewMark(Given):
    """What somebody found of a footnote."""

    state: MarkState
    initials: Annotated[str, StringConstraints(max_length=LONGEST_INITIALS)] = ""
    note: Note = ""


class Marks(BaseModel):
    """A conversation's marks, by turn and number."""

    marks: list[Mark]


class NewFeedback(Given):
    """What somebody says of an answer, or of its footnote `number`."""

    kind: Annotated[str, StringConstraints(max_length=40, pattern=r"\S")]
    """Such as `wrong evidence`, `out of context` or `missed a source`."""
    number: Number | None = None
    note: Note = ""


class FeedbackPage(Page):
    """Which part of the feedback to return."""

    conversation: Identity | None = None
    """Only that on this one."""


class FeedbackList(BaseModel):
    """A page of what was said of answers, the latest first, with the evidence that they had shown."""

    feedback: list[Feedback]
    total: int
    next: int | None


class NewPin(Given):
    """Words to pin, as code points `start` to `end` of a document, half-open."""

    document_id: Identity
    start: Offset
    end: Offset
    version: Version | None = None
    """The current one, unless said."""
    note: Note = ""
    conversation: Identity | None = None
    """The conversation in which they were found."""


class PinChange(Given):
    """A pin's new note or position, counted from 1; what is left out stays."""

    note: Note | None = None
    position: Number | None = None


class Pins(BaseModel):
    """The tray, in its order, with the words as the documents have them now."""

    pins: list[Pin]


class LogPage(Page):
    """Which part of the log to return."""

    conversation: Identity | None = None
    """Only what was done in this one, and to the documents that it cites."""


class LogList(BaseModel):
    """A page of what was done, the earliest first."""

    log: list[LogEntry]
    total: int
    next: int | None


class FileWish(Given):
    """In which format, and of which kind, a file is wanted."""

    format: Format = "json"
    """Markdown, Word with footnotes, or JSON."""
    kind: Kind = "publishable"
    """`publishable` holds no path, file name, hash, id or user; `filing` holds them, and the log."""


class ConversationFileWish(FileWish):
    """What of a conversation is to be in a file."""

    turn: Number | None = None
    """Only this answer."""
    marked: Marked | None = None
    """Only footnotes in this state, and the sentences that have one."""
