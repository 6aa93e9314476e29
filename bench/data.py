"""Where the benchmark sets lie, and how they are read; none of them is part of the project."""

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """Return one set's folder, or end the program saying that it is not there."""
    path = Path(os.environ.get("FOOTNOTE_BENCH_DATA") or ROOT.parent / "shared" / "data") / name
    if not path.exists():
        print(
            f"skipped: the optional data folder {name!r} is not there; set FOOTNOTE_BENCH_DATA to its parent"
        )
        sys.exit(0)
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    """Return a JSON Lines file's rows."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
