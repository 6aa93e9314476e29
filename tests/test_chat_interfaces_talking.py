"""`chat` on a terminal of its own: Ctrl-C stops a line or an answer, Ctrl-D leaves."""

import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

from command_line import MINUTES, WAIT
from fakes import QuoteAll, assistant_at

ROOT = Path(__file__).parents[1]

# Makes its terminal the one that Ctrl-C comes from, and becomes the program. What a shell starts with "&" has
# Ctrl-C ignored, and so has whatever that starts.
OWN_TERMINAL = (
    "import fcntl, os, signal, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


class Terminal:
    """A program on a terminal of its own: what it shows is read, and keys are typed; used in a `with`."""

    def __init__(self, *argv, **environment):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, "-m", "chat.interfaces.cli", *map(str, argv)],
            cwd=ROOT,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "80", **environment},
        )
        os.close(slave)
        self.shown = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def until(self, words, *, again=""):
        """Read until words are shown; gives what was shown before them since the last time, and them.

        `again` are keys that are pressed once more while nothing comes: a Ctrl-C between two looks at the
        keyboard is only noticed at the next key, by Python's own line editing.
        """
        end = time.monotonic() + WAIT
        pressed = time.monotonic()
        while words not in self.shown and time.monotonic() < end:
            if again and time.monotonic() - pressed > 5:
                self.type(again)
                pressed = time.monotonic()
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.master, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        assert words in self.shown, self.shown
        shown, found, self.shown = self.shown.partition(words)
        return shown + found

    def asks(self):
        """Wait for the prompt, and until the line is being edited; gives what was shown."""
        shown = self.until("? ")
        end = time.monotonic() + WAIT
        while termios.tcgetattr(self.master)[3] & termios.ICANON and time.monotonic() < end:
            time.sleep(0.01)
        return shown

    def type(self, keys):
        """Press keys."""
        os.write(self.master, keys.encode())

    def ends(self):
        """Wait for the end and give the status."""
        return self.process.wait(WAIT)


def test_ctrl_c_stops_a_line_or_an_answer_and_ctrl_d_leaves(tmp_path):
    import threading

    class Slow(QuoteAll):
        asked, go_on = threading.Event(), threading.Event()

        def draft(self, evidence):
            self.asked.set()
            self.go_on.wait(WAIT)
            return super().draft(evidence)

    slow = Slow()
    with assistant_at(tmp_path, answerer=slow) as assistant:
        assistant.add_text(MINUTES, source="minutes")
        with Terminal("chat", "--home", tmp_path, NO_COLOR="") as terminal:
            assert "\x1b[2m/open N" in terminal.asks()
            terminal.type("half a quest")
            terminal.until("quest")
            terminal.type("\x03")
            terminal.until("(Ctrl-D or /quit leaves)", again="\x03")
            terminal.asks()  # keys that are pressed before it asks may be lost
            terminal.type("Who met?\n")
            assert slow.asked.wait(WAIT)
            terminal.type("\x03")
            terminal.until("Stopped")
            slow.go_on.set()
            terminal.asks()
            terminal.type("Who voted?\n")
            terminal.until(", turn 1")
            terminal.asks()
            terminal.type("\x04")
            assert terminal.ends() == 0
        assert [info.title for info in assistant.conversations()] == ["Who voted?"]
