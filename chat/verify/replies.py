"""Questions in the evidence and what is replied to them."""

import re
from collections.abc import Sequence

from chat.verify.align import Alignment
from chat.verify.words import Piece

_WHO = r"\W*(?:A\.|A:|[A-Z][\w.' ]{0,30}:)?\W*"
_DID = r"(?:i|it|he|she|they|we|that) (?:is|are|was|were|did|do|does|has|have|had|would|could)"
_YES = re.compile(
    rf"{_WHO}(?:(?:yes|yeah|yep|correct|right|true|indeed|certainly|of course)\b"
    rf"|that(?:'s| is| was) (?:right|correct|true|so)\b|{_DID}\W*$)",
    re.IGNORECASE,
)
_NO = re.compile(
    rf"{_WHO}(?:(?:no|nope|never|incorrect|wrong|false|untrue)\b"
    rf"|(?:that|it)(?:'s| is| was) (?:not (?:right|correct|true|so)|wrong|false|untrue|incorrect)\b"
    rf"|{_DID}(?: not|n't)\W*$)",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Tell whether a sentence is a question."""
    return text.rstrip(" \n\t\"'”’)]").endswith("?")


def reply(alignment: Alignment, question: Piece) -> Piece | None:
    """What stands after a question in the same quote, unless that asks again."""
    after = (question.index or 0) + 1
    if after >= len(alignment.pieces):
        return None
    numbers: Sequence[int] = alignment.quotes or (0,) * len(alignment.pieces)
    found = alignment.pieces[after]
    same = numbers[after] == numbers[after - 1]
    return found if same and found.words and not asks(found.text) else None


def says_yes(given: Piece | None) -> bool:
    """Tell whether a reply, if there is one, begins with a yes."""
    return given is not None and bool(_YES.match(given.text))


def says_no(given: Piece | None) -> bool:
    """Tell whether a reply, if there is one, begins with a no."""
    return given is not None and bool(_NO.match(given.text))
