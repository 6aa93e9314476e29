"""Every passage that holds certain words, exactly or in another form: no ranking, and nothing cut off."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ingest.passage import Passage
from retrieval.hidden import Hidden
from retrieval.hit import Filter, Hit
from retrieval.mentions import Mentioning, parse_names
from retrieval.report import Failure

if TYPE_CHECKING:
    from retrieval.library import Library

_QUOTED = re.compile(r'\s*(?:"[^"]+"|“[^”]+”|„[^“”]+[“”]|«[^»]+»)\s*')
_QUOTES = '"“”„«»'


@dataclass(frozen=True, slots=True)
class Held:
    """A passage that holds the words: `exact` as they are written, or `near`, with all of their stems."""

    passage: Passage
    title: str
    source: str
    collection: str
    published: str | None
    form: Literal["exact", "near"]


@dataclass(frozen=True, slots=True)
class Everything:
    """Every such passage, in the order in which documents were added and of their texts.

    Of `searched` documents; `hidden` counts exact places left out because they are not to be seen on their
    page, and `unread` is what the library could not read, or has not read yet: it may hold the words too.
    """

    words: str
    passages: tuple[Held, ...]
    exact: int
    near: int
    documents: int
    searched: int
    hidden: int
    unread: tuple[Failure, ...]

    @property
    def statement(self) -> str:
        """What was looked through, what was found, and what may be missing, in one paragraph."""
        lines = [
            f"{_count(self.searched, 'document')} looked through to the end:"
            f" {_count(self.exact, 'passage')} with these very words, {self.near} more with other forms of"
            f" them, in {_count(self.documents, 'document')}."
        ]
        if self.hidden:
            lines.append(f"{_count(self.hidden, 'place')} not to be seen on the page left out.")
        if self.unread:
            lines.append(f"{_count(len(self.unread), 'source')} could not be read, or not yet.")
        return " ".join(lines)


@dataclass(frozen=True, slots=True)
class DocumentHits:
    """The hits of one document, best first; `score` is the best one's."""

    document_id: str
    title: str
    source: str
    collection: str
    published: str | None
    score: float
    hits: tuple[Hit, ...]


def everything(library: "Library", words: str, where: Filter) -> Everything:
    """Return every passage that holds the words; words in double quotes in this form only.

    Capitals, accents and kinds of quotes and hyphens do not matter for an exact form. Raises InvalidSetting
    for words that hold nothing that could be found.
    """
    only_exact = _QUOTED.fullmatch(words) is not None
    name = words.strip().strip(_QUOTES).strip() if only_exact else words
    looked = library.mentions.look(parse_names(f'"{_one_line(name)}"'), where)
    kept = {passage.id for found in looked.documents for passage in _holding(library, found)}
    near = set[str]()
    narrowed = None if only_exact else library.passages.narrowed(where)
    if narrowed is not None:
        near = set(library.indexes.words.holding(name, narrowed)) - kept
        if not where.hidden:
            near -= Hidden(library.database).among(sorted(near))
    described = library.passages.describe([*kept, *near])
    order = {name: number for number, name in enumerate(library.passages.in_order())}
    rows = sorted(
        described.items(), key=lambda row: (order.get(row[1].passage.document_id, 0), row[1].passage.start)
    )
    held = tuple(
        Held(
            row.passage,
            row.title,
            row.source,
            row.collection,
            row.published,
            "exact" if identity in kept else "near",
        )
        for identity, row in rows
    )
    exact = sum(each.form == "exact" for each in held)
    return Everything(
        words=words,
        passages=held,
        exact=exact,
        near=len(held) - exact,
        documents=len({each.passage.document_id for each in held}),
        searched=looked.searched,
        hidden=looked.hidden,
        unread=(*library.failures(), *library.waiting()),
    )


def by_document(hits: Sequence[Hit], limit: int) -> list[DocumentHits]:
    """Return the first `limit` documents of hits that come best first, each with all of its hits."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.passage.document_id, []).append(hit)
    return [
        DocumentHits(
            name, first.title, first.source, first.collection, first.published, first.score, tuple(group)
        )
        for name, group in list(groups.items())[: max(0, limit)]
        for first in group[:1]
    ]


def _holding(library: "Library", found: Mentioning) -> list[Passage]:
    """Return the passages of a document in which a mention begins, or goes on."""
    passages = library.passages.of_document(found.document_id, found.version)
    starts = [passage.start for passage in passages]
    numbers = {
        number
        for place in found.places
        for number in range(
            max(0, bisect_right(starts, place.start) - 1), bisect_right(starts, place.end - 1)
        )
    }
    return [passages[number] for number in sorted(numbers)]


def _one_line(text: str) -> str:
    return " ".join(text.replace('"', " ").split())


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
