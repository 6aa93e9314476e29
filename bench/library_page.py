"""How long a page of the library's table takes, beside lists of everything: `python -m bench.library_page`.

The documents are made up: 20,000 characters and 20 passages each, with vectors of no meaning, so that no
model is loaded. Times are medians of 5, in milliseconds of the processor, so that what else runs beside it
matters little. `--old` adds the list that read every text to count its characters, as it was made before.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ingest.catalogue import put_pending, put_ready
from ingest.document import Document, Reading, content_hash, document_id
from retrieval.library import Library

SIZES = (100, 1_000, 10_000)
WIDTH, PASSAGES, CHARACTERS = 8, 20, 20_000
KINDS = ("application/pdf", "text/html", "message/rfc822", "text/plain")
FAILED = 0.02  # the share of sources that could not be read


class NoModel:
    """An embedder that is never asked for more than its name."""

    name, width, max_tokens = "none", WIDTH, 128


def main() -> None:
    """Make a library of each size and print its times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--old", action="store_true", help="also the list that reads every text")
    given = parser.parse_args()
    print("\n## A page of the library, milliseconds\n")
    print("| what | " + " | ".join(f"{size:,} documents" for size in SIZES) + " |")
    print("| --- |" + " ---: |" * len(SIZES))
    figures: dict[str, list[float]] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            library = Library(Path(folder), NoModel())  # type: ignore[arg-type]
            fill(library, size)
            for name, call in calls(library, size, old=given.old).items():
                figures.setdefault(name, []).append(median(call))
            library.close()
    for name, row in figures.items():
        print(f"| {name} | " + " | ".join(f"{each:.1f}" for each in row) + " |")


def calls(library: Library, size: int, *, old: bool) -> dict[str, Callable[[], object]]:
    """Return what is timed."""
    page = library.list_documents
    told: dict[str, Callable[[], object]] = {
        "first page, latest first": lambda: page(descending=True),
        "last page": lambda: page(offset=size - 50),
        "by title": lambda: page(sort="title"),
        "by date": lambda: page(sort="published", descending=True),
        "by passages": lambda: page(sort="passages", descending=True),
        "two words": lambda: page(words="minutes vance", sort="title"),
        "what could not be read": lambda: page(state="failed"),
        "one document": lambda: library.document_info(document_id("default", "/files/7.pdf")),
        "everything (`documents`)": library.documents,
    }
    return told | ({"everything, by reading every text": lambda: by_texts(library)} if old else {})


def by_texts(library: Library) -> list[object]:
    """List as it was done before: every text is read to be counted, and every reading parsed."""
    rows = library.database.read().execute(
        "SELECT id, version, collection, origin, source, title, content_hash, published, reading, state,"
        " added_at, characters(text) AS characters FROM documents WHERE state='ready'"
        " ORDER BY added_at, source"
    )
    counts = library.listing.passages(library.passages.generation)
    return [(row["characters"], json.loads(row["reading"]), counts.get(row["id"], 0)) for row in rows]


def median(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    times = []
    for _ in range(5):
        began = time.process_time()
        call()
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times)


def fill(library: Library, size: int) -> None:
    """Put documents and failures into the catalogue alone."""
    vector = np.zeros(WIDTH, dtype=np.float32).tobytes()
    text = ("The board met on Tuesday and took note of what had been said before. " * 400)[:CHARACTERS]
    with library.database.write() as connection:
        for number in range(size):
            name = f"/files/{number}.pdf"
            metadata = {"author": f"A. {'Vance' if number % 7 else 'Moran'}", "publisher": "The Board"}
            blocks = tuple((start, start + 200) for start in range(0, CHARACTERS, 200))
            document = Document(
                id=document_id("default", name),
                version=1,
                collection="default",
                origin=name,
                source=name,
                title=f"{'Minutes' if number % 3 else 'Report'} {number * 7919 % size}",
                content_hash=content_hash(name.encode()),
                reading=Reading(
                    text,
                    KINDS[number % len(KINDS)],
                    published=f"20{number % 25:02}-0{number % 9 + 1}-11" if number % 5 else None,
                    blocks=blocks,
                    metadata=metadata,
                ),
            )
            put_pending(connection, document)
            put_ready(connection, [(document.id, 1)])
            connection.executemany(
                "INSERT INTO passages (generation, id, document_id, version, start, end, text, sentences,"
                " vector, sentence_vectors) VALUES (1,?,?,1,?,?,'', x'', ?, x'')",
                [(f"{document.id}:1:{row}", document.id, row, row + 1, vector) for row in range(PASSAGES)],
            )
        connection.executemany(
            "INSERT INTO failures VALUES (?, 'default', ?, 'it holds no text; save it as PDF', '2026-01-01')",
            [(f"/files/bad {row}.bin",) * 2 for row in range(int(size * FAILED))],
        )


if __name__ == "__main__":
    main()
