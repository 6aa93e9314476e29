"""The command line, `footnote`: it parses, calls a command and turns errors into one line and a status.

Nothing heavy is imported here, so that `--help` is quick: each command imports what it needs.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import Any

from chat.interfaces import (
    asking_cli,
    commands,
    keeping_cli,
    narrowing,
    password_command,
    records_cli,
    searching_cli,
    token_command,
    working_cli,
)
from chat.interfaces.terminal import Screen, one_line
from ingest.errors import FootnoteError

Command = Callable[[argparse.Namespace, Screen], int]

_NOBODY_READS = 141  # as a shell counts what SIGPIPE ends

_ADD_TO = "the collection to add to (default: default)"
_ONLY = "only this collection; may be given several times"
_COLLECTION = "the collection to add to, or for other commands the only one to look at, or ones"

_HIDDEN = "also words that are in a file and cannot be seen on its page"
_DESCRIPTION = (
    "Answers questions from your own documents, with footnotes that lead to the exact words. "
    "Nothing leaves this machine unless you ask for it."
)
_EPILOG = (
    "Exit status: 0 done, 1 an error (one line on stderr), 2 wrong usage, 3 some inputs could not be read. "
    "--home, --json and --collection may stand before or after the command. "
    "FOOTNOTE_HOME names the library; NO_COLOR turns colours off; FOOTNOTE_DEBUG=1 shows tracebacks."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; nothing is raised, whatever happens."""

    def run() -> int:
        try:
            given = parse(argv)
        except SystemExit as stop:  # argparse has said what there is to say
            return int(stop.code or 0)
        command: Command = given.command
        return command(given, Screen(json_wanted=given.json))

    return guarded(run)


def guarded(run: Callable[[], int | None]) -> int:
    """Return the status of what is run, 0 for None; an error becomes one line on stderr and a status."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what an old encoding lacks is no reason to stop
            stream.reconfigure(errors="replace" if stream is sys.stdin else "backslashreplace")
    try:
        status = run() or 0
        sys.stdout.flush()
    except BrokenPipeError:
        with suppress(OSError, ValueError):  # or Python would complain of it once more when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_READS
    except KeyboardInterrupt:
        return commands.INTERRUPTED
    except FootnoteError as error:
        return _failed(str(error))
    except Exception as error:  # a line, not a traceback, whatever went wrong
        how = "" if _debugging() else " (unexpected; FOOTNOTE_DEBUG=1 shows where)"
        return _failed(f"{type(error).__name__}: {error}{how}")
    return status


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the arguments, with the function to call as `command`; exits with 2 for wrong ones."""
    parser, _ = parsers()
    given = parser.parse_args(argv)
    taken = given.takes
    if given.json and "json" not in taken:
        parser.error(f"{given.name} has no --json")
    if given.collection is not None and "collection" not in taken:
        parser.error(f"{given.name} has no --collection")
    if "add" in taken and len(given.collections) > 1:
        parser.error(f"{given.name} takes one --collection")
    if (wrong := given.usage(given)) is not None:
        parser.error(wrong)
    return given


def parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the whole parser and, by name, that of each command."""
    parser = argparse.ArgumentParser(
        prog="footnote", description=_DESCRIPTION, epilog=_EPILOG, allow_abbrev=False
    )
    parser.add_argument("--version", action=_Version)
    _shared(parser, ("json", "collection"), top=True)
    parser.set_defaults(collections=())
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    known: dict[str, argparse.ArgumentParser] = {}

    def command(name: str, run: Command, line: str, *takes: str) -> argparse.ArgumentParser:
        known[name] = subparsers.add_parser(
            name, help=line, description=f"{line[0].upper()}{line[1:]}.", allow_abbrev=False
        )
        known[name].set_defaults(command=run, name=name, takes=takes, usage=_is_right)
        _shared(known[name], takes, top=False)
        return known[name]

    each = command(
        "add", commands.add, "add files, folders (recursively) and web pages", "json", "collection", "add"
    )
    each.add_argument(
        "sources",
        nargs="+",
        metavar="PATH_OR_URL",
        type=_words,
        help="what to add; patterns such as 'letters/**/*.pdf' too; - for standard input",
    )
    each.add_argument(
        "--source", metavar="NAME", type=_words, help="what standard input is called, as a file would be"
    )
    each.set_defaults(usage=_is_named)

    each = command(
        "list", commands.list_, "list the documents, and what could not be read", "json", "collection"
    )
    each.add_argument(
        "--failed", action="store_true", help="only what could not be read: what, why, and what to do"
    )
    each.add_argument(
        "--words",
        metavar="WORDS",
        type=_words,
        help="only what has these in title, source or author",
    )
    each.add_argument("--state", choices=("searchable", "aside"), help="only documents in this state")
    each.add_argument(
        "--sort",
        choices=("added", "title", "published", "collection", "type", "passages"),
        default="added",
        help="what makes the documents' order (default: added)",
    )
    each.add_argument("--descending", action="store_true", help="the other way round")

    each = command("show", commands.show_, "show a document: what is known of it, or its text", "json")
    each.add_argument("id", metavar="ID", help="its id, as `footnote list` shows it")
    each.add_argument(
        "--text", action="store_true", help="its text instead (exact, unless it goes to a terminal)"
    )

    each = command("remove", commands.remove, "remove documents for good, with a receipt for each", "json")
    each.add_argument("ids", nargs="+", metavar="ID", help="ids, as `footnote list` shows them")
    each.add_argument(
        "--purge",
        action="store_true",
        help="write the library's files anew too, so that no trace lingers in them",
    )

    keeping_cli.register(command)

    each = command("doctor", commands.doctor, "check the library and mend what can be mended", "json")
    each.add_argument(
        "--re-embed", action="store_true", help="embed every document anew, with the model that is set now"
    )

    each = command(
        "check",
        commands.check,
        "compare a draft, sentence by sentence, with the library",
        "json",
        "collection",
    )
    each.add_argument(
        "file", metavar="FILE", type=_words, help="the draft, of any kind that can be added; - for stdin"
    )

    each = command(
        "search", searching_cli.search, "search for passages, without an answer", "json", "collection"
    )
    each.add_argument("words", metavar="WORDS", type=_words, help="what to look for, in one argument")
    each.add_argument(
        "--limit", metavar="N", type=_count, default=10, help="at most so many passages (default: 10)"
    )
    each.add_argument("--hidden", action="store_true", help=_HIDDEN)
    searching_cli.extend(each)
    narrowing.extend(each)

    each = command("ask", commands.ask, "answer a question, with footnotes", "json", "collection")
    each.add_argument(
        "question",
        metavar="QUESTION",
        type=_words,
        help="in one argument; - for one question a line from stdin, as text or as JSON with `question` and"
        " `id`, and with --json one answer a line",
    )
    each.add_argument("--conversation", metavar="ID", type=_words, help="the conversation to continue")
    each.add_argument(
        "--documents", nargs="+", action="extend", metavar="ID", help="answer from these documents only"
    )
    each.add_argument("--hidden", action="store_true", help=_HIDDEN)
    asking_cli.extend_ask(each, _words, _count)
    narrowing.extend(each)

    asking_cli.register(command, _words)
    working_cli.register(command, _words)
    records_cli.register(command)

    each = command("serve", commands.serve, "serve the page and the HTTP API, on this machine")
    each.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    each.add_argument(
        "--port", metavar="N", type=_port, default=7860, help="the port to listen on (default: 7860)"
    )
    each.add_argument(
        "--allow-host",
        metavar="NAME",
        action="append",
        type=_words,
        help="a name besides --host under which the server may be asked for; may be given more than once",
    )
    each.add_argument(
        "--rate",
        metavar="N",
        type=_rate,
        help="requests a minute that one caller of the API may send, 0 for any number (default: 600)",
    )
    each.add_argument(
        "--log",
        choices=("debug", "info", "warning", "error"),
        default="warning",
        help="what to log, as JSON lines on stderr; info is a line a request (default: warning)",
    )

    each = command("token", token_command.token, "make, list and revoke tokens for the HTTP API", "json")
    each.add_argument("action", choices=("add", "list", "remove"), help="what to do")
    each.add_argument(
        "token_name", nargs="?", metavar="NAME", type=_words, help="the token's name, or its id"
    )
    each.add_argument(
        "--scope",
        choices=("read", "write"),
        default="read",
        help="what a new token may do: ask and read, or also add and remove (default: read)",
    )

    each = command("password", password_command.password, "make the entry that lets a person sign in")
    each.add_argument("person", metavar="NAME", type=_words, help="the person's name")

    each = command("mcp", commands.mcp, "serve the library to other programs' assistants over stdio (MCP)")
    each.add_argument(
        "--allow-add", action="store_true", help="let them add files and web pages; otherwise they only read"
    )
    return parser, known


def _shared(parser: argparse.ArgumentParser, takes: Sequence[str], *, top: bool) -> None:
    """Add the options that may stand before the command (`top`) or after it: the later one wins."""

    def default(value: Any) -> Any:
        return value if top else argparse.SUPPRESS

    parser.add_argument(
        "--home",
        metavar="DIR",
        type=_words,
        default=default(None),
        help="the library's folder (default: FOOTNOTE_HOME, or the user's data folder)",
    )
    if "json" in takes:
        parser.add_argument(
            "--json", action="store_true", default=default(False), help="write JSON instead of text"
        )
    if "collection" in takes:
        parser.add_argument(
            "--collection",
            metavar="NAME",
            type=_words,
            action=_Collection,
            default=default(None),
            help=_COLLECTION if top else _ADD_TO if "add" in takes else _ONLY,
        )


class _Collection(argparse.Action):
    """Gathers the names as `collections`; `collection` is the last of them."""

    def __call__(
        self, parser: argparse.ArgumentParser, given: argparse.Namespace, value: Any, option: Any = None
    ) -> None:
        given.collections = (*getattr(given, "collections", ()), value)
        given.collection = value


class _Version(argparse.Action):
    """Prints the version, which takes a while to look up and is therefore not a constant of the parser."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"footnote {version()}")
        parser.exit()


