"""A saved conversation as the reading page shows it: sentences, their footnotes, what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote as quoted

from chat.answer import Answer, Citation, Rejected, Sentence, Short, Turn
from chat.marks import Mark
from retrieval.report import Failure

SHOWN = ("all", "unchecked", "checked", "disputed")
"""What the page can be asked to show of a conversation's footnotes."""
_STATES = {
    "verbatim": "Word for word",
    "supported": "Reworded",
    "partial": "Partly supported",
    "contradicted": "Contradicted",
    "unsupported": "No source",
}


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote with its address, its mark, and the anchor under which the page lists it."""

    citation: Citation
    kind: str
    address: str
    anchor: str
    place: str
    mark: Mark | None

    @property
    def state(self) -> str:
        """Unchecked, checked or disputed."""
        return self.mark.state if self.mark else "unchecked"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, the kind and the words of its support, and its footnotes."""

    sentence: Sentence
    kind: str
    state: str
    remarks: tuple[str, ...]
    footnotes: tuple[Footnote, ...]


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """A turn as it is shown; `left_out` counts sentences that what is asked to be shown leaves out."""

    number: int
    question: str
    searched: str
    remarks: tuple[str, ...]
    short: Short | None
    lines: tuple[Line, ...]
    footnotes: tuple[Footnote, ...]
    nearest: tuple[Footnote, ...]
    unreadable: tuple[Failure, ...]
    withheld: tuple[Rejected, ...]
    left_out: int


def saved(turn: Turn, marks: Sequence[Mark], shown: str) -> SavedAnswer:
    """Return a turn with its marks, and of its footnotes those that are to be shown."""
    answer = turn.answer
    by_number = {mark.number: mark for mark in marks if mark.turn == turn.number}
    kinds = _kinds(answer)
    every = [
        _footnote(each, kinds.get(each.number, "supported"), turn.number, by_number)
        for each in answer.citations
    ]
    wanted = {each.citation.number: each for each in every if shown in ("all", each.state)}
    lines = [
        _line(sentence, wanted)
        for sentence in answer.sentences
        if shown == "all" or wanted.keys() & set(sentence.citations)
    ]
    not_found = answer.status == "not_found"
    return SavedAnswer(
        number=turn.number,
        question=turn.question,
        searched="" if answer.standalone_question == turn.question else answer.standalone_question,
        remarks=tuple(_remarks(answer)),
        short=answer.short if answer.short and answer.short.citation in wanted else None,
        lines=tuple(lines),
        footnotes=tuple(wanted.values()),
        nearest=tuple(_footnote(each, "nearest", turn.number, {}) for each in answer.nearest)
        if not_found
        else (),
        unreadable=answer.unreadable if not_found else (),
        withheld=answer.rejected,
        left_out=len(answer.sentences) - len(lines),
    )


def counts(turns: Sequence[Turn], marks: Sequence[Mark]) -> Mapping[str, int]:
    """Return how many footnotes there are, by what can be shown."""
    total = sum(len(turn.answer.citations) for turn in turns)
    checked = sum(mark.state == "checked" for mark in marks)
    disputed = sum(mark.state == "disputed" for mark in marks)
    found = (total, total - checked - disputed, checked, disputed)
    return dict(zip(SHOWN, found, strict=True))


def address_of(document_id: str, version: int, start: int, end: int) -> str:
    """Return where the reader shows these words."""
    return f"/library/{quoted(document_id, safe='')}/{start}-{end}?v={version}"


def place_of(citation_page: int | None, locator: str | None) -> str:
    """Return the page and the place as the profession writes it, in one line."""
    return " · ".join(filter(None, (f"page {citation_page}" if citation_page is not None else "", locator)))


def _kinds(answer: Answer) -> dict[int, str]:
    """Return for each footnote what kind of support it gives where it is used first."""
    found: dict[int, str] = {}
    for sentence in answer.sentences:
        for number in sentence.citations:
            found.setdefault(number, _kind(sentence))
    return found


def _kind(sentence: Sentence) -> str:
    return "verbatim" if sentence.verbatim and sentence.support == "supported" else sentence.support


def _footnote(citation: Citation, kind: str, turn: int, marks: Mapping[int, Mark]) -> Footnote:
    return Footnote(
        citation=citation,
        kind="removed" if citation.state == "removed" else kind,
        address=address_of(citation.document_id, citation.document_version, citation.start, citation.end),
        anchor=f"footnote-{turn}-{citation.number}",
        place=place_of(citation.page, citation.locator),
        mark=marks.get(citation.number),
    )


def _line(sentence: Sentence, footnotes: Mapping[int, Footnote]) -> Line:
    kind = _kind(sentence)
    remarks = ["Related; read it to see whether it answers"] if sentence.relation == "relates" else []
    if sentence.reason:
        remarks.append(sentence.reason)
    cited = tuple(footnotes[number] for number in sentence.citations if number in footnotes)
    return Line(sentence, kind, _STATES[kind], tuple(remarks), cited)


def _remarks(answer: Answer) -> list[str]:
    own = answer.text if answer.status == "not_found" else answer.remarks
    missing = [f"No sentence surely answers this; these are the closest: {each}" for each in answer.missing]
    return [each for each in (own, *missing) if each]
