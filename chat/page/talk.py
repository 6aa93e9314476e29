"""Asking on the page: from a question to the messages that the Chatbot shows while the answer comes."""

from collections.abc import Iterator
from dataclasses import dataclass

from chat.answer import Answer, Citation, Turn
from chat.page import beside, messages
from chat.page.backing import Backing
from chat.page.closing import counted
from chat.page.contents import counted_states
from chat.page.messages import Marks, Message, Scope
from chat.page.within import allowed, in_words
from ingest.errors import FootnoteError, NotInLibrary
from retrieval.hit import Filter, Hit


@dataclass(frozen=True, slots=True)
class Shown:
    """What the Chatbot shows at one moment; `answer` is there when the question has been answered."""

    messages: list[Message]
    conversation: str | None
    answer: Answer | None = None
    failed: bool = False


def history(assistant: Backing, conversation: str | None) -> list[Message]:
    """Return a conversation's messages as its documents are now; none if it is gone."""
    if conversation is None:
        return []
    try:
        turns = assistant.turns(conversation)
    except NotInLibrary:
        return []
    marks = _marks(assistant)
    return [message for entry in turns for message in messages.turn(entry, marks, _hits(assistant, entry))]


def answering(
    assistant: Backing, question: str, conversation: str | None, where: Filter, standalone: str | None
) -> Iterator[Shown]:
    """Yield what to show, from the question alone to the whole answer or the reason why there is none.

    Earlier turns are read again, so that words of a document removed meanwhile are not shown once more.
    """
    earlier = [*history(assistant, conversation), messages.question(question)]
    count = counted_states(assistant)
    searched = allowed(assistant.documents(), where) if where else count["searchable"]
    unread = count["waiting"] + count["failed"]
    scope = Scope(count["searchable"] + count["aside"], searched, in_words(where), unread)
    looking = f"Searching {counted(searched, 'document')}…"
    yield Shown([*earlier, messages.working(looking)], conversation)
    events = assistant.stream(question, conversation=conversation, where=where, standalone=standalone)
    said: list[Message] = []
    try:
        for said, answer in messages.streamed(events, scope, _marks(assistant)):
            conversation = answer.conversation if answer else conversation
            yield Shown([*earlier, *said], conversation, answer)
    except FootnoteError as error:
        failed = messages.notice("The question was not answered.", str(error))
        yield Shown([*earlier, *said, failed], conversation, failed=True)


def stopped(shown: list[Message]) -> list[Message]:
    """Return the messages of an answer that was stopped half-way."""
    kept = [message for message in shown if "fn-working" not in message["content"]]
    return [
        *kept,
        messages.notice("Stopped.", "Every sentence above was checked; there might have been more."),
    ]


def _marks(assistant: Backing) -> Marks:
    origins = assistant.origins()

    def marks(citations: list[Citation]) -> list[str]:
        return beside.marks(citations, origins)

    return marks


def _hits(assistant: Backing, entry: Turn) -> tuple[Hit, ...]:
    """Return what was found for a turn that found no answer, where that was kept."""
    if entry.answer.status != "not_found":
        return ()
    try:
        return assistant.considered(entry.answer.conversation, entry.number).hits
    except NotInLibrary:
        return ()
