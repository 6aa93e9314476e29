"""Automatic numbers of a docx: before the words they number, as its page shows them."""

import io
import zipfile

import pytest
from test_ingest_worker import docx_of, zipped

from ingest.readers.choose import read

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BULLET = ("bullet", "-", "")
CONTRACT = [
    ("decimal", "%1.", "<w:pStyle w:val='Heading1'/>"),
    ("decimal", "%1.%2", "<w:pStyle w:val='Clause'/>"),
    ("lowerLetter", "(%3)", ""),
    ("lowerRoman", "(%4)", ""),
]
STYLES = """
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>
  <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:basedOn w:val="Base"/>
  </w:style>
<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="Base"/>
  <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Round"><w:name w:val="Round"/><w:basedOn w:val="Round"/></w:style>
"""


def definition(levels, name=0) -> str:
    """An abstractNum with these levels: how each counts, how it looks, and what else it states."""
    written = "".join(
        f"<w:lvl w:ilvl='{depth}'><w:start w:val='1'/><w:numFmt w:val='{kind}'/>{more}"
        f"<w:lvlText w:val='{shown}'/></w:lvl>"
        for depth, (kind, shown, more) in enumerate(levels)
    )
    return f"<w:abstractNum w:abstractNumId='{name}'>{written}</w:abstractNum>"


def num(name, of=0, more="") -> str:
    return f"<w:num w:numId='{name}'><w:abstractNumId w:val='{of}'/>{more}</w:num>"


def p(text, depth=None, *, list_=1, style="", mark="") -> str:
    """A paragraph, in a list at a depth, of a style, with properties of its mark."""
    listed = f"<w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='{list_}'/></w:numPr>"
    properties = f"<w:pStyle w:val='{style}'/>" * bool(style) + listed * (depth is not None)
    return f"<w:p><w:pPr>{properties}<w:rPr>{mark}</w:rPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def reading(body, numbering, styles=STYLES):
    with zipfile.ZipFile(io.BytesIO(docx_of(0))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace("<w:body>", f"<w:body>{body}")
    parts["word/styles.xml"] = f"<w:styles {SPACE}>{styles}</w:styles>"
    parts["word/numbering.xml"] = f"<w:numbering {SPACE}>{numbering}</w:numbering>"
    return read(zipped(parts), "contract.docx")


def blocks(body, numbering=definition(CONTRACT) + num(1), styles=STYLES) -> list[str]:  # noqa: B008
    found = reading(body, numbering, styles)
    return [found.text[start:end] for start, end in found.blocks]


def test_clauses_have_the_numbers_of_their_levels_and_styles():
    found = reading(
        p("Term", style="Heading1")
        + p("It starts in May.", style="Clause")
        + p("Rent", style="Heading1")
        + p("The rent is due", style="Clause")
        + p("monthly;", 2)
        + p("by wire,", 3)
        + p("in dollars.", 3)
        + p("yearly.", 2)
        + p("Late rent bears interest.", 1)
        + p("Notice", style="Heading1")
        + p("It is in writing.", style="Clause"),
        definition(CONTRACT) + num(1),
    )
    assert [found.text[start:end] for start, end in found.blocks] == [
        "1. Term",
        "1.1 It starts in May.",
        "2. Rent",
        "2.1 The rent is due",
        "(a) monthly;",
        "(i) by wire,",
        "(ii) in dollars.",
        "(b) yearly.",
        "2.2 Late rent bears interest.",
        "3. Notice",
        "3.1 It is in writing.",
    ]
    assert [found.text[each.start : each.end] for each in found.headings] == [
        "1. Term",
        "2. Rent",
        "3. Notice",
    ]
    assert [mark.label for mark in found.marks] == ["section 1", "section 2", "section 3"]


def test_a_list_of_the_same_definition_counts_on_unless_it_begins_anew():
    override = "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride>"
    numbering = definition(CONTRACT) + num(1) + num(2) + num(3, more=override)
    body = p("a", 0) + p("b", 0, list_=2) + p("c", 0, list_=3) + p("d", 0, list_=3) + p("e", 1, list_=3)
    assert blocks(body, numbering) == ["1. a", "2. b", "7. c", "8. d", "8.1 e"]


def test_bullets_stay_and_legal_levels_count_in_digits():
    levels = [
        ("upperRoman", "Article %1", ""),
        ("decimal", "%1.%2", "<w:isLgl/>"),
        ("upperLetter", "%3)", ""),
    ]
    numbering = definition(levels) + definition([BULLET, ("cardinalText", "%2", "")], 1) + num(1) + num(2, 1)
    body = (
        p("Term", 0)
        + p("Fee", 0)
        + p("Due", 1)
        + p("Cash", 2)
        + p("Milk", 0, list_=2)
        + p("Eggs", 1, list_=2)
    )
    assert blocks(body, numbering) == [
        "Article I Term",
        "Article II Fee",
        "2.1 Due",
        "A) Cash",
        "• Milk",
        "• Eggs",
    ]


def test_what_is_hidden_or_taken_out_is_not_counted_and_a_style_may_be_left_out():
    gone = p("Old.", 0, mark="<w:del/>").replace("<w:r>", "<w:del><w:r>").replace("w:t>", "w:delText>")
    gone = gone.replace("</w:r>", "</w:r></w:del>")
    body = p("One.", 0) + gone + p("Secret.", 0, mark="<w:vanish/>") + p("Two.", 0)
    body += (
        p("None.", 0, list_=0, style="Heading1") + p("Three.", style="Heading1") + p("Round.", style="Round")
    )
    assert blocks(body) == ["1. One.", "• Secret.", "2. Two.", "None.", "3. Three.", "Round."]


def test_a_number_stands_in_its_cell():
    rows = [(p("Work"), p("Price")), (p("Roof", 0), p("$40")), (p("Door", 0), p("$60"))]
    table = "".join(f"<w:tr><w:tc>{work}</w:tc><w:tc>{price}</w:tc></w:tr>" for work, price in rows)
    assert blocks(f"<w:tbl>{table}</w:tbl>") == ["Work: 1. Roof; Price: $40", "Work: 2. Door; Price: $60"]


@pytest.mark.parametrize(
    "numbering",
    [
        "",
        num(1),
        num(1, 99),
        definition([("decimal", "%1.", "<w:start w:val='-4'/>")]),
        "<w:abstractNum w:abstractNumId='0'><w:lvl/></w:abstractNum>" + num(1),
        "<w:abstractNum w:abstractNumId='0'><w:numStyleLink w:val='Round'/></w:abstractNum>" + num(1),
        "<w:num><w:lvlOverride/></w:num><broken",
    ],
)
def test_damaged_numbering_costs_only_the_numbers(numbering):
    (found,) = blocks(p("Words.", 0), numbering)
    assert found.endswith("Words.")
