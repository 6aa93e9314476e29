"""What sets a numbered paragraph aside elsewhere: "Paragraph 4 does not apply to a public official"."""

import re

_PART = r"(?:paragraph|section|article|clause|rule|recommendation|§|sec\.|art\.)\s*"
_NUMBER = r"(?P<number>\d{1,3}[a-z]?)[.):]"
_NUMBERED = re.compile(rf"\W*(?:{_PART})?{_NUMBER}\s", re.IGNORECASE)
_LABEL = re.compile(rf"{_PART}{_NUMBER}\s*$", re.IGNORECASE)
_SETS_ASIDE = re.compile(
    r"\b(?:(?:does|do|shall|will) not apply|except(?:s|ed|ion|ions)?|notwithstanding|subject to|in spite of"
    r"|despite|unless|is disapplied|overrides?|is suspended|is waived)\b",
    re.IGNORECASE,
)


def number_of(text: str) -> str | None:
    """Return the number that a paragraph opens with, or None."""
    found = _NUMBERED.match(text)
    return found["number"].lower() if found else None


def number_before(text: str) -> str | None:
    """Return the number of the paragraph whose label ends a text ("Section 3."), or None."""
    found = _LABEL.search(text)
    return found["number"].lower() if found else None


def excepts(number: str) -> re.Pattern[str]:
    """Return what finds where a paragraph of this number is named."""
    return re.compile(
        rf"(?:\b(?:paragraph|para|section|sec|article|art|clause|rule)s?\.?|§§?)\s*\(?{re.escape(number)}\)?"
        r"(?![\w(]|\.\d)",
        re.IGNORECASE,
    )


def sets_aside(text: str, number: str) -> bool:
    """Tell whether a sentence says that the paragraph of this number does not hold for something."""
    return excepts(number).search(text) is not None and _SETS_ASIDE.search(text) is not None
