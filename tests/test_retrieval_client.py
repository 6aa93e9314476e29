"""Calls to the owner: many at once, their events, errors as they were raised, and callers that break off."""

import contextlib
import json
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
    LibraryMismatch,
    MissingSource,
    NotInLibrary,
)
from retrieval import channel as channel_module
from retrieval import client as client_module
from retrieval import owner as owner_module
from retrieval.client import Clients
from retrieval.owner import Client, Owner

ROOT = Path(__file__).parents[1]


def eventually(condition) -> bool:
    end = time.monotonic() + WAIT
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\0" * 64, b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100_000, None],
    ids=["leaves", "zeros", "http", "much", "silent"],
)
def test_strangers_on_the_socket_disturb_nobody(tmp_path, own, garbage):
    own({"echo": lambda arguments, emit: arguments})
    with contextlib.ExitStack() as stack:
        for _ in range(30):
            stranger = stack.enter_context(socket.socket(socket.AF_UNIX))
            stranger.connect(address(tmp_path)["address"])
            if garbage is not None:
                with contextlib.suppress(OSError):
                    stranger.sendall(garbage)
        with client_of(tmp_path) as client:
            assert client.call("echo", {"n": 1}) == {"n": 1}


@pytest.mark.parametrize(
    "frame",
    [
        b"\xff\xff\xff\xff",
        b"\0\0\0\1{",
        b"\0\0\0\2[]",
        b"\0\0\0\2{}",
        b"\0\0\0\4\xff\xfe\0\0",
        b"\0\0\0\x0f{",
    ],
    ids=["size", "cut", "list", "empty", "not utf-8", "short"],
)
def test_a_broken_client_ends_only_its_own_connection(tmp_path, own, frame):
    own({"echo": lambda arguments, emit: arguments})
    with client_of(tmp_path) as broken, client_of(tmp_path) as client:
        broken._channel._send(frame)
        broken.close()
        assert client.call("echo", {"n": 1}) == {"n": 1}


def test_twenty_calls_run_at_the_same_time(tmp_path, own):
    together = threading.Barrier(20)

    def meet(arguments, emit):
        together.wait(WAIT)
        return arguments["n"]

    own({"meet": meet})

    def call(number):
        with client_of(tmp_path) as client:
            return client.call("meet", {"n": number})

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(call, range(20))) == list(range(20))


def test_threads_may_share_a_client(tmp_path, own):
    own({"echo": lambda arguments, emit: arguments})
    with client_of(tmp_path) as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.call("echo", {"n": n})["n"], range(200)))
    assert answers == list(range(200))


def test_each_call_under_way_has_a_connection_of_its_own(tmp_path, own):
    together = threading.Barrier(4)

    def meet(arguments, emit):
        emit({"n": arguments["n"]})
        together.wait(WAIT)
        return arguments["n"]

    own({"meet": meet, "echo": lambda arguments, emit: arguments})
    clients = Clients(tmp_path, Client.connect(tmp_path, seconds=WAIT))
    try:
        streams = [clients.stream("meet", {"n": number}) for number in range(4)]
        assert [next(stream)["n"] for stream in streams] == [0, 1, 2, 3]
        assert clients.call("echo", {"n": 9}) == {"n": 9}
        assert [list(stream) for stream in streams] == [[]] * 4
        assert len(clients._free) == 5  # and they are used again
        streams = [clients.stream("meet", {"n": number}) for number in range(4)]
        assert [next(stream)["n"] for stream in streams] == [0, 1, 2, 3]
        streams.pop().close()
        assert [list(stream) for stream in streams] == [[]] * 3
        assert len(clients._free) == 4  # but one that was left in the middle of a call is not
    finally:
        clients.close()


def test_a_client_goes_on_with_the_next_owner(tmp_path, own):
    first = own({"echo": lambda arguments, emit: arguments})
    clients = Clients(tmp_path, Client.connect(tmp_path, seconds=WAIT))
    try:
        assert clients.call("echo", {"n": 1}) == {"n": 1}
        assert first.close(seconds=WAIT)
        own({"echo": lambda arguments, emit: {"next": True}})
        with pytest.raises(LibraryBusy, match="look, and try again"):
            clients.call("echo", {"n": 2})
        assert clients.call("echo", {"n": 2}) == {"next": True}
    finally:
        clients.close()


def test_an_event_that_comes_after_its_call_is_not_taken_for_the_next_calls(tmp_path, own):
    emits = []

    def keep(arguments, emit):
        for earlier in emits:
            earlier({"late": True})
        emits.append(emit)
        emit({"own": True})

    own({"keep": keep})
    events = []
    with client_of(tmp_path) as client:
        client.call("keep", {}, events.append)
        client.call("keep", {}, events.append)
    assert events == [{"own": True}, {"own": True}]


def test_calls_wait_for_the_handlers(tmp_path, own):
    owner = own()
    with client_of(tmp_path) as client, ThreadPoolExecutor() as pool:
        answer = pool.submit(client.call, "echo", {"n": 1})
        time.sleep(0.2)
        assert not answer.done()
        owner.serve({"echo": lambda arguments, emit: arguments})
        assert answer.result(WAIT) == {"n": 1}


def test_a_client_that_dies_leaves_its_call_running(tmp_path, own):
    waiting, gone, finished = threading.Event(), threading.Event(), threading.Event()

    def work(arguments, emit):
        waiting.set()
        assert gone.wait(WAIT)
        for number in range(1000):
            emit({"number": number, "text": "x" * 1000})
        finished.set()

    own({"work": work, "echo": lambda arguments, emit: arguments})
    script = (
        "import sys; from pathlib import Path; from retrieval.owner import Client;"
        "Client.connect(Path(sys.argv[1])).call('work', {})"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT)
    assert waiting.wait(WAIT)
    process.kill()
    process.wait(WAIT)
    gone.set()
    assert finished.wait(WAIT)
    with client_of(tmp_path) as client:
        assert client.call("echo", {"n": 1}) == {"n": 1}


