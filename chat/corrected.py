"""What a sentence puts right: "on 3 June, not 27 May" rules out what says 27 May.

An amendment rules out the words that it replaces: “in Article 4, "31 March" is replaced by "30 June"”.
"""

import re
from collections.abc import Sequence

from chat.numbered import numbers_in
from chat.verify.forms import vocabulary
from chat.verify.names import is_name
from chat.verify.words import Piece, Word, read

_NO_UNIT = vocabulary("not and or as but in on at by for from to the a an rather instead is was were are")
_WORDS = r"[\"“‘'](?P<{}>[^\"”’']+)[\"”’']"
_REPLACES = (
    re.compile(
        rf"{_WORDS.format('old')}\s+(?:is|are|was|were|be|shall be)\s+"
        rf"(?:replaced (?:by|with)|amended to(?: read)?|changed to)\s+{_WORDS.format('new')}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\bfor\s+{_WORDS.format('old')}[, ]+(?:there (?:is|shall be) )?(?:substituted?|read|put)\s+"
        rf"{_WORDS.format('new')}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:replac(?:es?|ing)|chang(?:es?|ing)|amend(?:s|ing)?)\s+{_WORDS.format('old')}\s+(?:by|with|to)\s+"
        rf"{_WORDS.format('new')}",
        re.IGNORECASE,
    ),
)


def rules_out(text: str, other: str) -> bool:
    """Tell whether a text says that a number, a date or a name of the other is wrong, and which is right."""
    piece, said = read(text), read(other)
    return any(_says(said, wrong) for wrong in _wrong(piece))


def _wrong(piece: Piece) -> list[Sequence[Word]]:
    """The values after each "not" that stands right after a value: 27 May, of "3 June, not 27 May".

    A number's own word belongs to it, as in "£46.9 million, not £48.2 million".
    """
    found: list[Sequence[Word]] = []
    for at, word in enumerate(piece.words):
        first = _after_cue(piece, at)
        if first is None or not at or not _ends_value(piece.words, at - 1):
            continue
        run: list[Word] = []
        for after in piece.words[first:]:
            if after.clause != word.clause or not (_value(after) or (run and _measures(run[-1], after))):
                break
            run.append(after)
        if run:
            found.append(run)
    return found


def _after_cue(piece: Piece, at: int) -> int | None:
    """Where what is wrong begins after "not", "rather than" or "instead of", or None where neither stands."""
    said = [word.lower for word in piece.words[at : at + 2]]
    if said and said[0] == "not":
        return at + 1
    return at + 2 if said in (["rather", "than"], ["instead", "of"]) else None


def _ends_value(words: Sequence[Word], at: int) -> bool:
    return _value(words[at]) or (at > 0 and _measures(words[at - 1], words[at]))


def _measures(number: Word, word: Word) -> bool:
    """Tell whether a word is what a number before it counts or measures: million, percent, weeks."""
    return number.text[0].isdigit() and word.text.islower() and word.lower not in _NO_UNIT


def _value(word: Word) -> bool:
    return word.text[0].isdigit() or is_name(word) or word.text.istitle()


def _says(piece: Piece, run: Sequence[Word]) -> bool:
    """Tell whether a text has these words in a row, and no "not" before them."""
    stems, wanted = [word.stem for word in piece.words], [word.stem for word in run]
    places = [at for at in range(len(stems)) if stems[at : at + len(wanted)] == wanted]
    return bool(places) and all(at == 0 or piece.words[at - 1].lower != "not" for at in places)


def amends(text: str, other: str, part: str | None) -> bool:
    """Tell whether a text replaces words of the other, which stands in the part of this number, if known."""
    named = numbers_in(text)
    if part is not None and named and part not in named:
        return False
    said = " ".join(other.casefold().split())
    return any(
        re.search(rf"\b{re.escape(' '.join(found['old'].casefold().split()))}\b", said) is not None
        for pattern in _REPLACES
        for found in pattern.finditer(text)
    )
