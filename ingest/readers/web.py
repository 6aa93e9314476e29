"""Web pages: the main text through trafilatura, all visible text where that finds too little.

Nothing is ever fetched: pictures, frames, styles and scripts that a page names stay where they are. What the
page's own styles hide stands after what it shows, marked hidden.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.document import Reading
from ingest.errors import UnknownFormat
from ingest.readers.assemble import Assembly
from ingest.readers.decode import decode
from ingest.readers.web_hidden import take_unseen
from ingest.readers.web_shown import LINE_END, as_shown, span, written
from ingest.readers.web_stated import bylines, stated

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_HIDDEN = {"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "button"}
_BLOCKS = set(
    """address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead
    tr ul""".split()  # noqa: SIM905
)
_LITTLE = 200  # below so many characters of main text the visible text is compared


def read(data: bytes, name: str) -> Reading:
    """Read a page's main text, with title, author and day as the page's own metadata state them."""
    return page(decoded(data, name), name)


def page(source: str, name: str) -> Reading:
    """Read a page that is decoded already."""
    import trafilatura
    from lxml import html

    tree = _tree(source, name)
    unseen = take_unseen(tree)
    title, author, published, site = stated(tree)
    if author is None:
        found = trafilatura.extract_metadata(
            source, extensive=False, date_config={"extensive_search": False, "original_date": True}
        )
        author = (found.author if found else None) or None
        title = title or (found.title if found else None)
    as_shown(tree)
    signed = bylines(tree)
    body = trafilatura.bare_extraction(
        html.tostring(tree, encoding="unicode"),
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        with_metadata=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    assembly = Assembly()
    if body is not None and body.body is not None:
        _walk(_signed(_as_html(body.body), signed), assembly)
    if len(assembly.text) < _LITTLE:
        whole = Assembly()
        _walk(tree, whole)
        if len(whole.text) > len(assembly.text):
            assembly = whole
    if title is None and assembly.headings:
        title = assembly.text[assembly.headings[0].start : assembly.headings[0].end]
    metadata = {"author": author or "", "publisher": site or "", "language": tree.get("lang") or ""}
    seen = len(assembly.blocks)
    for element in unseen:
        _walk(element, assembly)
    reading = assembly.reading(name, "text/html", title=title, published=published, metadata=metadata)
    hidden = tuple(assembly.blocks[seen:])
    visible = [each for each in reading.headings if (each.start, each.end) not in set(hidden)]
    return replace(reading, headings=tuple(visible), hidden=hidden)


def visible_text(source: str, name: str) -> Reading:
    """All text that a page shows, in its order; for mail, where everything is the main text."""
    assembly = Assembly()
    add_visible(source, name, assembly)
    return assembly.reading(name, "text/html")


def add_visible(source: str, name: str, assembly: Assembly) -> None:
    """Append all text that a page shows, in its order. Raises UnknownFormat where it is no page."""
    tree = _tree(source, name)
    take_unseen(tree)
    as_shown(tree)
    _walk(tree, assembly)


def decoded(data: bytes, name: str) -> str:
    """Return a page's text: by its byte order mark, by the charset it states, or as our decoder finds."""
    stated = _CHARSET.search(data[:4096])
    if stated and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        label = stated[1].decode("ascii").lower()
        try:
            return data.decode({"iso-8859-1": "cp1252", "latin1": "cp1252"}.get(label, label))
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong label is common: our decoder looks at the bytes
    return decode(data, name)[0]


def _tree(source: str, name: str) -> Any:
    from lxml import etree, html

    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source.replace("\0", ""))
    try:
        parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
        tree = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnknownFormat(name, "the page holds no readable HTML; save it again") from error
    return tree


def _as_html(body: Any) -> Any:
    """A tree of trafilatura's with HTML's element names."""
    names = {"item": "li", "list": "ul", "row": "tr", "cell": "td", "quote": "blockquote", "lb": "br"}
    for element in body.iter():
        if element.tag == "head":
            rend = element.get("rend") or ""
            element.tag = rend if re.fullmatch("h[1-6]", rend) else "h2"
        elif element.tag == "cell" and element.get("role") == "head":
            element.tag = "th"
        else:
            element.tag = names.get(element.tag, element.tag)
    return body


