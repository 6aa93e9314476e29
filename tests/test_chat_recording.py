"""What is kept beside answers: owners, titles, search, marks, tray, feedback, log; through the owner too."""

import json
from dataclasses import asdict

import pytest
from fakes import QuoteAll, assistant_at, traces

from chat.assistant import Assistant
from chat.recording import Recording
from chat.remote import RemoteAssistant
from chat.remote_recording import RemoteRecording
from ingest.errors import InvalidSetting, NotInLibrary
from retrieval.client import Client

FERRY = "The ferry Aurora was sold. Ilse Brandt signed the sale of the ferry."
HERON = "A heron nests at the quay. The heron is grey."


@pytest.fixture
def assistant(tmp_path):
    with assistant_at(tmp_path / "home", answerer=QuoteAll()) as assistant:
        assistant.add_text(FERRY, source="ferry.txt")
        yield assistant


@pytest.fixture(params=["own", "remote"])
def either(request, assistant):
    """The assistant that owns the library, and one that works through it."""
    if request.param == "own":
        yield assistant
    else:
        remote = RemoteAssistant(assistant.home, Client.connect(assistant.home))
        yield remote
        remote.close()


def test_the_remote_one_has_every_method():
    for name in (name for name in vars(Recording) if not name.startswith("_")):
        assert hasattr(RemoteRecording, name) and hasattr(Assistant, name)


def test_conversations_have_owners_and_nobody_continues_another_ones(either):
    anna = either.ask("Who signed the sale?", owner="anna")
    ben = either.ask("What was sold?", owner="ben")
    assert [info.id for info in either.conversations()] == [ben.conversation, anna.conversation]
    assert [info.id for info in either.conversations("anna")] == [anna.conversation]
    assert either.conversations("carl") == [] and either.conversations("") == []
    assert either.owner_of(ben.conversation) == "ben"
    with pytest.raises(NotInLibrary):
        either.ask("When?", conversation=ben.conversation, owner="anna")
    with pytest.raises(NotInLibrary):
        either.must_own(ben.conversation, "anna")
    assert either.ask("When?", conversation=anna.conversation, owner="anna").turn == 2
    assert either.owner_of(anna.conversation) == "anna"
    with pytest.raises(NotInLibrary):
        either.owner_of("none")


def test_conversations_are_found_by_title_question_and_answer_but_not_by_words_of_removed_documents(either):
    (heron,) = either.add_text(HERON, source="heron.txt").added
    sold = either.ask("Who signed the sale?")
    nests = either.ask("Which bird is at the water?")

    def found(words):
        return [info.id for info in either.conversations(words=words)]

    assert found("SIGNED who") == [sold.conversation]
    assert found("grey") == [nests.conversation, sold.conversation]  # QuoteAll quotes all
    assert found("bird grey") == [nests.conversation] and found("bird zebra") == []
    either.rename_conversation(nests.conversation, "  Birds,\nand a Straße ")
    assert found("strasse") == [nests.conversation]
    assert either.conversations()[0].title == "Birds, and a Straße"
    either.remove(heron)
    assert found("grey") == [] and found("bird") == [nests.conversation]
    with pytest.raises(InvalidSetting):
        either.rename_conversation(nests.conversation, " \n")
    with pytest.raises(NotInLibrary):
        either.rename_conversation("none", "x")


def test_footnotes_are_marked_counted_and_unmarked(either):
    answer = either.ask("Who signed the sale?")
    place = answer.conversation, answer.turn
    assert [citation.number for citation in answer.citations] == [1, 2]
    either.mark(*place, 1, "checked", initials=" A.B. ", note="seen in print")
    either.mark(*place, 2, "disputed")
    (first, second) = either.marks(answer.conversation)
    assert (first.number, first.state, first.initials, first.note) == (1, "checked", "A.B.", "seen in print")
    assert first.at.endswith("+00:00") and second.state == "disputed"
    (info,) = either.conversations()
    assert (info.footnotes, info.checked, info.disputed) == (2, 1, 1)
    either.mark(*place, 1, "disputed", initials="C")
    either.mark(*place, 2, None)
    assert [(each.number, each.state, each.initials) for each in either.marks(answer.conversation)] == [
        (1, "disputed", "C")
    ]
    for wrong in ((answer.conversation, 1, 3), (answer.conversation, 2, 1), ("none", 1, 1)):
        with pytest.raises(NotInLibrary):
            either.mark(*wrong, "checked")
    for bad in (
        {"state": "believed"},
        {"state": "checked", "initials": "x" * 13},
        {"state": "checked", "note": "\ud800"},
    ):
        with pytest.raises(InvalidSetting):
            either.mark(*place, 1, **bad)
    either.remove_conversation(answer.conversation)
    with pytest.raises(NotInLibrary):
        either.marks(answer.conversation)


