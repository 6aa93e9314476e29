"""PDF: the numbers in the margin of transcripts and pleadings are places of their lines, and no words."""

import pytest
from pdf_maker import Line, make_pdf, paragraph

from chat.verify.place import locator_of, page_of, speaker_of
from ingest.document import Document, Reading
from ingest.readers.choose import read
from ingest.readers.pdf_page import quote_boxes

HEARD = [
    "ANNA M. KELLER,",
    "having been first duly sworn, was examined and",
    "testified as follows:",
    "BY MR. STONE:",
    "Q.   Did you sign the letter of",
    "May 3rd?",
    "A.   I did not.",
    "MR. LANE:  Objection. Form.",
    "Q.   Who signed it?",
    "A.   Robert did, and then he went home",
]
LATER = [
    "with the others.",
    *(line for number in range(4) for line in (f"Q.   What of letter {number}?", "A.   It was lost.")),
    "Q.   Thank you.",
]


def sheet(lines: list[str], printed: str, *, apart: bool = True) -> list[Line]:
    """A page with numbered lines, what it is called, and a footer."""
    drawn: list[Line] = [(480, 750, 11, printed), (230, 30, 9, "Stenographers of Harrow")]
    for number, words in enumerate(lines, 1):
        place = 705 - 24 * number
        if apart:
            drawn += [(80, place, 11, str(number)), (120, place, 11, words)]
        else:
            drawn.append((80, place, 11, f"{number} {words}"))
    return drawn


def transcript(*, apart: bool = True) -> tuple[bytes, Reading]:
    cover = paragraph(["Deposition of Anna M. Keller", "taken in Harrow"], 600)
    data = make_pdf([cover, sheet(HEARD, "Page 12", apart=apart), sheet(LATER, "13", apart=apart)])
    return data, read(data, "keller.pdf")


@pytest.mark.parametrize("apart", [True, False])
def test_lines_have_their_page_and_number_and_those_who_say_them(apart):
    data, reading = transcript(apart=apart)
    assert reading.text.startswith("Deposition of Anna M. Keller\n")
    assert "Stenographers" not in reading.text
    document = Document("d", 1, "default", "a", "a", "a", "0" * 64, reading)
    answer = "Robert did, and then he went home\nwith the others."
    start = reading.text.index(answer)
    end = start + len(answer)
    assert locator_of(document, start, end) == "12:10 – 13:1"
    assert speaker_of(document, start, end) == "Anna M. Keller (answer)"
    asked = reading.text.index("Did you")
    assert speaker_of(document, asked, asked + 9) == "MR. STONE (question)"
    assert page_of(document, asked) == 2
    assert [page.label for page in reading.pages] == ["1", "12", "13"]
    boxes = quote_boxes(data, reading, start, end)
    assert [box.page for box in boxes] == [2, 3]
    assert boxes[0].left > 0.14


def test_a_pleading_has_its_paragraphs():
    words = ["Plaintiff alleges as follows against the defendant and", "each of them."]
    lines: list[Line] = []
    for number in range(1, 13):
        place = 720 - 24 * number
        lines += [
            (60, place, 11, str(number)),
            (130 if number % 2 else 100, place, 11, words[1 - number % 2]),
        ]
    reading = read(make_pdf([lines, lines]), "complaint.pdf")
    assert [reading.text[start:end] for start, end in reading.blocks] == ["\n".join(words)] * 12
    assert reading.marks[-1].label == "2:12"


def test_tables_that_count_their_rows_are_none():
    rows = [[(80, 700 - 20 * row, 11, str(row + 1)), (120, 700 - 20 * row, 11, f"Club {row} of Harrow")]
            for row in range(14)]  # fmt: skip
    first, second = [line for row in rows for line in row], [line for row in rows[:11] for line in row]
    assert not read(make_pdf([first]), "ranks.pdf").marks
    others = [paragraph(["Only words stand on this page."], 700)] * 3
    assert not read(make_pdf([first, *others, second]), "ranks.pdf").marks
