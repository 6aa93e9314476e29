"""Very large files: in, or refused with the limit that they are over; what adds them stays small."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pdf_maker import make_pdf, paragraph

MOST_GROWTH = 200  # MB of resident memory
LINE = "The harbour board met in private on Tuesday, and nobody signed the second letter that day. "

# Adds one file in a process of its own and prints what became of it, and by how much that process grew.
ADDING = """
import json, re, sys, time
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from fakes import library_at
from retrieval.sources import resolve

def resident(name):
    return int(re.search(rf"{name}:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

small = Path(sys.argv[2]) / "small.txt"
small.write_text("A small file, so that everything is loaded.")
with library_at(Path(sys.argv[2]) / "home") as library:
    library.add(resolve([str(small)]), "default")
    Path("/proc/self/clear_refs").write_text("5")
    before, began = resident("VmRSS"), time.monotonic()
    report = library.add(resolve([sys.argv[1]]), "default")
    passages = [info.passages for info in library.documents() if info.source.endswith(Path(sys.argv[1]).name)]
    print(json.dumps({
        "reasons": [failure.reason for failure in report.failed], "passages": passages,
        "seconds": round(time.monotonic() - began), "growth": resident("VmHWM") - before,
    }))
"""


def repeated(path: Path, line: str, size: int) -> None:
    """Write so many bytes of one line."""
    block = (line * (1 + (1 << 20) // len(line))).encode()
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(block)


def many_pages(path: Path, pages: int) -> None:
    path.write_bytes(make_pdf([paragraph([f"Page {number}.", LINE], 700) for number in range(1, pages + 1)]))


FILES: dict[str, Callable[[Path], None]] = {
    "two-gigabytes.txt": lambda path: repeated(path, LINE, 2 << 30),
    "one-gigabyte.csv": lambda path: repeated(path, "Ann,12,13,signed\n", 1 << 30),
    "under-the-limit.txt": lambda path: repeated(path, LINE, 190 << 20),
    "under-the-limit.csv": lambda path: repeated(path, "Ann,12,13,signed\n", 190 << 20),
    "ten-thousand-pages.pdf": lambda path: many_pages(path, 10_000),
}


@pytest.fixture
def large(tmp_path) -> Iterator[Callable[[str], Path]]:
    """Make a file, and remove it at once when it is no longer needed."""
    made = list[Path]()

    def make(name: str) -> Path:
        made.append(tmp_path / name)
        FILES[name](made[-1])
        return made[-1]

    yield make
    for path in made:
        path.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_very_large_file_is_in_or_says_its_limit_and_takes_little_memory(large, tmp_path, name):
    path = large(name)
    here = Path(__file__).parent
    ran = subprocess.run(
        [sys.executable, "-c", ADDING, str(path), str(tmp_path), str(here), str(here.parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(ran.stdout.splitlines()[-1])
    print(name, found)
    assert found["passages"] or any("split it" in reason for reason in found["reasons"]), found
    assert found["growth"] <= MOST_GROWTH, found
