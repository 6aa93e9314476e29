"""The killable process in which files are parsed, seen from the parent."""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from ingest import errors
from ingest.document import Reading, reading_from
from ingest.errors import TooLarge, UnknownFormat, UnreadableSource
from ingest.readers.ocr import SeenLine, from_plain, to_plain

_POLL_SECONDS = 0.05
_START = "import sys; sys.path.insert(0, sys.argv[1]); from ingest.worker_child import serve; serve()"
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "LD_LIBRARY_PATH", "PYTHONPATH")


class Worker:
    """Reads one file at a time in a child process with limits on time, resident memory and output.

    The child starts with the first file and is replaced after a kill or a crash. Any thread may call `read`;
    calls wait for each other. `close` ends the child and removes its private folder.
    """

    def __init__(
        self, *, seconds: float = 120.0, memory_bytes: int = 1 << 30, output_chars: int = 100_000_000
    ) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._output_chars = output_chars
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._folder: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(
        self,
        path: Path,
        name: str,
        media_type: str | None = None,
        *,
        parts: Path | None = None,
        seen: Mapping[int, Sequence[SeenLine]] | None = None,
    ) -> Reading:
        """Read a file under the name people know it by; the files within it are kept in the folder `parts`.

        `seen` is what `see` read from its pages; without it a file of pictures only raises NeedsOcr. Raises
        one of the UnreadableSource family.
        """
        asked = {
            "media_type": media_type,
            "output_chars": self._output_chars,
            "parts": None if parts is None else str(parts.absolute()),
            "seen": None if seen is None else {number: to_plain(lines) for number, lines in seen.items()},
        }
        fields = self._answer("read", path, name, asked)
        return reading_from(fields.pop("text"), fields)

    def pages_to_see(self, path: Path, name: str) -> list[int]:
        """Return the numbers of a file's pages whose words are in their pictures only."""
        return list(self._answer("pages_to_see", path, name, {}))

    def see(self, path: Path, name: str, number: int) -> list[SeenLine]:
        """Read the words from the picture of one page; the limits are those of one file."""
        return from_plain(self._answer("see", path, name, {"number": number}))

    def _answer(self, task: str, path: Path, name: str, asked: dict[str, Any]) -> Any:
        request = {"task": task, "path": str(path.absolute()), "name": name, **asked}
        with self._lock:
            answer = self._asked(request, name)
        if "error" in answer:
            kind = getattr(errors, str(answer["error"]), UnreadableSource)
            raise kind(name, str(answer["reason"]))
        return answer["result"]

    def end(self) -> None:
        """Kill the child at once, whatever it reads; the reading that waits for it fails."""
        child = self._child
        if child is not None:
            child.kill()

    def close(self) -> None:
        """End the child, if there is one, and remove its folder."""
        with self._lock:
            self._stop()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def _asked(self, request: dict[str, Any], name: str) -> dict[str, Any]:
        body = json.dumps(request).encode()
        for attempt in (1, 2):  # a child that died while idle is no fault of this file
            child = self._started()
            assert child.stdin is not None
            try:
                child.stdin.write(struct.pack(">I", len(body)) + body)
                child.stdin.flush()
                break
            except OSError as error:
                self._stop()
                if attempt == 2:
                    raise UnreadableSource(name, "the reading process does not start; try again") from error
        watch = _Watch(child, self._seconds, self._memory_bytes)
        try:
            answer = watch.answer(self._output_chars)
        except BaseException:
            self._stop()
            raise
        if answer is None:
            self._stop()
            if watch.exceeded:
                raise TooLarge(name, f"reading it took more than {watch.exceeded}; split it or simplify it")
            raise UnknownFormat(name, "the reader crashed on it; save or export it again")
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="footnote-reader-")  # 0700
        empty, temporary = Path(self._folder, "empty"), Path(self._folder, "tmp")
        for folder in (empty, temporary):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
        kept = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
        if "PYTHONPATH" in kept:  # relative entries would mean the private folder
            kept["PYTHONPATH"] = os.pathsep.join(
                str(Path(entry).absolute()) for entry in kept["PYTHONPATH"].split(os.pathsep) if entry
            )
        own = {"TMPDIR": str(temporary), "HOME": str(empty), "PYTHONDONTWRITEBYTECODE": "1"}
        package = str(Path(__file__).resolve().parent.parent)
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, package],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=empty,
            env={**kept, **own, "PYTHONUTF8": "1", "TOKENIZERS_PARALLELISM": "false"},
            start_new_session=True,
        )
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was never sent cannot be flushed to a dead child
                    continue


class _Watch:
    """Waits for one answer and kills the child where it goes over a limit; `exceeded` then names it."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float, memory_bytes: int) -> None:
        self._child = child
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._done = threading.Event()
        self.exceeded: str | None = None

    def answer(self, output_chars: int) -> dict[str, Any] | None:
        """The child's answer; None when it died before giving one."""
        import psutil  # here, so that a missing package fails loudly and never leaves a child unwatched

        guard = threading.Thread(target=self._guard, args=(psutil,), daemon=True)
        guard.start()
        try:
            head = self._exactly(4)
            size = struct.unpack(">I", head)[0] if head else 0
            if size > 6 * output_chars + (1 << 28):
                self.exceeded = "the limit on its output"
                return None
            body = self._exactly(size) if size else b""
        finally:
            self._done.set()
            guard.join()
        if not body or self.exceeded:
            return None
        answer: dict[str, Any] = json.loads(body)
        return answer

    def _exactly(self, size: int) -> bytes:
        assert self._child.stdout is not None
        data = self._child.stdout.read(size)
        return data if len(data) == size else b""

    def _guard(self, psutil: Any) -> None:
        deadline = time.monotonic() + self._seconds
        while not self._done.wait(_POLL_SECONDS):
            try:
                memory = psutil.Process(self._child.pid).memory_info().rss
            except psutil.Error:
                return  # it died; the reading side sees the pipe end
            if memory > self._memory_bytes:
                self.exceeded = f"{self._memory_bytes / (1 << 20):,.0f} MB of memory"
            elif time.monotonic() > deadline:
                self.exceeded = f"{self._seconds:g} seconds"
            if self.exceeded:
                self._child.kill()
                return
