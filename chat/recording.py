"""What an assistant keeps beside its answers: whose they are, marks, pins, feedback, and the log."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from chat.answer import ConversationInfo, Turn
from chat.feedback import Feedback
from chat.finding import matching
from chat.log import LogEntry
from chat.marks import Mark, MarkState
from chat.records import Records
from chat.tray import Pin
from chat.verify.cite import ReadOnce, Shelf
from chat.verify.restore import from_stored
from ingest.errors import NotInLibrary

if TYPE_CHECKING:
    from chat.export.content import Format, Kind, Marked
    from chat.export.naming import Names
    from retrieval.library import Library


class Recording:
    """The methods of `Assistant` that keep what people did with answers.

    `owner` is the name under which somebody signed in, "" where nobody does; in what lists, None stands for
    everybody.
    """

    _library: "Library"
    _shelf: Shelf
    _records: Records

    def turns(self, conversation: str) -> list[Turn]:
        """Return a conversation's turns with their words as the documents have them now."""
        shelf = ReadOnce(self._shelf)
        return [
            Turn(number, question, from_stored(stored, shelf))
            for number, question, stored in self._records.conversations.turns(conversation)
        ]

    def remove_conversation(self, conversation: str) -> None:
        """Delete a conversation with its marks and feedback; raises NotInLibrary."""
        self._records.conversations.remove(conversation)

    def conversations(self, owner: str | None = None, words: str = "") -> list[ConversationInfo]:
        """Return conversations that hold all the words, in title, question or answer, the latest first.

        The words of a document that was removed find nothing.
        """
        records = self._records
        return matching(records.conversations.list(owner), words, records.conversations, self._shelf)

    def owner_of(self, conversation: str) -> str:
        """Return whose conversation it is; raises NotInLibrary."""
        return self._records.conversations.owner(conversation)

    def must_own(self, conversation: str, owner: str) -> None:
        """Raise NotInLibrary if a conversation is not there, or is somebody else's."""
        if self.owner_of(conversation) != owner:
            raise NotInLibrary(f"no conversation {conversation!r} in this library; leave it out to begin one")

    def rename_conversation(self, conversation: str, title: str) -> None:
        """Give a conversation another title, one line; raises NotInLibrary, InvalidSetting."""
        self._records.conversations.rename(conversation, title)

    def mark(
        self,
        conversation: str,
        turn: int,
        number: int,
        state: MarkState | None,
        initials: str = "",
        note: str = "",
    ) -> None:
        """Mark footnote `number` of a saved turn as checked or disputed, or take its mark away (None).

        Raises NotInLibrary if there is no such footnote, InvalidSetting for another state.
        """
        owner = self.owner_of(conversation)
        self._records.marks.put(conversation, turn, number, state, initials, note, owner)

    def marks(self, conversation: str) -> list[Mark]:
        """Return a conversation's marks by turn and number; raises NotInLibrary."""
        self.owner_of(conversation)
        return self._records.marks.of(conversation)

    def pin(
        self,
        document_id: str,
        start: int,
        end: int,
        version: int | None = None,
        note: str = "",
        conversation: str | None = None,
        owner: str = "",
    ) -> Pin:
        """Put the words at a half-open span, in code points, last on the owner's tray.

        None stands for the document's current version. Raises NotInLibrary, and InvalidSetting for a span
        where nothing stands or a tray that is full.
        """
        document = self._library.document(document_id, version)
        identity = self._records.tray.put(document, start, end, note, conversation, owner)
        return next(pin for pin in self.pins(owner) if pin.id == identity)

    def pins(self, owner: str | None = None) -> list[Pin]:
        """Return the pins in their order, with their words as the documents have them now."""
        return self._records.tray.list(owner, ReadOnce(self._shelf))

    def move_pin(self, pin: str, to: int, owner: str | None = None) -> None:
        """Put a pin at a position of its tray, counted from 1; raises NotInLibrary."""
        self._records.tray.move(pin, to, owner)

    def edit_pin(self, pin: str, note: str, owner: str | None = None) -> None:
        """Set a pin's note; raises NotInLibrary, InvalidSetting."""
        self._records.tray.edit(pin, note, owner)

    def unpin(self, pin: str, owner: str | None = None) -> None:
        """Take a pin off its tray; raises NotInLibrary."""
        self._records.tray.remove(pin, owner)

    def give_feedback(
        self, conversation: str, turn: int, kind: str, number: int | None = None, note: str = ""
    ) -> Feedback:
        """Keep what somebody says of a saved turn, or of one footnote, with the evidence that was shown.

        `kind` is "wrong evidence", "out of context", "missed a source", or another of a few words. Raises
        NotInLibrary, InvalidSetting.
        """
        owner = self.owner_of(conversation)
        return self._records.feedback.put(conversation, turn, kind, number, note, owner)

    def feedback(self, conversation: str | None = None, owner: str | None = None) -> list[Feedback]:
        """Return what was said of a conversation, or of all, the latest first."""
        return self._records.feedback.list(conversation, owner)

    def log(
        self, conversation: str | None = None, owner: str | None = None, last: int = -1
    ) -> list[LogEntry]:
        """Return what was done, in its order: the `last` entries, -1 for all.

        Of a conversation with the documents that it cites; or of everything. Raises NotInLibrary.
        """
        cited = None if conversation is None else self._cited(conversation)
        return self._records.log.list(conversation, owner, cited, last)

    def export_conversation(
        self,
        conversation: str,
        format: "Format" = "md",
        kind: "Kind" = "publishable",
        *,
        turn: int | None = None,
        marked: "Collection[Marked]" = (),
    ) -> bytes:
        """Return a conversation, or one answer of it, as the bytes of a file: md, docx or json.

        `marked` keeps footnotes in these states only (checked, disputed, unchecked), and the sentences that
        have one. Raises NotInLibrary, InvalidSetting. What kinds there are is in `chat.export.content`.
        """
        from chat.export.gather import Recorded
        from chat.export.make import check_wish, conversation_file

        check_wish(format, kind, marked)
        turns, owner = self.turns(conversation), self.owner_of(conversation)
        self._records.log.add(
            owner, "exported", conversation=conversation, turn=turn, detail={"format": format, "kind": kind}
        )
        title = next(
            info.title for info in self._records.conversations.list(owner) if info.id == conversation
        )
        recorded = Recorded(
            conversation, title, owner, turns, self.marks(conversation), self.log(conversation)
        )
        return conversation_file(
            recorded, turn, marked, format=format, kind=kind, shelf=ReadOnce(self._shelf), names=self._names()
        )

    def export_tray(
        self, format: "Format" = "md", kind: "Kind" = "publishable", owner: str | None = None
    ) -> bytes:
        """Return an owner's pins, or everybody's, as the bytes of a file: md, docx or json.

        Raises InvalidSetting.
        """
        from chat.export.make import check_wish, tray_file

        check_wish(format, kind)
        self._records.log.add(owner or "", "exported", detail={"format": format, "kind": kind})
        pins = self.pins(owner)
        log = self._records.log.list(None, owner, [pin.document_id for pin in pins])
        return tray_file(
            pins, log, owner or "", format=format, kind=kind, shelf=ReadOnce(self._shelf), names=self._names()
        )

    def _names(self) -> "Names":
        from chat.export.naming import Names

        rows = self._library.catalogue.states("ready", "superseded")
        return Names(row[name] for row in rows for name in ("source", "origin"))

    def _cited(self, conversation: str) -> list[str]:
        turns = self._records.conversations.turns(conversation)
        found = (citation["document_id"] for _, _, stored in turns for citation in stored["citations"])
        return list(dict.fromkeys(found))
