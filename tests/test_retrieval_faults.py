"""Kills, failing calls, two processes, any order of changes: afterwards the library is as it should be.

The long ones are slow; each prints its seed through the test's id, and each has a short form that is not.
"""

import errno
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import BagOfWords, add_texts, library_at
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from soundness import NOTES, found, sound, texts

from ingest.errors import FootnoteError
from retrieval.indexes import Indexes
from retrieval.keywords import TantivyIndex
from retrieval.library import Library
from retrieval.sources import resolve
from retrieval.vectors import ChromaIndex

CHILD = Path(__file__).with_name("crashing.py")
ROOT = CHILD.parents[1]


# A2: kills while documents change, go, and are embedded or indexed anew


def killed(home: Path, mode: str, lines: int, wait: float, *more: str) -> list[str]:
    """Run the child until it said so many lines, and a moment more; return what it said."""
    command = [sys.executable, str(CHILD), str(home), str(NOTES), mode, *more]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = []
    try:
        for _ in range(lines):
            said.append(child.stdout.readline().strip())
        time.sleep(wait)
    finally:
        child.kill()
        said += child.stdout.read().split("\n")
        child.stdout.close()
        child.wait()
    return [line for line in said if line]


def check_again(library: Library, said: list[str]) -> None:
    done = max((int(line) for line in said if line.isdigit()), default=0)
    times = {library.document(info.id).text.split("as of ")[1].split(".")[0] for info in library.documents()}
    assert len(library.documents()) == NOTES
    assert all(int(each) in (done, done + 1) for each in times)


def check_remove(library: Library, said: list[str]) -> None:
    assert len(library.documents()) in (NOTES, NOTES - NOTES // 2)
    if said[-1].startswith("added"):
        return
    for info in library.documents():
        assert found(library, library.document(info.id).text)[0][0].startswith(info.id)


def check_all(library: Library, said: list[str]) -> None:
    assert {info.source for info in library.documents()} == set(texts())


CHECKS = {"again": check_again, "remove": check_remove, "rebuild": check_all}


def kill_in(home: Path, mode: str, points: int, seed: int) -> None:
    generator = random.Random(seed)
    with library_at(home) as library:
        add_texts(library, {name: f"{text[:-1]} as of 0." for name, text in texts().items()})
    for _ in range(points):
        said = killed(home, mode, generator.randint(2, 4), generator.uniform(0, 0.08))
        with library_at(home) as library:
            sound(library)
            CHECKS[mode](library, said)
            add_texts(library, {name: f"{text[:-1]} as of 0." for name, text in texts().items()})


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(CHECKS))
def test_kills_leave_the_old_state_or_the_new_one(tmp_path, mode):
    kill_in(tmp_path, mode, 100, seed=3)


@pytest.mark.slow
def test_kills_while_everything_is_embedded_anew(tmp_path):
    generator, width = random.Random(4), 64
    with library_at(tmp_path) as library:
        add_texts(library, texts())
    for _ in range(100):
        other = 96 - width
        command = [sys.executable, str(CHILD), str(tmp_path), str(NOTES), "embed", str(other)]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(generator.uniform(0.3, 2.5))
        child.kill()
        child.wait()
        for each in (width, other):
            try:
                with library_at(tmp_path, BagOfWords(each)) as library:
                    sound(library)
                    assert {info.source for info in library.documents()} == set(texts())
                    assert library.passages.vectors(library.passages.ids()).passages.shape[1] == each
                    width = each
                break
            except FootnoteError:
                continue
        else:
            raise AssertionError("it opens with neither embedder")


# A3: every call that may fail fails once


class Failing:
    """Counts the calls that touch the disk, and lets the Nth one fail as a full disk would."""

    def __init__(self, monkeypatch, at: int) -> None:
        self.calls = 0
        self.at = at
        for owner, name in (
            (os, "fsync"), (os, "open"), (os, "replace"), (Path, "replace"), (shutil, "rmtree"),
            (TantivyIndex, "add"), (TantivyIndex, "delete"), (ChromaIndex, "add"), (ChromaIndex, "delete"),
            (Indexes, "add"),
        ):  # fmt: skip
            monkeypatch.setattr(owner, name, self._counted(getattr(owner, name)))
        import ingest.database

        write = ingest.database.Database.write

        def counted(database):
            self._count()
            return write(database)

        monkeypatch.setattr(ingest.database.Database, "write", counted)

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _counted(self, call):
        def counted(*given, **named):
            self._count()
            return call(*given, **named)

        return counted


def fail_at(home: Path, papers: Path, monkeypatch, at: int) -> bool:
    """Add, change and remove with one failing call; afterwards do it again. False when none failed."""
    clean = {path.name for path in papers.iterdir()}
    with library_at(home) as library:
        library.indexes.settle()
        with monkeypatch.context() as patch:
            failing = Failing(patch, at)
            for change in (
                lambda: library.add(resolve([papers]), "default"),
                lambda: library.remove([library.documents()[0].id]),
            ):
                try:
                    change()
                except FootnoteError as error:
                    assert "\n" not in str(error)
                except IndexError:
                    continue
        library.add(resolve([papers]), "default")
        sound(library)
        assert {Path(info.source).name for info in library.documents()} == clean
        assert library.failures() == []
    with library_at(home) as library:
        sound(library)
        assert {Path(info.source).name for info in library.documents()} == clean
    return failing.calls >= at


