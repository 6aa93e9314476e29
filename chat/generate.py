"""A language model's answer as claims, sentence by sentence as they arrive; none of it is shown unverified.

A sentence's markers name sources; the words that it rests on are looked for in those sources and nowhere
else. One exception: a sentence that stands word for word in another source is pointed there, and says so.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from chat.answer import Claim, Quote, Remark
from chat.evidence import Evidence
from chat.listen import ModelFailed
from chat.prompt import NOT_IN_SOURCES, Message, Prompt, build_prompt
from chat.verify.names import is_name, opens
from chat.verify.words import Piece, read
from ingest.sentences import sentence_spans
from retrieval.hit import Hit

MOST_QUOTES = 3  # sentences of one source that a claim is laid beside
_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|–|-|and)\s*(?:sources?\s*)?\d{1,3})*"
_MARKER = re.compile(rf"\s*(?:\[|【)\s*(?:sources?\s*)?({_NUMBERS})\s*(?:\]|】)", re.IGNORECASE)
_UNFINISHED = re.compile(r"[\s\[【\d,;\]】]*$")  # of a marker that may go on
_BEGUN = re.compile(r"\W*\w[^\s]*\s")  # a sentence whose first word is whole
_LIST = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+|#{1,6}\s+)")
_STRESS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)


class Hearing(Protocol):
    """Where the model's text comes from: `chat.listen.Listener`, or a script."""

    def listen(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield text piece by piece; raises ModelFailed."""
        ...

    def close(self) -> None:
        """Let go of the model."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A model that is ready: where its text comes from, and how many tokens it reads."""

    hearing: Hearing
    window: int


class ModelWriter:
    """Writes an answer with a language model; `open` makes the model when it is first needed."""

    def __init__(self, name: str, open: Callable[[], Opened]) -> None:
        self.name = name
        self._open = open
        self._opened: Opened | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the model, if it was opened."""
        with self._lock:
            if self._opened is not None:
                self._opened.hearing.close()

    def write(self, question: str, evidence: Evidence) -> Iterator[Claim | Remark | Prompt]:
        """Yield the prompt before it is sent, claims as the model's sentences come, and remarks of ours.

        Raises ModelFailed when the model gives no answer or breaks off, ModelMissing and InvalidSetting when
        it cannot be opened. Closing the iterator stops the model.
        """
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
        prompt = build_prompt(
            question, evidence.question, evidence.hits, evidence.earlier, self._opened.window
        )
        if prompt.left_out:
            yield Remark(_left_out(self.name, prompt))
        if not prompt.sources:
            raise ModelFailed("was not asked, since no passage fits into the tokens it reads")
        yield prompt
        text = self._opened.hearing.listen(prompt.messages)
        try:
            for sentence in sentences(text):
                if _plain(NOT_IN_SOURCES) in _plain(sentence):
                    yield Claim(NOT_IN_SOURCES, ())
                else:
                    yield claim_of(sentence, prompt.sources)
        finally:
            close = getattr(text, "close", None)
            if close is not None:
                close()


def sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Yield each sentence with its markers as soon as it is whole: when the next one has begun.

    What stands between <think> and </think> is no part of the answer.
    """
    heard, given = "", 0
    for piece in pieces:
        heard += piece
        if _thinks(heard):
            continue
        whole = list(_whole(_THINKING.sub("", heard)))
        settled = len(whole) - 1
        if settled > given and _BEGUN.match(whole[-1]) and not _UNFINISHED.match(whole[-1]):
            yield from whole[given:settled]
            given = settled
    yield from list(_whole(_THINKING.sub("", heard)))[given:]


def claim_of(sentence: str, sources: Sequence[Hit]) -> Claim:
    """Return a sentence as a claim with the words of the sources that its markers name; it may be wrong."""
    named = [number for match in _MARKER.finditer(sentence) for number in _numbers(match[1])]
    text = _bare(_MARKER.sub("", sentence))
    inside = [number for number in dict.fromkeys(named) if 1 <= number <= len(sources)]
    outside = [number for number in dict.fromkeys(named) if not 1 <= number <= len(sources)]
    if text.endswith((":", "?")) or not _states(text):
        return Claim(text, (), note="it asks or announces something, and states nothing")
    elsewhere = _word_for_word(text, sources)
    if elsewhere is not None and elsewhere[0] not in inside:
        said = f"it cites {_listed(named)}" if named else "it cites no source"
        return Claim(text, elsewhere[1], note=f"{said}; these very words stand in this source")
    note = f"it also cites {_listed(outside)}, which is no source" if outside and inside else None
    if outside and not inside:
        return Claim(text, (), note=f"it cites {_listed(outside)}, and there are {len(sources)} sources")
    quotes = tuple(quote for number in inside for quote in _resting_on(text, sources[number - 1]))
    return Claim(text, quotes, note=note)


def _states(text: str) -> bool:
    """Whether a sentence has two words with content, or a number or a name; "The answer: no" has not."""
    piece = read(text)
    if len(piece.stems) > 1 or any(map(str.isdigit, text)):
        return True
    return any(is_name(word) and not opens(piece, word) for word in piece.words)


def _resting_on(text: str, hit: Hit) -> Iterator[Quote]:
    """The sentences of a passage that have the claim's words: the best, and those that add to it."""
    claim = read(text)
    wanted = {word.stem for word in claim.words if word.content}
    spans = hit.passage.sentences
    pieces = [read(_words(hit, start, end)) for start, end in spans]
    taken: list[int] = []
    while wanted and len(taken) < min(MOST_QUOTES, len(pieces)):
        best = max(
            (at for at in range(len(pieces)) if at not in taken),
            key=lambda at: (_covered(pieces[at], wanted), hit.sentence_scores[at]),
        )
        covered = {stem for stem in wanted if pieces[best].has(stem)}
        if not covered and taken:
            break
        taken.append(best)
        wanted -= covered
    for first, last in _runs(sorted(taken)):
        yield _quote(hit, spans[first][0], spans[last][1], max(hit.sentence_scores[first : last + 1]))


def _covered(piece: Piece, wanted: set[str]) -> int:
    return sum(map(piece.has, wanted))


def _runs(positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbours together, as their first and last."""
    first = last = None
    for at in positions:
        if first is None or last is None or at != last + 1:
            if first is not None and last is not None:
                yield first, last
            first = at
        last = at
    if first is not None and last is not None:
        yield first, last


def _word_for_word(text: str, sources: Sequence[Hit]) -> tuple[int, tuple[Quote, ...]] | None:
    """The first source that has a text as one of its sentences, but for spaces, and that sentence."""
    for number, hit in enumerate(sources, 1):
        for at, (start, end) in enumerate(hit.passage.sentences):
            if _words(hit, start, end).split() == text.split():
                return number, (_quote(hit, start, end, hit.sentence_scores[at]),)
    return None


def _quote(hit: Hit, start: int, end: int, score: float) -> Quote:
    passage = hit.passage
    return Quote(
        passage.document_id, passage.version, start, end, _words(hit, start, end), passage.id, round(score, 4)
    )


def _words(hit: Hit, start: int, end: int) -> str:
    return hit.passage.text[start - hit.passage.start : end - hit.passage.start]


def _thinks(heard: str) -> bool:
    """Whether a stretch of thinking has begun and not ended, or may be just beginning."""
    lower = heard.lower()
    return lower.count("<think>") > lower.count("</think>") or bool(re.search(r"<[a-z/]{0,6}$", lower))


def _whole(text: str) -> Iterator[str]:
    """The sentences of a text, each line by itself, markers that stand apart with what comes before them."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
    found: list[str] = []
    for start, end in sentence_spans(text, lines):
        piece = text[start:end]
        lead = _MARKER.match(piece)
        while lead is not None and found:
            found[-1] += lead[0]
            piece = piece[lead.end() :].lstrip(" .")
            lead = _MARKER.match(piece)
        if piece.strip():
            found.append(piece)
    yield from (each for each in found if re.search(r"\w", _MARKER.sub("", each)))


def _numbers(listed: str) -> list[int]:
    """The numbers of a marker: "1, 2" and "1-3" are several."""
    numbers: list[int] = []
    for part in re.split(r"[,;]|and", listed):
        ends = [int(each) for each in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 < ends[1] - ends[0] < 10:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return numbers


def _bare(text: str) -> str:
    """A sentence without the signs of lists and stress."""
    return " ".join(_STRESS.sub(r"\2", _LIST.sub("", text)).split())


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(f"[{number}]" for number in dict.fromkeys(numbers))


def _left_out(name: str, prompt: Prompt) -> str:
    total = len(prompt.sources) + len(prompt.left_out)
    return (
        f"{name} was given {len(prompt.sources)} of {total} passages: more do not fit into the "
        f"{prompt.window} tokens that it reads."
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
