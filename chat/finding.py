"""Search in saved conversations: titles, questions, and answers as their documents are now."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from chat.answer import ConversationInfo
from chat.conversation import Conversations
from chat.verify.cite import ReadOnce, Shelf
from chat.verify.restore import from_stored
from ingest.errors import NotInLibrary


def matching(
    infos: Sequence[ConversationInfo], words: str, conversations: Conversations, shelf: Shelf
) -> list[ConversationInfo]:
    """Return the conversations that hold every one of the words, in the order given.

    An answer's words are read from its documents, so that those of a removed one find nothing.
    """
    if not words.strip():
        return list(infos)
    once = ReadOnce(shelf)
    # Titles and questions come first, and cost nothing to read.
    return [info for info in infos if holds(words, _texts(info, conversations, once))]


def holds(words: str, texts: Iterable[str]) -> bool:
    """Tell whether each of the words stands in one of the texts, of which no more are read than needed."""
    missing = set(_folded(words).split())
    if not missing:
        return True
    for text in texts:
        folded = _folded(text)
        missing = {word for word in missing if word not in folded}
        if not missing:
            return True
    return False


def _texts(info: ConversationInfo, conversations: Conversations, shelf: Shelf) -> Iterator[str]:
    yield info.title
    try:
        turns = conversations.turns(info.id)
    except NotInLibrary:  # removed since it was listed
        return
    yield from (question for _, question, _ in turns)
    for _, _, stored in turns:
        answer = from_stored(stored, shelf)
        yield from (sentence.text for sentence in answer.sentences)
        yield from (citation.quote for citation in answer.citations)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
