"""Short answers: the one thing of the kind asked for, in the words of its quote; else none."""

import io
import json
from dataclasses import replace

import docx
import pytest
from fakes import BagOfWords, QuoteAll, assistant_at

from chat.answer import Done, Verified
from chat.evidence import Candidate
from chat.interfaces import show
from chat.interfaces.http.messages import message_text
from chat.interfaces.terminal import Screen
from chat.page.saved import saved
from chat.short import propose, rivalled
from ingest.passage import Passage
from retrieval.hit import Hit

SHORT = [
    ("Who wrote the directive to prosecutors?",
     "The order was written by Emil Bove, the acting deputy attorney general.",
     "Emil Bove, the acting deputy attorney general"),
    ("Who directed prosecutors to investigate officials?",
     "The acting deputy, Emil Bove, directed prosecutors, in a paper obtained by the Lowick Post, to act.",
     "Emil Bove"),
    ("Who is Emil Bove?", "The acting deputy attorney general, Emil Bove, directed prosecutors to act.",
     "The acting deputy attorney general"),
    ("Who is the community liaison?", "Ring the desk, or ask for Delphine Carrow, community liaison.",
     "Delphine Carrow"),
    ("Which councilors voted against the award?", "Otis Brandvold and Gideon Marsh-Falk voted against.",
     "Otis Brandvold and Gideon Marsh-Falk"),
    ("Whom did he succeed?", "He succeeded Marta Quill, who had led the port since 2009.", "Marta Quill"),
    ("How many workers joined the dock strike?", "The union says that 640 workers joined the dock strike.",
     "640 workers"),
    ("Who heard the appeal?", "Judge Halima Oduya heard the appeal.", "Judge Halima Oduya"),
    ("How many officers would he send?", "More than a hundred law officers would go, he said.",
     "More than a hundred law officers"),
    ("How many vehicles used the bridge in the count?", "A count in 2022 found 6 350 vehicles a day.",
     "6 350 vehicles"),
    ("How much did Tolvane bid?", "Tolvane bid about $5.31 million.", "about $5.31 million"),
    ("How much of the girder had been lost?", "Girder 3 has lost 31 percent of its web over Pier 2.",
     "31 percent"),
    ("How old is the bridge?", "The council will repair the bridge, a 66-year-old span.", "66-year-old"),
    ("Who is the transport manager?", "Buses leave earlier, according to transport manager Fiona Lisk.",
     "Fiona Lisk"),
    ("How long is the Osier Bridge?", "The bridge is 412 feet long and carries 6,350 vehicles.", "412 feet"),
    ("When was the sale signed?", "It was signed on 4 March 2021.", "4 March 2021"),
    ("By what date will it reopen?", "It will reopen by Friday, 20 December 2024.",
     "by Friday, 20 December 2024"),
    ("When did the 10 ton limit take effect?",
     "In February we lowered it to 10 tons, with effect from 23 February 2024.", "from 23 February 2024"),
    ("Which foundry is casting the bearings?", "Corless Foundry is casting them.", "Corless Foundry"),
    ("Which city kept its limits?", "A clash with Democratic-led cities like Chicago is near.", "Chicago"),
    ("Where was the treaty kept?", "The treaty was kept in Burbank, California.", "Burbank, California"),
    ("Who ordered the gates to be opened?",
     "Q. Who ordered the gates to be opened?\n\nA. The engineer, Leo Strand, ordered it.", "Leo Strand"),
    ("How many parents spoke against the closure?", "Eleven parents spoke against the closure.",
     "Eleven parents"),
    ("How old is Corbin Hale?", "A judge sentenced Corbin Hale, 34, to four years in prison.", "34"),
    ("When would the school have closed?",
     "Lund moved to close it, the school, at the end of the 2024-25 school year.",
     "end of the 2024-25 school year"),
    ("How many beds does Thornbury House have?",
     "Site: Thornbury House; Opened: 1931; Beds: 88; Emergency department: no", "88"),
    ("When did it open (How many beds does Thornbury House have)?",
     "Site: Thornbury House; Opened: 1931; Beds: 88; Emergency department: no", "1931"),
    ("How many patients were treated in total?", "Across all studies, 392 patients were treated.",
     "392 patients"),
    ("How many complaints were there in the year before?", "In the year before there were 272 complaints.",
     "272 complaints"),
    ("Who succeeded Robert Anand?", "Robert Anand was succeeded by Li Wen Tan.", "Li Wen Tan"),
    ("How many ships were handled in 2024-25?", "In 2024-25 the harbour handled 4,120 ships.", "4,120 ships"),
    ("When was the quay closed?", "The quay was closed at the beginning of May.", "beginning of May"),
    ("When was the inquiry held?", "Inquiry held on 9 to 12 May 2023.", "9 to 12 May 2023"),
    ("When was the fair?", "It was from Monday 9 to Thursday 12 June.", "from Monday 9 to Thursday 12 June"),
    ("When was the fair?", "The fair cost £3 and 4 June was the day.", "4 June"),
    ("When was the fair?", "The fair: item 3, 4 June.", "4 June"),
    ("How many letters of objection came?", "127 letters of objection came.", "127 letters"),
    ("How many pints of milk were sold?", "They sold 400 pints of fresh milk.", "400 pints"),
    ("How many homes were built?", "90 homes were built, of which 30 are affordable.", "90 homes"),
    ("Who chaired the inquiry?", "Orla Keane, one of the few judges of no party, chaired it.", "Orla Keane"),
    ("How many homes have been flooded?", "40 homes were flooded.", "40 homes"),
    ("How many pupils does the school have?", "The school has 61 pupils today.", "61 pupils"),
    ("Who is Ada Brook?", "Present: Ada Brook (treasurer), Jon Penn (works manager).", "treasurer"),
    ("Who is Stephen Birch?", "Applicant: Oakvale Homes Ltd. Agent: Stephen Birch, Birch Planning.", "Agent"),
    ("Who is Chief Executive?", "Orla Keane, Chief Executive, opened the fair.", "Orla Keane"),
    ("Who is Attorney General?", "The Attorney General, Orla Keane, opened the case.", "Orla Keane"),
    ("Who is Head of Planning?", "Stephen Birch is Head of Planning.", "Stephen Birch"),
    ("Who was the treasurer?", "The treasurer, Robert Anand, resigned in May.", "Robert Anand"),
]  # fmt: skip
NONE = [
    ("Who is Jane Birch?", "Applicant: Oakvale Homes Ltd. Draughtsman: Jane Birch, Birch Planning."),
    ("Who is Ada Brook?", "The meeting was opened by the chair: Ada Brook thanked Leo Strand."),
    ("Who's Ada Brook?", "Leo Strand spoke to Ada Brook."),
    ("Who voted for the scheme?", "Ali Rahman, one of two members who voted for the scheme, said so."),
    ("Who was arrested?", "Piet Alard was among those arrested."),
    ("How many letters of support came?", "127 letters of objection and four of support came."),
    ("How many responses were against closure?", "412 responses came, of which 371 were against closure."),
    ("How many replies supported it?", "The council got 412 replies, 30 of them in support of it."),
    ("How many pupils does the school have?", "The school had 148 pupils in 2015-16 and has 61 today."),
    ("How many ferries are there?", "In 1950 there were nine ferries."),
    ("Who must pay the deposit?", "The Harbour Trust should pay the deposit."),
    ("Who pays the deposit?", "It is recommended that the Harbour Trust pays the deposit."),
    ("How many ships were handled in 2024?", "In 2024-25 the harbour handled 4,120 ships."),
    ("How many ships were handled in 2023-24?", "In 2024-25 the harbour handled 4,120 ships."),
    ("When was the virus first found in animals?", "The virus was found in animals by state, 2016."),
    ("What other bridge crosses the Lysa?", "The Holm Bridge crosses the Lysa."),
    ("Who signed the order?", "Ada Vance and Piet Alard met; the order was not signed by Ada Vance."),
    ("Who wrote the memo?", "Immigration and Customs Enforcement, the agency, detains people."),
    ("Who sings the song?", "The song was heard in an advertisement by Apple Inc."),
    ("Who opened the bids?", "Dana Vance met the chair, Piet Alard, before the bids were opened."),
    ("Who signed it and when?", "Ada Vance signed it on 4 March 2021."),
    ("When will the line open?", "The line may open in 2026 if the state pays."),
    ("When was the fire?", "The fire was on 3 May 2020, and the trial on 4 June 2021."),
    ("How many workers joined the strike?", "The union alleges that 640 workers joined the strike."),
    ("How many workers joined the strike?", "410 workers did not join the strike."),
    ("How many views does the song have?", "It was the fastest song to reach 10 million views."),
    ("How many trips a day do the trucks make?", "That is one more trip a day, then."),
    ("How much was the fine?", "The fine was one of 12 and came to 3.4 million dollars."),
    ("How much was spent on roads?", "Road maintenance: 1,250."),
    ("How long is the bridge?", "The bridge was closed for 14 days."),
    ("How long is the bridge?", "The bridge is 412 feet long; its deck is 30 feet wide."),
    ("Where was it kept?", "It was kept in a cellar in Lowick."),
    ("Which company did not bid?", "Tolvane Span Company bid."),
    ("Why did it close?", "It closed on 4 March 2021."),
    ("Was it signed on 4 March?", "It was signed on 4 March 2021."),
    # It is that of something else.
    ("How much did the heaters cost?", "We will refund £43, half the cost of the heaters."),
    ("How much did the roof cost?", "She lent $4,000, or 20 percent of what the roof cost."),
    ("How many complaints were there in the year before?",
     "There were 312 complaints in the year, 40 more than in the year before."),
    ("How many patients were treated in total?", "Orr treated 210 patients in Osaka."),
    ("Who is the treasurer?", "The treasurer, Robert Anand, resigned in May."),
    ("Who chairs the board?", "Robert Anand chairs the board until June."),
    ("How much did the repair cost?", "The repair will cost £5.6 million."),
    ("How old is Corbin Hale?", "A judge sentenced Corbin Hale to four years in prison."),
    ("How old is Corbin Hale?", "Piet Alard, 61, sentenced Corbin Hale."),
    ("When did Serbia ratify it?", "State: Serbia; Signed: 2016-05-17; Deposited: yes"),
    ("When did it open (St Ann's; How many beds does Thornbury House have)?",
     "Site: Thornbury House; Opened: 1931; Beds: 88"),
    ("How many pupils has Pellier High?", "School: Pellier Middle; Grades: 6-8; Pupils: 577"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "short"), SHORT)
