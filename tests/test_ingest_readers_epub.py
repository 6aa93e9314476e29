"""Books and Markdown as their pages show them."""

import pytest
from test_ingest_worker import zipped

from ingest.errors import ProtectedSource, UnknownFormat
from ingest.readers.choose import read

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>The harbour</dc:title><dc:creator>Ann Lee</dc:creator><dc:creator>Bo Day</dc:creator>
<dc:publisher>Quay Press</dc:publisher><dc:language>en</dc:language><dc:date>2024-05-03</dc:date></metadata>
<manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="p" href="p.png" media-type="image/png"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/><itemref idref="gone"/></spine>
</package>"""
ONE = """<h1>One</h1><p>The lease<sup><a href="#n">1</a></sup> of 10<sup>6</sup> tons.<br/>A line.</p>
<table><tr><th>City</th><th>Sum</th></tr><tr><td>Ayr</td><td>5<br/>6</td></tr></table>
<ol><li>First</li><li>Second</li></ol><dl><dt>Term</dt><dd>Meaning.</dd></dl>
<p style="display:none">Unseen.</p><div id="empty"/><aside id="n">1. See the letter.</aside>"""


def book(**more: str) -> bytes:
    def page(body: str) -> str:
        head = "<head><title/><script src='x.js'/></head>"
        return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">{head}<body>{body}</body></html>'

    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": PACKAGE,
            "OEBPS/nav.xhtml": page("<nav><ol><li>One</li><li>Two</li></ol></nav>"),
            "OEBPS/two b.xhtml": page("<h1>Two</h1><p>The end.</p>"),
            "OEBPS/one.xhtml": page(ONE),
        }
        | more
    )


def test_a_book_is_read_in_its_own_order_as_its_pages_show_it():
    reading = read(book(), "a.epub")
    assert [reading.text[start:end] for start, end in reading.blocks] == [
        "One",
        "The lease[1] of 10⁶ tons.\nA line.",
        "City: Ayr; Sum: 5 6",
        "1. First",
        "2. Second",
        "Term",
        "Meaning.",
        "1. See the letter.",
        "Two",
        "The end.",
    ]
    assert [reading.text[each.start : each.end] for each in reading.headings] == ["One", "Two"]
    assert (reading.title, reading.published) == ("The harbour", "2024-05-03")
    assert reading.metadata == {"author": "Ann Lee, Bo Day", "publisher": "Quay Press", "language": "en"}


def test_a_protected_or_damaged_book_is_refused():
    named = '<e xmlns="x"><CipherReference URI="OEBPS/one.xhtml"/></e>'
    with pytest.raises(ProtectedSource):
        read(book(**{"META-INF/encryption.xml": named}), "a.epub")
    with pytest.raises(UnknownFormat):
        read(book(**{"META-INF/container.xml": "<container/>"}), "a.epub")


def test_markdown_leaves_out_what_is_struck_and_glues_no_raised_figure():
    source = (
        "# Lease\n\nRent ~~900~~ 800 for 10<sup>6</sup> tons<sup>3</sup>, the 5<sup>th</sup> "
        "<del>or 6th</del> day.\n\n"
        "| Item | Sum |\n|---|---|\n| Rent | ~~1~~ 2 m<sup>2</sup> |\n"
    )
    reading = read(source.encode(), "a.md")
    assert [reading.text[start:end] for start, end in reading.blocks] == [
        "Lease",
        "Rent 800 for 10⁶ tons[3], the 5th day.",
        "Item: Rent; Sum: 2 m²",
    ]
