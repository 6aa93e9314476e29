"""Folders that several hands hold: two people may send one file at the same time, and both are served."""

import shutil
import threading
from collections import Counter
from pathlib import Path


class Held:
    """Counts who still needs a folder, and deletes it with the last; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hands: Counter[Path] = Counter()

    def hold(self, folder: Path) -> Path:
        """Need a folder, which is made if it is not there."""
        with self._lock:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._hands[folder] += 1
        return folder

    def release(self, folder: Path) -> None:
        """Need it no more."""
        with self._lock:
            self._hands[folder] -= 1
            if self._hands[folder] <= 0:
                del self._hands[folder]
                shutil.rmtree(folder, ignore_errors=True)
