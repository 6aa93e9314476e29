"""Subtitles, WebVTT and SubRip: the words as they are said, with time and speaker beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.document import Mark, Reading, Utterance
from ingest.readers.assemble import Assembly

_TIME = r"(?:(?:\d{1,3}):)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_CUE = re.compile(rf"[ \t]*(?P<start>{_TIME})[ \t]+-->[ \t]+(?P<end>{_TIME})(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[\w.-]+)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|<\d[\d:.]*>|\{\\[^}]*\}")
_NAMED = re.compile(
    r"(?:-\s*)?(?:>>+\s*)?([A-Z][\w.'’-]*(?: [A-Z(][\w.'’)-]*){0,4}|[A-Z][A-Z .'’-]{1,40}):\s+(?=\S)"
)
_TURN = re.compile(r"(?:[-–—]|>>+)\s*(?=\S)")
_PAUSE = 2.0  # seconds without words, after which a new paragraph begins


@dataclass(frozen=True, slots=True)
class _Cue:
    """What is shown at one time, by one person; seconds from the beginning."""

    start: float
    end: float
    speaker: str | None
    turn: bool
    text: str


def is_subtitles(text: str, extension: str) -> bool:
    """Whether a text is subtitles: by its first line, or by a cue's times near its top."""
    top = text.lstrip("\ufeff \t\r\n")[:2000]
    if top.startswith("WEBVTT"):
        return True
    first = top.splitlines()[:4]
    return extension in ("srt", "vtt") or (
        len(first) > 1 and first[0].strip().isdigit() and _CUE.fullmatch(first[1]) is not None
    )


def read(text: str, name: str, encoding: str) -> Reading:
    """Read decoded subtitles; a cue that only repeats the one before it is left out."""
    vtt = text.lstrip("\ufeff \t\r\n").startswith("WEBVTT")
    assembly = Assembly()
    marks: list[Mark] = []
    said: list[Utterance] = []
    speaker: str | None = None
    last: _Cue | None = None
    for cue in _cues(text):
        if last is not None and cue.text == last.text:
            continue
        changed = (cue.turn and not cue.speaker) or (cue.speaker or speaker) != speaker
        new = last is None or changed or cue.start - last.end > _PAUSE
        speaker = cue.speaker or (None if cue.turn else speaker)
        if new:
            assembly.add(cue.text)
            begun = assembly.blocks[-1][0]
        else:
            assembly.write(" ")
            begun = assembly.write(cue.text)[0]
            assembly.blocks[-1] = (assembly.blocks[-1][0], begun + len(cue.text))
        end = begun + len(cue.text)
        marks.append(Mark(begun, end, clock(cue.start)))
        if speaker and said and not new and said[-1].speaker == speaker:
            said[-1] = replace(said[-1], end=end)
        elif speaker:
            said.append(Utterance(begun, end, speaker))
        last = cue
    reading = assembly.reading(
        name, "text/vtt" if vtt else "application/x-subrip", metadata={"encoding": encoding}
    )
    return replace(reading, marks=tuple(marks), utterances=tuple(said))


def clock(seconds: float) -> str:
    """A time as people write it: `01:02:03`, or `02:03` within the first hour."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"


def seconds_of(time: str) -> float:
    """Seconds of a time written with colons, and a point or comma before the fraction."""
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def _cues(text: str) -> Iterator[_Cue]:
    lines = re.split(r"\r\n|\r|\n", text)
    position = 0
    while position < len(lines):
        match = _CUE.fullmatch(lines[position])
        position += 1
        if match is None:
            continue
        shown = []
        while position < len(lines) and lines[position].strip() and not _CUE.fullmatch(lines[position]):
            shown.append(lines[position])
            position += 1
        if (
            position < len(lines)
            and _CUE.fullmatch(lines[position])
            and shown
            and shown[-1].strip().isdigit()
        ):
            shown.pop()  # the next cue's number, where no blank line parts them
        yield from _spoken(seconds_of(match["start"]), seconds_of(match["end"]), shown)


def _spoken(start: float, end: float, shown: list[str]) -> Iterator[_Cue]:
    """The cue, in parts where several people speak in it."""
    from html import unescape

    waiting: list[str] = []
    speaker: str | None = None
    turn = False
    for line in shown:
        voice = _VOICE.search(line)
        words = " ".join(unescape(_TAG.sub("", _VOICE.sub("", line))).split())
        named = _NAMED.match(words)
        starts = voice or named or _TURN.match(words)
        if starts and waiting:
            yield _Cue(start, end, speaker, turn, " ".join(waiting))
            waiting = []
        if starts:
            turn = True
            speaker = voice[1].strip() if voice else named[1].strip() if named else None
            words = words[named.end() :] if named else _TURN.sub("", words, count=1)
        if words:
            waiting.append(words)
    if waiting:
        yield _Cue(start, end, speaker, turn, " ".join(waiting))
