"""Names of a sentence that can be who did something, whom it was done to, which of a kind, or where."""

import re
from collections.abc import Sequence

from chat.short_spans import Bounds, Named, named
from chat.verify.dates import dates
from chat.verify.forms import vocabulary
from chat.verify.words import Piece, Word, read, related

_AUX = vocabulary(
    "is are was were be been do does did has have had can could will would should may might must"
)
_LOCATIVE = vocabulary("in at on near outside inside")
_TOWARDS = vocabulary("to from into")
_NOT_AGENTS = (
    _LOCATIVE
    | _TOWARDS
    | vocabulary("of across through around over under off between along against about than like via for")
)
_PERSONS = (
    r"(?:\w+(?:er|or|ist|ian|ee|man|woman)|person|people|wom[ae]n|m[ae]n|official|firm|company|agency|team|party|judge"
    r"|organi[sz]ation|newspaper|foundry|bank|union|court)s?"
)
_PLACES = (
    r"(?:city|cities|town|village|country|countries|county|state|street|road|avenue|lane|lake|island|river)s?"
)
_OTHERS = (
    r"(?:circuit|committee|school|university|college|hospital|ministry|department|commission|council|church|ship"
    r"|magazine|station|airport|band|bridge|act|law|treaty)s?"
)
_THINGS = vocabulary(
    "act acts bill law treaty bridge street road avenue lane river lake island sea ocean mountain war battle "
    "day cup bowl game games book film movie series song album award prize constitution amendment memo "
    "report memorandum order directive policy project plan century code county hall building center centre"
)
_ADJECTIVE = re.compile(r"(?:\w+(?:ian|ean|ish|ese|ican|ch)|Democratic|Republican|Greek|German|Roman)$")
_OFFICE = re.compile(r",\s(?:the|an?|then)\s[a-z][^,.;:()]{2,60}(?=[,.;])")
_PART = r"(?:[^\W\d_a-zß-ÿ][\w’'.-]*|de|van|von)"
_IS = r"(?:['’]s|is|was|are|were)\s+"
_IS_NAME = re.compile(rf"(?i:{_IS})(?P<name>{_PART}(?:\s{_PART})*?)\s*\?*")
# What somebody is to a matter, as a form or a notice names it: "Agent: Stephen Birch".
_ROLES = (
    r"(?:agent|applicant|appellant|architect|author|ceo|chair(?:man|woman|person)?|chancellor|chief executive"
    r"|claimant|clerk|contractor|coordinator|defendant|director|editor|engineer|general|governor|head|inspector"
    r"|investigator|judge|leader|manager|mayor|minister|officer|petitioner|president|producer|respondent"
    r"|secretary|solicitor|speaker|sponsor|surveyor|treasurer|trustee)"
)
_OFFICE_ALONE = re.compile(rf"(?:\w+ )?{_ROLES}", re.IGNORECASE)
_BY = 4  # words between a verb and who did it: "was written in May by"
_DESCRIBES = r"(?P<said>(?:an?|the|his|her|its|their)\s[^,.;:()]{3,80}?)"


def name_asked(rest: str) -> str | None:
    """Return whom a question, from after its "who" on, names and asks who they are, or None.

    "Who is Mayor?" and "Who is Head of Planning?" name an office, and nobody.
    """
    asked = _IS_NAME.fullmatch(rest.strip())
    return asked["name"] if asked and not _OFFICE_ALONE.fullmatch(asked["name"]) else None


def described(rest: str, piece: Piece) -> Sequence[Bounds]:
    """What a sentence says somebody is, for "who is NAME?": what stands beside the name between commas."""
    asked = re.fullmatch(rf"{_IS}(?P<name>[^\W\d_].*?)\s*\?*", rest.strip(), re.IGNORECASE)
    if asked is None or not asked["name"][0].isupper():
        return ()
    name = re.escape(asked["name"])
    for pattern in (
        rf"\b{name}\s?,\s{_DESCRIBES}\s?[,.;:]",
        rf"(?:^|[,;:]\s)(?i:{_DESCRIBES})\s?,\s{name}\b",
        rf"(?:^|[.;,(]\s?|\n\s*)(?i:(?P<said>(?:[a-z]+[ -]){{0,2}}{_ROLES})):\s(?:[A-Z][\w.]* )?{name}\b",
        rf"\b{name}\s?\((?P<said>[^()\d]{{3,60}})\)",
        rf"\b{name}\s(?:is|was)\s{_DESCRIBES}(?=\s?[,.;:]|\swho\b|\swhich\b|\sthat\b)",
    ):
        if found := re.search(pattern, piece.text):
            return [found.span("said")]
    return ()


def agents(word: str, first: str, question: Piece, piece: Piece, around: str) -> Sequence[Bounds]:
    """Names that can be who did something, or whom it was done to; `first` follows the question's word."""
    every = [each for each in named(piece, around) if _fresh(question, each.words)]
    if first in ("is", "was", "are", "were") and (beside := _in_apposition(every, question, piece)):
        return beside
    found = _joined([each for each in every if not _no_agent(each, piece)], piece)
    verb = next((each for each in question.words if each.lower == first and first not in _AUX), None)
    if word == "who" and verb is not None:
        found = _on_its_side(found, verb, piece)
    elif word == "whom" or first in ("did", "does", "do"):
        found = [each for each in found if each.before != "by"]
    if len(found) == 1 and found[0].words[-1].lower in _THINGS:
        return ()
    return [(each.start, _with_office(piece, each)) for each in found]


