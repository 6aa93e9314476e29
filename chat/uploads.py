"""Uploaded files on their way into the library, which keeps its own copy.

A file stands in a folder named for its content while it is added, below it under the name that it was sent
with: so the same file sent again changes nothing, and two files of one name stay two documents. A file of a
folder keeps its path within that folder as its name. Where the same bytes are sent twice at the same time,
by whichever way, the folder stays until the last of them is added.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from chat.held import Held

_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]|[\ud800-\udfff]")
_LONGEST_NAME = 200  # bytes of UTF-8
_DEEPEST = 12  # folders of a path that are kept


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received; `name` is what it is shown as, `digest` names its content."""

    name: str
    path: Path
    digest: str

    @property
    def origin(self) -> str:
        """What identifies the document that is made of it (`retrieval.sources.FileSource.at`)."""
        return f"upload:{self.digest}/{self.name}"


class Uploads:
    """Receives files into a folder of its own, settles them, and deletes what is left; one for a library."""

    def __init__(self, home: Path) -> None:
        self._home = home / "uploads"
        self._waiting: set[Path] = set()
        self._held = Held()
        self._settled: set[Upload] = set()

    def receive(self, files: Sequence[tuple[str | None, BinaryIO]], *, paths: bool = False) -> list[Upload]:
        """Copy each file to where it waits; `files` are names and open files.

        Of a name that is a path its last part is kept, or all of it where `paths` says so.
        """
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        received = []
        for name, stream in files:
            folder = Path(tempfile.mkdtemp(prefix="waiting-", dir=self._home))
            self._waiting.add(folder)
            path = folder / "file"
            digest = hashlib.sha256()
            with path.open("wb") as target:
                while part := stream.read(1 << 20):
                    digest.update(part)
                    target.write(part)
            shown = safe_path(name) if paths else safe_name(name)
            received.append(Upload(shown, path, digest.hexdigest()[:16]))
        return received

    def settle(self, uploads: Sequence[Upload]) -> list[Path]:
        """Move each file to the folder of its content, each place once."""
        places: dict[Path, None] = {}
        for upload in uploads:
            self._held.hold(self._home / upload.digest)
            self._settled.add(upload)
            place = self._home / upload.digest / upload.name
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            upload.path.replace(place)  # whoever reads one of that name meanwhile has the same bytes
            places[place] = None
        return list(places)

    def clear(self, uploads: Sequence[Upload]) -> None:
        """Delete what is left of them, wherever they stand."""
        for upload in uploads:
            shutil.rmtree(upload.path.parent, ignore_errors=True)
            self._waiting.discard(upload.path.parent)
            if upload in self._settled:
                self._settled.discard(upload)
                self._held.release(self._home / upload.digest)

    def close(self) -> None:
        """Delete what waits and will not be added any more."""
        for folder in list(self._waiting):
            shutil.rmtree(folder, ignore_errors=True)


def safe_path(name: str | None) -> str:
    """Return a file's path within what was sent, its parts fit for any file system, never leading out."""
    parts = [part for part in re.split(r"[/\\]", name or "") if part.strip(" .")]
    return "/".join([*(safe_name(part) for part in parts[:-1][-_DEEPEST:]), safe_name(name)])


def safe_name(name: str | None) -> str:
    """Return the last part of a file's name, fit for any file system; the ending stays."""
    last = _UNFIT.sub("_", re.split(r"[/\\]", name or "")[-1]).strip()
    if last.strip(".") == "":
        return "document"
    path = Path(last)
    ending = path.suffix if len(path.suffix.encode()) <= 20 else ""
    room = _LONGEST_NAME - len(ending.encode())
    stem = last.removesuffix(ending).encode()[:room].decode("utf-8", "ignore")
    return stem + ending
