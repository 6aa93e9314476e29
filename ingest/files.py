"""Files on disk: which of them a path means, and keeping their bytes."""

import contextlib
import errno
import glob
import hashlib
import os
import stat
import tempfile
from collections import Counter
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
_LIBRARY = frozenset({"catalogue.sqlite3", "lock"})  # a folder with both is where a library is kept
_CHUNK = 1 << 20


def expand(paths: Sequence[str | Path]) -> Iterator[Path | UnreadableSource]:
    """Yield every file under the paths, absolute, folders in sorted order; what cannot be read as its error.

    Hidden names and version control folders are skipped below a given folder, and so are links that lead out
    of it, and folders that libraries are kept in; a file that has other names outside of it (hard links) is
    refused, since it may be someone else's, and so is a library's folder that is itself named.
    A path that is itself named is taken whatever its name, a link followed. One that is not there and holds
    `*`, `?` or `[…]` stands for what matches it, `**` for folders at any depth.
    """
    for given in paths:
        path = Path(os.path.abspath(Path(given).expanduser()))  # noqa: PTH100  keeps links, unlike resolve
        try:
            mode = path.stat().st_mode
        except OSError as error:
            if isinstance(error, FileNotFoundError) and glob.has_magic(str(path)):
                yield from _matching(path)
            else:
                yield _refused(path, error)
            continue
        if not stat.S_ISDIR(mode):
            yield _file(path, mode)
        elif _holds_library(path):
            yield UnknownFormat(
                str(path), "a library is kept in this folder; add the documents from where they are"
            )
        else:
            yield from _below(path)


def keep(path: Path, folder: Path, *, limit_bytes: int) -> tuple[str, Path]:
    """Copy a file once to `folder/<sha256>` and return the hash, of the very bytes kept, and the copy's path.

    The copy appears whole or not at all. Raises one of the UnreadableSource family; a link is not followed.
    """
    return _kept(_chunks(path, limit_bytes), folder)


def keep_bytes(data: bytes, folder: Path) -> tuple[str, Path]:
    """Keep bytes that are no file of the user's in the same way."""
    return _kept(iter([data]), folder)


def digest(path: Path, *, limit_bytes: int) -> str:
    """Return the sha256 of a file's bytes, in hex, keeping nothing; raises what `keep` raises."""
    found = hashlib.sha256()
    for chunk in _chunks(path, limit_bytes):
        found.update(chunk)
    return found.hexdigest()


def _chunks(path: Path, limit_bytes: int) -> Iterator[bytes]:
    """Yield a file's bytes; raises one of the UnreadableSource family."""
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
        size = 0
        while chunk := _read(reader.fileno(), path):
            size += len(chunk)
            if size > limit_bytes:
                raise _over(path, limit_bytes)
            yield chunk
        if not size:
            raise EmptySource(str(path), "the file is empty; nothing to add")


def _kept(chunks: Iterator[bytes], folder: Path) -> tuple[str, Path]:
    """Write chunks to a file named for their hash, whole or not at all, and on the disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = hashlib.sha256()
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".taking-")
    try:
        with os.fdopen(handle, "wb") as writer:
            for chunk in chunks:
                found.update(chunk)
                writer.write(chunk)
            writer.flush()
            os.fsync(writer.fileno())
        kept = folder / found.hexdigest()
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
    return found.hexdigest(), kept


def _read(source: int, path: Path) -> bytes:
    try:
        return os.read(source, _CHUNK)
    except OSError as error:
        raise _refused(path, error) from error


def _matching(pattern: Path) -> Iterator[Path | UnreadableSource]:
    """What a pattern stands for; its folder is the one that links may not lead out of."""
    fixed = next(part for part in pattern.parents if not glob.has_magic(str(part)))
    found, links = list[Path](), fixed.resolve()
    for name in sorted(glob.glob(str(pattern), recursive=True)):  # noqa: PTH207  skips hidden names
        path = Path(name)
        below = path.relative_to(fixed).parts
        if _SKIPPED & set(below) or any(map(_holds_library, [path, *path.parents[: len(below)]])):
            continue
        if (real := path.resolve()).is_relative_to(links):
            found.append(real)  # or a folder that a link leads to would be there twice
    if not found:
        yield MissingSource(str(pattern), "there is no such file, and none matches; check the path")
    yield from _only_inside(list(dict.fromkeys(expand(found))))


def _holds_library(folder: Path) -> bool:
    try:
        return all((folder / name).is_file() for name in _LIBRARY)
    except PermissionError:  # whoever reads the folder says so
        return False


def _below(root: Path) -> Iterator[Path | UnreadableSource]:
    """Everything under a folder; a file with several names only if all of them are there."""
    yield from _only_inside(list(_walked(root)))


def _only_inside(found: Sequence[Path | UnreadableSource]) -> Iterator[Path | UnreadableSource]:
    """Refuse each file that has more names than were found."""
    inside: dict[Path, tuple[int, tuple[int, int]]] = {}
    for each in found:
        if not isinstance(each, UnreadableSource):
            with contextlib.suppress(OSError):  # gone meanwhile: whoever reads it says so
                status = each.lstat()
                inside[each] = (status.st_nlink, (status.st_dev, status.st_ino))
    names = Counter(file for _, file in inside.values())
    for each in found:
        links, file = inside.get(each, (1, (0, 0))) if isinstance(each, Path) else (1, (0, 0))
        yield _linked(each) if isinstance(each, Path) and links > max(names[file], 1) else each


def _walked(root: Path) -> Iterator[Path | UnreadableSource]:
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
        if _LIBRARY.issubset(names):
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
                linked = path.is_symlink()
                if linked and not path.resolve().is_relative_to(within):
                    continue
                status = path.stat()
            except (OSError, RuntimeError) as error:
                yield _refused(path, error)
                continue
            if stat.S_ISDIR(status.st_mode):
                folders.append(path)
                continue
            yield _file(path.resolve() if linked else path, status.st_mode)
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


def _linked(path: Path) -> UnreadableSource:
    return ProtectedSource(
        str(path), "it has another name outside of this folder (a hard link); add it by itself if you mean it"
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
