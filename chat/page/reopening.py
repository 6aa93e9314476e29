"""What happens on the page when it is opened, or another conversation is: the address may name one."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from chat.page import messages, talk
from chat.page.asking import spoken
from chat.page.backing import Backing
from chat.page.contents import PRIVATE, counts, examples, filled, past, state, top
from chat.page.shell import USER, Site
from ingest.errors import NotInLibrary

_NOT_HERE = "This conversation is not here."


def wire_conversations(gr: Any, site: Site, parts: dict[str, Any], blocks: Any, running: list[Any]) -> None:
    """Connect the list of conversations, a new one, the removal, and the opening of the page."""
    outputs = spoken(parts)
    everything = [*filled(parts), *outputs]

    def opened(assistant: Backing, chosen: str | None) -> dict[Any, Any]:
        told = talk.history(assistant, chosen)
        last = assistant.turns(chosen)[-1] if chosen and told else None
        searched = last.answer.standalone_question if last else ""
        return {
            parts["chat"]: gr.update(value=told, visible=bool(told)),
            parts["shown"]: told,
            parts["conversation"]: chosen if told else None,
            parts["asked"]: last.question if last else "",
            parts["searched"]: gr.update(value=searched, visible=bool(last)),
            parts["first"]: gr.update(visible=not told),
            **past(gr, assistant, parts, chosen if told else None),
        }

    def choose(chosen: str | None, request: gr.Request) -> dict[Any, Any]:
        return opened(site.mine(request.request), chosen)

    def fresh(request: gr.Request) -> dict[Any, Any]:
        ready = gr.update(value="", submit_btn="Ask", stop_btn=False)
        return {**opened(site.mine(request.request), None), parts["box"]: ready}

    def forget(chosen: str | None, request: gr.Request) -> dict[Any, Any]:
        if chosen:
            with suppress(NotInLibrary):  # another window removed it first
                site.mine(request.request).remove_conversation(chosen)
        return fresh(request)

    def loaded(request: gr.Request) -> Iterator[dict[Any, Any]]:
        assistant, wanted = site.mine(request.request), request.query_params.get("conversation")
        changes = {**counts(gr, assistant, parts), **opened(assistant, wanted)}
        if wanted and changes[parts["conversation"]] is None:
            missing = [messages.notice(_NOT_HERE, "It was removed, or it is somebody else's.")]
            changes[parts["chat"]] = gr.update(value=missing, visible=True)
        user = request.request.scope.get(USER)
        yield changes | ({parts["top"]: top(site.privacy, user)} if user else {})
        yield examples(gr, assistant, parts)

    def refresh(now: str | None, shown: list[messages.Message], request: gr.Request) -> dict[Any, Any]:
        """Show what changed while the page was out of sight: documents added or removed elsewhere."""
        assistant = site.mine(request.request)
        changes = state(gr, assistant, parts)
        told = talk.history(assistant, now)
        if now and told != shown:
            changes |= opened(assistant, now)
        return changes

    parts["refresh"].click(refresh, [parts["conversation"], parts["shown"]], everything, **PRIVATE)
    parts["past"].input(choose, [parts["past"]], outputs, **PRIVATE)
    parts["new"].click(fresh, None, outputs, cancels=running, **PRIVATE)
    parts["forget"].click(forget, [parts["conversation"]], outputs, cancels=running, **PRIVATE)
    blocks.load(loaded, None, [*everything, parts["top"]], **PRIVATE)
