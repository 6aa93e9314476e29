"""The files within a source, attachments and members of archives: named, counted, kept under their hash."""

import os
import tempfile
from pathlib import Path, PurePosixPath

from ingest.document import Part, content_hash

PART_LIMIT = 200 << 20
"""Bytes of one part; a larger one is listed and left out."""
TOTAL_LIMIT = 512 << 20
"""Bytes of all parts of one source together."""
MOST_PARTS = 2_000


class Parts:
    """Takes the parts of one source. No part's name is ever a path: the bytes lie under their hash.

    Without a folder nothing is kept, and the parts are only named.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._parts: list[Part] = []
        self._names: set[str] = set()
        self._total = 0

    def take(self, name: str, data: bytes) -> None:
        """Keep one part, or list it with the reason why it is left out."""
        if not data.strip():
            self.refuse(name, "it is empty; nothing to add")
        elif len(data) > self.room():
            self.refuse(name, self.too_much())
        else:
            digest = content_hash(data)
            if self._folder is not None:
                _write(data, self._folder, digest)
            self._total += len(data)
            self._parts.append(Part(self._unique(name), digest, len(data)))

    def refuse(self, name: str, reason: str) -> None:
        """List a part that is left out."""
        if len(self._parts) < MOST_PARTS:
            self._parts.append(Part(self._unique(name), "", 0, reason))

    def room(self) -> int:
        """How many bytes the next part may have; 0 once there are too many parts."""
        if len(self._parts) >= MOST_PARTS:
            return 0
        return min(PART_LIMIT, TOTAL_LIMIT - self._total)

    def too_much(self) -> str:
        """Why a part over the limits is left out."""
        return (
            f"it is over the limits of what is taken out of one file ({PART_LIMIT >> 20} MB a part, "
            f"{TOTAL_LIMIT >> 20} MB and {MOST_PARTS:,} parts in all); unpack it and add what you need"
        )

    def all(self) -> tuple[Part, ...]:
        """Every part in its order."""
        return tuple(self._parts)

    def names(self) -> list[str]:
        """The parts' names in their order."""
        return [part.name for part in self._parts]

    def _unique(self, name: str) -> str:
        """The name on one line, with a number where it was there before."""
        name = " ".join(_clean(name).split())[:300] or "unnamed"
        given, number = name, 1
        while name in self._names:
            number += 1
            path = PurePosixPath(given)
            name = f"{given.removesuffix(path.suffix)} ({number}){path.suffix}"
        self._names.add(name)
        return name


def _clean(name: str) -> str:
    return "".join("\ufffd" if char < " " or "\ud800" <= char <= "\udfff" else char for char in name)


def _write(data: bytes, folder: Path, digest: str) -> None:
    """Write the bytes under their hash, whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".taking-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(folder / digest)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
