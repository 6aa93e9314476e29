"""What stands under an answer on the page: the bar, what is withheld or missing, the card for "not found"."""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from chat.answer import Answer, Citation
from chat.extract import NAME
from chat.page.markdown import clip, escape, fragment
from chat.verify.words import read
from retrieval.hit import Hit
from retrieval.report import Failure

REMOVED = "This source was removed; its words are no longer kept."
FEEDBACK = (
    ("#fn-wrong-evidence", "Wrong evidence"),
    ("#fn-out-of-context", "Out of context"),
    ("#fn-missed-source", "Missed a source"),
)
_INSTEAD = re.compile(r"; these sentences are quoted from the documents instead\.$")
_WROTE = ("found no answer in the passages", "could be verified")
_SHOWN_FAILURES = 20


def closing(answer: Answer, hits: Sequence[Hit] = ()) -> str:
    """Return what follows the sentences; `hits` are the passages that were found for the question."""
    if answer.status == "not_found":
        return _not_found(answer, hits)
    missing = "".join(
        f'<p class="fn-missing">No sentence surely answers this; these are the closest: {escape(part)}</p>'
        for part in answer.missing
    )
    return f"{_remarks(answer)}{missing}{_bar(answer)}"


def mark(citation: Citation, kind: str) -> str:
    """Return the footnote button; its shape and its title say what kind of support it gives."""
    gone = citation.state == "removed"
    title = REMOVED if gone else f"Footnote {citation.number}: {place(citation)}"
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


def counted(number: int, noun: str) -> str:
    """Return the number and its noun, in the plural unless it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def together(question: str, hits: Sequence[Hit]) -> tuple[str, str, int] | None:
    """Return the two rarest words of a question that stand in one passage found, and in how many they do."""
    asked = {word.stem: word.text for word in read(question).words if word.content}
    held = [{stem for stem in asked if piece.has(stem)} for piece in (read(hit.passage.text) for hit in hits)]
    rarity = {stem: sum(stem in stems for stems in held) for stem in asked}
    pairs = [
        (rarity[one] + rarity[other], one, other)
        for one in asked
        for other in asked
        if one < other and any({one, other} <= stems for stems in held)
    ]
    if not pairs:
        return None
    _, one, other = min(pairs)
    first, second = sorted((one, other), key=list(asked).index)
    return asked[first], asked[second], sum({one, other} <= stems for stems in held)


def names_in(question: str) -> list[str]:
    """Return what a question is about, to look for every mention of it: its names, or else its last word."""
    words = [word for word in read(question).words if word.content]
    names: list[str] = []
    end = -1
    for word in words:
        if not word.text[:1].isupper() or (word.start == 0 and len(words) > 1):
            continue
        if names and question[end : word.start] == " ":
            names[-1] += f" {question[word.start : word.end]}"
        else:
            names.append(question[word.start : word.end])
        end = word.end
    return list(dict.fromkeys(names)) or [question[word.start : word.end] for word in words[-1:]]


def _remarks(answer: Answer) -> str:
    """Our remarks on how the answer came about; a model that failed is said in plain words first."""
    if not answer.remarks:
        return ""
    reason = _INSTEAD.sub(".", answer.remarks)
    if reason == answer.remarks or any(words in reason for words in _WROTE):
        return f'<p class="fn-missing">{escape(answer.remarks)}</p>'
    return (
        '<div class="fn-missing"><p>The model did not answer. Here are the sentences themselves.</p>'
        f'<p class="fn-small">{escape(reason)}</p></div>'
    )


def _bar(answer: Answer) -> str:
    count = len(answer.citations)
    parts = [f'<span class="fn-tally">0 of {count} checked</span>'] if count else []
    if count:
        parts.append(_action("#fn-sources", "Sources"))
    parts.append(_action("#fn-considered", "Considered"))
    if answer.rejected:
        parts.append(_action("#fn-withheld", f"{len(answer.rejected)} withheld"))
    if count:
        parts += [_action("#fn-copy", "Copy with footnotes"), _action("#fn-pin-all", "Pin all")]
    parts += _leading(answer)
    feedback = " · ".join(_action(address, text) for address, text in FEEDBACK)
    return (
        f'<div class="fn-bar"><p class="fn-acts">{" · ".join(parts)}</p>'
        f'<p class="fn-feedback">Is something wrong? {feedback}</p></div>'
    )


def _leading(answer: Answer) -> list[str]:
    """The part of the bar that leads elsewhere: every mention, export, the link to this answer."""
    parts = []
    terms = [("term", name) for name in names_in(answer.standalone_question)]
    if terms:
        address = f"/mentions?{escape_address(urlencode(terms))}"
        parts.append(f'<a class="fn-action" href="{address}">Every mention</a>')
    if answer.conversation:
        here = urlencode({"conversation": answer.conversation, "turn": answer.turn})
        parts += [
            f'<a class="fn-action" href="/conversations/{quote(answer.conversation, safe="")}">Export</a>',
            f'<a class="fn-action fn-link" href="/?{escape_address(here)}">Link</a>',
        ]
    if answer.remarks or answer.answerer != NAME:
        parts.append(_action("#fn-ask-again", "Ask again"))
    return parts


def escape_address(query: str) -> str:
    """Return a query string as an attribute may hold it."""
    return query.replace("&", "&amp;")


def _action(address: str, text: str) -> str:
    return f'<a class="fn-action" href="{address}">{text}</a>'


def _not_found(answer: Answer, hits: Sequence[Hit]) -> str:
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
    hint = (
        f'<p class="fn-hint">Other words may find it: {_action("#fn-edit", "change what is searched")}. '
        f"Or {_action('#fn-add', 'add a document')} that answers it.</p>"
        if hits or answer.nearest
        else f"<p>{_action('#fn-add', 'Add a document')}</p>"
    )
    return (
        f'<div class="fn-none"><p class="fn-lead">{escape(answer.text)}</p>{_together(answer, hits)}{near}'
        f"{_unreadable(answer.unreadable)}{hint}{_bar(answer)}</div>"
    )


def _together(answer: Answer, hits: Sequence[Hit]) -> str:
    pair = together(answer.standalone_question, hits)
    if pair is None:
        return ""
    one, other, count = pair
    return (
        f'<p class="fn-together">“{escape(one)}” and “{escape(other)}” occur together in '
        f"{counted(count, 'passage')} of those found: {_action('#fn-considered', 'read them')}.</p>"
    )


def _unreadable(failures: tuple[Failure, ...]) -> str:
    if not failures:
        return ""
    rows = "".join(
        f"<li><b>{escape(clip(failure.source, 90))}</b> {escape(failure.reason)}</li>"
        for failure in failures[:_SHOWN_FAILURES]
    )
    more = len(failures) - _SHOWN_FAILURES
    rest = f'<li>and {more} more, listed in the <a class="fn-action" href="/library">library</a></li>'
    return (
        f'<details class="fn-unread"><summary>{counted(len(failures), "source")} could not be read, so the '
        f"answer may stand there</summary><ul>{rows}{rest if more > 0 else ''}</ul></details>"
    )
