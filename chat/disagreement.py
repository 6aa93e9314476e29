"""Where documents differ on the very thing that was asked: a number, a sum, a date, a name, an outcome.

A false "these differ" is worse than none, so two sentences differ only if they are of different origins, both
have what the question speaks of and most of each other's words, both state one thing of the kind asked for,
and neither's time or place sets it apart: another year, or another name, is another fact.

Which of them goes first: with a date asked for, the latest that is no later; else the latest that says it
corrects or replaces another; else the one that answers best.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chat.answer import Claim
from chat.as_of import AsOf, as_of, fits
from chat.corrected import rules_out
from chat.evidence import Candidate, Evidence
from chat.extract import claim_of
from chat.periods import apart
from chat.question import Kind
from chat.ranking import likelihood
from chat.verify.dates import Date, dates
from chat.verify.names import Name, alike, names
from chat.verify.numbers import agrees
from chat.verify.opposites import OUTCOMES
from chat.verify.quantities import Quantity, quantities
from chat.verify.words import Piece, read

SHARED = 0.4  # of the words of two sentences, what is compared aside
ASKED = 0.6  # of the question's words
_MATTER = 0.5  # of the words of both, where outcomes are compared
_SUBJECT = 0.8  # of the words of both, where one name stands against another
_NEAR = 0.1  # by how much two numbers may differ of which one is said to be rough
_WHAT: dict[Kind, str] = {
    "how many": "number", "what sum": "sum", "how far": "measure", "when": "date", "who": "name",
    "yes or no": "outcome", "other": "outcome",
}  # fmt: skip
_MONEY = frozenset({"dollar", "euro", "pound", "yen", "rupee", "franc", "crown", "mark", "cent"})
_HOW_MANY = re.compile(r"\bhow many\b(?P<what>.*)", re.IGNORECASE | re.DOTALL)
# "The number of homes flooded was 438" counts homes.
_NUMBER_OF = re.compile(
    r"\bnumber of (?P<what>[^,;.]+?) (?:is|was|are|were|stood at|came to|rose to|fell to)\s+(?:\w+ )?$",
    re.IGNORECASE,
)
_HOW_FAR = re.compile(r"\bhow (?P<what>long|far|deep|high|wide|tall|heavy|old|fast)\b", re.IGNORECASE)
_UNITS = {
    **{word: {"length"} for word in ("far", "deep", "high", "wide", "tall")},
    "long": {"length", "time", "months"}, "heavy": {"mass"}, "old": {"months", "time"}, "fast": {"speed"},
}  # fmt: skip
_PLANNED = re.compile(
    r"\b(?:may|might|could|should|would|will|shall|plan(?:s|ned)?|propos\w+|recommend\w*|expect\w*|intend\w*"
    r"|estimat\w+|forecast\w*|if|be)\b",
    re.IGNORECASE,
)
_REPLACED = re.compile(
    r"\b(?:not|instead of|rather than|previously|formerly|and not|from)\s+\D{0,8}$", re.IGNORECASE
)
_CORRECTS = re.compile(
    r"\b(?:correct(?:s|ed|ion|ing)|revis(?:es|ed|ion|ing)|supersedes?|replaces|retracts?|erratum|amends|restate[sd]?"
    r"|restatement|misstated)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\b(?:decid\w+|decision|outcome|result|rul(?:e|ed|ing)|verdict|vote[ds]?|happen\w*|become|became|status|end)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:not|no|never|n't|denie[sd]|deny)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """One of two sentences that differ, as a claim that quotes it."""

    claim: Claim
    published: str | None
    corrects: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sides, the one to be quoted first; `what` is what they differ in, in a word.

    `asked` is the date that was asked for, `fitting` whether each side is no later (None: undated).
    """

    sides: tuple[Side, Side]
    what: str
    asked: AsOf | None = None
    fitting: tuple[bool | None, bool | None] = (None, None)

    def told(self, numbers: tuple[int, int]) -> str:
        """Return it in our own words: which footnotes differ, their dates, and what is said of the later."""
        one, other = self.sides
        later, gone = None, None
        if one.published and other.published and one.published != other.published:
            later = max((one, other), key=lambda side: side.published or "")
            gone = (
                other if later is one and one.corrects else one if later is other and other.corrects else None
            )
        parts = []
        for side, number in zip(self.sides, numbers, strict=True):
            about = [f"dated {side.published}" if side.published else "undated"]
            about += ["the later"] if side is later else []
            about += ["which says that it corrects"] if side.corrects else []
            about += ["superseded"] if side is gone else []
            parts.append(f"[{number}] ({', '.join(about)})")
        return f"These differ in the {self.what}: {' and '.join(parts)}.{self._as_asked(numbers)}"

    def _as_asked(self, numbers: tuple[int, int]) -> str:
        if self.asked is None:
            return ""
        match self.fitting:
            case (True, False):
                told = f"[{numbers[0]}] is as of {self.asked.words}, [{numbers[1]}] is later"
            case (True, True):
                told = f"[{numbers[0]}] is the latest as of {self.asked.words}"
            case (False, False):
                told = f"Both are later than {self.asked.words}"
            case _:
                return ""
        return f" {told}."


