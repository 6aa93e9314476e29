"""What a quote needs is shown beside it, wherever it stands: a number's unit, the exception to a rule."""

import pytest
from fakes import assistant_at, text_document

from chat.answer import Quote
from chat.question import kind, offers
from chat.verify.context import context_for

UNIT = "All amounts in this annex are in thousands of euros."
TEXT = f"{UNIT} It was drawn up in May. Road maintenance: 1,250. Bridge works took 12 workers."


def context_of(text, words):
    document, start = text_document(text), text.index(words)
    quote = Quote(document.id, 1, start, start + len(words), words, "p", 1.0)
    found = context_for(document, quote)
    assert all(text[part.start : part.end] == part.quote for part in found)
    return [(part.quote, part.why) for part in found]


def test_the_unit_of_a_bare_number_is_shown_beside_it():
    assert context_of(TEXT, "Road maintenance: 1,250.") == [(UNIT, "the unit of its numbers")]
    assert context_of(TEXT, "Bridge works took 12 workers.") == []
    assert context_of(TEXT.replace(UNIT, "Nothing is said."), "Road maintenance: 1,250.") == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("How much did Orvane pay to settle the claim?", "what sum"),
        ("What salary does the director earn?", "what sum"),
        ("How much water is lost?", "how many"),
        ("When was he appointed (How much did he earn)?", "when"),
        ("in Ferrin (How much did he earn)?", "what sum"),
        ("What weight may lorries have, according to the engineer who inspected it?", "how far"),
        ("What did the clerk say when the vote was taken?", "other"),
        ("Tell me who signed the lease", "who"),
        ("And by whom was it signed?", "who"),
        ("the actor who played the old king", "who"),
        ("What do drivers caught on the bridge have to pay?", "what sum"),
        ("What would shoppers lose?", "other"),
        ("Which engineer signed the report?", "who"),
        ("Which former overseer of the forests was it?", "who"),
        ("What colour is the number plate?", "other"),
        ("How late did they finish that?", "how far"),
        ("How soon will the bridge open?", "when"),
        ("How much is a ticket to Ferrin?", "what sum"),
        ("How much redundancy do the others get?", "what sum"),
        ("What is the fine for a late report?", "what sum"),
        ("What is the rent?", "what sum"),
        ("What was revenue in May?", "what sum"),
        ("What revenue does it expect?", "what sum"),
        ("How much notice is needed to raise the rent?", "how many"),
        ("By how much may the rent be raised?", "how many"),
        ("How much is the water rising?", "how many"),
        ("What is the name of the ship?", "who"),
        ("What was named after him?", "other"),
        ("How soon after the vote did the bridge close?", "how far"),
    ],
)
def test_what_a_question_asks_for(text, asked):
    assert kind(text) == asked


@pytest.mark.parametrize(
    ("text", "is_sum"),
    [
        ("The claim by 212 nurses was dismissed.", False),
        ("It rose by 1.5 percentage points on 3 May 2021.", False),
        ("The fine was 3.4 million dollars for late reporting.", True),
        ("Road maintenance: 1,250.", True),
        ("It sold for 45 million Swiss francs.", True),
        ("The dividend was 3.2 pence.", True),
    ],
)
def test_a_count_of_people_is_no_sum_of_money(text, is_sum):
    assert offers("what sum", text, "How much did it cost?") is is_sum