def version() -> str:
    """Return the program's version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("footnote")
    except PackageNotFoundError:  # run from a checkout
        import tomllib
        from pathlib import Path

        project = Path(__file__).parents[2] / "pyproject.toml"
        with suppress(OSError, KeyError, ValueError):
            return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
        return "of unknown version"


def _is_right(_: argparse.Namespace) -> str | None:
    """Find nothing wrong with what argparse has let through."""
    return None


def _is_named(given: argparse.Namespace) -> str | None:
    """Say what is wrong with how standard input is named, if anything."""
    if "-" in given.sources and given.sources != ["-"]:
        return "- stands for standard input and is added alone"
    if (given.source is None) == (given.sources == ["-"]):
        return "standard input (-) needs --source NAME, and nothing else has one"
    return None


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty")
    return text


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, 0 to 65535")
    return int(text)


def _rate(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1000000")
    return int(text)


def _debugging() -> bool:
    return os.environ.get("FOOTNOTE_DEBUG", "").lower() not in ("", "0", "no", "off", "false")


def _failed(line: str) -> int:
    """Say what went wrong in one line, after the traceback where that is wanted."""
    with suppress(OSError, ValueError):  # a closed stderr changes nothing about the status
        if _debugging():
            import traceback

            traceback.print_exc()
        print(f"footnote: {one_line(line)}", file=sys.stderr)
    return commands.FAILED


if __name__ == "__main__":
    sys.exit(main())
