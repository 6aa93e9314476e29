"""What happens on the page when a person adds documents; the rest of the library has a page of its own."""

from collections.abc import Iterator
from typing import Any

from chat.page import shelf
from chat.page.backing import Backing
from chat.page.contents import PRIVATE, counted_states, filled, state, steps
from chat.page.shell import Site


def wire_adding(gr: Any, site: Site, parts: dict[str, Any]) -> None:
    """Connect uploads and web addresses."""
    progress, invitation = parts["progress"], parts["invitation"]

    def add(assistant: Backing, told: Iterator[str]) -> Iterator[Any]:
        first = counted_states(assistant)["searchable"] == 0
        for text in told:
            yield {progress: text} | ({invitation: steps(2, text)} if first else {})
        yield state(gr, assistant, parts)

    def add_files(paths: list[str], request: gr.Request) -> Iterator[Any]:
        assistant = site.mine(request.request)
        yield from add(assistant, shelf.taken_in(assistant, site.inbox, site.held, paths, "default"))

    def add_page(address: str, request: gr.Request) -> Iterator[Any]:
        assistant, address = site.mine(request.request), address.strip()
        if not address.lower().startswith(("http://", "https://")):
            yield {progress: "A web address begins with https:// or http://"}
            return
        yield {parts["url"]: "", progress: '<p class="fn-working">Fetching…</p>'}
        yield from add(assistant, shelf.adding(assistant, [address], "default"))

    adding = [progress, parts["url"], *filled(parts)]
    parts["upload"].upload(add_files, [parts["upload"]], adding, **PRIVATE)
    parts["url"].submit(add_page, [parts["url"]], adding, **PRIVATE)
