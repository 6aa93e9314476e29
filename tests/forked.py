"""Children that are forked where others would be started: what they all load is loaded once.

To start Python and load Chroma takes a second and a half of a processor. The product does so each time it
opens a library, to have its index looked at: here a child takes the same look that damage may end as well.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from retrieval import probe

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["numpy", "chromadb", "retrieval.probe", "retrieval.vectors", "tests.crashing"])


def check(folder: Path, catalogue: Path) -> str | None:
    """Return what `retrieval.probe.check` does."""
    receiver, sender = FORKS.Pipe(duplex=False)
    child = FORKS.Process(target=_look, args=(sender, folder, catalogue), daemon=True)
    child.start()
    sender.close()
    with receiver:
        try:
            return receiver.recv()
        except EOFError:
            return "was damaged"
        finally:
            child.join()
            child.close()


def _look(sender: Connection, folder: Path, catalogue: Path) -> None:
    sender.send(probe._problem(folder, catalogue))


def speaking(main: Callable[..., None], *given: Any) -> tuple[ForkServerProcess, TextIOWrapper]:
    """Start `main(*given)` in a child; returns that, and what it prints, to be read as it comes."""
    receiver, sender = FORKS.Pipe(duplex=False)
    child = FORKS.Process(target=_speak, args=(sender, main, given), daemon=True)
    child.start()
    sender.close()
    with receiver:
        return child, os.fdopen(os.dup(receiver.fileno()), encoding="utf-8")


def _speak(sender: Connection, main: Callable[..., None], given: tuple[Any, ...]) -> None:
    os.dup2(sender.fileno(), 1)
    sender.close()
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    main(*given)
