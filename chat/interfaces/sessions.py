"""Who has signed in: sessions are kept here, in memory, and a browser holds only a random name of its own.

They end after a while without a request, after a week in any case, when this process ends, and as soon as
somebody is no longer among those who may sign in, or has got another password.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from chat.passwords import People, Person

IDLE = 12 * 3600.0  # seconds
LONGEST = 7 * 24 * 3600.0
_MOST = 100  # of one person; the oldest go


@dataclass(slots=True)
class _Session:
    person: Person
    begun: float
    used: float


class Sessions:
    """The sessions of one server; thread-safe. `clock` gives seconds."""

    def __init__(self, people: People, clock: Callable[[], float] = time.monotonic) -> None:
        self.people = people
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[bytes, _Session] = {}

    def begin(self, person: Person) -> str:
        """Open a session and return its secret, 256 random bits of which only a hash is kept."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._open = {key: each for key, each in self._open.items() if _lasts(each, now)}
            own = [key for key, each in self._open.items() if each.person.name == person.name]
            for key in own[: max(0, len(own) + 1 - _MOST)]:
                del self._open[key]
            self._open[_key(secret)] = _Session(person, now, now)
        return secret

    def who(self, secret: str) -> str | None:
        """Return whose session this is, None if nobody's; raises InvalidSetting as `People.all` does."""
        people, now = self.people.all(), self._clock()
        with self._lock:
            session = self._open.get(_key(secret))
            if session is None:
                return None
            if not _lasts(session, now) or people.get(session.person.name) != session.person:
                del self._open[_key(secret)]
                return None
            session.used = now
            return session.person.name

    def end(self, secret: str) -> None:
        """Close a session, if there is one."""
        with self._lock:
            self._open.pop(_key(secret), None)


def _lasts(session: _Session, now: float) -> bool:
    return now - session.used < IDLE and now - session.begun < LONGEST


def _key(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
