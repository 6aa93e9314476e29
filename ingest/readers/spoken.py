"""Who says what in a plain transcript, and when: read off the text, which stays as it is."""

import re
from dataclasses import replace
from itertools import pairwise

from ingest.document import Mark, Reading, Utterance
from ingest.readers.subtitles import clock, seconds_of
from ingest.readers.transcript import utterances

_TIME = r"[\[(]?(?P<time>(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)[\])]?"
_NAME = r"(?P<name>(?:[A-Z][\w.'’-]*|[A-Z]\.)(?:[ ](?:[A-Z(][\w.'’)-]*|de|van|von|of|the)){0,5})"
_TURN = re.compile(
    rf"[ \t]*(?:{_TIME}[ \t]*(?:[-–—][ \t]*)?)?{_NAME}"
    r"(?:[ \t]*[\[(](?P<after>(?:\d{1,2}:)?\d{1,2}:\d{2})[\])])?"
    r"[ \t]*:(?:[ \t]+|[ \t]*\r?\n)(?=\S)"
)
_TITLED = re.compile(
    r"[ \t]*(?P<name>(?i:the (?:chair(?:man|woman|person)?|speaker|clerk))|(?:Mr|Mrs|Ms|Dr|Senator|Chairman|"
    r"Chairwoman|Representative|Secretary|Director|Commissioner|Governor|Mayor|Ambassador|General|Judge)\.?"
    r"(?:[ ][A-Z][\w'’-]+){1,3}(?:[ ]of[ ][A-Z]\w+)?)\.[ \t]+(?=[A-Z\"“])"
)  # "Mr. Jones of Ohio. I yield.", as hearings of the United States Congress are printed
_ASKED = re.compile(r"[ \t]*(?P<sign>[QA])(?:[.:][ \t]+|\t|[ ]{2,})(?=\S)")
_NAMED = re.compile(
    r"[ \t]*(?:BY\s+)?(?:(?:MR|MS|MRS|DR|THE)\.?\s+[A-Z][A-Z'’ -]*|[A-Z][A-Z.'’ -]{1,40}):(?:\s|$)"
)
_LINE = re.compile(r"[^\r\n\f]*(?:\r\n|[\r\n\f]|$)")
_FEWEST_TURNS = 4
_NO_NAMES = re.compile(
    r"(?:note|re|subject|from|to|cc|date|sent|title|author|source|url|http|https|tel|fax|email|e-mail|"
    r"example|warning|figure|table|summary|abstract|keywords|page|chapter|section|step|"
    r"january|february|march|april|may|june|july|august|september|october|november|december)",
    re.I,
)


def with_speakers(reading: Reading) -> Reading:
    """Return a text with its turns and times, where it is a transcript; else as it is.

    It is one where at least two people speak, at least four times, and most of the text is said by somebody;
    questions and answers ("Q.", "A.") are turns of a hearing. What is said beside it (comments) stays.
    """
    length = _length(reading)
    hearing = _with_questions(reading)
    if hearing is not None:
        return hearing
    turns: list[tuple[int, int, str, str | None]] = []
    for match in _LINE.finditer(reading.text, 0, length):
        line = match.group()
        turn = _TURN.match(line) or _TITLED.match(line)
        turn = turn or _TURN.match(reading.text, match.start(), match.end() + 200)
        if turn and _NO_NAMES.fullmatch(turn["name"]) is None:
            start = turn.end() if turn.string is reading.text else match.start() + turn.end()
            timed = turn.groupdict()
            turns.append((match.start(), start, turn["name"], timed.get("time") or timed.get("after")))
        if match.end() == length:
            break
    names = [name for _, _, name, _ in turns]
    if len(turns) < _FEWEST_TURNS or len(set(names)) < 2 or len(set(names)) > 0.6 * len(turns) + 1:
        return reading
    ends = [start for start, _, _, _ in turns[1:]] + [length]
    if ends[-1] - turns[0][0] < 0.5 * length:
        return reading
    said: list[Utterance] = []
    marks: list[Mark] = []
    for (begun, start, name, time), end in zip(turns, ends, strict=True):
        words = reading.text[start:end].rstrip()
        if words:
            said.append(Utterance(start, start + len(words), name))
        if words and time:
            marks.append(Mark(begun, start + len(words), clock(seconds_of(time))))
    blocks = _cut_at(reading, [line for line, _, _, _ in turns])
    said += reading.utterances
    return replace(reading, blocks=tuple(blocks), utterances=tuple(said), marks=reading.marks or tuple(marks))


def _length(reading: Reading) -> int:
    """Where the text's own words end and what is said beside them begins."""
    return min((each.start for each in reading.utterances), default=len(reading.text))


def _with_questions(reading: Reading) -> Reading | None:
    """The reading with who asks and who answers, where most of it is questions and answers."""
    text, length = reading.text, _length(reading)
    starts: list[int] = []
    signs: list[str] = []
    for match in _LINE.finditer(text, 0, length):
        asked = _ASKED.match(match.group())
        if asked or _NAMED.match(match.group()):
            signs += [asked["sign"]] if asked else []
            starts.append(match.start() + len(match.group()) - len(match.group().lstrip()))
        if match.end() == length:
            break
    turns = [(start, start + len(text[start:end].rstrip())) for start, end in pairwise([*starts, length])]
    first = next((start for start, end in turns if _ASKED.match(text, start, end)), length)
    if min(signs.count("Q"), signs.count("A")) < _FEWEST_TURNS // 2 or length - first < 0.5 * length:
        return None
    blocks = _cut_at(reading, starts)
    said = [*utterances(text, turns), *reading.utterances]
    title = None if reading.title and _ASKED.match(reading.title) else reading.title
    return replace(reading, title=title, blocks=tuple(blocks), utterances=tuple(said))


def _cut_at(reading: Reading, places: list[int]) -> list[tuple[int, int]]:
    """The blocks, each turn's first line the beginning of one."""
    cut: list[tuple[int, int]] = []
    waiting = iter([*places, len(reading.text) + 1])
    place = next(waiting)
    for start, end in reading.blocks:
        edges = [start]
        while place < end:
            if place > start:
                edges.append(place)
            place = next(waiting)
        for left, right in pairwise([*edges, end]):
            piece = reading.text[left:right]
            if piece.strip():
                left += len(piece) - len(piece.lstrip())
                cut.append((left, left + len(piece.strip())))
    return cut
