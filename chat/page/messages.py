"""Answers -> messages of the Chatbot: our own markup around escaped text, one message a sentence.

No text gets into a message but through `escape`; the markup is flat HTML without blank lines, which the
Chatbot's Markdown passes on as it stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chat.answer import Answer, Citation, Done, Event, Found, Sentence, Short, Standalone, Turn, Verified
from chat.page.beside import HIDDEN
from chat.page.closing import REMOVED, closing, counted, mark
from chat.page.markdown import clip, escape
from retrieval.hit import Hit

Message = dict[str, str]
Marks = Callable[[list[Citation]], Sequence[str]]
"""What there is to say of the words that a sentence rests on, in few words each."""

STATES = {
    "verbatim": "Word for word",
    "supported": "Reworded, supported",
    "partial": "Partly supported",
    "contradicted": "Contradicted",
    "unsupported": "No source",
}
_SHORT = 14
"""Words up to which a first sentence is shown as the short answer."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked: `searched` of the `documents`, chosen by `where` in words; `unread` were not read."""

    documents: int
    searched: int
    where: str
    unread: int


def question(text: str) -> Message:
    """Return the message that shows a person's question."""
    return {
        "role": "user",
        "content": f'<p class="fn-question" dir="auto">{escape(text)}</p>'
        '<p class="fn-small"><a class="fn-action fn-again" href="#fn-resend">Edit and ask again</a></p>',
    }


def working(text: str) -> Message:
    """Return the message that stands while nothing can be shown yet."""
    return _said(f'<p class="fn-working">{escape(text)}</p>')


def notice(text: str, reason: str) -> Message:
    """Return a message about the answer itself: stopped, failed."""
    return _said(
        f'<div class="fn-notice"><p>{escape(text)}</p><p class="fn-small">{escape(reason)}</p></div>'
    )


def turn(entry: Turn, marks: Marks, hits: Sequence[Hit] = ()) -> list[Message]:
    """Return the messages of a saved turn, the question first; `hits` are what was found for it."""
    answer = entry.answer
    citations = {citation.number: citation for citation in answer.citations}
    parts = answer.sentences if answer.status != "not_found" else ()
    return [
        question(entry.question),
        searched(answer.standalone_question),
        *(
            sentence(part, citations, marks, answer.short if row == 0 else None, first=row == 0)
            for row, part in enumerate(parts)
        ),
        _said(closing(answer, hits)),
    ]


def streamed(
    events: Iterable[Event], scope: Scope, marks: Marks
) -> Iterator[tuple[list[Message], Answer | None]]:
    """Yield the messages so far at each event, and the whole answer with the last one."""
    shown: list[Message] = []
    citations: dict[int, Citation] = {}
    hits: tuple[Hit, ...] = ()
    for event in events:
        if isinstance(event, Standalone):
            shown.append(searched(event.question, scope))
            yield [*shown, working("Reading the passages found…")], None
        elif isinstance(event, Found):
            hits = event.hits
        elif isinstance(event, Verified):
            first = not citations
            citations |= {citation.number: citation for citation in event.citations}
            shown.append(sentence(event.sentence, citations, marks, event.short, first=first))
            yield list(shown), None
        elif isinstance(event, Done):
            shown.append(_said(closing(event.answer, hits)))
            yield list(shown), event.answer


def searched(standalone: str, scope: Scope | None = None) -> Message:
    """Return the line that says what was searched, and in how much."""
    count = f'<p class="fn-small" dir="auto">{escape(_extent(scope))}</p>' if scope else ""
    return _said(
        f'<div class="fn-searched"><p dir="auto">Searched: <em>{escape(standalone)}</em> '
        f'<a class="fn-action fn-edit" href="#fn-edit">Edit</a></p>{count}</div>'
    )


def sentence(
    part: Sentence,
    citations: Mapping[int, Citation],
    marks: Marks,
    short: Short | None = None,
    *,
    first: bool = False,
) -> Message:
    """Return one sentence with who says it, its footnotes, and what the check found, in words.

    `short` is the answer in a few of its words, to be shown before it.
    """
    cited = [citations[number] for number in part.citations if number in citations]
    kind = "verbatim" if part.verbatim and part.support == "supported" else part.support
    curt = first and kind == "verbatim" and part.relation == "answers" and len(part.text.split()) <= _SHORT
    opens = ""
    if short is not None:
        opens = (
            f'<p class="fn-opening" dir="auto">{escape(short.text)}<span class="fn-marks">'
            f"{mark(citations[short.citation], kind)}</span></p>"
        )
    notes = [escape(note) for note in _remarks(part, cited)]
    speaker = f'<p class="fn-speaker" dir="auto">{escape(part.speaker)}</p>' if part.speaker else ""
    numbers = "".join(mark(citation, kind) for citation in cited)
    small = f'<p class="fn-small">{" · ".join(notes)}</p>' if notes else ""
    extra = "".join(f'<span class="fn-extra">{escape(each)}</span>' for each in marks(cited))
    return _said(
        f'<div class="fn-sentence fn-{kind}{" fn-short" if curt and not opens else ""}">{opens}{speaker}'
        f'<p class="fn-state">{STATES[kind]}</p>'
        f'<p class="fn-text" dir="auto">{escape(part.text)}<span class="fn-marks">{numbers}</span></p>'
        f"{_context(cited)}{small}" + (f'<p class="fn-extras">{extra}</p>' if extra else "") + "</div>"
    )


def _context(cited: list[Citation]) -> str:
    """What a quote needs beside it, each with its reason; hidden words have a mark of their own."""
    told = dict.fromkeys(
        (part.why, part.quote) for citation in cited for part in citation.context if part.why != HIDDEN
    )
    return "".join(
        f'<p class="fn-context" dir="auto"><span>{escape(why)}:</span> {escape(clip(quote, 300))}</p>'
        for why, quote in told
        if quote
    )


def _remarks(part: Sentence, cited: list[Citation]) -> list[str]:
    """Extra words about a sentence: it only relates, why it is not fully supported, its sources' state."""
    remarks = ["Related; read it to see whether it answers"] if part.relation == "relates" else []
    if part.reason:
        remarks.append(part.reason)
    if any(citation.state == "superseded" for citation in cited):
        remarks.append("The source has changed since; the footnote opens the version quoted")
    if any(citation.state == "removed" for citation in cited):
        remarks.append(REMOVED)
    return remarks


def _extent(scope: Scope) -> str:
    read = counted(scope.documents, "document")
    if scope.searched != scope.documents:
        read = f"{scope.searched:,} of {read}"
    parts = [f"{read} in {scope.where}" if scope.where else read]
    if scope.unread:
        parts.append(f"{scope.unread:,} could not be read")
    return " · ".join(parts)


def _said(content: str) -> Message:
    return {"role": "assistant", "content": content}
