"""PDF: notes at the foot of a page or a column do not stand within a sentence that goes on behind them."""

from pdf_maker import Line, make_pdf, paragraph

from ingest.readers.choose import read
from ingest.readers.pdf_page import quote_boxes

FIRST = [
    "The harbour board met in private on Tuesday.",
    "It heard what the engineers had found under the old quay,",
    "and that the second letter, which nobody had signed, was",
]
SECOND = ["put into the safe unread by the commissioner.", "The board then went home."]
NOTES = ["1 See the minutes of 3 May, page 12.", "2 Ibid., where the chair speaks of it."]
WHOLE = f"{' '.join(FIRST[1:])} {SECOND[0]}"


def notes(top: float, size: float = 9, left: float = 72) -> list[Line]:
    return [(left, top - 11 * row, size, text) for row, text in enumerate(NOTES)]


def test_a_sentence_goes_on_over_the_notes_at_the_foot_of_its_page():
    opening = paragraph(["A first paragraph, which is whole."], 750)
    data = make_pdf([[*opening, *paragraph(FIRST, 720), *notes(90)], paragraph(SECOND, 720)])
    reading = read(data, "a.pdf")
    assert WHOLE in reading.text
    blocks = [reading.text[start:end] for start, end in reading.blocks]
    assert blocks[:4] == ["A first paragraph, which is whole.", FIRST[0], *NOTES]
    assert all(reading.text[page.start : page.end].strip() for page in reading.pages)
    start = reading.text.index(FIRST[2])
    pages = [box.page for box in quote_boxes(data, reading, start, start + len(FIRST[2]) + 12)]
    assert pages == [1, 2]
    start = reading.text.index(NOTES[1])
    (box,) = quote_boxes(data, reading, start, start + len(NOTES[1]))
    assert box.page == 1
    assert box.top > 0.85


def test_a_sentence_of_the_first_paragraph_and_a_word_that_the_page_cuts_go_on_too():
    cut = [FIRST[1], "and that the second letter, which was not signed, was for-"]
    pages = [[*paragraph(cut, 720), *notes(90)], paragraph(["warded at once."], 720)]
    reading = read(make_pdf(pages), "a.pdf")
    assert "not signed, was forwarded at once." in reading.text
    assert reading.text.startswith(NOTES[0])


def test_notes_in_columns_and_notes_as_large_as_the_text():
    left = ["The harbour board met in private", "on Tuesday to hear what it was that", "the engineers had"]
    right = ["found under the old quay, which is", "that nothing of it is left that", "could hold a crane."]
    columns: list[Line] = [(72, 700 - 14 * row, 11, text) for row, text in enumerate(left)]
    columns += notes(600, 8)
    columns += [(330, 700 - 14 * row, 11, text) for row, text in enumerate(right)]
    assert " ".join(left + right) in read(make_pdf([columns]), "a.pdf").text


def test_notes_stay_behind_a_paragraph_that_ends_on_its_page_and_under_a_table():
    ended = [*FIRST[:2], "and that nobody had signed it."]
    reading = read(make_pdf([[*paragraph(ended, 720), *notes(90)], paragraph(SECOND, 720)]), "a.pdf")
    blocks = [reading.text[start:end] for start, end in reading.blocks]
    assert blocks[-3:] == [*NOTES, " ".join(SECOND)]


def test_small_print_between_paragraphs_stays_in_its_place():
    quoted: list[Line] = [(100, 660 - 11 * row, 9, f"Quoted line {row} of a letter") for row in range(3)]
    page = [*paragraph(FIRST[:2], 720), *quoted, *paragraph([FIRST[2]], 600)]
    text = read(make_pdf([page, paragraph(SECOND, 720)]), "a.pdf").text
    assert text.index("Quoted line 0") > text.index(FIRST[1])
    assert f"{FIRST[2]} {SECOND[0]}" in text
