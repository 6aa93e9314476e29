"""Hearings and interviews as Word, OpenDocument and PDF files: who says what is known there too."""

import io

import docx
import pytest
from pdf_maker import make_pdf, paragraph
from test_ingest_readers_odt_placed import p, text

from ingest.document import Reading
from ingest.readers.choose import read

HEARD = [
    "JANE A. DOE, the witness, having been first duly sworn, testified:",
    "BY MR. SMITH:",
    "Q.  Did you sign the letter?",
    "MS. ROE:  Objection, form.",
    "A.  I did not.",
    "Q.  Who had the key?",
    "A.  My secretary had it.",
]
SAID = [
    ("MR. SMITH", "question", "Did you sign the letter?"),
    ("MS. ROE", "objection", "Objection, form."),
    ("Jane A. Doe", "answer", "I did not."),
    ("MR. SMITH", "question", "Who had the key?"),
    ("Jane A. Doe", "answer", "My secretary had it."),
]
CONGRESS = """    The CHAIRMAN. The committee will come to order. We meet on the budget.
    Mr. Jones of Ohio. Thank you, Mr. Chairman. I object to
it, as I did before.
    The CHAIRMAN. It is noted.
    Mr. Jones of Ohio. I yield back.
    Senator SMITH. So do I.
"""


def said(reading: Reading) -> list[tuple[str | None, str | None, str]]:
    return [
        (each.speaker, each.role, " ".join(reading.text[each.start : each.end].split()))
        for each in reading.utterances
    ]


def word(lines: list[str], comment: str = "") -> Reading:
    document, buffer = docx.Document(), io.BytesIO()
    for line in lines:
        paragraph = document.add_paragraph(line)
    if comment:
        document.add_comment(paragraph.runs, comment, author="Ann Lee")
    document.save(buffer)
    return read(buffer.getvalue(), "a.docx")


@pytest.mark.parametrize("joint", [".  ", ".\t", ": "])
def test_a_hearing_as_a_word_file_and_its_comments(joint):
    lines = [line.replace(".  ", joint) if line[0] in "QA" else line for line in HEARD]
    reading = word(lines, "Check this.")
    assert said(reading) == [*SAID, ("Ann Lee", None, "Check this.")]
    assert reading.marks[-1].label == "comment 1"


def test_a_hearing_as_an_open_document():
    assert said(text("".join(map(p, HEARD)))) == SAID


def test_a_hearing_as_a_pdf_without_numbers():
    assert said(read(make_pdf([paragraph(HEARD, 720)]), "a.pdf")) == SAID


def test_an_interview_as_a_word_file():
    lines = ["Ann Lee: Did you sign it?", "Bob Roth: I did not.", "Ann Lee: Who did?", "Bob Roth: Robert."]
    assert [(name, words) for name, _, words in said(word(lines))] == [
        ("Ann Lee", "Did you sign it?"),
        ("Bob Roth", "I did not."),
        ("Ann Lee", "Who did?"),
        ("Bob Roth", "Robert."),
    ]
    contract = ["Parties: Ann Lee and Bob Roth.", "Term: two years.", "Rent: 900 euros.", "Notice: a month."]
    assert said(word(contract)) == []


def test_a_hearing_of_congress():
    assert said(read(CONGRESS.encode(), "a.txt")) == [
        ("The CHAIRMAN", None, "The committee will come to order. We meet on the budget."),
        ("Mr. Jones of Ohio", None, "Thank you, Mr. Chairman. I object to it, as I did before."),
        ("The CHAIRMAN", None, "It is noted."),
        ("Mr. Jones of Ohio", None, "I yield back."),
        ("Senator SMITH", None, "So do I."),
    ]
