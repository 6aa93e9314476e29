"""What happens on the page when a person chooses what to ask within."""

from typing import Any

from chat.page.contents import PRIVATE
from chat.page.markdown import escape
from chat.page.shell import Site
from chat.page.within import Choice, in_words, matching
from ingest.errors import InvalidSetting

CHOSEN = ("collections", "documents", "since", "until")
"""The parts that together say what to ask within, in the order of `chosen`'s arguments."""


def chosen(collections: list[str] | None, documents: list[str] | None, since: str, until: str) -> Choice:
    """Return what the parts in `CHOSEN` hold."""
    return Choice(tuple(collections or ()), tuple(documents or ()), since or "", until or "")


def wire_choosing(gr: Any, site: Site, parts: dict[str, Any]) -> None:
    """Connect the choice of collections, documents and dates, and the line that says what is chosen."""
    given = [parts[name] for name in CHOSEN]
    within, everywhere, documents = parts["within"], parts["everywhere"], parts["documents"]

    def told(collections: list[str], ticked: list[str], since: str, until: str) -> dict[Any, Any]:
        try:
            where = chosen(collections, ticked, since, until).filter()
        except InvalidSetting as error:
            wrong = f'<p class="fn-bad">{escape(str(error))}</p>'
            return {within: wrong, everywhere: gr.update(visible=True)}
        text = f"<p>Asking only in {escape(in_words(where))}</p>" if where else ""
        return {within: text, everywhere: gr.update(visible=bool(where))}

    def find(words: str, ticked: list[str], request: gr.Request) -> Any:
        kept = ticked or []
        choices = matching(site.mine(request.request), words, kept)
        return gr.update(choices=choices, value=kept, visible=bool(choices))

    def clear() -> dict[Any, Any]:
        return {
            parts["collections"]: [],
            documents: gr.update(choices=[], value=[], visible=False),
            parts["since"]: "",
            parts["until"]: "",
            parts["find"]: "",
            within: "",
            everywhere: gr.update(visible=False),
        }

    for name in CHOSEN:
        parts[name].change(told, given, [within, everywhere], **PRIVATE)
    parts["find"].input(find, [parts["find"], documents], [documents], trigger_mode="always_last", **PRIVATE)
    everywhere.click(clear, None, [*given, parts["find"], within, everywhere], **PRIVATE)
