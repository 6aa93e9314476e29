"""What becomes of assorted real files: read here, and by kreuzberg called plainly, in the same run.

    python -m bench.ingest_files [FOLDER] [--ocr]

`--ocr` also reads the pictures, some seconds each. The folder is `files/` in the folder that
FOOTNOTE_BENCH_DATA names. Every passage and every sentence is sliced back out of its document, and together
they hold every character that is no blank, or the run fails.
"""

import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.data import folder
from ingest.document import Document, Reading
from ingest.errors import NeedsOcr, UnreadableSource
from ingest.passage import split
from ingest.worker import Worker

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Row:
    """One file, or a file within one: what became of it, its characters, and how long it took.

    `plain` is how many characters kreuzberg found, `shared` which share of its words are here too.
    """

    name: str
    state: str
    characters: int
    reason: str
    seconds: float
    plain: int | None = None
    shared: float | None = None


def rows(root: Path, worker: Worker, parts: Path, *, ocr: bool) -> Iterator[Row]:
    """Each file under the folder, in the order of their names; a file within one comes right after it."""
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        plain = plainly(path)
        yield from became(str(path.relative_to(root)), path, path.name, worker, parts, ocr=ocr, plain=plain)


def became(
    label: str, path: Path, name: str, worker: Worker, parts: Path, *, ocr: bool, plain: str | None = None
) -> Iterator[Row]:
    """What became of one file and of what is within it."""
    size = None if plain is None else len(plain)
    began = time.monotonic()
    try:
        try:
            reading, state = worker.read(path, name, parts=parts), "in"
        except NeedsOcr:
            if not ocr:
                raise
            reading, state = recognised(path, name, worker), "in, OCR"
    except UnreadableSource as error:
        kind = "waits" if isinstance(error, NeedsOcr) else "listed"
        yield Row(label, kind, 0, error.reason, time.monotonic() - began, size)
        return
    check(reading, label)
    unread = reading.metadata.get("unread_pages")
    note = f"no text on {'' if unread.startswith('picture') else 'page '}{unread}" if unread else ""
    note += (
        f" {sum(end - start for start, end in reading.hidden)} characters hidden" if reading.hidden else ""
    )
    share = None if plain is None else shared(plain, reading)
    yield Row(label, state, len(reading.text), note.strip(), time.monotonic() - began, size, share)
    for part in reading.parts:
        inner = f"{label} › {part.name}"
        if part.reason is not None:
            yield Row(inner, "listed", 0, part.reason, 0.0)
        else:
            yield from became(inner, parts / part.content_hash, part.name, worker, parts, ocr=ocr)


def recognised(path: Path, name: str, worker: Worker) -> Reading:
    """The reading of a file of pictures, every page read by OCR."""
    seen = {page: worker.see(path, name, page) for page in worker.pages_to_see(path, name)}
    return worker.read(path, name, seen=seen)


def plainly(path: Path) -> str | None:
    """What kreuzberg makes of the file with nothing set but no OCR, which fetches models; None: an error."""
    import kreuzberg

    config = kreuzberg.ExtractionConfig(use_cache=False, disable_ocr=True)
    try:
        return str(kreuzberg.extract_file_sync(str(path), config=config).content)
    except Exception:  # whatever stops the peer, it has not read the file
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
    given = [word for word in sys.argv[1:] if word != "--ocr"]
    root = Path(given[0]) if given else folder("files")
    print(f"{'file':<62} {'state':<7} {'chars':>7} {'plain':>7} {'shared':>6} {'s':>5}  reason")
    table = []
    with tempfile.TemporaryDirectory() as parts, Worker(seconds=300, memory_bytes=2 << 30) as worker:
        for row in rows(root, worker, Path(parts), ocr="--ocr" in sys.argv):
            table.append(row)
            plain = "-" if row.plain is None else row.plain
            words = "" if row.shared is None else f"{row.shared:.2f}"
            print(
                f"{row.name:<62} {row.state:<7} {row.characters:>7} {plain:>7} {words:>6} {row.seconds:>5.1f}"
                f"  {row.reason}",
                flush=True,
            )
    files = [row for row in table if " › " not in row.name]
    states = Counter(row.state for row in files)
    print(f"\n{len(files)} files: {', '.join(f'{count} {state}' for state, count in states.most_common())}")
    print(f"{len(table) - len(files)} files within them")
    read = sum(bool(row.plain) for row in files)
    missed = [row.name for row in files if row.plain and not row.state.startswith("in")]
    print(f"kreuzberg plainly: text from {read} files, of these not in here: {missed or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
