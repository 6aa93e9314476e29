"""Keeping a library in order, from the command line and through the process that owns it."""

import io
import json
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from fakes import assistant_at

from chat.assistant import Assistant
from chat.interfaces import cli
from chat.keeping import Keeping
from chat.remote import RemoteAssistant
from chat.remote_keeping import RemoteKeeping
from ingest.errors import InvalidSetting
from retrieval.hit import Filter
from retrieval.owner import Client

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def owned(tmp_path_factory):
    """A library that this process owns, with an embedder whose vectors can be worked out by hand."""
    home = tmp_path_factory.mktemp("library") / "home"
    with assistant_at(home) as assistant:
        yield assistant


@pytest.fixture
def run(capsys, owned):
    """Run a command on the library, which works through its owner; gives status, stdout, stderr."""

    def run(*argv):
        capsys.readouterr()
        status = cli.main([*map(str, argv), "--home", str(owned.home)])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def remote(owned):
    assistant = RemoteAssistant(owned.home, Client.connect(owned.home))
    yield assistant
    assistant.close()


def data(result):
    status, out, err = result
    assert status == 0, err
    return json.loads(out)


def test_whoever_works_through_the_owner_can_do_all_that_it_can():
    for own, other in ((Keeping, RemoteKeeping), (Assistant, RemoteAssistant)):
        names = {name for name in vars(own) if not name.startswith("_")}
        assert names - {"open", "warm", "as_runnable", "home"} <= set(dir(other))


def test_a_folder_is_mirrored_from_the_command_line(run, tmp_path):
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "one.txt").write_text("A letter about herons.")
    (folder / "empty.txt").touch()
    status, out, _ = run("sync", folder, "--collection", "letters", "--dry-run")
    assert status == 0 and f"new: {folder / 'one.txt'}\n" in out and "never mirrored yet" in out
    status, out, _ = run("sync", folder, "--collection", "letters")
    assert status == 3 and "1 new" in out and "Could not be read:" in out and "looked at 20" in out
    status, out, _ = run("list", "--failed", "--collection", "letters")
    assert out.split("\n")[0].split() == ["SOURCE", "WHY", "WHAT", "TO", "DO", "SINCE"]
    (failed,) = data(run("list", "--failed", "--json", "--collection", "letters"))
    assert (failed["source"], failed["collection"]) == (str(folder / "empty.txt"), "letters")
    assert "empty" in failed["reason"] and failed["remedy"]
    (folder / "empty.txt").write_text("Now it has words.")
    assert run("retry")[:2] == (0, "1 added\n")
    (folder / "empty.txt").unlink()
    done = data(run("sync", folder, "--collection", "letters", "--json"))
    assert done["plan"]["removed"] == [str(folder / "empty.txt")] and done["receipts"][0]["left"] == 0
    (known,) = data(run("sync", "--json"))
    assert (known["folder"], known["looked_at"]) == (str(folder), done["looked_at"])
    status, out, err = run("sync", tmp_path / "nowhere")
    assert (status, out) == (1, "") and "no such folder" in err


def test_standard_input_is_added_under_its_name(run, monkeypatch, owned):
    def given(text: bytes):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        return run("add", "-", "--source", "notes/minutes.txt", "--json", "--collection", "piped")

    (name,) = data(given("The minutes speak of Ålesund.".encode()))["added"]
    assert owned.document(name).source == "notes/minutes.txt"
    assert data(given("The minutes speak of Ålesund.".encode()))["unchanged"] == [name]
    assert data(given(b"The minutes were corrected."))["added"] == [name]
    assert owned.document(name).version == 2
    assert given(b" \n")[0] == 3
    assert run("retry", "notes/minutes.txt")[0] == 3
    owned.remove(name)


