"""Sentence spans of a text, by rules for news and legal prose.

Rules, not a library: on CLAPNQ and on the hard cases of `bench/sentences.py` these few find more true ends
than blingfire, syntok and pysbd, keep exact offsets whatever the text holds, and need no native code.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

# What a lookahead has matched is not tried otherwise: a long run costs no more than its length, and no
# shorter close is an end. Possessive quantifiers say so too; Python 3.11 before 3.11.5 has them wrong.
_END = re.compile(
    r"(?=(?P<stop>(?<![.!?…])[.!?…؟۔।]+|[。！？]+))(?P=stop)"
    r"(?=(?P<close>(?:[\"'”’»)\]」』]|\s(?:''|[”»]))*))(?P=close)"
    r"(?=(?P<note>(?:\s?\[(?:\d{1,3}|[ivx]{1,5})\]"
    r"|(?<=[a-z”’\")\]][.!?])[¹²³⁰⁴-⁹]{1,3}|(?<=[a-z”’\"][.!?])\d{1,3})*))(?P=note)"
    r"(?P<gap>\s+|(?<=[。！？」』])|(?<=[a-z]{3}[.!?])(?=[A-Z][a-z]{0,9}\b)|$)"
)
_OPENERS = "\"'“‘«([{¿¡„「『"
_WORD = re.compile(r"[^\W\d_]+")
_STARTS_LOWER = re.compile(r"[a-z]{1,2}[A-Z]")  # iPhone, eBay
_INITIALS = re.compile(r"(?:[A-Za-z]{1,2}\.)+[A-Za-z]")  # U.S, J.R.R, Ph.D, a.m
_MARKER = re.compile(
    r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,5}|[A-Za-z]|[ivxlc]{1,5})\)?"
)  # a list's number or letter

_BEFORE_A_NAME = frozenset(
    "mr mrs ms mx messrs dr prof gov sen rep reps sens gen col lt capt cpl sgt maj hon rev fr adm cmdr pres "  # noqa: SIM905
    "supt amb atty insp det st mt ft v vs e.g i.e cf viz re dist op assn".split()
)
_BEFORE_A_NUMBER = frozenset(
    "no nos sec secs art arts fig figs vol vols p pp para paras par eq eqs ch cl chap reg regs rule ex "  # noqa: SIM905
    "exh app tab pt pts col approx ca c est jan feb mar apr jun jul aug sep sept oct nov dec cir stat "
    "tel ext box civ crim evid bankr appx rs".split()
)
_BEFORE_A_SECTION = frozenset(("ann", "id"))  # Penal Code Ann. § 19.02
_BEFORE_A_LETTER = frozenset("ex exh exs exhs app sched tab".split())  # noqa: SIM905
_LETTERED = frozenset(
    "annex appendix article attachment block building class clause count ex exh exhibit figure gate grade "  # noqa: SIM905
    "group hepatitis lot note option paragraph part phase plan point room rule schedule section series table "
    "team tier title type unit vitamin war zone".split()
)
_MAY_END = frozenset(
    "inc corp co ltd llc llp plc bros jr sr esq etc al ave blvd rd dept div univ assoc intl natl govt "  # noqa: SIM905
    "ala ariz ark cal calif colo conn del fla ga ill ind kan mass md mich minn miss mo mont neb nev okla ore "
    "pa tenn "
    "tex va vt wash wis wyo supp approx est cir".split()
)
_BEFORE_A_SHORT_WORD = frozenset("fed civ crim evid bankr treas app appx supp".split())  # noqa: SIM905
_SHORT_WORD = re.compile(r"(?:[A-Z]|Civ|Crim|Evid|Bankr|App|Appx|Reg|Regs|Cir|Cl|Supp|Prac|Proc|Cas)\.")
_BEFORE_A_CODE = frozenset(
    "admin agric bus civ comp corp crim educ elec evid fam fin gen gov harb health ins inst lab mil nat "  # noqa: SIM905
    "penal prac prob proc prof prop pub rev stat transp unemp util veh welf".split()
)
_CODE = re.compile(
    r"Codes?\b|Laws?\b|(?:Admin|Ann|Civ|Comp|Crim|Gen|Inst|L|Prac|Proc|Prof|Res|Rev|Stat|Util)\."
)
_COUNTED = re.compile(
    r"\d{1,3}(?:,\d{3})* (?!(?:per|years?|months?|weeks?|days?|hours?|minutes?|times|and|was|is|from|near|"
    r"with|north|south|east|west|for|through|between)\b)[a-z]{3}"
)
_SAYS = frozenset("said says say voted vote votes answered answers answer replied".split())  # noqa: SIM905
_NAMES_NUMBER = frozenset("approx est cir supp div dept sr jr".split())  # noqa: SIM905
_AFTER_A_TIME = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday eastern central mountain pacific local et est "  # noqa: SIM905
    "edt ct cst cdt mt mst pt pst pdt gmt utc bst cet on in at to".split()
)
_TITLES = frozenset("mr mrs ms miss mx messrs dr".split())  # noqa: SIM905
_SURNAMES = frozenset(("an", "do", "may", "so", "will"))  # George F. Will
_PEOPLE = frozenset(
    "advocates agents aides analysts authorities campaigners citizens critics customers doctors economists "  # noqa: SIM905
    "employees experts families inspectors investigators investors journalists jurors lawmakers lawyers "
    "leaders members neighbours neighbors officers officials opponents parents passengers patients people "
    "police politicians prosecutors protesters reporters researchers residents scientists shareholders "
    "soldiers students supporters teachers tenants troops unions victims voters witnesses workers".split()
)
_STARTERS = frozenset(
    "a about according additionally after all also although among an and another any are as asked at "  # noqa: SIM905
    "because before besides beyond both but by can could currently despite did do does during each "
    "earlier either even eventually every except few finally first following for from further had has "
    "have he her here hers his how however i if in indeed instead is it its last later many meanwhile "
    "moreover most my nearly neither never next no nobody none nor not nothing now of on once one only or "
    "originally other others our over perhaps please previously recently regarding several she should "
    "since so some soon such that the their then there these they this those though through thus to today "
    "together tomorrow two under unless until upon was we were what when where whether which while who "
    "whose why will with within without would yesterday yet you your".split()
)


def sentence_spans(text: str, blocks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return half-open spans in order, without blanks at their ends and never across a border of a block.

    Together they cover every character that is no space; what lies between blocks counts as a block.
    """
    found: list[tuple[int, int]] = []
    for start, end in _whole(blocks, len(text)):
        for left, right in _cut(text, start, end):
            piece = text[left:right]
            trimmed = piece.strip()
            if trimmed:
                left += len(piece) - len(piece.lstrip())
                found.append((left, left + len(trimmed)))
    return found


