"""What an answer was made of is kept with its turn, and comes back as the documents are now."""

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from pydantic import Field

from chat.answer import Done, Found
from chat.considering import GONE, Considered
from ingest.errors import NotInLibrary
from tests.fakes import QuoteAll, assistant_at, traces

COUNCIL = "# Decisions\n\nThe council closed the bridge on 4 May 2024. Dr. Ann Lee signed the order."
COST = "Repairs of the bridge will cost about 45 million dollars."


class Recording(GenericFakeChatModel):
    """Keeps what it was sent."""

    sent: list = Field(default_factory=list)

    def _generate(self, messages, *args, **kwargs):
        self.sent.append([message.content for message in messages])
        return super()._generate(messages, *args, **kwargs)


def test_passages_come_back_with_their_ranks_and_their_words(tmp_path):
    with assistant_at(tmp_path, answerer=QuoteAll(2)) as assistant:
        assistant.add_text(COUNCIL, source="a.md", title="Council")
        assistant.add_text(COST, source="b", title="Cost", metadata={"published": "2024-06-01"})
        *events, done = assistant.stream("Who closed the bridge?")
        found = next(event for event in events if isinstance(event, Found))
        assert isinstance(done, Done)
        told = assistant.considered(done.answer.conversation, done.answer.turn)
        assert told == Considered(found.hits, None, (), ())
        assert Considered.from_dict(told.to_dict()) == told
        unsaved = assistant.ask("Who?", save=False)
        with pytest.raises(NotInLibrary, match="nothing is kept"):
            assistant.considered(unsaved.conversation, 1)


def test_what_a_model_was_sent_comes_back_word_for_word(tmp_path):
    model = Recording(messages=iter([AIMessage("Nobody. [1]"), AIMessage("Ann Lee signed it. [1]")]))
    with assistant_at(tmp_path, answerer=QuoteAll(2), chat_model=model) as assistant:
        assistant.add_text(COUNCIL, source="a.md", title="Council")
        assistant.add_text(COST, source="b", title="Cost")
        first = assistant.ask("Who closed the bridge?")
        second = assistant.ask("Who signed?", conversation=first.conversation)
        for answer, sent in zip((first, second), model.sent, strict=True):
            told = assistant.considered(answer.conversation, answer.turn)
            assert told.model == "the language model"
            assert [message.text for message in told.messages] == sent
        assert "Asked: Who closed the bridge?" in told.messages[1].text


def test_a_removed_document_is_gone_from_what_was_considered(tmp_path):
    model = Recording(messages=iter([AIMessage("Nobody. [1]"), AIMessage("Nobody. [1]")]))
    with assistant_at(tmp_path, answerer=QuoteAll(2), chat_model=model) as assistant:
        gone = assistant.add_text(COUNCIL.replace("Decisions", "Zanzibar"), source="a.md", title="Quokka")
        assistant.add_text(COST, source="b", title="Cost")
        answer = assistant.ask("Who closed the bridge?")
        assistant.ask("Who signed?", conversation=answer.conversation)
        assistant.remove(*gone.added, purge=True)
        told = assistant.considered(answer.conversation, 2)
        assert {hit.title for hit in told.hits} == {"", "Cost"}
        sent = told.messages[1].text
        assert GONE in sent and COST in sent and "Ann Lee" not in sent and "Quokka" not in sent
        assert traces(tmp_path, "Zanzibar") == []
        assistant.remove_conversation(answer.conversation)
        with pytest.raises(NotInLibrary):
            assistant.considered(answer.conversation, 1)
