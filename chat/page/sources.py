"""What an answer rests on, on a page of its own that the chat shows in the reader's place.

/answers/CONVERSATION/TURN?tab=footnotes     all footnotes by document
                           tab=considered    the passages found, with the reasons for their rank
                           tab=withheld      what failed the check
                           tab=model         what a language model was sent
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chat.answer import Answer, Citation, Sentence
from chat.considering import Considered
from chat.page.beside import copies_of
from chat.page.closing import REMOVED
from chat.page.messages import STATES
from chat.page.shell import POLICY
from ingest.errors import NotInLibrary
from retrieval.hit import Hit

if TYPE_CHECKING:
    from fastapi import APIRouter

    from chat.page.shell import Site

Tab = Literal["footnotes", "considered", "withheld", "model"]
_ALONE = "frame-ancestors 'none'"
TABS: tuple[tuple[Tab, str], ...] = (
    ("footnotes", "All footnotes"),
    ("considered", "Considered"),
    ("withheld", "Withheld"),
    ("model", "What the model saw"),
)


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote with the sentences that rest on it: what each is worth, and who says it."""

    citation: Citation
    kind: str
    states: tuple[str, ...]
    speakers: tuple[str, ...]

    @property
    def address(self) -> str:
        """Return where the reader shows it."""
        cited = self.citation
        span = f"{cited.start}-{cited.end}"
        return f"/library/{cited.document_id}/{span}?v={cited.document_version}"


@dataclass(frozen=True, slots=True)
class Group:
    """The footnotes into one document, in their order."""

    title: str
    source: str
    published: str | None
    copies: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that was considered: its place, why it stands there, and the footnotes that quote it."""

    rank: int
    hit: Hit
    reasons: tuple[str, ...]
    quoted: tuple[int, ...]
    left_out: bool

    @property
    def address(self) -> str:
        """Return where the reader shows it."""
        passage = self.hit.passage
        return f"/library/{passage.document_id}/{passage.start}-{passage.end}?v={passage.version}"


def build_sources(site: "Site") -> "APIRouter":
    """Return the route."""
    from fastapi import APIRouter, Request
    from fastapi.responses import HTMLResponse

    router = APIRouter()

    @router.get("/answers/{conversation}/{turn}")
    def sources(request: Request, conversation: str, turn: int, tab: Tab = "footnotes") -> HTMLResponse:
        assistant = site.mine(request)
        found = next((each for each in assistant.turns(conversation) if each.number == turn), None)
        if found is None:
            raise NotInLibrary(f"the conversation has no turn {turn}")
        try:
            considered = assistant.considered(conversation, turn)
        except NotInLibrary:  # it was asked before this was kept
            considered = None
        answer = found.answer
        page = site.page(
            request,
            "answer.html",
            "",
            tab=tab,
            tabs=TABS,
            path=f"/answers/{conversation}/{turn}",
            answer=answer,
            turn=turn,
            back=f"/?conversation={conversation}&turn={turn}",
            groups=grouped(answer, assistant.origins()),
            count=len(answer.citations),
            hits=ranked(considered, answer) if considered else (),
            kept=considered is not None,
            considered=considered,
            removed=REMOVED,
        )
        page.headers["Content-Security-Policy"] = POLICY.replace(_ALONE, "frame-ancestors 'self'")
        return page

    return router


def grouped(answer: Answer, origins: Mapping[str, str]) -> list[Group]:
    """Return the footnotes of an answer by document, both in the order in which they appear."""
    notes: dict[tuple[str, int], list[Note]] = {}
    for citation in answer.citations:
        resting = [part for part in answer.sentences if citation.number in part.citations]
        note = Note(
            citation,
            _kind(resting[0]) if resting else "nearest",
            tuple(dict.fromkeys(STATES[_kind(part)] for part in resting)),
            tuple(dict.fromkeys(part.speaker for part in resting if part.speaker)),
        )
        notes.setdefault((citation.document_id, citation.document_version), []).append(note)
    groups = []
    for (identity, _), rows in notes.items():
        first = rows[0].citation
        copies = copies_of(identity, origins)
        source = Path(first.source).name if Path(first.source).is_absolute() else first.source
        groups.append(Group(first.title, source, first.published, copies, tuple(rows)))
    return groups


def ranked(considered: Considered, answer: Answer) -> list[Ranked]:
    """Return the passages found, best first, each with why it stands where it does."""
    rows = []
    for rank, hit in enumerate(considered.hits, 1):
        passage = hit.passage
        quoted = [
            citation.number
            for citation in answer.citations
            if (citation.document_id, citation.document_version) == (passage.document_id, passage.version)
            and citation.start < passage.end
            and passage.start < citation.end
        ]
        left_out = passage.id in considered.left_out
        rows.append(Ranked(rank, hit, tuple(reasons(hit)), tuple(quoted), left_out))
    return rows


def reasons(hit: Hit) -> list[str]:
    """Return in words what brought a passage to its rank: what each of the two searches found of it."""
    near = "not among the nearest" if hit.dense_rank is None else _nth(hit.dense_rank)
    told = [f"{near} by meaning: its likeness to the question is {hit.dense:.2f} of 1"]
    if hit.words_rank is not None:
        told.append(f"{_nth(hit.words_rank)} by words: the question’s words in it score {hit.words:.1f}")
        if hit.reason == "exact name":
            told.append("a rare name or number of the question stands in it as it was written")
    else:
        told.append("not among the first by words: few or none of the question’s words stand in it")
    if hit.sentence_scores:
        best = max(hit.sentence_scores)
        told.append(f"its nearest sentence has a likeness of {best:.2f}")
    if hit.interaction:
        told.append(f"word by word, the question’s have a likeness of {hit.interaction:.2f} to its own")
    told.append(f"all together: {hit.score:.3f}")
    return told


def _kind(part: Sentence) -> str:
    return "verbatim" if part.verbatim and part.support == "supported" else part.support


def _nth(rank: int) -> str:
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"
