"""The short answer to a short factual question: the one name, date, number, sum, measure or place.

It is a span of the sentence that is quoted first, and is proposed only where that sentence has exactly one
thing of the kind asked for which the question does not have, and neither denies nor hedges it. A wrong short
answer is worse than none: what is not sure is left to the sentence.
"""

import re
from collections.abc import Sequence

from chat.evidence import Candidate
from chat.parts import parts
from chat.question import telling
from chat.short_doubts import of_something_else
from chat.short_names import agents, described, name_asked, places, which
from chat.short_rows import from_row, is_row
from chat.short_spans import Bounds, aged, counted, dated
from chat.verify.cues import Cue, find
from chat.verify.dates import Date, dates
from chat.verify.forms import vocabulary
from chat.verify.hedges import CUES as HEDGES
from chat.verify.quantities import Quantity
from chat.verify.words import Piece, Word, read
from ingest.readers.text import paragraphs
from ingest.sentences import sentence_spans

_EARLIER = re.compile(r"\s\([^()]+\)\?$")
_ASKS = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?:(?:by|to|from|for|in|on|at|with|of|under|about|until|till|since)\s+)?"
    r"(?P<word>who|whom|when|where|how|which|what)\b\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DENIES = vocabulary(
    "not never no none nobody neither nor cannot deny denies denied without longer except "
    "unable refuses refused fails failed declines declined"
)
# One of many, which a single sentence does not tell from the others: "What other games are there?"
_FURTHER = vocabulary("other others else")
# What only a sentence that says so as well can be sure of: a year named is not the first one.
_RANKS = vocabulary(
    "first last latest earliest oldest newest youngest largest biggest smallest highest lowest longest "
    "shortest most least best worst only final second third"
)
_CONDITION = re.compile(r"\b(?:if|unless|provided that|should the|would have)\b", re.IGNORECASE)
_SAYS = re.compile(
    r"\b(?:sa(?:y|ys|id)|claim\w*|t(?:ell|old)|estimat\w+|vow\w*|alleg\w+|accord\w+)\b", re.IGNORECASE
)
_AUX = vocabulary(
    "is are was were be been do does did has have had can could will would should may might must"
)
_WHENS = vocabulary("date day year month")
_MONEYS = vocabulary("dollar euro pound yen rupee franc crown mark cent")
_SHARES = vocabulary("share percentage percent proportion")
_FAR = {
    **{word: frozenset({"length"}) for word in ("far", "deep", "high", "wide", "tall")},
    "long": frozenset({"length", "time", "months"}), "heavy": frozenset({"mass"}),
    "fast": frozenset({"speed"}),
}  # fmt: skip
# The share of a question's words that the sentence has at least; see bench/answers.py.
COVERED = 0.5
_DETERMINERS = vocabulary("the a an this that these those his her its their our")
_BE = vocabulary("is are was were")
_LASTS = re.compile(r"\b(?:long|lasts?|lasted|runs?|ran|length|duration)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\w+[^s]s|people|men|women|children|police|staff")
_OF = re.compile(
    r"\s[a-z]+ of (?!(?:the|an?|our|its|his|her|their|this|these|those|all)\b)(?P<what>[a-z]+(?: [a-z]+)?)"
)
_ARTICLE = re.compile(r"^(?:the|an?) ", re.IGNORECASE)
_REACH = 4  # words after a span within which a "not" may bear on it


def short_span(candidate: Candidate, question: str) -> Bounds | None:
    """Return the span of the candidate's document that answers in short, or None if none does for sure."""
    if covered(candidate, question) < COVERED:
        return None
    found = propose(question, candidate.text, candidate.hit.passage.text)
    return (candidate.start + found[0], candidate.start + found[1]) if found else None


def rivalled(candidate: Candidate, others: Sequence[Candidate], question: str) -> bool:
    """Tell whether another sentence has another short answer, and words of the question that this one lacks.

    One of another passage must, with its title, also have those that this one has: it fits better. Where two
    documents have them all, nothing tells which is meant.
    """
    asked = asked_stems(bare(question))
    own, titled = (_lacking(asked, candidate, titled=with_title) for with_title in (False, True))
    for other in others:
        if other.hit.passage.id != candidate.hit.passage.id:
            lacks = _lacking(asked, other, titled=True)
            elsewhere = other.hit.passage.document_id != candidate.hit.passage.document_id
            fitting = lacks < titled or (elsewhere and bool(asked) and not lacks)
        else:
            fitting = not own <= _lacking(asked, other, titled=False)
        found = propose(question, other.text, other.hit.passage.text) if fitting else None
        # "The works manager" is the works manager.
        if found and _ARTICLE.sub("", other.text[slice(*found)]).lower() not in candidate.text.lower():
            return True
    return False


