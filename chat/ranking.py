"""Which sentences are likeliest to answer: by how they match the question, and by what a reader says of them.

Each sentence of the best passages gets the probability that it is one of those that a person would quote, by
logistic models. The coefficients come from `bench/answers.py`, which fits them on CLAPNQ's development
questions and, where a reader has read, on invented documents that it has not learnt from. What goes before
the likeliest all the same is in the rules below.
"""

import math
import re
from collections.abc import Callable, Sequence

from chat.as_of import as_of
from chat.bounds import within
from chat.converse import the_right_way_round
from chat.corrected import rules_out
from chat.decided import asks_whether, is_decision, only_asked_for
from chat.describing import describes, rest_of_who
from chat.evidence import UNREAD, Candidate, Evidence
from chat.numbered import numbers_in, part_of
from chat.periods import apart, periods, years
from chat.question import TYPED, asks_what_is_kept, kind, says
from chat.short import asked_stems, bare
from chat.short_doubts import asks_total, tells_total
from chat.short_rows import is_row, refuses
from chat.verify.exception import number_before, number_of, sets_aside
from chat.verify.words import read

Scored = list[tuple[Candidate, float]]
"""Candidates with their likelihood, likeliest first."""

# A sentence whose cosine is no more than this below another's is as close to the question.
_HARDLY = 0.10
# All of a question's words, by rarity.
_ALL = 0.999
# Sentences after one that tells of something within which more of it is looked for.
_SOON = 2
_WAS = re.compile(r"\b(?:did|was|were)\b", re.IGNORECASE)
_WILL = re.compile(r"\b(?:will|shall)\b", re.IGNORECASE)
# bench/answers.py: intercept, then one coefficient for each of `features`, in that order.
INTERCEPT = -9.98
COEFFICIENTS = (1.85, 1.80, 0.63, 0.27, 1.42, -1.00, 0.29, 2.70, 7.37)
# The same for `read_features`, where a reader has read the likeliest sentences.
READ_INTERCEPT = 0.96
READ_COEFFICIENTS = (0.67, 0.20, 0.27)


def features(candidate: Candidate, evidence: Evidence) -> tuple[float, ...]:
    """Return what the model looks at, in the order of COEFFICIENTS."""
    best = max(other.cosine for other in evidence.candidates)
    return (
        candidate.cosine - best,
        candidate.lead,
        candidate.before,
        candidate.beyond,
        candidate.alike,
        float(candidate.lacks),
        min(1.0, len(candidate.text) / 100),
        candidate.hit.dense,
        candidate.hit.score,
    )


def match(candidate: Candidate, evidence: Evidence) -> float:
    """Return the log-odds that a person would quote this sentence, by how it matches the question."""
    return INTERCEPT + weighed(COEFFICIENTS, features(candidate, evidence))


def read_features(candidate: Candidate, evidence: Evidence) -> tuple[float, ...]:
    """Return what counts where a reader has read, in the order of READ_COEFFICIENTS."""
    best = max(UNREAD, *(UNREAD if other.read is None else other.read for other in evidence.candidates))
    own = UNREAD if candidate.read is None else max(UNREAD, candidate.read)
    return match(candidate, evidence), own, own - best


def likelihood(candidate: Candidate, evidence: Evidence) -> float:
    """Return the probability, 0..1, that a person would quote this sentence for the question."""
    if evidence.was_read:
        total = READ_INTERCEPT + weighed(READ_COEFFICIENTS, read_features(candidate, evidence))
    else:
        total = match(candidate, evidence)
    return 1.0 / (1.0 + math.exp(-total))


def weighed(coefficients: Sequence[float], values: Sequence[float]) -> float:
    """Return the sum of the values, each times its coefficient."""
    return sum(coefficient * value for coefficient, value in zip(coefficients, values, strict=True))


def rank(evidence: Evidence) -> Scored:
    """Return every candidate with its likelihood, likeliest first; equals stay in the order of the hits."""
    scored = [(candidate, likelihood(candidate, evidence)) for candidate in evidence.candidates]
    ranked = sorted(scored, key=lambda pair: -pair[1])
    if ranked and (ranked[0][0].lacks or (evidence.asked == "why" and not ranked[0][0].typed)):
        ranked = _stating(ranked, evidence)
    if ranked and not says(evidence.question, ranked[0][0].text):
        ranked = _saying(ranked, evidence.question)
    if ranked:
        ranked = _of_its_year(ranked, evidence.question)
        ranked = _of_its_part(ranked, evidence.question)
        ranked = _describing(ranked, evidence.question)
        ranked = _agreeing(ranked, evidence.question)
        ranked = _come_about(ranked, evidence.question)
        ranked = _in_all(ranked, evidence.question)
        ranked = _applying(ranked, evidence.question)
    if ranked and evidence.asked in TYPED:
        ranked = _completing(ranked, told=evidence.asked not in ("who", "where"))
    if ranked:
        ranked = _decided(ranked, evidence.question)
        ranked = _turned_round(ranked, evidence.question)
        ranked = _newest_first(ranked, evidence.question)
        ranked = _beyond_what_was_said(ranked, evidence)
        ranked = _put_right(ranked, evidence.question)
    return _excepting(ranked, evidence.question) if evidence.asked == "yes or no" else ranked


