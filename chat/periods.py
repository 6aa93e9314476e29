"""Years, and parts of one that a text names without a day: "2024-25", "Q2", "the end of March".

What is said of one of them is not said of another: 840 people in June are no other count than 812 in March.
"""

import re

from chat.verify.dates import MONTHS

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_PART = re.compile(
    rf"\b(?P<number>{'|'.join(_ORDINALS)})[ -](?P<part>quarter|half|trimester|semester)\b"
    r"|\b(?P<short>[QH])(?P<digit>[1-4])\b",
    re.IGNORECASE,
)
_NAMES = "|".join(
    name.capitalize() for name in MONTHS if len(name) > len("sept") or name in ("may", "june", "july")
)
_MONTH = re.compile(
    r"\b(?:in|of|by|since|until|till|from|to|during|early|late|mid|between|and) "
    rf"(?P<before>{_NAMES})\b(?! \d{{1,2}}\b)"
    rf"|\b(?P<after>{_NAMES}),? (?:1[5-9]|20)\d\d\b"
)
_SEASON = re.compile(
    r"\b(?:in|of|by|since|until|last|this|next|early|late) (?:the )?(?P<name>spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\b(?P<year>(?:1[5-9]|20)\d\d)(?:[-–/](?P<last>(?:\d\d)?\d\d)\b(?![-–/]\d))?")
_COMPARED = (
    frozenset({"quarter", "half", "trimester", "semester"}),
    frozenset({"month"}),
    frozenset({"season"}),
)


def years(text: str) -> frozenset[str]:
    """Return the years that a text names; a financial year, "2024-25", is another than 2024 or 2025."""
    found = set()
    for each in _YEARS.finditer(text):
        following = str(int(each["year"]) + 1)
        in_two = each["last"] in (following, following[2:])
        found.add(f"{each['year']}-{following}" if in_two else each["year"])
        if each["last"] and not in_two and len(each["last"]) == len(following):
            found.add(each["last"])
    return frozenset(found)


def periods(text: str) -> frozenset[tuple[str, int]]:
    """Return the parts of a year that a text names, each as its kind and its number."""
    found = {
        (
            {"q": "quarter", "h": "half"}.get((each["short"] or "").lower(), (each["part"] or "").lower()),
            int(each["digit"] or _ORDINALS[each["number"].lower()]),
        )
        for each in _PART.finditer(text)
    }
    found |= {("month", MONTHS[(each["before"] or each["after"]).lower()]) for each in _MONTH.finditer(text)}
    seasons = ("spring", "summer", "autumn", "winter")
    found |= {("season", seasons.index(each["name"].lower())) for each in _SEASON.finditer(text)}
    return frozenset(found)


def apart(one: str, other: str) -> bool:
    """Tell whether two texts name parts of a year of one kind, and none that both name.

    A month may lie within a quarter that the other names: that keeps nothing apart.
    """
    mine, theirs = periods(one), periods(other)
    found = False
    for kinds in _COMPARED:
        ours, others = ({part for part in parts if part[0] in kinds} for parts in (mine, theirs))
        if ours & others:
            return False
        found = found or bool(ours and others)
    return found
