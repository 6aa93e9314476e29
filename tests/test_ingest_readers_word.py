"""Word and RTF as their pages show them: nothing glued, nothing that was moved away, no cell said twice."""

import io
import zipfile

from test_ingest_worker import docx_of, zipped

from ingest.readers.choose import read


def docx(body: str) -> bytes:
    """A docx with this body."""
    with zipfile.ZipFile(io.BytesIO(docx_of(0))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace("<w:body>", f"<w:body>{body}")
    return zipped(parts)


def blocks(body: str) -> list[str]:
    reading = read(docx(body), "contract.docx")
    return [reading.text[start:end] for start, end in reading.blocks]


SPAN = "<w:gridSpan w:val='2'/>"


def cell(text: str, how: str = "") -> str:
    return f"<w:tc><w:tcPr>{how}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_words_at_a_tab_or_a_hyphen_that_does_not_break_are_not_glued():
    found = blocks(
        "<w:p><w:r><w:t>Total</w:t><w:tab/><w:t>$500</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>A non</w:t><w:noBreakHyphen/><w:t>compete clause.</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='720'/></w:tabs></w:pPr>"
        "<w:r><w:t>Signed</w:t><w:cr/><w:t>Ann Lee</w:t></w:r></w:p>"
    )
    assert found == ["Total\t$500", "A non-compete clause.", "Signed\nAnn Lee"]


def test_what_was_moved_away_stands_at_its_new_place_only():
    moved = "<w:r><w:t>The fee is $500.</w:t></w:r>"
    found = blocks(
        f"<w:p><w:r><w:t>First.</w:t></w:r><w:moveFrom w:id='1' w:author='A'>{moved}</w:moveFrom></w:p>"
        f"<w:p><w:moveTo w:id='2' w:author='A'>{moved}</w:moveTo></w:p>"
    )
    assert found == ["First.", "The fee is $500."]


def test_a_cell_over_several_columns_says_its_words_once():
    table = (
        f"<w:tr>{cell('Item')}{cell('Price')}{cell('Sum')}</w:tr>"
        f"<w:tr>{cell('Pipes')}{cell('$5')}{cell('$10')}</w:tr>"
        f"<w:tr>{cell('Total', SPAN)}{cell('$10')}</w:tr>"
    )
    assert blocks(f"<w:tbl>{table}</w:tbl>") == [
        "Item: Pipes; Price: $5; Sum: $10",
        "Item: Total; Sum: $10",
    ]


def test_hidden_words_beside_a_tab_are_still_marked():
    reading = read(
        docx(
            "<w:p><w:r><w:t>Seen.</w:t></w:r></w:p>"
            "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Not</w:t><w:tab/><w:t>seen.</w:t></w:r></w:p>"
        ),
        "a.docx",
    )
    assert [reading.text[start:end] for start, end in reading.hidden] == ["Not\tseen."]


def rtf(body: bytes) -> str:
    return read(rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}\f0 " + body + rb"\par}", "a.rtf").text


def test_what_a_revision_of_rtf_deletes_and_what_is_hidden_is_left_out():
    assert rtf(
        rb"Rent of {\deleted 900}{\revised 800} euros, \deleted not \deleted0 paid in {\v the }Ayr."
    ) == ("Rent of 800 euros, paid in Ayr.")
    assert rtf(rb"Moved {\mvf\insrsid1 away}{\mvt here}. The word \\deleted stays.") == (
        "Moved here. The word \\deleted stays."
    )


def test_raised_figures_of_rtf_are_not_glued():
    assert rtf(
        rb"10{\super 6} units, m{\super -2}, the 5{\super th}.{\super 12} H{\sub 2}O \super a\plain  b"
    ) == ("10⁶ units, m⁻², the 5th.[12] H2O [a] b")


def test_running_headers_of_rtf_are_no_words_of_its_text_and_numbers_of_lists_are():
    running = rb"{\header Secret\par}{\footerl Page {\b 1}}"
    listed = rb"{\listtext\pard\plain 4.2\tab}Rent.\par{\pntext\f1\'B7\tab}Item."
    assert rtf(running + listed) == "4.2 Rent.\n\n• Item."


def test_a_word_of_rtf_of_which_a_part_is_bold_is_one_word():
    assert rtf(rb"{\b A}nn's {\i Ayr}\'e9, {\b 5}% of {\b it} all") == "Ann's Ayré, 5% of it all"


def test_spaces_and_hyphens_of_rtf_are_those_that_are_seen():
    source = rb"{\rtf1\ansi\ansicpg1252 A non\_compete of 10\~000 pay\-ments in C:\\_a\\~b.\par}"
    assert read(source, "a.rtf").text == "A non-compete of 10\xa0000 payments in C:\\_a\\~b."
