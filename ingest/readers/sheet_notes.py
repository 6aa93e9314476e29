"""What stands on a sheet beside its cells: text boxes, charts, and notes with those who wrote them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.readers.charts import chart_titles

Parsed = Callable[[str], Any]
"""Gives a part's tree by its name."""
_ON = ("1", "true")
_LINE = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class CellNote:
    """What a note says about a cell, given by its place such as "B7"; a line a paragraph."""

    place: str
    author: str
    words: str


def xlsx_notes(notes: list[str], threads: list[str], people: list[str], parsed: Parsed) -> list[CellNote]:
    """Return the notes of a sheet's parts; those of a thread stand in for the note that repeats them."""
    names = {
        each.get("id"): (each.get("displayName") or "").strip()
        for part in people
        for each in parsed(part).iter("{*}person")
    }
    said = [
        CellNote(each.get("ref") or "", names.get(each.get("personId"), ""), _lines(each.findtext("{*}text")))
        for part in threads
        for each in parsed(part).iter("{*}threadedComment")
    ]
    places = {note.place for note in said}
    for part in notes:
        said += [note for note in _plain(parsed(part)) if note.place not in places]
    return [note for note in said if note.words]


def _plain(root: Any) -> Iterator[CellNote]:
    authors = [(each.text or "").strip() for each in root.iter("{*}author")]
    for comment in root.iter("{*}comment"):
        number = int(comment.get("authorId") or 0)
        author = authors[number] if number < len(authors) else ""
        runs = comment.findall("{*}text/{*}t") + comment.findall("{*}text/{*}r/{*}t")
        yield noted(comment.get("ref") or "", author, "".join(run.text or "" for run in runs))


def ods_note(cell: Any, place: str) -> CellNote | None:
    """Return the note on a cell of an OpenDocument sheet; None where it has none."""
    note = cell.find("{*}annotation")
    if note is None:
        return None
    words = "\n".join("".join(part.itertext()) for part in note.iter("{*}p"))
    found = noted(place, (note.findtext("{*}creator") or "").strip(), words)
    return found if found.words else None


def noted(place: str, author: str, words: str) -> CellNote:
    """Return a note without its author's name, which Excel writes before the words too."""
    if author:
        words = words.strip().removeprefix(f"{author}:")
    return CellNote(place, author, _lines(words))


def _lines(words: str | None) -> str:
    return _LINE.sub("\n", (words or "").strip())


def drawn(drawing: Any, charts: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    """Return the row, column and words of each text box and each chart of a drawing, in reading order.

    A text box has a line a paragraph. `charts` are those that it names; of them, titles and names are read,
    since what they draw stands in cells.
    """
    found = []
    for anchor in drawing.iterchildren("{*}twoCellAnchor", "{*}oneCellAnchor"):
        row, column = (int(anchor.findtext(f"{{*}}from/{{*}}{name}") or 0) for name in ("row", "col"))
        for body in anchor.iter("{*}txBody"):
            named = body.getparent().find("{*}nvSpPr/{*}cNvPr")
            if named is None or named.get("hidden") not in _ON:
                found.append((row, column, "\n".join(filter(None, map(_written, body.iter("{*}p"))))))
        for chart in anchor.iter("{*}chart"):
            root = next((charts[value] for value in chart.values() if value in charts), None)
            found.append((row, column, "\n".join(chart_titles(root)) if root is not None else ""))
    return sorted(box for box in found if box[2])


def _written(paragraph: Any) -> str:
    """The words of a drawing's paragraph; a line's end is a blank."""
    words = (
        (part.text or "") if part.tag.endswith("}t") else " " for part in paragraph.iter("{*}t", "{*}br")
    )
    return " ".join("".join(words).split())
