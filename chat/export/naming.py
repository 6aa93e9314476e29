"""What documents are called in an export, and what a publishable one leaves out of people's own words.

A quote is never changed. A title is: one that is, or names, a file is replaced by what the document is.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from ingest.document import Document

_KINDS = (
    ("application/pdf", "PDF"),
    ("wordprocessing", "Word document"),
    ("application/msword", "Word document"),
    ("spreadsheet", "spreadsheet"),
    ("excel", "spreadsheet"),
    ("presentation", "slides"),
    ("powerpoint", "slides"),
    ("text/csv", "table"),
    ("message/", "mail"),
    ("outlook", "mail"),
    ("text/html", "web page"),
    ("epub", "book"),
    ("image/", "picture"),
    ("subrip", "transcript"),
    ("text/vtt", "transcript"),
    ("json", "data"),
    ("xml", "data"),
    ("text/", "text"),
)
_ENDING = re.compile(r"[^\s/\\]\.[A-Za-z][A-Za-z0-9]{0,4}$")
_PLACES = re.compile(
    r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>]+"  # an address
    r"|\\\\[^\s\"'<>]+"  # a share
    r"|\b[A-Za-z]:[\\/][^\s\"'<>]*"  # a drive
    r"|(?<![\w.])~?/(?:[^\s/\"'<>]+/)+[^\s/\"'<>]*"  # a path of two parts or more
)
_FILES = re.compile(
    r"[^\s\"'<>()“”]+\.(?:pdf|docx?|odt|rtf|xlsx?|ods|csv|tsv|pptx?|odp|txt|md|html?|eml|msg|mbox|epub|zip"
    r"|json|xml|png|jpe?g|tiff?|srt|vtt)\b",
    re.IGNORECASE,
)
_HASH = re.compile(r"\b[0-9a-f]{16,}\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_TELLING = 8  # characters from which a name without its ending is taken for one
_FILE, _PLACE, _ID = "[file]", "[path]", "[id]"


class Names:
    """The names of a library's files, so that none of them is in a publishable text."""

    def __init__(self, places: Iterable[str]) -> None:
        # By its first word, so that few of very many are looked for.
        self._known: dict[str, list[str]] = {}
        for name in {name for place in places for name in _names(place)}:
            if found := _WORD.search(name.casefold()):
                self._known.setdefault(found[0], []).append(name)

    def clean(self, text: str) -> str:
        """Return our own or a person's words without paths, names of files, addresses and hashes."""
        folded = text.casefold()
        near = {name for word in set(_WORD.findall(folded)) for name in self._known.get(word, ())}
        for name in sorted(near, key=len, reverse=True):
            if name.casefold() in folded:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: _FILE, text, flags=re.IGNORECASE)
        for pattern, instead in ((_PLACES, _PLACE), (_HASH, _ID), (_FILES, _FILE)):
            text = pattern.sub(instead, text)
        return text

    def label(self, document: Document, number: int) -> str:
        """Return the document's title, or what it is if its title tells the name of a file."""
        title = document.title
        places = [document.source, document.origin]
        stems = {
            _bare(name) for place in places for name in (_last(place), PurePath(_last(place)).stem, place)
        }
        if _bare(title) in stems or _ENDING.search(title) or self.clean(title) != title:
            return described(document, number)
        return title


def described(document: Document, number: int) -> str:
    """Return what a document is: "Document 3, PDF, 12 pages"."""
    media = document.reading.media_type.lower()
    kind = next((name for part, name in _KINDS if part in media), "file")
    pages = len(document.reading.pages)
    length = f", {pages} page{'s' if pages != 1 else ''}" if pages else ""
    return f"Document {number}, {kind}{length}"


def _names(place: str) -> Iterator[str]:
    """Give a place, the file's name in it, and that without its ending where it is no ordinary word."""
    last = _last(place)
    stem = PurePath(last).stem
    if place != last or "." in place:
        yield place
    if "." in last:
        yield last
    if len(stem) >= _TELLING and re.search(r"[^\W\d]", stem) and re.search(r"_|\d|\w-\w", stem):
        yield stem


def _last(place: str) -> str:
    return re.split(r"[/\\]", place.rstrip("/\\"))[-1]


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