def test_a_client_that_takes_no_events_is_given_up_not_waited_for(tmp_path, own, monkeypatch):
    monkeypatch.setattr(channel_module, "SEND_SECONDS", 0.2)
    finished = threading.Event()

    def pour(arguments, emit):
        for _ in range(200):
            emit({"text": "x" * 100_000})
        finished.set()

    own({"pour": pour})
    with client_of(tmp_path) as client:
        client._channel.send({"id": 1, "call": "pour", "arguments": {}})
        assert finished.wait(WAIT)


def test_what_a_listener_raises_reaches_its_caller_and_closes_the_client(tmp_path, own):
    own({"emit": lambda arguments, emit: emit({})})

    def listen(event):
        raise OSError("the listener's own")

    with client_of(tmp_path) as client:
        with pytest.raises(OSError, match="the listener's own"):
            client.call("emit", {}, listen)
        with pytest.raises(LibraryBusy):
            client.call("emit", {})


def test_closing_waits_for_the_running_call_and_takes_no_other(tmp_path, own):
    running, go_on = threading.Event(), threading.Event()

    def work(arguments, emit):
        running.set()
        assert go_on.wait(WAIT)
        return "done"

    owner = own({"work": work})
    with client_of(tmp_path) as client, client_of(tmp_path) as idle, ThreadPoolExecutor() as pool:
        answer = pool.submit(client.call, "work", {})
        assert running.wait(WAIT)
        closing = pool.submit(owner.close, seconds=WAIT)
        assert eventually(lambda: not (tmp_path / "owner.json").exists())
        with pytest.raises(LibraryBusy, match=r"closing|did not answer"):
            idle.call("work", {})
        assert not closing.done()
        assert Owner.claim(tmp_path) is None
        go_on.set()
        assert answer.result(WAIT) == "done"
        assert closing.result(WAIT) is True
    again = Owner.claim(tmp_path)
    assert again is not None
    again.close()


def test_a_call_that_outlasts_the_close_keeps_the_library_locked(tmp_path, own):
    running, go_on = threading.Event(), threading.Event()

    def work(arguments, emit):
        running.set()
        assert go_on.wait(WAIT)

    owner = own({"work": work})
    with client_of(tmp_path) as client, ThreadPoolExecutor() as pool:
        answer = pool.submit(client.call, "work", {})
        assert running.wait(WAIT)
        assert owner.close(seconds=0.1) is False
        assert Owner.claim(tmp_path) is None
        with pytest.raises(LibraryBusy):
            answer.result(WAIT)
        go_on.set()
    assert owner.close(seconds=WAIT) is True
    again = Owner.claim(tmp_path)
    assert again is not None
    again.close()


def fail(error):
    def handler(arguments, emit):
        raise error

    return handler


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (NotInLibrary("no document 12ab"), NotInLibrary, "no document 12ab"),
        (LibraryMismatch("other model"), LibraryMismatch, "other model"),
        (MissingSource("a\nb", "why"), MissingSource, "a\nb: why"),
        (FootnoteError("plain"), FootnoteError, "plain"),
        (
            ValueError("two\nlines"),
            FootnoteError,
            "the process that owns the library failed: ValueError: two lines",
        ),
        (KeyError("k"), FootnoteError, "the process that owns the library failed: KeyError: 'k'"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_errors_come_back_as_they_were_raised(tmp_path, own, error, kind, text):
    own({"fail": fail(error)})
    with client_of(tmp_path) as client:
        with pytest.raises(FootnoteError) as raised:
            client.call("fail", {})
        assert type(raised.value) is kind
        assert str(raised.value) == text


def test_every_error_of_the_tree_comes_back():
    kinds = [FootnoteError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert len(kinds) > 10
    for kind in kinds:
        error = kind("memo.pdf", "why") if hasattr(kind("a", "b"), "reason") else kind("one line")
        restored = client_module._restore(json.loads(json.dumps(owner_module._describe(error))))
        assert (type(restored), str(restored)) == (kind, str(error))


def test_an_error_only_the_owner_knows_is_still_a_line():
    fields = {"class": "FromTheFuture", "source": "a.pdf", "reason": "why"}
    assert str(client_module._restore(fields)) == "a.pdf: why"


def test_what_is_not_json_fails_in_one_line(tmp_path, own):
    own({"set": lambda arguments, emit: {1, 2}})
    with client_of(tmp_path) as client:
        with pytest.raises(FootnoteError, match=r"^the process .* failed: TypeError"):
            client.call("set", {})
        with pytest.raises(FootnoteError, match="does not know 'nothing'"):
            client.call("nothing", {})


def test_too_much_for_one_message_is_refused_either_way(tmp_path, own, monkeypatch):
    own({"fill": lambda arguments, emit: "x" * arguments.get("size", 0)})
    monkeypatch.setattr(channel_module, "MAX_MESSAGE", 10_000)
    with client_of(tmp_path) as client:
        assert len(client.call("fill", {"size": 9_000})) == 9_000
        for arguments in ({"size": 10_000}, {"text": "x" * 10_000}):
            with pytest.raises(FootnoteError, match="the limit is 10000"):
                client.call("fill", arguments)
        assert client.call("fill", {}) == ""
