"""What stands beside the same few words in claim and source: another name, or a cue that the claim drops.

Where a claim is put together from several sentences, or turns one round, no sentence runs like the whole of
it (`slots.py`). Three words in a row that both have still tell what belongs beside them.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from chat.verify.align import Alignment
from chat.verify.forms import vocabulary
from chat.verify.names import Name, alike, is_name, names, opens
from chat.verify.negation import denies_too
from chat.verify.verdict import Finding, Span
from chat.verify.words import Piece, Word, shown

RUN = 3
"""Words in a row that are the same on both sides, one of them with content."""

_NEGATIONS = vocabulary("not never no")
_BOUNDING = vocabulary("over under about around nearly almost approximately roughly")
_DENIES = vocabulary("not never no none neither nor cannot hardly without few little")
_SURER = {
    **dict.fromkeys(("may", "might", "could"), vocabulary("will shall must")),
    **dict.fromkeys(("most", "some", "many"), vocabulary("all every each")),
}
"""What a claim must not say in a weaker word's place."""
_LOOSE = vocabulary("than least most to over under about around nearly almost approximately roughly some")
_HEDGES = vocabulary(
    """
    may might could possibly perhaps probably likely allegedly reportedly supposedly purportedly
    usually often sometimes typically generally frequently commonly occasionally normally mostly
    mainly largely partly nearly almost approximately roughly apparently"""
)
_BOUNDS = (("more", "than"), ("less", "than"), ("at", "least"), ("at", "most"), ("up", "to"), ("as", "many"))
_WINDOWS = ((1, 2), (2, 1), (2, 2), (3, 1), (1, 3))
"""How many words on either side of a cue stand together without it."""
_CUES = _NEGATIONS | _HEDGES | _BOUNDING | frozenset(_SURER)
_JOINTS = vocabulary("and or of the in")


class _Runs:
    """Where each run of three and of four stems begins in a text."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.words = piece.words
        self._at: dict[tuple[str, ...], list[int]] = {}
        stems = [word.stem for word in piece.words]
        for size in (RUN, RUN + 1):
            for at in range(len(stems) - size + 1):
                self._at.setdefault(tuple(stems[at : at + size]), []).append(at)

    def places(self, words: Sequence[Word]) -> Sequence[int]:
        """Return where these words stand in a row; nowhere, if they are too few or tell nothing."""
        if not any(word.content for word in words):
            return ()
        return self._at.get(tuple(word.stem for word in words), ())


def check(alignment: Alignment) -> list[Finding]:
    """Names that another one stands for, and negations and hedges of the source that the claim leaves out."""
    claim, sources = _Runs(alignment.claim), [_Runs(piece) for piece in alignment.pieces]
    return [*_renamed(claim, sources), *_dropped(claim, sources)]


def _renamed(claim: _Runs, sources: Sequence[_Runs]) -> Iterator[Finding]:
    at = {word.start: number for number, word in enumerate(claim.words)}
    spoken = names(claim.piece)
    for name in [*spoken, *_no_names(claim.piece)]:
        first, last = at[name.words[0].start], at[name.words[-1].start]
        left, right = claim.words[max(0, first - RUN) : first], claim.words[last + 1 : last + 1 + RUN]
        rivals = []
        for piece, run in _beside(sources, left, right):
            if _one(name.words, run):
                break
            if not any(alike(other.words, run) for other in spoken):
                rivals.append((piece, run))
        else:
            for piece, run in rivals[:1]:
                yield _exchanged(claim.piece, name, piece, run)


def _no_names(claim: Piece) -> Iterator[Name]:
    """Words without content that are written as a name in mid-sentence: "built in Get, San Francisco"."""
    for before, word in pairwise(claim.words):
        written = word.text.istitle() and len(word.text) > 1 and not is_name(before)
        if written and not word.content and not opens(claim, word):
            yield Name((word,))


def _beside(
    sources: Sequence[_Runs], left: Sequence[Word], right: Sequence[Word]
) -> Iterator[tuple[Piece, list[Word]]]:
    """The names that follow the words on the left, or go before those on the right, in any source."""
    for source in sources:
        ends = [(at + RUN, 1) for at in source.places(left)] + [(at - 1, -1) for at in source.places(right)]
        for at, step in ends:
            if run := _names_from(source.words, at, step):
                yield source.piece, run


def _names_from(words: Sequence[Word], at: int, step: int) -> list[Word]:
    """The names of a list that begins at a word: "Ada Vance, Piet Alard and the Port of Ferrin"."""
    found: list[Word] = []
    while 0 <= at < len(words) and (is_name(words[at]) or (found and words[at].lower in _JOINTS)):
        found.append(words[at])
        at += step
    return [word for word in found if word.content and is_name(word)]


def _one(mine: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Tell whether two runs of names may be one: "DNA" and "mtDNA", "Huntington" and "HD" may be."""
    if alike(mine, theirs):
        return True
    if any(char.isdigit() for word in (*mine, *theirs) for char in word.text):
        return True  # a code: what is left out of it or put in is not for names to tell
    pairs = [(one.lower, other.lower) for one in mine for other in theirs]
    if any(one in other or other in one for one, other in pairs):
        return True
    short = any(len(words) == 1 and words[0].text.isupper() for words in (mine, theirs))
    return short and mine[0].text[0] == theirs[0].text[0]


