"""Whether the evidence answers the question at all: "not found" is a good answer, a guess is not.

A logistic model over a handful of signals of how sentences match the question, fitted on CLAPNQ's pairs of a
question with a passage that answers it or is only on its topic; and, where a reader has read, another over
what that model and the reader say. Two thresholds make three verdicts of its probability: what is sure
enough is an answer, what is far off is not found, and what lies between is shown as evidence that relates
to the question, and said to be no more. All numbers come from `bench/abstention.py`.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chat.as_of import as_of
from chat.converse import the_right_way_round
from chat.decided import asks_whether, decides, only_asked_for
from chat.describing import describes
from chat.evidence import UNREAD, Candidate, Evidence
from chat.numbered import asks_what_part_says, numbers_in, part_of
from chat.periods import apart, periods, years
from chat.question import MEASURED, Kind, asks_what_is_kept, denies_asked, kind, says
from chat.ranking import rank, weighed
from chat.short import asked_stems, bare, covered, short_span
from chat.short_rows import is_row
from chat.verify.forms import vocabulary
from chat.verify.names import names
from chat.verify.negation import denials
from chat.verify.words import Piece, read

Verdict = Literal["answers", "relates", "nothing"]
Ranked = Sequence[tuple[Candidate, float]]
"""Sentences with the probability that a person would quote them, likeliest first; at least one."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the probability that the evidence answers parts the verdicts.

    From `answers` on the evidence answers, below `relates` it is nothing to the question.
    """

    answers: float
    relates: float


# bench/abstention.py: intercept, then one coefficient for each of `signals`, in that order. They were fitted
# before the likeness of words counted for a sentence; anew they part the pairs no better (docs/quality.md).
INTERCEPT = -7.29
COEFFICIENTS = (6.14, 5.24, -2.77, 2.46, 0.27, 1.35, 1.0)
# The last signal, which is not fitted, such questions being few: a sentence that tells a reason, or what
# settles a question of yes or no, shares fewer words with the question than one with a name or a number.
BY_KIND: dict[Kind, float] = {"why": 1.5, "yes or no": 0.5}
# Below `answers` a tenth of CLAPNQ's answerable pairs lie, out of fold, and four fifths of the others; below
# `relates` no more than a tenth of the answerable questions of any set.
MATCHED = Scale(answers=0.50, relates=0.08)
# Without a reader, what answers by its form is an answer from here on (docs/quality.md).
SHORTLY = 0.15
# One whose sentence has nearly every word of the question, or has somebody say what is asked, from here on.
WHOLLY, _NEARLY = 0.04, 0.9
# Where a reader has read: intercept, and how much the log-odds by matching count and those of the reader, as
# fitted for an earlier reader; anew they part CLAPNQ's pairs worse (docs/quality.md).
READ_INTERCEPT = 1.01
READ_COEFFICIENTS = (0.35, 0.70)
# Of CLAPNQ's pairs four fifths and more are what they are taken for, from `answers` on and below it; below
# `relates` lie seven tenths of those that are not answered.
READ = Scale(answers=0.55, relates=0.44)
# Of two such sums, dates or bounds one is no answer for the other.
_OF_TWO = tuple(
    vocabulary(pair)
    for pair in ("interim final", "gross net", "minimum maximum", "lowest highest", "monthly annual")
)
# A line of a list of figures: "Schools: 84 in 2020 and 91 in 2021." A reader makes little of it.
_LINE = re.compile(r"(?P<label>[^:;.,\d]{2,60}): [^:;\d]{0,12}\d[^:;]*")
_YEAR = re.compile(r"\d{4}")
_WAS = re.compile(r"\b(?:did|was|were|had)\b", re.IGNORECASE)
# Sentences whose probabilities are added up.
_LIKELIEST = 3
# Words that a question has at least whose every word decides.
_WHOLE = 2


def signals(evidence: Evidence, ranked: Ranked) -> tuple[float, ...]:
    """Return what matching says, in the order of COEFFICIENTS."""
    candidate, likelihood = ranked[0]
    return (
        max(other.cosine for other in evidence.candidates),
        candidate.hit.dense,
        max(other.passage_cover for other in evidence.candidates),
        # A passage on the topic has the title's words; one that answers has the rest of the question's too.
        candidate.passage_beyond,
        math.log(max(likelihood, 1e-9) / max(1 - likelihood, 1e-9)),
        sum(each for _, each in ranked[:_LIKELIEST]),
        BY_KIND.get(evidence.asked, 0.0) if candidate.typed or evidence.asked != "why" else 0.0,
    )


def read_signals(evidence: Evidence) -> tuple[float, float]:
    """Return the log-odds that the evidence answers by matching, and by what the reader says.

    The latter's are that some sentence answers rather than that none does, summed over the passes.
    """
    matched = replace(evidence, was_read=False)
    read = sum(math.exp(each.read) for each in evidence.candidates if each.read is not None)
    return _log_odds(matched, rank(matched)), max(UNREAD, math.log(read)) if read else UNREAD


def probability(evidence: Evidence, ranked: Ranked) -> float:
    """Return the probability, 0..1, that the evidence answers the question."""
    return 1.0 / (1.0 + math.exp(-_log_odds(evidence, ranked)))


def _log_odds(evidence: Evidence, ranked: Ranked) -> float:
    if evidence.was_read:
        return READ_INTERCEPT + weighed(READ_COEFFICIENTS, read_signals(evidence))
    return INTERCEPT + weighed(COEFFICIENTS, signals(evidence, ranked))


def answers_by_form(question: str, candidate: Candidate, sure: float) -> bool:
    """Tell whether a sentence, so sure to answer, does so by its form.

    It has a short answer, says what somebody is asked to say, or has every word of the question and what that
    asks for: of a date, a number or a reason nearly every word, those aside that the title has.
    """
    if sure < WHOLLY:
        return False
    if short_span(candidate, question) is not None:
        return sure >= SHORTLY or covered(candidate, question) >= _NEARLY
    if says(question, candidate.text):
        return True
    nearly = candidate.typed and max(candidate.cover, candidate.beyond) >= _NEARLY
    if nearly and kind(question) == "why":
        return True
    if sure < SHORTLY:
        return False
    if nearly and kind(question) in MEASURED:
        return True
    return _has_every_word(question, candidate)


def _has_every_word(question: str, candidate: Candidate) -> bool:
    """Tell whether a sentence has each of the question's words, two at least, and what it asks for."""
    asked = asked_stems(question)
    return len(asked) >= _WHOLE and not candidate.lacks and all(map(read(candidate.text).has, asked))