def _number(candidate: Candidate) -> str | None:
    """Return the number of the paragraph that a sentence opens, its own or the one that stands before it."""
    passage = candidate.hit.passage
    return number_of(candidate.text) or number_before(passage.text[: candidate.start - passage.start])


def _foremost(ranked: Scored, fits: Callable[[Candidate], bool]) -> Scored:
    """Put the likeliest candidate that fits before all, with the score of the first; or change nothing."""
    for place, (candidate, _) in enumerate(ranked):
        if fits(candidate):
            return [(candidate, ranked[0][1]), *ranked[:place], *ranked[place + 1 :]]
    return ranked


def _same_document(one: Candidate, other: Candidate) -> bool:
    return one.hit.passage.document_id == other.hit.passage.document_id


def _excepting(ranked: Scored, question: str) -> Scored:
    """Put the exception before the numbered rule that it sets aside, where it names more of what is asked."""
    if not ranked or (number := _number(ranked[0][0])) is None:
        return ranked
    rule = ranked[0][0]
    lacking = [stem for stem in asked_stems(bare(question)) if not read(rule.text).has(stem)]
    return _foremost(
        ranked,
        lambda each: (
            _same_document(each, rule)
            and sets_aside(each.text, number)
            and any(map(read(each.text).has, lacking))
        ),
    )


def _newest_first(ranked: Scored, question: str) -> Scored:
    """Of a question with an earlier one in brackets, put a sentence that has its own words first.

    That is only done where the first one has none of them, and another of its document has all, or, if it
    has what its own words ask for, half of them. A fragment ("the rent") asks for nothing by itself.
    """
    own = bare(question)
    first, asked = ranked[0][0], asked_stems(own)
    if not asked or own == question or any(map(read(first.text).has, asked)):
        return ranked
    fragment = kind(own) == "other"

    def fits(each: Candidate) -> bool:
        has = sum(map(read(each.text).has, asked))
        enough = has == len(asked) if fragment else not each.lacks and 2 * has >= len(asked)
        return enough and _same_document(each, first)

    return _foremost(ranked, fits)


def _beyond_what_was_said(ranked: Scored, evidence: Evidence) -> Scored:
    """Of a "why?" that follows an answer put what stands after the answer's first sentence before that.

    What was quoted just now and gives no reason says nothing more. What stands after "Recommendation 4 is not
    accepted" may be on another one.
    """
    first, own = ranked[0][0], bare(evidence.question)
    said = evidence.earlier[-1].answer if evidence.earlier else ""
    told = said.startswith(" ".join(first.text.split()))
    if own == evidence.question or kind(own) != "why" or first.typed or not told:
        return ranked
    numbers = numbers_in(first.text)
    return _foremost(
        ranked, lambda each: _soon_after(first, each, within=1) and numbers_in(each.text) <= numbers
    )


def _put_right(ranked: Scored, question: str) -> Scored:
    """Before a first sentence put one that says "3 June, not 27 May" of what it says, if that is no older.

    What was thought as of a date is asked for as it stood then.
    """
    first = ranked[0][0]
    if as_of(question) is not None:
        return ranked
    return _foremost(
        ranked,
        lambda each: (
            each.cover >= first.cover
            and each.typed >= first.typed
            and not (each.hit.published or "9999") < (first.hit.published or "")
            and rules_out(each.text, first.text)
        ),
    )


def _of_its_year(ranked: Scored, question: str) -> Scored:
    """Before a first sentence of other years alone put one of its document that is of a year asked about.

    Of figures year by year the likeliest is often that of the wrong one.
    """
    first, asked = ranked[0][0], years(question)
    told = years(first.text)
    if not asked or not told or told & asked:
        return ranked
    return _foremost(
        ranked,
        lambda each: (
            _same_document(each, first)
            and not asked.isdisjoint(years(each.text))
            and each.typed >= first.typed
            and each.cover >= first.cover
        ),
    )


def _of_its_part(ranked: Scored, question: str) -> Scored:
    """Before a first sentence of other parts of the year alone put one of a part that is asked about.

    Before one of another numbered part than is named put one of that: "What does Article 9 say?"
    """
    first, asked = ranked[0][0], periods(question)
    if apart(question, first.text):
        ranked = _foremost(
            ranked,
            lambda each: (
                not asked.isdisjoint(periods(each.text))
                and each.typed >= first.typed
                and each.cover >= first.cover
            ),
        )
    numbers = numbers_in(bare(question))
    if numbers and part_of(ranked[0][0]) not in numbers and not numbers & numbers_in(ranked[0][0].text):
        ranked = _foremost(ranked, lambda each: part_of(each) in numbers and not each.lacks)
    return ranked


