"""Line-numbered transcripts: the numbers become marks ("12:7"), the words become the text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.document import Mark, Page, Reading, Utterance

_PAGE = re.compile(r"\s*(?:page\s+)?(\d{1,5})(?:\s+of\s+\d+)?\s*", re.I)
_PAGE_WORD = re.compile(r"\s*page\s+(\d{1,5})(?:\s+of\s+\d+)?\s*", re.I)
_NUMBERED = re.compile(r"[ \t]{0,12}(\d{1,2})(?:[ \t]+(.*)|\s*)$")
_TURN = re.compile(r"(?:[QA]\.?\s|[A-Z][A-Z.'’ -]{1,40}:|(?:BY\s)?(?:MR|MS|MRS|DR|THE)\.?\s[A-Z]+)")
_SIGN = re.compile(r"(?P<sign>[QA])[.:]?\s+")
_BY = re.compile(r"BY\s+(?P<name>(?:MR|MS|MRS|DR)\.?\s+[A-Z][A-Z'’-]+):?\s*")
_SPEAKER = re.compile(r"(?P<name>(?:MR|MS|MRS|DR|THE)\.?\s+[A-Z][A-Z'’ -]*|[A-Z][A-Z.'’ -]{1,40}):\s+")
_OBJECTS = re.compile(r"(?:I\s+)?object(?:ion|s|ed)?\b", re.I)
_SWORN = re.compile(
    r"(?P<name>[A-Z][A-Z.'’-]+(?:\s+[A-Z][A-Z.'’-]*){1,4}),?\s+(?:(?:the\s+witness|a\s+witness|the\s+deponent)\b"
    r"[^.]{0,80}|having\b[^.]{0,60}|was\b[^.]{0,40}|being\b[^.]{0,40}|called\b[^.]{0,60})\bsworn\b"
)
_LINES = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the transcript: its number in print, its lines with theirs, and its place in the file."""

    number: int
    lines: Sequence[tuple[int | None, str]]
    place: int


def sheets(text: str) -> list[Sheet] | None:
    """The transcript's pages; None where the text is none: too few lines carry numbers counting from 1."""
    found: list[Sheet] = []
    for number, lines in _pages(text):
        numbered: list[tuple[int, str]] = []
        others = 0
        for line in lines:
            match = _NUMBERED.match(line)
            last = numbered[-1][0] if numbered else 0
            if match and last < int(match[1]) <= last + 2:
                numbered.append((int(match[1]), (match[2] or "").rstrip()))
            elif line.strip():
                others += 1
        if not numbered and others <= 5:
            continue
        if len(numbered) < 0.8 * (len(numbered) + others) or numbered[0][0] != 1:
            return None
        found.append(Sheet(number, numbered, number))
    if sum(len(sheet.lines) for sheet in found) < 5:
        return None
    return found


def _pages(text: str) -> list[tuple[int, list[str]]]:
    """Number and lines of each page: at form feeds, at `Page N` lines, or where line numbers start again."""
    pages: list[tuple[int, list[str]]] = []
    for chunk in text.split("\f"):
        pages.append(((pages[-1][0] + 1) if pages else 1, []))
        for line in _LINES.split(chunk):
            heading = _PAGE_WORD.fullmatch(line)
            alone = _PAGE.fullmatch(line)
            lines = pages[-1][1]
            if heading or (alone and not any(map(str.strip, lines)) and "\f" in text and alone[1] != "1"):
                number = int((heading or alone)[1])  # type: ignore[index]
                if any(map(str.strip, lines)):
                    pages.append((number, []))
                else:
                    pages[-1] = (number, [])
                continue
            match = _NUMBERED.match(line)
            if match and match[1] == "1" and "\f" not in text and _last(lines) > 3:
                pages.append((pages[-1][0] + 1, []))
                lines = pages[-1][1]
            lines.append(line)
    return pages


def _last(lines: list[str]) -> int:
    match = next((m for m in map(_NUMBERED.match, reversed(lines)) if m), None)
    return int(match[1]) if match else 0


def transcribe(found: list[Sheet], metadata: dict[str, str]) -> Reading:
    """The reading of a transcript: a line a line, each turn of a speaker a block."""
    parts: list[str] = []
    marks: list[Mark] = []
    pages: list[Page] = []
    blocks: list[tuple[int, int]] = []
    length, gap = 0, False
    for sheet in found:
        first: int | None = None
        for number, raw in sheet.lines:
            content = raw.strip()
            if not content:
                gap = True
                continue
            turn = _TURN.match(content) is not None or gap
            if parts:
                parts.append("\n")
                length += 1
            start, length = length, length + len(content)
            parts.append(content)
            first = start if first is None else first
            if number is not None:
                marks.append(Mark(start, length, f"{sheet.number}:{number}"))
            blocks[len(blocks) - (not turn and bool(blocks)) :] = [
                (start if turn or not blocks else blocks[-1][0], length)
            ]
            gap = False
        if first is not None:
            pages.append(Page(sheet.place, first, length, str(sheet.number)))
    text = "".join(parts)
    return Reading(
        text,
        "text/plain",
        blocks=tuple(blocks),
        pages=tuple(pages),
        marks=tuple(marks),
        metadata=metadata,
        utterances=tuple(utterances(text, blocks)),
    )


def utterances(text: str, blocks: list[tuple[int, int]]) -> Iterator[Utterance]:
    """Yield who says each turn, and whether it is a question, an answer or an objection.

    A question is the examiner's, who is named by the last `BY MS. X:`; an answer the sworn witness's.
    """
    sworn = _SWORN.search(text)
    witness = " ".join(sworn["name"].split()).title() if sworn else "the witness"
    examiner = None
    for start, end in blocks:
        turn = text[start:end]
        by, named, sign = _BY.match(turn), _SPEAKER.match(turn), _SIGN.match(turn)
        if by:
            examiner = " ".join(by["name"].split())
            rest = _SIGN.match(turn, by.end())
            if rest:
                yield Utterance(start + rest.end(), end, examiner, "question")
        elif named:
            name = " ".join(named["name"].split())
            role = "objection" if _OBJECTS.match(turn, named.end()) else None
            if "WITNESS" in name:
                name, role = witness, "answer"
            yield Utterance(start + named.end(), end, name, role)
        elif sign:
            asks = sign["sign"] == "Q"
            speaker, role = (examiner, "question") if asks else (witness, "answer")
            yield Utterance(start + sign.end(), end, speaker, role)


def read(text: str, metadata: dict[str, str]) -> Reading | None:
    """Read a decoded text as a transcript; None where it is none."""
    found = sheets(text)
    return transcribe(found, metadata) if found else None
