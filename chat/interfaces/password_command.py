"""`footnote password`: the line that lets a person sign in to the page."""

import sys
from argparse import Namespace

from chat.interfaces.terminal import Screen
from ingest.errors import InvalidSetting


def password(given: Namespace, screen: Screen) -> int:
    """Ask for a password, twice on a terminal, and print the entry for FOOTNOTE_AUTH; keep nothing."""
    from chat.passwords import checked_name, hashed

    name = checked_name(given.person)
    screen.lines([f"{name}:{hashed(_asked(name))}"])
    return 0


def _asked(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    first = getpass(f"Password for {name}: ")
    if getpass("The same again: ") != first:
        raise InvalidSetting("the two are not the same; nothing was made")
    return first
