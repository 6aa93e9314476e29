"""A web page's tree with what its page shows and its words alone do not say.

Words that are marked as deleted or struck out are gone, as a Word text's tracked deletions are; a short
quotation has its marks, an item of an ordered list its number, an item in a cell its bullet; a cell over
several rows stands in each of them, and several rows of a table's head are one; raised figures are not glued
to words; lines and columns of preformatted text stay. A picture's caption and a note of correction are
paragraphs of the article.
"""

import re
from copy import deepcopy
from itertools import takewhile
from typing import Any

from ingest.readers.raised import raised
from ingest.readers.word_numbers import FORMATS

WIDEST = 100  # columns or rows that a cell reaches over
_LABEL = 200  # characters; what is longer is no name of the rows that it stands beside
_KINDS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_MARKED = re.compile(r"\W*\w{1,4}[.)]")
_QUOTED = "\"'“‘«„‹「『"
_NOTE = re.compile(r"#|footnote|noteref|reference|cite|endnote", re.I)
_CORRECTION = re.compile(r"\s*(?:correction|corrected|clarification|editor[’']?s['’]? note|update)", re.I)
# What no page holds stands for the ends of lines and the blanks that are to stay, until the text is written.
_KEPT = str.maketrans({"\n": "\ufdd0", " ": "\ufdd1"})
LINE_END = "\ufdd2"  # of a <br>, around which blanks do not count
_WRITTEN = str.maketrans({"\ufdd0": "\n", "\ufdd1": " "})


def as_shown(tree: Any) -> None:
    """Change the tree so."""
    from lxml import etree

    etree.strip_elements(tree, "del", "s", "strike", with_tail=False)
    for element in tree.iter("sup"):
        _raise(element)
    etree.strip_tags(tree, "sup")
    _keep(tree)
    for quotation in tree.iter("q"):
        _quote(quotation)
    etree.strip_tags(tree, "q")
    for items in tree.iter("ol"):
        _number(items)
    for items in list(tree.iter("ul", "ol")):
        if next(items.iterancestors("td", "th"), None) is not None:
            _open(items)
    for table in tree.iter("table"):
        if next(table.iterdescendants("table"), None) is None:
            _repeat(table)
            _merge_heads(table)


def written(text: str) -> str:
    """A block's text on one line, but for the lines and blanks that its page keeps, such as at LINE_END."""
    text = re.sub(r"[ \t\r\n\f]+", " ", text)
    return re.sub(f" ?{LINE_END} ?", "\n", text).translate(_WRITTEN)


def _keep(tree: Any) -> None:
    """Keep what trafilatura takes to be no part of an article, and lines that it joins."""
    for line_end in tree.iter("br"):
        following = line_end.getnext()
        if following is not None and following.tag == "br" and not (line_end.tail or "").strip():
            line_end.tail = "\ufdd0"  # the two part paragraphs, and would become one line's end
    for text in list(tree.iter("pre")):
        _keep_lines(text)
    for part in list(tree.iter("figure", "figcaption", "aside")):
        if part.tag != "aside" or _CORRECTION.match(part.text_content()):
            part.tag = "p" if part.tag == "figcaption" and not len(part) else "div"
            part.attrib.clear()


def span(cell: Any, name: str) -> int:
    """How many rows or columns a cell reaches over."""
    stated = cell.get(name) or ""
    return min(max(int(stated), 1), WIDEST) if re.fullmatch(r"[0-9]{1,9}", stated) else 1


def _raise(element: Any) -> None:
    """Write raised words as plain ones."""
    link = next(element.iterdescendants("a"), None)
    link = element.getparent() if link is None and element.getparent().tag == "a" else link
    marks = (element.get("class"), element.get("id"), link.get("href") if link is not None else None)
    following = element.tail or "".join(element.getnext().itertext() if element.getnext() is not None else ())
    before, content = _before(element), element.text_content()
    for child in list(element):
        element.remove(child)
    linked = any(_NOTE.search(each) for each in marks if each)
    element.text = raised(before, content, following, linked=linked)


def _before(element: Any) -> str:
    """The words on the line before an element, as far as they stand close to it."""
    while element is not None:
        previous, parent = element.getprevious(), element.getparent()
        if previous is not None:
            return previous.tail or (previous.text_content() if previous.tag != "br" else "")
        if parent is None or parent.text or parent.tag not in ("a", "b", "em", "i", "span", "strong"):
            return parent.text or "" if parent is not None else ""
        element = parent
    return ""


def _keep_lines(text: Any) -> None:
    """Keep the lines and wide blanks of preformatted text; what a blank line parts are paragraphs."""
    from lxml import etree

    for line_end in text.iter("br"):
        line_end.tail = "\n" + (line_end.tail or "")
    content = text.text_content().expandtabs().replace("\r\n", "\n").strip("\n")
    for child in list(text):
        text.remove(child)
    text.text = None
    text.tag = "div"
    for part in re.split(r"\n\s*\n", content):
        lines = "\n".join(line.rstrip() for line in part.split("\n"))
        etree.SubElement(text, "p").text = re.sub(r"\n *| {2,}", lambda kept: kept[0].translate(_KEPT), lines)