def test_the_tray_keeps_spans_in_an_order_of_its_own(either):
    (info,) = either.documents()
    answer = either.ask("Who signed the sale?")
    sold, signed = answer.citations
    first = either.pin(info.id, sold.start, sold.end, note="the sale", conversation=answer.conversation)
    assert (first.quote, first.position, first.version, first.state) == (sold.quote, 1, 1, "current")
    second = either.pin(info.id, 4, 9, 1)
    third = either.pin(info.id, signed.start, signed.end)
    other = either.pin(info.id, 0, 3, owner="ben")
    assert [pin.quote for pin in either.pins("")] == [sold.quote, "ferry", signed.quote]
    either.move_pin(third.id, 1)
    either.move_pin(second.id, 99)
    either.edit_pin(first.id, "what was sold")
    assert [(pin.id, pin.position) for pin in either.pins("")] == [
        (third.id, 1), (first.id, 2), (second.id, 3)
    ]  # fmt: skip
    either.unpin(third.id)
    assert [(pin.position, pin.note) for pin in either.pins("")] == [(1, "what was sold"), (2, "")]
    assert [pin.id for pin in either.pins("ben")] == [other.id] and len(either.pins()) == 3
    with pytest.raises(NotInLibrary):
        either.unpin(other.id, owner="anna")
    with pytest.raises(NotInLibrary):
        either.move_pin("none", 1)
    for span in ((3, 3), (-1, 4), (0, 10_000)):
        with pytest.raises(InvalidSetting):
            either.pin(info.id, *span)
    with pytest.raises(NotInLibrary):
        either.pin("none", 0, 1)
    either.remove_conversation(answer.conversation)
    assert either.pins("")[0].conversation is None
    either.remove(info.id)
    assert [(pin.state, pin.quote, pin.title) for pin in either.pins("")] == [("removed", "", "")] * 2


def test_feedback_keeps_the_evidence_that_was_shown(either):
    answer = either.ask("Who signed the sale?", standalone="signed sale ferry")
    given = either.give_feedback(answer.conversation, 1, " Wrong  evidence", number=2, note="another ferry")
    assert either.feedback(answer.conversation) == [given] == either.feedback()
    assert (given.kind, given.number, given.note) == ("wrong evidence", 2, "another ferry")
    assert given.evidence["standalone_question"] == "signed sale ferry"
    shown = given.evidence["citations"]
    for row, citation in zip(shown, answer.citations, strict=True):
        assert row == {name: asdict(citation)[name] for name in row}
    assert {"start", "end", "document_version", "content_hash", "score"} <= set(shown[0])
    assert "Brandt" not in json.dumps(given.evidence)
    with pytest.raises(NotInLibrary):
        either.give_feedback(answer.conversation, 1, "out of context", number=9)
    with pytest.raises(InvalidSetting):
        either.give_feedback(answer.conversation, 1, " ")
    either.remove_conversation(answer.conversation)
    assert either.feedback() == []


def test_the_log_says_what_was_done_when_without_a_word_of_the_documents(either):
    (info,) = either.documents()
    answer = either.ask("Who signed?", owner="anna")
    either.mark(answer.conversation, 1, 1, "checked", initials="AB", note="secret remark")
    either.mark(answer.conversation, 1, 1, None)
    pin = either.pin(info.id, 0, 9, conversation=answer.conversation, owner="anna")
    either.unpin(pin.id)
    either.give_feedback(answer.conversation, 1, "out of context")
    either.rename_conversation(answer.conversation, "Sale")
    either.edit(info.id, {"title": "Ferry"})
    entries = either.log(answer.conversation)
    assert [entry.what for entry in entries] == [
        "added", "asked", "marked", "unmarked", "pinned", "unpinned", "feedback", "renamed", "edited"
    ]  # fmt: skip
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    marked = entries[2]
    assert (marked.owner, marked.turn, marked.number) == ("anna", 1, 1)
    assert marked.detail == {"state": "checked", "initials": "AB"}
    assert entries[0].detail == {"content_hash": info.content_hash}
    either.ask("What else?")
    assert [entry.what for entry in either.log(last=2)] == ["edited", "asked"]
    assert "asked" in [entry.what for entry in either.log(owner="anna")]
    either.remove(info.id)
    assert either.log(answer.conversation)[-1].what == "removed"
    either.remove_conversation(answer.conversation)
    assert either.log()[-1].what == "forgotten"
    with pytest.raises(NotInLibrary):
        either.log(answer.conversation)
    everything = json.dumps([asdict(entry) for entry in either.log()])
    assert "Brandt" not in everything and "secret" not in everything and "signed" not in everything


def test_words_of_a_removed_document_are_in_no_file_though_it_was_pinned_marked_and_complained_of(tmp_path):
    with assistant_at(tmp_path / "home", answerer=QuoteAll()) as assistant:
        (ferry,) = assistant.add_text("Xylograph number four is lost.", source="x.txt").added
        assistant.add_text(HERON, source="heron.txt")
        answer = assistant.ask("What is lost?")
        place = answer.conversation, answer.turn
        assistant.mark(*place, 1, "checked")
        assistant.pin(ferry, 0, 9)
        assistant.give_feedback(*place, "wrong evidence", 1)
        assert assistant.conversations(words="xylograph")
        assistant.remove(ferry, purge=True)
        assert assistant.conversations(words="xylograph") == []
    assert traces(tmp_path / "home", "xylograph") == []
