"""Answers, hits, documents and verdicts as lines of text for a person."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from chat.answer import Answer, Checked, Citation, Sentence, Short, opening
from chat.interfaces.terminal import Screen, one_line
from ingest.document import Reading
from retrieval.hit import Hit
from retrieval.languages import note
from retrieval.report import AddReport, DocumentInfo, Failure, Receipt

_IN = "    "
_SHORT = 70  # characters of a sentence that a note repeats to name it
_SNIPPET = 300  # characters of a passage below a hit
_MARKS = {"supported": "green", "partial": "yellow", "contradicted": "red", "unsupported": "yellow"}
_LEGS = {"both": "meaning and words", "exact name": "an exact name"}


def answer_lines(answer: Answer, screen: Screen) -> list[str]:
    """Return the answer with its footnotes; where there is none, what is near and what was not read."""
    lines = []
    if answer.standalone_question != answer.question:
        lines += [
            screen.paint("dim", line) for line in screen.wrapped(f"asked: {answer.standalone_question}")
        ]
    return [*lines, *screen.wrapped(answer.text), *_notes(answer, screen), *footnote_lines(answer, screen)]


def sentence_lines(sentence: Sentence, screen: Screen) -> list[str]:
    """Return one sentence with its markers, and below it what a reader must know before resting on it."""
    marks = "".join(f"[{number}]" for number in sentence.citations)
    reserve = _reserve(sentence)
    notes = screen.wrapped(reserve, indent=_IN, first="  ") if reserve else []
    return [*screen.wrapped(f"{sentence.text} {marks}"), *notes]


def short_lines(short: Short, screen: Screen) -> list[str]:
    """Return the short answer with its marker, as it opens an answer."""
    return [screen.paint("bold", line) for line in screen.wrapped(opening(short))]


def footnote_lines(answer: Answer, screen: Screen) -> list[str]:
    """Return all that stands below an answer's text."""
    lines: list[str] = []
    for citation in answer.citations:
        lines += ["", *_quoted(citation, screen, place(citation), f"[{citation.number}] ")]
    if answer.missing:
        lines += ["", screen.paint("bold", "No sentence surely answers this; these are the closest:")]
        lines += [f"  {one_line(part)}" for part in answer.missing]
    if answer.rejected:
        lines += ["", screen.paint("bold", "Rejected, since the sources do not bear it out:")]
        for part in answer.rejected:
            lines += screen.wrapped(f"{part.text} ({part.reason})", indent=_IN, first="  ")
    cited = {_span(citation) for citation in answer.citations}
    near = [citation for citation in answer.nearest if _span(citation) not in cited]
    if near:
        lines += ["", screen.paint("bold", "Closest passages:")]
        for number, citation in enumerate(near, 1):  # these are no footnotes: nothing rests on them
            lines += ["", *_quoted(citation, screen, place(citation), f"{number:>2}. ")]
    if answer.unreadable and answer.status != "answered":
        lines += ["", *failure_lines(answer.unreadable, screen)]
    return [*lines, "", screen.paint("dim", f"conversation {answer.conversation}, turn {answer.turn}")]


def hit_lines(hits: Sequence[Hit], screen: Screen) -> list[str]:
    """Return the hits, best first, each with the scores and ranks of both legs."""
    if not hits:
        return ["Nothing was found."]
    lines: list[str] = []
    for rank, hit in enumerate(hits, 1):
        passage = hit.passage
        place = [hit.title, f"p. {passage.page}" if passage.page else "", hit.published or "", hit.collection]
        found = f"found by {_LEGS.get(hit.reason, hit.reason)}"
        meaning = f"meaning {hit.dense:.3f} ({_rank(hit.dense_rank)})"
        words = f"words {hit.words:.2f} ({_rank(hit.words_rank)})"
        text = one_line(passage.text)
        lines += ["", *screen.wrapped(_listed(place), indent=_IN, first=f"{rank:>2}. ")]
        each = f", word by word {hit.interaction:.3f}" if hit.interaction else ""
        lines.append(f"{_IN}score {hit.score:.3f}, {found}: {meaning}, {words}{each}")
        lines += screen.wrapped(text[:_SNIPPET] + ("…" if len(text) > _SNIPPET else ""), indent=_IN)
        lines.append(screen.paint("dim", f"{_IN}{passage.id}  {one_line(hit.source)}"))
    return lines[1:]


