"""Chat messages to a question, and an answer to the text of a message.

Earlier messages resolve a follow-up, as a conversation of the library's own would: each question of the
user is made to stand on its own with those before it and their answers. So nothing is kept here between
two requests. What the system or a tool says is no question and changes nothing.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from chat.answer import Answer, Citation, Sentence, Short
from chat.followup import Said, standalone
from chat.interfaces.http.problem import Problem
from chat.interfaces.terminal import one_line

SOURCES = "\n\nSources:\n"
_LOOKED_BACK = 40  # messages before the question, which is more than any follow-up reaches
_MARKS = re.compile(r"(?:\s?\[\d+\])+")
_SHORT = re.compile(r"^[^\n\[]* \[\d+\]\. ")  # `short_text`, before the sentences
# What Markdown would make an image, a link or HTML of. A client may render this text, and a picture's address
# in a document must not be fetched because the document is quoted.
_MARKUP = re.compile(r"!(?=\[)|\](?=[\[(:])|<(?=[A-Za-z/!?])|`|\\(?=[!\[\](<`\\])")
_ESCAPED = re.compile(r"\\([!\](<`\\])")


class Message(Protocol):
    """A message of the request."""

    @property
    def role(self) -> str:
        """Whose it is."""
        ...

    @property
    def words(self) -> str:
        """Its text."""
        ...


def asked(messages: Sequence[Message]) -> tuple[str, str | None]:
    """Return the last message's question, and what to search instead if it leans on earlier ones.

    Raises a Problem if the last message is not the user's, or says nothing.
    """
    last = messages[-1]
    if last.role != "user" or not last.words.strip():
        raise Problem(422, "no-question", "the last message must be a question of the user's, as text")
    earlier: list[Said] = []
    for message in messages[-1 - _LOOKED_BACK : -1]:
        if message.role == "user" and message.words.strip():
            earlier.append(Said(standalone(message.words, earlier), ""))
        elif message.role == "assistant" and earlier:
            earlier[-1] = Said(earlier[-1].standalone, unmarked(message.words))
    return last.words, standalone(last.words, earlier) if earlier else None


def unmarked(text: str) -> str:
    """Return the sentences of an earlier answer, without markers, sources and what was escaped.

    One that lists no sources found nothing, and what it says of that is nobody's words.
    """
    said, sources, _ = text.partition(SOURCES)
    said = _SHORT.sub("", said.partition("\n\n")[0], count=1)
    return _ESCAPED.sub(r"\1", _MARKS.sub("", said)) if sources else ""


def plain(text: str) -> str:
    """Return a document's words on one line, so that no Markdown in them takes effect."""
    return _MARKUP.sub(lambda found: "\\" + found[0], one_line(text))


def sentence_text(sentence: Sentence) -> str:
    """Return a sentence with its markers, as it is read in a chat."""
    return f"{plain(sentence.text)} {''.join(f'[{number}]' for number in sentence.citations)}"


def short_text(short: Short) -> str:
    """Return the short answer with its marker, as it is read before the sentences."""
    return f"{plain(short.text)} [{short.citation}]."


def closing(answer: Answer, base: str) -> str:
    """Return what comes after an answer's sentences: what to know of them, and the list of sources.

    `base` is the address of this server; each source leads to its exact words there.
    """
    text = ""
    if not answer.sentences:
        text = plain(answer.text)
        if answer.nearest:
            text += "\n\nClosest passages:\n" + "\n".join(
                f"- {_place(citation, base)}" for citation in answer.nearest
            )
        return text
    if answer.status == "partial":
        text += "\n\nNo sentence surely answers this; these are the closest."
    if answer.rejected:
        count = len(answer.rejected)
        claims = f"{count} claims were" if count > 1 else "1 claim was"
        text += f"\n\n{claims} rejected, since the sources do not bear it out."
    return (
        text
        + SOURCES
        + "\n".join(f"- [{citation.number}] {_place(citation, base)}" for citation in answer.citations)
    )


def message_text(answer: Answer, base: str) -> str:
    """Return the whole text of a message; streamed, its parts join to the same."""
    short = [short_text(answer.short)] if answer.short else []
    return " ".join([*short, *map(sentence_text, answer.sentences)]) + closing(answer, base)


def _place(citation: Citation, base: str) -> str:
    page = f"p. {citation.page}" if citation.page is not None else ""
    parts = [plain(citation.title), page, plain(citation.locator or ""), citation.published or ""]
    place = ", ".join(part for part in parts if part)
    span = f"{citation.document_id}/{citation.start}-{citation.end}?v={citation.document_version}"
    return f"{place}: {base}/library/{span}"
