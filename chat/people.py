"""An assistant as one person may use it: the documents are everybody's, what was asked of them is not.

The same methods as `chat.assistant.Assistant`, for whoever reaches the library over a network. What somebody
else has asked, marked or pinned is not there. Files and folders of the server's own machine are not taken in.
What is neither shared nor a person's own is refused, so that a method that comes later is closed until it is
named here.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chat.in_order import in_order
from ingest.errors import InvalidSetting, NotInLibrary

if TYPE_CHECKING:
    from chat.answer import Answer, Event
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant

SHARED = frozenset(
    {
        *("add_bytes", "add_text", "remove", "retry", "recognise", "edit", "disable", "enable"),
        *("collections", "create_collection", "rename_collection", "remove_collection"),
        *("documents", "document", "original", "edits", "origins", "failures", "failed", "waiting", "synced"),
        *("document_info", "list_documents", "versions", "forget_failure", "stop_sync"),
        *("setup", "re_embedding_seconds"),
        *(
            "search",
            "search_all",
            "search_documents",
            "check",
            "check_stream",
            "mentions",
            "examples",
            "warm",
            "home",
        ),
        *("ask_grid", "cell_seconds"),
    }
)
"""What is of the library, and the same for everybody."""
OF_CONVERSATION = frozenset(
    {
        *("turns", "considered", "marks", "mark", "rename_conversation", "remove_conversation"),
        *("give_feedback", "export_conversation"),
    }
)
"""What takes a conversation first, which must be one's own."""
OF_OWNER = frozenset(
    {"conversations", "pins", "move_pin", "edit_pin", "unpin", "grids", "grid", "fill_grid", "remove_grid"}
)
"""What takes `owner`, None for everybody."""
AS_OWNER = frozenset({"create_grid", "export_tray", "mark_seen", "seen"})
"""What takes `owner` and is always somebody's."""


def personal(assistant: "Assistant | RemoteAssistant", owner: str | None) -> "Assistant | RemoteAssistant":
    """Return the assistant as `owner` may use it; all of it where nobody signs in (None)."""
    return assistant if owner is None else served(assistant, owner)


def served(assistant: "Assistant | RemoteAssistant", owner: str | None) -> "Assistant | RemoteAssistant":
    """Return the assistant as somebody may use it over a network; None sees what all have asked."""
    return cast("Assistant | RemoteAssistant", Personal(assistant, owner))


class Personal:
    """One person's assistant; `owner` is his name, "" for programs and the command line."""

    def __init__(self, assistant: "Assistant | RemoteAssistant", owner: str | None) -> None:
        self._assistant: Any = assistant
        self._owner = owner

    def __getattr__(self, name: str) -> Any:
        """Return what is shared, or one's own part of the rest."""
        found: Any = None if name.startswith("_") else getattr(self._assistant, name)
        if name in SHARED:
            return found
        if name in OF_CONVERSATION:
            return partial(self._owning, found)
        if name in OF_OWNER:
            return partial(self._owned, found)
        if name in AS_OWNER:
            return partial(self._as_owner, found)
        raise AttributeError(f"{name!r} is not for those who come over a network")

    def add(self, *sources: str | Path, **given: Any) -> Any:
        """Add uploads and web pages; raises InvalidSetting for other files of this machine."""
        uploads = (self._assistant.home / "uploads").resolve()
        for source in sources:
            if str(source).lower().startswith(("http://", "https://")):
                continue
            if not Path(source).resolve().is_relative_to(uploads):
                raise InvalidSetting(
                    "only uploads and web addresses are taken from the network; files of the server's own "
                    "machine are added there, with `footnote add`"
                )
        return self._assistant.add(*sources, **given)

    def sync(self, folder: str | Path, **given: Any) -> Any:
        """Bring a collection in step with a folder that is mirrored already; raises InvalidSetting."""
        known = {each.folder for each in self._assistant.synced()}
        if str(folder) not in known:
            raise InvalidSetting(
                "a folder of the server's machine is not mirrored from the network; begin it there, with "
                "`footnote sync`"
            )
        return self._assistant.sync(folder, **given)

    def backup(self, path: str | Path) -> Any:
        """Refuse: an archive holds what everybody has asked, and its path would be one of the server's."""
        raise InvalidSetting("a backup is made on the server's own machine, with `footnote backup`")

    def ask(self, question: str, *, conversation: str | None = None, **given: Any) -> Any:
        """Answer a question, in one's own conversation if one is named."""
        self._must_own(conversation)
        return self._assistant.ask(question, conversation=conversation, **self._as_mine(given))

    def stream(self, question: str, *, conversation: str | None = None, **given: Any) -> "Iterator[Event]":
        """Answer a question in parts, in one's own conversation if one is named."""
        self._must_own(conversation)
        yield from self._assistant.stream(question, conversation=conversation, **self._as_mine(given))

    def ask_many(self, questions: Iterable[str], *, workers: int = 2, **given: Any) -> "Iterator[Answer]":
        """Yield the answer of each question, in their order."""
        return in_order(lambda question: self.ask(question, **{"save": False, **given}), questions, workers)

    def pin(
        self,
        document_id: str,
        start: int,
        end: int,
        version: int | None = None,
        note: str = "",
        conversation: str | None = None,
        owner: str = "",
    ) -> Any:
        """Put words on one's own tray, whatever `owner` says."""
        self._must_own(conversation)
        return self._assistant.pin(document_id, start, end, version, note, conversation, self._owner or "")

    def owner_of(self, conversation: str) -> Any:
        """Return whose one's own conversation is; raises NotInLibrary for another's."""
        self._must_own(conversation)
        return self._assistant.owner_of(conversation)

    def must_own(self, conversation: str, owner: str) -> None:
        """Raise NotInLibrary if a conversation is not there, or is somebody else's."""
        self._must_own(conversation)
        self._assistant.must_own(conversation, owner)

    def feedback(self, conversation: str | None = None, owner: str | None = None) -> Any:
        """Return what one has said of one's own conversation, or of all of them."""
        self._must_own(conversation)
        return self._assistant.feedback(conversation, self._owner)

    def log(self, conversation: str | None = None, owner: str | None = None, last: int = -1) -> Any:
        """Return what was done: of one's own conversation with the documents that it cites, or by oneself."""
        self._must_own(conversation)
        return self._assistant.log(conversation, self._owner, last)

    def _owning(self, method: Callable[..., Any], conversation: str, *rest: Any, **given: Any) -> Any:
        self._must_own(conversation)
        return method(conversation, *rest, **given)

    def _owned(self, method: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return method(*given, **{**named, "owner": self._owner})

    def _as_owner(self, method: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return method(*given, **self._as_mine(named))

    def _as_mine(self, given: dict[str, Any]) -> dict[str, Any]:
        return {**given, "owner": self._owner or ""}

    def _must_own(self, conversation: str | None) -> None:
        """Say of another's conversation what would be said if it were not there."""
        if conversation is None or self._owner is None:
            return
        if self._assistant.owner_of(conversation) != self._owner:
            raise NotInLibrary(f"no conversation {conversation!r} in this library")
