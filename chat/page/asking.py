"""What happens on the page when a person asks, stops, searches again, or opens another conversation."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from chat.page import messages, talk
from chat.page.backing import Backing
from chat.page.contents import PRIVATE, past
from chat.page.shell import Site
from ingest.errors import NotInLibrary
from retrieval.hit import Filter


def wire_asking(gr: Any, site: Site, parts: dict[str, Any]) -> None:
    """Connect the question box, the examples and the list of conversations."""
    chat, box, searched, shown = parts["chat"], parts["box"], parts["searched"], parts["shown"]
    conversation, asked, first, saved = parts["conversation"], parts["asked"], parts["first"], parts["past"]
    outputs = [chat, box, searched, shown, conversation, asked, first, saved]
    outputs += [parts["past_title"], parts["forget"]]

    def ask(question: str, now: str | None, only: list[str], request: gr.Request) -> Iterator[Any]:
        yield from answered(request, question, now, only)

    def answered(
        request: Any, question: str, now: str | None, only: list[str], standalone: str | None = None
    ) -> Iterator[Any]:
        assistant, question = site.mine(request.request), question.strip()
        if not question:
            yield {box: gr.update()}
            return
        where = Filter(collections=tuple(only or ()))
        yield {box: gr.update(value="", submit_btn=False, stop_btn="Stop"), first: gr.update(visible=False)}
        for step in talk.answering(assistant, question, now, where, standalone):
            changes = {
                chat: gr.update(value=step.messages, visible=True),
                shown: step.messages,
                asked: question,
            }
            if step.answer:
                changes[searched] = gr.update(value=step.answer.standalone_question, visible=True)
                changes |= {conversation: step.conversation, **past(gr, assistant, parts, step.conversation)}
            if step.answer or step.failed:
                changes[box] = gr.update(submit_btn="Ask", stop_btn=False)
            yield changes

    def again(
        standalone: str, question: str, now: str | None, only: list[str], request: gr.Request
    ) -> Iterator[Any]:
        yield from answered(request, question, now, only, standalone.strip() or None)

    only = parts["collections"]
    running = [box.submit(ask, [box, conversation, only], outputs, **PRIVATE)]
    running += [
        button.click(ask, [button, conversation, only], outputs, **PRIVATE) for button in parts["examples"]
    ]
    running.append(searched.submit(again, [searched, asked, conversation, only], outputs, **PRIVATE))

    def stop(messages_shown: list[messages.Message]) -> dict[Any, Any]:
        kept = talk.stopped(messages_shown)
        return {chat: kept, shown: kept, box: gr.update(submit_btn="Ask", stop_btn=False)}

    box.stop(stop, [shown], [chat, shown, box], cancels=running, **PRIVATE)

    def opened(chosen: str | None, request: gr.Request) -> dict[Any, Any]:
        assistant = site.mine(request.request)
        told = talk.history(assistant, chosen)
        last = assistant.turns(chosen)[-1] if chosen and told else None
        return {
            chat: gr.update(value=told, visible=bool(told)),
            shown: told,
            conversation: chosen if told else None,
            asked: last.question if last else "",
            searched: gr.update(value=last.answer.standalone_question if last else "", visible=bool(last)),
            first: gr.update(visible=not told),
            **past(gr, assistant, parts, chosen if told else None),
        }

    def fresh(request: gr.Request) -> dict[Any, Any]:
        return {**opened(None, request), box: gr.update(value="", submit_btn="Ask", stop_btn=False)}

    def forget(chosen: str | None, request: gr.Request) -> dict[Any, Any]:
        _forget(site.mine(request.request), chosen)
        return fresh(request)

    saved.input(opened, [saved], outputs, **PRIVATE)
    parts["new"].click(fresh, None, outputs, cancels=running, **PRIVATE)
    parts["forget"].click(forget, [conversation], outputs, cancels=running, **PRIVATE)


def _forget(assistant: Backing, chosen: str | None) -> None:
    if chosen:
        with suppress(NotInLibrary):  # another window removed it first
            assistant.remove_conversation(chosen)
