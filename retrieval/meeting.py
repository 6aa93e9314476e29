"""Where a library's owner and its clients meet: the address of a socket, in `home/owner.json`."""

import contextlib
import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from ingest.errors import LibraryBusy
from retrieval.channel import Lost

PATIENCE = 1.5  # seconds to reach an owner; a command must end within two, and takes a while to start
RETRY_SECONDS = 0.02

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Address:
    """Where an owner listens, in a folder that only its user can enter, and what it must be asked with."""

    path: str
    secret: bytes
    pid: int

    @classmethod
    def new(cls) -> Self:
        """Return an address in a fresh private folder, and a fresh secret."""
        folder = tempfile.gettempdir()
        if len(os.fsencode(folder)) > 75:
            folder = "/tmp"  # a socket's path has room for some 100 bytes
        path = Path(tempfile.mkdtemp(prefix="footnote-", dir=folder)) / "socket"
        return cls(str(path), secrets.token_bytes(32), os.getpid())

    @classmethod
    def read(cls, home: Path) -> Self:
        """Return the address of the owner of `home`; raises Lost where none stands."""
        try:
            fields = json.loads(address_file(home).read_bytes())
            return cls(str(fields["address"]), bytes.fromhex(fields["secret"]), int(fields["pid"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Lost(f"{address_file(home)} cannot be read") from error

    def write(self, home: Path) -> None:
        """Put the address in place whole: a client sees all of it or none."""
        fields = {"address": self.path, "secret": self.secret.hex(), "pid": self.pid}
        draft = address_file(home).with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(fields, file)
        draft.replace(address_file(home))

    def remove(self) -> None:
        """Remove the socket and its folder, and nothing else that a damaged file may name."""
        path = Path(self.path)
        if path.parent.name.startswith("footnote-"):
            with contextlib.suppress(OSError):
                if path.is_socket():
                    path.unlink()
                path.parent.rmdir()


def address_file(home: Path) -> Path:
    """Return the file in which an owner's address stands."""
    return home / "owner.json"


def remove_leftovers(home: Path) -> None:
    """Remove what a killed owner left; call with the lock held."""
    with contextlib.suppress(Lost):
        Address.read(home).remove()
    address_file(home).unlink(missing_ok=True)


def keep_trying(home: Path, seconds: float, attempt: Callable[[float], _T]) -> _T:
    """Return what `attempt`, which gets the deadline, returns once it does not raise Lost."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt(deadline)
        except Lost as error:
            if time.monotonic() + RETRY_SECONDS >= deadline:
                raise LibraryBusy(busy(home)) from error
        time.sleep(RETRY_SECONDS)


def busy(home: Path) -> str:
    """Return the line that names an owner who does not answer."""
    try:
        pid = Address.read(home).pid
    except Lost:
        return f"another process owns the library {home} and does not answer; end it, or try again"
    return f"process {pid} owns the library {home} and does not answer; end it (kill {pid}), or try again"
