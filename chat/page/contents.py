"""What the page shows of the library as it is now: how much there is, examples, the conversations."""

from collections import Counter
from typing import Any

from chat.page.backing import Backing
from chat.page.closing import counted
from chat.page.markdown import clip, escape
from chat.page.shell import NAV

EXAMPLES = 3
RECENT = 12
"""Conversations that are listed beside the chat; the rest are on a page of their own."""
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""How every listener is set: no public endpoint, no overlay while it runs."""
_STEPS = (
    ("Choose files", "PDF, Word, mail, web pages, tables, plain text. They stay on this machine."),
    ("Reading", "The words can be searched as soon as a file is in."),
    ("Ask", "Every sentence of an answer carries footnotes that open the source at the exact words."),
)


def filled(parts: dict[str, Any]) -> list[Any]:
    """What `state` sets."""
    return [*(parts[name] for name in ("count", "invitation", "collections")), *parts["examples"]]


def state(gr: Any, assistant: Backing, parts: dict[str, Any]) -> dict[Any, Any]:
    """Everything that shows the library as it is now."""
    return {**counts(gr, assistant, parts), **examples(gr, assistant, parts)}


def counts(gr: Any, assistant: Backing, parts: dict[str, Any]) -> dict[Any, Any]:
    """How much there is, which is known at once."""
    count = counted_states(assistant)
    documents = count["searchable"] + count["aside"]
    collections = [each.name for each in assistant.collections() if each.documents]
    return {
        parts["count"]: _count(documents, count["waiting"] + count["failed"]),
        parts["invitation"]: invitation(documents),
        parts["collections"]: gr.update(choices=collections, visible=len(collections) > 1),
    }


def counted_states(assistant: Backing) -> Counter[str]:
    """Return how many sources are searchable, aside, waiting and failed."""
    return Counter(assistant.list_documents(limit=1).counts)


def examples(gr: Any, assistant: Backing, parts: dict[str, Any]) -> dict[Any, Any]:
    """The questions that it answers, which are found by asking them after the library has changed."""
    changes: dict[Any, Any] = {}
    examples = list(assistant.examples(EXAMPLES))
    for row, button in enumerate(parts["examples"]):
        there = row < len(examples)
        changes[button] = gr.update(value=examples[row] if there else "", visible=there)
    return changes


def invitation(documents: int) -> str:
    """Return what stands over the question box before anything was asked."""
    return f'<h1 class="fn-h1">Ask {counted(documents, "document")}</h1>' if documents else steps(1)


def steps(now: int, progress: str = "") -> str:
    """Return the three steps to the first answer, at step `now` (from 1); `progress` is markup of ours."""
    items = []
    for number, (name, told) in enumerate(_STEPS, 1):
        here = ' class="fn-step-now"' if number == now else ""
        more = '<p><a class="fn-action fn-button" href="#fn-add">Choose files</a></p>' if number == 1 else ""
        body = progress if number == 2 and progress else f'<p class="fn-small">{escape(told)}</p>'
        items.append(f"<li{here}><b>{name}</b>{body}{more if now == 1 else ''}</li>")
    return f'<h1 class="fn-h1">Add your first document</h1><ol class="fn-steps">{"".join(items)}</ol>'


def _count(documents: int, unread: int) -> str:
    library = '<a class="fn-action" href="/library">Library</a>'
    text = counted(documents, "document") if documents else "No documents yet"
    line = f'<p class="fn-side-title">{text} · {library}</p>'
    if unread:
        line += f'<p class="fn-small"><a class="fn-action" href="/library">{unread:,} not read</a></p>'
    return line


def top(privacy: str, user: str | None) -> str:
    """Return the bar with the pages' names, where text goes, and whoever signed in."""
    links = "".join(f'<li><a href="{address}">{name}</a></li>' for address, name in NAV)
    leave = '<a class="fn-action" href="#fn-sign-out">Sign out</a>'
    who = f'<p dir="auto">{escape(user)} · {leave}</p>' if user else ""
    return (
        f'<p><a class="fn-name" href="/">Footnote</a></p><ul>{links}</ul>'
        f'<p class="fn-privacy">{escape(privacy)}</p>{who}'
    )


def past(gr: Any, assistant: Backing, parts: dict[str, Any], now: str | None) -> dict[Any, Any]:
    """The latest conversations, the open one chosen, and whether it can be removed."""
    saved = assistant.conversations()
    recent = list(saved[:RECENT])
    recent += [each for each in saved[RECENT:] if each.id == now]
    there = now if any(each.id == now for each in recent) else None
    return {
        parts["past"]: gr.update(
            choices=[(clip(each.title, 70), each.id) for each in recent], value=there, visible=bool(saved)
        ),
        parts["past_title"]: gr.update(visible=bool(saved)),
        parts["forget"]: gr.update(visible=there is not None),
    }
