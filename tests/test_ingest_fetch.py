"""Fetching: pages from real servers on this machine, in every shape, and over TLS."""

import gzip
import socket
import ssl
import subprocess
from datetime import UTC, datetime

import pytest
from sites import PUBLIC, PUBLIC_6, Site, get, look_up, moved, page

from ingest.errors import (
    RefusedAddress,
    TooLarge,
    UnknownFormat,
    UnreadableSource,
)
from ingest.fetch import fetch

OFFICE = "application/vnd.openxmlformats-officedocument."


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
