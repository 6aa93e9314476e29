"""Mentions, a checked draft and a grid as rows of a table, for publishing or for filing.

A publishable table has no path, file name, hash, id or user in it; one for filing has all that names the
source. Quotes are the same in both. Footnotes have columns of their own, as many as the row with the most.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from chat.answer import Checked, Citation, prose
from chat.export.markdown import escape
from chat.grid import Grid, GridCell
from chat.mentions import Mention, Mentions
from chat.seen import SeenPlace
from chat.tables import Cell
from retrieval.report import DocumentInfo

Kind = Literal["publishable", "filing"]
Row = Sequence[Cell]
Label = Callable[[str, int], str]
"""What a document's version is called in the table."""
Clean = Callable[[str], str]
"""Our own words as they may stand in the table."""
STATES = {"answered": "Answered", "partial": "Partly", "not_found": "Not found", "failed": "Failed"}
VERDICTS = {
    "supported": "Supported",
    "disputed": "Disputed",
    "partial": "Partly supported",
    "contradicted": "Contradicted",
    "unsupported": "No source",
}
"""A sentence's verdict in words; disputed is what one source states and another one contradicts."""


def verdict(row: Checked) -> str:
    """Return a sentence's verdict, a key of `VERDICTS`."""
    return "disputed" if row.support == "supported" and row.contradicting else row.support


def mentions_rows(found: Mentions, kind: Kind, label: Label, seen: Iterable[SeenPlace] = ()) -> Iterator[Row]:
    """Yield the headings, then a row for each mention."""
    documents = {(each.document_id, each.document_version): each for each in found.documents}
    ticked = set(seen)
    filing = ("Seen", "Collection", "Source", "Document id", "Version", "Start", "End")
    yield ("No.", "Name", "Words", "Sentence", "Document", "Date", "Page", "Place", "On the page") + (
        filing if kind == "filing" else ()
    )
    for each in found.mentions:
        place = SeenPlace(each.document_id, each.document_version, each.start, each.end)
        document = documents[each.document_id, each.document_version]
        row: Row = (
            each.number,
            each.name,
            each.words,
            each.sentence,
            label(each.document_id, each.document_version),
            document.published,
            each.page,
            each.locator,
            "hidden" if each.hidden else "visible",
        )
        if kind == "filing":
            said = "yes" if place in ticked else "no"
            row = (*row, said, document.collection, document.source, *_span(each))
        yield row


def checked_rows(checked: Sequence[Checked], kind: Kind, label: Label, clean: Clean) -> Iterator[Row]:
    """Yield the headings, then a row for each sentence of a draft."""
    quotes = [
        [("supports", each) for each in row.supporting]
        + [("contradicts", each) for each in row.contradicting]
        for row in checked
    ]
    most = max(map(len, quotes), default=0)
    yield ("No.", "Sentence", "Verdict", "Reason", *_headings(most, kind, ("says",)))
    for number, (row, cited) in enumerate(zip(checked, quotes, strict=True), 1):
        said = [(how, *_footnote(each, kind, label)) for how, each in cited]
        yield (
            number,
            row.text,
            VERDICTS[verdict(row)],
            clean(row.reason),
            *(cell for each in said for cell in each),
        )


def checked_markdown(
    checked: Sequence[Checked], paragraphs: Sequence[int], kind: Kind, label: Label, clean: Clean
) -> str:
    """Return a draft as Markdown, its paragraphs as they were, each sentence with its verdict and footnotes.

    `paragraphs` says how many sentences each has.
    """
    parts, notes = ["# Checked draft", ", ".join(_counted(checked)) + "."], list[str]()
    rows = iter(checked)
    for count in paragraphs:
        said = []
        for row, _ in zip(rows, range(count), strict=False):
            marks = ""
            quotes = [("supports", each) for each in row.supporting]
            for how, each in (*quotes, *(("contradicts", each) for each in row.contradicting)):
                marks += f"[^{len(notes) + 1}]"
                notes.append(_note(len(notes) + 1, how, each, kind, label))
            why = f": {escape(clean(row.reason))}" if row.support != "supported" or row.contradicting else ""
            said.append(f"{escape(' '.join(row.text.split()))} **[{VERDICTS[verdict(row)]}{why}]**{marks}")
        parts.append("\n".join(said))
    return "\n\n".join([*parts, *notes]) + "\n"


def _counted(checked: Sequence[Checked]) -> list[str]:
    found = [verdict(row) for row in checked]
    return [f"{name} {found.count(key)}" for key, name in VERDICTS.items() if key in found]


def _note(number: int, how: str, each: Citation, kind: Kind, label: Label) -> str:
    called, published, page, place, quote, *filed = _footnote(each, kind, label)
    where = [str(called), published, place or (f"page {page}" if page else None), *filed]
    facts = escape(", ".join(str(part) for part in where if part))
    return f"[^{number}]: {how.capitalize()}: {facts}. “{escape(' '.join(str(quote).split()))}”"


def grid_rows(
    grid: Grid, kind: Kind, label: Label, clean: Clean, documents: Sequence[DocumentInfo]
) -> Iterator[Row]:
    """Yield the headings, then a row for each cell, in the order of the questions."""
    versions = {each.id: each.version for each in documents}
    cells = {cell.number: cell for cell in grid.cells}
    most = max((len(cell.answer.citations) for cell in grid.cells if cell.answer), default=0)
    plan = grid.info.plan
    yield ("Question", "Document", "State", "Answer", *_headings(most, kind, ()))
    for number in range(plan.cells):
        question, document = plan.place(number)
        name = "All documents"
        if document is not None:
            name = label(document, versions[document]) if document in versions else "(removed)"
        cell = cells.get(number)
        state = STATES[cell.state] if cell else "Not asked yet"
        cited = cell.answer.citations if cell and cell.answer else ()
        footnotes = [part for each in cited for part in _footnote(each, kind, label)]
        told = clean(cell.reason or "") if cell and cell.answer is None else _told(cell)
        yield (clean(question), name, state, told, *footnotes)


def _told(cell: GridCell | None) -> str:
    """Return a cell's answer with its markers."""
    if cell is None or cell.answer is None or cell.state == "not_found":
        return ""
    return prose(cell.answer.sentences, cell.answer.short).strip()


def _headings(most: int, kind: Kind, before: Sequence[str]) -> list[str]:
    names = [*before, "document", "date", "page", "place", "quote"]
    if kind == "filing":
        names += ["source", "document id", "version", "start", "end", "hash"]
    return [f"Footnote {number} {name}" for number in range(1, most + 1) for name in names]


def _footnote(each: Citation, kind: Kind, label: Label) -> Row:
    gone = each.state == "removed"
    called = "(removed)" if gone else label(each.document_id, each.document_version)
    row: Row = (called, each.published, each.page, each.locator, each.quote)
    return (*row, each.source, *_span(each), each.content_hash) if kind == "filing" else row


def _span(each: Mention | Citation) -> tuple[str, int, int, int]:
    return each.document_id, each.document_version, each.start, each.end
