"""A child that adds small files through a library, telling each one that was acknowledged."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from retrieval.library import Library
from retrieval.sources import TextSource
from tests.fakes import BagOfWords

if __name__ == "__main__":
    library = Library(Path(sys.argv[1]), BagOfWords())
    library.indexes.settle()
    sys.stdout.write("open\n")
    sys.stdout.flush()
    for number in range(int(sys.argv[2])):
        report = library.add(
            [TextSource(f"Note {number}. The word is canary{number}.", f"n{number}")], "default"
        )
        sys.stdout.write(f"{number} {report.added[0] if report.added else report.unchanged[0]}\n")
        sys.stdout.flush()
    for number in range(int(sys.argv[2])):
        library.remove([library.documents()[0].id])
        sys.stdout.write(f"removed {number}\n")
        sys.stdout.flush()
