"""Every mention with its sentence, a draft as it is checked, grids that are kept; through the owner too."""

import threading

import pytest
from fakes import assistant_at, text_source, traces

from chat.grid import GONE, plan
from chat.remote import RemoteAssistant
from chat.seen import SeenPlace
from ingest.errors import FootnoteError, InvalidSetting, NotInLibrary
from retrieval.client import Client, Clients
from retrieval.hit import Filter

MEMO = (
    "Memorandum\n\nTo the bridge board. The load limit of the Lowick bridge is 18 tonnes.\n\n"
    "Repairs cost 240,000 euros. The memo was signed by Ada Vance on 2 April 2023. Vance’s figures are hers."
)
LETTER = "The ferry leaves at noon. Nobody wrote to Vance. The bridge is closed."


@pytest.fixture
def assistant(tmp_path):
    with assistant_at(tmp_path / "home") as assistant:
        assistant.add_text(MEMO, source="memo.txt", title="Memo", metadata={"published": "2023-04-02"})
        assistant.add_text(LETTER, source="letter.txt", title="Letter")
        yield assistant


@pytest.fixture(params=["here", "through the owner"])
def either(request, assistant):
    """The assistant itself, and one that works through it."""
    if request.param == "here":
        yield assistant
        return
    remote = RemoteAssistant(assistant.home, Clients(assistant.home, Client.connect(assistant.home)))
    yield remote
    remote.close()


def ids(assistant):
    return {each.title: each.id for each in assistant.documents()}


def test_mentions_are_counted_and_shown_in_parts_with_their_sentences(either):
    found = either.mentions("Vance = Ada Vance\nferry, harbour", limit=2)
    assert [(each.name, each.mentions, each.documents) for each in found.names] == [
        ("Vance", 3, 2), ("ferry", 1, 1), ("harbour", 0, 0),
    ]  # fmt: skip
    assert [(each.title, each.mentions, each.first) for each in found.documents] == [
        ("Memo", 2, 1),
        ("Letter", 2, 3),
    ]
    assert (found.total, found.searched, found.next) == (4, 2, 2)
    assert [each.words for each in found.mentions] == ["Ada Vance", "Vance"]
    assert [each.sentence for each in found.mentions] == [
        "The memo was signed by Ada Vance on 2 April 2023.", "Vance’s figures are hers.",
    ]  # fmt: skip
    rest = either.mentions("Vance = Ada Vance\nferry, harbour", offset=2)
    assert [(each.number, each.name) for each in rest.mentions] == [(3, "ferry"), (4, "Vance")]
    assert rest.next is None
    for each in (*found.mentions, *rest.mentions):
        text = either.document(each.document_id, each.document_version).text
        assert text[each.start : each.end] == each.words
        assert text[each.sentence_start : each.sentence_end] == each.sentence
    assert either.mentions("Vance", where=Filter(published_from="2023-01-01")).total == 2
    assert either.mentions(["Vance, Ada", "a=Vance"]).total == 3  # a name may hold a comma


def test_what_is_edited_or_set_aside_is_so_at_once(assistant):
    known = ids(assistant)
    assert assistant.mentions("Vance").total == 3
    assistant.edit(known["Memo"], {"title": "Minutes", "published": "2024-01-01"})
    (memo, _) = assistant.mentions("Vance").documents
    assert (memo.title, memo.published) == ("Minutes", "2024-01-01")
    assistant.disable(known["Memo"])
    assert assistant.mentions("Vance").total == 1
    assistant.enable(known["Memo"])
    assert assistant.mentions("Vance").total == 3


def test_a_very_long_sentence_is_cut_around_the_words(assistant):
    assistant.add_text("word " * 3000 + "Quilliam " + "word " * 3000, source="long.txt")
    (mention,) = assistant.mentions("Quilliam").mentions
    assert 500 < len(mention.sentence) < 700
    assert mention.sentence.startswith("word ") and mention.sentence.endswith("word")


def test_ticks_are_kept_by_owner_and_go_with_their_document(either, assistant):
    found = either.mentions("Vance").mentions
    places = [SeenPlace(each.document_id, each.document_version, each.start, each.end) for each in found]
    documents = [place.document_id for place in places]
    either.mark_seen(places[:2])
    either.mark_seen(places[2:], owner="ann")
    either.mark_seen(places[:1], seen=False)
    assert either.seen(documents) == places[1:2]
    assert either.seen(documents, owner="ann") == places[2:]
    home = assistant.home
    assistant.remove(*ids(assistant).values())
    assistant.close()
    with assistant_at(home) as again:
        assert again.seen(documents) == []


def test_a_draft_is_checked_as_it_is_read(either):
    draft = "The load limit of the Lowick bridge is 18 tonnes. Repairs cost 250,000 euros.\n\nPigs fly."
    events = either.check_stream(draft)
    first = next(events)
    assert (first.text, first.support) == (draft[:49], "supported")
    rest = list(events)
    assert [draft[each.start : each.end] for each in (first, *rest)] == [each.text for each in (first, *rest)]
    assert [first, *rest] == either.check(draft)


