"""What happens on the page when a person asks, stops, or searches again in other words."""

from collections.abc import Iterator
from typing import Any

from chat.page import messages, talk
from chat.page.choosing import CHOSEN, chosen
from chat.page.contents import PRIVATE, past
from chat.page.shell import Site
from chat.page.within import Choice
from ingest.errors import InvalidSetting


def spoken(parts: dict[str, Any]) -> list[Any]:
    """What asking, and opening a conversation, set."""
    names = ("chat", "box", "searched", "shown", "conversation", "asked", "first")
    return [parts[name] for name in (*names, "past", "past_title", "forget")]


def wire_asking(gr: Any, site: Site, parts: dict[str, Any]) -> list[Any]:
    """Connect the question box and the examples; returns the listeners that answer, to be cancelled."""
    chat, box, searched, shown = parts["chat"], parts["box"], parts["searched"], parts["shown"]
    within = [parts[name] for name in CHOSEN]

    def answered(
        request: Any, question: str, now: str | None, choice: Choice, standalone: str | None = None
    ) -> Iterator[Any]:
        assistant, question = site.mine(request.request), question.strip()
        try:
            where = choice.filter()
        except InvalidSetting:  # said beside the box already
            question, where = "", Choice().filter()
        if not question:
            yield {box: gr.update()}
            return
        yield {
            box: gr.update(value="", submit_btn=False, stop_btn="Stop"),
            parts["first"]: gr.update(visible=False),
        }
        for step in talk.answering(assistant, question, now, where, standalone):
            changes = {
                chat: gr.update(value=step.messages, visible=True),
                shown: step.messages,
                parts["asked"]: question,
            }
            if step.answer:
                changes[searched] = gr.update(value=step.answer.standalone_question, visible=True)
                changes |= past(gr, assistant, parts, step.conversation)
                changes[parts["conversation"]] = step.conversation
            if step.answer or step.failed:
                changes[box] = gr.update(submit_btn="Ask", stop_btn=False)
            yield changes

    def ask(
        question: str,
        now: str | None,
        collections: list[str],
        ticked: dict[str, None],
        since: str,
        until: str,
        request: gr.Request,
    ) -> Iterator[Any]:
        yield from answered(request, question, now, chosen(collections, ticked, since, until))

    def again(
        standalone: str,
        question: str,
        now: str | None,
        collections: list[str],
        ticked: dict[str, None],
        since: str,
        until: str,
        request: gr.Request,
    ) -> Iterator[Any]:
        choice = chosen(collections, ticked, since, until)
        yield from answered(request, question, now, choice, standalone.strip() or None)

    outputs, now = spoken(parts), parts["conversation"]
    running = [box.submit(ask, [box, now, *within], outputs, **PRIVATE)]
    running += [button.click(ask, [button, now, *within], outputs, **PRIVATE) for button in parts["examples"]]
    running.append(searched.submit(again, [searched, parts["asked"], now, *within], outputs, **PRIVATE))

    def stop(messages_shown: list[messages.Message]) -> dict[Any, Any]:
        kept = talk.stopped(messages_shown)
        return {chat: kept, shown: kept, box: gr.update(submit_btn="Ask", stop_btn=False)}

    box.stop(stop, [shown], [chat, shown, box], cancels=running, **PRIVATE)
    return running
