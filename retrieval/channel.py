"""One connection between a library's owner and a client: proofs first, then JSON messages."""

import contextlib
import hmac
import json
import secrets
import socket
import struct
import threading
import time
from typing import Any

from ingest.errors import FootnoteError

SEND_SECONDS = 10.0  # for the other side to take a message, before it counts as gone
MAX_MESSAGE = 256 << 20  # bytes
_PROOF = 32  # bytes of a nonce, and of a proof


class Lost(Exception):
    """The other side is not there, has gone, is too slow or does not know the secret."""


class Channel:
    """One connection: first the proofs, then messages. Raises Lost for whatever goes wrong with it."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._sending = threading.Lock()  # a handler may emit from several threads

    def connect(self, path: str, deadline: float) -> None:
        """Reach the socket at `path`."""
        try:
            self._socket.settimeout(left(deadline))
            self._socket.connect(path)
        except OSError as error:
            raise Lost(str(error)) from error

    def prove_owner(self, secret: bytes, deadline: float) -> None:
        """Exchange proofs as the owner, which speaks first but proves itself only to who has done so."""
        challenge = secrets.token_bytes(_PROOF)
        self._send(challenge)
        answer = self._receive(2 * _PROOF, deadline)
        nonces = challenge + answer[:_PROOF]
        if not hmac.compare_digest(answer[_PROOF:], proof(secret, b"client", nonces)):
            raise Lost("it does not know the secret")
        self._send(proof(secret, b"owner", nonces))

    def prove_client(self, secret: bytes, deadline: float) -> None:
        """Exchange proofs as a client: a stranger on a dead owner's address gets no call to see."""
        nonces = self._receive(_PROOF, deadline) + secrets.token_bytes(_PROOF)
        self._send(nonces[_PROOF:] + proof(secret, b"client", nonces))
        if not hmac.compare_digest(self._receive(_PROOF, deadline), proof(secret, b"owner", nonces)):
            raise Lost("it does not know the secret")

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; raises FootnoteError for one that is too large."""
        self.send_encoded(encode(message))

    def send_encoded(self, body: bytes) -> None:
        """Send one message that `encode` made."""
        self._send(struct.pack(">I", len(body)) + body)

    def receive(self, deadline: float | None = None) -> dict[str, Any]:
        """Return the next message, waiting for it until `deadline`, or without end."""
        (size,) = struct.unpack(">I", self._receive(4, deadline))
        if size > MAX_MESSAGE:
            raise Lost(f"a message of {size} bytes is over the limit of {MAX_MESSAGE}")
        try:
            message = json.loads(self._receive(size, deadline))
        except (ValueError, RecursionError) as error:
            raise Lost("a message is not JSON") from error
        if not isinstance(message, dict):
            raise Lost("a message is not a JSON object")
        return message

    def shut(self) -> None:
        """End the conversation, from any thread: who waits for a message stops waiting."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the conversation and let the socket go."""
        self.shut()
        self._socket.close()

    def _send(self, data: bytes) -> None:
        with self._sending:
            try:
                self._socket.settimeout(SEND_SECONDS)
                self._socket.sendall(data)
            except OSError as error:
                self.shut()  # part of it may be sent, so nothing can follow
                raise Lost(str(error)) from error

    def _receive(self, size: int, deadline: float | None) -> bytes:
        data = bytearray()
        while len(data) < size:
            try:
                self._socket.settimeout(None if deadline is None else left(deadline))
                part = self._socket.recv(min(size - len(data), 1 << 20))
            except OSError as error:
                raise Lost(str(error)) from error
            if not part:
                raise Lost("the connection has ended")
            data += part
        return bytes(data)


def left(deadline: float) -> float:
    """Return the seconds left; raises TimeoutError when there are none, as a socket would."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left


def proof(secret: bytes, role: bytes, nonces: bytes) -> bytes:
    """Return what only who knows the secret can say; `role` keeps one side's proof from serving the other."""
    return hmac.digest(secret, b"footnote " + role + nonces, "sha256")


def encode(message: dict[str, Any]) -> bytes:
    """Return a message as it travels, without its length; raises FootnoteError for one that is too large."""
    body = json.dumps(message).encode("ascii")  # escapes, as a file name may hold half a surrogate pair
    if len(body) > MAX_MESSAGE:
        raise FootnoteError(f"{len(body)} bytes are too many for one call; the limit is {MAX_MESSAGE}")
    return body
