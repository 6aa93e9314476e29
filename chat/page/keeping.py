"""What happens on the page when a person adds documents, chooses one, or removes it."""

from collections.abc import Iterator
from typing import Any

from chat.page import shelf, talk
from chat.page.contents import PRIVATE, filled, state
from chat.page.markdown import escape
from chat.page.shell import Site
from ingest.errors import NotInLibrary


def wire_library(gr: Any, site: Site, parts: dict[str, Any]) -> None:
    """Connect uploads, web addresses, the table and the removal."""
    progress, table, about = parts["progress"], parts["table"], parts["about"]
    all_filled = filled(parts)

    def add(assistant: Any, steps: Iterator[str]) -> Iterator[Any]:
        for text in steps:
            yield {progress: text}
        yield state(gr, assistant, parts)

    def add_files(paths: list[str], request: gr.Request) -> Iterator[Any]:
        assistant = site.mine(request.request)
        yield from add(assistant, shelf.taken_in(assistant, paths, "default"))

    def add_page(address: str, request: gr.Request) -> Iterator[Any]:
        assistant, address = site.mine(request.request), address.strip()
        if not address.lower().startswith(("http://", "https://")):
            yield {progress: "A web address begins with https:// or http://"}
            return
        yield {parts["url"]: "", progress: '<p class="fn-working">Fetching…</p>'}
        yield from add(assistant, shelf.adding(assistant, [address], "default"))

    def choose(event: gr.SelectData, request: gr.Request) -> dict[Any, Any]:
        assistant, identity = site.mine(request.request), str(event.row_value[-1])
        info = next((each for each in assistant.documents() if each.id == identity), None)
        text = shelf.chosen(info) if info else ""
        return {
            about: text,
            parts["chosen"]: identity if info else "",
            parts["remove"]: gr.update(visible=bool(info)),
            parts["sure"]: gr.update(visible=False),
        }

    def remove(identity: str, now: str | None, request: gr.Request) -> dict[Any, Any]:
        assistant = site.mine(request.request)
        try:
            text = shelf.receipts(assistant.remove(identity))
        except NotInLibrary as error:
            text = escape(str(error))
        told = talk.history(assistant, now)
        return {
            **state(gr, assistant, parts),
            about: text,
            parts["chosen"]: "",
            parts["sure"]: gr.update(visible=False),
            parts["remove"]: gr.update(visible=False),
            parts["chat"]: told,
            parts["shown"]: told,
        }

    def asked(sure: bool) -> dict[Any, Any]:
        return {parts["sure"]: gr.update(visible=sure), parts["remove"]: gr.update(visible=not sure)}

    adding = [progress, parts["url"], *all_filled]
    parts["upload"].upload(add_files, [parts["upload"]], adding, **PRIVATE)
    parts["url"].submit(add_page, [parts["url"]], adding, **PRIVATE)
    asking = [about, parts["chosen"], parts["remove"], parts["sure"]]
    table.select(choose, None, asking, **PRIVATE)
    parts["remove"].click(lambda: asked(True), None, asking, **PRIVATE)
    parts["no"].click(lambda: asked(False), None, asking, **PRIVATE)
    parts["yes"].click(
        remove,
        [parts["chosen"], parts["conversation"]],
        list(dict.fromkeys([*all_filled, *asking, parts["chat"], parts["shown"]])),
        **PRIVATE,
    )
