"""Two people over one library: neither finds anything that the other asked, marked or pinned."""

import inspect
import threading

import pytest
from fakes import assistant_at
from http_fakes import SIGNED, fill

from chat.assistant import Assistant
from chat.people import AS_OWNER, OF_CONVERSATION, OF_OWNER, SHARED, Personal, personal, served
from chat.seen import SeenPlace
from ingest.errors import InvalidSetting, NotInLibrary

OPERATOR = {"open", "close", "doctor", "as_runnable"}
"""What only the machine's own user does: nobody does it over a network."""


@pytest.fixture
def assistant(tmp_path):
    with assistant_at(tmp_path / "home") as assistant:
        fill(assistant)
        yield assistant


@pytest.fixture
def ada(assistant):
    return personal(assistant, "ada")


@pytest.fixture
def bo(assistant):
    return personal(assistant, "bo")


def test_every_method_of_an_assistant_is_shared_ones_own_or_closed(assistant):
    """A method that comes later must be put in its place, in chat/people.py or above."""
    methods = {name for name, _ in inspect.getmembers(Assistant) if not name.startswith("_")}
    known = SHARED | OF_CONVERSATION | OF_OWNER | AS_OWNER | vars(Personal).keys()
    assert methods - known == OPERATOR
    for name in OPERATOR:
        with pytest.raises(AttributeError, match="over a network"):
            getattr(personal(assistant, "ada"), name)


def test_where_nobody_signs_in_the_assistant_is_the_assistant(assistant):
    assert personal(assistant, None) is assistant


def test_a_conversation_is_its_owners_in_every_respect(ada, bo, assistant):
    answer = ada.ask(SIGNED)
    key = answer.conversation
    assert assistant.owner_of(key) == "ada"
    assert [each.id for each in ada.conversations()] == [key] and bo.conversations() == []
    assert bo.conversations(words="ferry") == [] and bo.conversations(owner="ada") == []
    ada.mark(key, 1, 1, "checked", "av")
    ada.give_feedback(key, 1, "wrong evidence")
    refused = [
        lambda: bo.turns(key),
        lambda: bo.ask("When?", conversation=key),
        lambda: list(bo.stream("When?", conversation=key)),
        lambda: bo.marks(key),
        lambda: bo.mark(key, 1, 1, "disputed"),
        lambda: bo.rename_conversation(key, "mine"),
        lambda: bo.remove_conversation(key),
        lambda: bo.give_feedback(key, 1, "mine"),
        lambda: bo.feedback(key),
        lambda: bo.log(key),
        lambda: bo.considered(key, 1),
        lambda: bo.export_conversation(key, "json", "filing"),
        lambda: bo.owner_of(key),
        lambda: bo.must_own(key, "bo"),
        lambda: bo.must_own(key, "ada"),
        lambda: bo.pin(answer.citations[0].document_id, 0, 4, None, "", key),
        lambda: list(bo.ask_many(["When?"], conversation=key, save=True)),
    ]
    unknown = "0123456789abcdef"
    for call in refused:
        with pytest.raises(NotInLibrary) as told:
            call()
        assert key in str(told.value)
    with pytest.raises(NotInLibrary) as told:
        bo.turns(key)
    with pytest.raises(NotInLibrary) as not_there:
        bo.turns(unknown)
    assert str(told.value).replace(key, unknown) == str(not_there.value)  # which of both is not to be told
    assert len(ada.turns(key)) == 1 and ada.marks(key)[0].state == "checked"
    assert ada.feedback()[0].conversation == key and bo.feedback() == [] and bo.feedback(owner="ada") == []
    assert {each.owner for each in bo.log()} <= {""} and {each.what for each in ada.log(key)} >= {"asked"}
    assert bo.log(owner="ada") == bo.log()


def test_a_follow_up_stays_with_its_owner(ada, bo):
    mine, other = ada.ask(SIGNED), bo.ask(SIGNED)
    more = ada.ask("When?", conversation=mine.conversation, owner="bo")
    assert more.turn == 2 and len(bo.turns(other.conversation)) == 1


