"""Word forms of English that the checks share: words without content, irregular forms."""

from retrieval.english import IRREGULAR as ENGLISH


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
have has had; do did done; lie lay; bear born; person people; die dying; life lives; leaf leaves;
good better best; bad worse worst
"""

# Search's, and some that it must not bring together: "lives" is also a verb.
IRREGULAR = ENGLISH | {
    form: forms[0] for forms in (entry.split() for entry in _IRREGULAR.split(";")) for form in forms[1:]
}
