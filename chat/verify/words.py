"""A text as words with stems and places: what every check reads. Offsets are the text's own, always."""

import re
import unicodedata
from dataclasses import dataclass

from chat.verify.forms import IRREGULAR, STOPWORDS

# one code point for one code point, so that places stay true
_SAME_LENGTH = str.maketrans({
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u00a0": " ",
    "\u202f": " ", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "‒": "-", "\u2009": " ",
})  # fmt: skip
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_](?:[^\W_]|[\u0300-\u036f])*(?:'[^\W_]+)*")
_BREAK = re.compile(r"[.;:!?,()\[\]|]|--| - ")
_OPENERS = frozenset(
    (
        "but",
        "while",
        "whereas",
        "although",
        "though",
        "because",
        "which",
        "who",
        "whose",
        "where",
        "unless",
        "if",
    )
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `clause` counts the stretches between commas and the like, `content` is False for "the"."""

    text: str
    lower: str
    stem: str
    start: int
    end: int
    clause: int
    content: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, its characters made plain one for one, and its words in order.

    `index` is None for the claim, else the place of this piece among the evidence.
    """

    index: int | None
    text: str
    words: tuple[Word, ...]
    stems: frozenset[str]

    def has(self, stem: str) -> bool:
        """Tell whether a word of this stem, or of a longer form of it, stands here."""
        return stem in self.stems or any(related(stem, other) for other in self.stems)


def read(text: str, index: int | None = None) -> Piece:
    """Split `text` into words."""
    plain = text.translate(_SAME_LENGTH)
    words: list[Word] = []
    clause, last = 0, 0
    for match in _WORD.finditer(plain):
        if _BREAK.search(plain, last, match.start()):
            clause += 1
        last = match.end()
        for lower, start, end in _split(match):
            if lower in _OPENERS:
                clause += 1
            root = stem(lower)
            content = lower not in STOPWORDS
            words.append(Word(plain[start:end], lower, root, start, end, clause, content))
    return Piece(index, plain, tuple(words), frozenset(w.stem for w in words if w.content))


def _split(match: re.Match[str]) -> list[tuple[str, int, int]]:
    """A word as one or two: "didn't" is "did" and "not", "Pete's" is "Pete"."""
    text, start, end = match.group(), match.start(), match.end()
    lower = unicodedata.normalize("NFC", text).casefold()
    if lower in ("can't", "cannot"):
        return [("can", start, start + 3), ("not", start + 3, end)]
    if lower.endswith("n't"):
        parts = [("not", end - 3, end)]
        return [(lower[:-3], start, end - 3), *parts] if len(text) > 3 else parts
    if text.isascii() and "'" in text:
        base, _, tail = lower.partition("'")
        if tail in ("s", "re", "ve", "ll", "d", "m"):
            return [(base, start, start + len(base))]
    return [(lower, start, end)]


def stem(word: str) -> str:
    """A light stem, English: endings of number and tense off, British spelling made American."""
    if word in IRREGULAR:
        word = IRREGULAR[word]
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif re.search(r"(?:s|x|z|ch|sh)es$", word):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and re.search(r"[aeiouy]", rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    if word.endswith("ied"):
        word = word[:-3] + "y"
    word = word.removesuffix("ly") if len(word) > 5 else word
    word = word.removesuffix("e") if len(word) > 3 else word
    if word.endswith("is") and len(word) > 5:
        word = word[:-1] + "z"
    word = re.sub(r"(?<=\w)our$", "or", word)
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def related(one: str, other: str) -> bool:
    """Tell whether two stems share their beginning, as "reorganiz" and "reorganization" do."""
    shorter = min(len(one), len(other))
    if shorter < 5 or one[:4] != other[:4]:
        return False
    common = 4
    while common < shorter and one[common] == other[common]:
        common += 1
    return common >= 5 and common >= 0.75 * shorter and max(len(one), len(other)) - common <= 6


def shown(piece: Piece, start: int, end: int) -> str:
    """Words of a piece for a reason that a person reads, shortened in the middle when they run long."""
    text = " ".join(piece.text[start:end].split())
    return text if len(text) <= 60 else f"{text[:40]}…{text[-15:]}"
