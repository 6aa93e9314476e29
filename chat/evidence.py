"""What a search found, taken apart into sentences that can be compared with the question."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import mul

from chat.followup import Said
from chat.question import NUMBERED, TYPED, Kind, kind, offers, telling
from chat.short_spans import named
from chat.verify.replies import asks
from chat.verify.words import read
from ingest.passage import HEADING_JOINT
from retrieval.hit import Hit
from retrieval.late_interaction import asked_spans, rarity

_PRONOUN = re.compile(r"\b(?:he|she|they|his|her|their)\b", re.IGNORECASE)
_LEADS = re.compile(r"\W*(?:he|she|they)\b", re.IGNORECASE)
_LEANS = re.compile(
    r"\bthe (?:price|cost|bill|amount|sum|total|result|decision|fine|award|project|work|vote|ruling|repair"
    r"|change|move)s?\b(?! (?:of|for|that|to|on|in)\b)"
    r"|\b(?:he|she|they|him|her|them|his|their)\b|^\W*(?:it|its|this|that|these|those|the same)\b",
    re.IGNORECASE,
)
_RESTATES = re.compile(
    r"^\W*(?:that|this) (?:is|was|means|meant|makes|made|comes|came|amounts?|brings|equals)\b", re.I
)
# What stands for a reader's log-odds of a sentence that it has not read, and for any lower ones.
UNREAD = -8.0
_FEW = 5  # words; a line as short, without a stop, a number or a colon, states nothing
_CURT = 7  # words; a reply as short is quoted with what follows it
_BACK = 2  # sentences; a pronoun's name is looked for no farther back
_LABEL = re.compile(r"^(?:subject|re|title)\s*:\s*", re.IGNORECASE)  # of a letter's title
# "Article 9." alone, and who a letter is for: they state nothing.
_LABEL_ALONE = re.compile(
    r"(?:article|section|clause|item|paragraph|chapter|part|schedule|annex|appendix|rule|table|figure)\s+"
    r"(?:\d[\d.]*[a-z]?|[ivxlc]+|[a-z])\s?[.:)]?",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:dear|hello|hi|good (?:morning|afternoon|evening))\b[^.;:?]{0,60},"
    r"|(?:yours (?:sincerely|faithfully|truly)|(?:kind|best|warm)(?:est)? (?:regards|wishes))\b[^.;:?]{0,40}",
    re.IGNORECASE,
)
# A line at the top of a mail or a memo; several are one block. It says who wrote to whom and when, no more.
_HEADER = re.compile(r"(?:from|to|cc|bcc|date|sent|reply-to|subject|re)\s*:\s", re.IGNORECASE)
_OF_A_LETTER = re.compile(
    r"\b(?:wr(?:ite|ites|ote|itten)|writing|s(?:end|ends|ent)|sender|e-?mail(?:s|ed)?|mail(?:s|ed)?|letters?|memos?"
    r"|memorandum|messages?|address(?:ed|ee)|repl(?:y|ies|ied)|cop(?:y|ied)|cc|sign(?:s|ed)?|dated?|issued?|authors?"
    r"|from|receive[ds]?)\b",
    re.IGNORECASE,
)
# Words that make a clause of a few; "5. Pets." and "Item 6. Phone policy." have none.
_CLAUSE = re.compile(
    r"\b(?:i|we|you|he|she|it|they|this|that|there|none|nobody|nothing|no|not|is|are|was|were|be|has|have|had"
    r"|do|does|did|can|could|will|would|shall|should|may|might|must|\w+ed)\b",
    re.IGNORECASE,
)
_LIST = 500  # characters of a list that is quoted as one
# What opens so tells what came of the sentence before: the reason stands there.
_CAME_OF = re.compile(
    r"^\W*(?:because of (?:that|this|it)|for (?:that|this|these|those) reasons?|as a (?:result|consequence)"
    r"|that is why|this is why|therefore|consequently|hence|so)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\bwhich (?P<noun>[a-z]{3,})\b", re.IGNORECASE)
_COUNTS = re.compile(r"\b(?:two|three|four|five|six|seven|several|these|following)\b", re.IGNORECASE)
_FIRST = re.compile(r"\W*(?:one|(?:the )?first(?:ly)?)\b|\W*(?:1|a|i)[.)]\s", re.IGNORECASE)
_ITEM = re.compile(r"\s*(?:[-*•–]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could be quoted, as a half-open span of its document, and what speaks for it.

    It is one sentence; or a question with the reply to it, as in a transcript or an interview; or a sentence
    that announces with what it announces; or, where a person is asked for and the sentence only says "he" or
    "she", that sentence with those before it, from the one with a name on.
    `cosine` is the question's with the sentence, `before` with the sentence before it, `lead` how far
    `cosine` stays behind the best one of its passage (0 for the best). `cover` and `passage_cover` are the
    share (0..1) of the question's words, by rarity, that the span (with the sentence that it leans on), or
    its passage with title and heading, has; `beyond` and `passage_beyond` the share of those of its words
    that the title does not have (1 if the title has all): on the topic that the title names, they tell what
    answers from what does not. `alike` is as `beyond`, by how like each of those words is to the likeliest
    word of the span, as both stand there. `typed` says that the span has something of the kind asked for;
    `lacks` that the kind can be told by its form and the span has nothing of it. `read` is what a reader says
    of it, the log-odds that it answers rather than that nothing read with it does; None if it was not read.
    """

    hit: Hit
    start: int
    end: int
    text: str
    cosine: float
    before: float
    lead: float
    cover: float
    passage_cover: float
    beyond: float
    passage_beyond: float
    alike: float
    typed: bool
    lacks: bool
    stems: frozenset[str]
    read: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A question and the hits for it, best first. `asked` is what kind of thing it asks for.

    `earlier` are the conversation's turns before it, for whoever writes prose. `was_read` says that a reader
    has read the likeliest candidates.
    """

    question: str
    asked: Kind
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    earlier: tuple[Said, ...] = ()
    was_read: bool = False


class Lexicon:
    """Stems and their rarity in one library, as its words index counts them."""

    def __init__(
        self,
        stems: Callable[[str], list[str]],
        frequencies: Callable[[Sequence[str]], list[int]],
        passages: Callable[[], int],
    ) -> None:
        self.stems = stems
        self._frequencies = frequencies
        self._passages = passages

    def rarity(self, stems: Sequence[str]) -> dict[str, float]:
        """Return how rare each stem is, in passages."""
        passages = self._passages()
        return {
            stem: rarity(count, passages) for stem, count in zip(stems, self._frequencies(stems), strict=True)
        }


def gather(question: str, hits: Sequence[Hit], lexicon: Lexicon) -> Evidence:
    """Return every sentence of the hits with what speaks for it, in the order of the hits."""
    asked = kind(question)
    weights = lexicon.rarity(lexicon.stems(_telling(question)))

    def share(stems: frozenset[str], besides: frozenset[str] = frozenset()) -> float:
        left = {stem: weight for stem, weight in weights.items() if stem not in besides}
        if not left:
            return float(bool(weights))
        return sum(weight for stem, weight in left.items() if stem in stems) / sum(left.values())

    asked_words = [lexicon.stems(question[start:end]) for start, end in asked_spans(question)]
    rare = [max((weights.get(stem, 0.0) for stem in stems), default=0.0) for stems in asked_words]

    def alike(unit: _Unit, title: frozenset[str]) -> float | None:
        if len(unit.word_scores) != len(rare) or not any(rare):
            return None
        apart = [
            0.0 if title.issuperset(stems) else weight
            for stems, weight in zip(asked_words, rare, strict=True)
        ]
        counted = apart if any(apart) else rare
        return float(sum(map(mul, unit.word_scores, counted)) / sum(counted))

    candidates = []
    for hit in hits:
        title, heading, within = (
            frozenset(lexicon.stems(text or ""))
            for text in (hit.title, hit.passage.heading, hit.passage.text)
        )
        best = max(hit.sentence_scores, default=0.0)
        for unit in _units(hit, asked, question):
            stems = frozenset(lexicon.stems(unit.text))
            leaning = stems | frozenset(lexicon.stems(unit.leans_on)) if unit.leans_on else stems
            typed = offers(asked, unit.states, question) or (
                asked == "who" and _opens_with_a_name(unit.states, hit.passage.text, question)
            )
            beyond, likest = share(leaning, title), alike(unit, title)
            candidates.append(
                Candidate(
                    hit=hit,
                    start=unit.start,
                    end=unit.end,
                    text=unit.text,
                    cosine=unit.cosine,
                    before=unit.before,
                    lead=unit.cosine - best,
                    cover=share(leaning),
                    passage_cover=share(title | heading | within),
                    beyond=beyond,
                    passage_beyond=share(within, title),
                    alike=beyond if likest is None else likest,
                    typed=typed,
                    lacks=asked in TYPED and not typed,
                    stems=stems,
                )
            )
    return Evidence(question, asked, tuple(hits), tuple(candidates))


def _opens_with_a_name(text: str, around: str, question: str) -> bool:
    """Whether a sentence's first word names somebody, as its passage tells: "Batiste abstained."."""
    piece = read(text)
    first = next(iter(named(piece, around)), None)
    known = {word.stem for word in read(question).words}
    return first is not None and first.start == piece.words[0].start and first.words[0].stem not in known


