"""A web page's tree with what its page shows and its words alone do not say.

Words that are marked as deleted are gone, as a Word text's tracked deletions are; a short quotation has its
marks, an item of an ordered list its number, an item in a cell its bullet; a cell over several rows stands in
each of them.
"""

import re
from copy import deepcopy
from typing import Any

from ingest.readers.word_numbers import FORMATS

WIDEST = 100  # columns or rows that a cell reaches over
_LABEL = 200  # characters; what is longer is no name of the rows that it stands beside
_KINDS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_MARKED = re.compile(r"\W*\w{1,4}[.)]")
_QUOTED = "\"'“‘«„‹「『"


def as_shown(tree: Any) -> None:
    """Change the tree so."""
    from lxml import etree

    etree.strip_elements(tree, "del", with_tail=False)
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


def span(cell: Any, name: str) -> int:
    """How many rows or columns a cell reaches over."""
    stated = cell.get(name) or ""
    return min(max(int(stated), 1), WIDEST) if re.fullmatch(r"[0-9]{1,9}", stated) else 1


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


def _whole(stated: str | None, otherwise: int) -> int:
    return int(stated) if stated and re.fullmatch("-?[0-9]{1,6}", stated) else otherwise
