"""The numbered part of a document that a sentence stands in: "Article 9. Entry into force", "5. Pets"."""

import re

from chat.evidence import Candidate
from chat.verify.exception import number_before, number_of

_PARTS = r"(?:articles?|sections?|clauses?|paragraphs?|rules?|chapters?|items?|recommendations?|§)"
_LABEL = re.compile(
    rf"^[#\s]*(?:(?P<part>{_PARTS})\s*)?(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*[a-z]?)(?:[.):]+\s|\s*$|\s+(?=[A-Z]))",
    re.IGNORECASE | re.MULTILINE,
)
_ASKED = re.compile(rf"\b{_PARTS}\s*(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*[a-z]?)\b", re.IGNORECASE)
_WHAT_IT_SAYS = re.compile(
    rf"what (?:does|do|did|is|are|says?) (?:in |under )?(?:the )?{_PARTS}\s*\d[\d.]*[a-z]?"
    r"(?: of the [^?]+?)?(?: (?:say|says|provide|state|require|contain|cover|regulate|about))?\W*$",
    re.IGNORECASE,
)


def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers of the parts that a text names: 4 and 9, of "Article 4 and Section 9"."""
    return frozenset(found["number"].lower() for found in _ASKED.finditer(text))


def asks_what_part_says(question: str) -> bool:
    """Tell whether a question asks for no more than what a numbered part says."""
    return _WHAT_IT_SAYS.match(" ".join(question.split())) is not None


def part_of(candidate: Candidate) -> str | None:
    """Return the number of the part that a sentence opens or stands in, or None where none is told."""
    passage = candidate.hit.passage
    before = passage.text[: candidate.start - passage.start]
    own = number_of(candidate.text) or number_before(before)
    if own is not None:
        return own
    labels = [found["number"] for found in _LABEL.finditer(before)]
    if labels:
        return labels[-1].lower()
    heading = _LABEL.match((passage.heading or "").rpartition(" › ")[2])
    return heading["number"].lower() if heading else None
