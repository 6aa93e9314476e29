"""Names and acronyms of a claim: each must stand in the evidence, and where the claim's other words stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chat.verify.align import Alignment
from chat.verify.dates import MONTHS, WEEKDAYS
from chat.verify.forms import vocabulary
from chat.verify.quantities import ORDINALS, SPELLED
from chat.verify.units import SCALES, UNITS
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, Word, related, shown

ALIKE = 0.6
"""The share of a claim's other words from which on a name that is missing decides; below it, meaning does."""

_ALIASES = (
    vocabulary("us usa america american americans united states"),
    vocabulary("uk britain british briton britons united kingdom"),
    vocabulary("eu european europe union"),
    vocabulary("netherlands dutch holland"),
    vocabulary("france french"),
    vocabulary("spain spanish"),
    vocabulary("germany german germans"),
    vocabulary("greece greek greeks"),
    vocabulary("switzerland swiss"),
    vocabulary("wales welsh"),
    vocabulary("ireland irish"),
    vocabulary("denmark danish"),
    vocabulary("poland polish"),
    vocabulary("turkey turkish"),
)
_COMMON = vocabulary("united states union kingdom")
_LONG = (
    ("united states", "us"),
    ("u.s", "us"),
    ("united kingdom", "uk"),
    ("u.k", "uk"),
    ("european union", "eu"),
)
_TITLES = vocabulary("mr mrs ms dr prof sir lord lady president king queen saint st state states ok")
_NOT_NAMES = frozenset((*MONTHS, *WEEKDAYS, *ORDINALS, *SPELLED, *SCALES, *UNITS)) | _TITLES


@dataclass(frozen=True, slots=True)
class Name:
    """Capitalised words that stand together, or one acronym or code such as H1N1."""

    words: tuple[Word, ...]

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.words[-1].end


def names(piece: Piece) -> list[Name]:
    """Names in order. An opening word counts only where another capital follows or it is an acronym."""
    found: list[Name] = []
    run: list[Word] = []
    for word in piece.words:
        gap = piece.text[run[-1].end : word.start] if run else ""
        if run and (not _capital(word) or gap not in (" ", "-", ". ", "")):
            found += _named(piece, run)
            run = []
        if _capital(word):
            run.append(word)
    return found + _named(piece, run)


def _capital(word: Word) -> bool:
    """Tell whether a word is written as a name is: Paris, NATO, H1N1, mRNA."""
    text = word.text
    if len(text) < 2 or not any(map(str.isalpha, text)):
        return False
    if text[0].isupper():
        return word.lower not in _NOT_NAMES
    return any(map(str.isupper, text)) or (text[0].isalpha() and any(map(str.isdigit, text)))


def is_name(word: Word) -> bool:
    """Tell whether a word taken alone is written as a name is."""
    return _capital(word)


