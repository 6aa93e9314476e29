"""Markdown, rendered to the words a reader sees: no asterisks, hashes or link targets."""

import re
from typing import TYPE_CHECKING

from ingest.document import Reading
from ingest.readers.assemble import Assembly
from ingest.readers.decode import decode
from ingest.readers.raised import raised
from ingest.readers.stated import date_in

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.S)
_TAG = re.compile(r"(</?[a-z]+)\b[^>]*>", re.I)
_FIELD = re.compile(r"([A-Za-z][\w -]*):[ \t]*(.*)")


def read(data: bytes, name: str) -> Reading:
    """Read Markdown; a front matter block gives title, author and day, where it has them."""
    from markdown_it import MarkdownIt

    source, encoding = decode(data, name)
    stated: dict[str, str] = {}
    front = _FRONT.match(source)
    if front:
        stated = _fields(front[1])
        source = source[front.end() :]
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    assembly = Assembly()
    _write(parser.parse(source), assembly)
    day = stated.get("date") or stated.get("published") or ""
    title = stated.get("title")
    if title is None and assembly.headings:
        top = min(assembly.headings, key=lambda heading: heading.level)
        title = assembly.text[top.start : top.end]
    return assembly.reading(
        name,
        "text/markdown",
        title=title,
        published=date_in(day),
        metadata={"encoding": encoding, "author": stated.get("author", "")},
    )


def _fields(front: str) -> dict[str, str]:
    """The front matter's plain `key: value` lines; nested YAML is left alone."""
    fields = {}
    for line in front.splitlines():
        match = _FIELD.fullmatch(line)
        value = match[2].strip().strip("\"'") if match else ""
        if match and value and value[0] not in "[{|>&*!":
            fields[match[1].lower()] = value
    return fields


def _first_number(token: "Token") -> int:
    start = token.attrGet("start")
    return 1 if start is None else int(start)


class _Lists:
    """The lists that are open, and the bullet or number that the next text needs."""

    def __init__(self) -> None:
        self._counters: list[int | None] = []
        self._prefix = ""

    def take(self, token: "Token") -> None:
        """Follow a list's start, end or item."""
        if token.type == "bullet_list_open":
            self._counters.append(None)
        elif token.type == "ordered_list_open":
            self._counters.append(_first_number(token))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._counters.pop()
        elif token.type == "list_item_open":
            count = self._counters[-1]
            self._prefix = "• " if count is None else f"{count}. "
            self._counters[-1] = None if count is None else count + 1

    def prefix(self) -> str:
        """The item's mark for its first text, nothing for the texts after it."""
        prefix, self._prefix = self._prefix, ""
        return prefix


def _write(tokens: "list[Token]", assembly: Assembly) -> None:
    """Write each block of a token list; a table's rows as `Header: value`."""
    level: int | None = None
    lists = _Lists()
    rows: list[list[str]] | None = None
    for token in tokens:
        kind = token.type
        lists.take(token)
        if kind in ("heading_open", "heading_close"):
            level = int(token.tag[1]) if kind == "heading_open" else None
        elif kind == "table_open":
            rows = []
        elif kind == "tr_open" and rows is not None:
            rows.append([])
        elif kind == "table_close" and rows is not None:
            assembly.table(rows)
            rows = None
        elif kind == "inline" and rows is not None:
            rows[-1].append(_inline(token))
        elif kind == "inline":
            text, prefix = _inline(token), lists.prefix()
            assembly.add(prefix + text if text.strip() else "", level=level, joint="\n" if prefix else "\n\n")
        elif kind in ("fence", "code_block", "html_block"):
            assembly.add(_without_tags(token.content) if kind == "html_block" else token.content)


def _inline(token: "Token") -> str:
    """A block's words: what is struck out is left out, raised figures are not glued."""
    parts: list[str] = []
    struck, raising, gone = 0, False, False
    for child in token.children or []:
        tag = _TAG.fullmatch(child.content) if child.type == "html_inline" else None
        if child.type == "s_open" or (tag and tag[1] in ("<s", "<del")):
            struck, gone = struck + 1, True
        elif child.type == "s_close" or (tag and tag[1] in ("</s", "</del")):
            struck = max(struck - 1, 0)
        elif struck:
            continue
        elif child.type in ("text", "code_inline", "image"):
            parts.append(raised("".join(parts), child.content) if raising else child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" " if child.type == "softbreak" else "\n")
        elif tag and tag[1] == "<br":
            parts.append("\n")
        elif tag and tag[1] in ("<sup", "</sup"):
            raising = tag[1] == "<sup"
    return re.sub(r"(?<=\S) {2,}", " ", "".join(parts)) if gone else "".join(parts)


def _without_tags(source: str) -> str:
    """The text of a stretch of HTML within Markdown."""
    from html import unescape

    source = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>", "", source, flags=re.S | re.I)
    return unescape(re.sub(r"<[^<>]*>", "", source))
