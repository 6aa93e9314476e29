"""A question that stands on its own, from one that leans on the conversation; no language model needed.

What the question leaves out is taken from the turn before: a pronoun gets the name it stands for, "and in
2024?" and "what about Chicago?" are put into the question before, and a bare "why?" asks it again. A
question that names its own subject is left alone, so that a change of topic carries nothing over.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chat.question import kind
from chat.replaced import replaced
from ingest.sentences import sentence_spans


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier turn: what was searched and the words that answered, "" if none did."""

    standalone: str
    answer: str


_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers|himself|herself)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|them|their|theirs|these|those)\b", re.IGNORECASE)
_IT = re.compile(
    r"\b(?:it|its|this|that|there|the same(?!\s\w)|one"
    r"|the (?:first|second|third|last|latter|former|other))\b",
    re.IGNORECASE,
)
_THE_ASKED = re.compile(
    r"\bthe (?:amount|number|figure|sum|date|total|cost|price|salary|reason|answer|result)\b"
    r"(?! (?:of|for|that|in)\b)",
    re.IGNORECASE,
)
# "is it possible that …", "how long will it take": this "it" stands for nothing
_EMPTY_IT = re.compile(
    r"\bit(?:['’]s| is| was| be| already| still| ever| usually)* (?:possible|impossible|necessary|true|likely"
    r"|safe|legal|illegal|allowed|important|better|best|too|takes?|took|costs?|matters?|hard|easy|okay|ok)\b",
    re.IGNORECASE,
)
# "were there complaints" speaks of no place; "how many are waiting there" does
_THERE_IS = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|should)"
    r"(?:n['’]t)? there\b"
    r"|\bthere(?: (?:also|still|ever|already))?(?:['’]s"
    r"| (?:is|are|was|were|be|has|have|had|will|would|can|could|may|might|must|should)\b)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?:the|an?|my|your|our|this|that|every|each)\s+\w", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:and|but|or|so|also|then|what about|how about|and what about)\b[\s,]*", re.IGNORECASE
)
_ABOUT = re.compile(r"^(?:and |but )?(?:what|how) about\b|^(?:and|but|or)\b", re.IGNORECASE)
_BESIDE = re.compile(
    r"^(?:and\s|but\s)?(?:who\s(?:(?:was|were|came|is)\s)?)?(?P<side>before|after)\s(?:him|her)\W*$",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(
    r"^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could"
    r"|will|would|should|may|must)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\b(?:[A-Z]\w{0,2}\.|[A-Z][\w’'-]*|of|the|de|van|von|du|la)"
    r"(?:\s+(?:[A-Z]\w{0,2}\.|[A-Z][\w’'-]*|\d+|of|the|de|van|von|du|la|&))*"
)
_INITIAL_WORD = re.compile(
    r"^(?:[QA]\.\s+)?(?:The|A|An|In|On|At|It|He|She|They|This|That|Who|Whom|Whose|What|When|Where|Why|How|Which|Is|Are"
    r"|Was|Were|Do|Does|Did|Has|Have|Had|Can|Could|Will|Would|Should|May|Must|And|But|Or|So|If|For|By|To|Of|Q|A)\b"
    r"\.?\s*"
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b(?:[-–/]\d\d(?:\d\d)?\b)?")
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
# A date before a name, or without one: nobody is called "January" or "15 January Ines Marchetti".
_DATE = re.compile(
    rf"^(?:\d+\s+)+(?:{_MONTH}\s+(?:\d{{4}}\s+)?)?|^(?:{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?:\s+\d+)*$"
)
# A preposition with what it governs, up to the next one.
_PHRASE = re.compile(
    r"\b(?P<by>in|on|at|for|by|to|of|from|with|about|against|under)\s"
    r"(?:(?!(?:in|on|at|for|by|to|of|from|with|about|against|under|and|or)\b)[\w’'-]+\s?)+(?<!\s)",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:\s+(?:of|the|de|van|von|du|la|&))+$")
_PERSONAL_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Judge|Justice|Senator|Mayor|Councilor|Director|Professor)\b")
# What has a name and is never called "he" or "she".
_NO_PERSON = re.compile(
    r"\d|&|\b(?:of|act|agency|airport|assembly|association|authority|avenue|bank|bill|board|bridge|bureau|care"
    r"|church|city|code|college|commission|committee|company|congress|corporation|council|county|court|creek"
    r"|department|district|fund|group|hospital|house|inc|institute|island|lake|lane|law|ltd|magazine|ministry"
    r"|office|order|ordinance|parliament|party|police|port|post|press|project|report|river|road|school|senate"
    r"|service|society|state|states|station|street|times|treaty|trust|union|university|valley|works)\b",
    re.IGNORECASE,
)
# Somebody who is spoken of without a name.
_ROLE = re.compile(
    r"\b(?:the|her|his|their|my|our) (?:[a-z]+ )?(?:defendant|plaintiff|accused|applicant|appellant|claimant"
    r"|respondent|petitioner|victim|witness|suspect|tenant|landlord|owner|engineer|minister|mayor|judge|director"
    r"|manager|officer|inspector|president|chair(?:man|woman)?|secretary|treasurer|doctor|surgeon|nurse|teacher"
    r"|principal|superintendent|lawyer|prosecutor|author|editor|reporter|captain|driver|pilot|auditor|accountant"
    r"|architect|contractor|spokes(?:man|woman|person)|employee|employer|patient|pupil|student|founder"
    r"|commissioner|governor|senator|ombudsman)\b",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"\b(?:\w|Jr|Sr|St|Inc|Co|Ltd|Corp|Bros|No)\.$")
_WORD = re.compile(r"\w+")
_THE_NOUN = re.compile(r"\bthe ([a-z]{4,})\b(?!\s+(?:of|for|that|which|who|in|on)\b)")
_ASKS_OR_TELLS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|am|is|are|was|were|be|do|does|did|has|have|had|can|could"
    r"|will|would|shall|should|may|might|must|tell|explain|list|name|show|give|describe|define|compare|find"
    r"|isn|aren|wasn|doesn|don|didn|won|couldn|shouldn|ll|re|ve|m)\b",
    re.IGNORECASE,
)
# What asks for the reason of what was just said, and nothing else.
_WHY = re.compile(
    r"^(?:why(?: not| so| (?:is|was) (?:that|this|it))?|how (?:come|so)|for what reason|on what grounds?"
    r"|what for|what (?:is|was) the reason|the reasons?)(?: for (?:that|this|it))?\W*$",
    re.IGNORECASE,
)
_DID_SO = re.compile(
    r"^(?:and\s|but\s|so\s)?(?:(?:why|when|where|how)\s)?(?:did|does|do|is|was|were|has|had|will|would|can|could|should)"
    r"(?:n['’]t)?\s(?:he|she|they)\W*$",
    re.IGNORECASE,
)
_TOLD = 40  # words; a longer sentence is not carried over
_FRAGMENT = 7  # words; a line as short without a verb that asks or tells is a part of a question
_PARTS = 2  # earlier questions that one is joined with
_BEGINNING = 200  # characters
_ASKS_WHO = re.compile(r"^(?:who|whom|whose|name|which)\b", re.IGNORECASE)
_THIN = 2  # content words; a question with no more leans on the one before it
_FORM = frozenset(
    re.findall(
        r"\w+",
        "a an the is are was were be been do does did has have had can could will would should may must of"
        " in on at to for from by with about and or but so also then who whom whose what which when where why"
        " how many much long far old not no yes any else exactly please tell me",
    )
)