def test_a_grid_asks_each_document_by_itself(either, assistant):
    known = ids(assistant)
    cells = list(
        either.ask_grid(
            ["Who signed the memo?", "When is it that the ferry leaves?"], documents=tuple(known.values())
        )
    )
    assert [cell.number for cell in cells] == [0, 1, 2, 3]
    for cell in cells:
        cited = {citation.document_id for citation in cell.answer.citations}
        assert cited <= {cell.document_id}
        assert cell.state == cell.answer.status
    assert [cell.state in ("answered", "partial") for cell in cells] == [True, False, False, True]
    (whole,) = either.ask_grid(["Who signed the memo?", " who signed  the memo? ".title()][:1])
    assert whole.document_id is None and whole.state == "answered"
    assert either.conversations() == []


def test_a_grid_is_kept_filled_stopped_resumed_and_its_cells_tried_again(either, assistant):
    known = ids(assistant)
    documents = (known["Memo"], "0123456789abcdef", known["Letter"])
    info = either.create_grid(
        ["Who signed the memo?", "When is it that the ferry leaves?"], documents=documents
    )
    assert (info.title, info.plan.cells, info.done) == ("Who signed the memo?", 6, 0)
    filling = either.fill_grid(info.id, workers=1)
    first = next(filling)
    filling.close()
    assert first.answer.sentences
    stopped = either.grid(info.id)
    assert stopped.cells[0].answer == first.answer
    assert len(stopped.cells) < 6
    list(either.fill_grid(info.id))
    grid = either.grid(info.id)
    assert [cell.number for cell in grid.cells] == [0, 1, 2, 3, 4, 5]
    assert [(cell.state, cell.reason) for cell in grid.cells if cell.document_id == documents[1]] == [
        ("failed", GONE)
    ] * 2
    assert grid.info.done == 4 and either.cell_seconds() > 0
    assert [cell.number for cell in either.fill_grid(info.id)] == [1, 4]  # those that failed, no others
    assert [cell.number for cell in either.fill_grid(info.id, cells=(0, 99))] == [0]
    assert [each.id for each in either.grids()] == [info.id]
    either.remove_grid(info.id)
    assert either.grids() == []
    with pytest.raises(NotInLibrary, match="no grid"):
        either.grid(info.id)


def test_somebody_elses_grid_is_not_there(either):
    info = either.create_grid(["Who signed the memo?"], owner="ann")
    assert [each.id for each in either.grids(owner="ann")] == [info.id]
    assert either.grids(owner="bob") == []
    for call in (either.grid, either.remove_grid):
        with pytest.raises(NotInLibrary):
            call(info.id, owner="bob")
    with pytest.raises(NotInLibrary):
        list(either.fill_grid(info.id, owner="bob"))


def test_a_kept_grid_holds_no_words_of_a_document_that_was_removed(assistant):
    assistant.library = assistant._library
    assistant.library.add([text_source("odd.txt", "The zyxomma was signed by Ada.", None)], "default")
    info = assistant.create_grid(["What was signed by Ada?"])
    list(assistant.fill_grid(info.id))
    odd = next(each.id for each in assistant.documents() if each.source == "odd.txt")
    assistant.remove(odd, purge=True)
    (cell,) = assistant.grid(info.id).cells
    assert "zyxomma" not in str(cell.to_dict())
    home = assistant.home
    assistant.close()
    assert traces(home, "zyxomma") == []


def test_a_cell_that_fails_stops_no_other_and_leaving_stops_the_rest(assistant, monkeypatch):
    asked = []
    ask = assistant.ask

    def failing(question, **given):
        asked.append(question)
        if "two" in question:
            raise FootnoteError("the model is not there")
        if "three" in question:
            raise ZeroDivisionError
        return ask(question, **given)

    monkeypatch.setattr(assistant, "ask", failing)
    cells = list(assistant.ask_grid(["What is one?", "What is two?", "What is three?", "What is four?"]))
    assert [cell.reason for cell in cells] == [
        None, "the model is not there", "an unexpected error (ZeroDivisionError); try it again", None,
    ]  # fmt: skip
    asked.clear()
    running = assistant.ask_grid([f"What is {number}?" for number in range(100)], workers=2)
    next(running)
    running.close()
    assert len(asked) < 10
    assert [each for each in threading.enumerate() if each.name.startswith("footnote-ask")] == []


@pytest.mark.parametrize(
    ("questions", "documents", "why"),
    [
        ([" ", ""], (), "no question"),
        (["x" * 2001], (), "2,001 characters"),
        ([f"q{number}?" for number in range(41)], tuple(f"d{number}" for number in range(50)), "2,050 cells"),
    ],
)
def test_a_plan_that_cannot_be_says_why(either, questions, documents, why):
    with pytest.raises(InvalidSetting, match=why):
        either.ask_grid(questions, documents=documents)


def test_a_plan_drops_what_is_said_twice():
    made = plan(["Who?", " Who? ", "", "When?\u00a0"], ("a", "b", "a"))
    assert (made.questions, made.documents, made.cells) == (("Who?", "When?"), ("a", "b"), 4)
    assert [made.place(number) for number in range(4)] == [
        ("Who?", "a"), ("Who?", "b"), ("When?", "a"), ("When?", "b"),
    ]  # fmt: skip
