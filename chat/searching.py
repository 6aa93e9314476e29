"""Searching in other ways than for the best passages: all of them, or by document."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from chat.answer import plain
from chat.events import hit_from_dict
from chat.grid import filter_from_dict
from chat.succession import Caller
from ingest.passage import Passage
from retrieval.exhaustive import DocumentHits, Everything, Held, by_document, everything
from retrieval.hit import Filter, Hit
from retrieval.report import Failure

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from retrieval.library import Library
    from retrieval.owner import Handler

_EVERYWHERE = Filter()
_FOR_EACH = 20  # passages that are looked at for each document that is asked for


class Searching:
    """The methods of `Assistant` that search in other ways."""

    _library: "Library"

    def search_all(self, words: str, *, where: Filter = _EVERYWHERE) -> Everything:
        """Return every passage that holds the words, in this form or (unless quoted) in another.

        Raises InvalidSetting for words that hold nothing that could be found.
        """
        return everything(self._library, words, where)

    def search_documents(
        self, words: str, *, limit: int = 10, where: Filter = _EVERYWHERE
    ) -> list[DocumentHits]:
        """Return at most `limit` documents, best first, each with its hits among the best passages."""
        return by_document(self._library.search(words, limit=limit * _FOR_EACH, where=where), limit)


class RemoteSearching:
    """The same methods of `RemoteAssistant`."""

    _client: Caller

    def search_all(self, words: str, *, where: Filter = _EVERYWHERE) -> Everything:
        """Return every passage that holds the words."""
        return everything_from_dict(self._client.call("search_all", {"words": words, "where": asdict(where)}))

    def search_documents(
        self, words: str, *, limit: int = 10, where: Filter = _EVERYWHERE
    ) -> list[DocumentHits]:
        """Return at most `limit` documents, best first, each with its hits."""
        given = {"words": words, "limit": limit, "where": asdict(where)}
        rows = self._client.call("search_documents", given)
        return [
            DocumentHits(**{**row, "hits": tuple(hit_from_dict(hit) for hit in row["hits"])}) for row in rows
        ]


def searching_handlers(assistant: "Assistant") -> "dict[str, Handler]":
    """Return the owner's side of these."""
    return {
        "search_all": lambda given, _: plain(
            asdict(assistant.search_all(given["words"], where=filter_from_dict(given["where"])))
        ),
        "search_documents": lambda given, _: plain(
            [
                asdict(row)
                for row in assistant.search_documents(
                    given["words"], limit=given["limit"], where=filter_from_dict(given["where"])
                )
            ]
        ),
    }


def everything_from_dict(data: dict[str, Any]) -> Everything:
    """Return what `asdict` gave."""
    return Everything(
        **{
            **data,
            "passages": tuple(_held(row) for row in data["passages"]),
            "unread": tuple(Failure(**row) for row in data["unread"]),
        }
    )


def everything_to_dict(found: Everything) -> dict[str, Any]:
    """Return plain JSON values, with the statement, and each passage's id."""
    data: dict[str, Any] = plain(asdict(found))
    return {
        "words": data["words"],
        "statement": found.statement,
        **{name: value for name, value in data.items() if name not in ("words", "passages")},
        "passages": [
            {**row, "passage": {"id": held.passage.id, **row["passage"]}}
            for row, held in zip(data["passages"], found.passages, strict=True)
        ],
    }


def documents_to_list(found: Sequence[DocumentHits]) -> list[dict[str, Any]]:
    """Return plain JSON values, each hit as `footnote search --json` has it."""
    return [
        {"rank": rank, **asdict(row), "hits": [ranked(number, hit) for number, hit in enumerate(row.hits, 1)]}
        for rank, row in enumerate(found, 1)
    ]


def ranked(rank: int, hit: Hit) -> dict[str, Any]:
    """Return a hit as plain JSON values, with its passage's id."""
    data = asdict(hit)
    return {"rank": rank, **data, "passage": {"id": hit.passage.id, **data["passage"]}}


def _held(row: dict[str, Any]) -> Held:
    passage = dict(row["passage"])
    passage["sentences"] = tuple((start, end) for start, end in passage["sentences"])
    return Held(**{**row, "passage": Passage(**passage)})
