"""`footnote token`: make, list and revoke the tokens that let programs in."""

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from chat.interfaces.terminal import Screen
from chat.interfaces.tokens import Token, Tokens
from ingest.errors import InvalidSetting


def token(given: Namespace, screen: Screen) -> int:
    """Add, list or remove; the library need not be open, nor be there."""
    from chat.settings import read_settings

    tokens = Tokens(read_settings(given.home).home)
    if given.action == "list":
        return _listed(tokens, screen)
    if given.token_name is None:
        raise InvalidSetting(f"name the token: `footnote token {given.action} NAME`")
    if given.action == "add":
        made, secret = tokens.add(given.token_name, given.scope)
        if screen.json_wanted:
            screen.data({**_shown(made), "token": secret})
        else:
            screen.lines([secret, "It is shown this once; who has it may " + _MAY[made.scope] + "."])
        return 0
    removed = tokens.remove(given.token_name)
    if screen.json_wanted:
        screen.data(_shown(removed))
    else:
        screen.lines([f"The token {removed.name} is revoked.", *_open_again(tokens)])
    return 0


_MAY = {"read": "ask, search and read", "write": "ask, search, read, add and remove"}


def _listed(tokens: Tokens, screen: Screen) -> int:
    known = tokens.all()
    if screen.json_wanted:
        screen.data([_shown(each) for each in known])
    elif known:
        rows = [(each.id, each.name, each.scope, each.created) for each in known]
        screen.lines(screen.table(("ID", "NAME", "SCOPE", "MADE"), rows))
    else:
        screen.lines(["There are no tokens: on this machine the API works without one."])
    return 0


def _open_again(tokens: Tokens) -> list[str]:
    if tokens.all():
        return []
    return ["It was the last one: on this machine the API works without a token again."]


def _shown(token: Token) -> dict[str, Any]:
    return {name: value for name, value in asdict(token).items() if name != "hash"}
