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
    return [*(build(site) for build in builders), *_of_library(site)]


def _of_library(site: "Site") -> "list[APIRouter]":
    """Return the routes of the library's pages, which share what is being added."""
    from chat.page.about import build_about
    from chat.page.adding import Adding, build_adding
    from chat.page.collecting import build_collecting
    from chat.page.library import build_library
    from chat.page.mirroring import build_mirroring
    from chat.page.preferences import build_preferences

    adding = Adding(site.jobs, site.inbox)
    return [
        build_library(site, adding),
        build_adding(site, adding),
        build_collecting(site),
        build_mirroring(site, adding),
        build_about(site),
        build_preferences(site),
    ]
