"""An RTF as its page shows it, for what kreuzberg says otherwise.

It shows the signs for spaces and hyphens themselves, reads what a revision takes out or moves away and the
running headers as words of the text, leaves the numbers of lists out, glues raised figures to words, and cuts
a word of which only the first part is bold ("A nn").
"""

import re

from ingest.readers.raised import raised

_TOKEN = re.compile(
    rb"\\bin([0-9]{1,9}) ?|(\\[A-Za-z]+)(-?[0-9]{1,9})? ?|\\'[0-9A-Fa-f]{2}|\\.|[{}]|[^\\{}]+", re.S
)
_SIGNS = {rb"\~": rb"\'a0", rb"\_": b"-", rb"\-": b""}
_GONE = frozenset((rb"\deleted", rb"\mvf"))  # kreuzberg leaves out what is hidden
_NUMBERS = frozenset((rb"\listtext", rb"\pntext"))
_RUNNING = re.compile(rb"\\(?:header|footer)[lrf]?")
_LEVEL = frozenset((rb"\super", rb"\sub", rb"\nosupersub", rb"\plain"))
_CONCERNED = re.compile(rb"\\(?:[~_-]|deleted|mvf|super|listtext|pntext|header|footer)|}[^{}\s]")
_APART = frozenset((rb"\par", rb"\footnote", rb"\cell", rb"\line", rb"\tab", rb"\page", rb"\sect"))
_LONGEST = 40  # bytes of a raised word


def as_shown(data: bytes) -> bytes:
    """Return the file so; what is damaged of it stays as it is."""
    if not _CONCERNED.search(data):
        return data
    writer, position = _Writer(), 0
    while match := _TOKEN.match(data, position):
        position = match.end()
        token = match[0]
        if match[1]:
            position += int(match[1])  # bytes of a picture, which may look like anything
            token = data[match.start() : position]
        writer.take(token, match[2] or b"", match[3], data[position : position + _LONGEST])
    return b"".join(writer.written) + data[position:]


class _Writer:
    """The file as it is written anew, token by token."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self._raising = [False]  # for each open group, whether its words are raised
        self._left_out = 0  # the number of open groups at which one is left out; nought while none is
        self._label: list[bytes] | None = None  # what the number of a list's item is put together from
        self._words = b""  # the last ones that were written

    def take(self, token: bytes, word: bytes, number: bytes | None, after: bytes) -> None:
        """Take a token; of a control word its name and its number, if any; `after` is what comes next."""
        if token == b"{":
            self._raising.append(self._raising[-1])
        elif token == b"}" and len(self._raising) > 1:
            self._raising.pop()
        if self._left_out:
            self._leave_out(token, word)
        elif _RUNNING.fullmatch(word) or word in _NUMBERS:
            self._left_out = len(self._raising)
            self._label = [] if word in _NUMBERS else None
        elif word:
            self._take_word(token, word, on=number != b"0")
        else:
            self._take_text(token, after)

    def _leave_out(self, token: bytes, word: bytes) -> None:
        if token == b"}" and len(self._raising) <= max(self._left_out - 1, 1):
            self._left_out = 0
            self.written += [token] if self._label is None else [_label(b"".join(self._label)), token]
            self._label = None
        elif self._label is not None and word in (b"", rb"\u") and token not in (b"{", b"}"):
            self._label.append(token)

    def _take_word(self, token: bytes, word: bytes, *, on: bool) -> None:
        if word in _GONE:
            token = rb"\v " if on else rb"\v0 "
        elif word in _LEVEL:
            self._raising[-1] = word == rb"\super" and on
        elif word in _APART:
            self._words = b""
        self.written.append(token)

    def _take_text(self, token: bytes, after: bytes) -> None:
        if token[:1] not in b"{}\\":
            before, self._words = self._words, token[-_LONGEST:]
            if self._raising[-1] and len(token) <= _LONGEST:
                token = _raised(before, token, after)
        self.written.append(_SIGNS.get(token, token))
        if token == b"}" and after[:1] not in (b"", b"{", b"}", b" "):
            self.written.append(b"{}")  # or kreuzberg sees a space here


def _label(content: bytes) -> bytes:
    """A list's number before its item, or a bullet where it is a sign of any font."""
    number = re.sub(rb"\\u-?[0-9]+ ?|\\'..", b"", content).strip()
    if not re.search(rb"[A-Za-z0-9]", number) or number == b"o":
        return rb"\bullet  "
    return content.strip() + b" "


def _raised(before: bytes, token: bytes, after: bytes) -> bytes:
    """A raised word as plain words tell it."""
    following = re.sub(rb"\\[a-z]+-?[0-9]* ?|[{}]", b"", after)
    words = raised(_line(before), _line(token), _line(following))
    return b"".join(bytes((ord(char),)) if char < "\x7f" else rb"{\uc0\u%d }" % ord(char) for char in words)


def _line(content: bytes) -> str:
    return re.sub(r"[\r\n]", "", content.decode("latin-1"))
