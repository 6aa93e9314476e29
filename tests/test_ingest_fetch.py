"""Fetching: from real servers on this machine, one of them a canary that nothing may reach.

`world` stands for the internet: connections to the public addresses in it end at the local server.
"""

import contextlib
import gzip
import itertools
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from ingest.address import resolve_host
from ingest.errors import (
    EmptySource,
    MissingSource,
    ProtectedSource,
    RefusedAddress,
    TooLarge,
    UnknownFormat,
    UnreadableSource,
)
from ingest.fetch import fetch

OFFICE = "application/vnd.openxmlformats-officedocument."
PUBLIC, PUBLIC_6 = "93.184.216.34", "2606:2800:220:1::1"
NAMES = {
    "site.test": [PUBLIC],
    "xn--bcher-kva.test": [PUBLIC],
    "both.test": [PUBLIC_6, PUBLIC],
    "localhost": ["127.0.0.1"],
    "localhost.localdomain": ["127.0.0.1"],
    "inside.test": ["10.0.0.1"],
    "mixed.test": [PUBLIC, "127.0.0.1"],
    "mixed6.test": [PUBLIC, "::1"],
    "127.0.0.1.nip.test": ["127.0.0.1"],
    "xn--lcalhost-43a.test": ["127.0.0.1"],
    "ss.test": ["127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
}


def look_up(host: str, port: int) -> list[str]:
    """Know `NAMES`, and numbers in all the ways that the system reads; asks no server."""
    if host in NAMES:
        return NAMES[host]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [address[4][0] for address in found]


def page(body: bytes = b"Hello", *headers: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def moved(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: ".encode() + to.encode() + b"\r\nContent-Length: 0\r\n\r\n"


class Site:
    """Answers a path with bytes, or with each part after a moment; keeps the requests."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, bytes | Iterable[bytes]] = {}
        self.requests: list[str] = []
        self.connections = 0
        self._context = context
        self._ended = threading.Event()
        try:
            self._socket = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        except (OSError, ValueError):
            self._socket = socket.create_server(("0.0.0.0", 0))
        self.port = self._socket.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Stop, whatever is being answered."""
        self._ended.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._threads.append(threading.Thread(target=self._answer, args=(connection,)))
            self._threads[-1].start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    part = connection.recv(4096)
                    if not part:
                        return
                    request += part
                self.requests.append(request.decode())
                answer = self.answers.get(request.split()[1].decode(), page(status="404 Not Found"))
                for part in [answer] if isinstance(answer, bytes) else answer:
                    connection.sendall(part)
                    if not isinstance(answer, bytes) and self._ended.wait(0.05):
                        return


@pytest.fixture
def site():
    server = Site()
    yield server
    server.close()


@pytest.fixture
def canary():
    """A server that must not be reached."""
    server = Site()
    yield server
    server.close()


@pytest.fixture
def world(monkeypatch, site):
    """Lead the public addresses to `site`; returns the list of addresses connected to."""
    connected = []
    real = socket.create_connection

    def connect(address, timeout):
        connected.append(address[0])
        if address[0] in (PUBLIC, PUBLIC_6):
            return real(("127.0.0.1", site.port), timeout)
        return real(address, timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    return connected


def get(site: Site, path: str, **options):
    """Fetch a path of `site` as a page in the local network."""
    options = {"allow_private": True, "seconds": 10.0, "resolve": look_up} | options
    return fetch(f"http://127.0.0.1:{site.port}{path}", **options)


# Getting a page


def test_a_page_comes_with_all_that_is_known_of_it(site, world):
    site.answers["/news/article.html?id=1"] = page("Zoë".encode(), kind="Text/HTML; charset=UTF-8")
    before = datetime.now(UTC).replace(microsecond=0)
    got = fetch("  HTTP://Site.Test:80/news/article.html?id=1#top ", resolve=look_up)
    assert got.url == "http://site.test/news/article.html?id=1"
    assert (got.data, got.media_type, got.charset) == ("Zoë".encode(), "text/html", "utf-8")
    assert got.name == "article.html"
    assert before <= datetime.fromisoformat(got.retrieved_at) <= datetime.now(UTC)
    assert datetime.fromisoformat(got.retrieved_at).utcoffset().total_seconds() == 0
    assert world == [PUBLIC]


def test_nothing_but_the_request_is_sent(site, monkeypatch, tmp_path):
    site.answers["/a"] = moved("/b").replace(b"Location", b"Set-Cookie: id=1\r\nLocation")
    site.answers["/b"] = page()
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret")
    assert get(site, "/a").data == b"Hello"
    for request in site.requests:
        names = {line.partition(":")[0] for line in request.strip().split("\r\n")[1:]}
        assert names == {"Host", "User-Agent", "Accept", "Accept-Encoding"}
    assert f"Host: 127.0.0.1:{site.port}\r\n" in site.requests[0]
    assert "Accept-Encoding: identity\r\n" in site.requests[0]


def test_a_name_is_sent_as_a_name_and_a_path_encoded(site, world):
    site.answers["/stra%C3%9Fe%20(1).txt?q=%C3%A9&r=%20"] = page(kind="text/plain")
    got = fetch("http://Bücher.test/straße (1).txt?q=é&r=%20", resolve=look_up)
    assert "Host: xn--bcher-kva.test\r\n" in site.requests[0]
    assert got.name == "straße (1).txt"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_to_the_address_that_is_reported(site, status):
    site.answers["/a/b"] = moved("../c?x=é", status)
    site.answers["/c?x=%C3%A9"] = page()
    assert get(site, "/a/b").url == f"http://127.0.0.1:{site.port}/c?x=%C3%A9"


def test_redirects_end(site):
    site.answers["/a"] = moved("/a")
    with pytest.raises(RefusedAddress, match="more than 5 times"):
        get(site, "/a")
    assert len(site.requests) == 6
    site.answers["/b"] = moved("/c")
    site.answers["/c"] = page()
    assert get(site, "/b", max_redirects=1).data == b"Hello"
    with pytest.raises(RefusedAddress):
        get(site, "/b", max_redirects=0)


def test_a_host_is_tried_at_its_other_addresses(site, monkeypatch):
    site.answers["/"] = page()
    tried, real = [], socket.create_connection

    def connect(address, timeout):
        tried.append(address[0])
        if address[0] == PUBLIC_6:
            raise OSError(101, "Network is unreachable")
        return real(("127.0.0.1", site.port), timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    assert fetch("http://both.test/", resolve=look_up).data == b"Hello"
    assert tried == [PUBLIC_6, PUBLIC]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\nHe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: x\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nHello",
        b"HTTP/1.1 100 Continue\r\n\r\n" + page(),
        page(gzip.compress(b"Hello"), "Content-Encoding: gzip"),
    ],
    ids=["chunked", "until the end", "100", "gzip"],
)
def test_bodies_come_in_every_shape(site, answer):
    site.answers["/"] = answer
    assert get(site, "/").data == b"Hello"


@pytest.mark.parametrize(
    ("path", "header", "name"),
    [
        ("/", "", "127.0.0.1"),
        ("/a/report.pdf", "", "report.pdf"),
        ("/a/report/", "", "report"),
        ("/a%2F..%2Fetc%2Fpasswd", "", "passwd"),
        ("/..%2f..%2f..", "", "127.0.0.1"),
        ("/x", 'attachment; filename="memo.pdf"', "memo.pdf"),
        ("/x", 'attachment; filename="../../.ssh/id"', "id"),
        ("/x", 'attachment; filename="C:\\\\a\\\\b.txt"', "b.txt"),
        ("/x", "attachment; filename*=UTF-8''Zo%C3%AB%00%E2%80%AE.pdf", "Zoë.pdf"),
        ("/x", 'attachment; filename="Zoë.pdf"', "Zoë.pdf"),
        ("/x", 'attachment; filename=".."', "x"),
        ("/x", "attachment; filename*=nonsense; filename*9*=x", "x"),
        ("/x", "attachment; filename=a;b.pdf", "a"),
        ("/x", 'attachment; FileName = "a \\"b\\".pdf"; size=3', 'a "b".pdf'),
        ("/" + "a" * 300 + ".pdf", "", "a" * 146 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(site, path, header, name):
    headers = [f"Content-Disposition: {header}"] if header else []
    site.answers[path] = page(b"Hello", *headers)
    assert get(site, path).name == name


@pytest.mark.parametrize(
    ("stated", "path", "media_type"),
    [
        ("text/markdown", "/a", "text/markdown"),
        ("application/pdf; x=y", "/a", "application/pdf"),
        ("application/xhtml+xml", "/a", "application/xhtml+xml"),
        ("application/ld+json", "/a", "application/ld+json"),
        (f"{OFFICE}wordprocessingml.document", "/a", f"{OFFICE}wordprocessingml.document"),
        ("application/vnd.oasis.opendocument.text", "/a", "application/vnd.oasis.opendocument.text"),
        ("application/octet-stream", "/a.PDF", "application/pdf"),
        ("application/octet-stream", "/a.exe", None),
        ("application/octet-stream", "/a", None),
        ("image/png", "/a.pdf", None),
        ("video/mp4", "/a", None),
        ("application/zip", "/a", None),
        ("application/javascript", "/a", None),
        ("application/x-sh", "/a", None),
        ("multipart/form-data", "/a", None),
    ],
)  # fmt: skip
def test_only_documents_are_taken(site, stated, path, media_type):
    site.answers[path] = page(kind=stated)
    if media_type is None:
        with pytest.raises(UnknownFormat):
            get(site, path)
    else:
        assert get(site, path).media_type == media_type


def test_a_server_that_says_nothing_is_judged_by_the_name(site):
    site.answers["/a.csv"] = site.answers["/a"] = b"HTTP/1.1 200 OK\r\n\r\na,b"
    assert get(site, "/a.csv").media_type == "text/csv"
    with pytest.raises(UnknownFormat):
        get(site, "/a")


# Failures

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


# Over TLS


@pytest.fixture
def secure(monkeypatch, tmp_path):
    """Give an HTTPS server with a trusted certificate for site.test; `.asked` has the names asked for."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=site.test",
         "-addext", "subjectAltName=DNS:site.test", "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked = []
    context.sni_callback = lambda connection, name, context: asked.append(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = Site(context)
    server.asked = asked
    server.answers["/"] = page()
    yield server
    server.close()


def test_tls_goes_to_the_checked_address_with_the_name_and_its_certificate(secure):
    looked_up = []

    def resolve(host, port):
        looked_up.append((host, port))
        return ["127.0.0.1"]

    url = f"https://site.test:{secure.port}/"
    assert fetch(url, allow_private=True, resolve=resolve).data == b"Hello"
    assert secure.asked == ["site.test"]
    assert looked_up == [("site.test", secure.port)]
    assert f"Host: site.test:{secure.port}\r\n" in secure.requests[0]


def test_a_certificate_for_another_name_is_refused_before_anything_is_sent(secure):
    for host in ("other.test", "127.0.0.1"):
        with pytest.raises(UnreadableSource, match=f"certificate of {host} is not valid"):
            fetch(f"https://{host}:{secure.port}/", allow_private=True, resolve=lambda *_: ["127.0.0.1"])
    assert secure.requests == []


def test_a_certificate_nobody_vouches_for_is_refused(secure, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(UnreadableSource, match=r"certificate of site\.test is not valid"):
        fetch(f"https://site.test:{secure.port}/", allow_private=True, resolve=lambda *_: ["127.0.0.1"])
    assert secure.requests == []


def test_a_tls_handshake_that_never_comes_ends_with_the_time(site):
    site.answers["/"] = page()
    with pytest.raises(TooLarge):
        fetch(f"https://127.0.0.1:{site.port}/", allow_private=True, seconds=0.4)


# What must never be reached

NUMBERS = [  # ways to write an address of this machine that the system understands
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7F.0x0.0x0.0x1",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0.01",
    "127.0.0.1.",
    "127.255.255.254",
    "127.0.0.53",
    "0",
    "0.0.0.0",
    "0x0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost.localdomain",
    "127.0.0.1.nip.test",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127．0．0．1",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "lócalhost.test",
]
ELSEWHERE = [  # addresses that are somewhere, but not on the public web
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "3232235777",
    "169.254.169.254",
    "0xA9FEA9FE",
    "metadata.google.internal",
    "inside.test",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "0.1.2.3",
    "mixed.test",
    "mixed6.test",
    "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:93.184.216.34]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2001::1]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[100::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
]
MALFORMED = [  # with PORT where the canary's goes
    "file:///etc/passwd",
    "file://127.0.0.1:PORT/",
    "ftp://127.0.0.1:PORT/",
    "gopher://127.0.0.1:PORT/_GET",
    "data:text/html,hello",
    "javascript:alert(1)",
    "ldap://127.0.0.1:PORT/",
    "dict://127.0.0.1:PORT/info",
    "jar:http://127.0.0.1:PORT/!/",
    "view-source:http://127.0.0.1:PORT/",
    "ws://127.0.0.1:PORT/",
    "unix:///var/run/docker.sock",
    "//127.0.0.1:PORT/",
    "127.0.0.1:PORT/",
    "http:127.0.0.1:PORT/",
    "http:/127.0.0.1:PORT/",
    "http:///127.0.0.1:PORT/",
    "http://",
    "",
    "http://:PORT/",
    "http://user@127.0.0.1:PORT/",
    "http://user:secret@127.0.0.1:PORT/",
    "http://site.test@127.0.0.1:PORT/",
    "http://site.test:80@127.0.0.1:PORT/",
    "http://@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT@site.test/",
    "http://site.test\\@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\@site.test/",
    "http://site.test#@127.0.0.1:PORT/",
    "http://site.test?@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\r\nHost: site.test\r\n/",
    "ht\ntp://127.0.0.1:PORT/",
    "http://127.0.0.1\t:PORT/",
    "http://127.0.0.1\x00.site.test:PORT/",
    "http://127.0.0.1%00.site.test:PORT/",
    "http://%31%32%37.0.0.1:PORT/",
    "http://127.0.0.1%2f:PORT/",
    "http://site.test /:PORT/",
    "http://127.0.0.1 :PORT/",
    "http://[::1:PORT/",
    "http://::1:PORT/",
    "http://[fe80::1%25lo]:PORT/",
    "http://[::1%25lo]:PORT/",
    "http://[v1.127.0.0.1]:PORT/",
    "http://[127.0.0.1]:PORT/",
    "http://127..0.0.1:PORT/",
    "http://" + "a" * 64 + ".test:PORT/",
    "http://ß.test:PORT/",
    "http://lo\u200dcalhost:PORT/",
    "http://\udc80.test:PORT/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:22/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:PORTx/",
]


def refuse(canary: Site, url: str, **options) -> UnreadableSource:
    """Fetch what must not be reached, and return the error."""
    with pytest.raises(UnreadableSource) as raised:
        fetch(url, **{"seconds": 2.0, "resolve": look_up} | options)
    assert canary.connections == 0
    return raised.value


@pytest.fixture(scope="module")
def shared_canary():
    """A canary for the many; no test may reach it, so they may share it."""
    server = Site()
    yield server
    server.close()
    assert server.connections == 0


def test_the_canary_sings(canary):
    canary.answers["/"] = page()
    for host in ("127.0.0.1", "2130706433", "0x7f.1", "127.255.255.254", "localhost", "①②⑦.⓪.⓪.①"):
        got = fetch(f"http://{host}:{canary.port}/", allow_private=True, resolve=look_up)
        assert got.data == b"Hello"
    assert canary.connections == 6


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", NUMBERS + ELSEWHERE)
def test_an_address_off_the_public_web_is_not_reached(shared_canary, world, host, scheme):
    url = f"{scheme}://{host}:{shared_canary.port}/"
    error = refuse(shared_canary, url)
    assert isinstance(error, RefusedAddress | MissingSource)
    assert error.source == url
    assert world == []


@pytest.mark.parametrize("url", MALFORMED)
def test_an_address_that_can_be_misread_is_not_read(shared_canary, url):
    asked = []

    def resolve(host, port):
        asked.append(host)
        return []

    error = refuse(shared_canary, url.replace("PORT", str(shared_canary.port)), resolve=resolve)
    if url.startswith(("http://site.test#", "http://site.test?")):  # it is site.test and nothing else
        assert (type(error), asked) == (MissingSource, ["site.test"])
    else:
        assert (type(error), asked) == (RefusedAddress, [])


@pytest.mark.parametrize("host", NUMBERS[::3] + ELSEWHERE[::3])
def test_a_redirect_off_the_public_web_is_not_followed(site, world, shared_canary, host):
    site.answers["/"] = moved(f"http://{host}:{shared_canary.port}/")
    error = refuse(shared_canary, "http://site.test/")
    assert isinstance(error, RefusedAddress)
    assert error.source == "http://site.test/"
    assert world == [PUBLIC]


@pytest.mark.parametrize("url", [url for url in MALFORMED if "site.test" not in url and url.isprintable()])
def test_a_redirect_to_an_address_that_can_be_misread_is_not_followed(site, world, shared_canary, url):
    site.answers["/"] = moved(url.replace("PORT", str(shared_canary.port)))
    error = refuse(shared_canary, "http://site.test/")
    assert error.reason.isprintable()
    assert set(world) == {PUBLIC}


def test_the_second_of_two_redirects_is_checked_like_the_first(site, world, canary):
    site.answers["/"] = moved("http://both.test/next")
    site.answers["/next"] = moved(f"//127.0.0.1:{canary.port}/")
    assert isinstance(refuse(canary, "http://site.test/"), RefusedAddress)
    assert world == [PUBLIC, PUBLIC_6]


def test_a_name_that_changes_its_address_is_met_where_it_was_checked(site, world, canary):
    site.answers["/"] = page()
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    got = fetch("http://rebind.test/", resolve=lambda host, port: next(answers))
    assert got.data == b"Hello"
    assert world == [PUBLIC]
    assert next(answers) == ["127.0.0.1"]  # nobody asked a second time


def test_a_name_that_changes_its_address_between_two_hops_is_refused(site, world, canary):
    site.answers["/"] = moved("/again")
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    error = refuse(canary, "http://rebind.test/", resolve=lambda host, port: next(answers))
    assert isinstance(error, RefusedAddress)
    assert world == [PUBLIC]


@pytest.mark.parametrize(
    "address", [PUBLIC, "1.1.1.1", "172.32.0.1", "100.128.0.1", PUBLIC_6, "64:ff9b::5db8:d822"]
)
def test_the_public_web_is_not_refused(monkeypatch, address):
    def connect(to, timeout):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(UnreadableSource, match="cannot be reached"):
        fetch("http://site.test/", resolve=lambda host, port: [address])


def test_the_systems_own_look_up_gives_addresses():
    assert resolve_host("127.0.0.1", 80) == ["127.0.0.1"]
    assert resolve_host("::1", 80) == ["::1"]
