"""What the page shows of the library as it is now: the documents, what failed, the conversations."""

from typing import Any

from chat.page import messages, shelf
from chat.page.backing import Backing
from chat.page.markdown import clip

EXAMPLES = 3
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""How every listener is set: no public endpoint, no overlay while it runs."""
_LISTED_FAILURES = 50


def filled(parts: dict[str, Any]) -> list[Any]:
    """What `state` sets."""
    names = (
        "count",
        "invitation",
        "table",
        "collections",
        "failures",
        "unread",
        "past",
        "past_title",
        "forget",
    )
    return [*(parts[name] for name in names), *parts["examples"]]


def state(gr: Any, assistant: Backing, parts: dict[str, Any]) -> dict[Any, Any]:
    """Everything that shows the library as it is now."""
    documents = assistant.documents()
    failed = [*assistant.waiting(), *assistant.failures()]
    examples = list(assistant.examples(EXAMPLES)) if documents else []
    collections = sorted({info.collection for info in documents})
    count = messages.counted(len(documents), "document")
    more = len(failed) - _LISTED_FAILURES
    rest = f"\n\nand {more} more: `footnote list` shows all" if more > 0 else ""
    changes = {
        parts["count"]: count if documents else "No documents yet",
        parts["invitation"]: _invitation(len(documents)),
        parts["table"]: gr.update(value=shelf.rows(documents), visible=bool(documents)),
        parts["collections"]: gr.update(choices=collections, visible=len(collections) > 1),
        parts["failures"]: shelf.failures(failed[:_LISTED_FAILURES]) + rest,
        parts["unread"]: gr.update(visible=bool(failed), label=f"{len(failed)} not read"),
    }
    for row, button in enumerate(parts["examples"]):
        there = row < len(examples)
        changes[button] = gr.update(value=examples[row] if there else "", visible=there)
    return changes


def _invitation(documents: int) -> str:
    if documents:
        return f'<h1 class="fn-h1">Ask {messages.counted(documents, "document")}</h1>'
    return (
        '<h1 class="fn-h1">Add your first document</h1>'
        '<p class="fn-lead">Then ask it a question. Every sentence of an answer carries footnotes that open '
        "the source at the exact words.</p>"
        '<p><a class="fn-action fn-button" href="#fn-add">Choose files</a></p>'
        '<p class="fn-small">PDF, Word, mail, web pages, tables, plain text. They stay on this machine.</p>'
    )


def past(gr: Any, assistant: Backing, parts: dict[str, Any], now: str | None) -> dict[Any, Any]:
    """The list of conversations, the open one chosen."""
    saved = assistant.conversations()
    choices = [(clip(each.title, 70), each.id) for each in saved]
    there = now if any(each.id == now for each in saved) else None
    return {
        parts["past"]: gr.update(choices=choices, value=there, visible=bool(saved)),
        parts["past_title"]: gr.update(visible=bool(saved)),
        parts["forget"]: gr.update(visible=there is not None),
    }
