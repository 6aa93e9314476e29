"""The command that finds every mention: its arguments, and what it shows."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chat.interfaces.commands import DONE, opened, warn_if_empty, where_of
from chat.interfaces.terminal import Screen, one_line
from ingest.errors import FootnoteError

if TYPE_CHECKING:
    from chat.mentions import Mention, Mentions

Register = Callable[..., ArgumentParser]
_IN = "      "


def register(command: Register, words: Callable[[str], str]) -> None:
    """Add the command to the parser; `words` lets no empty argument through."""
    each = command("mentions", mentions, "find every mention of names, none left out", "json", "collection")
    each.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        type=words,
        help="what to look for; 'NAME = ALIAS, ALIAS' for one that is written in several ways",
    )
    each.add_argument(
        "--file", metavar="FILE", type=words, help="a list of names, one a line or with commas; - for stdin"
    )
    each.add_argument("--csv", action="store_true", help="write a table as CSV, for a spreadsheet")
    each.add_argument("--documents", nargs="+", action="extend", metavar="ID", help="only these documents")
    each.add_argument("--from", dest="first", metavar="YYYY-MM-DD", type=_day, help="dated then or later")
    each.add_argument("--to", dest="last", metavar="YYYY-MM-DD", type=_day, help="dated then or earlier")
    each.add_argument(
        "--hidden",
        action="store_true",
        help="also words that are in a file and cannot be seen on its page",
    )
    each.set_defaults(usage=_names_something)


def mentions(given: Namespace, screen: Screen) -> int:
    """Show each mention with its sentence, by document, or as a table."""
    from dataclasses import replace

    from chat.mentions import names_from
    from retrieval.mentions import parse_names

    names = list(given.names)
    if given.file is not None:
        for name in parse_names(_list(given.file)):
            first, *others = (f'"{form}"' for form in name.forms)
            names.append(f"{first} = {', '.join(others)}" if others else name.name)
    names_from(names)
    with opened(given) as assistant:
        warn_if_empty(assistant)
        where = replace(where_of(assistant, given), published_from=given.first, published_to=given.last)
        found = assistant.mentions(names, where=where)
        if given.csv:
            from chat.tables import as_csv
            from chat.work_tables import mentions_rows

            seen = assistant.seen([each.document_id for each in found.documents])
            titles = {(each.document_id, each.document_version): each.title for each in found.documents}
            rows = mentions_rows(found, "filing", lambda *version: titles[version], seen)
            screen.lines([as_csv(rows).replace("\r\n", "\n").removesuffix("\n")])
        elif screen.json_wanted:
            screen.data(found.to_dict())
        else:
            screen.lines(_lines(found, screen))
    return DONE


def _lines(found: "Mentions", screen: Screen) -> list[str]:
    lines: list[str] = []
    titles = {(each.document_id, each.document_version): each for each in found.documents}
    last = None
    for each in found.mentions:
        document = titles[each.document_id, each.document_version]
        if document != last:
            facts = [document.title, document.published, f"{document.mentions}", document.document_id]
            said = "  ".join(one_line(part) for part in facts if part)
            lines += ["", screen.paint("bold", said)]
            last = document
        lines += screen.wrapped(_said(each), indent=_IN, first=f"{each.number:>4}. ")
    for name in found.names:
        forms = f" ({', '.join(map(one_line, name.forms[1:]))})" if len(name.forms) > 1 else ""
        many = "1 mention" if name.mentions == 1 else f"{name.mentions} mentions"
        lines += [] if found.names[0] is not name else [""]
        lines.append(
            f"{one_line(name.name)}{forms}: {many} in {name.documents} of {found.searched} documents"
        )
    if found.hidden:
        lines.append(f"{found.hidden} more cannot be seen on their page; --hidden shows them")
    return lines if found.mentions else [line for line in lines if line]


def _said(each: "Mention") -> str:
    before = each.sentence[: each.start - each.sentence_start]
    after = each.sentence[each.end - each.sentence_start :]
    place = each.locator or (f"p. {each.page}" if each.page is not None else "")
    marks = (f"({place})" if place else "") + (" (hidden)" if each.hidden else "")
    return f"{before}[{each.words}]{after} {marks}".strip()


def _list(file: str) -> str:
    import sys

    if file == "-":
        return sys.stdin.read()
    try:
        return Path(file).read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise FootnoteError(
            f"{file} cannot be read: {error.strerror}; name a list of names, one a line"
        ) from error


def _names_something(given: Namespace) -> str | None:
    if given.csv and given.json:
        return "--csv and --json are two ways of writing; take one"
    return None if given.names or given.file else "mentions needs a NAME, or a --file of them"


def _day(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date; write it as 2023-04-02") from None