def alike(mine: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Tell whether two runs of names may be one: a word in common, an alias, an acronym and its words."""
    one, other = ({w.stem for w in words} | {w.lower for w in words} for words in (mine, theirs))
    if one & other or any(one & (names := aliases - _COMMON) and other & names for aliases in _ALIASES):
        return True
    if any(related(a, b) for a in one for b in other):
        return True
    initials = ["".join(w.lower[0] for w in words) for words in (mine, theirs)]
    return any(
        len(w.text) > 1 and w.text.isupper() and w.lower.rstrip("s") in letters
        for words, letters in ((mine, initials[1]), (theirs, initials[0]))
        for w in words
    )


def _named(piece: Piece, run: Sequence[Word]) -> list[Name]:
    words = list(run)
    while words and (not words[0].content or opens(piece, words[0])):
        if words[0].content and (
            (len(words) > 1 and words[1].content) or words[0].text[1:] != words[0].text[1:].lower()
        ):
            break
        words.pop(0)
    words = [word for word in words if word.content]
    return [Name(tuple(words))] if words else []


def opens(piece: Piece, word: Word) -> bool:
    """Tell whether a sentence begins with this word."""
    before = piece.text[: word.start].rstrip(" '\"([*-")
    return not before or before[-1] in ".!?:|\n"


def check(alignment: Alignment) -> list[Finding]:
    """Names that the evidence lacks, and names that stand elsewhere than the claim's other words."""
    mine = names(alignment.claim)
    known = _known(alignment.pieces)
    findings = []
    for name in mine:
        absent = [word for word in name.words if not _in(word, known)]
        here = Span(None, name.start, name.end)
        if (
            absent
            and not _initials(name, alignment.pieces)
            and (any(word.text.istitle() for word in absent) or _alike(alignment, name))
        ):
            said = " ".join(word.text for word in absent)
            findings.append(Finding("unsupported", f"the source does not name {said}", (here,)))
        elif not absent and not _together(name, alignment):
            said = shown(alignment.claim, name.start, name.end)
            findings.append(Finding("unsupported", f"the source has no {said} as one name", (here,)))
        elif not absent:
            findings += _misplaced(alignment, name, mine)
    return findings


def _together(name: Name, alignment: Alignment) -> bool:
    """Tell whether all of a name's words stand in one piece or in pieces side by side."""
    if len(name.words) == 1:
        return True
    windows = (_known(alignment.around(piece)) for piece in alignment.pieces)
    return any(all(_in(word, known) for word in name.words) for known in windows)


def _alike(alignment: Alignment, name: Name) -> bool:
    """Tell whether the claim's other words stand in one piece, so that the name is what is wrong."""
    own = {word.stem for word in name.words}
    rest = alignment.claim.stems - own
    best = max((sum(map(piece.has, rest)) for piece in alignment.pieces), default=0)
    return best >= ALIKE * len(rest)


def known_words(pieces: Sequence[Piece]) -> frozenset[str]:
    """Return the words of some pieces, their stems and what else they go by."""
    return _known(pieces)


def stands_in(name: Name, known: frozenset[str]) -> bool:
    """Tell whether all of a name's words are among those that `known_words` gave."""
    return all(_in(word, known) for word in name.words)


def _known(pieces: Sequence[Piece]) -> frozenset[str]:
    known = {form for piece in pieces for word in piece.words for form in (word.lower, word.stem)}
    for piece in pieces:
        folded = piece.text.casefold()
        known |= {short for long, short in _LONG if long in folded}
        known |= {a + b for a, b in zip(_lowers(piece), _lowers(piece)[1:], strict=False)}
    if not any(word.text == "US" for piece in pieces for word in piece.words):
        known -= {"us"} - {short for long, short in _LONG if any(long in p.text.casefold() for p in pieces)}
    for aliases in _ALIASES:
        if known & (aliases - _COMMON):
            known |= aliases
    return frozenset(known)


def _lowers(piece: Piece) -> list[str]:
    return [word.lower for word in piece.words]


def _in(word: Word, known: frozenset[str]) -> bool:
    """Tell whether the evidence has a name's word, an inflection of it or the adjective made of it."""
    if word.lower in known or word.stem in known or re.sub(r"s$", "", word.lower) in known:
        return True
    if any(map(str.isdigit, word.text)) or word.text.isupper():
        return False
    return any(related(word.stem, other) and other[:5] == word.stem[:5] for other in known)


def _initials(name: Name, pieces: Sequence[Piece]) -> bool:
    """Tell whether an acronym is made of the first letters of words that stand together, or the reverse."""
    letters = "".join(word.lower[0] for word in name.words)
    if len(name.words) == 1:
        letters = name.words[0].lower.rstrip("s")
        if not name.words[0].text.rstrip("s").isupper() or len(letters) < 2:
            return False
        return any(
            letters in "".join(w.lower[0] for w in p.words if w.content or w.text[0].isupper())
            for p in pieces
        )
    return len(letters) >= 3 and any(w.lower == letters and w.text.isupper() for p in pieces for w in p.words)


def _misplaced(alignment: Alignment, name: Name, mine: Sequence[Name]) -> list[Finding]:
    """A name that is not where the claim's other words are, while a name the claim lacks is."""
    own = {word.stem for word in name.words}
    rest = [w.stem for w in alignment.claim.words if w.content and w.stem not in own]
    if len(rest) < 2:
        return []
    scores = [sum(map(piece.has, rest)) / len(rest) for piece in alignment.pieces]
    best = max(scores, default=0.0)
    if best < 0.2:
        return []
    homes = [piece for piece, score in zip(alignment.pieces, scores, strict=True) if score >= 0.92 * best]
    for home in homes:
        known = _known(alignment.upto(home))
        if all(_in(word, known) for word in name.words):
            return []
    spoken = {word.stem for other in mine for word in other.words}
    for home in homes:
        for rival in names(home):
            if not spoken & {word.stem for word in rival.words}:
                said = shown(alignment.claim, name.start, name.end)
                reason = (
                    f"the claim says {said}, the source there names {shown(home, rival.start, rival.end)}"
                )
                spans = (Span(None, name.start, name.end), Span(home.index, rival.start, rival.end))
                return [Finding("unsupported", reason, spans)]
    return []
