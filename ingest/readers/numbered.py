"""Numbered paragraphs and sections, as briefs and statutes have them: their numbers become marks."""

import re
from dataclasses import replace

from ingest.document import Mark, Reading

_PARAGRAPH = re.compile(r"\[?(\d{1,4})[.)\]]\s+(?=\S)")
_SECTION = re.compile(
    r"(?:(?:section|sec\.|article|art\.|§+)\s*(?P<named>\d+[a-z]?(?:\.\d+)*|[IVXLC]+)\b"
    r"|(?P<bare>\d+(?:\.\d+)+|\d+)\.?\s+(?=[^\W\d_]))",
    re.I,
)
_FEWEST_PARAGRAPHS, _FEWEST_SECTIONS = 6, 3
_A_PARAGRAPH = 80  # characters on average; where less stands between two numbers it is a list
_ADDED = re.compile(r"(?:\bpicture|^comment) \d+$")  # what stands beside a text's own words
_SHARE = 0.5  # of the text that numbered paragraphs must hold


def with_numbers(reading: Reading) -> Reading:
    """Return the reading with a mark (`¶ 12`, `section 4.2`) for each numbered stretch.

    Where it has marks already, those stay, and nothing is added beside others than pictures' and comments'.
    """
    if not all(_ADDED.search(mark.label) for mark in reading.marks):
        return reading
    marks = list(_paragraphs(reading) or _sections(reading))
    for added in reading.marks:
        marks = [piece for mark in marks for piece in _around(mark, added, reading.text)]
    return replace(reading, marks=tuple(sorted([*marks, *reading.marks], key=lambda mark: mark.start)))


def _around(mark: Mark, added: Mark, text: str) -> list[Mark]:
    """What is left of a mark before and behind a picture, or comments, within it."""
    if mark.end <= added.start or added.end <= mark.start:
        return [mark]
    pieces = ((mark.start, added.start), (added.end, mark.end))
    return [replace(mark, start=start, end=end) for start, end in pieces if text[start:end].strip()]


def _paragraphs(reading: Reading) -> list[Mark]:
    """Marks where blocks count up one by one from 1 and hold most of the text; else none."""
    starts: list[tuple[int, int]] = []
    for start, end in reading.blocks:
        match = _PARAGRAPH.match(reading.text[start : min(end, start + 12)])
        if match and int(match[1]) == len(starts) + 1:
            starts.append((start, int(match[1])))
    if len(starts) < _FEWEST_PARAGRAPHS:
        return []
    marks = _until_next(reading, [(start, f"¶ {number}") for start, number in starts])
    held = sum(mark.end - mark.start for mark in marks)
    enough = held >= _SHARE * len(reading.text) and held >= _A_PARAGRAPH * len(marks)
    return marks if enough else []


def _sections(reading: Reading) -> list[Mark]:
    """Marks from each heading that has a number to the next heading."""
    found = []
    for heading in reading.headings:
        match = _SECTION.match(reading.text[heading.start : heading.end])
        if match:
            found.append((heading.start, f"section {match['named'] or match['bare']}"))
    return _until_next(reading, found) if len(found) >= _FEWEST_SECTIONS else []


def _until_next(reading: Reading, starts: list[tuple[int, str]]) -> list[Mark]:
    """Marks that end where the next one or the next heading begins, blanks left out."""
    stops = sorted({start for start, _ in starts} | {each.start for each in reading.headings})
    stops.append(len(reading.text))
    marks, position = [], 0
    for start, label in starts:
        while stops[position] <= start:
            position += 1
        end = start + len(reading.text[start : stops[position]].rstrip())
        marks.append(Mark(start, end, label))
    return marks
