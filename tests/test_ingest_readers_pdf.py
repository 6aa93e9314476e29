"""PDF: raised figures, sentences over the borders of columns and pages, running lines drawn in any order."""

from pdf_maker import make_pdf, paragraph
from test_ingest_readers_hidden import page

from ingest.readers.choose import read
from ingest.readers.pdf_page import quote_boxes

TEXT = "BT /F1 12 Tf 72 {y} Td {shown} ET\n"
UP = "/F1 7 Tf 4 Ts ({}) Tj 0 Ts /F1 12 Tf "


def test_raised_figures_are_as_the_page_shows_them_and_have_their_boxes():
    data = page(
        TEXT.format(
            y=600, shown=f"(Some 10) Tj {UP.format('6')}( tons of it, 5 m) Tj {UP.format('-2')}( wide.) Tj"
        )
        + TEXT.format(
            y=586, shown=f"(The lease of 2019 ended.) Tj {UP.format('12')}( It was long, 17 years.) Tj"
        )
        + TEXT.format(
            y=572, shown=f"{UP.format('13')}( Another line of the text that begins with a note.) Tj"
        )
    )
    reading = read(data, "a.pdf")
    assert reading.text == (
        "Some 10⁶ tons of it, 5 m⁻² wide.\n\nThe lease of 2019 ended.¹² It was long, 17 years. "
        "¹³ Another line of the text that begins with a note."
    )
    for figure in "⁶²¹³":
        at = reading.text.index(figure)
        assert len(quote_boxes(data, reading, at, at + 1)) == 1


def test_a_sentence_over_a_border_of_columns_or_pages_is_whole_also_before_a_name():
    left = [
        "The harbour board met in private on",
        "Tuesday to hear what the commissioner",
        "had told the others about Mr. Robert",
    ]
    right = [
        "Oppenheimer, who had never signed it,",
        "and what the second letter, which was",
        "put into the safe unread, had said.",
    ]
    lines = [(72, 700 - 14 * row, 11, text) for row, text in enumerate(left)]
    lines += [(330, 700 - 14 * row, 11, text) for row, text in enumerate(right)]
    assert read(make_pdf([lines]), "a.pdf").text == " ".join(left + right)
    pages = [paragraph(left, 700), paragraph(right, 700)]
    assert read(make_pdf(pages), "a.pdf").text == " ".join(left + right)


def test_a_heading_on_top_of_a_page_is_no_part_of_the_sentence_before():
    first = [
        "The harbour board met in private on",
        "Tuesday to hear what the engineers",
        "had found under the old quay.",
    ]
    pages = [paragraph(first, 700), paragraph(["Findings of the harbour board", *first], 700)]
    assert "quay.\n\nFindings" in read(make_pdf(pages), "a.pdf").text


def test_running_lines_are_told_by_their_place_and_not_by_when_they_are_drawn():
    first = paragraph(["The board met for the first time and heard", "the engineers."], 600)
    second = paragraph(["The board met for the next time and heard", "nobody at all."], 600)
    top, bottom = (72, 760, 9, "Minutes of the board"), (72, 30, 9, "Draft of 5 May")
    reading = read(make_pdf([[top, bottom, *first], [*second, bottom, top]]), "a.pdf")
    assert reading.text == (
        "The board met for the first time and heard the engineers.\n\n"
        "The board met for the next time and heard nobody at all."
    )


def test_wide_gaps_between_the_words_of_justified_columns_are_no_border_of_columns():
    words = ["overwhelming", "organisational", "arrangements", "unprecedented", "administrative"]
    lines, whole = [], []
    for left, ends in ((72, ("growth", "rate")), (330, ("board", "plan"))):
        said = []
        for row, word in enumerate(words):
            top = 700 - 42 * row
            lines.append((left, top, 11, f"Line {row} of the column is quite full here"))
            said.append(lines[-1][3])
            for number, end in enumerate(ends, 1):
                for place, part in zip((0, 55, 165), ("the", word, end), strict=True):
                    lines.append((left + place, top - 14 * number, 11, part))
                said.append(f"the {word} {end}")
        for row in range(5, 11):
            lines.append((left, 700 - 14 * (row + 11), 11, f"Line {row} of the column is quite full here"))
            said.append(lines[-1][3])
        whole.append(" ".join(said))
    assert read(make_pdf([lines]), "a.pdf").text.split() == " ".join(whole).split()
