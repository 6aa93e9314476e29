"""A small library, the API over it, and a server that really listens."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from fakes import assistant_at

from bench.serving import serving
from chat.assistant import Assistant
from chat.interfaces.http.access import Access
from chat.interfaces.http.api import build_gate
from chat.interfaces.http.desk import Desk
from chat.interfaces.http.limits import Limits
from chat.interfaces.tokens import Tokens
from chat.page.guard import Guard
from retrieval.report import AddReport, Failure

MEMO = (
    "Memo on the ferry\n\nThe ferry Aurora was sold to Northwind Lines for 3 million crowns. "
    "Director Ilse Brandt signed the sale of the ferry Aurora on 4 March 2021.\n"
)
LETTER = "Letter from the harbour\n\nThe harbour at Vellin closes every night at ten o'clock.\n"
SIGNED = "Who signed the sale of the ferry Aurora?"
UNLIMITED = Limits(rate=0, jobs=100_000)


class Unconnected:
    """An assistant without a network: no page that it is asked to add can be reached."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def __getattr__(self, name):
        return getattr(self._assistant, name)

    def add(self, *sources, **given) -> AddReport:
        """Add files."""
        if any("://" in str(source) for source in sources):
            return AddReport((), (), tuple(Failure(str(each), "no network") for each in sources))
        return self._assistant.add(*sources, **given)


def fill(assistant: Assistant) -> None:
    """Add the memo and, in the collection `harbour`, the letter."""
    assistant.add_text(MEMO, source="memo.txt", title="Memo on the ferry")
    assistant.add_text(LETTER, source="letter.txt", title="Letter", collection="harbour")


async def nothing(scope, receive, send):
    """Stand where the page would: answer 404."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def gated(desk: Desk, access: Access | None = None):
    """Return the API as it is served, without the page."""
    return Guard(build_gate(desk, access or Access(Tokens(desk.assistant.home)))(nothing))


@contextmanager
def desk_at(home: Path, limits: Limits = UNLIMITED, **given) -> Iterator[Desk]:
    """Open a library with the two texts, and a desk over it."""
    with assistant_at(home, **given) as assistant:
        fill(assistant)
        desk = Desk.of(assistant, limits)
        try:
            yield desk
        finally:
            desk.close()


def listening(app, lifespan: str = "off") -> AbstractContextManager[str]:
    """Serve what has no life of its own; gives the address."""
    return serving(app, lifespan)


def finished(client, response):
    """Wait for a job; gives how it ended."""
    assert response.status_code == 202, response.text
    while (job := client.get(response.headers["location"]).json())["finished"] is None:
        time.sleep(0.02)
    return job
