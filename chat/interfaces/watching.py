"""Follow a folder: look again whenever something changes there, and now and then all the same."""

import sys
from collections.abc import Callable
from pathlib import Path

from chat.interfaces.terminal import one_line
from ingest.errors import FootnoteError

_QUIET_MS = 1_600  # changes that come one upon another are looked at together
_ANYWAY_MS = 10 * 60 * 1000  # some file systems, those of a network say, tell nobody of changes


def watch(folder: Path, look: Callable[[], bool]) -> None:
    """Call `look` after each change below a folder, until it returns False or Ctrl-C.

    An error of its is said and survived.
    """
    from watchfiles import watch as changes

    say(f"watching {folder}; Ctrl-C ends it")
    for _ in changes(
        folder, debounce=_QUIET_MS, rust_timeout=_ANYWAY_MS, yield_on_timeout=True, raise_interrupt=False
    ):
        try:
            if not look():
                return
        except FootnoteError as error:
            say(str(error))


def say(line: str) -> None:
    """Tell on standard error, where it is no part of the output."""
    sys.stderr.write(f"footnote: {one_line(line)}\n")
    sys.stderr.flush()
