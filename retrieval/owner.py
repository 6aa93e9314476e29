"""One process owns a library; any other works through it.

The owner holds `home/lock`, which the kernel frees however the process ends, and listens on a local
socket whose address and secret stand in `home/owner.json`, mode 0600. Both sides prove by HMAC-SHA256
that they know the secret, without sending it. After that they exchange JSON, never pickle, each message
after its length in four bytes, and the owner answers one call after another on each connection:

    to the owner       {"id": 1, "call": "add", "arguments": {…}}
    to the client      {"id": 1, "accepted": true}     at once, so that a stopped owner is noticed
                       {"id": 1, "event": {…}}         any number, in the order they were emitted
                       {"id": 1, "result": …}          or {"id": 1, "error": {…}}
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from ingest.errors import FootnoteError, LibraryBusy, UnreadableSource
from retrieval.channel import Channel, Lost, encode
from retrieval.client import Client
from retrieval.meeting import PATIENCE, RETRY_SECONDS, Address, address_file, keep_trying, remove_leftovers

__all__ = ["Client", "Emit", "Handler", "Owner", "claim_or_connect"]

Emit = Callable[[dict[str, Any]], bool]
"""Sends an event; False when the client has left, and nobody will hear another."""
Handler = Callable[[dict[str, Any], Emit], Any]
"""Takes a call's arguments and a function that sends an event; what it returns goes into JSON."""

HANDSHAKE_SECONDS = 5.0  # for a client to prove itself


class Owner:
    """The one process that may open a library's stores; it answers the others' calls."""

    def __init__(self, home: Path, lock: int) -> None:
        """Take over `lock`, a locked descriptor, and start to listen; use `claim`."""
        self._home = home
        self._lock: int | None = lock
        self._state = threading.Condition()  # guards the four below
        self._handlers: Mapping[str, Handler] | None = None
        self._channels: set[Channel] = set()
        self._running = 0
        self._closing = False
        remove_leftovers(home)
        self._address = Address.new()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._listener.bind(self._address.path)
            self._listener.listen(128)
            self._address.write(home)
        except BaseException:
            self._listener.close()
            self._address.remove()
            raise
        threading.Thread(target=self._accept, name="footnote-owner", daemon=True).start()

    @classmethod
    def claim(cls, home: Path, handlers: Mapping[str, Handler] | None = None) -> Self | None:
        """Become the owner of the library at `home`, or return None when there is one already.

        Others can connect at once; their calls wait until `handlers` are given, here or to `serve`.
        """
        home = home.absolute()
        try:
            lock = _try_lock(home)
            if lock is None:
                return None
            try:
                owner = cls(home, lock)
            except BaseException:
                os.close(lock)
                raise
        except OSError as error:
            reason = error.strerror or str(error)
            raise FootnoteError(f"{home} cannot hold a library: {reason}; choose another home") from error
        if handlers is not None:
            owner.serve(handlers)
        return owner

    def serve(self, handlers: Mapping[str, Handler]) -> None:
        """Start to answer calls, those that were waiting first."""
        with self._state:
            self._handlers = handlers
            self._state.notify_all()

    def close(self, *, seconds: float = 30.0) -> bool:
        """Take no more calls, wait for the running ones, and give up the library.

        False when a call still ran after `seconds`: it may be writing, so the lock is kept, until a later
        `close` finds it finished or the process ends.
        """
        with self._state:
            first, self._closing = not self._closing, True
            self._state.notify_all()
        if first:
            with contextlib.suppress(OSError):  # macOS refuses it, and needs only the close
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            address_file(self._home).unlink(missing_ok=True)
            self._address.remove()
        with self._state:
            finished = self._state.wait_for(lambda: self._running == 0, seconds)
            for channel in self._channels:
                channel.shut()
            if finished and self._lock is not None:
                os.close(self._lock)
                self._lock = None
        return finished

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._closing:
                    return
                time.sleep(RETRY_SECONDS)  # out of descriptors, say; who stops listening is lost
                continue
            threading.Thread(target=self._converse, args=(Channel(connection),), daemon=True).start()

    def _converse(self, channel: Channel) -> None:
        """Answer one client until it leaves; it proves itself here, where it can hold up nobody else."""
        with self._state:
            self._channels.add(channel)
        try:
            channel.prove_owner(self._address.secret, time.monotonic() + HANDSHAKE_SECONDS)
            while not self._closing:
                request = channel.receive()
                channel.send({"id": request.get("id"), "accepted": True})
                self._answer(channel, request)
        except Lost:
            pass  # it left, or is not one of ours: its connection ends and nothing else
        finally:
            with self._state:
                self._channels.discard(channel)
                channel.close()

    def _answer(self, channel: Channel, request: dict[str, Any]) -> None:
        number = request.get("id")

        def emit(event: dict[str, Any]) -> bool:
            try:
                channel.send({"id": number, "event": event})
            except Lost:  # the client has left; its call decides whether to go on
                return False
            return True

        with self._call() as handlers:
            try:
                reply = encode({"id": number, "result": self._run(handlers, request, emit)})
            except Exception as error:  # whatever a handler raises belongs to its caller, not to the owner
                reply = encode({"id": number, "error": _describe(error)})
            channel.send_encoded(reply)

    @contextlib.contextmanager
    def _call(self) -> Iterator[Mapping[str, Handler] | None]:
        """Count a call as running until its reply is sent; gives None instead of handlers when closing."""
        with self._state:
            self._state.wait_for(lambda: self._handlers is not None or self._closing)
            handlers = None if self._closing else self._handlers
            self._running += 1
        try:
            yield handlers
        finally:
            with self._state:
                self._running -= 1
                self._state.notify_all()

    def _run(self, handlers: Mapping[str, Handler] | None, request: dict[str, Any], emit: Emit) -> Any:
        if handlers is None:
            raise LibraryBusy(f"process {os.getpid()} is just closing the library {self._home}; try again")
        handler = handlers.get(request["call"])
        if handler is None:
            raise FootnoteError(
                f"process {os.getpid()}, which owns the library {self._home}, does not know "
                f"{request['call']!r}; it may be another version of Footnote: end it and try again"
            )
        return handler(request["arguments"], emit)


def claim_or_connect(home: Path, *, seconds: float = PATIENCE) -> Owner | Client:
    """Own the library at `home`, or reach the process that does.

    Both are tried in turn, so an owner that is just ending or was killed is no hindrance. Raises
    LibraryBusy, naming the owner, when neither works within `seconds`.
    """
    home = home.absolute()
    return keep_trying(home, seconds, lambda deadline: Owner.claim(home) or Client._attempt(home, deadline))


def _try_lock(home: Path) -> int | None:
    """Return a descriptor that holds the lock until it is closed, or None when another holds it.

    Raises OSError. A child made by a bare fork would keep the lock; one that runs another program does not.
    """
    try:
        import fcntl
    except ImportError as error:
        raise FootnoteError(
            "Footnote needs the file locks of a POSIX system, such as Linux or macOS"
        ) from error
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    except BaseException:
        os.close(lock)
        raise
    return lock


def _describe(error: Exception) -> dict[str, str]:
    """Return an error as data: `_restore` makes it again."""
    if isinstance(error, UnreadableSource):
        return {"class": type(error).__name__, "source": error.source, "reason": error.reason}
    if isinstance(error, FootnoteError):
        return {"class": type(error).__name__, "text": str(error)}
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return {"class": "FootnoteError", "text": f"the process that owns the library failed: {text}"}
