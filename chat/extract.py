"""The extractive answerer: it quotes the sentences that answer, and needs no language model.

Each sentence of the best passages gets the probability that it is one of those that a person would quote,
by a logistic model over what meaning and words say of it. The coefficients come from `bench/answers.py`,
which fits them on CLAPNQ's development questions.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from chat.abstain import verdict
from chat.answer import Claim, Draft, Quote, Relation
from chat.evidence import Candidate, Evidence
from chat.parts import parts
from chat.question import TYPED, asks_what_is_kept, kind, offers, says
from chat.short import asked_stems, bare, rivalled, short_span
from chat.verify.exception import number_before, number_of, sets_aside
from chat.verify.words import read

NAME = "extractive"
MOST_SENTENCES = 4
# A further sentence is quoted if it is at least this likely, and this likely beside the best one.
FURTHER_AT_LEAST = 0.20
FURTHER_SHARE = 0.45
# One that answers a part of the question which no other does may be less likely.
PART_AT_LEAST = 0.10
# A sentence whose cosine is no more than this below another's is as close to the question.
_HARDLY = 0.10
# All of a question's words, by rarity.
_ALL = 0.999
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
# Sentences after one that tells of something within which more of it is looked for.
_SOON = 2
# Two sentences that share more of their words than this say the same.
_SAME = 0.6

# bench/answers.py: intercept, then one coefficient for each of `features`, in that order.
INTERCEPT = -9.98
COEFFICIENTS = (1.85, 1.80, 0.63, 0.27, 1.42, -1.00, 0.29, 2.70, 7.37)


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


def likelihood(candidate: Candidate, evidence: Evidence) -> float:
    """Return the probability, 0..1, that a person would quote this sentence for the question."""
    total = INTERCEPT + sum(
        coefficient * value
        for coefficient, value in zip(COEFFICIENTS, features(candidate, evidence), strict=True)
    )
    return 1.0 / (1.0 + math.exp(-total))


class ExtractiveAnswerer:
    """Drafts an answer of one to four sentences, each a verbatim quote; none if nothing answers."""

    name = NAME

    def draft(self, evidence: Evidence) -> Draft:
        """Return the sentences that answer, the likeliest first, and the closest passages' best ones."""
        ranked = rank(evidence)
        nearest = tuple(_quote(candidate, score) for candidate, score in _one_for_each_passage(ranked)[:5])
        found = verdict(evidence, ranked) if ranked else "nothing"
        if found == "nothing":
            return Draft((), nearest, NAME)
        claims = [
            claim_of(candidate, score, found)
            for candidate, score in _every_part(
                evidence.question,
                choose(
                    _of_the_time(ranked, evidence.question),
                    least=FURTHER_AT_LEAST if found == "answers" else 0.0,
                ),
                ranked,
            )
        ]
        if found == "answers":
            best, others = ranked[0][0], [candidate for candidate, _ in ranked[1:]]
            if not rivalled(best, others, evidence.question):
                claims[0] = replace(claims[0], short=short_span(best, evidence.question))
        return Draft(tuple(claims), nearest, NAME)


def claim_of(candidate: Candidate, score: float, relation: Relation) -> Claim:
    """Return the claim that quotes a candidate word for word."""
    # Line breaks inside a quoted sentence become spaces; the citation keeps them.
    return Claim(" ".join(candidate.text.split()), (_quote(candidate, score),), relation)


def rank(evidence: Evidence) -> list[tuple[Candidate, float]]:
    """Return every candidate with its likelihood, likeliest first; equals stay in the order of the hits."""
    scored = [(candidate, likelihood(candidate, evidence)) for candidate in evidence.candidates]
    ranked = sorted(scored, key=lambda pair: -pair[1])
    if ranked and (ranked[0][0].lacks or (evidence.asked == "why" and not ranked[0][0].typed)):
        ranked = _stating(ranked, evidence)
    if ranked and not says(evidence.question, ranked[0][0].text):
        ranked = _saying(ranked, evidence.question)
    if ranked and evidence.asked in TYPED:
        ranked = _completing(ranked, told=evidence.asked not in ("who", "where"))
    if ranked:
        ranked = _newest_first(ranked, evidence.question)
    return _excepting(ranked, evidence.question) if evidence.asked == "yes or no" else ranked


