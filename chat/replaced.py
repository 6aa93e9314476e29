"""A fragment that follows a question takes the place of what it stands for there.

"And in March?" after "How many were employed in June 2023?" asks of March 2023, "and the third?" after "in
the second quarter" of the third quarter, "and the shortest?" after "the longest wait" of the shortest, "and a
cat?" after "keep a dog" of a cat. Where two parts of the question could be meant, nothing is replaced.
"""

import re

_ONES = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|next|previous)"
_MOSTS = (
    r"(?:longest|shortest|highest|lowest|largest|smallest|biggest|greatest|fewest|oldest|youngest|newest|latest"
    r"|earliest|cheapest|dearest|fastest|slowest|heaviest|lightest|strongest|weakest|richest|poorest|nearest"
    r"|farthest|widest|narrowest|deepest|tallest|busiest|safest|best|worst|(?:most|least) [a-z]+)"
)
_MONTHS = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATED = rf"\b(?P<month>{_MONTHS})\b(?P<year>,? (?:1[5-9]|20)\d\d)?"
_MONTH = re.compile(rf"(?<!^){_DATED}")  # what a question opens with, "May the tenant …", is none
_ONE_MONTH = re.compile(
    rf"(?:(?:in|on|at|by|of|for|from|since|until) )?(?:the (?:end|start|beginning|middle) of )?{_DATED}"
)
_GRADES = tuple(
    (
        re.compile(rf"\b{grade}\b", re.IGNORECASE),
        re.compile(
            rf"(?:(?:in|on|at|for|by|to|of|from|with) )?(?:the )?(?P<grade>{grade})(?: (?P<noun>[a-z]+))?",
            re.IGNORECASE,
        ),
    )
    for grade in (_ONES, _MOSTS)
)
_ARTICLES = (r"(?:an?)", r"(?:the)")
_NEXT = r"(?=\s*$|\s+(?:of|for|in|on|at|to|from|with|by|under|and|or)\b)"


def replaced(piece: str, before: str) -> str | None:
    """Return the question before with the piece in the place of what it stands for, or None if none is sure.

    Of a question that was joined with an earlier one, in brackets, only its own words are looked at.
    """
    head, bracket, rest = before.rstrip("? ").partition(" (")
    found = _month(piece, head) or _grade(piece, head) or _noun(piece, head)
    return f"{found}{bracket}{rest}?" if found else None


def _month(piece: str, head: str) -> str | None:
    asked, said = _ONE_MONTH.fullmatch(piece), list(_MONTH.finditer(head))
    if asked is None or len(said) != 1:
        return None
    year = asked["year"] or said[0]["year"] or ""
    return head[: said[0].start()] + asked["month"] + year + head[said[0].end() :]


def _grade(piece: str, head: str) -> str | None:
    for grades, one in _GRADES:
        asked, said = one.fullmatch(piece), list(grades.finditer(head))
        if asked is None or len(said) != 1:
            continue
        after = head[said[0].end() :]
        noun = asked["noun"]
        if noun in (None, "one") or re.match(rf"\s{noun}\b", after, re.IGNORECASE):
            return head[: said[0].start()] + asked["grade"] + after
    return None


def _noun(piece: str, head: str) -> str | None:
    """The head with the piece's noun instead of the only one that has the same article, and is one word.

    Of more words it is not known where they end ("the motion adopted"), unless both end alike.
    """
    for article in _ARTICLES:
        asked = re.fullmatch(rf"{article} (?P<noun>[a-z]+(?: [a-z]+)?)", piece)
        if asked is None:
            continue
        last = asked["noun"].rpartition(" ")[2]
        found = list(re.finditer(rf"\b{article} ", head, re.IGNORECASE))
        if len(found) != 1:
            return None
        phrase = re.match(rf"(?:[a-z]+{_NEXT}|(?:[a-z]+ )?{last}\b)", head[found[0].end() :])
        if phrase:
            return head[: found[0].start()] + piece + head[found[0].end() + phrase.end() :]
    return None