def disagreement(
    evidence: Evidence, claims: Sequence[Claim], origins: Mapping[str, str]
) -> Disagreement | None:
    """Return the likeliest sentence of another origin that differs from the first claim, or None.

    `origins` has, for documents that are one text, the id that stands for all of them.
    """
    what = _WHAT.get(evidence.asked)
    first = _candidate(evidence, claims[0]) if claims else None
    if what is None or first is None:
        return None
    question = read(evidence.question)
    if what == "outcome" and not _asks_after_outcome(question):
        return None

    def against(one: Candidate) -> list[Candidate]:
        return [
            other
            for other in evidence.candidates
            if _origin(other, origins) != _origin(one, origins)
            and differ(question, evidence.asked, one, other)
        ]

    others = against(first)
    if not others:
        return None
    asked = as_of(evidence.question)
    one = _leading([first, *others], asked)
    others = others if one is first else against(one) or [first]
    later = [each for each in others if asked and fits(each, asked) is False]
    other = max(later or others, key=lambda each: likelihood(each, evidence))
    relation = claims[0].relation

    def side(mine: Candidate, theirs: Candidate) -> Side:
        quoted = mine is first
        return _side(
            claims[0] if quoted else claim_of(mine, likelihood(mine, evidence), relation), mine, theirs
        )

    fitting = (fits(one, asked), fits(other, asked)) if asked else (None, None)
    return Disagreement((side(one, other), side(other, one)), what, asked, fitting)


def _leading(every: Sequence[Candidate], asked: AsOf | None) -> Candidate:
    """Return which of statements that differ goes first; the first of them answers best."""
    if asked is not None:
        known = [each for each in every if fits(each, asked)]
        return max(known, key=_dated) if known else every[0]
    correcting = [each for each in every if _corrects(each) and each.hit.published]
    leading = max(correcting, key=_dated) if correcting else every[0]
    # What was said after a correction may correct that.
    return every[0] if any(_dated(each) > _dated(leading) for each in every) else leading


def _dated(candidate: Candidate) -> str:
    return candidate.hit.published or ""


def differ(question: Piece, kind: Kind, one: Candidate, other: Candidate) -> bool:
    """Tell whether two sentences say different things of what is asked."""
    asked = _undated(question)
    mine, theirs = read(one.text), read(other.text)
    corrects = _corrects(one) or _corrects(other)
    if kind in ("yes or no", "other"):
        return _outcomes_differ(question, (one, mine), (other, theirs))
    if _puts_right(asked, (one, mine), (other, theirs)):
        return True
    if bool(_DENIES.search(one.text)) != bool(_DENIES.search(other.text)) and not corrects:
        return False
    if _planned(question, one) != _planned(question, other):
        return False  # what is planned and what came of it
    if not _same_subject(asked, kind, (one, mine), (other, theirs)):
        return False
    if kind == "when":
        return _dates_differ(dates(mine), dates(theirs))
    if apart(one.text, other.text):
        return False
    if not corrects and _set_apart(dates(mine), dates(theirs)):
        return False
    if kind == "who":
        return _names_differ(asked, mine, theirs)
    ours, others = (list(_quantities(piece, question, kind)) for piece in (mine, theirs))
    return len(ours) == len(others) == 1 and not _compatible(ours[0], others[0])


