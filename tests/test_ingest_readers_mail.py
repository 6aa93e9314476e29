"""Replies: what is quoted is parted from what is not, and its sentences are whole."""

import pytest

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