def _telling(question: str) -> str:
    """Return the words of a question that tell what it is about: no "how much", no "was the".

    In a small library these are as rare as names. A question of nothing else is returned whole.
    """
    return " ".join(word.text for word in telling(question)) or question


@dataclass(frozen=True, slots=True)
class _Unit:
    """A span to quote; `states` is the part of it that can answer, without a question that it opens with.

    `leans_on` is the sentence before it, or the two, where they name what this one calls "him" or "it".
    """

    start: int
    end: int
    text: str
    states: str
    cosine: float
    before: float
    leans_on: str = ""
    word_scores: tuple[float, ...] = ()


def _units(hit: Hit, asked: Kind, question: str) -> Iterator[_Unit]:
    """Every span worth quoting, in order; a sentence that says nothing alone comes with what completes it."""
    spans, scores = hit.passage.sentences, hit.sentence_scores

    def words(first: int, last: int) -> str:
        start, end = spans[first][0], spans[last][1]
        return hit.passage.text[start - hit.passage.start : end - hit.passage.start]

    def unit(first: int, last: int, states: int, before: float) -> _Unit:
        rows = hit.word_scores[first : last + 1]
        return _Unit(
            spans[first][0],
            spans[last][1],
            words(first, last),
            words(states, last),
            max(scores[first : last + 1]),
            before,
            word_scores=tuple(map(max, *rows)) if len(rows) > 1 else rows[0] if rows else (),
        )

    position = 0
    while position < len(spans):
        first, text = position, words(position, position)
        before = scores[first - 1] if first else hit.dense
        position += 1
        if _HEADER.match(text):
            last = _end_of_headers(words, first, len(spans))
            position = last + 1
            if _OF_A_LETTER.search(question):
                yield unit(first, last, first, before)
            continue
        if is_heading(text, hit) or _runs_in(hit, first, words):
            continue
        if asks(text) and position < len(spans):
            reply = _reply(words, position, len(spans))
            position = reply + 1
            yield unit(first, reply, first + 1, before)
        elif announced := _announced(words, first, len(spans)):
            position = announced + 1
            yield unit(first, announced, first, before)
        elif named := _named_before(words, first, asked, question):
            yield replace(unit(first - named, first, first - named, before), cosine=scores[first])
        elif (
            first
            and (
                _RESTATES.match(text)
                or (asked == "why" and _CAME_OF.match(text))
                or _the_same(text, words(first - 1, first - 1), question)
            )
            and not is_heading(words(first - 1, first - 1), hit)
        ):
            yield unit(first - 1, first, first - 1, before)
        else:
            found = unit(first, first, first, before)
            if first and _LEANS.search(text):
                found = replace(found, leans_on=words(_leant_on(words, first), first - 1))
            replies = first > 0 and asks(words(first - 1, first - 1))
            yield replace(found, cosine=max(found.cosine, before)) if replies else found


