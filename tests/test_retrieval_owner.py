"""One owner a library: processes are real, and are killed and stopped for real."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from owning import WAIT, address, client_of

from ingest.errors import (
    FootnoteError,
    LibraryBusy,
    MissingSource,
)
from retrieval import client as client_module
from retrieval.owner import Client, Owner, claim_or_connect

ROOT = Path(__file__).parents[1]

OWN = """
import sys, threading, time
from pathlib import Path
from ingest.errors import MissingSource
from retrieval.owner import Owner

def count(arguments, emit):
    for number in range(arguments["to"]):
        emit({"number": number})
    return arguments["to"]

def sleep(arguments, emit):
    emit({"asleep": True})
    time.sleep(arguments["seconds"])
    Path(arguments["mark"]).write_text("done")
    return "slept"

def missing(arguments, emit):
    raise MissingSource("memo.pdf", "nothing is there")

owner = Owner.claim(Path(sys.argv[1]))
assert owner is not None
owner.serve({"echo": lambda arguments, emit: arguments, "count": count, "sleep": sleep, "missing": missing})
print("ready", flush=True)
sys.stdin.read()
owner.close()
"""


@pytest.fixture
def owners():
    """Start owning processes with `owners(home)`; they are killed afterwards."""
    started = []

    def start(home: Path) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", OWN, str(home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append((home, process))
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for home, process in started:
        process.kill()
        process.wait(WAIT)
        process.stdin.close()
        process.stdout.close()
        after = Owner.claim(home)  # clears up what a killed one left
        if after is not None:
            after.close()


def stop(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)  # until it has stopped


def test_a_second_process_works_through_the_first(tmp_path, owners):
    process = owners(tmp_path)
    assert Owner.claim(tmp_path) is None
    other = claim_or_connect(tmp_path, seconds=WAIT)
    assert isinstance(other, Client)
    text = {"text": "Zoë\u2028\n\0 \U0001f600 \udc80", "n": [1, 2.5, None, True]}
    assert other.call("echo", text) == text
    with pytest.raises(MissingSource) as raised:
        other.call("missing", {})
    assert (raised.value.source, raised.value.reason) == ("memo.pdf", "nothing is there")
    assert other.call("echo", {}) == {}  # the connection outlives an error
    assert address(tmp_path)["pid"] == process.pid
    other.close()


def test_an_orderly_end_frees_the_library_and_leaves_nothing(tmp_path, owners):
    process = owners(tmp_path)
    folder = Path(address(tmp_path)["address"]).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    process.communicate("", timeout=WAIT)
    assert not folder.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
    owner = claim_or_connect(tmp_path)
    assert isinstance(owner, Owner)
    assert owner.close()


def test_kill_9_frees_the_library_at_once(tmp_path, owners):
    for _ in range(3):
        process = owners(tmp_path)
        left = Path(address(tmp_path)["address"])
        process.kill()
        process.wait(WAIT)
        assert left.is_socket()
        owner = claim_or_connect(tmp_path, seconds=0.5)
        assert isinstance(owner, Owner)
        assert not left.parent.exists()  # the next owner clears up
        assert owner.close()


def test_kill_9_ends_a_running_call_with_one_line(tmp_path, owners):
    process = owners(tmp_path)
    with client_of(tmp_path) as client:
        arguments = {"seconds": 60, "mark": str(tmp_path / "mark")}
        with pytest.raises(LibraryBusy, match=f"^process {process.pid}, .*did not answer 'sleep'.*$"):
            client.call("sleep", arguments, lambda event: process.kill())
        with pytest.raises(LibraryBusy):
            client.call("echo", {})


def test_a_stopped_owner_is_named_within_two_and_a_half_seconds(tmp_path, owners):
    process = owners(tmp_path)
    connected = Client.connect(tmp_path, seconds=WAIT)
    stop(process)
    for attempt in (claim_or_connect, Client.connect):
        started = time.monotonic()
        with pytest.raises(LibraryBusy) as raised:
            attempt(tmp_path)
        assert time.monotonic() - started < 2.5
        assert f"process {process.pid} owns the library {tmp_path}" in str(raised.value)
        assert "\n" not in str(raised.value)
    process.send_signal(signal.SIGCONT)
    assert connected.call("echo", {"still": "there"}) == {"still": "there"}
    connected.close()


def test_a_call_to_a_stopped_owner_ends(tmp_path, owners, monkeypatch):
    monkeypatch.setattr(client_module, "ACCEPT_SECONDS", 0.3)
    process = owners(tmp_path)
    with client_of(tmp_path) as client:
        stop(process)
        with pytest.raises(LibraryBusy, match=str(process.pid)):
            client.call("echo", {})


def test_an_owner_that_ends_meanwhile_is_waited_for(tmp_path, own):
    owner = own()
    with ThreadPoolExecutor() as pool:
        other = pool.submit(claim_or_connect, tmp_path, seconds=WAIT)
        (tmp_path / "owner.json").unlink()  # no way to the owner, as while it opens or ends
        time.sleep(0.2)
        owner.close()
        found = other.result(WAIT)
    found.close()


def test_one_of_many_that_start_together_owns(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: claim_or_connect(tmp_path, seconds=WAIT), range(16)))
    assert [type(one) for one in found].count(Owner) == 1
    for one in sorted(found, key=lambda one: isinstance(one, Owner)):
        one.close()


def test_the_file_is_private_even_over_one_that_is_not(tmp_path, own):
    (tmp_path / "owner.json").write_text("{")
    (tmp_path / "owner.new").write_text("")
    (tmp_path / "owner.new").chmod(0o666)
    own()
    assert (tmp_path / "owner.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "lock").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "owner.new").exists()


def test_a_damaged_file_makes_the_next_owner_delete_nothing(tmp_path, own):
    (tmp_path / "footnote-x").mkdir()
    file, other = tmp_path / "footnote-x" / "file", tmp_path / "socket"
    file.write_text("")
    with socket.socket(socket.AF_UNIX) as somebodys:
        somebodys.bind(str(other))
    for path in (file, other):
        (tmp_path / "owner.json").write_text(json.dumps({"address": str(path), "secret": "00", "pid": 1}))
        own().close()
        assert path.exists()


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{}", '{"address": "/x", "secret": "zz", "pid": 1}', "\xff"]
)
def test_without_a_readable_file_the_message_says_what_is_known(tmp_path, own, text):
    own()
    (tmp_path / "owner.json").unlink()
    if text is not None:
        (tmp_path / "owner.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(LibraryBusy, match=r"^another process owns the library .*$"):
        claim_or_connect(tmp_path, seconds=0.1)


def test_a_wrong_secret_is_refused(tmp_path, own):
    own({"echo": lambda arguments, emit: pytest.fail("answered without the secret")})
    fields = address(tmp_path) | {"secret": "00" * 32}
    (tmp_path / "owner.json").write_text(json.dumps(fields))
    with pytest.raises(LibraryBusy, match=str(os.getpid())):
        Client.connect(tmp_path, seconds=0.3)


def test_who_does_not_know_the_secret_hears_nothing_and_is_not_heard(tmp_path, own):
    called = []
    own({"echo": lambda arguments, emit: called.append(arguments)})
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.settimeout(WAIT)
        stranger.connect(address(tmp_path)["address"])
        nonce = stranger.recv(32)
        body = b'{"id": 1, "call": "echo", "arguments": {}}'
        with contextlib.suppress(OSError):
            stranger.sendall(nonce + b"p" * 32 + len(body).to_bytes(4, "big") + body)
        with contextlib.suppress(ConnectionResetError):
            assert stranger.recv(4096) == b""
    assert called == []


def test_a_stranger_on_the_address_of_a_dead_owner_gets_neither_secret_nor_call(tmp_path, own):
    own()
    fields = address(tmp_path)
    heard = []
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(str(tmp_path / "stranger"))
        stranger.listen()

        def listen():
            connection, _ = stranger.accept()
            with connection:
                connection.sendall(b"n" * 32)
                heard.append(connection.recv(4096))
                connection.sendall(b"p" * 32)
                heard.append(connection.recv(4096))

        thread = threading.Thread(target=listen)
        thread.start()
        fields["address"] = str(tmp_path / "stranger")
        (tmp_path / "owner.json").write_text(json.dumps(fields))
        with pytest.raises(LibraryBusy):
            Client.connect(tmp_path, seconds=0.3)
        thread.join(WAIT)
    assert bytes.fromhex(fields["secret"]) not in b"".join(heard)
    assert heard[-1] == b""


def test_events_come_in_order_and_before_the_result(tmp_path, owners):
    owners(tmp_path)
    with client_of(tmp_path) as client:
        for _ in range(2):
            numbers = []
            assert client.call("count", {"to": 2000}, lambda event: numbers.append(event["number"])) == 2000  # noqa: B023
            assert numbers == list(range(2000))
        assert client.call("count", {"to": 10}) == 10  # nobody listens


def test_a_client_process_sees_its_call_finished_by_an_owner_that_ends(tmp_path, owners):
    process = owners(tmp_path)
    mark = tmp_path / "mark"
    with client_of(tmp_path) as client:
        answer = client.call(
            "sleep", {"seconds": 0.5, "mark": str(mark)}, lambda event: process.stdin.close()
        )
    assert answer == "slept"
    assert mark.read_text() == "done"
    process.wait(WAIT)


def test_a_long_temporary_folder_is_no_hindrance(tmp_path, own, monkeypatch):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    own({"echo": lambda arguments, emit: arguments})
    with client_of(tmp_path) as client:
        assert client.call("echo", {}) == {}


def test_a_home_that_cannot_be_one_is_refused_and_leaves_no_lock(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(FootnoteError, match="cannot hold a library"):
        Owner.claim(tmp_path / "file" / "home")
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.tempdir", "/absent")
        with pytest.raises(FootnoteError, match="cannot hold a library"):
            Owner.claim(tmp_path)
    owner = Owner.claim(tmp_path)
    assert owner is not None
    assert owner.close()


def test_a_home_given_relative_is_the_same_home(tmp_path, own, monkeypatch):
    own({"echo": lambda arguments, emit: arguments})
    monkeypatch.chdir(tmp_path)
    assert Owner.claim(Path()) is None
    with client_of(Path()) as client:
        assert client.call("echo", {}) == {}
