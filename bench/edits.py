"""Seeded edits that make a true sentence false or unproved: the material the verifier is measured on.

`edits(sentence, names, seed)` returns at most one edit of each kind, the same ones for the same arguments.
Grammar may suffer ("did not", then a past form); a wrong sentence it is all the same.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence after one change; `old` and `new` are the words that changed."""

    kind: str
    text: str
    old: str
    new: str


MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
]  # fmt: skip
WRITTEN = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty",
    "thirty", "fifty",
]  # fmt: skip
UNITS = {
    "km": "miles", "kilometers": "miles", "kilometres": "miles", "miles": "kilometers", "mile": "kilometer",
    "feet": "meters", "ft": "m", "meters": "feet", "metres": "feet", "inches": "centimeters",
    "percent": "percentage points", "%": "percentage points", "million": "billion", "billion": "million",
    "thousand": "million", "trillion": "billion", "hundred": "thousand", "days": "weeks", "day": "week",
    "weeks": "months", "months": "years", "years": "months", "year": "month", "hours": "days", "hour": "day",
    "minutes": "hours", "seconds": "minutes", "kg": "pounds", "pounds": "kilograms", "tons": "kilograms",
    "acres": "hectares", "°F": "°C", "°C": "°F", "dollars": "euros", "mm": "cm", "cm": "mm", "GB": "MB",
    "mg": "g", "centuries": "decades", "decades": "centuries", "decade": "century",
}  # fmt: skip
CURRENCIES = {"$": "€", "£": "$", "€": "£"}
NAME = re.compile(r"\b[A-Z][a-zà-ÿ]+(?:[ -][A-Z][a-zà-ÿ]+){0,3}\b|\b[A-Z]{2,6}\b")
NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w]|[.,]\d)")
YEAR = re.compile(r"(?<![\w.,$£€])(?:1[0-9]|20)\d\d(?!\w|[.,]\d| ?%| percent)")
DATE = re.compile(rf"\b({'|'.join(MONTHS)})\b(?= \d)|(?<=\d )\b({'|'.join(MONTHS)})\b")
AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|should|may|might|must|does|did|do)\b(?! not|n't)"
)
NEGATION = re.compile(
    r"\b(?:(?:can)(not)|(?:is|are|was|were|has|have|had|do|does|did|could|would|will|should) ?(n't|n’t)"
    r"|(not|never|no longer|no|without|neither))\b(?! only)"
)
HEDGE = re.compile(
    r"\b(may|might|could|allegedly|reportedly|supposedly|possibly|probably|perhaps|likely|usually|generally|"
    r"typically|often|sometimes|approximately|roughly|nearly|almost|about(?= \$?\d)|around(?= \$?\d)|alleged|"
    r"proposed|planned|suspected|estimated|up to|at least|more than|less than|over(?= \$?\d)|most of|some of|"
    r"it is (?:believed|thought|said) that|(?:is|are) (?:believed|thought|said|expected|considered) to)\b"
)
# capitalised words that name nothing
PLAIN = re.compile(
    "The|An?|In|On|At|It|He|She|They|We|You|I|This|That|These|Those|There|When|While|After|Before|If|As|For|To|Of"
    "|From|By|With|And|But|Or|Yes|No|Not|However|Also|Some|Many|Most|All|Each|Both|His|Her|Its|Their|Your|Our"
    "|What|Who|Where|Why|How|Which|During|Since|Because|Although|Other|According|Additionally"
)


def edits(sentence: str, names: Sequence[str], seed: str) -> list[Edit]:
    """At most one edit of each kind; `names` are what a name is replaced with, in order of preference."""
    chance = random.Random(f"{seed}|{sentence}")
    made = [
        *_number(sentence, chance), *_date(sentence, chance), *_name(sentence, names, chance),
        *_negation_added(sentence, chance), *_negation_removed(sentence, chance),
        *_hedge_removed(sentence, chance), *_unit(sentence, chance),
    ]  # fmt: skip
    return [edit for edit in made if edit.text != sentence]


def names_in(text: str) -> list[str]:
    """Names as a person would mark them, in order, each once; words that open a sentence are left out."""
    found = []
    for match in NAME.finditer(text):
        opens = not text[: match.start()].rstrip() or text[: match.start()].rstrip()[-1] in ".!?:“\"`'\n|"
        first = match.group().split()[0]
        if PLAIN.fullmatch(first) or first in MONTHS or (opens and " " not in match.group()):
            continue
        found.append(match.group())
    return list(dict.fromkeys(found))