def _lacking(asked: frozenset[str], candidate: Candidate, *, titled: bool) -> frozenset[str]:
    """The words of a question that a sentence does not have, nor its document's title if that counts."""
    piece = read(f"{candidate.text} {candidate.hit.title}" if titled else candidate.text)
    return frozenset(stem for stem in asked if not piece.has(stem))


def bare(question: str) -> str:
    """Return a question without the earlier one that stands in brackets at its end."""
    return _EARLIER.sub("?", " ".join(question.split()))


def asked_stems(question: str) -> frozenset[str]:
    """Return the stems of what a question speaks of, without the words that make it a question."""
    return frozenset(word.stem for word in telling(question))


def covered(candidate: Candidate, question: str) -> float:
    """Return how much of a question a sentence has, 0..1: by rarity with what it leans on, or by count."""
    asked = asked_stems(question)
    piece = read(candidate.text)
    return max(candidate.cover, sum(map(piece.has, asked)) / max(1, len(asked)))


def propose(question: str, text: str, around: str) -> Bounds | None:
    """Return the half-open span of `text` that answers in short, or None; `around` is its passage."""
    asks = _ASKS.match(bare(question))
    if asks is None or len(parts(question)) > 1:
        return None
    asked = read(bare(question))
    if any(word.lower in _DENIES | _FURTHER for word in asked.words):
        return None
    ranks = {word.lower for word in asked.words} & _RANKS
    if is_row(text) and asks["word"].lower() in ("when", "how"):
        return None if ranks else from_row(question, asked, text)
    found: list[Bounds] = []
    for start, end in sentence_spans(text, paragraphs(text)):
        piece = read(text[start:end])
        if piece.text.rstrip().endswith("?") or not ranks <= {word.lower for word in piece.words}:
            continue
        spans = list(dict.fromkeys(_spans(asks["word"].lower(), asks["rest"], asked, piece, around)))
        if any(_surer(asked, piece, span) for span in spans):
            return None
        found += [(start + first, start + last) for first, last in spans]
    return found[0] if len(found) == 1 else None


def _surer(question: Piece, sentence: Piece, span: Bounds) -> bool:
    """Tell whether the sentence denies, hedges or conditions a span where the question does not."""
    if _CONDITION.search(sentence.text) and not _CONDITION.search(question.text):
        return True
    near = _beside(sentence, span)
    if of_something_else(question, sentence, span, near):
        return True
    if any(word.lower in _DENIES for word in near):
        return True
    kinds = {cue.kind for cue in find(question, HEDGES)} | {"often"}
    kinds |= {"said"} if _SAYS.search(question.text) else set()
    return any(
        cue.kind not in kinds
        and cue.first.stem not in question.stems
        and cue.first.text != "May"
        and not span[0] <= cue.first.start < span[1]
        for cue in find(sentence, HEDGES)
        if cue.first in near and not _named_as_source(question, cue, span)
    )


def _named_as_source(question: Piece, cue: Cue, span: Bounds) -> bool:
    """Tell whether a span is who says it, and somebody is asked for: "according to manager Fiona Lisk"."""
    asked = any(word.lower in ("who", "whom") for word in question.words[:2])
    return asked and cue.first.lower == "according" and cue.last.end <= span[0]


def _beside(sentence: Piece, span: Bounds) -> Sequence[Word]:
    """The words that bear on a span: those before it in its part of the sentence, and a few after it."""
    at = next(number for number, word in enumerate(sentence.words) if word.end > span[0])
    last = max(number for number, word in enumerate(sentence.words) if word.start < span[1])
    clause = sentence.words[at].clause
    first = at
    while first and sentence.words[first - 1].clause == clause and sentence.words[first - 1].lower != "and":
        first -= 1
    after = last
    for word in sentence.words[last + 1 : last + 1 + _REACH]:
        if word.clause != sentence.words[last].clause or word.lower == "and":
            break
        after += 1
    return sentence.words[first : after + 1]


