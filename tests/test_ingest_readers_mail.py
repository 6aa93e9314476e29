"""Replies: what is quoted is parted from what is not, and its sentences are whole."""

import pytest

from ingest.document import Reading
from ingest.readers.choose import read
from ingest.sentences import sentence_spans

HEADERS = "From: Ann Lee <ann@example.org>\nTo: Bob Ross <bob@example.org>\nSubject: Re: the bridge\n\n"
BODY = """Agreed, as long as the board is told before the end of the week.

On Mon, 2 Mar 2020 at 10:00, Bob Ross <bob.ross@bridges.example> wrote:
> The contractor asks for another $4 million, which the board has
> never approved. Should we pay?
>
>> The steel was late. It came from a yard that had closed its gates for
>> the whole of January.
> I told them so.
No, we should not pay.
"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_quoted_lines_are_parted_from_the_others_and_their_sentences_are_whole(ending):
    reading = read((HEADERS + BODY).replace("\n", ending).encode(), "a.eml")
    spans = sentence_spans(reading.text, reading.blocks)
    found = [reading.text[start:end].replace("\r\n", "\n") for start, end in spans]
    assert found[3:] == [
        "Agreed, as long as the board is told before the end of the week.",
        "On Mon, 2 Mar 2020 at 10:00, Bob Ross <bob.ross@bridges.example> wrote:",
        "> The contractor asks for another $4 million, which the board has\n> never approved.",
        "Should we pay?",
        ">",
        ">> The steel was late.",
        "It came from a yard that had closed its gates for\n>> the whole of January.",
        "> I told them so.",
        "No, we should not pay.",
    ]


def message(body: str, kind: str = "text/plain") -> Reading:
    headers = HEADERS.removesuffix("\n") + f"MIME-Version: 1.0\nContent-Type: {kind}\n\n"
    return read((headers + body).encode(), "a.eml")


def paragraphs(reading: Reading) -> list[str]:
    return [reading.text[start:end] for start, end in reading.blocks[3:]]


def said(reading: Reading) -> list[tuple[str | None, str]]:
    return [(each.speaker, reading.text[each.start : each.end]) for each in reading.utterances]


def test_lines_that_flow_are_joined_as_their_writer_wrote_them():
    body = (
        "The council met on Monday \nand decided to lease \nthe harbour.\nNext line.\n\n> Quoted words \n"
        "> that go on here.\n>> Deeper \n> shallow.\n\n From stuffed \nwords. \n-- \nAnn Lee\nAyr\n"
    )
    assert paragraphs(message(body, "text/plain; format=flowed")) == [
        "The council met on Monday and decided to lease the harbour.",
        "Next line.",
        "> Quoted words that go on here.",
        ">> Deeper",
        "> shallow.",
        "From stuffed words.",
        "--",
        "Ann Lee",
        "Ayr",
    ]
    assert paragraphs(message("On Mon \nday.\n", "text/plain; format=flowed; delsp=yes")) == ["On Monday."]
    wrapped = "Some words that are broken by hand though the\nmessage says that it flows.\n"
    assert paragraphs(message(wrapped, "text/plain; format=flowed")) == [wrapped.strip()]


def test_what_a_reply_quotes_is_said_by_the_one_who_wrote_it():
    reading = message(BODY)
    assert {name for name, _ in said(reading)} == {"Bob Ross"}
    assert [words.split()[0] for _, words in said(reading)] == ["The", "I"]
    nested = (
        "Yes.\n\nBob Ross wrote:\n>\n> On 1 May 2024, at 10:00 AM, Cy Fox\n> <c@x.org> wrote:\n>\n"
        ">> Is it old?\n> It is.\nNo.\n"
    )
    assert said(message(nested)) == [("Cy Fox", "Is it old?"), ("Bob Ross", "It is.")]
    assert said(message("The mayor wrote:\n\nWe agree.\n\nOn 2 May 2024 she wrote:\n\nNo.\n")) == []


def test_a_message_below_the_lines_of_its_headers_is_said_by_its_sender():
    body = (
        "Yes.\n\n-----Original Message-----\nFrom: Bob Ross <bob@x.org>\nSent: Friday, May 3, 2024 10:00 AM\n"
        "To: Ann Lee\nSubject: Lease\n\nCan you sign?\n\n*From:* Cy Fox [mailto:cy@x.org]\n*Date:* 2 May\n"
        "*To:* Bob\n*Subject:* Lease\n\nIt is old.\n"
    )
    assert said(message(body)) == [("Bob Ross", "Can you sign?"), ("Cy Fox", "It is old.")]


def test_what_a_page_of_mail_quotes_below_who_wrote_it_is_said_by_them():
    body = (
        "<p>Yes, we do.<br>Ann</p><div>On Fri, May 3, 2024 at 10:00 AM Bob Ross &lt;<a href='mailto:b@b.org'>"
        "b@b.org</a>&gt; wrote:<br><blockquote><p>Can you?</p><p>Please.</p></blockquote></div>"
    )
    reading = message(body, "text/html")
    assert said(reading) == [("Bob Ross", "Can you?"), ("Bob Ross", "Please.")]
    assert paragraphs(reading)[0] == "Yes, we do.\nAnn"


def test_a_line_that_ends_within_a_word_goes_on_in_the_next():
    body = (
        "The contrac-\ntor had left.\nA line that is a good deal longer than all of the others of it are.\n"
        "- one\n-\nTwo-\nThree\n"
    )
    assert paragraphs(message(body)) == [
        "The contrac-\ntor had left.",
        "A line that is a good deal longer than all of the others of it are.",
        *("- one", "-", "Two-", "Three"),
    ]