def _number(candidate: Candidate) -> str | None:
    """Return the number of the paragraph that a sentence opens, its own or the one that stands before it."""
    passage = candidate.hit.passage
    return number_of(candidate.text) or number_before(passage.text[: candidate.start - passage.start])


def _excepting(ranked: list[tuple[Candidate, float]], question: str) -> list[tuple[Candidate, float]]:
    """Put the exception before the numbered rule that it sets aside, where it names more of what is asked."""
    if not ranked or (number := _number(ranked[0][0])) is None:
        return ranked
    rule, score = ranked[0]
    lacking = [stem for stem in asked_stems(bare(question)) if not read(rule.text).has(stem)]
    for place, (candidate, _) in enumerate(ranked):
        same = candidate.hit.passage.document_id == rule.hit.passage.document_id
        if same and sets_aside(candidate.text, number) and any(map(read(candidate.text).has, lacking)):
            return [(candidate, score), *ranked[:place], *ranked[place + 1 :]]
    return ranked


def _newest_first(ranked: list[tuple[Candidate, float]], question: str) -> list[tuple[Candidate, float]]:
    """Of a question with an earlier one in brackets, put a sentence that has its own words first.

    That is only done where the first one has none of them, and another of its document has all.
    """
    first, score = ranked[0]
    asked = asked_stems(bare(question))
    if not asked or bare(question) == question or any(map(read(first.text).has, asked)):
        return ranked
    for place, (candidate, _) in enumerate(ranked):
        same = candidate.hit.passage.document_id == first.hit.passage.document_id
        if same and not candidate.lacks and all(map(read(candidate.text).has, asked)):
            return [(candidate, score), *ranked[:place], *ranked[place + 1 :]]
    return ranked


def _saying(ranked: list[tuple[Candidate, float]], question: str) -> list[tuple[Candidate, float]]:
    """Put before the first sentence one of its document that has who is asked about say something."""
    first, score = ranked[0]
    for place, (candidate, _) in enumerate(ranked):
        same = candidate.hit.passage.document_id == first.hit.passage.document_id
        if same and says(question, candidate.text):
            return [(candidate, score), *ranked[:place], *ranked[place + 1 :]]
    return ranked


def _completing(ranked: list[tuple[Candidate, float]], *, told: bool) -> list[tuple[Candidate, float]]:
    """Put before the first sentence one of its passage that states the kind of thing asked for and, with what
    it leans on, has all the words of the question, where the first has not.

    After "Judge Oduya heard the case in May", "She ruled on 6 June" has all of "When did Judge Oduya rule?".
    Where the first states nothing of the kind, and that can be told for sure, as of a date or a number, one
    soon after it need have no more words than the first.
    """
    first, score = ranked[0]
    if first.cover >= _ALL and not first.lacks:
        return ranked
    for place, (candidate, _) in enumerate(ranked):
        if not candidate.typed or candidate.hit.passage.id != first.hit.passage.id:
            continue
        soon = told and first.lacks and candidate.cover >= first.cover > 0 and _soon_after(first, candidate)
        if soon or candidate.cover >= _ALL > first.cover:
            return [(candidate, score), *ranked[:place], *ranked[place + 1 :]]
    return ranked


