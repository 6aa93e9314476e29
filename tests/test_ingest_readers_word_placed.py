"""Text boxes, notes, comments, hidden and changed words of a docx: each word once, where its page has it."""

import io
import zipfile

from test_ingest_readers_word import blocks, cell, docx
from test_ingest_readers_word_numbers import SPACE, definition, num
from test_ingest_readers_word_numbers import reading as numbered
from test_ingest_worker import zipped

from chat.verify.place import locator_of, speaker_of
from ingest.document import Document, Reading
from ingest.readers.choose import read


def with_parts(body: str, **parts: str) -> Reading:
    """A docx with this body and other parts of it, such as `footnotes`."""
    with zipfile.ZipFile(io.BytesIO(docx(body))) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, content in parts.items():
        held[f"word/{name}.xml"] = f"<w:{name} {SPACE}>{content}</w:{name}>"
    return read(zipped(held), "contract.docx")


def found(reading: Reading) -> list[str]:
    return [reading.text[start:end] for start, end in reading.blocks]


def run(text: str, how: str = "") -> str:
    return f"<w:r><w:rPr>{how}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def p(*runs: str, mark: str = "") -> str:
    return f"<w:p><w:pPr><w:rPr>{mark}</w:rPr></w:pPr>{''.join(runs)}</w:p>"


