"""Ways to the process that owns a library: one connection, and as many as there are calls under way."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Self

from ingest.errors import FootnoteError, LibraryBusy, UnreadableSource
from retrieval.channel import Channel, Lost, encode
from retrieval.meeting import PATIENCE, Address, keep_trying

OnEvent = Callable[[dict[str, Any]], object]

ACCEPT_SECONDS = 5.0  # for the owner to accept a call; after that it may compute for as long as it likes


class Client:
    """A way to the process that owns a library; threads may share it, and then take turns."""

    def __init__(self, home: Path, channel: Channel, pid: int) -> None:
        """Take over a proven channel; use `connect`."""
        self._home = home
        self._channel = channel
        self._pid = pid
        self._turn = threading.Lock()
        self.open = True
        self._numbers = itertools.count(1)

    @classmethod
    def connect(cls, home: Path, *, seconds: float = PATIENCE) -> Self:
        """Reach the owner of the library at `home`. Raises LibraryBusy, naming it, when that takes longer."""
        home = home.absolute()
        return keep_trying(home, seconds, lambda deadline: cls._attempt(home, deadline))

    @classmethod
    def _attempt(cls, home: Path, deadline: float) -> Self:
        """Connect once; raises Lost, be it for want of a file, a listener, an answer or the secret."""
        address = Address.read(home)
        channel = Channel(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        try:
            channel.connect(address.path, deadline)
            channel.prove_client(address.secret, deadline)
        except BaseException:
            channel.close()
            raise
        return cls(home, channel, address.pid)

    def call(self, name: str, arguments: dict[str, Any], on_event: OnEvent | None = None) -> Any:
        """Have the owner do `name` and return what it returns; `on_event` gets its events as they come.

        A FootnoteError that the owner raises is raised here; any other error of its becomes one. Raises
        LibraryBusy when the owner ends or does not take the call. A call that is interrupted here, by
        Ctrl-C or by what `on_event` raises, goes on in the owner, and this client is closed.
        """
        with contextlib.closing(self.stream(name, arguments)) as events:
            while True:
                try:
                    event = next(events)
                except StopIteration as end:
                    return end.value
                if on_event is not None:
                    on_event(event)

    def stream(self, name: str, arguments: dict[str, Any]) -> Generator[dict[str, Any], None, Any]:
        """Yield the events of a call as they come, and return what it returns; raises as `call` does.

        Leaving before the end closes this client, which the owner notices at the next event.
        """
        with self._turn:
            number = next(self._numbers)
            request = encode({"id": number, "call": name, "arguments": arguments})
            try:
                self._channel.send_encoded(request)
                reply = yield from self._events(number)
            except Lost as error:
                self.close()
                raise LibraryBusy(
                    f"process {self._pid}, which owns the library {self._home}, did not answer {name!r}; "
                    "it may have done it or not: look, and try again"
                ) from error
            except BaseException:
                self.close()
                raise
        if "error" in reply:
            raise _restore(reply["error"])
        return reply["result"]

    def _events(self, number: int) -> Generator[dict[str, Any], None, dict[str, Any]]:
        """Yield the events of one call, and return its reply."""
        deadline: float | None = time.monotonic() + ACCEPT_SECONDS
        while True:
            message = self._channel.receive(deadline)
            if message.get("id") != number:
                continue  # a handler's thread emitted it after the call before had ended
            deadline = None
            if "result" in message or "error" in message:
                return message
            if "event" in message:
                yield message["event"]

    def close(self) -> None:
        """Leave the owner, which notices by itself."""
        self.open = False
        self._channel.close()


class Clients:
    """As many connections to one owner as there are calls under way, so that none waits for another."""

    def __init__(self, home: Path, first: Client) -> None:
        self._home = home
        self._lock = threading.Lock()  # guards the two below
        self._free = [first]
        self._closed = False

    def call(self, name: str, arguments: dict[str, Any], on_event: OnEvent | None = None) -> Any:
        """Do as `Client.call` does, on a connection that is free."""
        with self._one() as client:
            return client.call(name, arguments, on_event)

    def stream(self, name: str, arguments: dict[str, Any]) -> Generator[dict[str, Any], None, Any]:
        """Do as `Client.stream` does, on a connection that is free."""
        with self._one() as client:
            return (yield from client.stream(name, arguments))

    def close(self) -> None:
        """Leave the owner; calls under way leave it as they end."""
        with self._lock:
            self._closed = True
            for client in self._free:
                client.close()

    @contextlib.contextmanager
    def _one(self) -> Iterator[Client]:
        with self._lock:
            client = self._free.pop() if self._free else None
        client = client or Client.connect(self._home)
        try:
            yield client
        finally:
            with self._lock:
                if self._closed:
                    client.close()
                elif client.open:
                    self._free.append(client)


def _restore(fields: dict[str, str]) -> FootnoteError:
    kinds = [FootnoteError]
    for kind in kinds:  # grows while it is walked
        kinds += kind.__subclasses__()
    kind = next((kind for kind in kinds if kind.__name__ == fields["class"]), FootnoteError)
    if "source" in fields and issubclass(kind, UnreadableSource):
        return kind(fields["source"], fields["reason"])
    return kind(fields.get("text") or f"{fields['source']}: {fields['reason']}")
