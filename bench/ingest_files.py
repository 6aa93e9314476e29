"""What becomes of assorted real files: read here, and by kreuzberg called plainly, in the same run.

    python -m bench.ingest_files [FOLDER]

The folder is `files/` in the folder that FOOTNOTE_BENCH_DATA names. Every passage and every sentence is
sliced back out of its document, and together they hold every character that is no blank, or the run fails.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.data import folder
from ingest.document import Document, Reading
from ingest.errors import UnreadableSource
from ingest.passage import split
from ingest.worker import Worker

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Row:
    """One file: what became of it here, and how many characters and which of its words kreuzberg found."""

    name: str
    state: str
    characters: int
    reason: str
    plain: int | None
    shared: float | None


def rows(root: Path, worker: Worker) -> Iterator[Row]:
    """Each file under the folder, in the order of their names."""
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = str(path.relative_to(root))
        plain = plainly(path)
        try:
            reading = worker.read(path, path.name)
        except UnreadableSource as error:
            yield Row(name, "listed", 0, error.reason, None if plain is None else len(plain), None)
            continue
        check(reading, name)
        yield Row(
            name,
            "in",
            len(reading.text),
            reading.metadata.get("unread_pages", "")
            and f"no text on page {reading.metadata['unread_pages']}",
            None if plain is None else len(plain),
            None if plain is None else shared(plain, reading),
        )


def plainly(path: Path) -> str | None:
    """What kreuzberg makes of the file with nothing set but no OCR, which fetches models; None: an error."""
    import kreuzberg

    config = kreuzberg.ExtractionConfig(use_cache=False, disable_ocr=True)
    try:
        return str(kreuzberg.extract_file_sync(str(path), config=config).content)
    except Exception:
        return None


def shared(plain: str, reading: Reading) -> float:
    """The share of kreuzberg's words that are here too, in the text or beside it."""
    beside = " ".join([reading.title or "", reading.published or "", *reading.metadata.values()])
    wanted = Counter(_WORD.findall(plain.lower()))
    here = Counter(_WORD.findall(f"{reading.text} {beside}".lower()))
    return (wanted & here).total() / max(wanted.total(), 1)


def check(reading: Reading, name: str) -> None:
    """Passages and sentences slice back, and hold every character that is no blank."""
    document = Document("d", 1, "default", name, name, name, "0" * 64, reading)
    passages = split(document, lambda texts: [len(text) // 4 + 2 for text in texts])
    covered = bytearray(len(reading.text))
    for passage in passages:
        assert reading.text[passage.start : passage.end] == passage.text, name
        for start, end in passage.sentences:
            assert passage.start <= start < end <= passage.end, name
            covered[start:end] = b"\1" * (end - start)
    lost = [char for char, seen in zip(reading.text, covered, strict=True) if not seen and not char.isspace()]
    assert not lost, f"{name}: {len(lost)} characters are in no sentence"


def main() -> int:
    """Print the table."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else folder("files")
    began = time.monotonic()
    print(f"{'file':<58} {'state':<7} {'chars':>7} {'plain':>7} {'shared':>6}  reason")
    table = []
    with Worker() as worker:
        for row in rows(root, worker):
            table.append(row)
            plain = "-" if row.plain is None else row.plain
            words = "" if row.shared is None else f"{row.shared:.2f}"
            print(f"{row.name:<58} {row.state:<7} {row.characters:>7} {plain:>7} {words:>6}  {row.reason}")
    inside = [row for row in table if row.state == "in"]
    missed = [row.name for row in table if row.state != "in" and row.plain]
    print(f"\n{len(table)} files: {len(inside)} in, {len(table) - len(inside)} listed with a reason")
    plainly_read = sum(bool(row.plain) for row in table)
    print(f"kreuzberg plainly: text from {plainly_read}, of these not in here: {missed}")
    print(f"{time.monotonic() - began:.1f} s for both")
    return 0


if __name__ == "__main__":
    sys.exit(main())
