"""Ask a child process whether Chroma's folder can be trusted, since a damaged one ends the process.

The child opens the folder, lists its ids, and lets a sample of passages search for themselves: a flipped
byte can leave the count right and the neighbours wrong.
"""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

_SECONDS = 120
_SAMPLE = 32
# The graph of a large index leads to nearly all vectors, not to all: with 100,000 at random, 6 of 100 do not
# find themselves. So one of so many may be missed, where there are more than this, if its vector is right.
_FEW, _LARGE = 4, 1000
_SAME = 1 - 1e-3  # cosine
_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from retrieval.probe import main; main(*sys.argv[2:])"


def check(folder: Path, catalogue: Path) -> str | None:
    """Return what is wrong with Chroma's folder, in words that follow "the index", or None."""
    root = str(Path(__file__).resolve().parent.parent)
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-c", _CODE, root, str(folder), str(catalogue)],
            capture_output=True,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"did not open within {_SECONDS} s"
    if child.returncode != 0:
        return "was damaged"
    problem: str | None = json.loads(child.stdout.splitlines()[-1])
    return problem


def main(folder: str, catalogue: str) -> None:
    """Print, as JSON on the last line, what is wrong, or null. Runs in the child."""
    sys.stdout.write("\n" + json.dumps(_problem(Path(folder), Path(catalogue))) + "\n")


def _problem(folder: Path, catalogue: Path) -> str | None:
    import numpy as np

    from retrieval.vectors import open_folder

    index = open_folder(folder)
    connection = sqlite3.connect(f"{catalogue.as_uri()}?mode=ro", uri=True)
    ready = (
        " FROM passages p JOIN searchable d ON d.id=p.document_id AND d.version=p.version"
        " WHERE p.generation="
        "coalesce((SELECT CAST(value AS INTEGER) FROM facts WHERE name='generation'), 1)"
    )
    held = index.ids()
    chosen = f"SELECT p.key{ready} ORDER BY random() LIMIT {_SAMPLE}"  # no vector is read to be sorted away
    rows = connection.execute(f"SELECT id, vector FROM passages WHERE key IN ({chosen})").fetchall()
    sample = {name: np.frombuffer(blob, dtype=np.float32) for name, blob in rows if name in held}
    missed = []  # what is not held is no miss: the parent adds it
    for name, vector in sample.items():
        nearest = index.search(vector, 1)
        if not nearest or nearest[0][1] < _SAME:  # an equal text elsewhere is just as near
            missed.append(name)
    kept = index.vectors(missed)
    for name in missed:
        if name not in kept or float(kept[name] @ sample[name]) < _SAME:
            return f"holds another vector for {name} than the catalogue"
    if len(missed) > (len(sample) // _FEW if len(held) > _LARGE else 0):
        return f"did not find {len(missed)} of {len(sample)} by their own vectors, such as {missed[0]}"
    return None