@pytest.fixture
def papers(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, text in texts(6).items():
        (folder / f"{name}.txt").write_text(text)
    return folder


@pytest.mark.slow
def test_whatever_call_fails_the_next_try_ends_as_a_clean_build(tmp_path, papers, monkeypatch):
    at = 1
    while fail_at(tmp_path / f"home {at}", papers, monkeypatch, at):
        at += 1
    assert at > 20


@pytest.mark.parametrize("at", [2, 17])
def test_a_call_that_fails_is_made_good_by_the_next_try(tmp_path, papers, monkeypatch, at):
    assert fail_at(tmp_path / "home", papers, monkeypatch, at)


# A6: two processes


@pytest.mark.slow
def test_fifty_starts_beside_an_owner_that_does_not_answer(tmp_path):
    import signal

    script = (
        "import sys\nfrom chat.build import open_assistant\nfrom chat.settings import Settings\n"
        "from pathlib import Path\nfrom tests.fakes import BagOfWords\n"
        "with open_assistant(Settings(home=Path(sys.argv[1])), embedder=BagOfWords()):\n"
        "    print('open', flush=True)\n    sys.stdin.read()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with owner:
        assert owner.stdout.readline() == "open\n"
        owner.send_signal(signal.SIGSTOP)
        for _ in range(50):
            second = subprocess.run(
                [sys.executable, "-m", "chat.interfaces.cli", "list", "--home", str(tmp_path)],
                cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60,
            )  # fmt: skip
            assert second.returncode == 1 and second.stderr.count("\n") == 1
            assert f"process {owner.pid} owns the library" in second.stderr
        owner.send_signal(signal.SIGCONT)
        owner.stdin.close()
    with library_at(tmp_path) as library:
        sound(library)


# A7: any order of changes


class Changes(RuleBasedStateMachine):
    """Adds, changes, removes, sets aside, rebuilds and reopens; a dict says what must be there."""

    names = st.sampled_from([f"n{number}" for number in range(6)])

    @initialize()
    def open(self) -> None:
        """Begin with an empty library."""
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.library = Library(Path(self.folder.name), BagOfWords())
        self.expected: dict[str, str] = {}
        self.aside: set[str] = set()
        self.version: dict[str, int] = {}

    @rule(name=names, word=st.sampled_from(["heron", "otter", "stork"]))
    def add(self, name: str, word: str) -> None:
        """Add a note, or change it."""
        text = f"Note {name} is on the {word}."
        report = add_texts(self.library, {name: text})
        assert bool(report.unchanged) == (self.expected.get(name) == text)
        if report.added:
            self.version[name] = self.version.get(name, 0) + 1
        self.expected[name] = text

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def remove(self, data) -> None:
        """Remove one for good."""
        name = data.draw(st.sampled_from(sorted(self.expected)))
        (receipt,) = self.library.remove([self.ids()[name]])
        assert receipt.left == 0
        del self.expected[name]
        self.aside.discard(name)

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def switch(self, data) -> None:
        """Set one aside, or take it back."""
        from retrieval import changes

        name = data.draw(st.sampled_from(sorted(self.expected)))
        changes.set_aside(self.library, [self.ids()[name]], name not in self.aside)
        self.aside ^= {name}

    @rule()
    def rebuild(self) -> None:
        """Build both indexes anew."""
        self.library.indexes.rebuild()

    @rule()
    def restart(self) -> None:
        """Close the library and open it again."""
        self.library.close()
        self.library = Library(Path(self.folder.name), BagOfWords())

    def ids(self) -> dict[str, str]:
        """Return the documents' ids by their names."""
        return {info.source: info.id for info in self.library.documents()}

    @invariant()
    def is_as_expected(self) -> None:
        """Compare everything with the dict."""
        if not hasattr(self, "library"):
            return
        infos = {info.source: info for info in self.library.documents()}
        assert {name: self.library.document(info.id).text for name, info in infos.items()} == self.expected
        assert {name: info.version for name, info in infos.items()} == {
            name: self.version[name] for name in self.expected
        }
        seen = {hit.source for hit in self.library.search("note heron otter stork", limit=50)}
        assert seen == set(self.expected) - self.aside
        ids = set(self.library.passages.ids())
        assert self.library.indexes.held() == (ids, ids)

    def teardown(self) -> None:
        """Let the library go."""
        if hasattr(self, "library"):
            self.library.close()
            self.folder.cleanup()


@pytest.mark.slow
def test_any_order_of_changes_leaves_what_it_should():
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Changes,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
