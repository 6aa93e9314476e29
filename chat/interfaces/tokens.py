"""Tokens that let programs in: made once, shown once, kept as hashes in the library's home.

A token is 256 random bits, so that a plain sha256 of it tells nothing. The file is read again whenever it
has changed: what is revoked is refused from the next request on.
"""

import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from ingest.errors import InvalidSetting, NotInLibrary

Scope = Literal["read", "write"]
"""`read` may ask, search and look; `write` may also add and remove."""

PREFIX = "footnote_"
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token; `created` is an ISO 8601 time in UTC, `hash` the sha256 of it, in hex."""

    id: str
    name: str
    scope: Scope
    created: str
    hash: str


class Tokens:
    """The tokens of one library, in `tokens.json`, which only its user can read; thread-safe."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._path = home / "tokens.json"
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int, int], tuple[Token, ...]] | None = None

    def all(self) -> tuple[Token, ...]:
        """Return every token, in the order in which they were made; raises InvalidSetting."""
        with self._lock:
            try:
                state = self._path.stat()
            except FileNotFoundError:
                self._read = None
                return ()
            mark = (state.st_mtime_ns, state.st_ino, state.st_size)
            if self._read is None or self._read[0] != mark:
                self._read = (mark, _parsed(self._path))
            return self._read[1]

    def add(self, name: str, scope: Scope) -> tuple[Token, str]:
        """Make a token; the second of what comes back is the token itself, which is kept nowhere.

        Raises InvalidSetting if the name is taken, empty or too long.
        """
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise InvalidSetting(f"a token's name has 1 to {LONGEST_NAME} characters that can be printed")
        secret = PREFIX + secrets.token_urlsafe(32)
        token = Token(secrets.token_hex(4), name, scope, _now(), _hash(secret))
        with self._changing():
            known = self.all()
            if any(name in (each.name, each.id) for each in known):
                raise InvalidSetting(f"there is a token {name!r} already; choose another name")
            self._write([*known, token])
        return token, secret

    def remove(self, name: str) -> Token:
        """Revoke a token by its name or id; raises NotInLibrary."""
        with self._changing():
            known = self.all()
            for token in known:
                if name in (token.id, token.name):
                    self._write([each for each in known if each is not token])
                    return token
        raise NotInLibrary(f"no token {name!r} in this library; `footnote token list` shows them")

    def find(self, secret: str) -> Token | None:
        """Return the token that this is, or None; takes as long whichever it is."""
        digest, found = _hash(secret), None
        for token in self.all():
            if hmac.compare_digest(digest, token.hash):
                found = token
        return found

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Keep other processes from changing the file meanwhile."""
        import fcntl

        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self._home / "tokens.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _write(self, tokens: Sequence[Token]) -> None:
        draft = self._path.with_suffix(".part")
        draft.unlink(missing_ok=True)
        text = json.dumps([asdict(token) for token in tokens], indent=2)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)


def _parsed(path: Path) -> tuple[Token, ...]:
    try:
        tokens = tuple(Token(**row) for row in json.loads(path.read_text(encoding="utf-8")))
        known = all(token.scope in get_args(Scope) and len(token.hash) == 64 for token in tokens)
    except (OSError, ValueError, TypeError) as error:
        raise InvalidSetting(f"{path} cannot be read; delete it and make the tokens anew") from error
    if not known:
        raise InvalidSetting(f"{path} holds what is no token; delete it and make the tokens anew")
    return tokens


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
