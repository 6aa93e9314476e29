"""What is only recommended, and what became of it; who said it in a mail; why, after an answer."""

import pytest
from fakes import BagOfWords, assistant_at

from chat.decided import asks_whether, only_asked_for
from chat.followup import Said, standalone

INQUIRY = (
    "Report of the flood inquiry\n\nRecommendation 4. Flood sirens should be fitted at all six bridges.\n\n"
    "Recommendation 5. A warden should be named in each ward.\n\n"
    "The inquiry recommends that the tide gate be replaced."
)
REPLY = (
    "Reply to the flood inquiry\n\nRecommendation 4 is not accepted. Messages by telephone are cheaper.\n\n"
    "The council will not name a warden in each ward."
)


@pytest.fixture
def inquiry(tmp_path):
    with assistant_at(tmp_path, embedder=BagOfWords()) as assistant:
        assistant.add_text(INQUIRY, source="inquiry.txt", title="Report of the flood inquiry")
        assistant.add_text(REPLY, source="reply.txt", title="Reply to the flood inquiry")
        yield assistant


def test_a_recommendation_is_quoted_with_what_became_of_it(inquiry):
    quotes = [each.quote for each in inquiry.ask("Will flood sirens be fitted at the bridges?").citations]
    assert "should be fitted" in quotes[0]
    assert quotes[1] == "Recommendation 4 is not accepted."


def test_what_was_decided_goes_before_what_was_recommended(inquiry):
    answer = inquiry.ask("Will a warden be named in each ward?")
    assert answer.citations[0].quote == "The council will not name a warden in each ward."


def test_what_is_only_recommended_does_not_say_that_it_will_be(inquiry):
    assert inquiry.ask("Will the tide gate be replaced?").status != "answered"


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Will sirens be fitted?", True),
        ("Are sirens going to be fitted?", True),
        ("Did the inquiry recommend sirens?", False),
        ("Is a helmet needed?", False),
    ],
)
def test_questions_after_what_was_done(question, asks):
    assert asks_whether(question) is asks


def test_only_asked_for_is_what_nobody_decided():
    assert only_asked_for("Sirens should be fitted.")
    assert not only_asked_for("The council agreed that sirens should be fitted.")
    assert not only_asked_for("Sirens were fitted in May.")
    assert only_asked_for("The officer recommends that permission be granted.")
    assert not only_asked_for("The officer's request has been granted.")
    assert not only_asked_for("A request that comes late must be refused.")


MAIL = b"""From: Simon Hale <hale@example.org>
To: Ada Brook <brook@example.org>
Date: Mon, 15 Jan 2024 09:12:00 +0000
Subject: pump rental

Dear Ada,

Jon Penn, the works manager, has the key of the pumps. They are stored at Mill Lane.
"""


def test_the_top_of_a_mail_says_who_wrote_and_not_who_somebody_is(tmp_path):
    (tmp_path / "pumps.eml").write_bytes(MAIL.replace(b"hale@", b"jon.penn@"))
    with assistant_at(tmp_path / "home", embedder=BagOfWords()) as assistant:
        assistant.add(tmp_path / "pumps.eml")
        assert not any("From:" in each.quote for each in assistant.ask("Who is Simon Hale?").citations)
        wrote = assistant.ask("Who wrote to Ada Brook?")
        assert wrote.citations[0].quote.startswith("From: Simon Hale")
        assert "Date: Mon, 15 Jan 2024" in wrote.citations[0].quote
        holder = assistant.ask("Who has the key of the pumps?").short
        assert holder is not None
        assert holder.text == "Jon Penn, the works manager"


VOTED = Said("Who voted against it (What was refused)?", "Ms Orla Keane voted against. She said (twice) why.")


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("Why?", "Why (Who voted against it; Ms Orla Keane voted against)?"),
        ("And why was that?", "why was that (Who voted against it; Ms Orla Keane voted against)?"),
        ("Why did she?", "Why did Ms Orla Keane (Who voted against it; What was refused)?"),
        ("Why did the mayor resign in May?", "Why did the mayor resign in May?"),
    ],
)
def test_why_is_asked_of_what_was_answered_too(question, whole):
    assert standalone(question, [VOTED]) == whole


def test_the_reason_is_not_the_sentence_that_was_quoted_just_now(tmp_path):
    told = (
        "The board refused to publish the survey. Dr Voss said that it has personal data. "
        "Ms Orla Keane voted against. She said that the public had paid for it."
    )
    with assistant_at(tmp_path, embedder=BagOfWords()) as assistant:
        assistant.add_text(told, source="minutes.txt", title="Minutes")
        refused = assistant.ask("Did the board refuse to publish the survey?")
        assert refused.citations[0].quote.startswith("The board refused")
        why = assistant.ask("Why?", conversation=refused.conversation)
        assert why.citations[0].quote.startswith("Dr Voss")


@pytest.mark.parametrize(
    ("after", "first"),
    [("Recommendation 5 is accepted.", "Recommendation 4"), ("The cost is too great.", "The cost")],
)
def test_what_is_said_of_another_number_is_no_reason(after, first, tmp_path):
    with assistant_at(tmp_path, embedder=BagOfWords()) as assistant:
        assistant.add_text(f"Recommendation 4 is not accepted. {after}", source="r.txt", title="Reply")
        refused = assistant.ask("Was recommendation 4 accepted?")
        why = assistant.ask("Why?", conversation=refused.conversation)
        assert why.citations[0].quote.startswith(first)
