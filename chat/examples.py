"""Example questions made from the library's own documents; each was asked, and it is answered."""

import re
from collections.abc import Callable, Iterator, Sequence

from ingest.document import Document

_IS = re.compile(
    r"^(?P<name>(?:[A-Z][\w’'-]+ ){1,3}[A-Z][\w’'-]+),? (?:is|was) (?:the|a|an|one of) (?P<role>[^.,;]{8,60})"
)
_APPOSITION = re.compile(r"\b(?P<name>[A-Z][\w’'-]+ [A-Z][\w’'-]+), (?P<role>(?:the|an?) [a-z][^.,;]{6,60}),")
_SPOKE = re.compile(r"\b(?P<name>[A-Z][\w’'-]+ [A-Z][\w’'-]+) (?:said|wrote|told|testified|argued)\b")


def proposals(documents: Sequence[Document]) -> list[str]:
    """Return questions that the documents suggest, one document after another, each once."""
    rounds = [list(_of_document(document)) for document in documents]
    longest = max((len(found) for found in rounds), default=0)
    mixed = [found[turn] for turn in range(longest) for found in rounds if turn < len(found)]
    return list(dict.fromkeys(mixed))


def examples(documents: Sequence[Document], answered: Callable[[str], bool], limit: int) -> list[str]:
    """Return at most `limit` proposals that are answered; a few dozen are tried at the most."""
    found: list[str] = []
    for question in proposals(documents)[: 8 * limit]:
        if len(found) == limit:
            break
        if answered(question):
            found.append(question)
    return found


def _of_document(document: Document) -> Iterator[str]:
    text = document.text
    for heading in document.reading.headings:
        words = " ".join(text[heading.start : heading.end].split())
        if words.endswith("?") and 12 <= len(words) <= 90:
            yield words
    for pattern in (_APPOSITION, _IS):
        for match in pattern.finditer(text):
            yield f"Who is {match['name']}?"
    for match in _SPOKE.finditer(text):
        yield f"What did {match['name']} say?"
    title = document.title.strip()
    if 3 <= len(title.split()) <= 14 and "." not in title[-5:]:
        yield f"What does “{title}” say?"