def checked_lines(rows: Sequence[Checked], screen: Screen) -> list[str]:
    """Return each sentence of a draft with its verdict and the quotes that decided it, then the sums."""
    lines: list[str] = []
    for row in rows:
        disputed = row.support == "supported" and row.contradicting
        label = "DISPUTED" if disputed else row.support.upper()
        wrapped = screen.wrapped(row.text, indent=_IN, first=f"{label}: ")
        colour = _MARKS["contradicted" if disputed else row.support]
        wrapped[0] = screen.paint(colour, label) + wrapped[0][len(label) :]
        lines += [*wrapped, *screen.wrapped(row.reason, indent=_IN)]
        for sign, citations in (("for", row.supporting), ("against", row.contradicting)):
            for citation in citations:
                lines += _quoted(citation, screen, f"{sign}: {place(citation)}")
        lines.append("")
    counts: Counter[str] = Counter(row.support for row in rows)
    sums = ", ".join(f"{counts[support]} {support}" for support in _MARKS if counts[support])
    if count := sum(row.support == "supported" and bool(row.contradicting) for row in rows):
        sums += f" ({count} of the supported disputed by another source)"
    return [*lines, f"{_many(len(rows), 'sentence')}: {sums}"]


def list_lines(
    documents: Sequence[DocumentInfo],
    failures: Sequence[Failure],
    waiting: Sequence[Failure],
    home: Path,
    screen: Screen,
) -> list[str]:
    """Return the table of documents, and below it what waits for OCR and what could not be read."""
    if not (documents or failures or waiting):
        return [empty_line(home)]
    lines = []
    if documents:
        rows = [
            (each.id, each.title, each.published or "", each.collection, str(each.passages), _note(each))
            for each in documents
        ]
        lines = screen.table(("ID", "TITLE", "DATE", "COLLECTION", "PASSAGES", "NOTE"), rows)
    if waiting:
        lines += [*([""] if lines else []), *(f"{one_line(each.source)}: {each.reason}" for each in waiting)]
    if lines and failures:
        lines.append("")
    return lines + (failure_lines(failures, screen) if failures else [])


def empty_line(home: Path) -> str:
    """Return what to say of a library without documents."""
    return f"The library {one_line(str(home))} is empty; `footnote add PATH` puts documents in."


def document_lines(info: DocumentInfo, screen: Screen, reading: Reading) -> list[str]:
    """Return all that is known of one document, a line each, with how it was found."""
    rows = [
        ("id", info.id),
        ("version", str(info.version)),
        ("title", info.title),
        ("source", info.source),
        ("origin", info.origin if info.origin != info.source else ""),
        ("within", reading.metadata.get("parent_source", "")),
        ("collection", info.collection),
        ("published", info.published or ""),
        ("author", info.author or ""),
        ("publisher", reading.metadata.get("publisher", "")),
        ("language", reading.metadata.get("language", "")),
        ("address", reading.metadata.get("url", "")),
        ("retrieved", reading.metadata.get("retrieved_at", "")),
        ("type", info.media_type),
        ("pages", str(info.pages) if info.pages else ""),
        ("characters", str(info.characters)),
        ("passages", str(info.passages)),
        ("added", info.added_at),
        ("sha256", info.content_hash),
        ("searched", "" if info.enabled else "no; `footnote enable` changes that"),
        ("note", info.note or ""),
    ]
    found = {name: f" ({each.how})" for name, each in reading.found.items()}
    found |= {name: " (set by you)" for name in info.edited}
    empty = [(name, "none") for name in info.edited if not dict(rows).get(name)]
    shown = [(name, value + found.get(name, "")) for name, value in [*rows, *empty] if value]
    return screen.table((), shown, whole=True)


