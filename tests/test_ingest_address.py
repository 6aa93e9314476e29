"""Addresses that are never fetched, however they are written: a canary stands there that nothing may reach.

`world` stands for the internet: connections to the public addresses in it end at the local server.
"""

import socket

import pytest
from sites import PUBLIC, PUBLIC_6, Site, look_up, moved, page

from ingest.address import resolve_host
from ingest.errors import (
    MissingSource,
    RefusedAddress,
    UnreadableSource,
)
from ingest.fetch import fetch

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


@pytest.fixture
def canary():
    """A server that must not be reached."""
    server = Site()
    yield server
    server.close()


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