def standalone(question: str, earlier: Sequence[Said]) -> str:
    """Return the question as it should be searched; `earlier` holds the turns so far, oldest first."""
    question = " ".join(question.split())
    if not earlier or not question:
        return question
    before = earlier[-1]
    question = _named_in_full(question, earlier)
    bare = _OPENING.sub("", question).strip()
    if (beside := _BESIDE.match(question)) and (name := _last_name(earlier, personal=True)):
        # Who held a post before or after somebody is told as who succeeded whom.
        return f"Whom did {name} succeed?" if beside["side"].lower() == "before" else f"Who succeeded {name}?"
    if _ABOUT.match(question) and not _QUESTION_WORD.match(bare):
        return _put_into(bare.rstrip("?").strip(), before.standalone)
    if _WHY.match(bare):
        return _join(bare, _told(before))
    filled = _fill_pronoun(question, earlier)
    if filled is not None:
        return _OPENING.sub("", filled) if _OPENING.match(filled) else filled
    if _leans(bare):
        return _join(bare, before.standalone)
    return question


def _told(before: Said) -> str:
    """Return what a turn asked, and what its answer says first: why it is so is asked of both."""
    asked = re.split(r"\s*[();]\s*", before.standalone)[0].rstrip("?").strip()
    first = sentence_spans(before.answer, [(0, len(before.answer))])[:1]
    said = "".join(re.split(r"\s*[();]\s*", before.answer[start:end])[0] for start, end in first)
    return f"{asked}; {said.rstrip('.!? ')}" if 0 < len(said.split()) <= _TOLD else before.standalone


