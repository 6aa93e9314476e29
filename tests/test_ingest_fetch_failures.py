"""Fetching what fails: each way is one line about the address, and ends with the bytes and time allowed."""

import gzip
import itertools
import threading
import time
import tracemalloc

import pytest
from sites import get, look_up, moved, page

from ingest.errors import (
    EmptySource,
    MissingSource,
    ProtectedSource,
    TooLarge,
    UnreadableSource,
)
from ingest.fetch import fetch

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (page(status="404 Not Found"), MissingSource, "no such page"),
        (page(status="410 Gone"), MissingSource, "410"),
        (page(status="401 Unauthorized"), ProtectedSource, "401"),
        (page(status="403 \x1b[31mGo away"), ProtectedSource, "403, Forbidden"),
        (page(status="429 Slow down"), UnreadableSource, "429"),
        (page(status="503 No"), UnreadableSource, "503"),
        (page(status="799 What"), UnreadableSource, "799"),
        (page(status="206 Partial"), UnreadableSource, "206"),
        (b"HTTP/1.1 302 Found\r\n\r\n", UnreadableSource, "302"),
        (page(b""), EmptySource, "nothing"),
        (page(b"Hell").replace(b"Length: 4", b"Length: 9"), UnreadableSource, "broke off"),
        (CHUNKED + b"9\r\nHell", UnreadableSource, "does not answer as a web server"),
        (b"", UnreadableSource, "127.0.0.1"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", UnreadableSource, "does not answer as a web server"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 1000 + b"\r\n", UnreadableSource, "does not answer"),
        (b"HTTP/1.1 200 OK\r\na: " + b"b" * 100_000 + b"\r\n\r\n", UnreadableSource, "does not answer"),
        (page(b"not gzip", "Content-Encoding: gzip"), UnreadableSource, "damaged"),
        (page(gzip.compress(b"Hello" * 100)[:-9], "Content-Encoding: gzip"), UnreadableSource, "damaged"),
        (page(b"x", "Content-Encoding: br"), UnreadableSource, "compresses"),
    ],
)  # fmt: skip
def test_a_failure_is_one_line_about_the_address_asked_for(site, answer, kind, reason):
    site.answers["/"] = answer
    with pytest.raises(UnreadableSource) as raised:
        get(site, "/")
    assert type(raised.value) is kind
    assert raised.value.source == f"http://127.0.0.1:{site.port}/"
    assert reason in raised.value.reason
    assert raised.value.reason.isprintable()


def test_nobody_there(site):
    url = f"http://127.0.0.1:{site.port}/"
    site.close()
    with pytest.raises(UnreadableSource, match="cannot be reached: Connection refused"):
        fetch(url, allow_private=True)
    for resolve in (look_up, lambda host, port: []):
        with pytest.raises(MissingSource, match=r"no host nowhere\.test"):
            fetch("http://nowhere.test/", resolve=resolve)


@pytest.mark.parametrize(
    "answer",
    [
        page(b"x" * 1001),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99999999999\r\n\r\nx",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + b"x" * 5000,
        CHUNKED + b"1388\r\n" + b"x" * 5000 + b"\r\n0\r\n\r\n",
        page(gzip.compress(b"x" * 1001), "Content-Encoding: gzip"),
    ],
    ids=["stated", "claimed", "until the end", "chunked", "bomb"],
)
def test_too_much_is_refused(site, answer):
    site.answers["/"] = answer
    with pytest.raises(TooLarge, match="larger than 1,000 bytes"):
        get(site, "/", limit_bytes=1000)


@pytest.mark.parametrize("size", [b"-1", b"-f000000", b"f" * 40, b"zz", b""])
def test_a_chunk_size_that_lies_takes_no_memory(site, size):
    site.answers["/"] = itertools.chain([CHUNKED + size + b"\r\n"], [b"x" * (1 << 20)] * 16)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableSource):
            get(site, "/", limit_bytes=1000)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_as_much_as_the_limit_is_taken(site):
    site.answers["/"] = page(b"x" * 1000)
    site.answers["/gzip"] = page(gzip.compress(b"x" * 1000), "Content-Encoding: gzip")
    assert len(get(site, "/", limit_bytes=1000).data) == 1000
    assert len(get(site, "/gzip", limit_bytes=1000).data) == 1000


@pytest.mark.parametrize(
    "parts",
    [
        itertools.repeat(b""),
        itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"a: b\r\n")),
        itertools.chain([b"HTTP/1.1 200 OK\r\na: "], itertools.repeat(b"b")),
        itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
        itertools.chain([page(b"").replace(b"Length: 0", b"Length: 9999")], itertools.repeat(b"x")),
        itertools.chain([CHUNKED], itertools.repeat(b"1\r\nx\r\n")),
        itertools.chain([CHUNKED, b"0\r\n"], itertools.repeat(b"a: b\r\n")),
    ],
    ids=["silence", "headers", "a header", "100", "body", "chunks", "trailers"],
)  # fmt: skip
def test_a_slow_server_ends_with_the_time_whatever_it_drips(site, parts):
    site.answers["/"] = parts
    started = time.monotonic()
    with pytest.raises(TooLarge, match=r"longer than 0\.4 s"):
        get(site, "/", seconds=0.4)
    assert time.monotonic() - started < 5


def test_the_time_is_for_all_redirects_together(site):
    site.answers["/"] = (part for _ in range(100) for part in (moved("/"), b""))
    with pytest.raises(TooLarge):
        get(site, "/", seconds=0.4, max_redirects=1000)


def test_a_look_up_without_end_ends(site):
    ended = threading.Event()
    with pytest.raises(TooLarge, match="longer than"):
        fetch("http://slow.test/", seconds=0.3, resolve=lambda host, port: ended.wait(20) and [])
    ended.set()
