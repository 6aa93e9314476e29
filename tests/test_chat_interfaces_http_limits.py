"""What the HTTP API does not do: work whose caller hung up, more at once than it can, more than a rate."""

import asyncio
import threading
import time

import httpx
import pytest
from fakes import BagOfWords
from http_fakes import SIGNED, desk_at, gated, listening

from chat import stopping
from chat.answer import Draft
from chat.interfaces.http.limits import Buckets, Limits
from chat.interfaces.http.problem import Problem


class Slow:
    """An answerer that works for a minute, and looks now and then whether anybody still waits."""

    name = "slow"

    def __init__(self):
        self.began, self.ended = threading.Event(), threading.Event()

    def draft(self, evidence):
        """Wait, unless the question is another one."""
        self.began.set()
        try:
            for _ in range(1200):
                if "quick" in evidence.question:
                    break
                stopping.check()
                time.sleep(0.05)
        finally:
            self.ended.set()
        return Draft((), (), self.name)


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_hangs_up_frees_its_work(tmp_path, stream):
    slow = Slow()
    with desk_at(tmp_path / "home", answerer=slow) as desk, listening(gated(desk)) as base:

        async def hang_up():
            async with httpx.AsyncClient(base_url=base, timeout=60) as client:
                body = {"question": SIGNED, "stream": stream}
                asking = asyncio.ensure_future(client.post("/api/v1/ask", json=body))
                assert await asyncio.to_thread(slow.began.wait, 30)
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)

        asyncio.run(hang_up())
        assert slow.ended.wait(10)  # it would work for a minute
        quick = httpx.post(f"{base}/api/v1/ask", json={"question": "Anything quick?"}, timeout=30)
        assert quick.json()["status"] == "not_found"
        assert len(desk.assistant.conversations()) == 1  # what nobody waited for was not saved
        while b"footnote_work_in_progress 0.0" not in desk.watch.text():
            time.sleep(0.02)
        assert b'footnote_answers_total{status="stopped"} 1.0' in desk.watch.text()


def test_a_client_that_hangs_up_frees_the_check_of_a_long_text(tmp_path):
    class Counting(BagOfWords):
        """Counts what it embeds."""

        def __init__(self):
            super().__init__()
            self.queries, self.began = 0, threading.Event()

        def embed_query(self, text):
            """Return the vector, and tell once a check is under way."""
            self.queries += 1
            if "pelican" in text:
                self.began.set()
                time.sleep(0.01)
            return super().embed_query(text)

    counting, sentences = Counting(), 2000
    text = " ".join(f"The pelican saw ship {number} that day." for number in range(sentences))
    with desk_at(tmp_path / "home", embedder=counting) as desk, listening(gated(desk)) as base:

        async def hang_up():
            async with httpx.AsyncClient(base_url=base, timeout=60) as client:
                checking = asyncio.ensure_future(client.post("/api/v1/check", json={"text": text}))
                assert await asyncio.to_thread(counting.began.wait, 30)
                checking.cancel()
                await asyncio.gather(checking, return_exceptions=True)

        asyncio.run(hang_up())
        while b"footnote_work_in_progress 0.0" not in desk.watch.text():
            time.sleep(0.02)
    assert counting.queries < sentences


def test_too_much_work_is_refused_and_not_queued_for_ever(tmp_path):
    slow, limits = Slow(), Limits(rate=0, at_work=1, waiting=1)
    with desk_at(tmp_path / "home", limits, answerer=slow) as desk, listening(gated(desk)) as base:

        async def crowd():
            async with httpx.AsyncClient(base_url=base, timeout=60) as client:
                waiting = [
                    asyncio.ensure_future(client.post("/api/v1/ask", json={"question": SIGNED}))
                    for _ in range(2)
                ]
                while b"footnote_work_in_progress 2.0" not in desk.watch.text():
                    await asyncio.sleep(0.02)
                refused = await client.post("/api/v1/ask", json={"question": SIGNED})
                for each in waiting:
                    each.cancel()
                await asyncio.gather(*waiting, return_exceptions=True)
                return refused

        refused = asyncio.run(crowd())
        assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0


def test_a_rate_is_felt_after_a_burst_and_passes():
    now = [0.0]
    buckets = Buckets(60, 3, clock=lambda: now[0], callers=2)
    for _ in range(3):
        buckets.take("a")
    with pytest.raises(Problem) as refused:
        buckets.take("a")
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "2"})
    buckets.take("b")
    now[0] += 1.0
    buckets.take("a")
    with pytest.raises(Problem):
        buckets.take("a")
    for each in ("c", "d"):  # nobody is remembered for ever
        buckets.take(each)
    buckets.take("a")
    unlimited = Buckets(0, 1)
    for _ in range(1000):
        unlimited.take("a")


def test_the_rate_is_felt_over_http(tmp_path):
    with desk_at(tmp_path / "home", Limits(rate=1, burst=2)) as desk, listening(gated(desk)) as base:
        codes = [httpx.get(f"{base}/api/v1/health").status_code for _ in range(2)]
        refused = httpx.get(f"{base}/api/v1/health")
    assert (
        codes == [200, 200] and refused.status_code == 429 and 1 <= int(refused.headers["retry-after"]) <= 60
    )