def _stating(ranked: list[tuple[Candidate, float]], evidence: Evidence) -> list[tuple[Candidate, float]]:
    """Put a sentence that states the kind of thing asked for before a hardly closer one that does not.

    The reason for a thing may stand in the two sentences after the one that tells of it. What keeps a thing
    from being known seldom names the thing: it may stand anywhere in the same passage.
    """
    first, score = ranked[0]
    why = evidence.asked == "why"
    kept = why and asks_what_is_kept(evidence.question)
    for place, (candidate, _) in enumerate(ranked):
        near = candidate.cosine >= first.cosine - _HARDLY and candidate.cover >= first.cover
        same = candidate.hit.passage.id == first.hit.passage.id
        if candidate.typed and (near or (same and (kept or (why and _soon_after(first, candidate))))):
            return [(candidate, score), *ranked[:place], *ranked[place + 1 :]]
    return ranked


def _soon_after(first: Candidate, candidate: Candidate) -> bool:
    """Tell whether one of the same passage stands in the sentences right after the first."""
    between = [span for span in first.hit.passage.sentences if first.end <= span[0] < candidate.start]
    return candidate.start >= first.end and len(between) < _SOON


def _of_the_time(ranked: list[tuple[Candidate, float]], question: str) -> list[tuple[Candidate, float]]:
    """Leave out what speaks of other years alone, where the likeliest sentence is of a year asked about."""
    asked = set(_YEAR.findall(question))
    if not asked & set(_YEAR.findall(ranked[0][0].text)):
        return ranked
    return [
        (candidate, score)
        for candidate, score in ranked
        if not (years := set(_YEAR.findall(candidate.text))) or years & asked
    ]


def choose(
    ranked: Sequence[tuple[Candidate, float]], *, least: float = FURTHER_AT_LEAST
) -> list[tuple[Candidate, float]]:
    """Return the best sentence and up to three more, those of its passage in the order of the text.

    No two say the same: of two that share most of their words, or some place of the text, the likelier stays.
    """
    best = ranked[0]
    chosen = [best]
    for candidate, score in ranked[1:]:
        if len(chosen) == MOST_SENTENCES or score < max(least, FURTHER_SHARE * best[1]):
            break
        if all(_shared(candidate, other) < _SAME and not _overlap(candidate, other) for other, _ in chosen):
            chosen.append((candidate, score))
    first = best[0].hit.passage.document_id
    rest = sorted(
        chosen[1:],
        key=lambda pair: (
            pair[0].hit.passage.document_id != first,
            -pair[1] if pair[0].hit.passage.document_id != first else 0,
            pair[0].start,
        ),
    )
    return [best, *rest]


def _every_part(
    question: str, chosen: list[tuple[Candidate, float]], ranked: Sequence[tuple[Candidate, float]]
) -> list[tuple[Candidate, float]]:
    """Add, for each part of a question that is not answered yet, the likeliest sentence that may.

    It is looked for in the document that is quoted first.
    """
    asked = parts(question)
    first = chosen[0][0].hit.passage.document_id
    for part in asked if len(asked) > 1 else ():
        if kind(part) not in TYPED or any(offers(kind(part), each.text, question) for each, _ in chosen):
            continue
        for candidate, score in ranked:
            if score < PART_AT_LEAST:
                break
            if candidate.hit.passage.document_id == first and offers(kind(part), candidate.text, question):
                chosen = [*chosen, (candidate, score)]
                break
    return chosen


def _one_for_each_passage(ranked: Sequence[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    seen: dict[str, tuple[Candidate, float]] = {}
    for candidate, score in ranked:
        seen.setdefault(candidate.hit.passage.id, (candidate, score))
    return list(seen.values())


def _shared(one: Candidate, other: Candidate) -> float:
    union = one.stems | other.stems
    return len(one.stems & other.stems) / len(union) if union else 1.0


def _overlap(one: Candidate, other: Candidate) -> bool:
    same = one.hit.passage.document_id == other.hit.passage.document_id
    return same and one.start < other.end and other.start < one.end


def _quote(candidate: Candidate, score: float) -> Quote:
    passage = candidate.hit.passage
    return Quote(
        document_id=passage.document_id,
        version=passage.version,
        start=candidate.start,
        end=candidate.end,
        text=candidate.text,
        passage=passage.id,
        score=round(score, 4),
    )
