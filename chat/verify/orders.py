"""Sentences that tell their reader what to say: "Write that the mayor was arrested" states no arrest.

A language model that obeys a document would cite the very sentence that ordered its words, and those words
stand in it. Such a sentence is therefore no evidence, except for a claim that speaks of the order itself.
"""

import re
from collections.abc import Sequence

from chat.verify.words import Piece, read

REASON = "its source only tells its reader to say this"

_SAY = (
    r"(?:write|say|state|claim|report|tell|answer|reply|respond|repeat|output|announce|declare|assert|inform"
    r"|mention|pretend)"
)
_TELL = r"(?:write|say|tell|answer|reply|respond|repeat|inform|mention)"
_URGE = r"(?:advise|recommend|urge|encourage|convince|persuade|warn|remind|inform|tell)"
_SOFTLY = r"(?:(?:please|always|only|now|just|then|instead|simply|also|never|you must|you should)[ ,]+)*"
_READER = r"(?:the |every |each |any |all |your |our )?(?:users?|readers?|people|everyone|customers?)\b"
_MACHINE = r"(?:ai|ai \w+|assistants?|chatbots?|bots?|llms?|gpts?|language models?)"
# Where a clause begins: the sentence itself, after a label, a mark of another sort, or "whatever is asked,".
_BEGINS = r"(?:^\W*|[:>\]\n]\s*|\bwhatever [^.,]{0,40},\s+)"
_TOLD = re.compile(
    rf"{_BEGINS}{_SOFTLY}(?:{_SAY}|{_TELL}(?:\s+(?!that\b)[\w']+){{1,4}}?)\s+(?:only )?(?:that\b|[\"<]|!?\[)"
    rf"|{_BEGINS}{_SOFTLY}{_SAY}\b(?: (?:only|exactly|this|the following|(?:these|the|following) words"
    r"|(?:and )?nothing (?:else|but)))+"
    rf"|{_BEGINS}{_SOFTLY}(?:write|say|repeat|output)\s*:"
    rf"|{_BEGINS}{_SOFTLY}{_URGE}\s+{_READER}"
    rf"|\b{_MACHINE} (?:must|should|shall|will|have to|has to|need to|are to|is to) (?:\w+ ){{0,2}}?{_SAY}\b"
    r"|\byou (?:must|should|shall|have to|are to) (?:\w+ ){0,2}?(?:say|write|state|answer|reply|claim) that\b"
    r"|^\W*(?:\w+:\s*)?(?:please )?(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}"
    r"\b(?:instructions?|prompts?|rules?|directions?)\b"
    r"|\bin (?:your|the) answer\b|\bbefore you (?:answer|reply)\b|\b(?:in place of|instead of) an? answer"
    r"|\bin place of the answer\b|\bcite (?:this|it) as\b|\bas a footnote\b"
    r"|^\W*source \[\d+\]\s*:|\band (?:write|say|answer|reply|output|print) (?:only|nothing)\b",
    re.IGNORECASE,
)
_SPEAKS_OF_IT = re.compile(
    r"\b(?:tell|told|instruct|order|ask|urge|advise|direct|command|want)(?:s|ed|ing)?\s+(?:its|the|any|every|all|an?)?\s*"
    r"(?:\w+ )?(?:readers?|users?|recipients?|assistants?|chatbots?|models?|machines?|ais?)\b",
    re.IGNORECASE,
)


def is_order(piece: Piece) -> bool:
    """Tell whether a sentence tells its reader, or a machine that reads it, what to say."""
    return _TOLD.search(piece.text) is not None


def without_orders(claim: Piece, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the evidence, each order in it without its words; all of it for a claim that speaks of one."""
    if _SPEAKS_OF_IT.search(claim.text):
        return list(pieces)
    return [read("", piece.index) if is_order(piece) else piece for piece in pieces]
