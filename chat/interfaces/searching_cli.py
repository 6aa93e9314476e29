"""`footnote search`: the best passages, the best documents, or every passage that holds the words."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from chat.interfaces.commands import DONE, opened, valid, warn_if_empty, where_of
from chat.interfaces.terminal import Screen, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant
    from retrieval.exhaustive import DocumentHits, Everything
    from retrieval.hit import Hit

_IN = "    "
_SNIPPET = 200  # characters of a passage


def extend(parser: ArgumentParser) -> None:
    """Add what `search` takes besides."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--exhaustive",
        action="store_true",
        help="every passage that holds the words, in this or, unless they are in double quotes, in another"
        " form, counted, and what could not be read; --limit does not matter",
    )
    ways.add_argument(
        "--by-document", action="store_true", help="group the passages by document; --limit counts documents"
    )


def search(given: Namespace, screen: Screen) -> int:
    """Show the hits with the scores of both legs."""
    with opened(given) as assistant:
        warn_if_empty(assistant)
        words, where = valid(given.words), where_of(assistant, given)
        if given.exhaustive:
            _show_everything(assistant.search_all(words, where=where), screen)
        elif given.by_document:
            found = assistant.search_documents(words, limit=given.limit, where=where)
            _show_documents(words, found, screen)
        else:
            from chat.interfaces import show
            from chat.searching import ranked

            hits = assistant.search(words, limit=given.limit, where=where)
            if screen.json_wanted:
                screen.data({"words": words, "hits": [ranked(*pair) for pair in enumerate(hits, 1)]})
            else:
                screen.lines([*show.hit_lines(hits, screen), *_noted(assistant, hits, screen)])
    return DONE


def _noted(assistant: "Assistant | RemoteAssistant", hits: "Sequence[Hit]", screen: Screen) -> list[str]:
    """Return what there is to know of the documents that were found: what of them meaning cannot find."""
    lines = list[str]()
    for name in dict.fromkeys(hit.passage.document_id for hit in hits):
        info = assistant.document_info(name)
        if info.note:
            lines += screen.wrapped(f"{info.title}: {info.note}")
    return ["", *lines] if lines else []


def _show_everything(found: "Everything", screen: Screen) -> None:
    from chat.searching import everything_to_dict

    if screen.json_wanted:
        screen.data(everything_to_dict(found))
        return
    lines: list[str] = []
    title = None
    for held in found.passages:
        if held.passage.document_id != title:
            title = held.passage.document_id
            head = ", ".join(each for each in (held.title, held.published or "", held.collection) if each)
            lines += ["", *screen.wrapped(head)]
        page = f"p. {held.passage.page}, " if held.passage.page else ""
        lines += screen.wrapped(f"{page}{held.form}: {_snippet(held.passage.text)}", indent=_IN)
        lines.append(screen.paint("dim", f"{_IN}{held.passage.id}  {one_line(held.source)}"))
    lines += ["", *screen.wrapped(found.statement)]
    lines += [
        line for each in found.unread for line in screen.wrapped(f"{each.source}: {each.reason}", indent=_IN)
    ]
    screen.lines(lines[1:])


def _show_documents(words: str, found: "list[DocumentHits]", screen: Screen) -> None:
    from chat.searching import documents_to_list

    if screen.json_wanted:
        screen.data({"words": words, "documents": documents_to_list(found)})
        return
    lines: list[str] = []
    for rank, row in enumerate(found, 1):
        head = ", ".join(each for each in (row.title, row.published or "", row.collection) if each)
        lines += ["", *screen.wrapped(head, indent=_IN, first=f"{rank:>2}. ")]
        lines.append(screen.paint("dim", f"{_IN}{row.document_id}  {one_line(row.source)}"))
        for hit in row.hits:
            page = f"p. {hit.passage.page}, " if hit.passage.page else ""
            text = f"{hit.score:.3f}, {page}{_snippet(hit.passage.text)}"
            lines += screen.wrapped(text, indent=_IN)
    screen.lines(lines[1:] or ["Nothing was found."])


def _snippet(text: str) -> str:
    text = one_line(text)
    return text[:_SNIPPET] + ("…" if len(text) > _SNIPPET else "")
