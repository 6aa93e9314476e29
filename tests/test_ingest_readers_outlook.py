"""Outlook messages: what is attached to one, messages too, becomes documents that know what they stand in."""

from datetime import UTC, datetime

from fakes import library_at
from msg_maker import attached, compound, message
from test_retrieval_recognising import added

from ingest.parts import Parts
from ingest.readers.choose import read

SENT = datetime(2024, 3, 12, 23, 30, tzinfo=UTC)
DEEPEST = message("The third", "It was Tim who signed.")
INNER = message(
    "Re: minutes / draft",
    "Nobody signed the second letter.\r\n\r\nAnn",
    attached("sums.csv", b"name,sum\nAnn,12\n" * 400),
    attached("a message", DEEPEST),
    sent=SENT,
)


def outer(*attachments) -> bytes:
    return compound(message("Forward", "See what is attached.", *attachments, sent=SENT, header=32))


def test_a_message_within_a_message_is_a_document_with_its_headers_its_words_and_its_attachments(tmp_path):
    parts = Parts(tmp_path)
    reading = read(outer(attached("note.txt", b"A note."), attached("x", INNER)), "a.msg", parts=parts)
    assert "See what is attached." in reading.text and reading.published == "2024-03-12"
    assert [part.name for part in reading.parts] == ["note.txt", "Re: minutes - draft.eml"]
    within = Parts(tmp_path)
    mail = read((tmp_path / reading.parts[1].content_hash).read_bytes(), reading.parts[1].name, parts=within)
    assert mail.text == (
        'From: "Lee, Ann" <ann@example.org>\nTo: Bob <bob@example.org>\nCc: Zoë Kraus <zoe@example.org>\n'
        "Date: Tue, 12 Mar 2024 23:30:00 +0000\nSubject: Re: minutes / draft\n\n"
        "Nobody signed the second letter.\n\nAnn"
    )
    assert (mail.published, mail.title) == ("2024-03-12", "Re: minutes / draft")
    assert [part.name for part in mail.parts] == ["sums.csv", "The third.eml"]
    table = read((tmp_path / mail.parts[0].content_hash).read_bytes(), "sums.csv")
    assert table.text.count("Ann") == 400
    third = read((tmp_path / mail.parts[1].content_hash).read_bytes(), "The third.eml")
    assert third.text.endswith("It was Tim who signed.") and "Date:" not in third.text


def test_a_page_is_read_where_there_is_no_plain_body_and_rich_text_alone_is_listed(tmp_path):
    page = message("A page", "", **{"__substg1.0_10130102": "<p>Zoë signed.</p>".encode()})
    rich = message("Rich", "", **{"__substg1.0_10090102": b"LZFu"})
    reading = read(outer(attached("p", page), attached("rich", rich)), "a.msg", parts=Parts(tmp_path))
    first, second = reading.parts
    assert read((tmp_path / first.content_hash).read_bytes(), first.name).text.endswith("Zoë signed.")
    assert second.reason == "it is a message in rich text only; save it as a file and add that"


def test_messages_within_one_another_without_end_are_cut_off(tmp_path):
    tree = DEEPEST
    for number in range(30):
        tree = message(f"Number {number}", "Words.", attached("m", tree))
    reading = read(outer(attached("m", tree)), "a.msg", parts=Parts(tmp_path))
    assert len(reading.parts) == 1


def test_a_library_knows_what_a_message_stands_in(tmp_path):
    (tmp_path / "a.msg").write_bytes(outer(attached("x", INNER)))
    with library_at(tmp_path / "home") as library:
        added(library, tmp_path / "a.msg")
        sources = sorted(info.source.rpartition("/")[2] for info in library.documents())
    assert sources == [
        "a.msg",
        "a.msg › Re: minutes - draft.eml",
        "a.msg › Re: minutes - draft.eml › The third.eml",
        "a.msg › Re: minutes - draft.eml › sums.csv",
    ]