def _spans(word: str, rest: str, question: Piece, piece: Piece, around: str) -> Sequence[Bounds]:
    """Every span of the kind asked for that the question does not have."""
    first, second, *_ = [*re.findall(r"\w+", rest.lower()), "", ""]
    if word == "when" or (word in ("which", "what") and first.removesuffix("s") in _WHENS):
        return _dates(question, piece) if word != "when" or first in _AUX else ()
    if word == "how":
        return _numbers(first, second, question, piece)
    if word in ("who", "whom"):
        told = described(rest, piece)
        return told if told or name_asked(rest) else agents(word, first, question, piece, around)
    if word == "where":
        return places(question, piece, around) if first in _AUX else ()
    if first in _SHARES:
        return [span for span, q in counted(piece) if q.unit is not None and q.unit.kind == "percent"]
    return which(first, second, question, piece, around) if first not in _AUX else ()


def _dates(question: Piece, piece: Piece) -> Sequence[Bounds]:
    known = {part for date in dates(question) for part in date.parts}
    asked = {word.lower for word in question.words}
    said = [(span, _parts(piece, span)) for span in dated(piece)]
    fresh = []
    for span, date in said:
        if (date and date <= known) or (not date and piece.text[slice(*span)].lower() in asked):
            continue
        # "In February we lowered it again, with effect from 23 February": the fuller one says both.
        if not any(date < other for _, other in said):
            fresh.append(span)
    return fresh


def _parts(piece: Piece, span: Bounds) -> set[tuple[str, int]]:
    inner: Sequence[Date] = dates(read(piece.text[slice(*span)]))
    return {part for date in inner for part in date.parts}


def _numbers(first: str, second: str, question: Piece, piece: Piece) -> Sequence[Bounds]:
    if first == "old":
        return aged(piece, question)
    asked = {(q.value, q.unit.kind if q.unit else "") for _, q in counted(question)}
    found = [(span, q) for span, q in counted(piece) if (q.value, q.unit.kind if q.unit else "") not in asked]
    if first in _FAR:
        kinds = _FAR[first]
        if first == "long" and second in _BE and not _LASTS.search(piece.text):
            kinds = frozenset({"length"})  # "closed for 14 days" does not say how long the bridge is
        return [span for span, q in found if q.unit is not None and q.unit.kind in kinds]
    if first == "many":
        return _counts(found, question, piece)
    if first != "much":
        return ()
    kinds = frozenset({"percent"}) if second == "of" else _MONEYS
    fitting = [span for span, q in found if q.unit is not None and q.unit.kind in kinds]
    return fitting if len(fitting) == len(found) else ()


def _counts(found: Sequence[tuple[Bounds, Quantity]], question: Piece, piece: Piece) -> Sequence[Bounds]:
    """Numbers that count what stands after "how many", with the words that say so."""
    many = next(number for number, word in enumerate(question.words) if word.lower == "many")
    of = _OF.match(question.text, question.words[many].end)
    wanted: list[str] = []
    plural = False
    for word in question.words[many + 1 : many + 6]:
        if not word.content:
            if word.lower in _DETERMINERS and len(wanted) > 1:
                wanted.pop()  # "how many workers joined the": the last one is the verb
            break
        if wanted and plural and not _PLURAL.fullmatch(word.lower):
            break  # "how many parents spoke against it": what is counted ends with its plural
        plural = _PLURAL.fullmatch(word.lower) is not None
        wanted.append(word.stem)
    spans = []
    for (start, end), quantity in found:
        if quantity.unit is not None and quantity.unit.kind in _MONEYS | {"percent"}:
            continue
        noun = None
        for word in [word for word in piece.words if word.start >= quantity.end][:6]:
            if re.search(r"[.;:,()]", piece.text[quantity.end : word.start]):
                break
            if word.stem in wanted:
                noun = word
            elif noun is not None:
                break
        other = _OF.match(piece.text, quantity.end)
        # "127 letters of objection" are not those of support.
        differs = of and other and not read(other["what"]).has(read(of["what"]).words[0].stem)
        if noun is not None and not differs:
            spans.append((start, max(end, noun.end)))
    return spans