def _with_office(piece: Piece, name: Named) -> int:
    """Where a name ends with what stands beside it: "Emil Bove, the acting deputy attorney general"."""
    beside = _OFFICE.match(piece.text, name.end)
    return beside.end() if beside else name.end


def _in_apposition(found: Sequence[Named], question: Piece, piece: Piece) -> Sequence[Bounds]:
    """Names beside what the question has after "who is the": "Delphine Carrow, community liaison"."""
    asked = [word for word in question.words if word.content and word.lower not in ("who", "whom")]
    if not asked:
        return ()
    head = {word.stem for word in asked[:2]}
    spans = []
    for name in found:
        after = [word for word in piece.words if word.start >= name.end and word.content][: len(head)]
        gap = piece.text[name.end : after[0].start] if after else ""
        if after and re.fullmatch(r"\s?,\s(?:the\s|an?\s)?", gap) and head <= {word.stem for word in after}:
            spans.append((name.start, name.end))
    return spans


def _on_its_side(found: Sequence[Named], verb: Word, piece: Piece) -> Sequence[Named]:
    """The names on the side of the verb where whoever does it stands; none where the verb is not there."""
    at = [word for word in piece.words if word.stem == verb.stem or related(word.stem, verb.stem)]
    if len(at) != 1:
        return ()
    for each in found:
        between = [word for word in piece.words if at[0].end < word.start < each.start]
        beside = len(between) <= _BY and all(word.clause == at[0].clause for word in between)
        if each.before == "by" and each.start > at[0].end and beside:
            return [each]
    return [each for each in found if each.end < at[0].start and each.before != "by"]


def _fresh(question: Piece, words: Sequence[Word]) -> bool:
    """Tell whether no word of a name is in the question."""
    known = question.stems | {word.lower for word in question.words}
    return not any(word.stem in known or word.lower in known for word in words if word.content)


def _joined(found: Sequence[Named], piece: Piece) -> Sequence[Named]:
    """Names with "and" between them, as one: "Otis Brandvold and Gideon Marsh-Falk"."""
    made: list[Named] = []
    for each in found:
        gap = piece.text[made[-1].end : each.start] if made else ""
        if made and re.fullmatch(r"\s?,?\s(?:and|&)\s(?:the\s)?", gap):
            last = made.pop()
            each = Named(last.start, each.end, (*last.words, *each.words), last.before)
        made.append(each)
    return made


def _no_agent(name: Named, piece: Piece) -> bool:
    after = piece.text[name.end : name.end + 3]
    if name.before in _NOT_AGENTS or re.match(r"\s?'s?\b", after):
        return True
    return len(name.words) == 1 and bool(_ADJECTIVE.match(name.words[0].text)) and _modifies(name, piece)


def _modifies(name: Named, piece: Piece) -> bool:
    """Tell whether a name only says which of something: "the Lowick road", "Democratic-led"."""
    after = next((word for word in piece.words if word.start >= name.end), None)
    if after is None or not after.text[0].islower():
        return False
    return after.content and piece.text[name.end : after.start] in (" ", "-")


def places(question: Piece, piece: Piece, around: str) -> Sequence[Bounds]:
    """Names that say where, with what they lie in ("Burbank, California"), if nothing else says where."""
    every = named(piece, around)
    spans = []
    for each in every:
        if each.before in _LOCATIVE and _fresh(question, each.words) and not _modifies(each, piece):
            end = each.end
            for other in every:
                if piece.text[end : other.start] in (", ", " , "):
                    end = other.end
            spans.append((each.start, end))
    when = {at for date in dates(piece) for at in range(date.start, date.end)}
    told = [
        one
        for one, two in zip(piece.words, piece.words[1:], strict=False)
        if two.start not in when
        and (one.lower in _LOCATIVE or (one.lower in _TOWARDS and two.text[0].isupper()))
    ]
    both = re.search(r"\b(\w+) and (\w+)", question.text)
    if both and not all(
        any(word.stem == read(each).words[0].stem for word in piece.words) for each in both.groups()
    ):
        return ()
    return spans if len(told) <= 1 else ()


def which(first: str, second: str, question: Piece, piece: Piece, around: str) -> Sequence[Bounds]:
    """Names of the kind that stands after "which": "which foundry" is "Corless Foundry"."""
    nouns = [noun for noun in (first, second) if re.fullmatch(f"{_PERSONS}|{_PLACES}|{_OTHERS}", noun)]
    if not nouns:
        return ()
    noun = nouns[-1]
    stem = read(noun).words[0].stem
    root = re.escape(stem.removesuffix("i"))
    known = question.stems
    every = named(piece, around)
    kind = [
        each
        for each in every
        if any(word.stem == stem for word in each.words)
        and any(word.stem not in known for word in each.words)
    ]
    kind += [
        each
        for each in every
        if _fresh(question, each.words)
        and each not in kind
        and re.search(rf"\b{root}\w*,? (?:of |like |such as |called |named )?$", piece.text[: each.start])
    ]
    if not kind and re.fullmatch(_PERSONS, noun):
        listed = noun.endswith("s")
        found = [each for each in every if _fresh(question, each.words)]
        if not listed:
            found = [each for each in found if not _no_agent(each, piece)]
        joined = _joined(found, piece)
        if len(joined) == 1 and joined[0].words[-1].lower in _THINGS:
            return ()
        return [(each.start, each.end) for each in joined]
    return [(each.start, each.end) for each in kind]
