"""A web server on this machine that says what it is told, and names whose addresses are made up."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterable

from ingest.fetch import fetch

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


def get(site: Site, path: str, **options):
    """Fetch a path of `site` as a page in the local network."""
    options = {"allow_private": True, "seconds": 10.0, "resolve": look_up} | options
    return fetch(f"http://127.0.0.1:{site.port}{path}", **options)
