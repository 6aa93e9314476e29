"""Workbooks: notes and comments on cells are read, at their cells and said by those who wrote them."""

import io

import xlsxwriter
from test_ingest_readers_office import packed
from test_ingest_readers_sheets import ods

from ingest.document import Reading
from ingest.readers.choose import read

THREAD = "../threadedComments/threadedComment1.xml"
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SAID = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


def noted(author: str, words: str) -> dict[str, str]:
    """The parts of a workbook with a note on B2."""
    import zipfile

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Sums")
        sheet.write_row("A1", ["Name", "Sum"])
        sheet.write_row("A2", ["Ann", 5])
        sheet.write_comment("B2", words, {"author": author})
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def told(reading: Reading) -> list[tuple[str, str, str | None]]:
    """Each note with its place and who says it."""
    said = {each.start: each.speaker for each in reading.utterances}
    return [
        (mark.label, reading.text[mark.start : mark.end], said.get(mark.start))
        for mark in reading.marks
        if mark.label.endswith("(note)")
    ]


def test_a_note_is_read_at_its_cell_and_without_its_author_again():
    reading = read(packed(**noted("Ann Lee", "Ann Lee:\nNot audited yet.\n\nAsk Bob.")), "a.xlsx")
    assert told(reading) == [("Sums!B2 (note)", "Not audited yet.\nAsk Bob.", "Ann Lee")]
    assert "Name: Ann; Sum: 5" in reading.text


def test_comments_and_their_replies_stand_in_for_the_note_that_repeats_them():
    parts = noted("tc={1}", "[Threaded comment] Your version of Excel allows you to read this.")
    relations = "xl/worksheets/_rels/sheet1.xml.rels"
    more = f'<Relationship Id="t" Type="{TYPE}/threadedComment" Target="{THREAD}"/>'
    parts[relations] = parts[relations].replace("</Relationships>", f"{more}</Relationships>")
    book = "xl/_rels/workbook.xml.rels"
    people = f'<Relationship Id="p" Type="{TYPE}/person" Target="persons/person.xml"/></Relationships>'
    parts[book] = parts[book].replace("</Relationships>", people)
    parts["xl/persons/person.xml"] = (
        f'<personList xmlns="{SAID}"><person displayName="Ann Lee" id="{{A}}"/></personList>'
    )
    parts["xl/threadedComments/threadedComment1.xml"] = (
        f'<ThreadedComments xmlns="{SAID}">'
        '<threadedComment ref="B2" personId="{A}" id="{1}"><text>Is it final?</text></threadedComment>'
        '<threadedComment ref="B2" personId="{B}" id="{2}" parentId="{1}"><text>No.</text></threadedComment>'
        "</ThreadedComments>"
    )
    assert told(read(packed(**parts), "a.xlsx")) == [
        ("Sums!B2 (note)", "Is it final?", "Ann Lee"),
        ("Sums!B2 (note)", "No.", None),
    ]


def test_open_document():
    note = (
        "<office:annotation><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ann Lee</dc:creator>"
        "<text:p>Not audited</text:p><text:p>yet.</text:p></office:annotation>"
    )
    row = (
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/><table:table-cell '
        f'office:value-type="string">{note}<text:p>Region</text:p></table:table-cell></table:table-row>'
    )
    reading = read(ods(row), "a.ods")
    assert told(reading) == [("Sums!C1 (note)", "Not audited\nyet.", "Ann Lee")]
