"""What a question asks for, read off its words: a person, a date, a number, a place, a reason, yes or no."""

import re
from collections.abc import Callable
from typing import Literal

from chat.verify.words import Word, read

Kind = Literal["who", "when", "how far", "what sum", "how many", "where", "why", "yes or no", "other"]

TYPED: frozenset[Kind] = frozenset({"who", "when", "how far", "what sum", "how many", "where"})
"""The kinds whose answer can be told by its form: a name, a date, a measure, a sum, a number, a place."""

MEASURED: frozenset[Kind] = frozenset({"when", "how far", "what sum", "how many"})
"""Those of them whose answer is a date or a number: what has none does not answer."""

FORM = frozenset(
    ["who", "whom", "what", "which", "when", "where", "how", "much", "many", "long", "far", "old"]
)
"""Words by which a question only tells its kind."""

# What is measured by the words that ask for a measure.
_DIMENSIONS = {
    **dict.fromkeys(("far", "long"), ("length", "time")),
    **dict.fromkeys(("deep", "high", "wide", "tall", "thick", "close", "near"), ("length",)),
    **dict.fromkeys(("late", "early"), ("time",)), "old": ("age",),
    "heavy": ("mass",), "fast": ("speed", "time"), "hot": ("heat",), "cold": ("heat",),
}  # fmt: skip
_NOUNS = {
    **dict.fromkeys(("length", "height", "width", "depth", "distance", "thickness"), ("length",)),
    "duration": ("time",), "age": ("age",),
    "weight": ("mass",), "speed": ("speed",), "temperature": ("heat",),
}  # fmt: skip
# What is high or low in money.
_DEAR = (
    r"(?:high|low|large|big)\b.*\b(?:fines?|prices?|fees?|costs?|taxe?s?|rents?|salar(?:y|ies)|wages?|bids?|debts?|bills?"
    r"|fares?|tolls?|budgets?|losse?s?|damages|penalt(?:y|ies))\b"
)
# What is a sum of money by itself, and what has a price.
_MONEY = (
    r"(?:fines?|fees?|rents?|revenues?|turnover|profits?|earnings|tolls?|fares?|salar(?:y|ies)|wages?|compensation|redundancy|refunds?|subsid(?:y|ies)|bonus"
    r"|deposits?|damages|dividends?|ransom|rewards?|fundings?)"
)
# How much there is of them is told in other measures.
_MATTER = r"(?:notice|time|warning|water|space|room|land|weight|energy|power|fuel)"
_PRICED = r"(?:tickets?|pass(?:es)?|permits?|licen[cs]es?|memberships?|subscriptions?|meals?|rooms?)"
# What may stand before a word that asks: nothing, a break, or words that lead up to it ("Tell me who …").
# Elsewhere the word opens a clause of its own: "the engineer who inspected it" asks for nobody.
_ASKING = (
    r"(?:(?:^|[,;:.?!–—(])\W*|\b(?:and|but|or|so|then|also|to|by|from|with|for|of|at|in|on|until|till|since|under|about"
    r"|me|us|know|explain|exactly|just|please)\s+)"
)
# An auxiliary between "what" and a noun: what follows it is no answer's class ("what do drivers …").
_NOUN = (
    r"(?:which|what) (?:(?!(?:do|does|did|is|are|was|were|has|have|had|will|would|can|could|should|may"
    r"|might|must)\b)\w+ )?"
)
# Words that end like an agent's and name none.
_NO_AGENT = (
    r"(?!(?:(?:numb|ord|riv|lett|chapt|matt|weath|wat|pap|pow|bord|cent|comput|quart|corn|lay|fev|canc|disord"
    r"|count|orbit|temp)er|(?:col|fav|flav|harb|neighb)ou?r|(?:fact|sect|err|flo|do|min|maj|vect)or|centre|degree|fee|tree"
    r"|coffee|other|either|whether|over|after|ever|never|for)s?\b)"
)

