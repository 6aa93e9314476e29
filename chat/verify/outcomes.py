"""What a claim says has come about: "Lund won the contract" needs a source that speaks of winning.

A favourite for a contract, and a row that has a grant's name, share most of such a claim's words, and not the
one that matters.
"""

from chat.verify.align import Alignment
from chat.verify.forms import vocabulary
from chat.verify.negation import denials
from chat.verify.verdict import Finding, Span
from chat.verify.words import stem

_OUTCOMES = """
won / win winner victory victorious award champion championship beat defeat triumph prevail elect gain earn
    receive secure get take claim medal prize title select choose contractor go honor recipient sweep success;
lost / lose loss defeat beat fail forfeit miss down eliminate win fall drop relegate;
paid / pay payment repay prepay payable payer settle settlement remit reimburse disburse transfer wire refund
    receipt receive clear debit spend give fund finance salary wage fee cost buy;
repaid / repay pay payment settle refund reimburse return clear;
signed / sign signature signatory undersigned execute conclude contract enact ink agree join;
approved / approve approval adopt pass ratify accept grant agree carry endorse authorize authorization consent
    clear confirm vote enact sanction permit favor allow license;
adopted / adopt adoption approve approval pass ratify accept carry enact use introduce take embrace;
ratified / ratify ratification approve adopt pass accept sign;
rejected / reject rejection refuse refusal decline deny denial dismiss defeat veto fail block throw overrule
    strike turn vote;
refused / refuse refusal reject decline deny denial will dismiss turn;
dismissed / dismiss dismissal reject fire sack discharge drop throw remove terminate;
granted / grant award give allow approve issue confer obtain receive accord permit provide guarantee;
withdrawn / withdraw withdrawal pull cancel drop retract remove retreat leave;
cancelled canceled / cancel cancellation call scrap drop abandon withdraw terminate axe annul end;
delivered / deliver delivery bring hand receive receipt arrive supply ship give transport;
acquitted / acquit acquittal innocent clear guilty exonerate;
convicted / convict conviction guilty sentence plead jail imprison;
hired / hire appoint recruit employ engage join bring contract sign;
resigned / resign resignation quit leave step;
repaired / repair fix mend restore service renovate replace overhaul;
replaced / replace replacement substitute new exchange succeed supersede change switch swap renew;
elected / elect election vote win choose appoint reelect;
sold / sell sale seller buy purchase acquire sales transfer auction vend
"""


def _table() -> dict[str, frozenset[str]]:
    table = {}
    for entry in _OUTCOMES.split(";"):
        forms, like = entry.split("/")
        for form in vocabulary(forms):
            table[form] = frozenset(map(stem, vocabulary(like)))
    return table


_LIKE = _table()
"""For a form that says that something came about, the stems of the words that may say so."""


def check(alignment: Alignment) -> list[Finding]:
    """What the claim says has come about where no word of the evidence says anything like it."""
    claim = alignment.claim
    for word in claim.words:
        like = _LIKE.get(word.lower)
        if like is None or any(word in cue.scope for cue in denials(claim)):
            continue
        if any(other.stem in like for piece in alignment.pieces for other in piece.words):
            continue
        if any(piece.has(word.stem) for piece in alignment.pieces):
            continue
        reason = f"the source does not say “{word.text}”"
        return [Finding("partial", reason, (Span(None, word.start, word.end),))]
    return []
