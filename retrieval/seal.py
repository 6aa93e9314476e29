"""Tell whether a folder is as it was left, and how much of the disk it takes."""

import hashlib
from pathlib import Path


def seal(folder: Path) -> str:
    """Return a hash over the names and bytes of every file in a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            whole.update(f"{path.relative_to(folder)}\0{digest}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def size_on_disk(folder: Path) -> int:
    """Return the bytes that a folder's files take on the disk; holes in a file take none."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_blocks * 512
        except OSError:  # it went while this was counting
            continue
    return total