def _replace(kind: str, sentence: str, start: int, end: int, new: str) -> Edit:
    text = sentence[:start] + new + sentence[end:]
    if not new:
        text = re.sub(r"  +", " ", text).strip()
        text = text[:1].upper() + text[1:]
    return Edit(kind, text, sentence[start:end], new)


def _number(sentence: str, chance: random.Random) -> Iterator[Edit]:
    """A digit changed, or a written number; years and days of a month are left to `_date`."""
    years = {m.start() for m in YEAR.finditer(sentence)}
    places = [
        m for m in NUMBER.finditer(sentence)
        if m.start() not in years and not re.search(rf"(?:{'|'.join(MONTHS)}) $", sentence[: m.start()])
        and not re.match(rf" (?:{'|'.join(MONTHS)})", sentence[m.end():])
    ]  # fmt: skip
    places += list(re.finditer(rf"\b(?:{'|'.join(WRITTEN)})\b", sentence))
    if not places:
        return
    match = chance.choice(places)
    old = match.group()
    if old in WRITTEN:
        new = chance.choice([word for word in WRITTEN if word != old])
    else:
        at = chance.choice([i for i, c in enumerate(old) if c.isdigit()])
        new = old[:at] + chance.choice([d for d in "123456789" if d != old[at]]) + old[at + 1 :]
    yield _replace("number changed", sentence, match.start(), match.end(), new)


def _date(sentence: str, chance: random.Random) -> Iterator[Edit]:
    places = [*YEAR.finditer(sentence), *DATE.finditer(sentence)]
    if not places:
        return
    match = chance.choice(places)
    if match.group() in MONTHS:
        new = chance.choice([month for month in MONTHS if month != match.group()])
    else:
        new = str(int(match.group()) + chance.choice([-20, -10, -3, -2, -1, 1, 2, 3, 10, 20]))
    yield _replace("date changed", sentence, match.start(), match.end(), new)


def _name(sentence: str, names: Sequence[str], chance: random.Random) -> Iterator[Edit]:
    mine = names_in(sentence)
    words = {word for name in mine for word in name.split()}
    other = [name for name in names if not words & set(name.split()) and name not in sentence]
    if not mine or not other:
        return
    old, new = chance.choice(mine), chance.choice(other)
    start = sentence.index(old)
    yield _replace("name swapped", sentence, start, start + len(old), new)


def _negation_added(sentence: str, chance: random.Random) -> Iterator[Edit]:
    places = list(AUXILIARY.finditer(sentence))
    if places and not NEGATION.search(sentence):
        end = chance.choice(places).end()
        word = chance.choice([" not", " not", " never"])
        yield _replace("negation added", sentence, end, end, word)


def _negation_removed(sentence: str, chance: random.Random) -> Iterator[Edit]:
    places = [m for m in NEGATION.finditer(sentence) if not re.match(r"No[.,]", m.group())]
    if not places:
        return
    match = chance.choice(places)
    group = next(i for i in (1, 2, 3) if match.group(i))
    new = "with" if match.group(group) == "without" else ""
    yield _replace("negation removed", sentence, *match.span(group), new)


def _hedge_removed(sentence: str, chance: random.Random) -> Iterator[Edit]:
    places = list(HEDGE.finditer(sentence))
    if not places:
        return
    match = chance.choice(places)
    old = match.group()
    new = "will" if old in ("may", "might", "could") else "all of" if old in ("most of", "some of") else ""
    if re.match(r"(is|are) ", old):
        new = old.split()[0]
    yield _replace("hedge removed", sentence, match.start(), match.end(), new)


def _unit(sentence: str, chance: random.Random) -> Iterator[Edit]:
    """The unit after a number, or a currency sign before one."""
    units = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
    numeral = rf"(?:\d|\b(?:{'|'.join(WRITTEN)}|one|million|billion|thousand|hundred))"
    places = list(re.finditer(rf"({numeral}) ?-?({units})(?!\w)", sentence))
    signs = list(re.finditer(r"([$£€])(?= ?\d)", sentence))
    if signs and (not places or chance.random() < 0.3):
        match = chance.choice(signs)
        yield _replace("unit changed", sentence, *match.span(), CURRENCIES[match.group()])
    elif places:
        match = chance.choice(places)
        old = match.group(2)
        gap = " " if old == "%" else ""
        yield _replace("unit changed", sentence, *match.span(2), gap + UNITS[old])