_Words = Callable[[int, int], str]
"""The text from the first to the last of two sentences, by their positions."""


def _end_of_headers(words: _Words, first: int, count: int) -> int:
    """Return the last of the lines at the top of a mail that follow each other."""
    last = first
    while last + 1 < count and _HEADER.match(words(last + 1, last + 1)):
        last += 1
    return last


def _reply(words: _Words, first: int, count: int) -> int:
    """Return the last sentence of a reply's beginning: after "It did not." comes what it means."""
    last = first
    while last + 1 < count and last - first < 2 and len(words(first, last).split()) <= _CURT:
        if asks(words(last + 1, last + 1)):
            break
        last += 1
    return last


def _announced(words: _Words, first: int, count: int) -> int | None:
    """Return the last sentence of what a sentence announces ("Two kinds are named."), or None."""
    text = words(first, first)
    if first + 1 == count or asks(words(first + 1, first + 1)):
        return None
    colon = text.rstrip().endswith(":")
    counts = (
        _COUNTS.search(text) and len(text.split()) <= 2 * _FEW and _FIRST.match(words(first + 1, first + 1))
    )
    if not colon and not counts:
        return None
    last = first + 1
    while (
        last + 1 < count
        and _ITEM.match(words(last, last))
        and _ITEM.match(words(last + 1, last + 1))
        and len(words(first, last + 1)) <= _LIST
    ):
        last += 1
    return last


