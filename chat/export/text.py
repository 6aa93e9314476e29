"""What the written formats have in common: what a note says beside its quote, and the log line by line."""

import re
import unicodedata

from chat.export.content import REMOVED, Export, Note
from chat.log import LogEntry

_OPENERS = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"}
_ISOLATES = dict.fromkeys("\u2066\u2067\u2068", "\u2069")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """Return the text with U+FFFD for each code point that XML and UTF-8 cannot hold, one for one."""
    return _UNWRITABLE.sub("\ufffd", text)


def closed(text: str) -> str:
    """Return the text with the marks that end what it began to reorder, so that it ends with itself."""
    pending: list[str] = []
    for character in text:
        if character in _OPENERS or character in _ISOLATES:
            pending.append(_OPENERS.get(character) or _ISOLATES[character])
        elif pending and character == pending[-1]:
            pending.pop()
    return text + "".join(reversed(pending))


def is_rtl(text: str) -> bool:
    """Tell whether the first letter that has a direction is written from right to left."""
    first = (unicodedata.bidirectional(each) for each in text)
    return next((kind for kind in first if kind in ("L", "R", "AL")), "L") != "L"


def reference(note: Note) -> str:
    """Return where a quote stands, and in a filing which bytes it was read from, in one line."""
    said = [", ".join(filter(None, (note.source.label, note.place, note.published)))]
    if note.filed is not None and note.source.filed is not None:
        said.append(
            f"From {note.source.filed.source}, version {note.filed.version}, characters {note.filed.start} to"
            f" {note.filed.end}, sha256 {note.filed.content_hash}"
        )
    if note.state == "superseded":
        said.append("The source has changed since")
    if note.state == "removed":
        said.append(REMOVED)
    return " ".join(f"{part.rstrip('.')}." for part in said)


def finding(note: Note) -> str:
    """Return what somebody found of a note, with initials, time and remark in a filing; empty for nothing."""
    if note.mark is None:
        return ""
    by = f" by {note.mark.initials}" if note.mark.initials else ""
    at = f" on {moment(note.mark.at)}" if note.mark.at else ""
    why = f": {note.mark.note}" if note.mark.note else ""
    return f"{note.mark.state.capitalize()}{by}{at}{why}"


def moment(at: str) -> str:
    """`2026-01-02T03:04:05.678+00:00` -> `2026-01-02 03:04:05 UTC`."""
    return f"{at[:10]} {at[11:19]} UTC"


def about(export: Export) -> list[str]:
    """Return the lines that stand under the title."""
    count = len(export.notes)
    lines = [f"Exported on {export.made_at[:10]} · {count} footnote{'s' if count != 1 else ''}"]
    if export.kind == "filing":
        owner = f" of {export.owner}" if export.owner else ""
        place = f"Conversation {export.conversation}{owner}" if export.conversation else f"Tray{owner}"
        lines.append(f"{place} · exported at {moment(export.made_at)}")
    return lines


def entry(each: LogEntry) -> str:
    """Return one line of the log."""
    where = [
        f"answer {each.turn}" if each.turn is not None else "",
        f"footnote {each.number}" if each.number is not None else "",
        f"document {each.document_id}" if each.document_id else "",
        f"version {each.version}" if each.version else "",
        *(f"{name.replace('_', ' ')} {value}" for name, value in each.detail.items() if value != ""),
        f"by {each.owner}" if each.owner else "",
    ]
    return " · ".join([moment(each.at), each.what, *filter(None, where)])
