"""PowerPoint slides as they are shown: whole words, tables, numbers, notes, and what is hidden marked so."""

from test_ingest_readers_embedded import related
from test_ingest_readers_office import packed

from ingest.document import Reading
from ingest.readers.choose import read

SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)
TITLE = '<p:ph type="title"/>'


def run(text: str, look: str = "") -> str:
    return f"<a:r><a:rPr {look}/><a:t>{text}</a:t></a:r>"


def shape(*paragraphs: str, kind: str = "", hidden: str = "", at: str = "") -> str:
    place = f"<a:xfrm><a:off {at}/></a:xfrm>" if at else ""
    words = "".join(f"<a:p>{each}</a:p>" for each in paragraphs)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="n" {hidden}/><p:nvPr>{kind}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}</p:spPr><p:txBody>{words}</p:txBody></p:sp>"
    )


def deck(shapes: str, how: str = "", notes: str = "", diagram: str = "") -> Reading:
    """A presentation of one slide."""
    main = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    listed = '<p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst>'
    tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
    others = related(n="../notesSlides/n1.xml", d="../diagrams/d1.xml").replace("/image", "/notesSlide", 1)
    return read(
        packed(
            **{
                "_rels/.rels": related(r="ppt/presentation.xml").replace(f"{main[:-15]}/image", main),
                "ppt/presentation.xml": f"<p:presentation {SPACES}>{listed}</p:presentation>",
                "ppt/_rels/presentation.xml.rels": related(r1="slides/slide1.xml"),
                "ppt/slides/_rels/slide1.xml.rels": others,
                "ppt/slides/slide1.xml": f"<p:sld {SPACES} {how}>{tree}</p:sld>",
                "ppt/notesSlides/n1.xml": f"<p:notes {SPACES}><p:spTree>{notes}</p:spTree></p:notes>",
                "ppt/diagrams/d1.xml": f"<dgm:dataModel {SPACES}>{diagram}</dgm:dataModel>",
            }
        ),
        "a.pptx",
    )


def parts(reading: Reading) -> tuple[list[str], list[str]]:
    """What is seen and what is hidden, block by block."""
    spans = {hidden: [] for hidden in (False, True)}
    for start, end in reading.blocks:
        spans[(start, end) in reading.hidden].append(reading.text[start:end])
    return spans[False], spans[True]


def test_words_of_several_runs_are_whole_and_raised_figures_not_glued():
    body = shape(run("Harb") + run("our", 'b="1"'), run("10") + run("6", 'baseline="30000"') + run(" tons"))
    body += shape(run("One") + "<a:br/>" + run("two"), run("H") + run("2", 'baseline="-25000"') + run("O"))
    assert parts(deck(body + shape(run("Plan"), kind=TITLE))) == (
        ["Plan", "Harbour", "10⁶ tons", "One\ntwo", "H2O"],
        [],
    )


def test_what_is_hidden_or_struck_out_is_marked_and_running_lines_are_left_out():
    body = shape(run("Plan"), kind=TITLE) + shape(run("Secret"), hidden='hidden="1"')
    body += shape(run("Rent ") + run("900", 'strike="sngStrike"') + run("800")) + shape(
        run("Draft"), kind='<p:ph type="ftr"/>'
    )
    body += shape("<a:fld type='slidenum'><a:t>7</a:t></a:fld>", kind='<p:ph type="sldNum"/>')
    assert parts(deck(body)) == (["Plan", "Rent 800"], ["Secret", "900"])
    reading = deck(body, 'show="0"', notes=shape(run("A note."), kind='<p:ph type="body"/>'))
    assert parts(reading)[0] == [] and reading.headings == () and reading.title is None


def test_tables_numbers_groups_diagrams_and_notes_stand_where_they_are_seen():
    def row(*cells: str) -> str:
        written = (
            f"<a:tc><a:txBody>{''.join(f'<a:p>{run(each)}</a:p>' for each in cell.split('|'))}"
            for cell in cells
        )
        return f"<a:tr>{'</a:txBody></a:tc>'.join(written)}</a:txBody></a:tc></a:tr>"

    rows = row("City", "Sum") + row("Ayr", "5|6") + row("Ely", "7")
    table = f"<p:graphicFrame><a:tbl>{rows}</a:tbl></p:graphicFrame>"
    drawn = "<p:graphicFrame><dgm:relIds r:dm='d'/></p:graphicFrame>"
    numbered = '<a:pPr><a:buAutoNum type="{}"/></a:pPr>'
    period, letter = (
        numbered.format("arabicPeriod"),
        numbered.format("alphaLcParenBoth").replace("Pr>", 'Pr lvl="1">', 1),
    )
    listed = shape(
        period + run("First"), letter + run("Sub"), letter + run("Next"), "", period + run("Second")
    )
    low, high = (shape(run(text), at=f'x="0" y="{top}"') for text, top in (("Low", 9), ("High", 1)))
    group = f"<p:grpSp>{low}{high}</p:grpSp>"
    reading = deck(
        shape(run("Plan"), kind=TITLE) + table + listed + group + drawn,
        notes=shape(run("A note."), kind='<p:ph type="body"/>')
        + shape(run("1"), kind='<p:ph type="sldNum"/>'),
        diagram=f"<dgm:pt><dgm:t><a:p>{run('In a diagram')}</a:p></dgm:t></dgm:pt>",
    )
    assert parts(reading)[0] == [
        *("Plan", "City: Ayr; Sum: 5 6", "City: Ely; Sum: 7"),
        *("1. First", "(a) Sub", "(b) Next", "2. Second", "High", "Low", "In a diagram", "A note."),
    ]
    assert [(page.label, page.start, page.end) for page in reading.pages] == [
        ("slide 1", 0, len(reading.text))
    ]
