"""What is kept beside answers, through the process that owns the library: the methods of `chat.recording`."""

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from chat.answer import Answer, ConversationInfo, Turn
from chat.feedback import Feedback
from chat.log import LogEntry
from chat.marks import Mark, MarkState
from chat.succession import Caller
from chat.tray import Pin
from retrieval.owner import Emit, Handler

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.export.content import Format, Kind, Marked


class RemoteRecording:
    """The methods of `RemoteAssistant` that keep what people did with answers; those of `Recording`."""

    _client: Caller

    def conversations(self, owner: str | None = None, words: str = "") -> list[ConversationInfo]:
        """Return conversations that hold all the words, the latest first."""
        rows = self._client.call("conversations", {"owner": owner, "words": words})
        return [ConversationInfo(**row) for row in rows]

    def turns(self, conversation: str) -> list[Turn]:
        """Return a conversation's turns."""
        rows = self._client.call("turns", {"conversation": conversation})
        return [Turn(row["number"], row["question"], Answer.from_dict(row["answer"])) for row in rows]

    def remove_conversation(self, conversation: str) -> None:
        """Delete a conversation; raises NotInLibrary."""
        self._client.call("remove_conversation", {"conversation": conversation})

    def owner_of(self, conversation: str) -> str:
        """Return whose conversation it is; raises NotInLibrary."""
        return str(self._client.call("owner_of", {"conversation": conversation}))

    def must_own(self, conversation: str, owner: str) -> None:
        """Raise NotInLibrary if a conversation is not there, or is somebody else's."""
        self._client.call("must_own", {"conversation": conversation, "owner": owner})

    def rename_conversation(self, conversation: str, title: str) -> None:
        """Give a conversation another title; raises NotInLibrary, InvalidSetting."""
        self._client.call("rename_conversation", {"conversation": conversation, "title": title})

    def mark(
        self,
        conversation: str,
        turn: int,
        number: int,
        state: MarkState | None,
        initials: str = "",
        note: str = "",
    ) -> None:
        """Mark a footnote of a saved turn, or take its mark away (None)."""
        arguments = {
            "conversation": conversation, "turn": turn, "number": number, "state": state,
            "initials": initials, "note": note,
        }  # fmt: skip
        self._client.call("mark", arguments)

    def marks(self, conversation: str) -> list[Mark]:
        """Return a conversation's marks by turn and number; raises NotInLibrary."""
        return [Mark(**row) for row in self._client.call("marks", {"conversation": conversation})]

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
        """Put the words at a half-open span last on the owner's tray."""
        arguments = {
            "document_id": document_id, "start": start, "end": end, "version": version, "note": note,
            "conversation": conversation, "owner": owner,
        }  # fmt: skip
        return Pin(**self._client.call("pin", arguments))

    def pins(self, owner: str | None = None) -> list[Pin]:
        """Return the pins in their order, with their words as the documents have them now."""
        return [Pin(**row) for row in self._client.call("pins", {"owner": owner})]

    def move_pin(self, pin: str, to: int, owner: str | None = None) -> None:
        """Put a pin at a position of its tray, counted from 1; raises NotInLibrary."""
        self._client.call("move_pin", {"pin": pin, "to": to, "owner": owner})

    def edit_pin(self, pin: str, note: str, owner: str | None = None) -> None:
        """Set a pin's note; raises NotInLibrary, InvalidSetting."""
        self._client.call("edit_pin", {"pin": pin, "note": note, "owner": owner})

    def unpin(self, pin: str, owner: str | None = None) -> None:
        """Take a pin off its tray; raises NotInLibrary."""
        self._client.call("unpin", {"pin": pin, "owner": owner})

    def give_feedback(
        self, conversation: str, turn: int, kind: str, number: int | None = None, note: str = ""
    ) -> Feedback:
        """Keep what somebody says of a saved turn, or of one footnote, with the evidence that was shown."""
        arguments = {
            "conversation": conversation, "turn": turn, "kind": kind, "number": number, "note": note
        }  # fmt: skip
        return Feedback(**self._client.call("give_feedback", arguments))

    def feedback(self, conversation: str | None = None, owner: str | None = None) -> list[Feedback]:
        """Return what was said of a conversation, or of all, the latest first."""
        rows = self._client.call("feedback", {"conversation": conversation, "owner": owner})
        return [Feedback(**row) for row in rows]

    def log(
        self, conversation: str | None = None, owner: str | None = None, last: int = -1
    ) -> list[LogEntry]:
        """Return what was done, in its order: the `last` entries, -1 for all."""
        arguments = {"conversation": conversation, "owner": owner, "last": last}
        return [LogEntry(**row) for row in self._client.call("log", arguments)]

    def export_conversation(
        self,
        conversation: str,
        format: "Format" = "md",
        kind: "Kind" = "publishable",
        *,
        turn: int | None = None,
        marked: "Collection[Marked]" = (),
    ) -> bytes:
        """Return a conversation, or one answer of it, as the bytes of a file."""
        arguments = {
            "conversation": conversation, "format": format, "kind": kind, "turn": turn, "marked": list(marked)
        }  # fmt: skip
        return base64.b64decode(self._client.call("export_conversation", arguments))

    def export_tray(
        self, format: "Format" = "md", kind: "Kind" = "publishable", owner: str | None = None
    ) -> bytes:
        """Return an owner's pins as the bytes of a file."""
        arguments = {"format": format, "kind": kind, "owner": owner}
        return base64.b64decode(self._client.call("export_tray", arguments))


def recording_handlers(assistant: "Assistant") -> Mapping[str, Handler]:
    """Return what an owner answers to `RemoteRecording`; every call has its method's arguments by name."""

    def rows(call: Callable[..., Any]) -> Handler:
        return lambda given, _: [asdict(row) for row in call(**given)]

    def row(call: Callable[..., Any]) -> Handler:
        return lambda given, _: asdict(call(**given))

    def plain(call: Callable[..., Any]) -> Handler:
        return lambda given, _: call(**given)

    def file(call: Callable[..., bytes]) -> Handler:
        return lambda given, _: base64.b64encode(call(**given)).decode("ascii")

    def turns(given: dict[str, Any], _: Emit) -> Any:
        return [
            {"number": turn.number, "question": turn.question, "answer": turn.answer.to_dict()}
            for turn in assistant.turns(given["conversation"])
        ]

    return {
        "conversations": rows(assistant.conversations),
        "turns": turns,
        "remove_conversation": plain(assistant.remove_conversation),
        "owner_of": plain(assistant.owner_of),
        "must_own": plain(assistant.must_own),
        "rename_conversation": plain(assistant.rename_conversation),
        "mark": plain(assistant.mark),
        "marks": rows(assistant.marks),
        "pin": row(assistant.pin),
        "pins": rows(assistant.pins),
        "move_pin": plain(assistant.move_pin),
        "edit_pin": plain(assistant.edit_pin),
        "unpin": plain(assistant.unpin),
        "give_feedback": row(assistant.give_feedback),
        "feedback": rows(assistant.feedback),
        "log": rows(assistant.log),
        "export_conversation": file(assistant.export_conversation),
        "export_tray": file(assistant.export_tray),
    }
