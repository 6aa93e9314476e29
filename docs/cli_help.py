"""Writes the help texts of the command line into docs/cli.md: run `python docs/cli_help.py` after changes."""

import os
import re
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("cli.md")
BLOCK = re.compile(r"^(## `footnote(?: ([a-z-]+))?`\n.*?^```text\n)(.*?)(^```$)", re.DOTALL | re.MULTILINE)


def renewed(page: str) -> str:
    """Return the page with each command's help, 80 columns wide, in the block below its heading."""
    sys.path.insert(0, str(PAGE.parents[1]))
    from chat.interfaces.cli import parsers

    whole, commands = parsers()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "80"
    try:
        helps = {None: whole.format_help()} | {name: each.format_help() for name, each in commands.items()}
    finally:
        del os.environ["COLUMNS"]
        if before is not None:
            os.environ["COLUMNS"] = before
        sys.path.pop(0)
    shown = [match[2] for match in BLOCK.finditer(page)]
    if shown != list(helps):
        raise SystemExit(f"{PAGE} shows {shown}; it must show each of {list(helps)}")
    return BLOCK.sub(lambda match: match[1] + helps[match[2]] + match[4], page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
