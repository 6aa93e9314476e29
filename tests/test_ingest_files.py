"""Which files a path means, and keeping their bytes."""

import hashlib
import os

import pytest

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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_expand_reports_files_without_permission(tmp_path):
    (tmp_path / "shut.txt").write_text("x")
    (tmp_path / "shut.txt").chmod(0)
    assert isinstance(next(expand([tmp_path])), errors.ProtectedSource)


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
