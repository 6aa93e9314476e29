"""Answers -> messages of the Chatbot: our own markup around escaped text, one message a sentence.

No text gets into a message but through `escape`; the markup is flat HTML without blank lines, which the
Chatbot's Markdown passes on as it stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chat.answer import Answer, Citation, Done, Event, Sentence, Standalone, Turn, Verified
from chat.page.markdown import clip, escape, fragment
from retrieval.report import Failure

Message = dict[str, str]

_STATES = {
    "supported": "Reworded",
    "partial": "Partly supported",
    "contradicted": "Contradicted",
    "unsupported": "No source",
}
_REMOVED = "This source was removed; its words are no longer kept."
_SHOWN_FAILURES = 20


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is asked of: how many documents, and what could not be read."""

    documents: int
    failures: tuple[Failure, ...]


def question(text: str) -> Message:
    """Return the message that shows a person's question."""
    return {"role": "user", "content": f'<p class="fn-question">{escape(text)}</p>'}


def working(text: str) -> Message:
    """Return the message that stands while nothing can be shown yet."""
    return _said(f'<p class="fn-working">{escape(text)}</p>')


def notice(text: str, reason: str) -> Message:
    """Return a message about the answer itself: stopped, failed."""
    return _said(
        f'<div class="fn-notice"><p>{escape(text)}</p><p class="fn-small">{escape(reason)}</p></div>'
    )


def turn(entry: Turn) -> list[Message]:
    """Return the messages of a saved turn, the question first."""
    answer = entry.answer
    citations = {citation.number: citation for citation in answer.citations}
    return [
        question(entry.question),
        searched(answer.standalone_question),
        *(sentence(part, citations) for part in answer.sentences if answer.status != "not_found"),
        *closing(answer, None),
    ]


def streamed(events: Iterable[Event], scope: Scope) -> Iterator[tuple[list[Message], Answer | None]]:
    """Yield the messages so far at each event, and the whole answer with the last one."""
    shown: list[Message] = []
    citations: dict[int, Citation] = {}
    for event in events:
        if isinstance(event, Standalone):
            shown.append(searched(event.question, scope))
            yield [*shown, working("Reading the passages found…")], None
        elif isinstance(event, Verified):
            citations |= {citation.number: citation for citation in event.citations}
            shown.append(sentence(event.sentence, citations))
            yield list(shown), None
        elif isinstance(event, Done):
            shown.extend(closing(event.answer, scope))
            yield list(shown), event.answer


def searched(standalone: str, scope: Scope | None = None) -> Message:
    """Return the line that says what was searched, and in how much."""
    count = f'<p class="fn-small">{_extent(scope)}</p>' if scope else ""
    return _said(
        f'<div class="fn-searched"><p>Searched: <em>{escape(standalone)}</em> '
        f'<a class="fn-edit" href="#fn-edit">Edit</a></p>{count}</div>'
    )


def sentence(part: Sentence, citations: Mapping[int, Citation]) -> Message:
    """Return one sentence with who says it, its footnotes, and what the check found, in words."""
    cited = [citations[number] for number in part.citations if number in citations]
    kind = "verbatim" if part.verbatim and part.support == "supported" else part.support
    state = "Word for word" if kind == "verbatim" else _STATES[part.support]
    notes = [escape(note) for note in _remarks(part, cited)]
    speaker = f'<p class="fn-speaker">{escape(part.speaker)}</p>' if part.speaker else ""
    marks = "".join(mark(citation, kind) for citation in cited)
    small = f'<p class="fn-small">{" · ".join(notes)}</p>' if notes else ""
    return _said(
        f'<div class="fn-sentence fn-{kind}">{speaker}<p class="fn-state">{state}</p>'
        f'<p class="fn-text" dir="auto">{escape(part.text)}<span class="fn-marks">{marks}</span></p>'
        f"{small}</div>"
    )


def mark(citation: Citation, kind: str) -> str:
    """Return the footnote button; its shape and its title say what kind of support it gives."""
    gone = citation.state == "removed"
    title = _REMOVED if gone else f"Footnote {citation.number}: {place(citation)}"
    target = fragment(
        citation.number, citation.document_id, citation.document_version, citation.start, citation.end
    )
    return (
        f'<a class="fn-mark fn-mark-{"removed" if gone else kind}" href="{target}" '
        f'title="{escape(title)}">{citation.number}</a>'
    )


