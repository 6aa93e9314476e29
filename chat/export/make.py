"""Make a file of what is kept: which parts, of which kind, in which format."""

from collections.abc import Callable, Collection, Sequence
from typing import get_args

from chat.export.as_json import to_json
from chat.export.content import Export, Format, Kind, Marked
from chat.export.gather import Gathering, Recorded
from chat.export.markdown import to_markdown
from chat.export.naming import Names
from chat.export.word import to_word
from chat.log import LogEntry
from chat.tray import Pin
from chat.verify.cite import Shelf
from ingest.errors import InvalidSetting, NotInLibrary

MEDIA_TYPES: dict[Format, str] = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}
_WRITERS: dict[Format, Callable[[Export], bytes]] = {"md": to_markdown, "docx": to_word, "json": to_json}


def check_wish(format: str, kind: str, marked: Collection[str] = ()) -> None:
    """Raise InvalidSetting for a format, a kind or a state of marks that there is not."""
    for word, known, what in (
        (format, get_args(Format), "format"),
        (kind, get_args(Kind), "kind"),
        *((state, get_args(Marked), "state of a footnote") for state in marked),
    ):
        if word not in known:
            raise InvalidSetting(f"there is no {what} {word!r}; there are {', '.join(known)}")


def conversation_file(
    recorded: Recorded,
    turn: int | None,
    marked: Collection[Marked],
    *,
    format: Format,
    kind: Kind,
    shelf: Shelf,
    names: Names,
) -> bytes:
    """Return a conversation, or one answer of it, as a file; raises NotInLibrary for an unknown turn."""
    if turn is not None and turn not in [each.number for each in recorded.turns]:
        raise NotInLibrary(f"the conversation {recorded.conversation!r} has no answer {turn}")
    gathering = Gathering(kind, shelf, names, marked)
    return _WRITERS[format](gathering.conversation(recorded, turn))


def tray_file(
    pins: Sequence[Pin],
    log: Sequence[LogEntry],
    owner: str,
    *,
    format: Format,
    kind: Kind,
    shelf: Shelf,
    names: Names,
) -> bytes:
    """Return the pinned quotes as a file."""
    return _WRITERS[format](Gathering(kind, shelf, names).tray(pins, log, owner))
