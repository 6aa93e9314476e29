"""What a question asks for, read off its words: a person, a date, a number, a place, a reason, yes or no."""

import re
from collections.abc import Callable
from typing import Literal

Kind = Literal["who", "when", "how far", "what sum", "how many", "where", "why", "yes or no", "other"]

TYPED: frozenset[Kind] = frozenset({"who", "when", "how far", "what sum", "how many", "where"})
"""The kinds whose answer can be told by its form: a name, a date, a measure, a sum, a number, a place."""

FORM = frozenset(
    ["who", "whom", "what", "which", "when", "where", "how", "much", "many", "long", "far", "old"]
)
"""Words by which a question only tells its kind."""

_OPENINGS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "when",
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:dates?|days?|years?|months?|times?|weeks?)\b"
            r"|\bhow (?:soon|recently|long ago)\b|\bsince when\b"
        ),
    ),
    ("how far", re.compile(r"\bhow (?:long|far|deep|high|wide|tall|heavy|old|fast)\b")),
    (
        "what sum",
        re.compile(
            r"\bhow much\b.*\b(?:pay|pays|paid|costs?|spent|spend|spends|spending|earns?|earned|fined?|worth"
            r"|charged?|owed?|owes|donated?|settled?|settle|sold|sell|bought|buy|price|salary|wages?|money)\b"
            r"|\b(?:what|which) (?:\w+ )?(?:salary|wages?|fee|price|sum of money|amount of money)\b"
        ),
    ),
    (
        "how many",
        re.compile(
            r"\bhow (?:many|much|large|big|often)\b"
            r"|\b(?:what|which) (?:share|percentage|percent|proportion|number|amount|price|rate|figure|sum)\b"
            r"|\bwhat (?:is|was|are|did|does|will|would) (?:\S+ ){0,6}?(?:costs?|budget|limit|total|weigh)\b"
        ),
    ),
    (
        "who",
        re.compile(
            r"\bwho\b|\bwhom\b|\bwhose\b|\b(?:which|what) (?:\w+ )?(?:"
            r"\w+(?:er|or|ist|ian|ee)|person|people|wom[ae]n|m[ae]n|official|firm|company|agency|team|party"
            r"|group|organi[sz]ation|judge|department)s?\b"
        ),
    ),
    (
        "where",
        re.compile(
            r"\bwhere\b|\b(?:what|which) (?:city|town|country|place|state|street|road|county|river)\b"
        ),
    ),
    ("why", re.compile(r"\bwhy\b|\bfor what reason\b|\bwhat (?:caused|causes|reasons?)\b|\bhow come\b")),
    (
        "yes or no",
        re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\s"),
    ),
)
_EARLIER = re.compile(r"\s\([^()]+\)\?$")
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})\b|(?:{_MONTH})\.? \d{{1,4}}\b|1\d{{3}}\b|20\d{{2}}\b"
    r"|\d{4}-\d{2}-\d{2}\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\d{1,2}(?::\d{2})? ?[ap]\.?m\b"
    r"|noon\b|midnight\b|\w+ o[’']clock\b|yesterday\b|today\b|tomorrow\b"
    r"|last (?:week|month|year)\b|century\b)",
    re.IGNORECASE,
)
_FULL_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\.?(?:,? \d{{4}})?\b"
    rf"|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?|(?:{_MONTH}),? \d{{4}}\b"
    r"|\d{4}-\d{2}-\d{2}\b|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b"
    r"|\b(?:in|since|of|by|until) (?:1[5-9]|20)\d{2}\b(?![,.]\d))",
    re.IGNORECASE,
)
_CALENDAR = re.compile(rf"(?:{_MONTH}|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter"
    r"|once|twice|percent)\b",
    re.IGNORECASE,
)
# "12 nurses" is no sum; "12 million", "$12" and the "12" of a table are.
_SUM = re.compile(
    r"[$£€¥₹]\s?\d|\d[\d.,]*\s?(?:(?:hundred|thousand|million|billion|trillion|m|bn|k)\b\s*)?"
    r"(?:(?:[A-Z]\w+\s|[a-z]+\s)?(?:dollars?|euros?|pounds?|crowns?|yen|francs?|rupees?|cents?|usd|eur|gbp|kr)\b"
    r"|(?=\s*(?:[;|)\]]|[.,](?!\d)|$))|(?<=million)|(?<=billion))"
    r"|\b(?:hundred|thousand|million|billion)s? (?:of )?(?:\w+ )?(?:dollars?|euros?|pounds?|crowns?)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty"
    r"|sixty|hundred|thousand|million|half|several|few|many))[\s-]+(?:\w+[\s-]+)?(?:feet|foot|ft|inch(?:es)?|yards?"
    r"|miles?|met(?:er|re)s?|m|cm|mm|kilomet(?:er|re)s?|km|seconds?|minutes?|hours?|days?|weeks?|months?|years?"
    r"|decades?|centur(?:y|ies)|tons?|tonnes?|pounds?|lbs?|kg|kilos?|kilograms?|mph|knots|pages?|degrees?)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|so that|in order to|reasons?|caused?|therefore|thus|as a result"
    r"|leads? to|led to|to avoid|to prevent|to ensure|after|for fear)\b",
    re.IGNORECASE,
)
# "Why is the sum not known?" is answered by what keeps it so, which seldom says "because".
_UNKNOWN = re.compile(
    r"\bwhy\b[^?(]*\b(?:(?:not|never|n't|no)\b[^?(]*\b(?:known|given|disclosed|public|stated|published|revealed"
    r"|released|named|available|figures?|records?|numbers?)|unknown|undisclosed|secret|withheld|redacted)\b",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\b(?:confidential\w*|secre(?:t|cy)|sealed|privileged|classified|undisclosed|redacted|withheld|anonymous"
    r"|(?:lost|missing|destroyed|broken)|(?:not|never) (?:been )?(?:disclosed|published|recorded|counted|kept"
    r"|released|collected|measured))\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[^\W\d_a-zß-ÿ][\w’'.-]*", re.UNICODE)
_WORD = re.compile(r"\w+", re.UNICODE)
_SAYING = (
    r"(?:say|says|said|claims?|claimed|tells?|told|writes?|wrote|written|testif(?:y|ies|ied)|den(?:y|ies|ied)"
    r"|argues?|argued|states?|stated|thinks?|thought|answers?|answered|repl(?:y|ies|ied)|promises?|promised)"
)
_WHAT_SAID = re.compile(
    rf"^(?:and |but )?what (?:do|does|did|has|have|had|is|was) (?:the |an? )?(?P<who>.{{2,60}}?) {_SAYING}\b",
    re.IGNORECASE,
)


def kind(question: str) -> Kind:
    """Return what a question asks for; the first of `_OPENINGS` that matches decides.

    What stands in brackets at its end is an earlier question, and decides where this one says no more.
    """
    lowered = " ".join(question.lower().split())
    bare = _EARLIER.sub("", lowered)
    return next(
        (name for text in (bare, lowered) for name, pattern in _OPENINGS if pattern.search(text)), "other"
    )


def says(question: str, sentence: str) -> bool:
    """Tell whether a question asks what somebody says, and the sentence has them say something."""
    asked = _WHAT_SAID.match(" ".join(question.split()))
    if asked is None:
        return False
    who = re.escape(asked["who"])
    return re.search(rf"\b{who}\b(?:\W+\w+){{0,3}}?\W+{_SAYING}\b", sentence, re.IGNORECASE) is not None


def offers(asked: Kind, sentence: str, question: str) -> bool:
    """Tell whether a sentence has something of the kind asked for that the question does not say already."""
    known = {word.lower() for word in _WORD.findall(question)}

    def fresh(pattern: re.Pattern[str], text: str = sentence) -> bool:
        return any(
            not set(word.lower() for word in _WORD.findall(match.group())) <= known
            for match in pattern.finditer(text)
        )

    tests: dict[Kind, Callable[[], bool]] = {
        "who": lambda: _fresh_name(sentence, known),
        "where": lambda: _fresh_name(sentence, known),
        "when": lambda: fresh(_DATE),
        "how far": lambda: fresh(_MEASURE),
        "what sum": lambda: fresh(_SUM, _FULL_DATE.sub(" ", sentence)),
        # The digits of a date count nothing: "3 May 2021" does not say what a thing cost.
        "how many": lambda: fresh(_NUMBER, _FULL_DATE.sub(" ", sentence)),
        "why": lambda: (_KEPT if _UNKNOWN.search(question) else _REASON).search(sentence) is not None,
    }
    return tests[asked]() if asked in tests else False


def _fresh_name(sentence: str, known: set[str]) -> bool:
    """A capitalised word that neither opens the sentence nor stands in the question."""
    for match in _NAME.finditer(sentence):
        word = match.group().lower().rstrip(".’'")
        opens = not sentence[: match.start()].strip("“\"'(•–- ")
        if not opens and word not in known and len(word) > 1 and not _CALENDAR.fullmatch(word):
            return True
    return False
