"""The assistant's promises: quotes that stand where they say, removed words gone, answers kept whole."""

import inspect
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.answer import Claim, Draft, Quote
from chat.assistant import Assistant
from chat.remote import RemoteAssistant
from chat.settings import Settings
from chat.verify.answering import Asked, Verifier
from chat.verify.restore import GONE
from ingest.errors import NotInLibrary
from tests.fakes import DictShelf, QuoteAll, assistant_at, text_document

AWKWARD = {
    "emoji": "The 👩‍🚀 council met. A 🏴󠁧󠁢 flag hung there; nobody asked why.",
    "crlf": "First line of the council.\r\nSecond line.\r\n\r\nThird one.",
    "marks": "Zoe\u0308 asked the counci\u0301l. It said “no”.\u00a0Then 1\u00a0284 people left.",
    "rtl": "قال المجلس إن الجسر مغلق. council בית המשפט אסר.",
    "zero": "The\u200b council\u200d met\ufeff again. \u2028New line.",
}
CONTRACT = [
    "question",
    "standalone_question",
    "conversation",
    "turn",
    "status",
    "text",
    "short",
    "sentences",
    "citations",
    "rejected",
    "missing",
    "nearest",
    "unreadable",
    "answerer",
    "library_version",
    "timings_ms",
]
CITATION = [
    "number",
    "document_id",
    "document_version",
    "content_hash",
    "state",
    "title",
    "source",
    "collection",
    "page",
    "locator",
    "start",
    "end",
    "quote",
    "passage",
    "context",
    "published",
    "score",
]


def all_citations(answer):
    return [*answer.citations, *answer.nearest]


def holds(assistant, answer):
    """Check the first promise on every citation and on what stands beside it."""
    for citation in all_citations(answer):
        text = assistant.document(citation.document_id, citation.document_version).text
        assert text[citation.start : citation.end] == citation.quote
        for part in citation.context:
            assert text[part.start : part.end] == part.quote
    assert {n for s in answer.sentences for n in s.citations} == {c.number for c in answer.citations}


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    with assistant_at(tmp_path_factory.mktemp("awkward"), answerer=QuoteAll()) as assistant:
        for name, text in AWKWARD.items():
            assistant.add_text(text, source=name, metadata={"published": "2024-01-02"})
        yield assistant


@pytest.mark.parametrize("question", ["council?", "Who met?", "👩‍🚀", "الجسر", "1\u00a0284", "x" * 5000])
def test_every_quote_stands_where_it_says(awkward, question):
    answer = awkward.ask(question)
    assert all_citations(answer)
    holds(awkward, answer)
    assert list(answer.to_dict()) == CONTRACT
    assert all(list(row) == CITATION for row in answer.to_dict()["citations"])
    assert type(answer).from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


@settings(max_examples=25)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300))
def test_any_text_is_quoted_exactly(awkward, text):
    report = awkward.add_text(text, source="any")
    if report.failed:
        assert not text.strip()
        return
    answer = awkward.ask(text[:50])
    holds(awkward, answer)


def asked(**given):
    return Asked(**{
        "question": "q", "standalone": "q", "conversation": "c", "turn": 1, "documents": 1, "collections": (),
        "unreadable": (), "library_version": "1", **given,
    })  # fmt: skip


DOCUMENT = text_document("The bridge closed in May. It cost 45 million dollars.")


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        (dict(start=1, end=25), "does not have these words"),
        (dict(text="The bridge closed in June"), "does not have these words"),
        (dict(end=9999), "points at"),
        (dict(version=2), "not in the library"),
        (dict(document_id="nobody"), "not in the library"),
    ],
)
def test_a_wrong_quote_is_rejected_and_never_repaired(quote, reason):
    right = {
        "document_id": DOCUMENT.id, "version": 1, "start": 0, "end": 25, "text": DOCUMENT.text[:25],
        "passage": "p", "score": 1.0,
    }  # fmt: skip
    wrong = Quote(**{**right, **quote})
    draft = Draft((Claim("The bridge closed in May.", (wrong,)),), (), "scripted")
    *_, answer = Verifier(DictShelf(DOCUMENT), lambda text, others: [1.0] * len(others)).verify(
        draft, asked(), {}
    )
    assert answer.status == "not_found" and not answer.citations
    assert reason in answer.rejected[0].reason