def test_the_one_thing_of_the_kind_asked_for_is_the_short_answer(question, text, short):
    found = propose(question, text, text)
    assert found is not None and text[slice(*found)] == short


@pytest.mark.parametrize(("question", "text"), NONE)
def test_what_is_not_sure_has_none(question, text):
    assert propose(question, text, text) is None


def candidate(text, name):
    passage = Passage(name, 1, 0, len(text), text, None, None, ((0, len(text)),))
    hit = Hit(passage, name, name, "default", None, 1.0, 0.5, 1.0, 1, 1, (0.5,), "both")
    return Candidate(hit, 0, len(text), text, *(0.5,) * 8, True, False, frozenset(text.split()))


@pytest.mark.parametrize(
    ("other", "name", "is_rival"),
    [
        ("The review was published on 12 May 2022.", "b", True),
        ("The review began in 2021.", "b", False),
        ("The review ended on 12 May 2022.", "a", True),
        ("The leaflet was published on 12 May 2022.", "b", False),
        ("Published on 12 May 2022", "The review", True),
        ("The review was published on 4 January 2023.", "b", False),
    ],
)
def test_another_sentence_that_has_more_of_the_question_rivals_a_short_answer(other, name, is_rival):
    # Within a passage any word that the first lacks is enough; elsewhere its own are needed too.
    first = candidate("Published 4 January 2023", "a")
    rival = candidate(other, name)
    rival = replace(rival, hit=first.hit) if name == "a" else rival
    assert rivalled(first, [rival], "When was the review published?") is is_rival


