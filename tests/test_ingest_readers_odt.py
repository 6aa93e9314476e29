"""OpenDocument texts as their pages show them: nothing glued, nothing of a cell left out."""

from test_ingest_worker import zipped

from ingest.readers.choose import read

URN = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(f'xmlns:{name}="{URN}:{name}:1.0"' for name in ("office", "text", "table"))


def blocks(body: str) -> list[str]:
    """The blocks of a text with this body."""
    whole = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f"<office:document-content {SPACES}>{whole}</office:document-content>"
    reading = read(
        zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}), "a.odt"
    )
    return [reading.text[start:end] for start, end in reading.blocks]


def cells(*contents: str) -> str:
    return (
        "<table:table-row>"
        + "".join(f"<table:table-cell>{content}</table:table-cell>" for content in contents)
        + "</table:table-row>"
    )


def test_words_at_a_space_a_tab_or_a_line_of_its_own_are_not_glued_or_lost():
    found = blocks(
        "<text:p>a<text:s/>b<text:s text:c='2'/>c<text:s text:c='x'/>d</text:p>"
        "<text:p>one <text:span>two<text:s/>three<text:tab/>four</text:span><text:line-break/>five</text:p>"
    )
    assert found == ["a b  c d", "one two three\tfour\nfive"]


def test_paragraphs_and_lists_of_a_cell_are_read_and_parted():
    item = "<text:list-item><text:p>{}</text:p></text:list-item>"
    table = (
        cells("<text:p>Name</text:p>", "<text:p>Work</text:p>")
        + cells("<text:p>Ann</text:p><text:p>Lee</text:p>", "<text:p>Roof</text:p>")
        + cells("<text:p>Bo</text:p>", f"<text:list>{item.format('Door')}{item.format('Wall')}</text:list>")
    )
    assert blocks(f"<table:table>{table}</table:table>") == [
        "Name: Ann Lee; Work: Roof",
        "Name: Bo; Work: Door Wall",
    ]
