"""Many at once: threads, streams that are left or read slowly, and the assistant for asyncio."""

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from fakes import QuoteAll, assistant_at

from chat import AsyncAssistant
from chat.answer import Claim, Done, Draft, Found, Rejected, Standalone, Verified
from chat.assistant import Assistant
from chat.build import open_assistant
from chat.in_order import in_order
from chat.settings import Settings
from ingest.errors import NotInLibrary
from retrieval.embed import SentenceTransformerEmbedder

WAIT = 20
TEXT = "The council met in May. It voted for the bridge. Nobody objected."


class Patient(QuoteAll):
    """Quotes, and claims something that no source bears out, once it is told to go on."""

    def __init__(self):
        super().__init__(2)
        self.asked, self.go_on = threading.Event(), threading.Event()
        self.drafts = 0

    def draft(self, evidence):
        """Wait, then return two claims that stand and one that does not."""
        self.asked.set()
        assert self.go_on.wait(WAIT)
        self.drafts += 1
        made = super().draft(evidence)
        return Draft((*made.claims, Claim("Penguins voted against it.", ())), made.nearest, self.name)


@pytest.fixture
def patient(tmp_path):
    answerer = Patient()
    answerer.go_on.set()
    with assistant_at(tmp_path, answerer=answerer) as assistant:
        assistant.add_text(TEXT, source="minutes")
        yield assistant, answerer


@pytest.fixture(params=["here", "through the owner"])
def either(request, patient, tmp_path):
    """The same library, owned by this process or reached over its socket; with its answerer."""
    assistant, answerer = patient
    if request.param == "here":
        yield assistant, answerer
    else:
        with open_assistant(Settings(home=tmp_path)) as remote:
            yield remote, answerer


def test_turns_are_numbered_rightly_whoever_asks_at_once(either):
    assistant, _ = either
    first = assistant.ask("Who met?")
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: assistant.ask(f"Who met {n}?", conversation=first.conversation), range(24))
        )
        others = list(pool.map(assistant.ask, ["And who met?"] * 8))
    assert sorted(answer.turn for answer in answers) == list(range(2, 26))
    turns = {turn.number: turn for turn in assistant.turns(first.conversation)}
    assert sorted(turns) == list(range(1, 26))
    for answer in answers:
        assert (turns[answer.turn].question, turns[answer.turn].answer) == (answer.question, answer)
    assert len({answer.conversation for answer in others}) == 8
    assert {answer.turn for answer in others} == {1}


def test_events_come_typed_and_in_order(either):
    assistant, _ = either
    events = list(assistant.stream("council?"))
    assert [type(event) for event in events] == [Standalone, Found, Verified, Verified, Rejected, Done]
    answer = events[-1].answer
    assert events[0].question == answer.standalone_question
    assert list(events[1].hits) == assistant.search("council?", limit=10)
    assert [event.sentence for event in events[2:4]] == list(answer.sentences)
    assert [citation for event in events[2:4] for citation in event.citations] == list(answer.citations)
    assert events[4:5] == list(answer.rejected)
    assert assistant.turns(answer.conversation)[0].answer == answer


def test_what_is_found_is_told_before_the_answer_is_drafted(either):
    assistant, answerer = either
    answerer.go_on.clear()
    events = assistant.stream("council?")
    assert isinstance(next(events), Standalone)
    assert isinstance(next(events), Found)
    answerer.go_on.set()
    assert isinstance(list(events)[-1], Done)


def test_a_stream_that_stalls_holds_up_nobody_and_one_that_is_left_is_not_saved(patient):
    assistant, _ = patient
    first = assistant.ask("council?")
    stalled = assistant.stream("Who met?", conversation=first.conversation)
    assert isinstance(next(stalled), Standalone)
    assert assistant.ask("Who voted?", conversation=first.conversation).turn == 2
    stalled.close()
    assert len(assistant.turns(first.conversation)) == 2
    slow = assistant.stream("Who met?", conversation=first.conversation)
    next(slow)
    assert assistant.ask("Who objected?", conversation=first.conversation).turn == 3
    assert list(slow)[-1].answer.turn == 4


def test_a_client_may_ask_while_it_reads_a_stream(patient, tmp_path):
    assistant, answerer = patient
    answerer.go_on.clear()
    with open_assistant(Settings(home=tmp_path)) as remote:
        events = remote.stream("council?")
        next(events), next(events)
        assert remote.documents() == assistant.documents()
        answerer.go_on.set()
        assert isinstance(list(events)[-1], Done)


def test_an_owner_stops_the_work_of_a_client_that_left(patient, tmp_path):
    assistant, answerer = patient
    answerer.go_on.clear()
    with open_assistant(Settings(home=tmp_path)) as remote:
        events = remote.stream("council?")
        next(events), next(events)
        assert answerer.asked.wait(WAIT)
        events.close()
        answerer.go_on.set()
        assert remote.ask("Who met?").turn == 1  # over another connection
    assert [info.title for info in assistant.conversations()] == ["Who met?"]


def test_a_conversation_that_is_removed_meanwhile_stays_removed(patient):
    assistant, _ = patient
    first = assistant.ask("council?")
    events = assistant.stream("Who met?", conversation=first.conversation)
    next(events)
    assistant.remove_conversation(first.conversation)
    with pytest.raises(NotInLibrary, match="was removed while"):
        list(events)
    assert assistant.conversations() == []


