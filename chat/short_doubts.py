"""What keeps a thing of the right kind from being the short answer: it is that of something else.

"We refund £43, half the cost" is not the cost; "312 complaints, 40 more than in the year before" are not
those of the year before; who resigned is no longer in office; what will cost £5 million has not cost it; one
study's patients are not all of them; one of two who voted is not who did; 148 pupils that a school had are
not those it has; who should pay need not do so.
"""

import re
from collections.abc import Sequence

from chat.periods import years
from chat.short_spans import Bounds
from chat.verify.forms import vocabulary
from chat.verify.words import Piece, Word, read

_SHARE = re.compile(
    r"\s*,?\s*(?:or\s+|which is\s+|about\s+|only\s+|just\s+)*"
    r"(?:half|(?:an?|one|two|three|four)[\s-](?:third|quarter|fifth|tenth)s?|twice|double|triple"
    r"|\d+(?:\.\d+)?\s?(?:%|per\s?cent))\s+(?:of|the|what|as|its|his|her|their)\b",
    re.IGNORECASE,
)
_OTHER_TIME = re.compile(
    r"\b(?:previous|preceding|last|prior|following|next) (?:year|month|week|quarter|season|day|term)\b"
    r"|\b(?:year|month|week|quarter|season|day|term) (?:before|earlier|after|later)\b",
    re.IGNORECASE,
)
_TOTALS = vocabulary("total totals altogether overall together combined")
_IN_ALL = _TOTALS | vocabulary("all sum across every")
_LEFT = re.compile(
    r"\b(?:resign(?:s|ed|ing|ation)?|retire[sd]?|retiring|stepp?(?:s|ed|ing)? down|left|leaves|leaving|quits?"
    r"|former(?:ly)?|ex-\w+|died?|dismissed|sacked|fired|succeeded|replaced|departed|until)\b",
    re.IGNORECASE,
)
_ADVISES = vocabulary("should ought recommend recommends recommended advise advises advised")
# What follows is told of some only: "one of two members who voted", "412 replied, of whom 371 were against".
_ONE_OF = re.compile(
    r"\s?,?\s(?:(?:is|was|who was|being)\s)?(?:one of|among) (?:the |those )?"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+|several|many|few|members|people|those)\b[^,;:.]*",
    re.IGNORECASE,
)
_OF_WHICH = re.compile(r"\bof (?:which|whom|these|those|them)\b[^,;:.]*", re.IGNORECASE)
_HOW_MANY_NOW = re.compile(
    r"how many\b(?!.*\b(?:did|was|were|had|been)\b).*\b(?:does|do|is|are)\b", re.IGNORECASE
)
_ONCE = re.compile(r"\bhad\b|\bthere (?:was|were)\b", re.IGNORECASE)
_PAST = vocabulary("did was were had")
_TO_COME = vocabulary("will shall")


def of_something_else(question: Piece, sentence: Piece, span: Bounds, near: Sequence[Word]) -> bool:
    """Tell whether a span of the kind asked for is that of something else; `near` are the words beside it."""
    return (
        (_SHARE.match(sentence.text, span[1]) is not None and not _SHARE.search(question.text))
        or _of_another_time(question, sentence, span)
        or _of_another_year(question, sentence, span)
        or _of_a_part(question, sentence)
        or _no_longer(question, sentence)
        or _not_yet(question, near)
        or _of_some(question, sentence, span)
        or _was_once(question, near)
        or _only_advised(question, near)
    )


def _of_another_time(question: Piece, sentence: Piece, span: Bounds) -> bool:
    """Whether the year before is asked for and the sentence does not say it of the span itself."""
    asked = _OTHER_TIME.search(question.text)
    if asked is None:
        return False
    wanted = read(asked.group()).words
    for said in _OTHER_TIME.finditer(sentence.text):
        between = sentence.text[min(span[1], said.end()) : max(span[0], said.start())]
        if [w.stem for w in read(said.group()).words] == [w.stem for w in wanted]:
            return re.search(r"[,;:]|\b(?:than|against|compared)\b", between) is not None
    return True


def _of_another_year(question: Piece, sentence: Piece, span: Bounds) -> bool:
    """Whether a year is asked about and the sentence names others alone; a date asked for has its own."""
    asked, told = years(question.text), years(sentence.text)
    return bool(asked and told) and not asked & told and not years(sentence.text[slice(*span)])


def asks_total(question: Piece) -> bool:
    """Tell whether a question asks how many there are in all."""
    return any(word.lower in _TOTALS for word in question.words)


def tells_total(sentence: Piece) -> bool:
    """Tell whether a sentence may say how many there are in all."""
    return any(word.lower in _IN_ALL for word in sentence.words)


def _of_a_part(question: Piece, sentence: Piece) -> bool:
    return asks_total(question) and not tells_total(sentence)


def _no_longer(question: Piece, sentence: Piece) -> bool:
    """Whether who holds a post is asked for, and the sentence says that somebody left one."""
    first = [word.lower for word in question.words[:2]]
    if not first or first[0] not in ("who", "whom") or any(w.lower in _PAST for w in question.words):
        return False
    left = _LEFT.search(sentence.text)
    if left is None or _LEFT.search(question.text):
        return False
    return first[-1] in ("is", "are") or first[-1].endswith("s")


def _not_yet(question: Piece, near: Sequence[Word]) -> bool:
    """Whether the question asks what was, and the words beside the span say what is to come."""
    asked = {word.lower for word in question.words}
    return bool(asked & _PAST) and not asked & _TO_COME and any(word.lower in _TO_COME for word in near)


def _only_advised(question: Piece, near: Sequence[Word]) -> bool:
    """Whether the words beside the span say what should be, and the question does not ask for that."""
    asked = {word.lower for word in question.words}
    return not asked & _ADVISES and any(word.lower in _ADVISES for word in near)


def _of_some(question: Piece, sentence: Piece, span: Bounds) -> bool:
    """Whether words of the question are told only of some, or of several of which the span is one."""
    after = sentence.text[span[1] :]
    part = _ONE_OF.match(after) or _OF_WHICH.search(after)
    if part is None:
        return False
    rest = after[: part.start()] + after[part.end() :]
    some, others = read(part.group()), read(sentence.text[: span[1]] + rest)
    return any(some.has(stem) and not others.has(stem) for stem in question.stems)


def _was_once(question: Piece, near: Sequence[Word]) -> bool:
    """Whether it is asked how many there are, and the words beside the span say how many there were."""
    asks = _HOW_MANY_NOW.match(question.text.strip())
    return asks is not None and _ONCE.search(" ".join(word.lower for word in near)) is not None