def _exchanged(claim: Piece, name: Name, piece: Piece, run: Sequence[Word]) -> Finding:
    start, end = min(word.start for word in run), max(word.end for word in run)
    said, there = shown(claim, name.start, name.end), shown(piece, start, end)
    reason = f"the claim says {said}, the source there says {there}"
    return Finding("contradicted", reason, (Span(None, name.start, name.end), Span(piece.index, start, end)))


def _dropped(claim: _Runs, sources: Sequence[_Runs]) -> Iterator[Finding]:
    for source in sources:
        for at, size in _cues(source.words):
            if not (_across(claim, sources, source, at, size) or _ahead(claim, sources, source, at, size)):
                continue
            if source.words[at].lower in _NEGATIONS and denies_too(
                source.piece, source.words[at], claim.piece
            ):
                continue
            first, last = source.words[at], source.words[at + size - 1]
            span = Span(source.piece.index, first.start, last.end)
            reason = f"the source says “{shown(source.piece, span.start, span.end)}” where the claim drops it"
            yield Finding("contradicted" if first.lower in _NEGATIONS else "partial", reason, (span,))
            return


def _cues(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Where a negation, a hedge or a bound begins, and how many words it has."""
    for at, word in enumerate(words):
        if tuple(w.lower for w in words[at : at + 2]) in _BOUNDS:
            yield at, 2
        elif word.lower in _CUES and not (word.lower == "no" and _ends_clause(words, at)):
            yield at, 1


def _ends_clause(words: Sequence[Word], at: int) -> bool:
    """Tell whether nothing follows in the clause, as after the "No" that answers a question."""
    return at + 1 == len(words) or words[at + 1].clause != words[at].clause


def _across(claim: _Runs, sources: Sequence[_Runs], source: _Runs, at: int, size: int) -> bool:
    """Tell whether the claim has the words before and after a cue in a row, as no source has them."""
    if size == 1 and source.words[at].lower not in _NEGATIONS | _HEDGES:
        return False
    before, after = source.words[max(0, at - RUN) : at], source.words[at + size : at + size + RUN]
    for left, right in _WINDOWS:
        run = [*before[-left:], *after[:right]]
        if len(run) == left + right and claim.places(run) and not _said(sources, run):
            return True
    return False


def _ahead(claim: _Runs, sources: Sequence[_Runs], source: _Runs, at: int, size: int) -> bool:
    """Tell whether the claim has what follows a cue, and in its place a surer word or nothing."""
    cue, after = source.words[at].lower, source.words[at + size : at + size + RUN]
    for place in claim.places(after):
        words = [word.lower for word in claim.words[max(0, place - RUN) : place]]
        surer = _SURER.get(cue, frozenset()).intersection(words[-2:])
        bounds = (size == 2 or cue in _BOUNDING) and after[0].text[0].isdigit()
        bare = (cue == "no" or bounds) and not (_DENIES | _LOOSE).intersection(words)
        if (surer or bare) and not _said(sources, claim.words[max(0, place - 1) : place + RUN]):
            return True
    return False


def _said(sources: Sequence[_Runs], run: Sequence[Word]) -> bool:
    """Tell whether a source has the claim's words in a row too, without the cue."""
    return any(source.places(run) for source in sources)