def _quote(quotation: Any) -> None:
    """Write a quotation's marks, unless it has its own."""
    if quotation.text_content().lstrip()[:1] in _QUOTED:
        return
    within = next(quotation.iterancestors("q"), None) is not None
    quotation.text = ("‘" if within else "“") + (quotation.text or "")
    last = quotation[-1] if len(quotation) else None
    if last is None:
        quotation.text += "’" if within else "”"
    else:
        last.tail = (last.tail or "") + ("’" if within else "”")


def _number(items: Any) -> None:
    """Write the numbers of a list's items; not where it navigates or shows none."""
    if "list-style" in (items.get("style") or "") or next(items.iterancestors("nav"), None) is not None:
        return
    shown = FORMATS[_KINDS.get(items.get("type") or "", "decimal")]
    rest = list(items.iterchildren("li"))
    step = -1 if items.get("reversed") is not None else 1
    count = _whole(items.get("start"), 1 if step > 0 else len(rest))
    for item in rest:
        count = _whole(item.get("value"), count)
        if not _MARKED.match(item.text_content()):
            _begin(item, f"{shown(count) or count}. ")
        count += step


def _begin(item: Any, mark: str) -> None:
    """Put a mark before an item's words, in the first paragraph where it has some."""
    while not (item.text or "").strip() and len(item) and item[0].tag in ("p", "div"):
        item = item[0]
    item.text = mark + (item.text or "").lstrip()


def _open(items: Any) -> None:
    """Turn a list in a cell into lines of it."""
    for item in items.iterchildren("li"):
        if items.tag == "ul" and item.text_content().strip():
            _begin(item, "• ")
        item.tag = "div"
    items.tag = "div"


def _repeat(table: Any) -> None:
    """Give each row its own copy of a short cell that reaches over it; a header's stand once."""
    reaching: dict[int, tuple[int, Any]] = {}  # by column: for how many rows more a cell does, and the cell
    for number, row in enumerate(table.iter("tr")):
        begun: dict[int, tuple[int, Any]] = {}
        column = 0
        for cell in list(row.iterchildren("td", "th")):
            while column in reaching:
                if reaching[column][1] is not None:
                    cell.addprevious(deepcopy(reaching[column][1]))
                column += 1
            rows, columns = span(cell, "rowspan"), span(cell, "colspan")
            again = None
            if rows > 1 and (number or cell.tag == "td") and len(cell.text_content()) <= _LABEL:
                del cell.attrib["rowspan"]
                again = deepcopy(cell)
                again.tail = None
            begun |= dict.fromkeys(range(column + 1, column + columns), (rows - 1, None))
            begun[column] = (rows - 1, again)
            column += columns
        while column and column in reaching:
            if reaching[column][1] is not None:
                row.append(deepcopy(reaching[column][1]))
            column += 1
        reaching = {place: (left - 1, cell) for place, (left, cell) in (reaching | begun).items() if left}


def _merge_heads(table: Any) -> None:
    """Make one row of the several that head a table: its cells say all that stands over their column."""
    from lxml import etree

    rows = list(table.iter("tr"))
    heads = list(takewhile(_heads, rows))
    while heads and sum(bool(cell.text_content().strip()) for cell in heads[0]) < 2:
        del heads[0]  # a title over the whole table
    if len(heads) < 2 or rows[-1] in heads:
        return
    names: dict[int, list[str]] = {}
    taken: dict[int, int] = {}  # by column: how many rows a cell from above still reaches down
    for row in heads:
        column = 0
        for cell in row.iterchildren("td", "th"):
            while taken.get(column, 0):
                column += 1
            words = " ".join(cell.text_content().split())
            for reached in range(column, column + span(cell, "colspan")):
                if words and words not in names.setdefault(reached, []):
                    names[reached].append(words)
                taken[reached] = span(cell, "rowspan")
                column += 1
        taken = {place: left - 1 for place, left in taken.items()}
    for row in heads[1:]:
        row.getparent().remove(row)
    for cell in list(heads[0]):
        heads[0].remove(cell)
    for column in range(max(names, default=0) + 1):
        etree.SubElement(heads[0], "th").text = " ".join(names.get(column, []))


def _heads(row: Any) -> bool:
    """Whether a row heads its table."""
    cells = list(row.iterchildren("td", "th"))
    return row.getparent().tag == "thead" or (bool(cells) and all(cell.tag == "th" for cell in cells))


def _whole(stated: str | None, otherwise: int) -> int:
    return int(stated) if stated and re.fullmatch("-?[0-9]{1,6}", stated) else otherwise
