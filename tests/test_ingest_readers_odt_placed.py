"""Notes, boxes, comments, numbers, raised and hidden words of an OpenDocument text, as its page has them."""

from test_ingest_worker import zipped

from ingest.document import Reading
from ingest.readers.choose import read

URN = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{name}="{URN}:{of}:1.0"'
    for name, of in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
    )
)


def text(body: str, styles: str = "", outline: str = "") -> Reading:
    """A text with this body, styles of its own, and an outline among those beside it."""
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    beside = (
        f"<office:document-styles {SPACES}><office:styles>{outline}</office:styles></office:document-styles>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return read(zipped({"mimetype": kind, "content.xml": content, "styles.xml": beside}), "a.odt")


def found(reading: Reading) -> list[str]:
    return [reading.text[start:end] for start, end in reading.blocks]


def p(words: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{words}</text:p>'


def note(kind: str, number: str, words: str) -> str:
    body = f"<text:note-body>{p(words)}</text:note-body>"
    cited = f"<text:note-citation>{number}</text:note-citation>"
    return f'<text:note text:note-class="{kind}">{cited}{body}</text:note>'


def look(name: str, how: str) -> str:
    return f'<style:style style:name="{name}"><style:text-properties {how}/></style:style>'


def test_notes_and_boxes_stand_behind_what_they_are_about():
    box = f"<draw:frame><draw:text-box>{p('In a box.')}</draw:text-box></draw:frame>"
    body = p(
        f"The lease{note('footnote', '1', 'See the letter.')} ended{note('endnote', 'i', 'At the end.')}."
    )
    assert found(text(body + p(f"Before {box}after."))) == [
        "The lease[1] ended[i].",
        "[1] See the letter.",
        "Before after.",
        "In a box.",
        "[i] At the end.",
    ]


def test_hidden_and_struck_words_are_marked_and_raised_ones_not_glued():
    styles = look("Up", 'style:text-position="super 58%"') + look("Gone", 'text:display="none"')
    styles += look("Struck", 'style:text-line-through-style="solid"')
    spans = {
        name: f'<text:span text:style-name="{name}">{{}}</text:span>' for name in ("Up", "Gone", "Struck")
    }
    up, gone, struck = spans["Up"], spans["Gone"], spans["Struck"]
    body = p(
        f"Some 10{up.format('6')} tons{up.format('a')} for {struck.format('900')}800{gone.format(' secret')}."
    )
    section = f'<text:section text:name="s" text:display="none">{p("A hidden section.")}</text:section>'
    reading = text(body + section + p("A hidden paragraph.", "Gone") + p("Seen."), styles)
    assert found(reading)[:2] == ["Some 10⁶ tons[a] for 800.", "Seen."]
    hidden = [reading.text[start:end] for start, end in reading.hidden]
    assert hidden == ["900", "secret", "A hidden section.", "A hidden paragraph."]
    assert all(block in reading.blocks for block in reading.hidden)


def test_comments_are_said_by_those_who_made_them_and_deleted_words_are_gone():
    creator = '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ann Lee</dc:creator>'
    comment = f"<office:annotation>{creator}{p('Is this right?')}</office:annotation>"
    change = (
        f'<text:changed-region text:id="c"><text:deletion>{p("900")}</text:deletion></text:changed-region>'
    )
    reading = text(
        f"<text:tracked-changes>{change}</text:tracked-changes>"
        + p(f'The {comment}rent is <text:change text:change-id="c"/>800.')
    )
    assert found(reading) == ["The rent is 800.", "Is this right?"]
    assert [(each.speaker, each.start) for each in reading.utterances] == [("Ann Lee", 18)]
    assert [mark.label for mark in reading.marks] == ["comment 1"]


def test_numbers_of_lists_and_headings_are_read():
    def level(number: int, how: str) -> str:
        return f'<text:list-level-style-number text:level="{number}" {how}/>'

    first = level(1, 'style:num-format="1" style:num-suffix="."')
    second = level(2, 'style:num-format="a" style:num-prefix="(" style:num-suffix=")"')
    third = level(3, 'style:num-format="1" text:display-levels="3" text:start-value="4"')
    styles = f'<text:list-style style:name="L">{first}{second}{third}</text:list-style>'
    styles += (
        '<text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/></text:list-style>'
    )

    def items(*contents: str, how: str = "") -> str:
        written = "".join(f"<text:list-item>{each}</text:list-item>" for each in contents)
        return f"<text:list {how}>{written}</text:list>"

    deep = items(p("Sub") + items(p("Deep")), p("Next"))
    listed = 'text:style-name="L"'
    body = items(p("One"), p("Two") + deep, how=listed) + p("Between.")
    body += items(p("Three"), how=f'{listed} text:continue-numbering="true"') + items(p("Anew"), how=listed)
    body += items(p("Dot"), how='text:style-name="B"')
    outline = "".join(
        f'<text:outline-level-style text:level="{depth}" style:num-format="1" text:display-levels="{depth}"/>'
        for depth in (1, 2)
    )
    body += "".join(
        f'<text:h text:outline-level="{depth}">{words}</text:h>'
        for depth, words in ((1, "A"), (2, "B"), (1, "C"))
    )
    reading = text(body, styles, f"<text:outline-style>{outline}</text:outline-style>")
    assert found(reading) == [
        *(
            "1. One",
            "2. Two",
            "(a) Sub",
            "2.a.4 Deep",
            "(b) Next",
            "Between.",
            "3. Three",
            "1. Anew",
            "• Dot",
        ),
        *("1 A", "1.1 B", "2 C"),
    ]
