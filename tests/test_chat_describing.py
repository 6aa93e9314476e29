"""Who somebody is: by what stands beside the name, or by "I was …" in that person's own statement."""

from dataclasses import replace

import pytest
from fakes import BagOfWords, assistant_at
from test_chat_short import candidate

from chat.abstain import verdict
from chat.describing import describes
from chat.evidence import Evidence

NURSE = "I was a senior midwife at St Brendan's Hospital."


def titled(title, text):
    return candidate(text, title)


@pytest.mark.parametrize(
    ("title", "text", "tells"),
    [
        ("Statement of Grace Okoro", NURSE, True),
        ("Witness statement by Dr Grace Okoro", f"2. {NURSE}", True),
        ("Grace Okoro: first affidavit", "I am the registrar of the college.", True),
        ("Grace Okoro's diary", "I have been a midwife for ten years.", True),
        ("Letter to Grace Okoro", NURSE, False),
        ("Statement of Grace Okoro-Hill's solicitor to Grace Okoro", NURSE, False),
        ("Statement of Alan Pryce", NURSE, False),
        ("Statement of Grace Okoro", "I was the first to leave.", False),
        ("Statement of Grace Okoro", "I was a little late.", False),
        ("Statement of Grace Okoro", '"I was a plumber," he told me.', False),
        ("Minutes", "Grace Okoro, a midwife, spoke.", True),
        ("Minutes", "Clerk: Grace Okoro", True),
        ("Minutes", "Grace Okoro spoke.", False),
    ],
)
def test_who_somebody_is_stands_beside_the_name_or_in_their_own_statement(title, text, tells):
    assert describes("Who is Grace Okoro?", titled(title, text)) is tells


def test_only_who_somebody_is_asks_for_that():
    assert not describes("Who wrote to Grace Okoro?", titled("Minutes", "Grace Okoro, a midwife, spoke."))
    assert describes("Who's Grace Okoro?", titled("Minutes", "Grace Okoro, a midwife, spoke."))


@pytest.mark.parametrize(("text", "found"), [(NURSE, "answers"), ("The ward was cold.", "nothing")])
def test_what_somebody_says_they_are_answers_though_a_reader_doubts_it(text, found):
    doubted = replace(titled("Statement of Grace Okoro", text), read=-5.0, cosine=0.4)
    given = Evidence("Who is Grace Okoro?", "who", (), (doubted,), was_read=True)
    assert verdict(given, [(doubted, 0.3)]) == found


def test_what_somebody_says_of_themselves_goes_before_what_only_names_them(tmp_path):
    with assistant_at(tmp_path, BagOfWords()) as assistant:
        assistant.add_text(f"{NURSE} The ward was cold.", source="s.txt", title="Statement of Grace Okoro")
        assistant.add_text("Who is there? Grace Okoro is.", source="d.txt", title="Diary")
        assert assistant.ask("Who is Grace Okoro?").citations[0].quote == NURSE