def receipt_lines(receipts: Sequence[Receipt], screen: Screen, *, purged: bool = False) -> list[str]:
    """Return a table of what was removed, of the traces before and after, and what may linger."""
    rows = [
        (
            each.document_id,
            str(each.versions),
            str(each.passages),
            str(sum(each.before.values())),
            str(each.left),
            each.source,
        )
        for each in receipts
    ]
    head = ("REMOVED", "VERSIONS", "PASSAGES", "TRACES BEFORE", "AFTER", "SOURCE")
    places = sorted({place for each in receipts for place in each.before})
    sums = [
        f"{place} {sum(each.before[place] for each in receipts)} -> "
        f"{sum(each.after[place] for each in receipts)}"
        for place in places
    ]
    lines = screen.table(head, rows)
    if sums:
        lines += screen.wrapped(f"Counted before and after: {', '.join(sums)}.")
    if not purged:
        lines += screen.wrapped(
            "Its words are gone from every file. Numbers made of them (vectors) may linger in the vectors "
            "index until it is next rebuilt; `remove --purge` rebuilds at once."
        )
    return lines


def added_line(report: AddReport) -> str:
    """Return the sums of an addition."""
    parts = [f"{len(report.added)} added"]
    if report.unchanged:
        parts.append(f"{len(report.unchanged)} unchanged")
    if report.failed:
        parts.append(f"{len(report.failed)} could not be read")
    if report.identical:
        parts.append(f"{len(report.identical)} of the added have the bytes of another document")
    return ", ".join(parts)


def foreign_lines(report: AddReport, screen: Screen) -> list[str]:
    """Return a line for each language of what was added that the embedder does not speak."""
    counts = Counter(language for _, language in report.foreign)
    return [
        line
        for language, count in sorted(counts.items())
        for line in screen.wrapped(f"{_many(count, 'document')} {note(language)}")
    ]


def failure_lines(failures: Sequence[Failure], screen: Screen) -> list[str]:
    """Return what could not be read, one whole line each."""
    rows = [(each.source, each.reason) for each in failures]
    lines = [f"  {line}" for line in screen.table((), rows, whole=True)]
    return [screen.paint("bold", "Could not be read:"), *lines]


def _note(info: DocumentInfo) -> str:
    parts = ["" if info.enabled else "not searched", info.note or ""]
    return "; ".join(part for part in parts if part)


def _notes(answer: Answer, screen: Screen) -> list[str]:
    lines = []
    for sentence in answer.sentences:
        if found := _reserve(sentence):
            text = one_line(sentence.text)
            named = text[:_SHORT] + ("…" if len(text) > _SHORT else "")
            lines += screen.wrapped(f"“{named}”: {found}", indent=_IN, first="  ")
    return ["", *lines] if lines else []


def _reserve(sentence: Sentence) -> str:
    """What a reader must know before resting on a sentence."""
    parts = []
    if sentence.support != "supported":
        parts.append(
            f"{sentence.support} by its source" + (f": {sentence.reason}" if sentence.reason else "")
        )
    if sentence.relation == "relates":
        parts.append("it relates to the question and may not answer it")
    if sentence.speaker:
        parts.append(f"said by {sentence.speaker}")
    return "; ".join(parts)


def _quoted(citation: Citation, screen: Screen, head: str, first: str = _IN) -> list[str]:
    """A citation: where it stands, the words themselves, what they need beside them, and their span."""
    lines = screen.wrapped(head, indent=_IN, first=first)
    if citation.quote:
        lines += screen.wrapped(f"“{citation.quote}”", indent=_IN)
    for part in citation.context:
        lines += screen.wrapped(f"{part.why}: “{part.quote}”", indent=_IN * 2, first=_IN)
    return [*lines, screen.paint("dim", f"{_IN}{_span(citation)}  {one_line(citation.source)}")]


def _span(citation: Citation) -> str:
    return f"{citation.document_id}:{citation.document_version}:{citation.start}-{citation.end}"


def place(citation: Citation) -> str:
    """Return where a citation stands, in words."""
    page = f"p. {citation.page}" if citation.page is not None else ""
    stands = _listed([citation.title, page, citation.locator or "", citation.published or ""])
    return stands if citation.state == "current" else f"{stands} ({citation.state})"


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(part for part in parts if part)


def _rank(rank: int | None) -> str:
    return f"rank {rank}" if rank is not None else "no rank"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
