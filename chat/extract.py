"""The extractive answerer: it quotes the sentences that answer, and needs no language model."""

import re
from collections.abc import Sequence
from dataclasses import replace

from chat.abstain import Verdict, verdict
from chat.answer import Claim, Draft, Quote, Relation
from chat.converse import the_right_way_round
from chat.corrected import amends
from chat.decided import asks_whether, decides, only_asked_for
from chat.evidence import Candidate, Evidence
from chat.numbered import part_of
from chat.parts import parts
from chat.periods import apart, periods, years
from chat.question import TYPED, kind, offers
from chat.ranking import Scored, rank
from chat.short import asked_stems, bare, rivalled, short_span
from chat.short_rows import is_row, refuses
from chat.verify.words import read

NAME = "extractive"
MOST_SENTENCES = 4
# A further sentence is quoted if it is at least this likely, and this likely beside the best one.
FURTHER_AT_LEAST = 0.20
FURTHER_BESIDE = 0.45
# The same where a reader has read; a follow-up's earlier question has sentences near it too, and is as above.
READ_AT_LEAST = 0.12
READ_BESIDE = 0.30
# One that answers a part of the question which no other does may be less likely.
PART_AT_LEAST = 0.10
# Two sentences that share more of their words than this say the same.
_SAME = 0.6
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


class ExtractiveAnswerer:
    """Drafts an answer of one to four sentences, each a verbatim quote; none if nothing answers."""

    name = NAME

    def draft(self, evidence: Evidence) -> Draft:
        """Return the sentences that answer, the likeliest first, and the closest passages' best ones."""
        ranked, question = rank(evidence), evidence.question
        nearest = tuple(_quote(candidate, score) for candidate, score in _one_for_each_passage(ranked)[:5])
        found = verdict(evidence, ranked) if ranked else "nothing"
        if found == "nothing":
            return Draft((), nearest, NAME)
        claims = [
            claim_of(candidate, score, found)
            for candidate, score in _every_part(
                question,
                choose(_of_what_is_asked(ranked, question), *_least(evidence, found)),
                ranked,
            )
        ]
        best, others = ranked[0][0], [candidate for candidate, _ in ranked[1:]]
        amending = _amending(ranked) or _deciding(ranked, question)
        if amending is not None:
            # What is quoted first holds no longer as it stands.
            beside = [claim for claim in claims[1:] if claim.text != amending[0].text]
            claims[1:] = [claim_of(*amending, found), *beside[: MOST_SENTENCES - 2]]
        elif found == "answers" and not rivalled(best, others, question):
            claims[0] = replace(claims[0], short=short_span(best, question))
        return Draft(tuple(claims), nearest, NAME)


def claim_of(candidate: Candidate, score: float, relation: Relation) -> Claim:
    """Return the claim that quotes a candidate word for word."""
    # Line breaks inside a quoted sentence become spaces; the citation keeps them.
    return Claim(" ".join(candidate.text.split()), (_quote(candidate, score),), relation)


def _of_what_is_asked(ranked: Scored, question: str) -> Scored:
    """Leave out what the likeliest sentence shows not to be asked about: other years, rows, sides."""
    first = ranked[0][0]
    ranked = _of_the_rows(_of_the_time(ranked, question), question)
    return [
        each for each in ranked if each[0] is first or the_right_way_round(question, each[0]) is not False
    ]


def _of_the_time(ranked: Scored, question: str) -> Scored:
    """Leave out what speaks of other years, or parts of one, where the likeliest is of those asked about."""
    asked, parts_asked = years(question), periods(question)
    first = ranked[0][0].text
    if asked & years(first):
        ranked = [
            (candidate, score)
            for candidate, score in ranked
            if not (told := years(candidate.text)) or told & asked
        ]
    if kind(question) not in ("when", "why") and parts_asked & periods(first):
        ranked = [(candidate, score) for candidate, score in ranked if not apart(question, candidate.text)]
    return ranked


def _of_the_rows(ranked: Scored, question: str) -> Scored:
    """Leave out a table's rows that lack words of the question which the likeliest sentence has, or say "no".

    All rows have the columns' names, and so are near what is asked of one of them.
    """
    asked, first = asked_stems(question), ranked[0][0]
    told = [stem for stem in asked if read(first.text).has(stem)]
    listed = kind(question) != "yes or no" and not refuses(question, first.text)
    return [
        (candidate, score)
        for candidate, score in ranked
        if candidate is first
        or not is_row(candidate.text)
        or (all(map(read(candidate.text).has, told)) and not (listed and refuses(question, candidate.text)))
    ]


def _least(evidence: Evidence, found: Verdict) -> tuple[float, float]:
    """Return how likely a further sentence must be, by itself and beside the best one."""
    alone = bare(evidence.question) == evidence.question
    at_least = READ_AT_LEAST if evidence.was_read else FURTHER_AT_LEAST
    beside = READ_BESIDE if evidence.was_read and alone else FURTHER_BESIDE
    return at_least if found == "answers" else 0.0, beside


def choose(ranked: Sequence[tuple[Candidate, float]], least: float, beside: float) -> Scored:
    """Return the best sentence and up to three more, those of its passage in the order of the text.

    No two say the same: of two that share most of their words and have no different numbers, or share some
    place of the text, the likelier stays.
    """
    best = ranked[0]
    chosen = [best]
    for candidate, score in ranked[1:]:
        if len(chosen) == MOST_SENTENCES or score < max(least, beside * best[1]):
            break
        if all(_differ(candidate, other) and not _overlap(candidate, other) for other, _ in chosen):
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


def _every_part(question: str, chosen: Scored, ranked: Sequence[tuple[Candidate, float]]) -> Scored:
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


def _one_for_each_passage(ranked: Sequence[tuple[Candidate, float]]) -> Scored:
    seen: dict[str, tuple[Candidate, float]] = {}
    for candidate, score in ranked:
        seen.setdefault(candidate.hit.passage.id, (candidate, score))
    return list(seen.values())


def _amending(ranked: Scored) -> tuple[Candidate, float] | None:
    """Return one that replaces words of the likeliest: “in Article 4, "31 March" is replaced by …”."""
    first = ranked[0][0]
    part = part_of(first)
    return next((pair for pair in ranked[1:] if amends(pair[0].text, first.text, part)), None)


def _deciding(ranked: Scored, question: str) -> tuple[Candidate, float] | None:
    """Return what was decided on what the likeliest only asks for: "Recommendation 4 is not accepted"."""
    first = ranked[0][0]
    if not asks_whether(bare(question)) or not only_asked_for(first.text):
        return None
    return next((pair for pair in ranked[1:] if decides(pair[0], first)), None)


def _differ(one: Candidate, other: Candidate) -> bool:
    """Tell whether two sentences say different things: other words, or other numbers in the same words."""
    mine, theirs = (set(_NUMBER.findall(each.text)) for each in (one, other))
    return _shared(one, other) < _SAME or bool(mine - theirs and theirs - mine)


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