def _named_before(words: _Words, first: int, asked: Kind, question: str) -> int:
    """Return how many sentences back the person is named whom a sentence calls "he" or "she"; 0 for none."""
    text = words(first, first)
    if asked != "who" or not _PRONOUN.search(text) or offers(asked, text, question):
        return 0
    for back in range(1, min(first, _BACK) + 1):
        if _LEADS.match(words(first - back, first - back)):
            continue  # "He said …" names others
        if offers(asked, words(first - back, first - back), question):
            return back
    return 0


def _the_same(text: str, before: str, question: str) -> bool:
    """Whether a sentence says of "the study" what "which study" asks, and the one before it names one."""
    asked = _WHICH.search(question)
    if asked is None or not re.match(rf"\W*(?:the|this|that) {asked['noun']}\b", text, re.IGNORECASE):
        return False
    return not offers("where", text, question) and offers("where", before, question)


def _leant_on(words: _Words, first: int) -> int:
    """Return the first of the sentences that one leans on: the one before it may lean on another."""
    back = first - 1
    while back and first - back < _BACK and _LEANS.search(words(back, back)):
        back -= 1
    return back


def is_heading(text: str, hit: Hit) -> bool:
    """Whether a span only tells what comes: the title, a heading, or a few words without a full stop."""
    bare = NUMBERED.sub("", text.strip())
    if len(bare.split()) <= _FEW and bare[-1:].isalnum() and not re.search(r"[\d:;|]", bare):
        return True
    if _LABEL_ALONE.fullmatch(bare) or _GREETING.fullmatch(bare):
        return True
    bare = _LABEL.sub("", bare)
    headings = [hit.title, *(hit.passage.heading or "").split(HEADING_JOINT)]
    named = {_plain(NUMBERED.sub("", heading)) for heading in headings}
    # A title that asks something is two sentences: "Does light help? A review".
    return _plain(bare) in named or (
        bare.endswith("?") and any(name.startswith(f"{_plain(bare)} ") for name in named)
    )


def _runs_in(hit: Hit, first: int, words: "_Words") -> bool:
    """Whether a span is a heading with a full stop that runs into its paragraph: "5. Pets. No …"."""
    text, passage = words(first, first).strip(), hit.passage
    numbered = NUMBERED.match(text) or (first and _LABEL_ALONE.fullmatch(words(first - 1, first - 1).strip()))
    bare = NUMBERED.sub("", text)
    if not numbered or not bare.endswith(".") or len(bare.split()) > _FEW or _CLAUSE.search(bare):
        return False
    after = passage.text[passage.sentences[first][1] - passage.start :]
    return re.match(r"[^\S\n]+\S", after) is not None and not re.search(r"\d", bare)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
