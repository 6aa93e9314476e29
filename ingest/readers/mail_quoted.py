"""What a message quotes of others: whose words they are, and lines as their writer wrote them."""

import re
from collections.abc import Sequence

from ingest.document import Utterance

_MARKS = re.compile(r"(?:[ \t]?>)*")
_PERSON = r"(?P<name>[^,;:<>\n\d]{2,60}?)"
_WROTE = re.compile(
    rf"(?:.{{0,120}}(?:,|\d|\d\s?[AaPp]\.?[Mm]\.?|\bat|\bUTC)\s+)?{_PERSON}?\s*,?\s*"
    r"(?:[<\[(](?:mailto:)?(?P<address>[^<>\s\])]+)(?:<[^>]*>)?[>\])])?\s*,?\s+"
    r"(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|escreveu)\s?:",
    re.S,
)
_HEADER = re.compile(
    r"\*?(?:From|Von|De|Da|Van)\*?\s?:[ \t*]*(?P<name>[^\n]{1,120}?)[ \t*]*\n(?:[ \t]*>)*\s*"
    r"(?=\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviad[oa]|Inviato|Data|Verzonden|To)\*?\s?:)"
)
_HEADER_LINE = re.compile(r"(?:(?:[ \t]*>)*[ \t]*\*?[A-ZÀ-Þ][\w-]{1,15}\*?\s?:[^\n]*(?:\n\s*|$))+")
_DATED = re.compile(r"\d:\d\d|@")
_SIGNATURE = "-- "


def unflowed(text: str, *, delete_spaces: bool) -> str:
    """Join the lines that a message of `format=flowed` only breaks to be narrow (RFC 3676).

    `delete_spaces` is what it states as `delsp`: the blank before such a break is no word's end.
    """
    written: list[str] = []
    open_at = -1  # how deep the last line is quoted, where it goes on
    for line in text.split("\n"):
        marks = _MARKS.match(line)
        depth = marks.group().count(">") if marks else 0
        content = line[marks.end() :] if marks and depth else line
        content = content.removeprefix(" ")
        if open_at == depth and content != _SIGNATURE:
            written[-1] += content
        else:
            written.append(f"{'>' * depth} {content}" if depth else content)
        goes_on = content.endswith(" ") and content != _SIGNATURE
        open_at = depth if goes_on else -1
        if goes_on and delete_spaces:
            written[-1] = written[-1][:-1]
    return "\n".join(line if line == _SIGNATURE else line.rstrip() for line in written)


def said_by_others(text: str, blocks: Sequence[tuple[int, int]]) -> tuple[Utterance, ...]:
    """Return the paragraphs that a message quotes of somebody whom it names, each with that name.

    `blocks` are the paragraphs' spans in `text`. What stands below the lines "From: … Sent: …" of another
    message is quoted to the end, and so is what follows "… wrote:" where no line has a mark of quotation.
    """
    names: dict[int, str] = {}  # by how deep it is quoted
    announced: tuple[int, str] | None = None
    heads_until = 0
    marked = any(_depth(text, *block)[0] for block in blocks)
    found: list[Utterance] = []
    for index, (start, end) in enumerate(blocks):
        depth, begin = _depth(text, start, end)
        if begin >= end:
            continue  # a blank line within what is quoted
        if announced is not None and depth > announced[0]:
            names[announced[0] + 1] = announced[1]
        elif announced is not None and not marked and _DATED.search(text, *blocks[index - 1]):
            names[announced[0]] = announced[1]
        announced = None
        head = _HEADER.match(text, begin)
        if head:
            names = {level: name for level, name in names.items() if level < depth}
            names[depth] = _named(head["name"])
            rest = _HEADER_LINE.match(text, head.end())
            heads_until = rest.end() if rest else head.end()
            continue
        name = _announced(text, blocks[max(index - 1, 0) : index + 1])
        if name:
            names = {level: known for level, known in names.items() if level <= depth}
            announced = (depth, name)
        if depth in names and start >= heads_until and not name:
            found.append(Utterance(begin, end, names[depth]))
    return tuple(found)


def _depth(text: str, start: int, end: int) -> tuple[int, int]:
    """How many times a paragraph is quoted, and where its own words begin."""
    marks = _MARKS.match(text, start, end)
    depth = marks.group().count(">") if marks else 0
    begin = marks.end() if marks and depth else start
    return depth, begin + len(text[begin:end]) - len(text[begin:end].lstrip())


def _announced(text: str, blocks: Sequence[tuple[int, int]]) -> str:
    """Who "wrote" what follows, by the last of these paragraphs or by both of them; "" where none says so."""
    start, end = blocks[-1]
    if not text[start:end].rstrip().endswith(":"):
        return ""
    for first in (start, blocks[0][0]):
        line = " ".join(re.sub(r"(?m)^[ \t>]+", "", text[first:end]).split())
        match = _WROTE.fullmatch(line) if len(line) <= 300 else None
        if match and (match["name"] or match["address"]):
            return _named(match["name"] or match["address"])
    return ""


def _named(stated: str) -> str:
    """A person's name without address, marks and time of day; the address where there is no name."""
    name = re.sub(r"^(?:[AaPp]\.?[Mm]\.?|UTC|GMT|at|um|à)\s+", "", stated.strip(" \t\n\"'*"))
    bare = re.sub(r"\s*[<\[(].*", "", name).strip(" \t\"'*")
    return bare or name.strip("<>[]() ")
