"""Fetch one page or file from the web, and nothing that is not out on the public web.

Whoever gives a URL, or answers it with a redirect, chooses what this machine connects to, so at every
hop: the scheme is http or https; the name is resolved once, all its addresses must be public, and the
connection goes to one of exactly these addresses (a second look-up might answer differently). How the
address is written does not matter (`http://2130706433/` is 127.0.0.1): what it resolves to is checked.
No proxy, cookie, password or netrc file is used. Time and size are limited as a whole, not per read.
"""

import contextlib
import http.client
import io
import ipaddress
import re
import socket
import ssl
import string
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from queue import Empty, SimpleQueue
from typing import Any, Self
from urllib.parse import quote, unquote, urljoin, urlsplit

from ingest.address import Resolve, is_public, resolve_host
from ingest.errors import (
    EmptySource,
    MissingSource,
    ProtectedSource,
    RefusedAddress,
    TooLarge,
    UnknownFormat,
    UnreadableSource,
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave. `url` is where it was in the end; `retrieved_at` is in ISO 8601, UTC.

    `name` is safe to show and to take a suffix from, not to open; `charset` is what the server says.
    """

    url: str
    media_type: str
    data: bytes
    name: str
    retrieved_at: str
    charset: str | None


def fetch(
    url: str,
    *,
    allow_private: bool = False,
    seconds: float = 30.0,
    limit_bytes: int = 50 << 20,
    max_redirects: int = 5,
    resolve: Resolve = resolve_host,
) -> Fetched:
    """Return what is at `url`, following redirects; `allow_private` drops the check of addresses only.

    Raises an UnreadableSource whose `source` is `url`: RefusedAddress, MissingSource (no such host or
    page), ProtectedSource, TooLarge (over `limit_bytes`, or over `seconds` in all), UnknownFormat (a kind
    of content that is no document), EmptySource, or the base class when the server fails.
    """
    trip = _Trip(url, allow_private, seconds, time.monotonic() + seconds, limit_bytes, resolve)
    target = _Target.of(url, source=url)
    for _ in range(max_redirects + 1):
        answer = trip.get(target)
        if isinstance(answer, Fetched):
            return answer
        target = answer
    raise RefusedAddress(url, f"it redirects more than {max_redirects} times")


_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_TWO_WAYS = frozenset("ßς\u200c\u200d")  # IDNA 2003 and IDNA 2008 lead to different hosts
_PRINTABLE = "".join(set(string.printable) - set(string.whitespace))

_MOVED = (301, 302, 303, 307, 308)
_HEADERS = {"User-Agent": "Footnote/0.1", "Accept": "*/*", "Accept-Encoding": "identity"}
_CHARSET = re.compile(r"\bcharset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)
_ENCODED_NAME = re.compile(r"\bfilename\*\s*=\s*[\w-]+'[^']*'([^;\s]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"\bfilename\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s\"]+))", re.IGNORECASE)
_TOKEN = r"[a-z0-9.+_-]+"
_DOCUMENTS = re.compile(
    rf"text/{_TOKEN}"
    rf"|application/(pdf|json|x-ndjson|xml|csv|rtf|epub\+zip|msword|yaml|{_TOKEN}\+(json|xml))"
    r"|application/vnd\.(ms-(excel|powerpoint|outlook|word)|openxmlformats-officedocument|oasis\.opendocument)"
    r"(\.[a-z0-9._-]+)?"
    r"|message/rfc822"
)
_VAGUE = ("", "application/octet-stream", "binary/octet-stream", "application/download")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_SUFFIX = {  # for servers that only say that it is bytes
    ".csv": "text/csv",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".epub": "application/epub+zip",
    ".eml": "message/rfc822",
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".pptx": f"{_OFFICE}presentationml.presentation",
    ".txt": "text/plain",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".xml": "application/xml",
}


@dataclass(frozen=True, slots=True)
class _Target:
    """A URL taken apart; `host` is lower-case ASCII without brackets, `path` includes the query."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str, source: str) -> Self:
        """Take `url` apart. Raises RefusedAddress where two programs might read it in two ways."""
        url = url.strip(" ")
        if re.search(r"[\x00-\x1f\x7f\\]", url):
            raise RefusedAddress(source, "the address holds a control character or a backslash")
        try:
            url.encode()  # half a surrogate pair, which no address holds
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise RefusedAddress(source, "this is not a valid address") from error
        if parts.scheme not in _PORTS:
            raise RefusedAddress(source, "only http:// and https:// addresses are fetched")
        if "[" in parts.netloc and ":" not in (parts.hostname or ""):
            raise RefusedAddress(source, "this is not a valid address")
        if "@" in parts.netloc:
            raise RefusedAddress(source, "an address with a user name or a password is not fetched")
        if port is None:
            port = _PORTS[parts.scheme]
        if port < 1024 and port not in _PORTS.values():
            raise RefusedAddress(source, f"port {port} is not for web pages")
        path = quote(parts.path or "/", safe=_PRINTABLE)
        query = f"?{quote(parts.query, safe=_PRINTABLE)}" if parts.query else ""
        return cls(parts.scheme, _ascii_host(parts.hostname or "", source), port, path + query)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def _ascii_host(host: str, source: str) -> str:
    """Return the host in the form that goes over the network."""
    try:
        if ":" in host and "%" not in host:
            return str(ipaddress.IPv6Address(host))
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except ValueError as error:
        raise RefusedAddress(source, "its host is not a valid name") from error
    if _TWO_WAYS & set(host):
        raise RefusedAddress(source, "its host can be read in two ways; give it in its xn-- form")
    if not _HOST.fullmatch(name):
        raise RefusedAddress(source, "its host is not a valid name")
    return name


@dataclass(frozen=True, slots=True)
class _Trip:
    """One fetch with all its hops; `source` is what the user asked for, and `deadline` is for all of it."""

    source: str
    allow_private: bool
    seconds: float
    deadline: float
    limit_bytes: int
    resolve: Resolve

    def get(self, target: _Target) -> "Fetched | _Target":
        """Return what is there, or where it is now."""
        try:
            with self._connect(target, self._addresses(target)) as connected:
                connection = http.client.HTTPConnection(target.host, target.port)
                connection.default_port = _PORTS[target.scheme]
                connection.sock = _TimedSocket(connected, self.deadline)
                connection.request("GET", target.path, headers=_HEADERS)
                with connection.getresponse() as response:
                    return self._take(target, response)
        except TimeoutError as error:
            raise TooLarge(self.source, f"it took longer than {self.seconds:g} s") from error
        except ssl.SSLCertVerificationError as error:
            reason = f"the certificate of {target.host} is not valid: {error.verify_message}"
            raise UnreadableSource(self.source, reason) from error
        except OSError as error:
            reason = f"{target.host} cannot be reached: {error.strerror or type(error).__name__}"
            raise UnreadableSource(self.source, reason) from error
        except http.client.HTTPException as error:
            reason = f"{target.host} does not answer as a web server does ({type(error).__name__})"
            raise UnreadableSource(self.source, reason) from error

    def _addresses(self, target: _Target) -> list[str]:
        """Return the host's addresses, each written in full, once all of them are known to be public."""
        found = _in_time(lambda: self.resolve(target.host, target.port), self.deadline)
        if not found:
            raise MissingSource(self.source, f"there is no host {target.host}, or no network")
        addresses = [ipaddress.ip_address(address) for address in dict.fromkeys(found)]
        if not self.allow_private and not all(map(is_public, addresses)):
            reason = f"{target.host} is not on the public web, and nothing else is fetched"
            raise RefusedAddress(self.source, reason)
        return [str(address) for address in addresses]

    def _connect(self, target: _Target, addresses: list[str]) -> socket.socket:
        """Connect to the first of `addresses` that takes it; the name serves to check the certificate."""
        for number, address in enumerate(addresses):
            seconds = _left(self.deadline) / (len(addresses) - number)
            try:
                connected = socket.create_connection((address, target.port), seconds)
                break
            except OSError:
                if number == len(addresses) - 1:
                    raise
        if target.scheme == "http":
            return connected
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        try:
            connected.settimeout(_left(self.deadline))
            return context.wrap_socket(connected, server_hostname=target.host)
        except BaseException:
            connected.close()
            raise

    def _take(self, target: _Target, response: http.client.HTTPResponse) -> "Fetched | _Target":
        headers = response.headers
        if response.status in _MOVED and headers["Location"]:
            location = quote(str(headers["Location"]).strip().encode("latin-1"), safe=_PRINTABLE)
            try:
                return _Target.of(urljoin(target.url, location), self.source)
            except (RefusedAddress, ValueError) as error:
                why = error.reason if isinstance(error, RefusedAddress) else "this is not a valid address"
                raise RefusedAddress(self.source, f"it redirects to where it may not: {why}") from error
        self._check_status(response.status)
        name = _name(headers["Content-Disposition"] or "", target)
        stated, _, parameters = (headers["Content-Type"] or "").partition(";")
        media_type = stated.strip().lower()
        if media_type in _VAGUE:
            media_type = _BY_SUFFIX.get(PurePosixPath(name).suffix.lower(), "")
        if not _DOCUMENTS.fullmatch(media_type):
            reason = "the server says that this is no document but a picture, a program or the like"
            raise UnknownFormat(self.source, reason)
        charset = _CHARSET.search(parameters)
        return Fetched(
            url=target.url,
            media_type=media_type,
            data=self._decoded(self._read(response), headers),
            name=name,
            retrieved_at=datetime.now(UTC).isoformat(timespec="seconds"),
            charset=charset[1].lower() if charset else None,
        )

    def _check_status(self, status: int) -> None:
        if status == http.client.OK:
            return
        words = http.client.responses.get(status, "an unknown status")
        if status in (404, 410):
            raise MissingSource(self.source, f"there is no such page (the server answered {status})")
        if status in (401, 402, 403, 407):
            raise ProtectedSource(
                self.source, f"the server wants a password or permission ({status}, {words})"
            )
        raise UnreadableSource(self.source, f"the server answered {status} ({words}); try again later")

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        """Return the body; `readinto` keeps to its buffer whatever sizes the server claims."""
        if (response.length or 0) > self.limit_bytes:
            raise self._too_large()
        data, buffer = bytearray(), memoryview(bytearray(1 << 16))
        while count := response.readinto(buffer):
            data += buffer[:count]
            if len(data) > self.limit_bytes:
                raise self._too_large()
        if response.length:
            raise UnreadableSource(self.source, "the connection broke off before the end; try again")
        if not data:
            raise EmptySource(self.source, "the server sent nothing")
        return bytes(data)

    def _decoded(self, data: bytes, headers: http.client.HTTPMessage) -> bytes:
        """Undo a compression that was not asked for."""
        coding = str(headers["Content-Encoding"] or "identity").strip().lower()
        if coding == "identity":
            return data
        if coding not in ("gzip", "x-gzip", "deflate"):
            raise UnreadableSource(self.source, "the server compresses in a way that was not asked for")
        unpacker = zlib.decompressobj(wbits=47)
        try:
            unpacked = unpacker.decompress(data, self.limit_bytes + 1)
        except zlib.error as error:
            raise UnreadableSource(self.source, "its compressed content is damaged") from error
        if len(unpacked) > self.limit_bytes:
            raise self._too_large()
        if not unpacker.eof:
            raise UnreadableSource(self.source, "its compressed content is damaged")
        return unpacked

    def _too_large(self) -> TooLarge:
        return TooLarge(self.source, f"it is larger than {self.limit_bytes:,} bytes")


class _TimedSocket:
    """As much of a socket as http.client uses, with one deadline for everything.

    Closing it does nothing: who connected it closes it.
    """

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(_left(self._deadline))
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._socket, self._deadline))

    def close(self) -> None:
        pass


