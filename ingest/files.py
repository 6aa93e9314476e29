"""Files on disk: which of them a path means, and keeping their bytes."""

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.errors import (
    EmptySource,
    MissingSource,
    ProtectedSource,
    TooLarge,
    UnknownFormat,
    UnreadableSource,
)

_SKIPPED = frozenset({"CVS", "__pycache__", "node_modules", "Thumbs.db", "desktop.ini"})
_CHUNK = 1 << 20


def expand(paths: Sequence[str | Path]) -> Iterator[Path | UnreadableSource]:
    """Yield every file under the paths, absolute, folders in sorted order; what cannot be read as its error.

    Hidden names and version control folders are skipped below a given folder, and so are links that lead out
    of it. A path that is itself named is taken whatever its name, a link followed.
    """
    for given in paths:
        path = Path(os.path.abspath(Path(given).expanduser()))  # noqa: PTH100  keeps links, unlike resolve
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield _refused(path, error)
            continue
        if stat.S_ISDIR(mode):
            yield from _below(path)
        else:
            yield _file(path, mode)


def keep(path: Path, folder: Path, *, limit_bytes: int) -> tuple[str, Path]:
    """Copy a file once to `folder/<sha256>` and return the hash, of the very bytes kept, and the copy's path.

    The copy appears whole or not at all. Raises one of the UnreadableSource family; a link is not followed.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        source = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise _refused(path, error) from error
    with os.fdopen(source, "rb") as reader:
        status = os.fstat(reader.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise _special(path)
        if status.st_size > limit_bytes:
            raise _over(path, limit_bytes)
        return _kept(reader.fileno(), path, folder, limit_bytes)


def _kept(source: int, path: Path, folder: Path, limit_bytes: int) -> tuple[str, Path]:
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".taking-")
    try:
        with os.fdopen(handle, "wb") as writer:
            while chunk := _read(source, path):
                size += len(chunk)
                if size > limit_bytes:
                    raise _over(path, limit_bytes)
                digest.update(chunk)
                writer.write(chunk)
            if not size:
                raise EmptySource(str(path), "the file is empty; nothing to add")
            writer.flush()
            os.fsync(writer.fileno())
        kept = folder / digest.hexdigest()
        Path(temporary).replace(kept)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return digest.hexdigest(), kept


def _read(source: int, path: Path) -> bytes:
    try:
        return os.read(source, _CHUNK)
    except OSError as error:
        raise _refused(path, error) from error


def _below(root: Path) -> Iterator[Path | UnreadableSource]:
    """Everything under a folder, without recursion; links only where they stay within it."""
    within = root.resolve()
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            status = folder.stat()
            names = sorted(os.listdir(folder))  # noqa: PTH208  names only
        except OSError as error:
            yield _refused(folder, error)
            continue
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        folders = []
        for name in names:
            if name.startswith(".") or name in _SKIPPED:
                continue
            path = folder / name
            try:
                if path.is_symlink() and not path.resolve().is_relative_to(within):
                    continue
                mode = path.stat().st_mode
            except (OSError, RuntimeError) as error:
                yield _refused(path, error)
                continue
            if stat.S_ISDIR(mode):
                folders.append(path)
            else:
                yield _file(path.resolve() if path.is_symlink() else path, mode)
        waiting += reversed(folders)


def _file(path: Path, mode: int) -> Path | UnreadableSource:
    if not stat.S_ISREG(mode):
        return _special(path)
    if not os.access(path, os.R_OK):
        return ProtectedSource(str(path), "you have no permission to read it; change that and add it again")
    return path


def _special(path: Path) -> UnreadableSource:
    return UnknownFormat(
        str(path), "it is no regular file (a pipe, a device or a socket); add files or folders"
    )


def _over(path: Path, limit_bytes: int) -> TooLarge:
    return TooLarge(str(path), f"it is over the limit of {limit_bytes:,} bytes a file; split it")


def _refused(path: Path, error: Exception) -> UnreadableSource:
    """An operating system's refusal in our words."""
    code = getattr(error, "errno", None)
    if code in (errno.ENOENT, errno.ENOTDIR):
        return MissingSource(str(path), "there is no such file or folder; check the path")
    if code in (errno.EACCES, errno.EPERM):
        return ProtectedSource(str(path), "you have no permission to read it; change that and add it again")
    if code == errno.ELOOP:
        return UnknownFormat(str(path), "it is a link; add the file it leads to")
    reason = getattr(error, "strerror", None) or str(error) or "it cannot be read"
    return UnreadableSource(str(path), f"{reason}; check the file and add it again")