def _has_it_in_short(question: str, candidate: Candidate) -> bool:
    """Tell whether a sentence has a short answer and nearly every word of the question."""
    return short_span(candidate, question) is not None and covered(candidate, question) >= _NEARLY


def _answers_all_the_same(evidence: Evidence, best: Candidate) -> bool:
    """Tell whether a sentence of which a reader is not sure answers by its form.

    It has a short answer and nearly every word of the question, has somebody say what is asked, says what
    keeps a thing from being known, stands in the article of which it is asked what it says, tells who
    somebody is, or is the line of figures asked for.
    """
    question = evidence.question
    kept = evidence.asked == "why" and best.typed and asks_what_is_kept(question)
    told = asks_what_part_says(question) and part_of(best) in numbers_in(bare(question))
    form = kept or told or says(question, best.text) or describes(question, best)
    return form or _has_it_in_short(question, best) or _is_line_asked_for(question, best)


def _is_line_asked_for(question: str, best: Candidate) -> bool:
    """Tell whether a number is asked for, of a time, and a sentence is the line of what it is a number of.

    All names and years of the question are the line's or its document's.
    """
    line, asked = _LINE.fullmatch(" ".join(best.text.split())), read(bare(question))
    times = years(asked.text)
    if not line or kind(question) not in ("what sum", "how many") or not times <= years(best.text):
        return False
    label = read(line["label"]).stems
    around = read(f"{best.text} {best.hit.title} {best.hit.passage.heading or ''}")
    named = {word.stem for name in names(asked) for word in name.words}
    return bool(times and label) and label <= asked.stems and all(map(around.has, named))


def _denies_what_is_asked(question: str, best: Candidate) -> bool:
    """Tell whether a sentence denies what the question takes for granted, and says nothing besides.

    "Who signed the contract?": "No contract has been signed."
    """
    asked, said = read(bare(question)), read(best.text)
    cues = denials(said)
    told = said.stems - {word.stem for cue in cues for word in (cue.first, cue.last)}
    return bool(cues) and len(told) >= _WHOLE and told <= asked.stems and not denials(asked)


