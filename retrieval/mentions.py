"""Every mention of a name in the library's documents: exhaustive and exact, no search by rank.

Each searchable document is looked through. Its text, folded and squeezed to letters and digits, is kept in
memory with a note of which four bytes stand anywhere in it: a document that cannot hold a name is passed over
at once, however long the list. What may hold it is folded with the way back to its code points. The words
index is not asked: it cuts words at soft hyphens, at the ends of lines and before combining marks, and would
lose what stands there.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sqlite3 import Row
from typing import TYPE_CHECKING

from ingest.database import Database
from ingest.errors import InvalidSetting
from retrieval.fold import Folded, Form, squeezed
from retrieval.hit import Filter
from retrieval.passages import Passages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_NAMES = 2000
LONGEST_NAME = 200  # code points
_KEPT = 96 << 20  # bytes of squeezed texts and what is noted of them
_RECENT = 4  # of what was looked for, so that its pages can be turned,
_MANY = 50_000  # unless it has more mentions
_GRAM = 4  # bytes
_BITS = 15  # of a gram's hash
_PIECE = re.compile(r'\s*(?:"[^"]*"|“[^”]*”|[^,;]+)')
_LINES = re.compile(r"[\n\r\v\f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Name:
    """What is looked for, and the ways in which it is written; the first is what it is called."""

    name: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A mention: the half-open span of the words, and which of the names it is."""

    start: int
    end: int
    name: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Mentioning:
    """A document that mentions any of the names, in the order of its text."""

    document_id: str
    version: int
    title: str
    source: str
    collection: str
    published: str | None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """All that mention any of the names, in the order in which they were added, of `searched` documents.

    `hidden` counts the mentions left out because their words are not to be seen on their page.
    """

    documents: tuple[Mentioning, ...]
    searched: int
    hidden: int


def parse_names(text: str) -> tuple[Name, ...]:
    """Return the names of a pasted list: one a line, or several with commas; `Name = alias, alias` are one.

    What stands in double quotes may hold commas. A name that comes twice is taken once. Raises InvalidSetting
    for an empty list, and for what is too long or holds nothing that could be found.
    """
    found: dict[str, Name] = {}
    for line in _LINES.split(text):
        name, sign, aliases = line.partition("=")
        if sign and name.strip():
            rows = [(_bare(name), *_pieces(aliases))]
        else:
            rows = [(piece,) for piece in _pieces(line)]
        for forms in rows:
            kept = {form.text: form.written for form in map(_form, forms)}
            found.setdefault(next(iter(kept)), Name(next(iter(kept.values())), tuple(kept.values())))
            if len(found) > MOST_NAMES:
                raise InvalidSetting(f"more than {MOST_NAMES:,} names are too many at once; look in parts")
    if not found:
        raise InvalidSetting("there is nothing to look for; give a term, or a list of names, one a line")
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Letters:
    """A squeezed text, and a bit for the hash of each of its grams."""

    text: bytes
    grams: "NDArray[np.uint8]"


class _Wanted:
    """The forms of all names, with the grams that a text must have to hold them."""

    def __init__(self, names: Sequence[Name]) -> None:
        import numpy as np

        self.forms = [(number, _form(form)) for number, name in enumerate(names) for form in name.forms]
        hashes = [_hashes(form.squeezed) for _, form in self.forms]
        self._long = np.array([number for number, each in enumerate(hashes) if each.size], dtype=np.intp)
        sizes = [each.size for each in hashes if each.size]
        self._starts = np.cumsum([0, *sizes])[:-1]
        self._hashes = np.concatenate([each for each in hashes if each.size]) if sizes else _hashes(b"")

    def possible(self, letters: _Letters) -> dict[int, list[Form]]:
        """Return, by name, the forms that a text may hold; none that it holds is left out."""
        import numpy as np

        maybe = np.ones(len(self.forms), dtype=bool)
        if self._long.size:
            there = (letters.grams[self._hashes >> 3] << (self._hashes & 7)) & 0x80
            maybe[self._long] = np.logical_and.reduceat(there != 0, self._starts)
        found: dict[int, list[Form]] = {}
        for place in np.flatnonzero(maybe):
            number, form = self.forms[place]
            if form.squeezed in letters.text:
                found.setdefault(number, []).append(form)
        return found