def amid(question: str, earlier: Sequence[Said]) -> str:
    """Return the question with what its conversation is about; "" for a first one.

    That is what was asked first and how the last answer begins.
    """
    if not earlier:
        return ""
    return " ".join(f"{question} {earlier[0].standalone} {earlier[-1].answer[:_BEGINNING]}".split())


def _leans(bare: str) -> bool:
    """Whether a question without a pronoun leaves out what it is about."""
    if len(bare.split()) <= _FRAGMENT and not _ASKS_OR_TELLS.search(bare):
        return True
    if _names(bare) or len(_content(bare)) > _THIN:
        return False
    return _THE_ASKED.search(bare) is not None or not _own_subject(bare)


def _named_in_full(question: str, earlier: Sequence[Said]) -> str:
    """Return the question with each name that was longer when it was last spoken of as long again.

    "the Wall" or "the wall", after the Great Wall of China was spoken of, is that wall; so is "Bove", after
    Emil Bove. The shorter name is the longer one's last word, or the last one before its "of".
    """
    texts = [text for turn in reversed(earlier) for text in (turn.standalone, turn.answer)]
    known = [name for text in texts for name in _names(text)]
    short = [(match.start(1), match[1]) for match in _THE_NOUN.finditer(question)]
    short += [(question.index(name), name) for name in _names(question)]
    present = set(_WORD.findall(question.lower()))
    for start, name in sorted(short, reverse=True):
        full = next((each for each in known if _shortened(each, name)), name)
        added = set(_WORD.findall(full.lower())) - set(_WORD.findall(name.lower()))
        if added and not added - _FORM & present:
            question = question[:start] + full + question[start + len(name) :]
    return question


def _shortened(full: str, name: str) -> bool:
    """Whether a name is the last of a longer one's words, or of those before its "of"."""
    head = f" {full.partition(' of ')[0]}".casefold()
    return len(name.split()) < len(full.split()) and head.endswith(f" {name}".casefold())


def _own_subject(question: str) -> bool:
    """A full clause with two content words names what it is about; "Why?" and "How many?" do not."""
    return len(_content(question)) == _THIN and len(_WORD.findall(question)) >= 5


def _fill_pronoun(question: str, earlier: Sequence[Said]) -> str | None:
    """Return the question with its first open pronoun named, or joined with its topic; None without one."""
    for pattern, personal in ((_PERSON, True), (_THEY, False), (_IT, False)):
        match = pattern.search(question)
        if match is None or _bound(question, match, personal):
            continue
        name = _last_name(earlier, personal) if personal else None
        if name is None:
            return _join(question, earlier[-1].standalone)
        word = match.group().lower()
        possessive = word in ("his", "hers") or (word == "her" and _possessive(question, match))
        filled = question[: match.start()] + name + ("’s" if possessive else "") + question[match.end() :]
        # "Why did she?" leaves out what she did too.
        return _join(filled, earlier[-1].standalone) if _DID_SO.match(question) else filled
    return None


def _bound(question: str, match: re.Match[str], personal: bool) -> bool:
    """Whether the pronoun refers to something that the question itself names before it, or to nothing."""
    head, word = question[: match.start()], match.group().lower()
    if personal:
        return bool(_names(head))
    if (word == "there" and _THERE_IS.search(question)) or (word == "it" and _EMPTY_IT.search(question)):
        return True
    if word in ("that", "this", "these", "those", "one") and re.match(r"\s+\w", question[match.end() :]):
        # "the memo that …", "this directive": bound when the question has a subject of its own
        return len(_content(question)) > _THIN + 1
    return bool(_SUBJECT.search(head) or _names(head))


def _possessive(question: str, match: re.Match[str]) -> bool:
    return re.match(r"\s+[a-z]", question[match.end() :]) is not None


