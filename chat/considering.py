"""What an answer was made of, kept with its turn: the passages found, and what a language model was sent.

Spans and our own words are saved. The documents' words, and those of earlier answers, are put in again when
it is shown, so a removed document's are not there any more.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from chat.answer import Answer, plain
from chat.chain import Prompted
from chat.events import hit_from_dict
from chat.followup import Said
from chat.prompt import Message, Prompt, source_words, told_words
from chat.verify.cite import ReadOnce, Shelf
from chat.verify.restore import from_stored as restored
from ingest.database import Database
from ingest.errors import NotInLibrary
from ingest.passage import heading_at
from retrieval.hit import Hit

if TYPE_CHECKING:
    from chat.records import Records

GONE = "(The words of this source are no longer kept.)"

_STEPS = (
    """
    CREATE TABLE considered (
        conversation TEXT NOT NULL, turn INTEGER NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (conversation, turn),
        FOREIGN KEY (conversation, turn) REFERENCES turns (conversation, number) ON DELETE CASCADE
    )
    """,
)


@dataclass(frozen=True, slots=True)
class Considered:
    """What an answer was made of.

    `hits` are the passages found, best first; one whose document was removed has no words and no title.
    `model` is the language model that was sent `messages`, None if none was; of the hits, those with the ids
    `left_out` did not fit into what it reads.
    """

    hits: tuple[Hit, ...]
    model: str | None
    messages: tuple[Message, ...]
    left_out: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        data: dict[str, Any] = plain(asdict(self))
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return what `to_dict` gave."""
        return cls(
            tuple(hit_from_dict(row) for row in data["hits"]),
            data["model"],
            tuple(Message(**row) for row in data["messages"]),
            tuple(data["left_out"]),
        )


class Considering:
    """The method of `Assistant` that tells what was considered."""

    _shelf: Shelf
    _records: "Records"

    def considered(self, conversation: str, turn: int) -> Considered:
        """Return what a saved answer was made of, as the documents are now; raises NotInLibrary."""
        stored = self._records.considerations.of(conversation, turn)
        shelf = ReadOnce(self._shelf)
        earlier: list[tuple[int, Said]] = []
        if stored["messages"]:
            turns = self._records.conversations.turns(conversation)
            earlier = [(number, said(restored(saved, shelf))) for number, _, saved in turns if number < turn]
        return from_stored(stored, shelf, earlier)

    def _consider(
        self, answer: Answer, hits: Sequence[Hit], prompted: Prompted | None, earlier: Sequence[Said]
    ) -> None:
        """Keep what a saved answer was made of."""
        first = answer.turn - len(earlier)
        numbered = [(first + row, each) for row, each in enumerate(earlier)]
        stored = to_stored(hits, prompted, numbered)
        self._records.considerations.save(answer.conversation, answer.turn, stored)


def said(answer: Answer) -> Said:
    """Return an answer as an earlier turn."""
    return Said(answer.standalone_question, " ".join(sentence.text for sentence in answer.sentences))


class Considerations:
    """The table of what was considered, a row for each turn; turns that are removed take theirs along."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create("considered", _STEPS)

    def save(self, conversation: str, turn: int, stored: dict[str, Any]) -> None:
        """Save what `to_stored` gave; nothing if the turn was removed meanwhile."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO considered SELECT conversation, number, ? FROM turns"
                " WHERE conversation=? AND number=?",
                (json.dumps(stored), conversation, turn),
            )

    def of(self, conversation: str, turn: int) -> dict[str, Any]:
        """Return what was saved; raises NotInLibrary."""
        row = (
            self._database.read()
            .execute("SELECT data FROM considered WHERE conversation=? AND turn=?", (conversation, turn))
            .fetchone()
        )
        if row is None:
            raise NotInLibrary(
                f"nothing is kept of what was considered for turn {turn} of the conversation {conversation!r}"
            )
        data: dict[str, Any] = json.loads(row["data"])
        return data


def to_stored(
    hits: Sequence[Hit], prompted: Prompted | None, earlier: Sequence[tuple[int, Said]]
) -> dict[str, Any]:
    """Return what is saved: where the hits stand, and the messages without anybody's words but ours.

    `earlier` are the turns before, with their numbers.
    """
    rows = [_bare(hit) for hit in hits]
    data: dict[str, Any] = {"hits": rows, "model": None, "messages": [], "left_out": []}
    if prompted is not None:
        prompt = prompted.prompt
        data["model"] = prompted.model
        data["messages"] = [
            {"role": message.role, "parts": _parts(message.text, prompt, hits, earlier)}
            for message in prompt.messages
        ]
        data["left_out"] = [hit.passage.id for hit in prompt.left_out]
    return data


def from_stored(data: dict[str, Any], shelf: Shelf, earlier: Sequence[tuple[int, Said]]) -> Considered:
    """Return what was considered with its words as the documents have them now."""
    hits = [_whole(row, shelf) for row in data["hits"]]
    told = dict(earlier)

    def words(part: Any) -> str:
        if isinstance(part, str):
            return part
        if "source" in part:
            hit = hits[part["source"]]
            return source_words(hit) if hit.passage.text else GONE
        return told_words(told[part["turn"]]) if part["turn"] in told else GONE

    messages = tuple(Message(row["role"], "".join(map(words, row["parts"]))) for row in data["messages"])
    return Considered(tuple(hits), data["model"], messages, tuple(data["left_out"]))


def _bare(hit: Hit) -> dict[str, Any]:
    data: dict[str, Any] = plain(asdict(replace(hit, title="", source="")))
    data["passage"] |= {"text": "", "heading": None}
    return data


def _whole(row: dict[str, Any], shelf: Shelf) -> Hit:
    hit = hit_from_dict(row)
    passage = hit.passage
    document = shelf.find(passage.document_id, passage.version)
    if document is None:
        return hit
    text = document.text[passage.start : passage.end]
    heading = heading_at(document, passage.start)
    return replace(
        hit,
        passage=replace(passage, text=text, heading=heading),
        title=document.title,
        source=document.source,
    )


def _parts(text: str, prompt: Prompt, hits: Sequence[Hit], earlier: Sequence[tuple[int, Said]]) -> list[Any]:
    """Cut a message at what is not ours to keep: words of sources and of earlier answers, in its order."""
    places = {hit.passage.id: place for place, hit in enumerate(hits)}
    told = earlier[len(earlier) - prompt.told :]
    theirs: list[tuple[str, dict[str, int]]] = [(told_words(said), {"turn": number}) for number, said in told]
    theirs += [(source_words(hit), {"source": places[hit.passage.id]}) for hit in prompt.sources]
    parts: list[Any] = []
    for words, reference in theirs:
        before, found, after = text.partition(words)
        if found:
            parts += [before, reference]
            text = after
    return [part for part in [*parts, text] if part != ""]
