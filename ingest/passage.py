"""Passages: the spans of a document that are embedded, searched and quoted from."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.document import Document, Heading
from ingest.sentences import sentence_spans

Span = tuple[int, int]
CountTokens = Callable[[Sequence[str]], list[int]]

HEADING_JOINT = " › "
_SMALL = 3  # what takes less than this part of a passage's size is no passage of its own


@dataclass(frozen=True, slots=True)
class Passage:
    """The half-open span `document.text[start:end]`, and what a reader needs to place it.

    `sentences` are spans in the document's offsets, in order, inside the passage. `page` is where it starts.
    """

    document_id: str
    version: int
    start: int
    end: int
    text: str
    page: int | None
    heading: str | None
    sentences: tuple[Span, ...]

    @property
    def id(self) -> str:
        """The same everywhere, and the same again when the same version is split again."""
        return f"{self.document_id}:{self.version}:{self.start}-{self.end}"


def parts_of(passage_id: str) -> tuple[str, int, int, int]:
    """Return the document's id, the version, the start and the end that a passage's id is made of."""
    document, version, span = passage_id.rsplit(":", 2)
    start, _, end = span.partition("-")
    return document, int(version), int(start), int(end)


@dataclass(slots=True)
class _Piece:
    """A sentence, or what fits of one, with its own tokens; `block` and `section` number where it stands."""

    start: int
    end: int
    tokens: int
    block: int
    section: int
    heads: bool
    hidden: bool


@dataclass(slots=True)
class _Group:
    """Pieces that will be one passage."""

    pieces: list[_Piece] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        return sum(piece.tokens for piece in self.pieces)


def prefixed(passage: Passage, title: str | None) -> str:
    """The text the embedder sees: title and heading path, then the passage. Long ones are cut."""
    return _prefix(title, passage.heading) + passage.text


def split(
    document: Document,
    count_tokens: CountTokens,
    *,
    max_tokens: int = 256,
    target_tokens: int = 170,
    title_characters: int = 120,
) -> list[Passage]:
    """Cut at sentence ends, rather at paragraphs and headings, into passages that fit the embedder.

    `count_tokens` counts each of several texts as the embedder does, special tokens included; with its prefix
    no passage counts more than `max_tokens`. Together they hold every character that is no blank.
    """
    return _Splitter(document, count_tokens, max_tokens, target_tokens, title_characters).passages()


def _short(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def heading_at(document: Document, offset: int) -> str | None:
    """Return the headings over an offset as a passage that begins there has them, None if there are none."""
    headings = sorted(document.reading.headings, key=lambda heading: heading.start)
    section = bisect_right([heading.start for heading in headings], offset)
    return list(_paths(headings, document.text))[section - 1] if section else None


def _prefix(title: str | None, heading: str | None, limit: int = 120) -> str:
    parts = [_short(title, limit)] if title else []
    if heading and heading != title:
        parts.append(_short(heading, limit))
    return "\n".join(part for part in parts if part) + "\n\n" if any(parts) else ""


class _Splitter:
    """One document's way from sentences to passages."""

    def __init__(
        self, document: Document, count: CountTokens, most: int, target: int, title_characters: int
    ) -> None:
        self._document = document
        self._text = document.text
        self._count = count
        self._most = most
        self._blank = count([""])[0]  # the special tokens
        self._limit = title_characters
        self._headings = sorted(document.reading.headings, key=lambda heading: heading.start)
        self._hidden = sorted(document.reading.hidden)
        self._page_starts = [page.start for page in document.reading.pages]
        self._paths = list(_paths(self._headings, self._text))
        prefixes = [self._prefix_of(section) for section in range(len(self._paths) + 1)]
        distinct = list(dict.fromkeys(prefixes))
        counted = dict(zip(distinct, count(distinct), strict=True))
        self._room = [max(most - counted[prefix], 8) for prefix in prefixes]
        self._target = [min(target, room) for room in self._room]

    def passages(self) -> list[Passage]:
        """The passages, in order."""
        groups = self._merged(self._grouped(self._pieces()))
        spans = [(group.pieces[0].start, group.pieces[-1].end) for group in groups if group.pieces]
        made = [self._made(group) for group in groups]
        counts = self._count([prefixed(passage, self._document.title) for passage in made]) if spans else []
        fitting: list[Passage] = []
        for group, passage, tokens in zip(groups, made, counts, strict=True):
            fitting += [passage] if tokens <= self._most else self._cut_again(group)
        return fitting

    def _prefix_of(self, section: int) -> str:
        return _prefix(self._document.title, self._paths[section - 1] if section else None, self._limit)

    def _pieces(self) -> list[_Piece]:
        blocks = self._document.reading.blocks or ((0, len(self._text)),)
        starts = [start for start, _ in blocks]
        spans = sentence_spans(self._text, blocks)
        counts = self._count([self._text[start:end] for start, end in spans]) if spans else []
        heading_starts = [heading.start for heading in self._headings]
        pieces: list[_Piece] = []
        for (start, end), tokens in zip(spans, counts, strict=True):
            section = bisect_right(heading_starts, start)
            heads = section > 0 and start < self._headings[section - 1].end
            block = bisect_right(starts, start)
            hidden = self._is_hidden(start)
            for left, right, own in self._fitting(start, end, tokens - self._blank, self._room[section]):
                pieces.append(_Piece(left, right, own + 1, block, section, heads, hidden))
        return pieces

    def _is_hidden(self, start: int) -> bool:
        index = bisect_right(self._hidden, (start, len(self._text) + 1))
        return index > 0 and start < self._hidden[index - 1][1]

    def _fitting(self, start: int, end: int, tokens: int, room: int) -> Iterator[tuple[int, int, int]]:
        """The sentence in parts that fit, cut at blanks, or anywhere where a part has none."""
        if tokens + 1 <= room:
            yield start, end, tokens
            return
        usual = (end - start) / max(tokens, 1)  # characters a token; the rest is never counted as a whole
        while start < end:
            length = max(1, int(room * usual * 0.9))
            while True:
                cut = end if start + length >= end else self._blank_before(start, start + length)
                part = _trimmed(self._text, start, cut)
                own = self._count([self._text[part[0] : part[1]]])[0] - self._blank if part else 0
                if own + 1 <= room or cut - start <= 1:
                    break
                length = (cut - start) // 2
            if part:
                yield *part, own
            start = cut

    def _blank_before(self, start: int, cut: int) -> int:
        """Where to cut a text that is too long: at its last blank, or at `cut` where that is far back."""
        if self._text[cut : cut + 1].isspace():
            return cut
        blanks = [match.start() for match in re.finditer(r"\s", self._text[start + 1 : cut])]
        far = not blanks or blanks[-1] < (cut - start) // 3
        return cut if far else start + 1 + blanks[-1]

    def _grouped(self, pieces: list[_Piece]) -> list[_Group]:
        """Fill groups to the target, breaking at headings, then where a paragraph ends near it."""
        groups: list[_Group] = []
        current = _Group()
        for position, piece in enumerate(pieces):
            if current.pieces and self._breaks(current, piece, pieces, position):
                rest = _Group()
                while len(current.pieces) > 1 and current.pieces[-1].heads:  # a heading lives with its text
                    rest.pieces.insert(0, current.pieces.pop())
                groups.append(current)
                current = rest
                if current.pieces and current.tokens + piece.tokens > self._room[current.pieces[0].section]:
                    groups.append(current)
                    current = _Group()
            current.pieces.append(piece)
        return [*groups, current] if current.pieces else groups

    def _breaks(self, current: _Group, piece: _Piece, pieces: list[_Piece], position: int) -> bool:
        section = current.pieces[0].section
        tokens, room, target = current.tokens, self._room[section], self._target[section]
        last = current.pieces[-1]
        if piece.hidden != last.hidden:
            return True
        if tokens + piece.tokens > room:
            return True
        if piece.heads and not last.heads:
            return tokens >= target // 4
        if last.heads:
            return False
        if piece.block != last.block:
            ahead = sum(later.tokens for later in _same_block(pieces, position, room))
            return tokens >= target // 2 and tokens + ahead > target
        if tokens + piece.tokens <= target or tokens < target // 2:
            return False
        # The last words of a paragraph stay with it: "he said" alone tells nobody who.
        rest = sum(later.tokens for later in _same_block(pieces, position, room))
        return rest >= target // _SMALL or tokens + rest > room

    def _merged(self, groups: list[_Group]) -> list[_Group]:
        """Join a small rest to the group before it in the same section, where both fit."""
        merged: list[_Group] = []
        for group in groups:
            before = merged[-1] if merged else None
            if (
                before
                and before.pieces[-1].hidden == group.pieces[0].hidden
                and group.tokens < self._target[group.pieces[0].section] // _SMALL
                and before.pieces[-1].section == group.pieces[0].section
                and before.tokens + group.tokens <= self._room[before.pieces[0].section]
            ):
                before.pieces += group.pieces
            else:
                merged.append(group)
        return merged

    def _cut_again(self, group: _Group) -> list[Passage]:
        """Halve a group whose exact count is over, until every part fits."""
        fitting: list[Passage] = []
        waiting = [group]
        while waiting:
            part = waiting.pop()
            passage = self._made(part)
            if self._count([prefixed(passage, self._document.title)])[0] <= self._most:
                fitting.append(passage)
            elif len(part.pieces) > 1:
                middle = len(part.pieces) // 2
                waiting += [_Group(part.pieces[middle:]), _Group(part.pieces[:middle])]
            elif part.pieces[0].end - part.pieces[0].start > 1:
                waiting += [_Group([half]) for half in self._halves(part.pieces[0])][::-1]
            else:
                fitting.append(passage)  # one character: nothing is left to cut
        return fitting

    def _halves(self, piece: _Piece) -> list[_Piece]:
        middle = (piece.start + piece.end) // 2
        blank = self._text.rfind(" ", piece.start, middle)
        cut = blank if blank > piece.start else middle
        spans = (_trimmed(self._text, piece.start, cut), _trimmed(self._text, cut, piece.end))
        return [replace(piece, start=span[0], end=span[1]) for span in spans if span]

    def _made(self, group: _Group) -> Passage:
        start, end = group.pieces[0].start, group.pieces[-1].end
        section = group.pieces[0].section
        pages = self._document.reading.pages
        index = bisect_right(self._page_starts, start)
        return Passage(
            document_id=self._document.id,
            version=self._document.version,
            start=start,
            end=end,
            text=self._text[start:end],
            page=pages[index - 1].number if index else None,
            heading=self._paths[section - 1] if section else None,
            sentences=tuple((piece.start, piece.end) for piece in group.pieces),
        )


def _same_block(pieces: list[_Piece], first: int, most: int) -> Iterator[_Piece]:
    """The pieces from `first` to the end of its paragraph, as far as about `most` tokens go."""
    block, tokens = pieces[first].block, 0
    for index in range(first, len(pieces)):
        if pieces[index].block != block or tokens > most:
            return
        tokens += pieces[index].tokens
        yield pieces[index]


def _paths(headings: list[Heading], text: str) -> Iterator[str]:
    """For each heading the path that leads to it, itself included."""
    stack: list[tuple[int, str]] = []
    for heading in headings:
        while stack and stack[-1][0] >= heading.level:
            stack.pop()
        stack.append((heading.level, " ".join(text[heading.start : heading.end].split())))
        yield HEADING_JOINT.join(name for _, name in stack)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(stripped)