def test_what_is_not_to_be_saved_is_not(either):
    assistant, _ = either
    answer = assistant.ask("council?", save=False)
    assert (answer.conversation, answer.turn) == ("", 1)
    saved = assistant.ask("council?")
    follow = assistant.ask("Why?", conversation=saved.conversation, save=False)
    assert (follow.conversation, follow.turn) == (saved.conversation, 2)
    assert [info.turns for info in assistant.conversations()] == [1]


def test_a_follow_up_reads_the_last_turns_only_and_each_document_once(tmp_path):
    with assistant_at(tmp_path, answerer=QuoteAll()) as assistant:
        assistant.add_text(TEXT, source="minutes")
        conversation = assistant.ask("Who met?").conversation
        for _ in range(20):
            assistant.ask("And then?", conversation=conversation)
        finds = []
        real = assistant._shelf.find
        assistant._shelf.find = lambda *place: finds.append(place) or real(*place)
        assistant.ask("And then?", conversation=conversation)
        assert len(finds) == 2  # once for the earlier turns, once for the quotes of this one
        finds.clear()
        assert len(assistant.turns(conversation)) == 22
        assert len(finds) == 1


# Many questions


def test_many_questions_are_answered_in_their_order(either):
    assistant, _ = either
    questions = [f"Who met {number}?" for number in range(30)]
    answers = list(assistant.ask_many(iter(questions), workers=4))
    assert [answer.question for answer in answers] == questions
    assert assistant.conversations() == []
    (kept,) = assistant.ask_many(["Who met?"], save=True)
    assert assistant.turns(kept.conversation)[0].answer == kept


def test_items_are_taken_as_their_turn_comes_and_no_more_run_than_workers():
    taken, running, most = [], set(), []

    def items():
        for number in range(40):
            taken.append(number)
            yield number

    def work(number):
        running.add(number)
        most.append(len(running))
        running.discard(number)
        return number

    for given, result in enumerate(in_order(work, items(), 3)):
        assert result == given
        assert len(taken) <= given + 6
    assert max(most) <= 3
    one = in_order(work, items(), 1)
    taken.clear()
    assert next(one) == 0 and taken == [0]  # answered before the next is read
    with pytest.raises(ValueError, match="0 workers"):
        next(in_order(work, items(), 0))


def test_an_error_comes_at_its_place():
    def work(number):
        if number == 3:
            raise NotInLibrary("three")
        return number

    results = in_order(work, range(10), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(NotInLibrary, match="three"):
        next(results)


def test_no_two_threads_set_the_tokenizer_at_once():
    embedder = SentenceTransformerEmbedder()
    embedder.count_tokens(["loads the model"])
    calls = [lambda: embedder.encode_query("a", [(0, 1)]), lambda: embedder.count_tokens(["a"])]
    with ThreadPoolExecutor(2) as pool:
        with embedder._tokenizing:
            waiting = [pool.submit(call) for call in calls]
            assert wait(waiting, timeout=0.5).done == set()
        assert wait(waiting, timeout=WAIT).not_done == set()


# asyncio


def test_the_assistant_for_asyncio_has_every_method():
    def public(kind):
        return {name for name in dir(kind) if not name.startswith("_")}

    assert public(Assistant) - public(AsyncAssistant) == {"warm", "as_runnable"}
    assert public(AsyncAssistant) <= public(Assistant)
    for name in ("ask", "search", "add"):
        assert inspect.iscoroutinefunction(getattr(AsyncAssistant, name))
        assert inspect.signature(getattr(AsyncAssistant, name)) == inspect.signature(getattr(Assistant, name))


def test_asking_from_asyncio(either):
    assistant, _ = either

    async def story():
        patient = AsyncAssistant(assistant)
        assert patient.home == assistant.home
        answers = await asyncio.gather(*(patient.ask(f"Who met {number}?") for number in range(6)))
        assert [answer.question for answer in answers] == [f"Who met {number}?" for number in range(6)]
        assert await patient.search("council") == assistant.search("council")
        kinds = [type(event) async for event in patient.stream("council?")]
        assert kinds == [Standalone, Found, Verified, Verified, Rejected, Done]
        many = [answer.question async for answer in patient.ask_many(["a?", "b?", "c?"])]
        assert many == ["a?", "b?", "c?"]
        with pytest.raises(NotInLibrary):
            await patient.document("none")

    asyncio.run(story())


def test_a_task_that_is_cancelled_ends_its_stream(patient):
    assistant, answerer = patient
    answerer.go_on.clear()

    async def story():
        async def read():
            async for _ in AsyncAssistant(assistant).stream("council?"):
                pass

        task = asyncio.create_task(read())
        assert await asyncio.to_thread(answerer.asked.wait, WAIT)
        task.cancel()
        answerer.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
    assert assistant.conversations() == []


def test_a_library_opens_for_asyncio(tmp_path):
    async def story():
        async with await AsyncAssistant.open(tmp_path) as assistant:
            assert await assistant.documents() == []
            assert (await assistant.ask("Who?")).status == "not_found"

    asyncio.run(story())