def _whole(blocks: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """The blocks and the gaps between them."""
    position = 0
    for start, end in sorted(blocks):
        start, end = max(start, position), min(end, length)
        if start > position:
            yield position, start
        if end > start:
            yield start, end
            position = end
    if position < length:
        yield position, length


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _END.finditer(text, start, end):
        if match.end() < end and _ends(text, begin, match, end):
            yield begin, match.end()
            begin = match.end()
    yield begin, end


def _ends(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Whether the sentence that began at `begin` ends at this stop."""
    stop, close, gap = match["stop"], match["close"], match["gap"]
    after = text[match.end() : min(end, match.end() + 60)]
    if not gap:  # Chinese and Japanese need no space; "it ended.The court" lacks one
        word = _WORD.match(after)
        return after[:1] > "\x7f" or not after or (word is not None and word.group().lower() in _STARTERS)
    if gap.count("\n") > 1:
        return True
    if not _may_begin(after, gap):
        return False
    if stop != ".":
        return True
    before = text[max(begin, match.start() - 40) : match.start()].split()
    token = before[-1] if before else ""
    if len(before) == 1 and match.start() - begin < 40 and not close and _MARKER.fullmatch(token):
        return False  # "1." or "A." opens the sentence
    previous = before[-2].lstrip(_OPENERS).rstrip(".,;:") if len(before) > 1 else ""
    return not _is_abbreviation(token.lstrip(_OPENERS), previous, after, bool(close))


def _may_begin(after: str, gap: str) -> bool:
    """Whether a sentence can begin with these characters."""
    opened = after.lstrip(_OPENERS + " ")
    first = opened[:1]
    if not first:
        return bool(after)
    if first.islower():
        return bool(_STARTS_LOWER.match(opened))
    if first.isalnum() or first in "§¶#@…":
        return True
    kind = unicodedata.category(first)
    return kind[0] == "S" or kind == "Co" or (first in "-–—•*·" and "\n" in gap)


def _is_abbreviation(token: str, previous: str, after: str, closed: bool) -> bool:
    """Whether the full stop behind `token` only shortens it, to judge by the words before and after."""
    word = token.lower()
    opened = after.lstrip(_OPENERS)
    following = _WORD.match(opened)
    next_word = following.group() if following else ""
    starts = _starts(next_word, opened[len(next_word) :]) and not (
        previous in ("The", "An", "A") and next_word.lower() in _PEOPLE
    )
    if word in ("a.m", "p.m"):
        return opened[:1].isdigit() or next_word.lower() in _AFTER_A_TIME
    if word in _BEFORE_A_NAME:
        return not (closed or (word in ("st", "ft", "mt") and starts))
    if not closed and _is_cited(token, next_word, after):
        return True
    if word == "no" and token.islower() and previous.lower() in _SAYS:
        return False
    if word in _BEFORE_A_NUMBER and not closed and (opened[:1].isdigit() or opened[:1] in "§IVX"):
        return not (opened[:1].isalpha() and starts)
    if word in _BEFORE_A_SHORT_WORD and not closed and _SHORT_WORD.match(after):
        return True  # Fed. R. Civ. P.; "by the Fed. Markets fell" ends
    if word in _MAY_END or _INITIALS.fullmatch(token) or (len(token) == 1 and token.isupper()):
        lettered = len(token) == 1 and previous.lower() in _LETTERED
        if len(token) == 1 and not lettered and previous[:1].isupper() and next_word.lower() in _SURNAMES:
            return True
        counted = opened[:1].isdigit() and word not in _NAMES_NUMBER and _COUNTED.match(opened) is not None
        return not (starts or lettered or counted or (closed and after[:1] in _OPENERS))
    return False


def _starts(word: str, rest: str) -> bool:
    """Whether a word that has a capital begins a sentence, and no name, by what it is and what follows it."""
    low = word.lower()
    if low in _TITLES:
        return rest[:1] in (".", " ")
    if low in _PEOPLE:
        return bool(re.match(r"(?:,|\s)\s*[a-z]", rest))  # in a headline the next word has a capital too
    return low in _STARTERS and not rest.startswith(".")


def _is_cited(token: str, following: str, after: str) -> bool:
    """Whether a shortened word goes on with what it cites: a section, an exhibit, a code, a title's name."""
    word = token.lower()
    if word in _BEFORE_A_SECTION and after[:1] == "§":
        return True
    if word in _BEFORE_A_LETTER and len(following) == 1 and following.isupper():
        return following not in "AI" or word in ("ex", "exh", "exs", "exhs") or not after[1:2].isspace()
    if word in _BEFORE_A_CODE and _CODE.match(after):
        return True
    if token in ("Sec", "Ofc", "Ph") and following[:1].isupper():
        return following.lower() not in _STARTERS
    return False
