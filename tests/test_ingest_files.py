"""Which files a path means, and keeping their bytes."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from chat import Assistant
from ingest import errors
from ingest.files import expand, keep


def test_expand_takes_files_and_folders_in_order_and_skips_hidden(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/y.txt", ".git/config", ".hidden", "a/.secret/x.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    found = [str(path.relative_to(tmp_path)) for path in expand([tmp_path])]
    assert found == ["b.txt", "a/y.txt", "a/z.txt"]
    assert list(expand([tmp_path / ".hidden"])) == [tmp_path / ".hidden"]


def test_expand_takes_nothing_from_where_a_library_is_kept(tmp_path):
    home = tmp_path / "notes" / "library"
    with Assistant.open(home) as assistant:
        assistant.add_text("The ferry leaves at noon.", source="ferry.txt")
    (tmp_path / "notes" / "own.txt").write_text("x")
    (tmp_path / "notes" / "lock").write_text("a lock of hair")
    kept = [tmp_path / "notes" / "lock", tmp_path / "notes" / "own.txt"]
    assert list(expand([tmp_path])) == list(expand([tmp_path / "**"])) == kept
    (named,) = expand([home])
    assert isinstance(named, errors.UnknownFormat) and "\n" not in str(named)


def test_expand_reports_missing_and_special_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    missing, pipe = expand([tmp_path / "nothing.pdf", tmp_path])
    assert isinstance(missing, errors.MissingSource)
    assert isinstance(pipe, errors.UnknownFormat)
    assert "\n" not in str(pipe)


def test_expand_does_not_follow_links_out_of_the_folder(tmp_path):
    (tmp_path / "out.txt").write_text("secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "in.txt").write_text("x")
    (root / "link.txt").symlink_to(tmp_path / "out.txt")
    (root / "loop").symlink_to(root)
    (root / "up").symlink_to(tmp_path)
    assert list(expand([root])) == [root / "in.txt"]


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir], ids=["file", "folder"])
def test_expand_reports_what_there_is_no_permission_for(make):
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path;"
        "from ingest.files import expand; os.geteuid() or os.setuid(65534);"
        "print(type(next(expand([Path(sys.argv[2])]))).__name__)"
    )
    with tempfile.TemporaryDirectory() as folder:  # not under pytest's own, which only root may enter
        shut = Path(folder) / "shut.txt"
        make(shut)
        shut.chmod(0)
        Path(folder).chmod(0o755)
        out = subprocess.run(
            [sys.executable, "-P", "-c", code, str(Path(__file__).parent.parent), str(shut)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert out.stdout.strip() == "ProtectedSource", out.stderr


def test_keep_copies_once_under_the_hash(tmp_path):
    source = tmp_path / "memo.txt"
    source.write_bytes(b"hello")
    digest, kept = keep(source, tmp_path / "kept", limit_bytes=10)
    assert digest == hashlib.sha256(b"hello").hexdigest()
    assert kept.read_bytes() == b"hello"
    assert keep(source, tmp_path / "kept", limit_bytes=10) == (digest, kept)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [digest]


def test_keep_refuses_large_empty_linked_and_special(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 11)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "large")
    os.mkfifo(tmp_path / "pipe")
    cases = {
        "large": errors.TooLarge,
        "empty": errors.EmptySource,
        "link": errors.UnknownFormat,
        "pipe": errors.UnknownFormat,
        "gone": errors.MissingSource,
    }
    for name, kind in cases.items():
        with pytest.raises(kind):
            keep(tmp_path / name, tmp_path / "kept", limit_bytes=10)
    assert list((tmp_path / "kept").iterdir()) == []
