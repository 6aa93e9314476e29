"""Plain text: decoded once and kept code point for code point; paragraphs are found beside it."""

import re
from collections.abc import Iterator

from ingest.document import Reading
from ingest.readers.decode import decode

_LINE = re.compile(r"[^\r\n\f\v\x85\u2028\u2029]*(?:\r\n|[\r\n\f\v\x85\u2028\u2029]|$)")
_BULLET = re.compile(
    r"\s*(?:[-–—*•·▪◦‣o]\s|\(?\d{1,3}[.)]\s|\(?[a-zA-Z][.)]\s|[A-Z][A-Z .'’-]{1,30}:\s|[QA]\.\s)"
)
_QUOTED = re.compile(r"(?:[ \t]?>)+[ \t]*")
_WRAP_LIMIT = 120


def read(data: bytes, name: str, media_type: str = "text/plain", *, prose: bool = True) -> Reading:
    """Read a text file; only `prose` has a title, source code and data have none."""
    text, encoding = decode(data, name)
    blocks = paragraphs(text)
    title = _title(text, blocks) if prose else None
    return Reading(text, media_type, title, None, tuple(blocks), metadata={"encoding": encoding})


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Spans of paragraphs. A newline inside one is a soft wrap: the next word would not have fit the line.

    What a reply quotes behind ">" is never one paragraph with what it does not, and has a width of its own.
    """
    widths: dict[int, int] = {}
    for start, end in _lines(text):
        depth = _quoted(text, start, end)[0]
        widths[depth] = max(widths.get(depth, 0), end - start)
    blocks: list[tuple[int, int]] = []
    last: tuple[int, int] | None = None
    for start, end in _lines(text):
        if start == end:
            continue
        if last and _wrapped(text, last, (start, end), widths):
            blocks[-1] = (blocks[-1][0], end)
        else:
            blocks.append((_visible(text, start, end), end))
        last = (start, end)
    return blocks


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Each line's span, blanks at its end left out."""
    for match in _LINE.finditer(text):
        if match.group():
            yield match.start(), match.start() + len(match.group().rstrip())


def _visible(text: str, start: int, end: int) -> int:
    """Where a line's first character that is no blank stands."""
    return start + len(text[start:end]) - len(text[start:end].lstrip())


def _quoted(text: str, start: int, end: int) -> tuple[int, int]:
    """How many times a reply's line is quoted, and where its own words begin."""
    marks = _QUOTED.match(text, start, end)
    return (marks.group().count(">"), marks.end()) if marks else (0, start)


def _wrapped(text: str, last: tuple[int, int], line: tuple[int, int], widths: dict[int, int]) -> bool:
    """Whether this line goes on with the paragraph of the last one."""
    between = text[last[1] : line[0]]
    depth, begin = _quoted(text, *line)
    last_depth, last_begin = _quoted(text, *last)
    if widths[depth] > _WRAP_LIMIT or "\f" in between or len(between.strip(" \t").replace("\r\n", "\n")) != 1:
        return False
    content = text[begin : line[1]]
    if depth != last_depth or not content or last_begin == last[1] or _BULLET.match(content):
        return False
    if content[0].islower() and re.search(r"[^\W\d_]-$", text[last_begin : last[1]]):
        return True  # a word is cut by the line's end
    used = last[1] - last[0]
    return used + 1 + len(content.split(None, 1)[0]) > widths[depth]


def _title(text: str, blocks: list[tuple[int, int]]) -> str | None:
    """The first block, if it looks like a title and something follows it."""
    if len(blocks) < 2:
        return None
    first = text[blocks[0][0] : blocks[0][1]]
    if len(first) > 150 or first.endswith((".", ",", ";", ":")):
        return None
    letters = sum(char.isalpha() for char in first)
    if letters < 0.5 * len(first) or re.match(r"[\w -]{2,20}:\s|[QA]\d{0,3}(?:[.:)]|  |\t)|<|\{|\[", first):
        return None
    return " ".join(first.split())
