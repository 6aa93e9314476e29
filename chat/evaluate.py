"""Figures on a file of questions: are the right documents found, the right words quoted, the rest refused.

A line of the file is a JSON object: `question`, and where it is known `answers` (one of these stands in what
must be quoted), `documents` (ids, or ends of their sources, such as "letters/may.txt"), `answerable` (false:
the library must refuse), `history` (the questions asked before it) and `id`. Other keys are for its author.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chat.answer import Answer, Citation, Done, Found
from chat.in_order import in_order
from ingest.errors import FootnoteError, NotInLibrary, UnreadableSource
from retrieval.hit import Filter, Hit

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant

_FIRST_FEW = 3
_ANYWHERE = Filter()
_KEYS = {"question": str, "id": str, "answerable": bool}
_LISTS = ("answers", "documents", "history")


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the file."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    answerable: bool = True
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    `document_rank` counts distinct documents among the hits from 1 and is 0 where none of those named was
    found; `quote_rank` is the first cited quote that holds an answer, likewise. None: the file does not say.
    """

    id: str
    answerable: bool
    status: str
    document_rank: int | None
    quote_rank: int | None
    citations: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A share or mean, 0..1, over `of` questions (or citations); `better` says which way is up."""

    value: float
    of: int
    better: Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures by name, and the outcomes that they are counted from, in the order of the questions.

    `questions` identifies the file's questions: figures of different ones are not to be compared.
    """

    questions: str
    figures: dict[str, Figure]
    outcomes: tuple[Outcome, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "outcomes": [asdict(outcome) for outcome in self.outcomes]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Evaluation":
        """Return what `to_dict` gave; raises KeyError or TypeError for anything else."""
        return cls(
            data["questions"],
            {name: Figure(**row) for name, row in data["figures"].items()},
            tuple(Outcome(**row) for row in data["outcomes"]),
        )


@dataclass(frozen=True, slots=True)
class Regression:
    """A figure that is worse than before by more than was allowed."""

    name: str
    before: float
    now: float


def read_cases(path: Path) -> list[Case]:
    """Return the file's questions; raises UnreadableSource naming the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UnreadableSource(str(path), f"{reason}; give a file of one JSON object a line") from error
    cases = [_case(line, number, path) for number, line in enumerate(lines, 1) if line.strip()]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise UnreadableSource(str(path), f"two lines have the id {case.id!r}; give each its own")
        seen.add(case.id)
    if not cases:
        raise UnreadableSource(str(path), "it holds no questions; give one JSON object a line")
    return cases


def evaluate(
    assistant: "Assistant | RemoteAssistant",
    cases: Sequence[Case],
    *,
    where: Filter = _ANYWHERE,
    workers: int = 2,
    on_progress: Callable[[int], None] = lambda done: None,
) -> Evaluation:
    """Ask every question and count; no conversation is left behind. `on_progress` gets the number done."""
    outcomes = []
    for outcome in in_order(lambda case: _outcome(assistant, case, where), cases, workers):
        outcomes.append(outcome)
        on_progress(len(outcomes))
    return Evaluation(_fingerprint(cases), figures(outcomes), tuple(outcomes))


def figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Return the figures that these outcomes allow; one that nothing bears on is left out."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    ranks = [found.document_rank for found in answerable if found.document_rank is not None]
    quotes = [found.quote_rank for found in answerable if found.quote_rank is not None]
    refusable = [outcome for outcome in outcomes if not outcome.answerable]
    cited = sum(outcome.citations for outcome in outcomes)
    unresolved = sum(outcome.unresolved for outcome in outcomes)
    found = {
        "documents_hit_at_1": _share([rank == 1 for rank in ranks]),
        "documents_hit_at_3": _share([0 < rank <= _FIRST_FEW for rank in ranks]),
        "documents_hit_at_10": _share([0 < rank <= 10 for rank in ranks]),
        "documents_mrr": _mean([1 / rank if rank else 0.0 for rank in ranks]),
        "first_quote_holds_answer": _share([rank == 1 for rank in quotes]),
        "first_three_quotes_hold_answer": _share([0 < rank <= _FIRST_FEW for rank in quotes]),
        "any_quote_holds_answer": _share([rank > 0 for rank in quotes]),
        "answerable_refused": _share([each.status == "not_found" for each in answerable], "lower"),
        "unanswerable_refused": _share([each.status == "not_found" for each in refusable]),
        "unanswerable_claimed_answered": _share([each.status == "answered" for each in refusable], "lower"),
        "citations_resolve": Figure(round(1 - unresolved / cited, 4), cited, "higher") if cited else None,
    }
    return {name: figure for name, figure in found.items() if figure is not None}


def compare(now: Evaluation, before: Evaluation, tolerance: float) -> list[Regression]:
    """Return each figure that is worse than before by more than `tolerance`, or is no longer there.

    Raises FootnoteError if the two are of different questions.
    """
    if now.questions != before.questions:
        raise FootnoteError(
            "the baseline is of other questions than the file; make a new one with --save once you trust it"
        )
    worse = []
    for name, old in before.figures.items():
        new = now.figures.get(name)
        value = new.value if new is not None else (0.0 if old.better == "higher" else 1.0)
        lost = old.value - value if old.better == "higher" else value - old.value
        if lost > tolerance + 1e-9:
            worse.append(Regression(name, old.value, value))
    return worse


def worsened(now: Evaluation, before: Evaluation) -> list[str]:
    """Return the ids of the questions that were right before and are not any more."""
    known = {outcome.id: outcome for outcome in before.outcomes}
    return [found.id for found in now.outcomes if found.id in known and _right(known[found.id], found)]


def _right(before: Outcome, now: Outcome) -> bool:
    """Whether the first was right about its question where the second is wrong."""

    def right(outcome: Outcome) -> bool:
        if not outcome.answerable:
            return outcome.status != "answered"
        return outcome.status != "not_found" and outcome.quote_rank in (None, 1)

    return right(before) and not right(now)


def _outcome(assistant: "Assistant | RemoteAssistant", case: Case, where: Filter) -> Outcome:
    conversation = None
    try:
        for question in case.history:
            asked = assistant.ask(question, conversation=conversation, where=where)
            conversation = asked.conversation
        hits: tuple[Hit, ...] = ()
        answer: Answer | None = None
        for event in assistant.stream(case.question, conversation=conversation, where=where, save=False):
            if isinstance(event, Found):
                hits = event.hits
            elif isinstance(event, Done):
                answer = event.answer
    finally:
        if conversation is not None:
            assistant.remove_conversation(conversation)
    if answer is None:
        raise TypeError("a stream ends with Done")
    return Outcome(
        id=case.id,
        answerable=case.answerable,
        status=answer.status,
        document_rank=_document_rank(case, hits) if case.documents else None,
        quote_rank=_quote_rank(case, answer.citations) if case.answers else None,
        citations=len(answer.citations),
        unresolved=sum(not _resolves(assistant, citation) for citation in answer.citations),
    )


def _document_rank(case: Case, hits: Iterable[Hit]) -> int:
    seen: dict[str, int] = {}
    for hit in hits:
        rank = seen.setdefault(hit.passage.document_id, len(seen) + 1)
        names = (hit.passage.document_id, hit.source)
        if any(name in names or hit.source.endswith(f"/{name}") for name in case.documents):
            return rank
    return 0


def _quote_rank(case: Case, citations: Iterable[Citation]) -> int:
    for rank, citation in enumerate(citations, 1):
        if any(_spaced(answer) in _spaced(citation.quote) for answer in case.answers):
            return rank
    return 0


def _resolves(assistant: "Assistant | RemoteAssistant", citation: Citation) -> bool:
    try:
        text = assistant.document(citation.document_id, citation.document_version).text
    except NotInLibrary:
        return False
    return text[citation.start : citation.end] == citation.quote


def _case(line: str, number: int, path: Path) -> Case:
    def wrong(what: str) -> UnreadableSource:
        return UnreadableSource(str(path), f"line {number}: {what}")

    try:
        row = json.loads(line)
    except ValueError as error:
        raise wrong("it is not JSON; give one object a line") from error
    if not isinstance(row, dict) or not str(row.get("question") or "").strip():
        raise wrong("it needs a `question`")
    for key, kind in _KEYS.items():
        if key in row and not isinstance(row[key], kind):
            raise wrong(f"`{key}` must be {'true or false' if kind is bool else 'text'}")
    for key in _LISTS:
        given = row.get(key, [])
        if not isinstance(given, list) or not all(isinstance(part, str) and part.strip() for part in given):
            raise wrong(f"`{key}` must be a list of texts")
    lists = {key: tuple(row.get(key, ())) for key in _LISTS}
    return Case(row.get("id", str(number)), row["question"], answerable=row.get("answerable", True), **lists)


def _fingerprint(cases: Sequence[Case]) -> str:
    rows = json.dumps([asdict(case) for case in cases], sort_keys=True)
    return hashlib.sha256(rows.encode()).hexdigest()[:16]


def _share(values: Sequence[bool], better: Literal["higher", "lower"] = "higher") -> Figure | None:
    return _mean([float(value) for value in values], better)


def _mean(values: Sequence[float], better: Literal["higher", "lower"] = "higher") -> Figure | None:
    return Figure(round(sum(values) / len(values), 4), len(values), better) if values else None


def _spaced(text: str) -> str:
    return " ".join(text.split()).casefold()
