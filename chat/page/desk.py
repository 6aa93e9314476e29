"""The pages beside the chat, put together."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter

    from chat.page.shell import Site


def build_pages(site: "Site") -> "list[APIRouter]":
    """Return the routes of every page of ours but the chat and the reader."""
    from chat.page.check import build_check
    from chat.page.conversations import build_conversations
    from chat.page.many import build_many
    from chat.page.mentions import build_mentions
    from chat.page.records import build_records
    from chat.page.sources import build_sources
    from chat.page.tray import build_tray

    builders = (
        build_records,
        build_sources,
        build_conversations,
        build_tray,
        build_check,
        build_mentions,
        build_many,
    )
    return [build(site) for build in builders]
