"""Subtitles and transcripts: who says it, and when or where, stands beside every word."""

import pytest
from fakes import DictShelf, text_document

from chat.answer import Claim, Draft, Quote
from chat.verify.answering import Asked, Verifier
from chat.verify.place import locator_of, speaker_of
from ingest.document import Document
from ingest.readers.choose import read

VTT = """WEBVTT

NOTE a comment

1
00:00:01.000 --> 00:00:04.000 align:start
<v Ann Lee>We met the board
on

2
00:00:04.100 --> 00:00:06.000
<v Ann Lee>Tuesday. Nobody signed.

00:01:10.000 --> 00:01:12.000
<v Bob Ross>I &amp; <i>Carol</i> did not see it.
"""
SRT = """1
00:00:01,000 --> 00:00:04,000
- Where was it?
- In the safe.

2
01:00:05,000 --> 01:00:06,000
JOHN: It was
3
01:00:06,100 --> 01:00:07,000
in the <b>safe</b>.
"""
INTERVIEW = """Interview with the minister
12 March 2024

[00:00:05] Ann Lee: Did you sign the letter?
[00:00:09] Minister Roth: I did not. I never saw it.
It was in the safe.

[00:01:00] Ann Lee: Who had the key?
[01:01:04] Minister Roth: My secretary did.
"""
HEARING = [
    "JANE A. DOE, the witness, having been first duly sworn,",
    "testified as follows:",
    "BY MR. SMITH:",
    "Q.  Did you sign the letter?",
    "MS. ROE:  Objection, form.",
    "A.  I did not.",
    "THE COURT:  Go on.",
    "Q.  Who had the key?",
    "A.  My secretary",
    "had it.",
]


def placed(data: str, name: str, words: str) -> tuple[str | None, str | None]:
    """Locator and speaker of words that stand once in the text."""
    reading = read(data.encode(), name)
    document = Document("d", 1, "default", name, name, name, "0" * 64, reading)
    assert reading.text.count(words) == 1
    start = reading.text.index(words)
    end = start + len(words)
    return locator_of(document, start, end), speaker_of(document, start, end)


@pytest.mark.parametrize(
    ("data", "name", "words", "locator", "speaker"),
    [
        (VTT, "a.vtt", "We met the board on Tuesday.", "00:01–04", "Ann Lee"),
        (VTT, "unnamed", "I & Carol did not see it.", "01:10", "Bob Ross"),
        (SRT, "a.srt", "Where was it?", "00:01", None),
        (SRT, "a.txt", "It was in the safe.", "01:00:05–06", "JOHN"),
        (INTERVIEW, "a.txt", "I never saw it.\nIt was in the safe.", "00:09", "Minister Roth"),
        (INTERVIEW, "a.txt", "My secretary did.", "01:01:04", "Minister Roth"),
    ],
)
def test_times_and_speakers(data, name, words, locator, speaker):
    assert placed(data, name, words) == (locator, speaker)


def test_a_hearing_has_page_and_line_and_roles():
    data = "Page 12\n" + "".join(f"{number:>4}   {line}\n" for number, line in enumerate(HEARING, 1))
    assert placed(data, "d.txt", "Did you sign the letter?") == ("12:4", "MR. SMITH (question)")
    assert placed(data, "d.txt", "Objection, form.") == ("12:5", "MS. ROE (objection)")
    assert placed(data, "d.txt", "I did not.") == ("12:6", "Jane A. Doe (answer)")
    assert placed(data, "d.txt", "Go on.") == ("12:7", "THE COURT")
    assert placed(data, "d.txt", "My secretary\nhad it.") == ("12:9–10", "Jane A. Doe (answer)")


@pytest.mark.parametrize("sign", [".  ", ": ", "\t"])
def test_questions_and_answers_without_line_numbers_have_roles_and_are_no_title(sign):
    data = "\n\n".join(line.replace(".  ", sign) if line[0] in "QA" else line for line in HEARING[3:])
    reading = read(data.replace("secretary\n\nhad", "secretary\nhad").encode(), "d.txt")
    assert reading.title is None
    said = [(each.role, each.speaker, reading.text[each.start : each.end]) for each in reading.utterances]
    assert said == [
        ("question", None, "Did you sign the letter?"),
        ("objection", "MS. ROE", "Objection, form."),
        ("answer", "the witness", "I did not."),
        (None, "THE COURT", "Go on."),
        ("question", None, "Who had the key?"),
        ("answer", "the witness", "My secretary\nhad it."),
    ]
    titled = read(f"Deposition of Jane Doe\n\n{data}".encode(), "d.txt")
    assert titled.title == "Deposition of Jane Doe" and len(titled.utterances) == 6


def test_a_question_on_top_is_no_title():
    assert read(b"Q. Did you sign the letter?\n\nThat is what they asked.", "d.txt").title is None
    assert read(b"A tale of two cities\n\nIt was the best of times.", "d.txt").title == "A tale of two cities"


@pytest.mark.parametrize(
    "text",
    [
        "Note: this is no talk.\n\nRe: the budget\n\nFrom: the office\n\nTo: everyone\n\nIt goes on.",
        "Summary: it rained.\n\nThe rest of the text has no speakers. " * 5,
    ],
)
def test_labels_are_no_speakers(text):
    assert read(text.encode(), "a.txt").utterances == ()


def test_an_answer_says_who_said_it():
    reading = read(INTERVIEW.encode(), "a.txt")
    document = text_document(reading.text, utterances=reading.utterances, marks=reading.marks)
    words = "My secretary did."
    start = document.text.index(words)
    quote = Quote(document.id, 1, start, start + len(words), words, f"{document.id}:1:0-9", 1.0)
    asked = Asked("Who had it?", "Who had it?", "c", 1, 1, (), (), "1")
    verifier = Verifier(DictShelf(document), lambda text, others: [1.0] * len(others))
    *_, answer = verifier.verify(Draft((Claim(words, (quote,)),), (), "test"), asked, {})
    assert answer.sentences[0].speaker == "Minister Roth"
    assert answer.citations[0].locator == "01:01:04"