@pytest.mark.parametrize(
    ("asked", "question", "text", "gives"),
    [
        (
            "how many",
            "How many signatures were there?",
            "It asks for a one-lane bridge for 66-year-olds.",
            False,
        ),
        ("how many", "How many signatures were there?", "He brought 1\u00a0284 signatures.", True),
        ("how many", "How many signed it?", "Twenty-five men did.", True),
        ("how many", "What share of them signed it?", "Two-thirds did.", True),
        ("how many", "How many signed it?", "It is a forty-five-year-old bridge.", False),
        ("how far", "How long is the bridge?", "The limit goes to 10 tons.", False),
        ("how far", "How long is the bridge?", "It is 412 feet long.", True),
        ("how far", "How long did it take?", "It took eleven weeks.", True),
        ("how far", "How heavy may a lorry be?", "It is 412 feet long.", False),
        ("how far", "How late were they?", "They finished sixteen days late.", True),
        ("how far", "How soon after the vote did it close?", "It closed a few days after the vote.", True),
        ("how far", "What weight may lorries have?", "It will be 32 tons.", True),
        ("who", "Who won the contract?", "The report on the bridge in Harrow County was wrong.", False),
        ("who", "Who won the contract?", "In March the council in Harrow hired Brack Works.", True),
        ("who", "Who won the contract?", "2. The contract was won last year.", False),
        ("who", "Who decides on disputes?", "The director decides on them.", True),
        ("who", "Who signed against it?", "Parents did.", True),
        ("who", "Who built the bridge?", "The river was bridged in 1958.", False),
        ("when", "When is the vote?", "A vote is due in May.", True),
        ("when", "When is the vote?", "They may march in the council.", False),
        ("when", "When did it close?", "It closed in spring.", True),
        ("when", "When did he come?", "He came in at 11:55.", True),
        ("when", "When did he come?", "He paid at 11.55 percent.", False),
        ("when", "When must it be returned?", "It is returned within 14 days of the end.", True),
        ("when", "When is it in force?", "It is in force on the ninetieth day after that.", True),
        ("how far", "How old is Ada Vance?", "He saw Ada Vance, 34, on Monday.", True),
        ("when", "What time did she leave?", "She left in October 2019.", False),
        ("when", "What time did she leave?", "She left at ten past nine.", True),
        ("when", "What time did she leave?", "She left at 21.10 that night.", True),
        ("when", "At what time does it sail?", "It sails at eight in the morning.", True),
        ("when", "What time did she leave?", "She had worked there for eight years.", False),
        ("why", "Why did she leave the room?", "She left, as her brother owns the nursery.", True),
        ("why", "Why did she leave the room?", "She left, as well as her brother.", False),
        ("why", "Why six schools?", "It is reduced to six, Beckside having closed.", False),
        ("why", "Why six schools?", "It is six, having been reduced.", True),
        ("how far", "How long is the bridge?", "It is a 66-year-old bridge.", False),
        ("how far", "How old is the bridge?", "It is a 66-year-old bridge.", True),
        ("what sum", "How high can a fine be?", "3. A fine may be 500 crowns.", True),
        ("what sum", "How high is the rent?", "10. Rents are due at Easter.", False),
        ("why", "Why will the mine close?", "Its owner blames the price of zinc.", True),
        ("why", "Why was it closed?", "After the flood, since Monday, it has been closed.", False),
        ("why", "Why was it closed?", "It was closed because a pier had sunk.", True),
    ],
)
def test_what_has_the_form_of_an_answer(asked, question, text, gives):
    assert kind(question) == asked
    assert offers(asked, text, question) is gives


@pytest.mark.parametrize(
    ("question", "text", "gives"),
    [
        ("Why is the amount not known?", "The terms of the settlement are confidential.", True),
        ("Why is the amount not known?", "The claim was dismissed after the parties settled.", False),
        ("Why is there no figure for 2018?", "The counter was broken for all of 2018.", True),
        ("Why was the claim dismissed?", "The claim was dismissed because the parties settled.", True),
        ("Why was the claim dismissed?", "The terms of the settlement are confidential.", False),
    ],
)
def test_why_something_is_not_known_is_told_by_what_keeps_it_so(question, text, gives):
    assert offers("why", text, question) is gives


RULES = (
    "4. A payment below 10,000 crowns does not need a second signature. 5. A payment of 10,000 crowns or "
    "more needs two. 7. Paragraph 4 does not apply to a payment to a public official. 8. See paragraph 4 "
    "for petty cash. 9. Paragraph 41 does not apply to gifts."
)
SET_ASIDE = "7. Paragraph 4 does not apply to a payment to a public official."


def test_what_sets_a_numbered_paragraph_aside_is_shown_beside_it():
    rule = "4. A payment below 10,000 crowns does not need a second signature."
    assert context_of(RULES, rule) == [(SET_ASIDE, "an exception to it")]
    assert context_of(RULES, "5. A payment of 10,000 crowns or more needs two.") == []
    assert context_of(RULES, SET_ASIDE) == []
    assert context_of(RULES.replace("does not apply", "applies"), rule) == []


def test_an_exception_goes_before_its_rule_only_where_the_question_asks_for_what_it_names(tmp_path):
    with assistant_at(tmp_path) as assistant:
        assistant.add_text(RULES, source="rules")
        asked = assistant.ask(
            "Does a payment below 10,000 crowns to a public official need a second signature?"
        )
        assert asked.sentences[0].text == SET_ASIDE
        other = assistant.ask("Does a payment below 10,000 crowns to a shop need a second signature?")
        assert other.sentences[0].text.startswith("4. A payment below")