@pytest.mark.parametrize(
    "argv",
    [
        ["add", "-"], ["add", "-", "x", "--source", "n"], ["add", "x", "--source", "n"],
        ["add", "x", "--collection", "a", "--collection", "b"],
        ["sync", "a", "--collection", "a", "--collection", "b"],
        ["edit", "x"], ["edit", "x", "--reset", "pages"], ["collection"], ["collection", "create"],
        ["collection", "rename", "a"], ["collection", "list", "a"],
        ["collection", "create", "a", "--with-documents"],
        ["backup"], ["restore"], ["enable"], ["enable", "x", "--json"],
    ],
)  # fmt: skip
def test_wrong_usage_is_2(argv, run):
    status, out, err = run(*argv)
    assert (status, out) == (2, "") and "error: " in err


def test_patterns_stand_for_files(run, tmp_path):
    for name in ("a.txt", "b.md", "deep/er/c.txt", ".hidden.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Words of {name}.")
    added = data(run("add", tmp_path / "**" / "*.txt", "--json", "--collection", "patterns"))
    listed = data(run("list", "--json", "--collection", "patterns"))["documents"]
    assert sorted(Path(each["source"]).name for each in listed) == ["a.txt", "c.txt"]
    assert len(added["added"]) == 2
    assert run("add", tmp_path / "*.pdf")[0] == 3


def test_collections_from_the_command_line_one_several_or_all(run, owned):
    assert run("collection", "create", "empty one")[0] == 0
    owned.add_text("Reeds in the north.", source="n", collection="north")
    owned.add_text("Reeds in the south.", source="s", collection="south")
    owned.add_text("Reeds in the west.", source="w", collection="west")
    both = data(run("search", "reeds", "--collection", "north", "--collection", "south", "--json"))
    assert {hit["source"] for hit in both["hits"]} == {"n", "s"}
    every = data(run("search", "reeds", "--json"))
    assert {hit["source"] for hit in every["hits"]} >= {"n", "s", "w"}
    assert data(run("search", "reeds", "--collection", "empty one", "--json"))["hits"] == []
    assert run("collection", "rename", "north", "arctic")[0] == 0
    names = {each["name"]: each["documents"] for each in data(run("collection", "list", "--json"))}
    assert names["arctic"] == 1 and names["empty one"] == 0 and "north" not in names
    status, out, err = run("ask", "Reeds?", "--collection", "north")
    assert (status, out) == (1, "") and "no collection 'north'" in err and "arctic" in err
    status, out, err = run("collection", "remove", "arctic")
    assert (status, out) == (1, "") and "--with-documents" in err
    status, out, _ = run("collection", "remove", "arctic", "--with-documents")
    assert status == 0 and out.startswith("REMOVED")
    assert "nothing was in it" in run("collection", "remove", "empty one")[1]


def test_a_document_is_edited_set_aside_and_shown_with_how_each_thing_was_found(run, owned):
    (name,) = owned.add_text("Reeds by the mill.", source="mill", metadata={"author": "Anon"}).added
    status, out, _ = run("edit", name, "--author", "Ada Vance", "--published", "2024-05-06", "--language", "")
    assert status == 0
    assert re.search(r"^author +Ada Vance \(set by you\)$", out, re.MULTILINE)
    assert re.search(r"^published +2024-05-06 \(set by you\)$", out, re.MULTILINE)
    assert re.search(r"^language +none \(set by you\)$", out, re.MULTILINE)
    assert data(run("show", name, "--json"))["edited"] == ["author", "language", "published"]
    assert run("edit", name, "--published", "May")[0] == 1
    status, out, _ = run("edit", name, "--reset", "author", "published", "language")
    assert re.search(r"^author +Anon$", out, re.MULTILINE) and "set by you" not in out
    assert run("disable", name)[0] == 0
    assert "not searched" in run("list")[1] and "footnote enable" in run("show", name)[1]
    assert "mill" not in {hit["source"] for hit in data(run("search", "mill", "--json"))["hits"]}
    assert run("enable", name)[0] == 0
    assert "mill" in {hit["source"] for hit in data(run("search", "mill", "--json"))["hits"]}
    answer = owned.ask("Where are the reeds by the mill?")
    owned.disable(name)
    (turn,) = owned.turns(answer.conversation)
    assert {each.state for each in turn.answer.citations} <= {"current"}
    receipts = data(run("remove", name, "--purge", "--json"))
    assert receipts[0]["left"] == 0


