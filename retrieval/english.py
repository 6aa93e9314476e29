"""English words written one way, before they are stemmed: what no stemmer brings together.

Irregular forms become their base ("wrote" and "written" are "write"), and British spelling becomes American
("tumour", "leukaemia", "organisation", "centre"). What comes out is for comparing and is not always a word:
"detour" becomes "detor", in a question as in a text.
"""

import re
from functools import lru_cache

# Words that carry a question's form and not its matter.
_STOP = """
a an and are as at be been but by can could did do does for from had has have how if in into is it its may me
my of on or our shall she he should so such than that the their them then there these they this those to was
we were what when where which who whom whose why will with would you your about
"""
STOP_WORDS = frozenset(_STOP.split())
_FORMS = """
arise arose arisen; bear bore borne; beat beaten; become became; begin began begun; bend bent; bet betting;
bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred; bring brought;
build built; burn burnt; buy bought; catch caught; choose chose chosen; cling clung; come came; creep crept;
deal dealt; dig dug; draw drew drawn; dream dreamt; drink drank drunk; drive drove driven; eat ate eaten;
fall fell fallen; feed fed; feel felt; fight fought; find found; flee fled; fling flung; fly flew flown;
forbid forbade forbidden; forecast forecasted; foresee foresaw foreseen; forget forgot forgotten;
forgive forgave forgiven; forgo forwent forgone; freeze froze frozen; get got gotten; give gave given;
go went gone; grow grew grown; hang hung; hear heard; hide hid hidden; hold held; keep kept; kneel knelt;
know knew known; lay laid; lead led; leap leapt; learn learnt; leave left; lend lent; lie lain; light lit;
lose lost; make made; mean meant; meet met; mistake mistook mistaken; overcome overcame;
oversee oversaw overseen; overtake overtook overtaken; overthrow overthrew overthrown; pay paid;
prove proven; rebuild rebuilt; repay repaid; ride rode ridden; ring rang rung; rise rose risen; run ran;
say said; see saw seen; seek sought; sell sold; send sent; sew sewn; shake shook shaken; shine shone;
shoot shot; show shown; shrink shrank shrunk; sing sang sung; sink sank sunk; sit sat; sleep slept;
slide slid; sow sown; speak spoke spoken; speed sped; spend spent; spill spilt; spin spun; spring sprang
sprung; stand stood; steal stole stolen; stick stuck; sting stung; strike struck stricken; strive strove
striven; swear swore sworn; sweep swept; swell swollen; swim swam swum; swing swung; take took taken;
teach taught; tear tore torn; tell told; think thought; throw threw thrown; undergo underwent undergone;
understand understood; undertake undertook undertaken; uphold upheld; wake woke woken; wear wore worn;
weave wove woven; weep wept; win won; wind wound; withdraw withdrew withdrawn; withhold withheld;
withstand withstood; wring wrung; write wrote written; rewrite rewrote rewritten;
child children; man men; woman women; foot feet; tooth teeth; goose geese; mouse mice; ox oxen;
wife wives; knife knives; wolf wolves; half halves; shelf shelves; thief thieves; loaf loaves;
analysis analyses; basis bases; crisis crises; hypothesis hypotheses; thesis theses; diagnosis diagnoses;
axis axes; bacterium bacteria; criterion criteria; phenomenon phenomena; medium media; stratum strata;
curriculum curricula; memorandum memoranda memorandums; referendum referenda; datum data; fungus fungi;
nucleus nuclei; stimulus stimuli; alumnus alumni; vertebra vertebrae; larva larvae; alga algae;
matrix matrices; index indices; appendix appendices; vertex vertices
"""
# A form's base. A form that is also another word's ("found", "left") is listed if it mostly is this one's.
IRREGULAR = {form: forms[0] for forms in (entry.split() for entry in _FORMS.split(";")) for form in forms[1:]}

_WORD = re.compile(r"[a-z]{3,}", re.IGNORECASE)
# What ends in -ise everywhere.
_ALWAYS_ISE = (
    "(?:adver|ad|appra|appr|br|chast|circumc|compr|comprom|conc|cru|dem|desp|dev|disgu|enterpr|exc|exerc|expert"
    "|franch|ga|impro|inc|like|merchand|no|other|parad|po|pra|prec|prem|prom|ra|rev|sup|superv|surpr|telev|treat|v)"
    "[a-z]{0,2}is"
)
# In this order; each leaves words of three letters and their like alone ("our", "four", "wise").
_AMERICAN = tuple(
    (re.compile(pattern), better)
    for pattern, better in (
        (r"(?<=^pract)is(?=e[ds]?$|ing$)", "ic"),
        (rf"^(?!{_ALWAYS_ISE})([a-z]{{3,}})is(?=(?:e[drs]?|ing|ers?|ations?|ational)$)", r"\1iz"),
        (r"(?<=[a-z]{2}l)ys(?=(?:e[drs]?|ing|ers?)$)", "yz"),
        (r"(?<=[a-z]{2})our(?=(?:s|ed|ing|able|abl[ey]|al|ally|ful|ist|ite|ites|hood|hoods|er|ers)?$)", "or"),
        (r"(?<=[a-z])tre(?=s?$)", "ter"),
        (r"(?<=[fl]i)bre(?=s?$)|(?<=cali)bre(?=s?$)", "ber"),
        (r"(?<=[a-z]{2}[fc]en)c(?=es?$)", "s"),
        (r"(?<=[a-z]{2})ogue(?=s?$)", "og"),
        (r"(?<=program)me(?=s?$)", ""),
        (r"(?<=judg|ledg)e(?=ments?$)", ""),
        (
            r"ae(?=mi[ac]|sth|ti?olog)|(?<=h)ae(?=m)|(?<=p)ae(?=d)|(?<=f)ae(?=c)|(?<=yn)ae(?=c)|(?<=c)ae(?=c)",
            "e",
        ),
        (r"^oe(?=d|s)|(?<=f)oe(?=t)|(?<=rh)oe(?=a)|(?<=man)oe(?=u)", "e"),
        (r"^sulph", "sulf"),
    )
)


@lru_cache(maxsize=1 << 16)
def _one_way(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    for pattern, better in _AMERICAN:
        word = pattern.sub(better, word)
    return word


def one_way(text: str) -> str:
    """Return a text whose words are written one way, in small letters, and all else as it is."""
    return _WORD.sub(lambda found: _one_way(found.group().lower()), text)
