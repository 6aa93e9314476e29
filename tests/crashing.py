"""A child that changes a library without end, telling what was acknowledged; it is there to be killed.

`python crashing.py HOME NOTES [MODE]`: `add` adds notes and then removes them, one by one; `again` changes
every note over and over; `remove` removes notes and adds them again; `rebuild` builds both indexes anew;
`embed` embeds everything anew, with vectors of another width each time it is run.
"""

import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from retrieval.library import Library
from retrieval.sources import TextSource
from tests.fakes import BagOfWords


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def note(number: int, time: int = 0) -> TextSource:
    return TextSource(f"Note {number}, as of {time}. The word is canary{number}.", f"n{number}")


def main(home: str, notes: int, mode: str = "add", width: int = 64) -> None:
    library = Library(Path(home), BagOfWords(width), re_embed=mode == "embed")
    library.indexes.settle()
    say("open")
    if mode == "add":
        for number in range(notes):
            report = library.add([note(number)], "default")
            say(f"{number} {report.added[0] if report.added else report.unchanged[0]}")
        for number in range(notes):
            library.remove([library.documents()[0].id])
            say(f"removed {number}")
        return
    for time in itertools.count(1):
        if mode == "again":
            library.add([note(number, time) for number in range(notes)], "default")
            say(str(time))
        elif mode == "remove":
            ids = [info.id for info in library.documents()]
            library.remove(ids[: len(ids) // 2])
            say(f"removed {time}")
            library.add([note(number) for number in range(notes)], "default")
            say(f"added {time}")
        elif mode == "rebuild":
            library.indexes.rebuild()
            say(str(time))
        else:
            return


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:4], *map(int, sys.argv[4:5]))