def place(citation: Citation) -> str:
    """Return where the words stand, as people write it."""
    parts = [citation.title]
    if citation.locator:
        parts.append(citation.locator)
    elif citation.page is not None:
        parts.append(f"page {citation.page}")
    if citation.published:
        parts.append(citation.published)
    return ", ".join(parts)


def closing(answer: Answer, scope: Scope | None) -> list[Message]:
    """Return what follows the sentences: the not-found card, or what is missing, withheld and at hand."""
    if answer.status == "not_found":
        return [_said(_not_found(answer, scope))]
    remarks = f'<p class="fn-missing">{escape(answer.remarks)}</p>' if answer.remarks else ""
    missing = "".join(
        f'<p class="fn-missing">No sentence surely answers this; these are the closest: {escape(part)}</p>'
        for part in answer.missing
    )
    count = len(answer.citations)
    bar = [f"{count} footnote{'' if count == 1 else 's'}"] if count else []
    bar.append('<a class="fn-action" href="#fn-copy">Copy with footnotes</a>')
    return [_said(f'{remarks}{missing}<div class="fn-bar">{" · ".join(bar)}</div>{_withheld(answer)}')]


def _not_found(answer: Answer, scope: Scope | None) -> str:
    nearest = "".join(
        f"<li>{mark(citation, 'nearest')}"
        f'<span class="fn-near" dir="auto">{escape(clip(citation.quote, 260))}</span>'
        f'<span class="fn-small">{escape(place(citation))}</span></li>'
        for citation in answer.nearest
    )
    near = (
        f'<p class="fn-label">The nearest passages</p><ul class="fn-nearest">{nearest}</ul>'
        if nearest
        else ""
    )
    empty = scope is not None and scope.documents == 0
    hint = (
        '<p><a class="fn-action" href="#fn-add">Add your first document</a></p>'
        if empty
        else '<p class="fn-hint">Other words may find it: <a class="fn-action" href="#fn-edit">change what '
        'is searched</a>. Or <a class="fn-action" href="#fn-add">add a document</a> that answers it.</p>'
    )
    return (
        f'<div class="fn-none"><p class="fn-lead">{escape(answer.text)}</p>{near}'
        f"{_unreadable(answer.unreadable)}{hint}{_withheld(answer)}</div>"
    )


def _unreadable(failures: tuple[Failure, ...]) -> str:
    if not failures:
        return ""
    rows = "".join(
        f"<li><b>{escape(clip(failure.source, 90))}</b> {escape(failure.reason)}</li>"
        for failure in failures[:_SHOWN_FAILURES]
    )
    more = len(failures) - _SHOWN_FAILURES
    rest = f"<li>and {more} more, listed under Documents</li>" if more > 0 else ""
    return (
        f'<details class="fn-unread"><summary>{counted(len(failures), "source")} could not be read, so the '
        f"answer may stand there</summary><ul>{rows}{rest}</ul></details>"
    )


def _withheld(answer: Answer) -> str:
    if not answer.rejected:
        return ""
    rows = "".join(
        f'<li><span dir="auto">{escape(claim.text)}</span>'
        f'<span class="fn-small">{escape(claim.reason)}</span></li>'
        for claim in answer.rejected
    )
    return (
        f'<details class="fn-withheld"><summary>{len(answer.rejected)} withheld: not borne out by the '
        f"sources</summary><ul>{rows}</ul></details>"
    )


def _remarks(part: Sentence, cited: list[Citation]) -> list[str]:
    """Extra words about a sentence: it only relates, why it is not fully supported, its sources' state."""
    remarks = ["Related; read it to see whether it answers"] if part.relation == "relates" else []
    if part.reason:
        remarks.append(part.reason)
    if any(citation.state == "superseded" for citation in cited):
        remarks.append("The source has changed since; the footnote opens the version quoted")
    if any(citation.state == "removed" for citation in cited):
        remarks.append(_REMOVED)
    return remarks


def _extent(scope: Scope) -> str:
    read = counted(scope.documents, "document")
    unread = len(scope.failures)
    return f"{read} · {unread} could not be read" if unread else read


def counted(number: int, noun: str) -> str:
    """Return the number and its noun, in the plural unless it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _said(content: str) -> Message:
    return {"role": "assistant", "content": content}
