"""The commands around asking: a conversation, figures, completion; and what `ask` takes besides."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable

from chat.interfaces.commands import DONE, FAILED, opened, warn_if_empty, where_of
from chat.interfaces.terminal import Screen

Register = Callable[..., ArgumentParser]


def register(command: Register, words: Callable[[str], str]) -> None:
    """Add the commands to the parser; `words` lets no empty argument through."""
    each = command("chat", chat, "ask and answer in the terminal", "collection")
    each.add_argument("--conversation", metavar="ID", type=words, help="the conversation to continue")
    _debug(each)

    each = command("eval", eval_, "measure finding, quoting and refusing on questions", "json", "collection")
    each.add_argument(
        "file", metavar="FILE", type=words, help="the questions, a JSON object a line; see docs/eval.md"
    )
    each.add_argument("--save", metavar="FILE", type=words, help="write the figures there, as a baseline")
    each.add_argument(
        "--baseline", metavar="FILE", type=words, help="compare with these figures; status 1 if any is worse"
    )
    each.add_argument(
        "--tolerance",
        metavar="SHARE",
        type=_share,
        default=0.02,
        help="how much worse a figure may be than the baseline's, 0 to 1 (default: 0.02)",
    )

    each = command("completion", completion, "write a script that completes commands in a shell")
    each.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell that reads it")


def extend_ask(ask: ArgumentParser, words: Callable[[str], str], count: Callable[[str], int]) -> None:
    """Add to `ask` what batches and the inspector take."""
    _debug(ask)
    ask.add_argument(
        "--out",
        metavar="FILE",
        type=words,
        help="for `ask -`: write the answers there, a line each; run again, it goes on where it ended",
    )
    ask.add_argument(
        "--workers", metavar="N", type=count, help="for `ask -`: so many at once (default: one a core)"
    )
    ask.add_argument("--save", action="store_true", help="for `ask -`: keep each question as a conversation")
    ask.set_defaults(usage=_batch_fits)


def chat(given: Namespace, screen: Screen) -> int:
    """Ask and answer in the terminal until it is left."""
    from chat.interfaces.talking import Talk

    with opened(given) as assistant:
        warn_if_empty(assistant)
        Talk(assistant, where_of(assistant, given), screen, given.conversation, debug=given.debug).run()
    return DONE


def eval_(given: Namespace, screen: Screen) -> int:
    """Count on a file of questions; 1 if a figure fell behind the baseline's."""
    from chat.interfaces import evaluating

    with opened(given) as assistant:
        good = evaluating.run(assistant, where_of(assistant, given), given, screen)
    return DONE if good else FAILED


def completion(given: Namespace, screen: Screen) -> int:
    """Write the script that lets a shell complete this program's words."""
    import shtab

    from chat.interfaces.cli import parsers

    whole, known = parsers()
    names = {"FILE": shtab.FILE, "PATH_OR_URL": shtab.FILE, "DIR": shtab.DIRECTORY}
    for parser in (whole, *known.values()):
        for action in parser._actions:
            if action.metavar in names:
                action.complete = names[action.metavar]  # type: ignore[attr-defined]
    screen.lines([shtab.complete(whole, given.shell)])
    return DONE


def _debug(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--debug", action="store_true", help="show on stderr what was searched, found and rejected, and times"
    )


def _batch_fits(given: Namespace) -> str | None:
    if given.question == "-":
        return "--debug is for one question" if given.debug else None
    batch = given.out or given.workers or given.save
    return "--out, --workers and --save are for `ask -`" if batch else None


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return share
