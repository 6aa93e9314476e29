"""Whether words are a question or a statement, which sentences of a text resemble unlike."""

import re

# What opens a question, or asks for something, after words that lead up to it ("And in which year …").
_LEADING = "and but so or then also please in on at to for from by of with under since until"
_OPENING = (
    "what who whom whose which when where why how is are was were do does did can could will would should has"
    " have had may might must shall am tell explain describe list name give show find"
)
_OPENS = re.compile(
    rf"\W*(?:(?:{'|'.join(_LEADING.split())})\W+)*(?:{'|'.join(_OPENING.split())})\b", re.IGNORECASE
)
_MARKS = frozenset("?？؟¿")


def asks(text: str) -> bool:
    """Tell whether a text asks: by its mark in any language, by its opening words in English."""
    return not _MARKS.isdisjoint(text) or _OPENS.match(text) is not None