class Mentions:
    """Looks through the searchable documents of a library; thread-safe."""

    def __init__(self, database: Database, passages: Passages) -> None:
        self._database = database
        self._passages = passages
        self._letters: dict[tuple[str, int], _Letters] = {}
        self._held = 0
        self._recent: OrderedDict[tuple[tuple[Name, ...], Filter, str], Looked] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, names: Sequence[Name], where: Filter) -> Looked:
        """Return every mention that the filter allows; where names overlap, each has its own."""
        asked = (tuple(names), where, self._passages.library_version)
        with self._lock:
            if asked in self._recent:
                return self._recent[asked]
        looked = self._look(_Wanted(names), where)
        if sum(len(each.places) for each in looked.documents) <= _MANY:
            with self._lock:
                self._recent[asked] = looked
                if len(self._recent) > _RECENT:
                    self._recent.popitem(last=False)
        return looked

    def _look(self, wanted: _Wanted, where: Filter) -> Looked:
        documents: list[Mentioning] = []
        hidden = 0
        rows = self._rows(where)
        for row in rows:
            places, unseen = self._places(row, wanted, where.hidden)
            hidden += unseen
            if places:
                documents.append(
                    Mentioning(
                        row["id"],
                        row["version"],
                        row["title"],
                        row["source"],
                        row["collection"],
                        row["published"],
                        tuple(places),
                    )
                )
        return Looked(tuple(documents), len(rows), hidden)

    def _rows(self, where: Filter) -> list[Row]:
        allowed = self._passages.allowed(where)
        rows = self._database.read().execute(
            "SELECT id, version, title, source, collection, published FROM searchable"
            " ORDER BY added_at, source, id"
        )
        found = rows.fetchall()
        self._forget_all_but({(row["id"], row["version"]) for row in found})
        return [row for row in found if row["id"] in allowed]

    def _places(self, row: Row, wanted: _Wanted, with_hidden: bool) -> tuple[list[Place], int]:
        key = (row["id"], row["version"])
        text: str | None = None
        letters = self._letters.get(key)
        if letters is None:
            text = self._text(key)
            letters = _letters(text)
            self._keep(key, letters)
        possible = wanted.possible(letters)
        if not possible:
            return [], 0
        folded = Folded(self._text(key) if text is None else text)
        spans = sorted(
            (start, end, number)
            for number, forms in possible.items()
            for start, end in spans_of(folded, forms)
        )
        hidden = self._hidden(key) if spans else []
        places = [
            Place(start, end, number, any(start < last and end > first for first, last in hidden))
            for start, end, number in spans
        ]
        shown = [place for place in places if with_hidden or not place.hidden]
        return shown, len(places) - len(shown)

    def _text(self, key: tuple[str, int]) -> str:
        """Return the text, or nothing of a version that was removed just now."""
        query = "SELECT text FROM documents WHERE id=? AND version=? AND state='ready'"
        row = self._database.read().execute(query, key).fetchone()
        return str(row["text"]) if row else ""

    def _hidden(self, key: tuple[str, int]) -> list[tuple[int, int]]:
        query = "SELECT start, end FROM hidden WHERE document_id=? AND version=?"
        return [(row["start"], row["end"]) for row in self._database.read().execute(query, key)]

    def _keep(self, key: tuple[str, int], letters: _Letters) -> None:
        """Keep what fits: all are looked at in turn, so what took another place would be gone by then."""
        with self._lock:
            if key not in self._letters and self._held + _size(letters) <= _KEPT:
                self._letters[key] = letters
                self._held += _size(letters)

    def _forget_all_but(self, keys: set[tuple[str, int]]) -> None:
        with self._lock:
            for key in [key for key in self._letters if key not in keys]:
                self._held -= _size(self._letters.pop(key))


def _letters(text: str) -> _Letters:
    import numpy as np

    letters = squeezed(text)
    bits = np.zeros(1 << _BITS, dtype=bool)
    bits[_hashes(letters)] = True
    return _Letters(letters, np.packbits(bits))


def _size(letters: _Letters) -> int:
    return len(letters.text) + int(letters.grams.nbytes)


def _hashes(letters: bytes) -> "NDArray[np.uint32]":
    """Return the hash of each four bytes that stand together, `_BITS` bits each; none for a shorter text."""
    import numpy as np

    each = np.frombuffer(letters, dtype=np.uint8).astype(np.uint32)
    count = max(0, each.size - _GRAM + 1)
    grams = np.zeros(count, dtype=np.uint32)
    for place in range(_GRAM):
        grams |= each[place : place + count] << (8 * place)
    return (grams * np.uint32(2654435761)) >> np.uint32(32 - _BITS)


def spans_of(folded: Folded, forms: Sequence[Form]) -> list[tuple[int, int]]:
    """Return where any of the forms stands in a text, in order; where two overlap, the first and longest."""
    found = sorted(
        (span for form in forms for span in _each(folded, form)), key=lambda span: (span[0], -span[1])
    )
    kept: list[tuple[int, int]] = []
    for start, end in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _each(folded: Folded, form: Form) -> Iterator[tuple[int, int]]:
    at = folded.text.find(form.text)
    while at >= 0:
        span = folded.span(at, at + len(form.text))
        good = span is not None and form.is_written(folded.source[span[0] : span[1]])
        if good and span is not None:
            yield span
        at = folded.text.find(form.text, at + (len(form.text) if good else 1))


def _pieces(text: str) -> list[str]:
    return [piece for found in _PIECE.findall(text) if (piece := _bare(found))]


def _bare(text: str) -> str:
    return text.strip().strip('"“”').strip()


def _form(written: str) -> Form:
    if len(written) > LONGEST_NAME:
        raise InvalidSetting(
            f"{written[:40]!r}… is longer than a name, which has {LONGEST_NAME} characters at most"
        )
    try:
        return Form(written)
    except ValueError:
        raise InvalidSetting(f"{written!r} holds nothing that could be found; give a word") from None
