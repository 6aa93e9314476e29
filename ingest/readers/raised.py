"""Raised figures and letters (superscripts), which plain words would glue to what they stand behind.

"10⁶" is not 106, and the 3 of a note behind "text" belongs to no word. A power is written as raised figures,
a note's number in brackets, as people write them where nothing can be raised.
"""

import re

_FIGURES = str.maketrans("0123456789+-–−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_NOTE = re.compile(r"(?:\d{1,3}|[a-zA-Z])(?:\s?[,;–-]\s?(?:\d{1,3}|[a-zA-Z]))*|[ivx]{1,5}")
_POWER = re.compile(r"[+–−-]?\d{1,4}")
_UNITS = frozenset("mm cm dm km nm µm μm ft yd mi in sec min hr mol kg mg kj kw mw gw ha rad sr bq".split())  # noqa: SIM905
_SIGNS = {"TM": "™", "SM": "℠", "R": "®"}


def raised(before: str, words: str, after: str = "", *, linked: bool = False) -> str:
    """Return how raised `words` are written between `before` and `after`.

    `linked` says that they lead to a note. Words that read well beside the line's others ("5th") stay.
    """
    content = words.strip()
    word = re.search(r"[^\W\d_]*$", before)
    letters = word[0] if word else ""
    if content in _SIGNS and letters:
        return _SIGNS[content]
    if after.lstrip()[:1] in ("/", "⁄") and content.isdecimal():
        return f" {content}" if before[-1:].isdigit() else content  # "1 1/2"
    if _POWER.fullmatch(content) and not linked and _takes_power(before, letters, content):
        return content.translate(_FIGURES)
    if not _NOTE.fullmatch(content):
        return words
    if content.isalpha() and not linked and _is_joined(before, letters):
        return words  # "1ª", "xⁿ", "Mᵉ"
    return f"[{content}]"


def _takes_power(before: str, letters: str, content: str) -> bool:
    if not content[0].isdigit():
        return True
    return before[-1:].isdigit() or len(letters) == 1 or letters.lower() in _UNITS


def _is_joined(before: str, letters: str) -> bool:
    return len(letters) == 1 or re.search(r"(?<!\d)\d{1,2}$", before) is not None or not before.strip()