@pytest.mark.parametrize(
    ("other", "name", "is_rival"),
    [
        ("Leo Strand signed the lease for the south quay.", "b", True),
        ("The lease was signed by Ada Vance in May.", "b", False),
        ("Leo Strand signed a letter.", "b", False),
        ("Leo Strand signed the lease for the south quay.", "a", False),
    ],
)
def test_where_two_documents_say_all_that_is_asked_neither_has_the_short_answer(other, name, is_rival):
    first, rival = candidate("Ada Vance signed the lease.", "a"), candidate(other, name)
    if name == "a":
        rival = replace(rival, hit=replace(rival.hit, passage=replace(rival.hit.passage, start=90, end=120)))
    assert rivalled(first, [rival], "Who signed the lease?") is is_rival


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Who is Jon Penn?", "Jon Penn (works manager) came.", "Jon Penn, the works manager, has the key."),
        ("For how much (Who bought the club)?", "Ada Vance bought the club for £1.", "The rent is £40."),
    ],
)
def test_the_same_in_other_words_and_what_nothing_is_asked_of_rival_nothing(question, text, other):
    assert propose(question, other, other) is not None
    assert not rivalled(candidate(text, "a"), [candidate(other, "b")], question)


class Short(QuoteAll):
    """Says that the words from the first to the last of two places of its first quote answer."""

    def __init__(self, first, last, relation="answers"):
        super().__init__(2)
        self.first, self.last, self.relation = first, last, relation

    def draft(self, evidence):
        """Quote two sentences, the first with a short answer."""
        made = super().draft(evidence)
        start = made.claims[0].quotes[0].start
        first = replace(made.claims[0], short=(start + self.first, start + self.last), relation=self.relation)
        return replace(made, claims=(first, *made.claims[1:]))


