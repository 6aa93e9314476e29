"""Questions of two parts, "who signed it and when?", and which of their parts nothing answers."""

import re
from collections.abc import Sequence

from chat.question import TYPED, kind, offers

_AND = re.compile(
    r"(?:,?\s+and|;|,)\s+(?=(?:(?:by|for|to|from|in|at|on|since|until)\s+)?"
    r"(?:who|whom|whose|when|where|why|how|what|which)\b)",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\s\([^()]+\)\?$")
_CURT = 2  # words; a part as short says nothing of what it is about


def parts(question: str) -> tuple[str, ...]:
    """Return the parts of a question, each able to stand alone; the question itself if it has one."""
    bare = _EARLIER.sub("?", " ".join(question.split())).rstrip("?").strip()
    pieces = [piece.strip(" ,;") for piece in _AND.split(bare)]
    if len(pieces) < 2 or kind(pieces[0]) == "other":
        return (question,)
    first = pieces[0]
    return tuple(
        f"{piece[0].upper()}{piece[1:]} ({first})?" if number and len(piece.split()) <= _CURT else f"{piece}?"
        for number, piece in enumerate(pieces)
    )


def unanswered(question: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """Return the parts of whose kind no sentence has anything; none for a question of one part.

    Only what can be told by its form is missed: a name, a date, a number, a place.
    """
    asked = parts(question)
    if len(asked) < 2:
        return ()
    return tuple(
        part
        for part in asked
        if kind(part) in TYPED and not any(offers(kind(part), text, question) for text in sentences)
    )
