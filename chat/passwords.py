"""Who may sign in: names and hashed passwords, as FOOTNOTE_AUTH gives them.

A hash is `scrypt.LOG2N.R.P.SALT.KEY`, salt and key in base64 for addresses: it holds its own parameters, and
nothing that a shell, a list of settings or a comma would break. scrypt is in Python itself and is slow on
purpose, in time and in memory; the figures are those that OWASP's sheet on password storage names.
"""

import base64
import hashlib
import hmac
import os
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import InvalidSetting

SHORTEST, LONGEST = 12, 1024  # characters of a password
LONGEST_NAME = 80
_LOG2N, _R, _P = 15, 8, 3  # 32 MiB and about a fifth of a second
_SALT, _KEY = 16, 32  # bytes
_MOST = (20, 16, 16)  # what a hash may ask for at most


@dataclass(frozen=True, slots=True)
class Person:
    """A name, and what is kept of its password."""

    name: str
    hash: str


class People:
    """Those who may sign in; `given` is FOOTNOTE_AUTH: `NAME:HASH`, several with commas, or a file of lines.

    The file is read again whenever it has changed. Raises InvalidSetting if anything is wrong with it.
    """

    def __init__(self, given: str) -> None:
        self._path = None if ":scrypt." in given else Path(given.strip()).expanduser()
        self._fixed = _parsed(given, "FOOTNOTE_AUTH") if self._path is None else {}
        self._read: tuple[tuple[int, int, int], dict[str, Person]] | None = None
        self._lock = threading.Lock()
        self.all()

    def all(self) -> dict[str, Person]:
        """Return everybody by name."""
        if self._path is None:
            return self._fixed
        with self._lock:
            try:
                state = self._path.stat()
                mark = (state.st_mtime_ns, state.st_ino, state.st_size)
                if self._read is None or self._read[0] != mark:
                    _check_mode(self._path, state)
                    self._read = (mark, _parsed(self._path.read_text("utf-8"), str(self._path)))
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or "it is no text"
                raise InvalidSetting(
                    f"FOOTNOTE_AUTH: {self._path} cannot be read: {reason}; give NAME:HASH, as `footnote "
                    "password NAME` prints it, or the path of a file of such lines"
                ) from error
            return self._read[1]

    def find(self, name: str, password: str) -> Person | None:
        """Return who this is, or None; takes as long whether or not there is anybody of that name."""
        people = self.all()
        known = people.get(cleaned(name))
        anybody = next(iter(people.values()))
        right = matches(password[: LONGEST + 1], (known or anybody).hash)
        return known if right else None


def hashed(password: str) -> str:
    """Return what to keep of a password; raises InvalidSetting if it is too short or too long."""
    password = _normal(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidSetting(f"a password has {SHORTEST} to {LONGEST} characters; this has {len(password)}")
    salt = os.urandom(_SALT)
    key = _derived(password, salt, _LOG2N, _R, _P)
    return f"scrypt.{_LOG2N}.{_R}.{_P}.{_text(salt)}.{_text(key)}"


def matches(password: str, kept: str) -> bool:
    """Tell whether this is the password of which that was kept."""
    log2n, r, p, salt, key = _parts(kept)
    return hmac.compare_digest(_derived(_normal(password), salt, log2n, r, p), key)


def cleaned(name: str) -> str:
    """Return a name as it is compared: blanks and forms of letters make no difference, capitals do."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def checked_name(name: str) -> str:
    """Return a name as it is kept; raises InvalidSetting if it cannot be one."""
    name = cleaned(name)
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or set(name) & set(":,#"):
        raise InvalidSetting(
            f"a name has 1 to {LONGEST_NAME} characters that can be printed, none of them : , or #"
        )
    return name


def _parsed(text: str, where: str) -> dict[str, Person]:
    """Return everybody in lines or behind commas; what follows # at a line's beginning is a remark."""
    people: dict[str, Person] = {}
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for entry in (part.strip() for line in lines for part in line.split(",")):
        if not entry:
            continue
        name, _, kept = entry.partition(":")
        try:
            person = Person(checked_name(name), kept.strip())
            _parts(person.hash)
        except ValueError as error:
            raise InvalidSetting(
                f"{where}: what stands there for {name[:LONGEST_NAME]!r} is no hash of a password; "
                "`footnote password NAME` prints the whole entry"
            ) from error
        if person.name in people:
            raise InvalidSetting(f"{where}: {person.name!r} stands there twice; leave one")
        people[person.name] = person
    if not people:
        raise InvalidSetting(f"{where}: nobody stands there; `footnote password NAME` prints an entry")
    return people


def _check_mode(path: Path, state: os.stat_result) -> None:
    if state.st_mode & 0o077:
        raise InvalidSetting(
            f"FOOTNOTE_AUTH: others on this machine may read or change {path}; `chmod 600` it first"
        )


def _parts(kept: str) -> tuple[int, int, int, bytes, bytes]:
    """Return the parameters, salt and key of a hash; raises ValueError."""
    kind, *numbers, salt, key = kept.split(".")
    log2n, r, p = (int(number) for number in numbers)
    within = all(1 <= value <= most for value, most in zip((log2n, r, p), _MOST, strict=True))
    parts = base64.urlsafe_b64decode(f"{salt}=="), base64.urlsafe_b64decode(f"{key}=")
    if kind != "scrypt" or not within or (len(parts[0]), len(parts[1])) != (_SALT, _KEY):
        raise ValueError("no hash of ours")
    return log2n, r, p, *parts


def _derived(password: str, salt: bytes, log2n: int, r: int, p: int) -> bytes:
    most = 128 * r * ((1 << log2n) + p) + (1 << 20)
    word = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(word, salt=salt, n=1 << log2n, r=r, p=p, maxmem=most, dklen=_KEY)


def _normal(password: str) -> str:
    """Keyboards differ in how they write one letter."""
    return unicodedata.normalize("NFKC", password)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
