"""What is only asked for, and what was decided: "should be fitted" leaves open whether it will be."""

import re

from chat.evidence import Candidate
from chat.numbered import numbers_in, part_of
from chat.verify.words import read

_ASKED_FOR = re.compile(
    r"\b(?:should|ought to|recommend(?:s|ed|ation)?|propos(?:e|es|ed|al)|request(?:s|ed)?|urge[sd]?"
    r"|call(?:s|ed)? (?:for|on)|asks? (?:for|that)|asked (?:for|that)|suggest(?:s|ed)?|demand(?:s|ed)?)\b",
    re.IGNORECASE,
)
# "That it be granted" decides nothing.
_DECIDED = re.compile(
    r"(?:(?<!be )|(?<=must be ))"
    r"\b(?:will|won['’]t|shall|accept(?:s|ed)|agree(?:s|d)|approved?|approves|adopt(?:s|ed)|reject(?:s|ed)"
    r"|refuse[sd]|declin(?:es|ed)|grant(?:s|ed)|decide[sd]|ruled|carried|defeated|lost|withdrawn|implemented"
    r"|(?:has|have) been)\b",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"^(?:(?:and|but|so)\s+)?"
    r"(?:(?:will|won['’]t|shall|has|have|had|was|were|did)\b"
    r"|(?:is|are)\b.*\b(?:going to|to be|being|planned)\b)",
    re.IGNORECASE,
)


def asks_whether(question: str) -> bool:
    """Tell whether a question asks if something was or will be done, and not what was asked for."""
    return _WHETHER.match(question) is not None and _ASKED_FOR.search(question) is None


def only_asked_for(text: str) -> bool:
    """Tell whether a sentence says that something should be, and not that it was decided."""
    return _ASKED_FOR.search(text) is not None and _DECIDED.search(text) is None


def decides(candidate: Candidate, proposed: Candidate) -> bool:
    """Tell whether a sentence says what was decided on what another only asks for, by the number of its part.

    "Recommendation 4 is not accepted" in a reply to the report in which the recommendation stands.
    """
    number = part_of(proposed)
    if number is None or number not in numbers_in(candidate.text) or not _DECIDED.search(candidate.text):
        return False
    one, other = (
        read(f"{each.hit.title} {each.hit.passage.heading or ''}") for each in (candidate, proposed)
    )
    same = candidate.hit.passage.document_id == proposed.hit.passage.document_id
    return same or bool(one.stems & other.stems)


def is_decision(text: str) -> bool:
    """Tell whether a sentence says what was decided."""
    return _DECIDED.search(text) is not None and _ASKED_FOR.search(text) is None
