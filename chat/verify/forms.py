"""Word forms of English that the checks share: words without content, irregular forms."""


def vocabulary(words: str) -> frozenset[str]:
    """Return the words of a list written as prose."""
    return frozenset(words.split())


STOPWORDS = vocabulary(
    """
    a an the this that these those it its he she they we you i him her his them their theirs our us
    me my your yours who whom whose which what where when why how and or but nor so yet if then than
    as of at by for from in into on onto to with without within over under above below between among
    through during before after about against up down out off is are was were be been being am has
    have had having do does did doing can could will would shall should may might must not no yes
    never there here also just such very too more most some any all each every both either neither
    other others same own only one s t d ll re ve m however therefore thus while although though
    because since until upon per via etc e g i.e although whether well known called named new use
    used using include includes including included make makes made become became get got go went
"""
)

_IRREGULAR = """
begin began begun; write wrote written; win won; hold held; take took taken; give gave given; know
knew known; see saw seen; grow grew grown; find found; lead led; build built; become became; leave
left; lose lost; keep kept; say said; tell told; think thought; bring brought; buy bought; teach
taught; catch caught; fight fought; send sent; spend spent; meet met; run ran; come came; rise rose
risen; fall fell fallen; break broke broken; speak spoke spoken; choose chose chosen; drive drove
driven; ride rode ridden; draw drew drawn; fly flew flown; sing sang sung; sink sank sunk; swim swam
swum; drink drank drunk; eat ate eaten; get got gotten; forget forgot forgotten; sell sold; stand
stood; understand understood; lay laid; lie lay lain; pay paid; hear heard; feel felt; sit sat;
shoot shot; strike struck; seek sought; bear bore born; wear wore worn; tear tore torn; throw threw
thrown; show shown; steal stole stolen; make made; have has had; go went gone; do did done; child
children; man men; woman women; person people; foot feet; tooth teeth; mouse mice; analysis
analyses; hypothesis hypotheses; basis bases; datum data; bacterium bacteria; die dying; wolf
wolves; life lives; leaf leaves; half halves; wife wives; knife knives; good better best; bad worse
worst; arise arose arisen; hide hid hidden; bind bound;
"""

IRREGULAR = {
    form: forms[0] for forms in (entry.split() for entry in _IRREGULAR.split(";")) for form in forms[1:]
}
