"""Every mention of a name, with the sentence and the place of those that are shown."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chat.answer import plain
from chat.verify.place import locator_of, page_of
from ingest.document import Document
from ingest.errors import NotInLibrary
from ingest.sentences import sentence_spans
from retrieval.mentions import Looked, Mentioning, Name, Place, parse_names

_FAR = 2000  # code points beside a mention among which its sentence is looked for,
_LONG = 600  # and what a sentence may have before it is cut to what stands nearest


@dataclass(frozen=True, slots=True)
class NameCount:
    """What was looked for, how it may be written, and how often and in how many documents it is there."""

    name: str
    forms: tuple[str, ...]
    mentions: int
    documents: int


@dataclass(frozen=True, slots=True)
class MentionedIn:
    """A document with how many mentions it has; `first` is the number of its first one."""

    document_id: str
    document_version: int
    title: str
    source: str
    collection: str
    published: str | None
    mentions: int
    first: int


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention: `document.text[start:end] == words`, in code points of that version.

    `sentence` is `document.text[sentence_start:sentence_end]`; of a very long one, what stands nearest.
    `number` counts from 1 over all mentions. `hidden` words are in the file and not to be seen on its page.
    """

    number: int
    name: str
    document_id: str
    document_version: int
    start: int
    end: int
    words: str
    sentence_start: int
    sentence_end: int
    sentence: str
    page: int | None
    locator: str | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Mentions:
    """All mentions counted, by name and by document, and a part of them in full, from `offset` on.

    `next` is the offset of the next part, or None. `hidden` counts those left out as not to be seen.
    """

    names: tuple[NameCount, ...]
    documents: tuple[MentionedIn, ...]
    total: int
    searched: int
    hidden: int
    offset: int
    next: int | None
    mentions: tuple[Mention, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        data: dict[str, Any] = plain(asdict(self))
        return data


def names_from(given: str | Sequence[str]) -> tuple[Name, ...]:
    """Return the names of a pasted list, or of several names, of which commas are a part.

    Raises InvalidSetting, as `parse_names` does.
    """
    if isinstance(given, str):
        return parse_names(given)
    lines = [" ".join(each.split()) for each in given]
    plain_lines = [each if "=" in each else f'"{each.replace(chr(34), " ")}"' for each in lines]
    return parse_names("\n".join(plain_lines))


def described(
    names: Sequence[Name], looked: Looked, read: Callable[[str, int], Document], offset: int, limit: int
) -> Mentions:
    """Return what was found with `limit` mentions in full; `read` gives a document's version.

    A document that was removed meanwhile is left out of these.
    """
    counts: Counter[int] = Counter()
    holding: Counter[int] = Counter()
    documents: list[MentionedIn] = []
    shown: list[Mention] = []
    total = 0
    for found in looked.documents:
        counts.update(place.name for place in found.places)
        holding.update({place.name for place in found.places})
        documents.append(_document(found, total + 1))
        wanted = found.places[max(0, offset - total) : max(0, offset + limit - total)]
        if wanted:
            shown += _mentions(found, wanted, names, read, max(total, offset) + 1)
        total += len(found.places)
    return Mentions(
        names=tuple(
            NameCount(name.name, name.forms, counts[number], holding[number])
            for number, name in enumerate(names)
        ),
        documents=tuple(documents),
        total=total,
        searched=looked.searched,
        hidden=looked.hidden,
        offset=offset,
        next=offset + limit if offset + limit < total else None,
        mentions=tuple(shown),
    )


def mentions_from_dict(data: dict[str, Any]) -> Mentions:
    """Return what `Mentions.to_dict` gave."""
    return Mentions(
        **{
            **data,
            "names": tuple(NameCount(**{**row, "forms": tuple(row["forms"])}) for row in data["names"]),
            "documents": tuple(MentionedIn(**row) for row in data["documents"]),
            "mentions": tuple(Mention(**row) for row in data["mentions"]),
        }
    )


def _document(found: Mentioning, first: int) -> MentionedIn:
    return MentionedIn(
        found.document_id,
        found.version,
        found.title,
        found.source,
        found.collection,
        found.published,
        len(found.places),
        first,
    )


def _mentions(
    found: Mentioning,
    places: Sequence[Place],
    names: Sequence[Name],
    read: Callable[[str, int], Document],
    number: int,
) -> list[Mention]:
    try:
        document = read(found.document_id, found.version)
    except NotInLibrary:
        return []
    starts = [start for start, _ in document.reading.blocks]
    rows: list[Mention] = []
    for place in places:
        start, end = _sentence(document, starts, place.start, place.end)
        rows.append(
            Mention(
                number=number + len(rows),
                name=names[place.name].name,
                document_id=document.id,
                document_version=document.version,
                start=place.start,
                end=place.end,
                words=document.text[place.start : place.end],
                sentence_start=start,
                sentence_end=end,
                sentence=document.text[start:end],
                page=page_of(document, place.start),
                locator=locator_of(document, place.start, place.end),
                hidden=place.hidden,
            )
        )
    return rows


def _sentence(document: Document, starts: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Return the span of the sentence, or the sentences, in which a mention stands."""
    text, blocks = document.text, document.reading.blocks
    left, right = max(0, start - _FAR), min(len(text), end + _FAR)
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
    within = [
        (max(begin, left) - left, min(stop, right) - left)
        for begin, stop in blocks[max(0, first) : last + 2]
        if begin < right and stop > left
    ]
    spans = [
        (left + begin, left + stop)
        for begin, stop in sentence_spans(text[left:right], within)
        if left + begin < end and left + stop > start
    ]
    begin, stop = min(span[0] for span in spans), max(span[1] for span in spans)
    if stop - begin <= _LONG:
        return begin, stop
    near, far = max(begin, start - _LONG // 2), min(stop, end + _LONG // 2)
    near = start if near == start else _after_blank(text, near, start) if near > begin else near
    far = _before_blank(text, end, far) if far < stop else far
    return near, far


def _after_blank(text: str, near: int, start: int) -> int:
    """Return where the first word begins after `near`, so that none is cut."""
    blank = next((at for at in range(near, start) if text[at].isspace()), None)
    return near if blank is None else blank + 1


def _before_blank(text: str, end: int, far: int) -> int:
    blank = next((at for at in range(far - 1, end - 1, -1) if text[at].isspace()), None)
    return far if blank is None else blank
