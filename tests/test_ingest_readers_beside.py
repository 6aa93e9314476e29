"""Charts and comments of Office files: what they say is read, at its place and said by those who said it."""

import io
import zipfile

import docx
import pytest
import xlsxwriter
from test_ingest_readers_office import packed
from test_ingest_readers_pptx import SPACES, shape

from ingest.document import Reading
from ingest.readers.choose import read

TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006/chart"
NAMED = f'xmlns:c="{DRAWN}" xmlns:r="{TYPE}"'
QUARTERS = ["Q1 2023", "Q2 2023"]
TOLD = ["Sales by quarter", "£m", "Q1 2023; North: 4.3; South: 12%", "Q2 2023; North: 5; South: 9%"]


def relations(**targets: str) -> str:
    """Relationships by their names: the kind, a colon and the target."""
    made = (
        f'<Relationship Id="{name}" Type="{kind if "/" in kind else f"{TYPE}/{kind}"}" Target="{target}"/>'
        for name, (kind, target) in ((name, each.rsplit(":", 1)) for name, each in targets.items())
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(made)}</Relationships>'


def points(values: list[str], code: str = "") -> str:
    kind = "num" if code else "str"
    each = "".join(f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values))
    code = f"<c:formatCode>{code}</c:formatCode>" if code else ""
    return f"<c:{kind}Ref><c:f>S!A1</c:f><c:{kind}Cache>{code}{each}</c:{kind}Cache></c:{kind}Ref>"


def chart() -> str:
    def title(words: str) -> str:
        return f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{words}</a:t></a:r></a:p></c:rich></c:tx></c:title>"

    def series(name: str, values: list[str], code: str) -> str:
        own = f"<c:tx>{points([name])}</c:tx><c:cat>{points(QUARTERS)}</c:cat>"
        return f"<c:ser>{own}<c:val>{points(values, code)}</c:val></c:ser>"

    drawn = series("North", ["4.3", "5"], "General") + series("South", ["0.12", "0.09"], "0%")
    axis = f"<c:valAx>{title('£m')}</c:valAx>"
    return (
        f'<c:chartSpace {NAMED} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart>'
        f"{title('Sales by quarter')}<c:plotArea><c:barChart>{drawn}</c:barChart>{axis}</c:plotArea>"
        "</c:chart></c:chartSpace>"
    )


def deck(shapes: str, kinds: dict[str, str], **parts: str) -> Reading:
    main = relations(r="officeDocument:ppt/presentation.xml")
    listed = '<p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst>'
    tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
    return read(
        packed(
            **{
                "_rels/.rels": main,
                "ppt/presentation.xml": f"<p:presentation {SPACES}>{listed}</p:presentation>",
                "ppt/_rels/presentation.xml.rels": relations(r1="slide:slides/slide1.xml"),
                "ppt/slides/_rels/slide1.xml.rels": relations(**kinds),
                "ppt/slides/slide1.xml": f"<p:sld {SPACES}>{tree}</p:sld>",
                **{f"ppt/{name}.xml": content for name, content in parts.items()},
            }
        ),
        "a.pptx",
    )


def told(reading: Reading) -> list[str]:
    return [reading.text[start:end] for start, end in reading.blocks]


def test_a_chart_on_a_slide_is_read_with_its_numbers_as_it_shows_them():
    frame = f'<p:graphicFrame><c:chart {NAMED} r:id="c"/></p:graphicFrame>'
    reading = deck(
        shape("<a:r><a:t>Results</a:t></a:r>") + frame,
        {"c": "chart:../charts/c.xml"},
        **{"charts/c": chart()},
    )
    assert told(reading) == ["Results", *TOLD]


def test_a_chart_in_a_word_text_stands_behind_its_paragraph():
    document, buffer = docx.Document(), io.BytesIO()
    document.add_paragraph("Sales rose.")
    document.add_paragraph("They fell later.")
    document.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
                 if not name.endswith("jpeg")}  # fmt: skip
    drawn = f'<w:r><w:drawing><c:chart {NAMED} r:id="c9"/></w:drawing></w:r>'
    parts["word/document.xml"] = parts["word/document.xml"].replace("</w:p>", f"{drawn}</w:p>", 1)
    names = "word/_rels/document.xml.rels"
    more = relations(c9="chart:charts/c.xml").split(">", 1)[1]
    parts[names] = parts[names].replace("</Relationships>", more)
    parts["word/charts/c.xml"] = chart()
    assert told(read(packed(**parts), "a.docx")) == ["Sales rose.", *TOLD, "They fell later."]


def test_a_chart_on_a_sheet_says_what_no_cell_says():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Sums")
        sheet.write_column("A1", [4.3, 5])
        drawn = book.add_chart({"type": "column"})
        drawn.add_series({"name": "North", "values": "=Sums!$A$1:$A$2"})
        drawn.set_title({"name": "Sales by quarter"})
        sheet.insert_chart("C2", drawn)
    reading = read(buffer.getvalue(), "a.xlsx")
    assert told(reading)[-1] == "Sales by quarter\nNorth"
    assert reading.marks[-1].label == "Sums!C2"


@pytest.mark.parametrize("newer", [False, True])
def test_comments_on_slides_are_said_by_those_who_made_them(newer):
    if newer:
        body = "<p:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:txBody>"
        reply = f'<p:replyLst><p:reply authorId="B">{body.format("No.")}</p:reply></p:replyLst>'
        comments = (
            f'<p:cmLst {SPACES}><p:cm authorId="A">{body.format("Is it final?")}{reply}</p:cm></p:cmLst>'
        )
        people = '<p:author id="A" name="Ann Lee"/><p:author id="B" name="Bob"/>'
        parts = {"comments/m": comments, "authors": f"<p:authorLst {SPACES}>{people}</p:authorLst>"}
    else:
        each = '<p:cm authorId="{}"><p:pos x="1" y="1"/><p:text>{}</p:text></p:cm>'
        comments = f"<p:cmLst {SPACES}>{each.format(0, 'Is it final?')}{each.format(1, 'No.')}</p:cmLst>"
        people = '<p:cmAuthor id="0" name="Ann Lee"/><p:cmAuthor id="1" name="Bob"/>'
        parts = {"comments/m": comments, "commentAuthors": f"<p:list {SPACES}>{people}</p:list>"}
    kind = "http://schemas.microsoft.com/office/2018/10/relationships/comments" if newer else "comments"
    reading = deck(shape("<a:r><a:t>Results</a:t></a:r>"), {"m": f"{kind}:../comments/m.xml"}, **parts)
    said = [(reading.text[each.start : each.end], each.speaker) for each in reading.utterances]
    assert said == [("Is it final?", "Ann Lee"), ("No.", "Bob")]
    assert [mark.label for mark in reading.marks] == ["slide 1, comment 1", "slide 1, comment 2"]


def test_comments_leave_a_contract_its_clauses():
    document, buffer = docx.Document(), io.BytesIO()
    for number in range(1, 8):
        paragraph = document.add_paragraph(f"{number}. " + "The harbour board signs it on Tuesday. " * 3)
    document.add_comment(paragraph.runs, "Is this right?", author="Ann Lee")
    document.save(buffer)
    labels = [mark.label for mark in read(buffer.getvalue(), "a.docx").marks]
    assert labels == [*(f"¶ {number}" for number in range(1, 8)), "comment 1"]
