"""POST /ask, /search and /check: what a reader of the library does."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from chat.answer import Answer, Done, Event, Rejected, Standalone, Verified
from chat.interfaces.http import models, search_models
from chat.interfaces.http.access import PREFIX
from chat.interfaces.http.desk import EVENTS, Desk, written
from chat.interfaces.http.streaming import sent, streamed, whole
from chat.searching import documents_to_list, everything_to_dict, ranked

if TYPE_CHECKING:
    from fastapi import APIRouter


def build_questions(desk: Desk) -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Request, Response

    router = APIRouter(prefix=PREFIX, tags=["questions"])
    assistant = desk.assistant

    @router.post("/ask", response_model=Answer)
    async def ask(request: Request, body: models.Ask) -> Response:
        """Answer a question, whole or, as server-sent events, sentence by verified sentence.

        The events are `standalone`, then a `sentence` each, then `rejected` for each claim that failed
        verification, and last `done` with the whole answer, or `error` with a problem.
        """

        def start() -> Iterator[Event]:
            where = body.filter()
            desk.require(where)
            return assistant.stream(
                body.question, conversation=body.conversation, where=where, standalone=body.standalone
            )

        if body.stream or EVENTS in request.headers.get("accept", ""):
            return await streamed(desk, request, start, _Parts().of, error="error")
        return written((await whole(desk, request, start)).to_dict())

    @router.post("/search", response_model=models.Hits)
    async def search(body: models.Search) -> Response:
        """Return passages, best first, without an answer."""

        def hits() -> models.JSON:
            where = body.filter()
            desk.require(where)
            found = assistant.search(body.words, limit=body.limit, where=where)
            return {"words": body.words, "hits": [ranked(*pair) for pair in enumerate(found, 1)]}

        return written(await desk.work.run(hits))

    @router.post("/search/documents", response_model=search_models.DocumentHits)
    async def search_documents(body: models.Search) -> Response:
        """Return documents, best first, each with its hits."""

        def documents() -> models.JSON:
            where = body.filter()
            desk.require(where)
            found = assistant.search_documents(body.words, limit=body.limit, where=where)
            return {"words": body.words, "documents": documents_to_list(found)}

        return written(await desk.work.run(documents))

    @router.post("/search/all", response_model=search_models.AllPassages)
    async def search_all(body: search_models.SearchAll) -> Response:
        """Return every passage that holds the words, in this or, unless quoted, in another form."""

        def passages() -> models.JSON:
            where = body.filter()
            desk.require(where)
            return everything_to_dict(assistant.search_all(body.words, where=where))

        return written(await desk.work.run(passages))

    @router.post("/check", response_model=models.CheckedText)
    async def check(request: Request, body: models.Check) -> Response:
        """Compare a text with the library, sentence by sentence, each with the quotes that decide."""

        def rows() -> Iterator[Response]:
            where = body.filter()
            desk.require(where)
            checked = assistant.check(body.text, where=where)
            yield written({"sentences": [row.to_dict() for row in checked]})

        return await desk.work.last(request, rows)

    return router


class _Parts:
    """What is sent for each event of an answer; the claims that were rejected are all told before the end."""

    def __init__(self) -> None:
        self._rejected: list[Rejected] = []

    def of(self, event: Event) -> Iterator[bytes]:
        """Yield the events that one of the assistant's own becomes."""
        if isinstance(event, Standalone):
            yield sent("standalone", {"standalone_question": event.question})
        elif isinstance(event, Verified):
            yield sent("sentence", models.sentence_event(event))
        elif isinstance(event, Rejected):
            self._rejected.append(event)
            yield sent("rejected", asdict(event))
        elif isinstance(event, Done):
            for each in event.answer.rejected:
                if each not in self._rejected:
                    yield sent("rejected", asdict(each))
            yield sent("done", event.answer.to_dict())