def test_a_tray_is_its_owners(ada, bo, assistant):
    identity = ada.documents()[0].id
    pin = ada.pin(identity, 0, 4, owner="bo")
    assert [each.id for each in ada.pins()] == [pin.id]
    assert bo.pins() == [] and bo.pins(owner="ada") == [] and bo.pins(owner=None) == []
    for call in (lambda: bo.unpin(pin.id), lambda: bo.edit_pin(pin.id, "x"), lambda: bo.move_pin(pin.id, 1)):
        with pytest.raises(NotInLibrary):
            call()
    with pytest.raises(TypeError):
        bo.pins("ada")
    assert len(assistant.pins()) == 1


def test_grids_ticks_and_exports_are_their_owners(ada, bo, assistant):
    made = ada.create_grid([SIGNED], owner="bo")
    (cell,) = ada.fill_grid(made.id)
    assert cell.state == "answered" and [each.id for each in ada.grids()] == [made.id]
    assert bo.grids() == [] and bo.grids(owner="ada") == []
    for call in (
        lambda: bo.grid(made.id),
        lambda: list(bo.fill_grid(made.id)),
        lambda: bo.remove_grid(made.id),
    ):
        with pytest.raises(NotInLibrary):
            call()
    identity = ada.documents()[0].id
    ada.pin(identity, 0, 4, note="CANARY")
    place = SeenPlace(identity, 1, 0, 4)
    ada.mark_seen([place])
    assert ada.seen([identity]) == [place] and bo.seen([identity]) == bo.seen([identity], owner="ada") == []
    assert b"CANARY" in ada.export_tray("json", "filing")
    assert b"CANARY" not in bo.export_tray("json", "filing", owner="ada")


def test_programs_keep_theirs_beside_those_of_people(ada, assistant):
    programs = served(assistant, "")
    theirs, mine = programs.ask(SIGNED), ada.ask(SIGNED)
    assert [each.id for each in programs.conversations()] == [theirs.conversation]
    with pytest.raises(NotInLibrary):
        programs.turns(mine.conversation)
    with pytest.raises(NotInLibrary):
        programs.ask("When?", conversation=mine.conversation)


def test_documents_are_shared(ada, bo):
    ada.add_text("The lighthouse is white.", source="light.txt")
    assert "The lighthouse is white." in bo.ask("What colour is the lighthouse?").text
    assert len(bo.documents()) == 3


def test_files_and_folders_of_the_server_are_not_taken_in_over_the_network(ada, assistant, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY")
    uploads = assistant.home / "uploads"
    uploads.mkdir(exist_ok=True)
    (uploads / "link").symlink_to(tmp_path)
    for source in (
        secret,
        str(secret),
        uploads / ".." / "library.sqlite",
        uploads / "link" / "secret.txt",
        "*",
    ):
        for reach in (ada, served(assistant, None)):
            with pytest.raises(InvalidSetting, match="footnote add"):
                reach.add(source)
    with pytest.raises(InvalidSetting, match="footnote sync"):
        ada.sync(tmp_path)
    with pytest.raises(InvalidSetting, match="footnote backup"):
        ada.backup(tmp_path / "all.tar")
    (tmp_path / "mirrored").mkdir()
    (tmp_path / "mirrored" / "note.txt").write_text("The tower is tall.")
    assistant.sync(tmp_path / "mirrored")
    assert ada.sync(tmp_path / "mirrored").looked_at  # which was begun on the machine itself
    upload = uploads / "abc" / "note.txt"
    upload.parent.mkdir()
    upload.write_text("The pier is long.")
    assert len(ada.add(upload, cancel=threading.Event()).added) == 1


def test_whoever_sees_everything_over_the_network_keeps_as_nobody(assistant, ada):
    everything = served(assistant, None)
    ada.ask(SIGNED)
    own = everything.ask(SIGNED)
    assert len(everything.conversations()) == 2 and assistant.owner_of(own.conversation) == ""