def _puts_right(asked: frozenset[str], one: tuple[Candidate, Piece], other: tuple[Candidate, Piece]) -> bool:
    """Tell whether one of two sentences that speak of what is asked says that the other's value is wrong."""
    (first, mine), (second, theirs) = one, other
    if not (rules_out(first.text, second.text) or rules_out(second.text, first.text)):
        return False
    return all(sum(map(piece.has, asked)) >= ASKED * len(asked) for piece in (mine, theirs))


def _undated(question: Piece) -> frozenset[str]:
    """The stems of a question but for the date that it sets: which statement is of then is told apart."""
    if as_of(question.text) is None:
        return question.stems
    dated = [(date.start, date.end) for date in dates(question)]
    inside = {w.stem for w in question.words if any(a <= w.start < b for a, b in dated)}
    return question.stems - inside


def _outcomes_differ(question: Piece, one: tuple[Candidate, Piece], other: tuple[Candidate, Piece]) -> bool:
    """Tell whether of two sentences on one matter one says that it ended so, the other that it did not.

    The question must ask after it: "was it approved?", "what did the court decide?".
    """
    (first, mine), (second, theirs) = one, other
    if _planned(question, first) != _planned(question, second):
        return False
    if not _asks_after_outcome(question):
        return False
    ours, others = (_ended(piece) for piece in (mine, theirs))
    if len(ours) != 1 or len(others) != 1:
        return False
    denied = [bool(_DENIES.search(each.text)) for each in (first, second)]
    opposed = bool(OUTCOMES[ours[0]] & {others[0]})
    if opposed == (denied[0] != denied[1]) or not (opposed or ours[0] == others[0]):
        return False
    apart = {ours[0], others[0]} | OUTCOMES[ours[0]]
    stems = [piece.stems - apart for piece in (mine, theirs)]
    known = [
        piece.stems | read(f"{each.hit.title} {each.hit.passage.heading or ''}").stems
        for each, piece in (one, other)
    ]
    asked = {stem for stem in _undated(question) if stem not in OUTCOMES}
    if any(sum(stem in words for stem in asked) < ASKED * len(asked) for words in known):
        return False
    if len(stems[0] & stems[1]) < _MATTER * len(stems[0] | stems[1]) or len(stems[0] & stems[1]) < 2:
        return False
    return not _set_apart(dates(mine), dates(theirs)) and not (
        _own_names(one, other) and _own_names(other, one)
    )


def _planned(question: Piece, candidate: Candidate) -> bool:
    """Tell whether a sentence says what is to come; "the plan" that is asked about is no such word."""
    known = {word.lower for word in question.words}
    return any(found.group().lower() not in known for found in _PLANNED.finditer(candidate.text))


def _asks_after_outcome(question: Piece) -> bool:
    return _ENDED.search(question.text) is not None or bool(question.stems & OUTCOMES.keys())


def _ended(piece: Piece) -> list[str]:
    return [word.stem for word in piece.words if word.stem in OUTCOMES]


def _same_subject(
    asked: frozenset[str], kind: Kind, one: tuple[Candidate, Piece], other: tuple[Candidate, Piece]
) -> bool:
    stems = []
    for candidate, piece in (one, other):
        known = piece.stems | read(f"{candidate.hit.title} {candidate.hit.passage.heading or ''}").stems
        if sum(stem in known for stem in asked) < ASKED * len(asked):
            return False
        apart = {w.stem for name in names(piece) for w in name.words} if kind == "who" else set()
        stems.append({s for s in piece.stems - apart if not any(map(str.isdigit, s))})
    mine, theirs = stems
    if len(mine & theirs) < max((_SUBJECT if kind == "who" else SHARED) * len(mine | theirs), 1):
        return False
    years = [{date.year for date in dates(read(each.hit.title)) if date.year} for each, _ in (one, other)]
    if all(years) and not years[0] & years[1]:
        return False
    return kind == "who" or not _own_names(one, other) or not _own_names(other, one)


def _own_names(one: tuple[Candidate, Piece], other: tuple[Candidate, Piece]) -> bool:
    """Tell whether a sentence has a name that the other's passage and title do not have."""
    known = read(f"{other[0].hit.title} {other[0].hit.passage.text}").stems
    return any(not {word.stem for word in name.words} & known for name in names(one[1]))