def box(text: str) -> str:
    """A text box as Word writes it: for itself, and again for older programs."""
    spaces = (
        "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' "
        "xmlns:v='urn:schemas-microsoft-com:vml' "
        "xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'"
    )
    content = f"<w:txbxContent>{p(run(text))}</w:txbxContent>"
    return (
        f"<w:r><mc:AlternateContent {spaces}><mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>"
        f"{content}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{content}"
        "</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def note(kind: str, name: int, *words: str) -> str:
    own = f"<w:r><w:{kind}Ref/></w:r>"
    more = "".join(map(p, map(run, words[1:])))
    return f"<w:{kind} w:id='{name}'>{p(own, run(f' {words[0]}'))}{more}</w:{kind}>"


def refers(kind: str, name: int) -> str:
    return f"<w:r><w:{kind}Reference w:id='{name}'/></w:r>"


def test_words_around_a_text_box_are_read_and_its_own_stand_behind_them_once():
    body = p(run("Before. "), box("In the box."), run("After.")) + p(run("Next."))
    assert blocks(body) == ["Before. After.", "In the box.", "Next."]
    table = f"<w:tbl><w:tr>{cell('Item')}<w:tc>{p(run('Sum'), box('Boxed.'))}</w:tc></w:tr></w:tbl>"
    assert blocks(table + p(run("Next."))) == ["Item; Sum", "Boxed.", "Next."]


def test_footnotes_stand_behind_their_paragraph_and_endnotes_at_the_end():
    body = p(
        run("The lease"), refers("footnote", 1), run(" ended."), refers("endnote", 1), refers("footnote", 2)
    )
    footnotes = note("footnote", 1, "See the letter.") + note("footnote", 2, "Ibid.", "More.")
    reading = with_parts(
        body + p(run("Next.")),
        footnotes=footnotes + note("footnote", 3, "Nobody refers to it."),
        endnotes=note("endnote", 1, "At the end."),
    )
    assert found(reading) == [
        "The lease[1] ended.[i][2]",
        "[1] See the letter.",
        "[2] Ibid.",
        "More.",
        "Next.",
        "[i] At the end.",
    ]


def test_comments_are_said_by_those_who_made_them():
    comment = f"<w:comment w:id='0' w:author='Ann Lee'>{p(run('Is this'))}{p(run('right?'))}</w:comment>"
    reading = with_parts(p(run("The lease ended."), "<w:commentReference w:id='0'/>"), comments=comment)
    assert found(reading) == ["The lease ended.", "Is this\nright?"]
    document = Document("d", 1, "default", "a", "a", "a", "0" * 64, reading)
    start, end = reading.blocks[1]
    assert (locator_of(document, start, end), speaker_of(document, start, end)) == ("comment 1", "Ann Lee")


def test_changes_are_read_as_they_are_once_accepted():
    deleted = "<w:del w:id='1' w:author='A'><w:r><w:delText>900</w:delText></w:r></w:del>"
    inserted = f"<w:ins w:id='2' w:author='A'>{run('800')}</w:ins>"
    gone = "<w:del w:id='3' w:author='A'/>"
    row = f"<w:tr><w:trPr>{gone}</w:trPr>{cell('Gone')}{cell('7')}</w:tr>"
    table = (
        f"<w:tbl><w:tr>{cell('Item')}{cell('Sum')}</w:tr>{row}<w:tr>{cell('Rent')}{cell('5')}</w:tr></w:tbl>"
    )
    body = p(run("Rent: "), deleted, inserted) + p(run("One paragraph "), mark=gone) + p(run("now.")) + table
    assert blocks(body) == ["Rent: 800", "One paragraph now.", "Item: Rent; Sum: 5"]


def test_hidden_and_struck_words_stand_behind_their_sentence_which_stays_whole():
    reading = read(
        docx(
            p(
                run("The rent is "),
                run("900 ", "<w:strike/>"),
                run("800"),
                run(" secret", "<w:vanish/>"),
                run("."),
            )
        ),
        "a.docx",
    )
    assert found(reading) == ["The rent is 800.", "900  secret"]
    assert [reading.text[start:end] for start, end in reading.hidden] == ["900  secret"]


def test_white_words_on_a_dark_cell_are_seen():
    white = "<w:color w:val='FFFFFF'/>"
    dark = f"<w:tc><w:tcPr><w:shd w:val='clear' w:fill='1F3864'/></w:tcPr>{p(run('Item', white))}</w:tc>"
    assert read(docx(f"<w:tbl><w:tr>{dark}{cell('Sum')}</w:tr></w:tbl>"), "a.docx").hidden == ()


def test_raised_figures_signs_and_page_breaks_are_not_glued():
    up = "<w:vertAlign w:val='superscript'/>"
    body = p(
        run("Some 10"), run("1", up), run("2", up), run(" tons of H"), run("2", up.replace("super", "sub"))
    )
    body += p(run("See note"), run("3", up), run(", the 5"), run("th", up), run("."))
    body += p(
        "<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>",
        run(" Yes"),
        "<w:r><w:br w:type='page'/></w:r>",
    )
    body += p(run("one"), "<w:r><w:br w:type='page'/></w:r>", run("two"))
    assert blocks(body) == ["Some 10¹² tons of H2", "See note[3], the 5th.", "☑ Yes", "one\ntwo"]


def test_cells_of_a_column_of_automatic_numbers_have_them():
    listed = "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr></w:p>"
    rows = [f"<w:tr>{cell('No.')}{cell('Item')}</w:tr>"]
    rows += [f"<w:tr><w:tc>{listed}</w:tc>{cell(item)}</w:tr>" for item in ("Rent", "Heat")]
    reading = numbered(
        f"<w:tbl>{''.join(rows)}</w:tbl>{listed}", definition([("decimal", "%1.", "")]) + num(1)
    )
    assert found(reading) == ["No.: 1.; Item: Rent", "No.: 2.; Item: Heat"]


def test_words_that_a_style_hides_are_hidden_unless_their_run_says_otherwise():
    def style(kind: str, name: str, how: str) -> str:
        return f"<w:style w:type='{kind}' w:styleId='{name}'>{how}</w:style>"

    def styled(name: str, *runs: str) -> str:
        return f"<w:p><w:pPr><w:pStyle w:val='{name}'/></w:pPr>{''.join(runs)}</w:p>"

    gone = "<w:rPr><w:vanish/></w:rPr>"
    styles = (
        style("paragraph", "Draft", gone)
        + style("paragraph", "DraftList", "<w:basedOn w:val='Draft'/>")
        + style("character", "Aside", gone)
        + style("paragraph", "Seen", "<w:basedOn w:val='Draft'/><w:rPr><w:vanish w:val='0'/></w:rPr>")
    )
    body = (
        p(run("The lease ended"), run(" (not sure)", "<w:rStyle w:val='Aside'/>"), run(" in May."))
        + styled("Draft", run("Ask counsel first."))
        + styled("DraftList", run("A point."), run(" Shown.", "<w:vanish w:val='false'/>"))
        + styled("Seen", run("It is seen."))
    )
    reading = with_parts(body, styles=styles)
    unseen = {reading.text[start:end] for start, end in reading.hidden}
    assert unseen == {"(not sure)", "Ask counsel first.", "A point."}
    assert [each for each in found(reading) if each not in unseen] == [
        "The lease ended in May.",
        "Shown.",
        "It is seen.",
    ]