def _last_name(earlier: Sequence[Said], personal: bool) -> str | None:
    """Return the name that was spoken of last: in a question first, then in its answer."""

    def named(text: str) -> list[str]:
        return [name for name in _names(text) if not personal or _may_be_a_person(name, text)]

    for turn in reversed(earlier):
        names = named(turn.standalone)
        role = _ROLE.search(turn.standalone) if personal and not names else None
        if role and kind(turn.standalone) != "who" and not _is_named(role.group(), turn.answer):
            return role.group().lower()
        if names and not (kind(turn.standalone) == "who" and turn.answer and not _about(turn.standalone)):
            return names[-1]
        answered = [name for name in named(turn.answer) if name not in names]
        if _ASKS_WHO.search(turn.standalone):  # the question's own names, in small letters, are not asked for
            asked = turn.standalone.casefold()
            answered = [name for name in answered if name.casefold() not in asked]
        people = [name for name in answered if " " in name or _PERSONAL_TITLE.search(name)]
        if people or answered:
            return (people or answered)[0]
        if names:
            return names[-1]
    return None


def _is_named(role: str, answer: str) -> bool:
    """Whether an answer names who holds a role: "Superintendent Carla Nuñez", "the mayor, Ada Vance"."""
    return re.search(rf"\b(?i:{role.split()[-1]}),?\s+[A-Z]", answer) is not None


def _may_be_a_person(name: str, text: str) -> bool:
    """Whether a name of a text can be called "he" or "she": not "the Norn archive", nor Norn by it."""
    if _PERSONAL_TITLE.match(name):
        return True
    return _NO_PERSON.search(name) is None and f"the {name}" not in text and f"The {name}" not in text


def _about(question: str) -> bool:
    """Whether a question speaks of the one it names, as “Who is Emil Bove?” does."""
    return re.match(r"^who(?:’s|'s| is| was)\s+(?!the\b|a\b|an\b)", question, re.IGNORECASE) is not None


def _put_into(piece: str, before: str) -> str:
    """Return the question before with one part replaced by a piece of the same kind, or with it added."""
    body = re.sub(r"^(?:in|on|at|for|by|to|of|from|with|about)\s+", "", piece, flags=re.IGNORECASE)
    years = _YEAR.findall(before)
    if years and _YEAR.fullmatch(body):
        return before.replace(years[-1], body)
    names = _names(before)
    named = _names(body)
    if names and named and " and ".join(named) == re.sub(r"['’]s$", "", body):
        # "And St Mary's?" after "in Leeds" names a place so called, after "Lund's salary" whose salary
        own = re.search(rf"{re.escape(names[-1])}['’]s\b", before)
        return before.replace(names[-1], " and ".join(named) if own else body)
    if (put := replaced(piece, before)) is not None:
        return put
    if (opening := _PHRASE.match(piece)) and len(piece.split()) <= _FRAGMENT:
        # "And on roads?" after "How much was spent on schools in 2021?"
        same = [each for each in _PHRASE.finditer(before) if each["by"].lower() == opening["by"].lower()]
        if same and not _YEAR.search(same[-1].group()):
            return before[: same[-1].start()] + piece + before[same[-1].end() :]
    return _join(piece, before)


def _join(question: str, before: str) -> str:
    """Return both questions as one line, the newer first: words and meaning of both are searched.

    Of an earlier question that was joined itself, its own words and those that it rested on last are kept.
    """
    parts = [part for part in re.split(r"\s*[();]\s*", before.rstrip("?")) if part.strip("? ")]
    kept = parts if len(parts) <= _PARTS else [parts[0], parts[-1]]
    rest = "; ".join(part.rstrip("?").strip() for part in kept)
    return f"{question.rstrip('?').strip()} ({rest})?"


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _FORM]


def _names(text: str) -> list[str]:
    """Return the capitalised names of a text in order, without a sentence's opening word."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group().strip()
        opens = match.start() == 0 or text[: match.start()].rstrip()[-1:] in '.?!:“"('
        if opens:
            name = _INITIAL_WORD.sub("", name)
        name = _DATE.sub("", name)
        name = _TRAILING.sub("", re.sub(r"^(?:(?:of|the|de|van|von|du|la|&)\s+)+", "", name)).strip()
        name = name.removesuffix("’s").removesuffix("'s")
        name = name if _ABBREVIATED.search(name) else name.rstrip(".")
        if len(name) > 1 and name[0].isupper():
            found.append(name)
    return found