TEXT = "Ada Vance signed the order in Lowick. Nobody else signed it."


def test_it_opens_the_answer_and_its_words_are_read_from_the_document(tmp_path):
    with assistant_at(tmp_path, BagOfWords(), answerer=Short(0, 9)) as assistant:
        assistant.add_text(TEXT, source="order")
        *events, done = assistant.stream("Who signed the order?")
        assert isinstance(done, Done)
        answer = done.answer
        short, cited = answer.short, answer.citations[0]
        assert [event.short for event in events if isinstance(event, Verified)] == [short, None]
        assert (short.text, short.citation) == ("Ada Vance", 1)
        assert assistant.document(cited.document_id).text[short.start : short.end] == short.text
        assert cited.start <= short.start < short.end <= cited.end
        assert answer.text.startswith("Ada Vance [1]. Ada Vance signed") and answer.remarks == ""
        assert assistant.turns(answer.conversation)[0].answer == answer
        assistant.remove(cited.document_id)
        kept = assistant.turns(answer.conversation)[0].answer
        assert kept.short is None and "Ada" not in str(kept.to_dict())


def test_exports_chats_and_tables_open_with_it_too(tmp_path):
    with assistant_at(tmp_path, BagOfWords(), answerer=Short(0, 9)) as assistant:
        assistant.add_text(TEXT, source="order")
        answer = assistant.ask("Who signed the order?")
        data = json.loads(assistant.export_conversation(answer.conversation, "json"))
        assert data["answers"][0]["short"] == {"text": "Ada Vance", "footnotes": [1]}
        markdown = assistant.export_conversation(answer.conversation).decode()
        assert "\n\nAda Vance[^1]\n\nAda Vance signed" in markdown
        word = docx.Document(io.BytesIO(assistant.export_conversation(answer.conversation, "docx")))
        assert [each.text for each in word.paragraphs][2:4] == ["Ada Vance", answer.sentences[0].text]
        assert message_text(answer, "http://here").startswith("Ada Vance [1]. Ada Vance signed")
        lines = show.answer_lines(answer, Screen())
        assert lines[0].startswith("Ada Vance [1]. Ada Vance signed")
        (turn,) = assistant.turns(answer.conversation)
        assert saved(turn, (), "all").short == answer.short and saved(turn, (), "checked").short is None


@pytest.mark.parametrize("wrong", [(-3, 4), (30, 90), (5, 5), (0, 9, "relates")])
def test_the_verifier_takes_no_words_that_its_quote_does_not_have_nor_of_what_only_relates(wrong, tmp_path):
    with assistant_at(tmp_path, BagOfWords(), answerer=Short(*wrong)) as assistant:
        assistant.add_text(f"Before. {TEXT}", source="order")
        assert assistant.ask("Who signed the order?").short is None