@pytest.mark.parametrize(
    "claim", ["It cost 54 million dollars.", "It did not cost 45 million dollars.", "Penguins swim."]
)
def test_a_claim_that_its_quote_does_not_carry_is_rejected(claim):
    start = DOCUMENT.text.index("It cost")
    quote = Quote(DOCUMENT.id, 1, start, len(DOCUMENT.text), DOCUMENT.text[start:], "p", 1.0)
    verifier = Verifier(DictShelf(DOCUMENT), lambda text, others: [0.1] * len(others))
    *_, answer = verifier.verify(Draft((Claim(claim, (quote,)), Claim(claim, ())), (), "x"), asked(), {})
    assert not answer.sentences and len(answer.rejected) == 2


def test_an_empty_library_says_so(tmp_path):
    with assistant_at(tmp_path) as assistant:
        answer = assistant.ask("Who signed?")
        assert answer.status == "not_found" and "empty" in answer.text and "footnote add" in answer.text
        assert assistant.examples() == [] and assistant.search("x") == []


def test_a_question_reads_the_rows_of_no_other_documents(tmp_path):
    """A document's row holds its text: reading all took most of an answer's time in a large library."""
    with assistant_at(tmp_path) as assistant:
        for number in range(3):
            assistant.add_text(f"Ferry {number} leaves at noon.", source=f"{number}.txt")
        said = []
        connection = assistant._library.database.read()
        connection.set_trace_callback(said.append)
        assert assistant.ask("When does ferry 1 leave?").citations
        connection.set_trace_callback(None)
    read = [each for each in said if "FROM documents" in each and "count(*)" not in each]
    assert read and all(" WHERE id=" in each for each in read), read


def test_conversations_are_kept_whole_and_lose_removed_words(tmp_path):
    with assistant_at(tmp_path, answerer=QuoteAll()) as assistant:
        assistant.add_text("The canary sang in May. Nobody heard.", source="a")
        first = assistant.ask("Who sang in May?")
        second = assistant.ask("And when?", conversation=first.conversation)
        assert (second.conversation, second.turn) == (first.conversation, 2)
    with assistant_at(tmp_path, answerer=QuoteAll()) as assistant:
        turns = assistant.turns(first.conversation)
        assert [turn.answer for turn in turns] == [first, second]
        assert assistant.conversations()[0].title == "Who sang in May?"
        assistant.add_text("The canary sang in June. Nobody heard.", source="a")
        old = assistant.turns(first.conversation)[0].answer
        assert old.citations[0].state == "superseded" and old.text == first.text
        receipt = assistant.remove(first.citations[0].document_id)[0]
        assert (receipt.left, receipt.versions) == (0, 2)
        gone = assistant.turns(first.conversation)[0].answer
        assert "canary" not in json.dumps({**gone.to_dict(), "question": ""})
        assert gone.sentences[0].text == GONE and gone.citations[0].state == "removed"
        assert not assistant.ask("canary").citations
        assistant.remove_conversation(first.conversation)
        with pytest.raises(NotInLibrary):
            assistant.turns(first.conversation)
        with pytest.raises(NotInLibrary):
            assistant.ask("x", conversation="nobody")


def test_another_process_has_the_same_methods_and_answers(tmp_path):
    def public(kind):
        return {
            name: str(inspect.signature(member)).replace("'", "")
            for name, member in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_")
        }

    mine, theirs = public(Assistant), public(RemoteAssistant)
    assert {name: mine[name] for name in theirs} == theirs
    assert set(mine) - set(theirs) == {"warm"}
    with assistant_at(tmp_path, answerer=QuoteAll()) as owner:
        from chat.build import open_assistant

        owner.add_text("The council met. It voted.", source="a")
        with open_assistant(Settings(home=tmp_path)) as remote:
            assert isinstance(remote, RemoteAssistant)
            answer = remote.ask("council?")
            assert remote.turns(answer.conversation)[0].answer == answer
            kept = remote.considered(answer.conversation, 1)
            assert kept.hits and kept == owner.considered(answer.conversation, 1)
            name = answer.citations[0].document_id
            assert remote.document(name) == owner.document(name)
            assert remote.documents() == owner.documents() and remote.doctor() == owner.doctor()
            assert remote.search("council") == owner.search("council")
            assert remote.check("The council met.") == owner.check("The council met.")
            assert remote.remove(name)[0].left == 0
            with pytest.raises(NotInLibrary):
                remote.document(name)
