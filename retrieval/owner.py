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
import itertools
import json
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from ingest.errors import FootnoteError, LibraryBusy, UnreadableSource
from retrieval.channel import Channel, Lost, encode

Emit = Callable[[dict[str, Any]], None]
Handler = Callable[[dict[str, Any], Emit], Any]
"""Takes a call's arguments and a function that sends an event; what it returns goes into JSON."""

PATIENCE = 1.5  # seconds to reach an owner; a command must end within two, and takes a while to start
HANDSHAKE_SECONDS = 5.0  # for a client to prove itself
ACCEPT_SECONDS = 5.0  # for the owner to accept a call; after that it may compute for as long as it likes
RETRY_SECONDS = 0.02

_T = TypeVar("_T")


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
        _remove_leftovers(home)
        self._address = _Address.new()
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
            _file(self._home).unlink(missing_ok=True)
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

        def emit(event: dict[str, Any]) -> None:
            with contextlib.suppress(Lost):  # the client has left; its call finishes all the same
                channel.send({"id": number, "event": event})

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


class Client:
    """A way to the process that owns a library; threads may share it, and then take turns."""

    def __init__(self, home: Path, channel: Channel, pid: int) -> None:
        """Take over a proven channel; use `connect`."""
        self._home = home
        self._channel = channel
        self._pid = pid
        self._turn = threading.Lock()
        self._numbers = itertools.count(1)

    @classmethod
    def connect(cls, home: Path, *, seconds: float = PATIENCE) -> Self:
        """Reach the owner of the library at `home`. Raises LibraryBusy, naming it, when that takes longer."""
        home = home.absolute()
        return _keep_trying(home, seconds, lambda deadline: cls._attempt(home, deadline))

    @classmethod
    def _attempt(cls, home: Path, deadline: float) -> Self:
        """Connect once; raises Lost, be it for want of a file, a listener, an answer or the secret."""
        address = _Address.read(home)
        channel = Channel(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        try:
            channel.connect(address.path, deadline)
            channel.prove_client(address.secret, deadline)
        except BaseException:
            channel.close()
            raise
        return cls(home, channel, address.pid)

    def call(self, name: str, arguments: dict[str, Any], on_event: Emit | None = None) -> Any:
        """Have the owner do `name` and return what it returns; `on_event` gets its events as they come.

        A FootnoteError that the owner raises is raised here; any other error of its becomes one. Raises
        LibraryBusy when the owner ends or does not take the call. A call that is interrupted here, by
        Ctrl-C or by what `on_event` raises, goes on in the owner, and this client is closed.
        """
        with self._turn:
            number = next(self._numbers)
            request = encode({"id": number, "call": name, "arguments": arguments})
            try:
                self._channel.send_encoded(request)
                reply = self._reply(number, on_event)
            except Lost as error:
                self._channel.close()
                raise LibraryBusy(
                    f"process {self._pid}, which owns the library {self._home}, did not answer {name!r}; "
                    "it may have done it or not: look, and try again"
                ) from error
            except BaseException:
                self._channel.close()
                raise
        if "error" in reply:
            raise _restore(reply["error"])
        return reply["result"]

    def _reply(self, number: int, on_event: Emit | None) -> dict[str, Any]:
        deadline: float | None = time.monotonic() + ACCEPT_SECONDS
        while True:
            message = self._channel.receive(deadline)
            if message.get("id") != number:
                continue  # a handler's thread emitted it after the call before had ended
            deadline = None
            if "result" in message or "error" in message:
                return message
            if on_event is not None and "event" in message:
                on_event(message["event"])

    def close(self) -> None:
        """Leave the owner, which notices by itself."""
        self._channel.close()


def claim_or_connect(home: Path, *, seconds: float = PATIENCE) -> Owner | Client:
    """Own the library at `home`, or reach the process that does.

    Both are tried in turn, so an owner that is just ending or was killed is no hindrance. Raises
    LibraryBusy, naming the owner, when neither works within `seconds`.
    """
    home = home.absolute()
    return _keep_trying(home, seconds, lambda deadline: Owner.claim(home) or Client._attempt(home, deadline))


def _keep_trying(home: Path, seconds: float, attempt: Callable[[float], _T]) -> _T:
    """Return what `attempt`, which gets the deadline, returns once it does not raise Lost."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt(deadline)
        except Lost as error:
            if time.monotonic() + RETRY_SECONDS >= deadline:
                raise LibraryBusy(_busy(home)) from error
        time.sleep(RETRY_SECONDS)


def _busy(home: Path) -> str:
    try:
        pid = _Address.read(home).pid
    except Lost:
        return f"another process owns the library {home} and does not answer; end it, or try again"
    return f"process {pid} owns the library {home} and does not answer; end it (kill {pid}), or try again"


@dataclass(frozen=True, slots=True)
class _Address:
    """Where an owner listens, in a folder that only its user can enter, and what it must be asked with."""

    path: str
    secret: bytes
    pid: int

    @classmethod
    def new(cls) -> Self:
        folder = tempfile.gettempdir()
        if len(os.fsencode(folder)) > 75:
            folder = "/tmp"  # a socket's path has room for some 100 bytes
        path = Path(tempfile.mkdtemp(prefix="footnote-", dir=folder)) / "socket"
        return cls(str(path), secrets.token_bytes(32), os.getpid())

    @classmethod
    def read(cls, home: Path) -> Self:
        """Return the address of the owner of `home`; raises Lost where none stands."""
        try:
            fields = json.loads(_file(home).read_bytes())
            return cls(str(fields["address"]), bytes.fromhex(fields["secret"]), int(fields["pid"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Lost(f"{_file(home)} cannot be read") from error

    def write(self, home: Path) -> None:
        """Put the address in place whole: a client sees all of it or none."""
        fields = {"address": self.path, "secret": self.secret.hex(), "pid": self.pid}
        draft = _file(home).with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(fields, file)
        draft.replace(_file(home))

    def remove(self) -> None:
        """Remove the socket and its folder, and nothing else that a damaged file may name."""
        path = Path(self.path)
        if path.parent.name.startswith("footnote-"):
            with contextlib.suppress(OSError):
                if path.is_socket():
                    path.unlink()
                path.parent.rmdir()


def _file(home: Path) -> Path:
    return home / "owner.json"


def _remove_leftovers(home: Path) -> None:
    """Remove what a killed owner left; call with the lock held."""
    with contextlib.suppress(Lost):
        _Address.read(home).remove()
    _file(home).unlink(missing_ok=True)


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


def _restore(fields: dict[str, str]) -> FootnoteError:
    kinds = [FootnoteError]
    for kind in kinds:  # grows while it is walked
        kinds += kind.__subclasses__()
    kind = next((kind for kind in kinds if kind.__name__ == fields["class"]), FootnoteError)
    if "source" in fields and issubclass(kind, UnreadableSource):
        return kind(fields["source"], fields["reason"])
    return kind(fields.get("text") or f"{fields['source']}: {fields['reason']}")
