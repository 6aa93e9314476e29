"""From saved turns, or from the tray, to what an exported file holds. What is left out is decided here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chat.answer import Answer, Citation, Sentence, Short, State, Turn
from chat.export.content import (
    Export,
    FiledNote,
    FiledSource,
    Kind,
    Marked,
    Note,
    NoteMark,
    Said,
    Section,
    Source,
)
from chat.export.naming import Names
from chat.log import LogEntry
from chat.marks import Mark
from chat.tray import Pin
from chat.verify.cite import Shelf
from chat.verify.restore import GONE
from ingest.catalogue import now

_CAVEATS = {
    "partial": "partly supported",
    "contradicted": "contradicted by its source",
    "unsupported": "not supported by its source",
}
_TRAY = "Pinned quotes"
_NONE = "No sentence of the documents answers this. That is not proof that there is none"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A saved conversation with what was kept beside it."""

    conversation: str
    title: str
    owner: str
    turns: Sequence[Turn]
    marks: Sequence[Mark]
    log: Sequence[LogEntry]


class Gathering:
    """Numbers sources and notes through one file; `names` are those of the library's files."""

    def __init__(self, kind: Kind, shelf: Shelf, names: Names, marked: Collection[Marked] = ()) -> None:
        self._kind: Kind = kind
        self._shelf = shelf
        self._names = names
        self._marked = marked
        self._sources: dict[str, Source] = {}
        self._count = 0

    @property
    def _filing(self) -> bool:
        return self._kind == "filing"

    def conversation(self, recorded: Recorded, turn: int | None = None) -> Export:
        """Return a conversation, or one answer of it."""
        marks = {(mark.turn, mark.number): mark for mark in recorded.marks}
        chosen = [each for each in recorded.turns if turn in (None, each.number)]
        sections = tuple(self._answered(each, marks) for each in chosen)
        title = recorded.title if turn is None else chosen[0].question
        return self._export(title, sections, recorded.log, recorded.conversation, recorded.owner)

    def tray(self, pins: Sequence[Pin], log: Sequence[LogEntry], owner: str) -> Export:
        """Return the pinned quotes in their order."""
        said = tuple(self._pinned(pin) for pin in pins)
        section = Section(None, "", "", None, (), None, said, (), 0, (), None)
        return self._export(_TRAY, (section,), log, None, owner)

    def _export(
        self,
        title: str,
        sections: tuple[Section, ...],
        log: Sequence[LogEntry],
        conversation: str | None,
        owner: str,
    ) -> Export:
        return Export(
            kind=self._kind,
            title=self._own(title),
            made_at=now(),
            sections=sections,
            sources=tuple(self._sources.values()),
            log=tuple(log) if self._filing else None,
            conversation=conversation if self._filing else None,
            owner=owner if self._filing else None,
        )

    def _answered(self, turn: Turn, marks: dict[tuple[int, int], Mark]) -> Section:
        answer = turn.answer
        notes = {
            citation.number: self._note(citation, turn.number, marks.get((turn.number, citation.number)))
            for citation in answer.citations
            if self._wanted(marks.get((turn.number, citation.number)))
        }
        said = [
            self._sentence(sentence, notes)
            for sentence in answer.sentences
            if not self._marked or any(number in notes for number in sentence.citations)
        ]
        searched = "" if answer.standalone_question == turn.question else answer.standalone_question
        return Section(
            turn=turn.number,
            question=self._own(turn.question),
            searched=self._own(searched),
            status=answer.status,
            remarks=tuple(self._remarks(answer)),
            short=_short(answer.short, notes),
            said=tuple(said),
            nearest=tuple(self._note(each, turn.number, None) for each in answer.nearest)
            if answer.status == "not_found"
            else (),
            left_out=len(answer.sentences) - len(said),
            withheld=tuple((each.text, each.reason) for each in answer.rejected) if self._filing else (),
            answer=answer.to_dict() if self._filing else None,
        )

    def _remarks(self, answer: Answer) -> list[str]:
        """Return what we say of the answer ourselves; in a publishable file without names."""
        if answer.status == "not_found" and not self._filing:
            unread = len(answer.unreadable)
            rest = f": {unread} file{'s' if unread != 1 else ''} could not be read." if unread else "."
            return [_NONE + rest]
        own = answer.text if answer.status == "not_found" else answer.remarks
        missing = [
            f"No sentence surely answers this; these are the closest: {each}" for each in answer.missing
        ]
        unread_files = [f"Could not be read: {each.source} ({each.reason})" for each in answer.unreadable]
        told = [own, *missing, *(unread_files if self._filing else ())]
        return [self._own(each) for each in told if each]

    def _sentence(self, sentence: Sentence, notes: dict[int, Note]) -> Said:
        gone = sentence.text == GONE
        caveats = ["" if gone else _CAVEATS.get(sentence.support, "")]
        if sentence.reason and not gone and sentence.support != "supported":
            caveats.append(sentence.reason)
        if sentence.relation == "relates":
            caveats.append("related; read it to see whether it answers")
        return Said(
            # A quote's words are the document's own; others may repeat the name of a file.
            text=sentence.text if sentence.verbatim else self._own(sentence.text),
            verbatim=sentence.verbatim and not gone,
            caveat=self._own("; ".join(filter(None, caveats))),
            speaker=self._own(sentence.speaker or ""),
            notes=tuple(notes[number] for number in sentence.citations if number in notes),
        )

    def _pinned(self, pin: Pin) -> Said:
        note = self._made(
            pin.document_id, pin.version, pin.title, pin.source, pin.collection,
            turn=None,
            footnote=None,
            state=pin.state,
            quote=pin.quote,
            context=(),
            place=_place(pin.locator, pin.page),
            published=pin.published,
            mark=None,
            filed=FiledNote(pin.version, pin.content_hash, pin.start, pin.end),
        )  # fmt: skip
        return Said(
            text=pin.quote or GONE,
            verbatim=bool(pin.quote),
            caveat="",
            speaker="",
            notes=(note,),
            remark=pin.note if self._filing else "",
        )

    def _wanted(self, mark: Mark | None) -> bool:
        return not self._marked or (mark.state if mark else "unchecked") in self._marked

    def _note(self, citation: Citation, turn: int, mark: Mark | None) -> Note:
        known = NoteMark(mark.state, mark.initials, mark.at, mark.note) if mark else None
        return self._made(
            citation.document_id, citation.document_version, citation.title, citation.source,
            citation.collection,
            turn=turn,
            footnote=citation.number,
            state=citation.state,
            quote=citation.quote,
            context=tuple((part.why, part.quote) for part in citation.context),
            place=_place(citation.locator, citation.page),
            published=citation.published,
            mark=known if self._filing or known is None else NoteMark(known.state),
            filed=FiledNote(
                citation.document_version, citation.content_hash, citation.start, citation.end
            ),
        )  # fmt: skip

    def _made(
        self,
        document_id: str,
        version: int,
        title: str,
        source: str,
        collection: str,
        *,
        state: State,
        place: str,
        filed: FiledNote,
        **rest: Any,
    ) -> Note:
        self._count += 1
        return Note(
            number=self._count,
            source=self._source(document_id, version, title, source, collection),
            state=state,
            place=self._own(place),
            filed=filed if self._filing else None,
            **rest,
        )

    def _source(self, document_id: str, version: int, title: str, source: str, collection: str) -> Source:
        if (known := self._sources.get(document_id)) is not None:
            return known
        number = len(self._sources) + 1
        document = self._shelf.find(document_id, version)
        filed = FiledSource(document_id, source, source, collection, document is not None)
        label = title or f"Document {number}, removed"
        if document is not None:
            filed = replace(filed, source=document.source, origin=document.origin)
            label = document.title
        if not self._filing:
            label = self._names.label(document, number) if document else f"Document {number}, removed"
        made = self._sources[document_id] = Source(number, label, filed if self._filing else None)
        return made

    def _own(self, text: str) -> str:
        """Return words that are no quote as this kind of file may have them."""
        return text if self._filing else self._names.clean(text)


def _short(short: Short | None, notes: dict[int, Note]) -> Said | None:
    """The short answer with its note, if that is in the file; its words are a document's own."""
    if short is None or short.citation not in notes:
        return None
    return Said(short.text, verbatim=True, caveat="", speaker="", notes=(notes[short.citation],))


def _place(locator: str | None, page: int | None) -> str:
    return " · ".join(filter(None, (f"page {page}" if page is not None else "", locator)))