def _signed(body: Any, signed: list[str]) -> Any:
    """The tree with the lines that say who wrote it and when, where trafilatura left them out."""
    from lxml import etree

    content = " ".join(" ".join(body.itertext()).split())
    under_heading = len(body) > 0 and re.fullmatch("h[1-6]", body[0].tag) is not None
    for line in reversed(signed):
        if line not in content:
            paragraph = etree.Element("p")
            paragraph.text = line
            body.insert(int(under_heading), paragraph)
    return body


def _walk(root: Any, assembly: Assembly) -> None:
    """Write a tree's text block by block; no recursion."""
    buffer: list[str] = []
    level: list[int] = []

    def flush() -> None:
        _add(written("".join(buffer)), level[-1] if level else None, assembly)
        buffer.clear()

    from lxml import etree

    skipped: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                buffer.append(element.tail or "")
            continue
        if event == "start":
            if tag in _HIDDEN or not tag:
                skipped = element
            elif tag == "table" and _is_data(element):
                flush()
                _table(element, assembly)
                skipped = element
            else:
                if tag in _BLOCKS:
                    flush()
                if re.fullmatch("h[1-6]", tag):
                    level.append(int(tag[1]))
                buffer.append(LINE_END if tag == "br" else "")
                buffer.append(element.text or "")
        else:
            if tag in _BLOCKS:
                flush()
            if re.fullmatch("h[1-6]", tag) and level:
                level.pop()
            buffer.append((element.tail or "") if element is not root else "")
    flush()


def _add(text: str, level: int | None, assembly: Assembly) -> None:
    """Write a heading on one line, or a text whose paragraphs are parted by blank lines."""
    if level:
        assembly.add(" ".join(text.split()), level=level)
        return
    for paragraph in re.split("\n{2,}", text):
        assembly.add(paragraph)


def _is_data(table: Any) -> bool:
    """Whether a table holds data: none inside it, and two columns at least."""
    if any(inner is not table for inner in table.iter("table")):
        return False
    return max((len(row) for row in table.iter("tr")), default=0) > 1


def _table(table: Any, assembly: Assembly) -> None:
    """Write a table's rows; its caption and what stands above its first full row name no columns."""
    from ingest.readers.tables import column_names, header_rows

    for caption in table.iter("caption"):
        assembly.add(_cell(caption))
    rows = [row for row in _rows(table) if any(row)]
    above = next((count for count, row in enumerate(rows) if sum(map(bool, row)) > 1), 0)
    for row in rows[:above]:
        assembly.add("".join(row))
    del rows[:above]
    heads = header_rows(rows) or int(next(table.iter("th"), None) is not None)
    if heads:
        assembly.table([column_names(rows[:heads]), *rows[heads:]])
    else:
        for index, cells in enumerate(rows):
            assembly.add("; ".join(filter(None, cells)), joint="\n" if index else "\n\n")


def _rows(table: Any) -> Iterator[list[str]]:
    """The texts of each row's cells, each in its column; a cell's words stand once, where it begins."""
    taken: dict[int, int] = {}  # by column: how many rows a cell from above still reaches down
    for row in table.iter("tr"):
        cells: list[str] = []
        begun: dict[int, int] = {}
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while taken.get(len(cells), 0):
                cells.append("")
            columns = range(len(cells), len(cells) + span(cell, "colspan"))
            begun |= dict.fromkeys(columns, span(cell, "rowspan") - 1)
            cells += [_cell(cell), *[""] * (len(columns) - 1)]
        taken = {column: left - 1 for column, left in taken.items() if left > 1} | begun
        yield cells


def _cell(cell: Any) -> str:
    """A cell's words on one line: what its lines and paragraphs part stays parted."""
    inner = Assembly()
    _walk(cell, inner)
    return " ".join(inner.text.split())