def _beside_it(evidence: Evidence, best: Candidate) -> bool:
    """Tell whether a sentence has no word of a follow-up, but only of the question that it rests on.

    Why something is so is told in other words. A reader needs no such rule.
    """
    own = asked_stems(bare(evidence.question))
    joined = bare(evidence.question) != evidence.question
    return joined and evidence.asked != "why" and bool(own) and not any(map(read(best.text).has, own))


def _of_another(question: str, best: Candidate) -> bool:
    """Tell whether a sentence is sure to speak of something else than is asked about.

    That is a table's row without the name that the question has; what is told of another part of the year; a
    number without a year, of a document whose title has others; what has somebody succeed the one whom the
    question has succeed somebody; and what denies of somebody what is asked for: whom it blames, "We do not
    blame Ms Mellor" does not say.
    """
    around = read(f"{best.text} {best.hit.title} {best.hit.passage.heading or ''}")
    if is_row(best.text):
        asked = [name for name in names(read(question)) if name.words]
        return bool(asked) and not any(around.has(word.stem) for name in asked for word in name.words)
    if _opposed(read(question), around) or the_right_way_round(question, best) is False:
        return True
    timed = kind(question) in ("when", "why")  # what answers has a time of its own
    if not timed and apart(question, best.text) and periods(question).isdisjoint(periods(around.text)):
        return True
    if kind(question) in ("what sum", "how many") and _titled_otherwise(question, best):
        return True
    return kind(question) == "who" and denies_asked(question, best.text)


def _titled_otherwise(question: str, best: Candidate) -> bool:
    """Tell whether all years asked about are before those of a document's title, or were after them.

    It counts where neither the sentence names a year nor its passage one that is asked about. What is asked
    of years to come may be planned or ruled in an older document; what was known as of a time is found by the
    documents' own dates.
    """
    standing = as_of(question)
    passage = f"{best.hit.passage.heading or ''} {best.hit.passage.text}"
    asked, titled, near = (
        set(_YEAR.findall(" ".join(years(text)))) for text in (question, best.hit.title, passage)
    )
    if not asked or not titled or years(best.text) or asked & near or (standing and standing.told):
        return False
    return max(asked) < min(titled) or (min(asked) > max(titled) and _WAS.search(question) is not None)


def _undecided(question: str, ranked: Ranked) -> bool:
    """Tell whether it is asked if something will be done, and all that is found says that it should be."""
    best, _ = ranked[0]
    if not asks_whether(bare(question)) or not only_asked_for(best.text):
        return False
    return not any(decides(each, best) for each, _ in ranked[1:])


def _opposed(question: Piece, sentence: Piece) -> bool:
    """Tell whether a sentence has the opposite of a word by which the question picks out one of two."""
    asked, said = ({word.lower for word in piece.words} for piece in (question, sentence))
    return any(len(asked & pair) == 1 and pair & said == pair - asked for pair in _OF_TWO)


def verdict(evidence: Evidence, ranked: Ranked) -> Verdict:
    """Return what the evidence is to the question; `ranked` are its sentences, likeliest first.

    Where a date or a number is asked for and the likeliest sentence has none, nothing answers; one as near
    as an answer relates to it all the same, unless a sum of money is asked for.
    """
    best, _ = ranked[0]
    sure, scale = probability(evidence, ranked), READ if evidence.was_read else MATCHED
    denied = evidence.was_read and _denies_what_is_asked(evidence.question, best)
    if _of_another(evidence.question, best) or _undecided(evidence.question, ranked):
        return "relates" if sure >= scale.relates or denied else "nothing"
    if evidence.asked in MEASURED and best.lacks:
        return "relates" if sure >= scale.answers and evidence.asked != "what sum" else "nothing"
    if not evidence.was_read and _beside_it(evidence, best):
        return "relates" if sure >= scale.relates else "nothing"
    if sure >= scale.answers or (not evidence.was_read and answers_by_form(evidence.question, best, sure)):
        return "answers"
    if evidence.was_read and sure >= WHOLLY and _answers_all_the_same(evidence, best):
        return "answers"
    if sure < scale.relates:
        # Of a long sentence a reader may miss the part that answers: with all the words it is shown.
        shown = denied or (evidence.was_read and _has_every_word(evidence.question, best))
        return "relates" if shown else "nothing"
    return "relates"
