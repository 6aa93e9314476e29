"""The commands for what is kept of answers: conversations listed, shown, renamed, removed, and exported."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from chat.interfaces.commands import DONE, opened
from chat.interfaces.terminal import Screen, one_line
from ingest.errors import StoreFailed

if TYPE_CHECKING:
    from chat.answer import ConversationInfo
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant

Register = Callable[..., ArgumentParser]
TRAY = "tray"
_GIVEN = {"list": 0, "show": 1, "rename": 2, "remove": 1}


def register(command: Register) -> None:
    """Add the commands to the parser; `command` takes a name, a function, a line and what it takes."""
    each = command("conversations", conversations, "list, show, rename and remove conversations", "json")
    each.add_argument("action", nargs="?", choices=tuple(_GIVEN), default="list", help="what to do")
    each.add_argument(
        "given",
        nargs="*",
        metavar="ID",
        help="the conversation; to rename it, its new title too, in one argument",
    )
    each.add_argument("--words", metavar="WORDS", help="list only those that hold all these words")
    each.set_defaults(usage=_fits)

    each = command("export", export, "write a conversation, an answer or the tray to a file")
    each.add_argument("conversation", metavar="ID", help=f"the conversation, or `{TRAY}` for what is pinned")
    each.add_argument("--format", choices=("md", "docx", "json"), default="md", help="default: md")
    each.add_argument(
        "--kind",
        choices=("publishable", "filing"),
        default="publishable",
        help="filing names paths, hashes, versions, users, marks and the log; publishable none (default)",
    )
    each.add_argument("--turn", metavar="N", type=int, help="only this answer of the conversation")
    each.add_argument(
        "--marked",
        action="append",
        choices=("checked", "disputed", "unchecked"),
        default=[],
        help="only footnotes in this state; may be given several times",
    )
    each.add_argument("-o", "--out", metavar="FILE", required=True, help="where to; - for standard output")
    each.set_defaults(usage=_exports_something)


def conversations(given: Namespace, screen: Screen) -> int:
    """List conversations, or show, rename or remove one."""
    with opened(given) as assistant:
        if given.action == "show":
            return _show(assistant, given.given[0], screen)
        if given.action == "rename":
            assistant.rename_conversation(*given.given)
        elif given.action == "remove":
            assistant.remove_conversation(*given.given)
        found = assistant.conversations(words=given.words or "")
    if screen.json_wanted:
        screen.data([asdict(each) for each in found])
    elif given.action == "remove":
        screen.lines([f"The conversation {one_line(given.given[0])} is gone, with its marks and feedback."])
    elif not found:
        screen.lines(["No conversation holds these words." if given.words else "Nothing was asked yet."])
    else:
        rows = [_row(each) for each in found]
        screen.lines(screen.table(("CONVERSATION", "TITLE", "ANSWERS", "CHECKED", "LATEST"), rows))
    return DONE


def export(given: Namespace, screen: Screen) -> int:
    """Write a conversation, or the tray, to a file."""
    with opened(given) as assistant:
        if given.conversation == TRAY:
            data = assistant.export_tray(given.format, given.kind)
        else:
            data = assistant.export_conversation(
                given.conversation, given.format, given.kind, turn=given.turn, marked=given.marked
            )
    if given.out == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return DONE
    try:
        Path(given.out).write_bytes(data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreFailed(
            f"{given.out} could not be written: {reason}; give another place with -o"
        ) from error
    screen.lines([f"{one_line(given.out)}: {len(data):,} bytes, {given.kind}"])
    return DONE


def _show(assistant: "Assistant | RemoteAssistant", conversation: str, screen: Screen) -> int:
    from chat.interfaces.show import answer_lines

    turns, marks = assistant.turns(conversation), assistant.marks(conversation)
    if screen.json_wanted:
        screen.data(
            {
                "conversation": conversation,
                "turns": [{"number": turn.number, "answer": turn.answer.to_dict()} for turn in turns],
                "marks": [asdict(mark) for mark in marks],
            }
        )
        return DONE
    for turn in turns:
        screen.lines([screen.paint("bold", f"{turn.number}. {one_line(turn.question)}"), ""])
        screen.lines(answer_lines(turn.answer, screen))
        for mark in marks:
            if mark.turn == turn.number:
                by = f" by {mark.initials}" if mark.initials else ""
                why = f": {mark.note}" if mark.note else ""
                screen.lines([one_line(f"[{mark.number}] {mark.state}{by}, {mark.at[:16]} UTC{why}")])
        screen.lines([""])
    return DONE


def _row(info: "ConversationInfo") -> tuple[str, ...]:
    disputed = f", {info.disputed} disputed" if info.disputed else ""
    checked = f"{info.checked} of {info.footnotes}{disputed}"
    return info.id, info.title, str(info.turns), checked, info.updated[:16].replace("T", " ")


def _fits(given: Namespace) -> str | None:
    wanted = _GIVEN[given.action]
    if len(given.given) != wanted:
        return f"conversations {given.action} takes {wanted} arguments, not {len(given.given)}"
    if given.words is not None and given.action != "list":
        return "--words is for conversations list"
    return None


def _exports_something(given: Namespace) -> str | None:
    if given.conversation == TRAY and (given.turn is not None or given.marked):
        return "--turn and --marked are for conversations, not for the tray"
    if given.turn is not None and given.turn < 1:
        return "--turn counts from 1"
    return None
