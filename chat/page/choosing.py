"""What happens on the page when a person chooses what to ask within."""

from typing import Any

from chat.page.contents import PRIVATE
from chat.page.markdown import escape
from chat.page.shell import Site
from chat.page.within import Choice, in_words, matching
from ingest.errors import InvalidSetting

CHOSEN = ("collections", "ticked", "since", "until")
"""The parts that together say what to ask within, in the order of `chosen`'s arguments."""


def chosen(collections: list[str] | None, ticked: dict[str, None], since: str, until: str) -> Choice:
    """Return what the parts in `CHOSEN` hold."""
    return Choice(tuple(collections or ()), tuple(ticked), since or "", until or "")


def wire_choosing(gr: Any, site: Site, parts: dict[str, Any]) -> None:
    """Connect the choice of collections, documents and dates, and the line that says what is chosen.

    The documents ticked are kept in `ticked`, not read from the boxes: a search for documents that ends late
    puts the list that it made before over them.
    """
    given = [parts[name] for name in CHOSEN]
    within, everywhere = parts["within"], parts["everywhere"]
    words, documents, ticked = parts["find"], parts["documents"], parts["ticked"]

    def told(collections: list[str], ticked: dict[str, None], since: str, until: str) -> dict[Any, Any]:
        try:
            where = chosen(collections, ticked, since, until).filter()
        except InvalidSetting as error:
            wrong = f'<p class="fn-bad">{escape(str(error))}</p>'
            return {within: wrong, everywhere: gr.update(visible=True)}
        text = f"<p>Asking only in {escape(in_words(where))}</p>" if where else ""
        return {within: text, everywhere: gr.update(visible=bool(where))}

    def find(words: str, ticked: dict[str, None], request: gr.Request) -> Any:
        choices = matching(site.mine(request.request), words, ticked)
        return gr.update(choices=choices, value=list(ticked), visible=bool(choices))

    def tick(
        words: str,
        collections: list[str],
        ticked: dict[str, None],
        since: str,
        until: str,
        request: gr.Request,
        box: gr.SelectData,
    ) -> dict[Any, Any]:
        if box.selected:
            ticked[box.value] = None
        else:
            ticked.pop(box.value, None)
        return {documents: find(words, ticked, request), **told(collections, ticked, since, until)}

    def clear(ticked: dict[str, None]) -> dict[Any, Any]:
        ticked.clear()
        return {
            parts["collections"]: [],
            documents: gr.update(choices=[], value=[], visible=False),
            parts["since"]: "",
            parts["until"]: "",
            words: "",
            within: "",
            everywhere: gr.update(visible=False),
        }

    for name in ("collections", "since", "until"):
        parts[name].change(told, given, [within, everywhere], **PRIVATE)
    words.input(find, [words, ticked], [documents], trigger_mode="always_last", **PRIVATE)
    said = [documents, within, everywhere]
    documents.select(tick, [words, *given], said, trigger_mode="multiple", **PRIVATE)
    cleared = [parts["collections"], documents, parts["since"], parts["until"], words, within, everywhere]
    everywhere.click(clear, [ticked], cleared, **PRIVATE)
