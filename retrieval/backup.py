"""One archive with everything that cannot be made again, and a library made of such an archive.

It holds the catalogue as it was at one moment, the kept originals, and a list of both with their hashes.
The indexes are left out: they are rebuilt from the catalogue, and nothing is embedded again.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ingest.catalogue import now
from ingest.errors import BadBackup, FootnoteError, LibraryBusy
from retrieval.owner import Owner

if TYPE_CHECKING:
    from retrieval.library import Library

_FORMAT = 1
_LIST = "footnote-backup.json"
_CATALOGUE = "catalogue.sqlite3"
_NAME = re.compile(r"catalogue\.sqlite3|originals/[0-9a-f]{64}")
_LONGEST_LIST = 64 << 20  # bytes
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """What an archive holds; `made_at` is in ISO 8601, UTC, `bytes` the size of the archive."""

    path: str
    documents: int
    originals: int
    conversations: int
    bytes: int
    made_at: str


def write_backup(library: "Library", path: Path) -> BackupInfo:
    """Write a library to a new archive while it is in use, read it back, and put it in place whole.

    Only its user can read it. Raises BadBackup if something is at `path`, or nothing can be written there.
    """
    path = path.expanduser().absolute()
    if os.path.lexists(path):
        raise BadBackup(f"{path} is there already; name a new file, or remove that one first")
    partial = path.with_name(f".{path.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=library.home, prefix=".backup-") as folder:
            files = _gathered(library, Path(folder))
            info = _described(files[_CATALOGUE], path)
            with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
                _pack(file, files, info)
                file.flush()
                os.fsync(file.fileno())
        with _opened(partial) as archive:
            _check(archive, _listed(archive))
        size = partial.stat().st_size
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise BadBackup(
            f"{path} could not be written: {error.strerror or error}; name another place"
        ) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return BackupInfo(**{**info, "bytes": size})


def restore(path: Path, home: Path) -> BackupInfo:
    """Make a library of an archive in a folder that holds none; it is checked whole first.

    Raises BadBackup for an archive that is not whole or was not made by Footnote, and where a library is;
    LibraryBusy where another process has the folder.
    """
    path, home = path.expanduser().absolute(), home.absolute()
    owner = Owner.claim(home)
    if owner is None:
        raise LibraryBusy(f"another process has the library {home} open; end it, or name another --home")
    try:
        if (home / _CATALOGUE).exists():
            raise BadBackup(f"{home} holds a library already; name another --home")
        with _opened(path) as archive:
            listed = _listed(archive)
            _check(archive, listed)
            _unpack(archive, listed, home)
        return BackupInfo(**{**listed["library"], "path": str(path), "bytes": path.stat().st_size})
    except OSError as error:
        raise BadBackup(f"{path} could not be restored: {error.strerror or error}") from error
    finally:
        owner.close()


def _gathered(library: "Library", folder: Path) -> dict[str, Path]:
    """Hold the library for the moment that its catalogue is copied and its originals get a second name."""
    files = {_CATALOGUE: folder / _CATALOGUE}
    with library.writing():
        library.database.snapshot(files[_CATALOGUE])
        for name in sorted(library.catalogue.hashes()):
            original = library.originals / name
            if original.is_file():
                second = files[f"originals/{name}"] = folder / name
                try:
                    second.hardlink_to(original)
                except OSError:  # a file system without them
                    shutil.copyfile(original, second)
    return files


def _described(catalogue: Path, path: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(catalogue)) as connection:

        def count(what: str) -> int:
            return int(connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])

        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        return {
            "path": str(path),
            "documents": count("documents WHERE state='ready'"),
            "originals": sum(1 for each in catalogue.parent.iterdir() if len(each.name) == 64),
            "conversations": count("conversations") if "conversations" in tables else 0,
            "bytes": 0,
            "made_at": now(),
        }


def _pack(file: IO[bytes], files: dict[str, Path], info: dict[str, Any]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        listed = {}
        for name, path in files.items():
            found, size = hashlib.sha256(), 0
            with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
                while chunk := source.read(_CHUNK):
                    found.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
            listed[name] = {"sha256": found.hexdigest(), "bytes": size}
        archive.writestr(_LIST, json.dumps({"format": _FORMAT, "library": info, "files": listed}, indent=1))


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (FootnoteError, OSError):
        raise
    except Exception as error:  # for damage the zip and zlib modules raise many kinds
        raise BadBackup(f"{path} is not a whole backup ({error}); take another one") from error


def _listed(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the list of an archive; raises BadBackup unless it names exactly what is there."""
    why = "it was not made by `footnote backup`"
    try:
        if archive.getinfo(_LIST).file_size > _LONGEST_LIST:
            raise BadBackup(f"{archive.filename} is no backup: {why}")
        data = json.loads(archive.read(_LIST))
        if data["format"] > _FORMAT:
            raise BadBackup(f"{archive.filename} was made by a newer version of Footnote; update Footnote")
        names, listed = archive.namelist(), set(data["files"])
        info = data["library"].keys() == set(BackupInfo.__slots__)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadBackup(f"{archive.filename} is no backup: {why}") from error
    if (
        not info
        or _CATALOGUE not in listed
        or sorted(names) != sorted([*listed, _LIST])
        or not all(map(_NAME.fullmatch, listed))
    ):
        raise BadBackup(f"{archive.filename} is no backup: {why}")
    return dict(data)


def _check(archive: zipfile.ZipFile, listed: dict[str, Any]) -> None:
    """Read every file through; raises BadBackup for one that is not as it was listed."""
    for name, said in listed["files"].items():
        found, size = hashlib.sha256(), 0
        with archive.open(name) as source:
            while (chunk := source.read(_CHUNK)) and size <= said["bytes"]:
                found.update(chunk)
                size += len(chunk)
        if found.hexdigest() != said["sha256"]:
            raise BadBackup(f"{archive.filename} is damaged at {name}; take another one")


def _unpack(archive: zipfile.ZipFile, listed: dict[str, Any], home: Path) -> None:
    """Write everything beside the place, then move it in, the catalogue last: half a library is none."""
    with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as folder:
        for name in listed["files"]:
            target = Path(folder) / name
            target.parent.mkdir(exist_ok=True, mode=0o700)
            with archive.open(name) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file, _CHUNK)
                file.flush()
                os.fsync(file.fileno())
            target.chmod(0o600)
        catalogue = Path(folder) / _CATALOGUE
        _prepare(catalogue, str(archive.filename))
        (home / "originals").mkdir(exist_ok=True, mode=0o700)
        for name in listed["files"]:
            if name != _CATALOGUE:
                (Path(folder) / name).replace(home / name)
        catalogue.replace(home / _CATALOGUE)


def _prepare(catalogue: Path, label: str) -> None:
    """Check the database itself, and forget where the indexes of the other library were."""
    try:
        with closing(sqlite3.connect(catalogue, isolation_level=None)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise BadBackup(f"{label} holds a damaged catalogue; take another one")
            connection.execute(
                "DELETE FROM facts WHERE name IN ('words_folder', 'vectors_folder', 'vectors_seal')"
            )
            # Two libraries must not share one collection of a Chroma server.
            connection.execute("UPDATE facts SET value=? WHERE name='library'", (uuid.uuid4().hex,))
    except sqlite3.DatabaseError as error:
        raise BadBackup(f"{label} holds a damaged catalogue ({error}); take another one") from error