_OPENINGS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "when",
        re.compile(
            rf"{_ASKING}when\b|\b(?:what|which) (?:dates?|days?|years?|months?|times?|weeks?)\b"
            r"|\bhow (?:soon(?! (?:after|before))|recently|long ago)\b|\bsince when\b"
        ),
    ),
    (
        "how far",
        re.compile(
            rf"\bhow (?!{_DEAR})(?:{'|'.join(_DIMENSIONS)}|soon (?:after|before))\b"
            rf"|\bwhat (?:{'|'.join(_NOUNS)})\b"
        ),
    ),
    (
        "what sum",
        re.compile(
            rf"\bhow {_DEAR}"
            rf"|(?<!by )\bhow much\b(?! {_MATTER}\b)"
            r".*\b(?:pay|pays|paid|costs?|spent|spend|spends|spending|earns?|earned|fined?|worth"
            r"|charged?|owed?|owes|donated?|settled?|settle|sold|sell|bought|buy|price|salary|wages?|money"
            rf"|{_MONEY})\b"
            rf"|\bhow much (?:is|are|was|were|will|would) (?:(?:be|an?|the) )*(?:\S+ )?{_PRICED}\b"
            r"|\b(?:what|which) (?:\w+ )?(?:salary|wages?|fee|price|sum of money|amount of money)\b"
            rf"|\b(?:what|which) (?:is|was|are|were) (?:the )?(?:\w+ )?{_MONEY}"
            r"\W+(?:for|of|to|on|from|in|at|per|$)"
            rf"|\b(?:what|which) (?:\w+ )?{_MONEY} (?:is|was|are|were|do|does|did|will|would|has|have|had)\b"
            r"|\bwhat (?:do|does|did|must|will|would|should|can)\b.*\b(?:pay|owe|earn|charge|cost)\W*$"
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
            rf"{_ASKING}who(?:m|se)?\b|\bwhat(?:’s|'s| is| was| are| were) the names?\b"
            rf"|\b{_NOUN}(?:{_NO_AGENT}\w+(?:er|or|ist|ian|ee)|person|people|wom[ae]n|m[ae]n"
            r"|official|firm|company|agency|team|party|group|organi[sz]ation|judge|department)s?\b"
        ),
    ),
    (
        "where",
        re.compile(
            rf"{_ASKING}where\b|\b(?:what|which) (?:city|town|country|place|state|street|road|county|river)\b"
        ),
    ),
    (
        "why",
        re.compile(rf"{_ASKING}why\b|\bfor what reason\b|\bwhat (?:caused|causes|reasons?)\b|\bhow come\b"),
    ),
    (
        "yes or no",
        re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\s"),
    ),
)
# Words typed to be searched ("the actor who played the king") ask by what would else open a clause.
_ANYWHERE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("when", re.compile(r"\bwhen\b")),
    ("who", re.compile(r"\bwho(?:m|se)?\b")),
    ("where", re.compile(r"\bwhere\b")),
    ("why", re.compile(r"\bwhy\b")),
)
_WH = re.compile(r"\W*(?:\w+\s+)?(?:what|which|how)\b")
_EARLIER = re.compile(r"\s\([^()]+\)\?$")
_NUMERALS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
# A month alone is a date with something before it; "may" and "march" are words of their own.
_MONTHS = r"(?:[Jj]an|[Ff]ebr)uary|Mar(?:ch)?|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber"
_IN_MONTH = (
    r"(?-i:(?:\b(?:[Ii]n|[Oo]f|[Bb]y|[Ss]ince|[Uu]ntil|[Tt]ill|[Ff]rom|[Dd]uring|[Bb]etween|[Ll]ast|[Nn]ext|[Tt]his"
    r"|[Ee]arly|[Ll]ate|[Mm]id) |[Mm]id-)"
    rf"(?:{_MONTHS}|(?:the )?(?:spring|summer|autumn|winter))\b)"
)
_DATE = re.compile(
    rf"{_IN_MONTH}|\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})\b|(?:{_MONTH})\.? \d{{1,4}}\b"
    r"|1\d{3}\b|20\d{2}\b"
    r"|\d{4}-\d{2}-\d{2}\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\d{1,2}(?::\d{2})? ?[ap]\.?m\b"
    r"|(?:at|by|until|till|from|about|around|before|after) (?:[01]?\d|2[0-3])[:.][0-5]\d\b"
    r"(?![.,]?\d| ?(?:%|per|\w*illion))"
    rf"|within (?:\d+|{_NUMERALS}) (?:\w+ )?(?:hours|days|weeks|months|years)\b"
    r"|\b\w+ days? (?:after|before)\b"
    r"|noon\b|midnight\b|\w+ o[’']clock\b|yesterday\b|today\b|tomorrow\b"
    r"|last (?:week|month|year)\b|century\b)",
    re.IGNORECASE,
)
_ASKS_HOUR = re.compile(r"\b(?:what|which) (?:time|hour)\b(?! of (?:the )?year)", re.IGNORECASE)
_HOUR = re.compile(
    r"\b(?:\d{1,2}[:.]\d{2}\b(?!\s*(?:per ?cent|%|[a-z]*illion))|\d{1,2}(?:[:.]\d{2})? ?[ap]\.?m\b"
    r"|noon\b|midnight\b|\w+ o[’']clock\b|(?:half|quarter|ten|twenty|five|\w+ minutes) (?:past|to) \w+"
    r"|(?:at|about|around|until|till|by) (?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?=\W*(?:$|[,.;]| in the | that ))"
    r"|dawn\b|dusk\b)",
    re.IGNORECASE,
)
_FULL_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\.?(?:,? \d{{4}})?\b"
    rf"|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?|(?:{_MONTH}),? \d{{4}}\b"
    r"|\d{4}-\d{2}-\d{2}\b|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b"
    r"|\b(?:1[5-9]|20)\d\d[-–/]\d\d(?:\d\d)?\b"  # nor do those of "2024-25"
    r"|\b(?:in|since|of|by|until) (?:1[5-9]|20)\d{2}\b(?![,.]\d|[-–/]\d\d))",
    re.IGNORECASE,
)
_CALENDAR = re.compile(rf"(?:{_MONTH}|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?")
_NUMBER = re.compile(
    rf"\d|\b(?:{_NUMERALS}|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|once|twice"
    r"|percent)\b",
    re.IGNORECASE,
)
# "a one-lane bridge", "a 66-year-old span": what counts there is part of a kind. "Twenty-five" is a number.
_COMPOUND = re.compile(
    rf"\b(?!(?:{_NUMERALS})-(?:{_NUMERALS}|half|halves|thirds?|quarters?|\w+ths?)(?![-\w]))"
    r"(?:\d+|[a-z]+)(?:-[a-z]+)+\b",
    re.IGNORECASE,
)
# Who is called by what they are, at the head of a clause.
_PEOPLE = re.compile(
    r"(?:^|[,;:]|\bby) ?"
    r"(?:(?:[Tt]he|[Aa]n?|[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir|[Tt]wo|[Ss]ome|[Mm]any|[Ll]ocal) )?"
    rf"(?:{_NO_AGENT}[A-Za-z]+(?:or|ist|ian)s?|[Oo]wners?|[Mm]anagers?|[Oo]fficers?|[Ll]awyers?|[Ww]orkers?"
    r"|[Tt]eachers?|[Ff]armers?|[Dd]rivers?|[Rr]eporters?|[Ww]orkmen|[Mm]ayor|[Pp]arents|[Rr]esidents"
    r"|[Nn]eighbou?rs?|[Pp]olice|[Jj]udges?|[Cc]ouncil|[Bb]oard|[Cc]ommittee|[Cc]ourt|[Uu]nion|[Gg]overnment"
    r"|[Mm]inistry|[Nn]urses|[Ss]tudents|[Pp]upils|[Vv]illagers|[Cc]ritics|[Oo]pponents|[Ss]taff|[Jj]ury"
    r"|[Pp]olicemen|[Cc]hair(?:man|woman)?|[Cc]lerk|[Cc]hief|[Hh]ead|[Ww]itness)\b"
)
# Where something is: a place that is named there does nothing.
_WITHIN = re.compile(
    r"\b(?:in|at|near|outside|across|around) (?:the )?[^\W\d_a-zß-ÿ][\w’'.-]*(?: [^\W\d_a-zß-ÿ][\w’'.-]*)*"
)
# "12 nurses" is no sum; "12 million", "$12" and the "12" of a table are.
_SUM = re.compile(
    r"[$£€¥₹]\s?\d|\d[\d.,]*\s?(?:(?:hundred|thousand|million|billion|trillion|m|bn|k)\b\s*)?"
    r"(?:(?:[A-Z]\w+\s|[a-z]+\s)?(?:dollars?|euros?|pounds?|crowns?|yen|francs?|rupees?|cents?|pence|usd|eur|gbp|kr)\b"
    r"|(?=\s*(?:[;|)\]]|[.,](?!\d)|$))|(?<=million)|(?<=billion))"
    r"|\b(?:hundred|thousand|million|billion)s? (?:of )?(?:\w+ )?(?:dollars?|euros?|pounds?|crowns?)\b",
    re.IGNORECASE,
)
_COUNT = rf"(?:\d|\b(?:{_NUMERALS}|hundred|thousand|million|half|several|few|many))[\s-]+(?:\w+[\s-]+)?"
_TIMES = r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)"
_UNITS = {
    "length": r"feet|foot|ft|inch(?:es)?|yards?|miles?|met(?:er|re)s?|m|cm|mm|kilomet(?:er|re)s?|km|pages?",
    "time": rf"(?:{_TIMES})(?!-old\b)",  # a "66-year-old bridge" is not 66 years long
    "age": _TIMES,
    "mass": r"tons?|tonnes?|pounds?|lbs?|kg|kilos?|kilograms?|grams?|ounces?",
    "speed": r"mph|knots|(?:miles|kilomet(?:er|re)s|km) (?:an|per) hour",
    "heat": r"degrees?",
}
# "Ada Vance, 34," and "aged 34" tell an age without a unit.
_AGE = r"|(?<=\w, )\d{1,3}(?=[,.;])|(?<=\w \()\d{1,3}(?=\))|\baged? (?:of )?\d{1,3}\b"
_MEASURES = {
    name: re.compile(rf"{_COUNT}(?:{units})\b{_AGE if name == 'age' else ''}", re.IGNORECASE)
    for name, units in _UNITS.items()
}
_REASON = re.compile(
    r"\b(?:because|due to|owing to|so that|in order to|reasons?|caused?|as a result|leads? to|led to|to avoid"
    r"|to prevent|to ensure|for fear|for (?:lack|want) of|blam(?:e|es|ed|ing)|thanks to|prompted by"
    r"|on account of|on the grounds? (?:of|that)|given that|citing|cited|in view of"
    r"|(?:is|was|were|are) too)\b"
    r"|, (?:since(?= (?:it|he|she|they|there|we|no|its|his|her|their)\b)|so|having"
    r"|as(?! (?:well|of|if|much|many|long|soon|far|usual|amended|follows)\b))\s",
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
# What has somebody say a thing, though nobody asks by it.
_HAS_SAID = (
    rf"(?:{_SAYING}|call(?:s|ed)|warn(?:s|ed)|add(?:s|ed)|blam(?:es|ed)|insist(?:s|ed)|announc(?:es|ed)"
    r"|explain(?:s|ed)|admit(?:s|ted)|confirm(?:s|ed)|describ(?:es|ed)|reject(?:s|ed)|prais(?:es|ed)"
    r"|criticiz(?:es|ed)|criticis(?:es|ed)|declin(?:es|ed) to)"
)
NUMBERED = re.compile(r"^\W*\d{1,3}[a-z]?[.):]\s+(?=\S)")  # "4. Fines are paid …": the 4 counts nothing
_DENIAL = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|without|fail\w*|refus\w*)\b|n['’]t\b", re.IGNORECASE
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
    loosely = () if _WH.match(bare) else _ANYWHERE
    return next(
        (
            name
            for text, patterns in ((bare, _OPENINGS), (lowered, _OPENINGS), (bare, loosely))
            for name, pattern in patterns
            if pattern.search(text)
        ),
        "other",
    )


def telling(question: str) -> list[Word]:
    """Return the words of a question that tell what it is about: no "how large", no "was the"."""
    words = read(question).words
    before = ["", *(word.lower for word in words)]
    return [
        word
        for word, last in zip(words, before, strict=False)
        if word.content and word.lower not in FORM and last != "how"
    ]


def says(question: str, sentence: str) -> bool:
    """Tell whether a question asks what somebody says, and the sentence has them say something."""
    asked = _WHAT_SAID.match(" ".join(question.split()))
    if asked is None:
        return False
    who = re.escape(asked["who"])
    between = r"(?:(?:\W+\w+){0,3}?|(?:[^\w,;.:?!]+\w+){4,10}? and)"  # "came on 3 May to look and said"
    return re.search(rf"\b{who}\b{between}\W+{_HAS_SAID}\b", sentence, re.IGNORECASE) is not None


def denies_asked(question: str, sentence: str) -> bool:
    """Tell whether a sentence denies the very word of a question that denies nothing: "do not blame"."""
    if _DENIAL.search(question):
        return False
    asked = {word.stem for word in telling(_EARLIER.sub("?", question))}
    words = read(sentence).words
    return any(
        word.lower in ("not", "never") and any(after.stem in asked for after in words[at + 1 : at + 3])
        for at, word in enumerate(words)
    )


def asks_what_is_kept(question: str) -> bool:
    """Tell whether a question asks why something is not known."""
    return _UNKNOWN.search(question) is not None


def offers(asked: Kind, sentence: str, question: str) -> bool:
    """Tell whether a sentence has something of the kind asked for that the question does not say already."""
    known = {word.lower() for word in _WORD.findall(question)}
    sentence = NUMBERED.sub("", sentence)

    def fresh(pattern: re.Pattern[str], text: str = sentence) -> bool:
        return any(
            not set(word.lower() for word in _WORD.findall(match.group())) <= known
            for match in pattern.finditer(text)
        )

    tests: dict[Kind, Callable[[], bool]] = {
        "who": lambda: _fresh_name(_WITHIN.sub(" ", sentence), known) or fresh(_PEOPLE),
        "where": lambda: _fresh_name(sentence, known),
        "when": lambda: fresh(_HOUR if _ASKS_HOUR.search(question) else _DATE),
        "how far": lambda: any(fresh(_MEASURES[name]) for name in _dimensions(question)),
        "what sum": lambda: fresh(_SUM, _FULL_DATE.sub(" ", sentence)),
        # The digits of a date count nothing: "3 May 2021" does not say what a thing cost.
        "how many": lambda: fresh(_NUMBER, _COMPOUND.sub(" ", _FULL_DATE.sub(" ", sentence))),
        "why": lambda: (_KEPT if asks_what_is_kept(question) else _REASON).search(sentence) is not None,
    }
    return tests[asked]() if asked in tests else False


def _dimensions(question: str) -> tuple[str, ...]:
    """What a question for a measure measures; anything where its words do not tell."""
    asked = re.search(r"\b(how|what)\s+(\w+)", question.lower())
    table = _NOUNS if asked and asked[1] == "what" else _DIMENSIONS
    if asked and asked[2] == "soon":
        return ("time",)
    return table.get(asked[2], tuple(_UNITS)) if asked else tuple(_UNITS)


def _fresh_name(sentence: str, known: set[str]) -> bool:
    """A capitalised word that neither opens the sentence nor stands in the question."""
    for match in _NAME.finditer(sentence):
        word = match.group().lower().rstrip(".’'")
        opens = not sentence[: match.start()].strip("“\"'(•–- .)0123456789")
        if not opens and word not in known and len(word) > 1 and not _CALENDAR.fullmatch(word):
            return True
    return False