def _describing(ranked: Scored, question: str) -> Scored:
    """Before a first sentence that only names the one of whom it is asked who that is put one that tells."""
    if rest_of_who(question) is None or describes(question, ranked[0][0]):
        return ranked
    return _foremost(ranked, lambda each: describes(question, each))


def _agreeing(ranked: Scored, question: str) -> Scored:
    """Before a table's row that says "no" to what is asked put one that does not: "which have a court?"."""
    first = ranked[0][0]
    if kind(question) == "yes or no" or not is_row(first.text) or not refuses(question, first.text):
        return ranked
    return _foremost(ranked, lambda each: is_row(each.text) and not refuses(question, each.text))


def _come_about(ranked: Scored, question: str) -> Scored:
    """Before a first sentence that says what will be put one that says what was, where that is asked for."""
    first = ranked[0][0]
    if not _WAS.search(question) or _WILL.search(question) or not _WILL.search(first.text):
        return ranked
    return _foremost(
        ranked,
        lambda each: (
            not _WILL.search(each.text)
            and each.cover >= first.cover
            and each.typed
            and not (each.hit.published or "9999") < (first.hit.published or "")
        ),
    )


def _in_all(ranked: Scored, question: str) -> Scored:
    """Before a first sentence on a part put one that says how many there are in all, if that is asked."""
    first = ranked[0][0]
    if not asks_total(read(question)) or tells_total(read(first.text)):
        return ranked
    return _foremost(
        ranked, lambda each: tells_total(read(each.text)) and each.typed and each.cover >= first.cover
    )


def _applying(ranked: Scored, question: str) -> Scored:
    """Before a first sentence whose bound leaves out the amount asked about put one that is for it."""
    first = ranked[0][0]
    if within(question, first.text) is not False:
        return ranked
    return _foremost(ranked, lambda each: _same_document(each, first) and bool(within(question, each.text)))


def _turned_round(ranked: Scored, question: str) -> Scored:
    """Before a first sentence that says who did it to whom the other way round put one that does not."""
    if the_right_way_round(question, ranked[0][0]) is not False:
        return ranked
    return _foremost(ranked, lambda each: the_right_way_round(question, each) is True)


def _decided(ranked: Scored, question: str) -> Scored:
    """Before a first sentence that only says what should be put what was decided on it, if that is asked."""
    first = ranked[0][0]
    if not asks_whether(bare(question)) or not only_asked_for(first.text):
        return ranked
    return _foremost(
        ranked,
        lambda each: (
            is_decision(each.text)
            and each.cover >= first.cover / 2
            and not (each.hit.published or "9999") < (first.hit.published or "")
        ),
    )


def _saying(ranked: Scored, question: str) -> Scored:
    """Put before the first sentence one of its document that has who is asked about say something."""
    first = ranked[0][0]
    return _foremost(ranked, lambda each: _same_document(each, first) and says(question, each.text))


def _completing(ranked: Scored, *, told: bool) -> Scored:
    """Put before the first sentence one of its passage that states the kind of thing asked for and, with what
    it leans on, has all the words of the question, where the first has not.

    After "Judge Oduya heard the case in May", "She ruled on 6 June" has all of "When did Judge Oduya rule?".
    Where the first states nothing of the kind, and that can be told for sure, as of a date or a number, one
    soon after it need have no more words than the first.
    """
    first = ranked[0][0]
    if first.cover >= _ALL and not first.lacks:
        return ranked

    def completes(each: Candidate) -> bool:
        if not each.typed or each.hit.passage.id != first.hit.passage.id:
            return False
        soon = told and first.lacks and each.cover >= first.cover > 0 and _soon_after(first, each)
        return soon or each.cover >= _ALL > first.cover

    return _foremost(ranked, completes)


def _stating(ranked: Scored, evidence: Evidence) -> Scored:
    """Put a sentence that states the kind of thing asked for before a hardly closer one that does not.

    The reason for a thing may stand in the two sentences after the one that tells of it. What keeps a thing
    from being known seldom names the thing: it may stand anywhere in the same passage.
    """
    first = ranked[0][0]
    why = evidence.asked == "why"
    kept = why and asks_what_is_kept(evidence.question)

    def states(each: Candidate) -> bool:
        near = each.cosine >= first.cosine - _HARDLY and each.cover >= first.cover
        same = each.hit.passage.id == first.hit.passage.id
        return each.typed and (near or (same and (kept or (why and _soon_after(first, each)))))

    return _foremost(ranked, states)


def _soon_after(first: Candidate, candidate: Candidate, within: int = _SOON) -> bool:
    """Tell whether one of the same passage stands in the sentences right after the first."""
    if candidate.hit.passage.id != first.hit.passage.id:
        return False
    between = [span for span in first.hit.passage.sentences if first.end <= span[0] < candidate.start]
    return candidate.start >= first.end and len(between) < within