def test_a_backup_from_the_command_line_is_a_library_elsewhere(run, owned, tmp_path, capsys):
    owned.add_text("Reeds to be kept.", source="kept")
    assert run("backup", tmp_path / "all.footnote")[0] == 0
    assert run("backup", tmp_path / "all.footnote")[0] == 1
    home = tmp_path / "again"
    assert cli.main(["restore", str(tmp_path / "all.footnote"), "--home", str(home)]) == 0
    assert "conversations" in capsys.readouterr()[0]
    with assistant_at(home) as again:
        assert {each.source for each in again.documents()} == {each.source for each in owned.documents()}
        assert len(again.conversations()) == len(owned.conversations())
    assert cli.main(["restore", str(tmp_path / "all.footnote"), "--home", str(home)]) == 1


def test_an_addition_through_the_owner_is_cancelled(remote, owned, tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.adding._GROUP", 1)
    for number in range(40):
        (tmp_path / f"{number:02}.txt").write_text(f"Note {number} of a long list. " * 40)
    cancel, embed = threading.Event(), owned._library.embedder.encode_passages

    def slowly(*given):
        time.sleep(0.1)
        return embed(*given)

    monkeypatch.setattr(owned._library.embedder, "encode_passages", slowly)
    report = remote.add(tmp_path, collection="long", cancel=cancel, on_progress=lambda step: cancel.set())
    monkeypatch.undo()
    assert report.cancelled and len(report.added) < 40
    assert {each.id for each in remote.documents(["long"])} == set(report.added)
    rest = remote.add(tmp_path, collection="long", cancel=threading.Event())
    assert not rest.cancelled and len(rest.added) + len(rest.unchanged) == 40
    assert remote.sync(tmp_path, collection="long").plan.is_empty
    remote.remove_collection("long", with_documents=True)


def test_errors_and_values_come_through_the_owner_as_they_are(remote, owned):
    with pytest.raises(InvalidSetting, match="cannot be seen"):
        remote.create_collection("a\x1bb")
    remote.create_collection("through")
    assert remote.collections() == owned.collections() and remote.synced() == owned.synced()
    (one,) = remote.add_bytes(b"The same bytes.", source="one.txt", collection="through").added
    report = remote.add_bytes(b"The same bytes.", source="two.txt", collection="through")
    assert report.identical == ((report.added[0], one),)
    assert remote.origins()[report.added[0]] == one
    remote.edit(one, {"title": "One"})
    assert remote.edits(one) == {"title": "One"}
    assert remote.documents(["through"]) == owned.documents(["through"])
    assert remote.search("same bytes", where=Filter(collections=("through",)))
    assert remote.failed() == owned.failed()
    assert len(remote.remove_collection("through", with_documents=True)) == 2


@pytest.mark.slow
def test_ctrl_c_ends_an_addition_in_good_order_and_watching_follows_a_folder(tmp_path):
    folder, home = tmp_path / "folder", tmp_path / "home"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number:03}.txt").write_text(f"Note {number}. " + "It goes on about the ferry. " * 60)
    command = [sys.executable, "-m", "chat.interfaces.cli", "--home", str(home)]
    child = subprocess.Popen([*command, "add", str(folder)], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    time.sleep(20)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=120)
    assert child.returncode == 130 and "Traceback" not in err and "goes on from here" in err
    with assistant_at_real(home) as assistant:
        kept = len(assistant.documents())
        assert kept < 400 and assistant.doctor()[1].startswith("passages: 0 of")
    for path in sorted(folder.iterdir())[5:]:
        path.unlink()
    child = subprocess.Popen(
        [*command, "sync", str(folder), "--watch", "--json"], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        first = json.loads(child.stdout.readline())
        assert len(first["plan"]["removed"]) == max(0, kept - 5)
        time.sleep(3)
        (folder / "new.txt").write_text("Something new about herons.")
        assert json.loads(child.stdout.readline())["plan"]["added"] == [str(folder / "new.txt")]
    finally:
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)


def assistant_at_real(home: Path) -> Assistant:
    assistant = Assistant.open(home)
    assert isinstance(assistant, Assistant)
    return assistant