def _counted(question: Piece) -> frozenset[str]:
    """The stems of what a question wants counted: the words after "how many"."""
    found = _HOW_MANY.search(question.text)
    after = [w.stem for w in question.words if found and w.start >= found.start("what") and w.content]
    return frozenset(after[:2])


def _quantities(piece: Piece, question: Piece, kind: Kind) -> Iterator[Quantity]:
    """The numbers of a sentence that count or measure what is asked for, each value once."""
    counted, far = _counted(question), _HOW_FAR.search(question.text)
    units = _UNITS[far["what"].lower()] if far else set()
    taken = [(date.start, date.end) for date in dates(piece)]
    seen: list[Quantity] = []
    for found in quantities(piece, taken):
        if found.ordinal or _REPLACED.search(piece.text[: found.start]):
            continue
        if kind == "what sum":
            fits = found.unit is not None and found.unit.kind in _MONEY
        elif kind == "how far":
            fits = found.unit is not None and found.unit.kind in units
        else:
            nouns = [w.stem for w in piece.words if w.start >= found.end and w.content][:2]
            if number_of := _NUMBER_OF.search(piece.text[: found.start]):
                nouns = [w.stem for w in read(number_of["what"]).words if w.content][:2]
            fits = found.unit is None and any(noun in counted for noun in nouns)
        if fits and not any(agrees(found, other) for other in seen):
            seen.append(found)
            yield found


def _compatible(one: Quantity, other: Quantity) -> bool:
    """Tell whether two numbers may both be right: equal, or within what either leaves open."""
    if one.unit and other.unit and one.unit.kind != other.unit.kind:
        return True  # dollars and euros, miles and days: not the same thing
    if agrees(one, other) or agrees(other, one):
        return True
    a, b = (float(q.value) * (q.unit.factor if q.unit else 1) for q in (one, other))
    for bound, (low, high) in ((one.bound, (a, b)), (other.bound, (b, a))):
        if bound == "~" and abs(low - high) <= _NEAR * max(abs(low), abs(high)):
            return True
        if (bound in (">", ">=") and high >= low) or (bound in ("<", "<=") and high <= low):
            return True
    return False


def _dates_differ(mine: Sequence[Date], theirs: Sequence[Date]) -> bool:
    """Tell whether each of two sentences has one date, and the two cannot be the same day."""
    return len(mine) == len(theirs) == 1 and _clash(mine[0], theirs[0])


def _clash(one: Date, other: Date) -> bool:
    if one.decade != other.decade or one.bc != other.bc or (one.until is None) != (other.until is None):
        return False
    theirs = dict(other.parts)
    return any(theirs.get(name, value) != value for name, value in one.parts)


def _set_apart(mine: Sequence[Date], theirs: Sequence[Date]) -> bool:
    """Tell whether two sentences speak of different times; a financial year is no calendar year."""
    return bool(mine and theirs) and all(_clash(a, b) or a.until != b.until for a in mine for b in theirs)


def _names_differ(asked: frozenset[str], mine: Piece, theirs: Piece) -> bool:
    ours, others = (_unasked(piece, asked) for piece in (mine, theirs))
    return len(ours) == len(others) == 1 and not alike(ours[0].words, others[0].words)


def _unasked(piece: Piece, asked: frozenset[str]) -> list[Name]:
    return [name for name in names(piece) if not {word.stem for word in name.words} & asked]


def _corrects(candidate: Candidate) -> bool:
    """Tell whether a sentence, the one before it or its document's title calls it a correction."""
    passage = candidate.hit.passage
    before = passage.text[: candidate.start - passage.start].rstrip()[-200:]
    return any(map(_CORRECTS.search, (candidate.text, before, candidate.hit.title))) is True


def _side(claim: Claim, candidate: Candidate, other: Candidate) -> Side:
    return Side(claim, candidate.hit.published, _corrects(candidate) and not _corrects(other))


def _candidate(evidence: Evidence, claim: Claim) -> Candidate | None:
    """The candidate that a claim quotes."""
    for quote in claim.quotes:
        for candidate in evidence.candidates:
            place = (candidate.hit.passage.document_id, candidate.start, candidate.end)
            if place == (quote.document_id, quote.start, quote.end):
                return candidate
    return None


def _origin(candidate: Candidate, origins: Mapping[str, str]) -> str:
    identity = candidate.hit.passage.document_id
    return origins.get(identity, identity)
