"""Who somebody is, where that is asked: "Ada Brook, the clerk"; "I was a midwife", in her own statement."""

import re

from chat.evidence import Candidate
from chat.short import bare
from chat.short_names import described, name_asked
from chat.verify.words import read

_WHO = re.compile(r"who(?P<rest>['’]s .+| .+)", re.IGNORECASE | re.DOTALL)
_STATEMENT = r"(?:statement|affidavit|declaration|memoirs?|diary)"
_OF_ONESELF = re.compile(
    r"\s*(?:\d+[.)]\s+)?I (?:am|was|have been) (?:an?|the) "
    r"(?!(?:bit|few|first|last|little|lot|next|one|only)\b)"
)


def rest_of_who(question: str) -> str | None:
    """Return what stands after a question's "who", or None if that is not its first word."""
    asked = _WHO.fullmatch(bare(question))
    return asked["rest"] if asked else None


def describes(question: str, candidate: Candidate) -> bool:
    """Tell whether a question asks who somebody is, and a sentence says so: another's, or their own."""
    rest = rest_of_who(question)
    if rest is None:
        return False
    if described(rest, read(candidate.text)):
        return True
    name = re.escape(name_asked(rest) or "")
    told = (
        rf"\b{_STATEMENT} (?:of|by|from) (?:\w+\.? )?{name}\b(?![-'’])"
        rf"|^\W*(?:\w+\.? )?{name}(?:['’]s)?\W+(?:\w+ )?{_STATEMENT}\b"
    )
    own = bool(name) and re.search(told, candidate.hit.title, re.IGNORECASE) is not None
    return own and _OF_ONESELF.match(candidate.text) is not None
