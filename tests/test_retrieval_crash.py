"""kill -9 at random points: what was acknowledged is there, once, and nothing needs a person."""

import random
from collections import Counter
from pathlib import Path

import pytest
from forked import speaking

from tests import crashing
from tests.fakes import library_at

NOTES = 12


def killed(home: Path, lines: int, wait: float) -> list[str]:
    """Run the child until it said so many lines, and a moment more; return what it acknowledged."""
    child, out = speaking(crashing.main, str(home), NOTES)
    said = []
    with out:
        for _ in range(lines):
            said.append(out.readline().strip())
        child.join(wait)
        child.kill()
        said += out.read().split("\n")
    child.join()
    child.close()
    return [line for line in said if line and line != "open"]


def sound(home: Path, said: list[str]) -> None:
    """Open what the kill left, without a person's help."""
    added = {line.split()[0]: line.split()[1] for line in said if not line.startswith("removed")}
    removing = any(line.startswith("removed") for line in said)
    with library_at(home) as library:
        infos = library.documents()
        assert all(count == 1 for count in Counter(info.id for info in infos).values())
        assert all("differ" not in line or line.startswith("passages: 0 ") for line in library.doctor())
        if not removing and len(added) < NOTES:
            for number, name in added.items():
                found = library.search(f"canary{number}", limit=3)
                assert name in {hit.passage.document_id for hit in found}
        for info in infos:
            assert info.passages == 1
        ids = set(library.passages.ids())
        assert library.indexes.held() == (ids, ids)


def run(home: Path, points: int, seed: int) -> None:
    generator = random.Random(seed)
    for point in range(points):
        where = home / str(point)
        said = killed(where, generator.randint(1, 2 * NOTES), generator.uniform(0, 0.03))
        sound(where, said)


def test_kills_while_adding_and_removing(tmp_path):
    run(tmp_path, 8, seed=20261125)


@pytest.mark.slow
def test_many_more_kills(tmp_path):
    run(tmp_path, 200, seed=1)
