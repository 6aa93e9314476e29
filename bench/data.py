"""Where the benchmark sets lie, how they are read, and intervals; no set is part of the project."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

DRAWS = 2000  # of a bootstrap
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


def wilson(right: int, total: int) -> str:
    """Return a share with its 95 % interval (Wilson, JASA 1927)."""
    if not total:
        return "none"
    share, z = right / total, 1.96
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = z * (share * (1 - share) / total + z * z / (4 * total**2)) ** 0.5 / (1 + z * z / total)
    return f"{share:.2f} ({middle - spread:.2f} to {middle + spread:.2f})"


def interval(values: np.ndarray) -> str:
    """Return the mean with its bootstrap 95 % interval."""
    low, high = bounds(values)
    return f"{values.mean():.3f} (95 %: {low:.3f} to {high:.3f})"


def bounds(values: np.ndarray) -> np.ndarray:
    """Return the ends of the mean's bootstrap 95 % interval."""
    draws = np.random.default_rng(7).integers(0, len(values), (DRAWS, len(values)))
    return np.quantile(values[draws].mean(axis=1), [0.025, 0.975])