class _TimedReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(_left(self._deadline))
        return self._socket.recv_into(buffer)


def _in_time(look_up: Callable[[], list[str]], deadline: float) -> list[str]:
    """Return what `look_up` finds. Raises TimeoutError: the system's own look-up takes no limit."""
    results: SimpleQueue[list[str]] = SimpleQueue()

    def run() -> None:
        try:
            results.put(look_up())
        except (OSError, UnicodeError):  # no such host
            results.put([])

    threading.Thread(target=run, name="footnote-resolve", daemon=True).start()
    try:
        return results.get(timeout=_left(deadline))
    except Empty as error:
        raise TimeoutError("the look-up took too long") from error


def _left(deadline: float) -> float:
    """Return the seconds left; raises TimeoutError when there are none, as a socket would."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left


def _name(disposition: str, target: _Target) -> str:
    """Return the name that the server gives, or the last part of the path, or the host."""
    path = unquote(target.path.partition("?")[0].rstrip("/"))
    for name in (_stated_name(disposition), path):
        last = name.replace("\\", "/").rpartition("/")[2]
        last = "".join(filter(str.isprintable, last)).strip()[-150:]
        if last.strip("."):
            return last
    return target.host


def _stated_name(disposition: str) -> str:
    """Return the file name in a Content-Disposition, or "" (the email package raises TypeError on some)."""
    if encoded := _ENCODED_NAME.search(disposition):
        return unquote(encoded[1])
    plain = _PLAIN_NAME.search(disposition)
    name = re.sub(r"\\(.)", r"\1", plain[1]) if plain and plain[1] else plain[2] if plain else ""
    with contextlib.suppress(ValueError):
        name = name.encode("latin-1").decode()  # http.client reads headers as Latin-1; most are UTF-8
    return name
