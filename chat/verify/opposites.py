"""Opposites: a claim that says "increases" where its evidence, of the same thing, says "decreases"."""

from chat.verify.align import Alignment
from chat.verify.forms import vocabulary
from chat.verify.negation import denials
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, Word, stem

_PAIRS = """
increase increases increased raise rise rose grow growth elevated elevate upregulate upregulated
    enhance enhanced more higher greater larger longer improve improved gain promote promotes
    stimulate accelerate encourage facilitate strengthen induce activate exacerbate expand up high /
    decrease reduce reduction decline fall fell drop lower less fewer smaller shorter diminish
    downregulate impair attenuate lose loss inhibit suppress slow block hinder impede prevent weaken
    repress inactivate halt ameliorate shrink down low attenuated alleviate;
before / after;
positive / negative;
presence / absence;
sensitive / resistant;
sensitivity / resistance;
first / last;
early / late;
win / lose;
buy / sell;
accept / reject refuse decline;
allow permit / forbid prohibit ban prevent;
confirm / deny;
support / oppose;
safe / dangerous unsafe;
male / female;
major / minor;
beneficial / harmful detrimental;
advantage / disadvantage;
hire / fire;
open reopen / close shut;
north / south;
east / west;
northern / southern;
eastern / western;
left / right;
guilty / innocent;
convict / acquit;
true / false;
legal lawful / illegal unlawful;
dependent / independent;
maximum / minimum;
import / export;
alive / dead;
succeed succeeded success / fail failure;
uncommon rare / common frequent;
best / worst;
oldest / youngest newest;
largest biggest / smallest;
highest / lowest;
longest / shortest;
"""


# what became of a matter: either of two sides at most is so
_OUTCOMES = """
approve adopt pass ratify / reject defeat refuse decline;
grant allow / deny refuse reject dismiss;
win / lose;
guilty convict / innocent acquit;
alive survive / dead die kill;
open reopen / close shut;
uphold affirm / overturn reverse quash annul;
succeed / fail;
sign / veto;
confirm / deny;
elect / defeat;
legal lawful constitutional / illegal unlawful unconstitutional;
accept / reject decline refuse;
hire appoint / fire dismiss;
begin start resume / end stop;
extend / cancel;
allow / forbid prohibit;
true / false;
safe / unsafe dangerous;
finish complete / abandon
"""


def _opposites(pairs: str) -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for pair in filter(str.strip, pairs.split(";")):
        one, other = pair.split("/")
        a = frozenset(map(stem, vocabulary(one)))
        b = frozenset(map(stem, vocabulary(other)))
        for words, against in ((a, b), (b, a)):
            for word in words:
                table[word] = table.get(word, frozenset()) | against
    return table


# what stands for the opposite only where both stand in the same place: "for the union", "against the union"
_IN_PLACE = f"""{_PAIRS};{_OUTCOMES};
approve adopt pass grant carry / postpone defer;
carry / lose;
join enter / leave quit;
appoint elect hire / resign remove;
lend / borrow;
give / take receive;
renew extend / revoke cancel terminate;
lock / unlock;
double / halve;
raise increase / cut slash;
before prior / after;
for / against;
by / to;
to / from;
above over / below under;
with / without
"""

OPPOSITES = _opposites(_PAIRS)
IN_PLACE = _opposites(_IN_PLACE)
OUTCOMES = _opposites(_OUTCOMES)
"""For the stem of a word that says how something ended, the stems that say the opposite."""


def check(alignment: Alignment) -> list[Finding]:
    """Words of the claim whose opposite, and not they, stand in the place most like it."""
    claim = alignment.claim
    findings = []
    for piece in alignment.near(0.9)[:1]:
        if alignment.coverage[piece.index or 0] < 0.4:
            continue
        place = next(each for each in alignment.places() if piece in each)
        for word in claim.words:
            against = OPPOSITES.get(word.stem)
            if against is None or any(other.stem == word.stem for p in place for other in p.words):
                continue
            if any(w.stem in OPPOSITES and w.stem not in against and _sides(w, word) for w in piece.words):
                continue
            for other in piece.words:
                if (
                    other.stem in against
                    and not claim.has(other.stem)
                    and _polarity(claim, word) == _polarity(piece, other)
                ):
                    reason = f"the claim says “{word.text}”, the source says “{other.text}”"
                    spans = (Span(None, word.start, word.end), Span(piece.index, other.start, other.end))
                    findings.append(Finding("contradicted", reason, spans))
                    break
    return findings


def _sides(one: Word, other: Word) -> bool:
    """Tell whether two words stand on the same side of one pair: "raise" and "increase"."""
    return bool(OPPOSITES[one.stem] & OPPOSITES[other.stem])


def _polarity(piece: Piece, word: Word) -> bool:
    return any(word in cue.scope for cue in denials(piece))
