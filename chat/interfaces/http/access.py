"""Who may do what: tokens, their scopes, and which requests change something.

Without any token the API on this machine works as the page does. As soon as there is one, every request
needs one, and where others can reach the server nothing works without, the page neither. A request changes
something unless it is known not to: a new route needs `write` until it is named here.
"""

import base64
import binascii
from dataclasses import dataclass

from chat.interfaces.http.problem import Problem
from chat.interfaces.tokens import Scope, Tokens
from ingest.errors import InvalidSetting

PREFIX = "/api/v1"
QUERIES = frozenset(
    {
        *(f"{PREFIX}/{name}" for name in ("ask", "search", "search/documents", "search/all")),
        *(f"{PREFIX}/{name}" for name in ("check", "mentions", "grid")),
        "/v1/chat/completions",
    }
)
"""What is posted to and yet changes no document."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_UNREADABLE = "this library's tokens cannot be read; `footnote token list` on its machine says why"
OWN_SCOPES = "/mcp"  # its one address takes every call, so that its tools look at the grant themselves


@dataclass(frozen=True, slots=True)
class Grant:
    """Who asks, by a token's id or "local", and what they may do; stands in `scope["footnote.grant"]`."""

    who: str
    scope: Scope

    def may(self, needed: Scope) -> bool:
        """Tell whether this is enough."""
        return self.scope == "write" or needed == "read"


class Access:
    """Judges requests by their token; `required` even while there is none, and of the page too if `page`."""

    def __init__(self, tokens: Tokens, *, required: bool = False, page: bool | None = None) -> None:
        self.tokens = tokens
        self.required = required
        self.page = required if page is None else page

    def grant(self, authorization: str | None) -> Grant | None:
        """Return what a request's `Authorization` gives, None if nothing.

        Raises a Problem, and lets nobody in, while the tokens cannot be read.
        """
        try:
            if not self.tokens.all() and not self.required:
                return Grant("local", "write")
            token = self.tokens.find(_secret(authorization or ""))
        except InvalidSetting as error:
            raise Problem(503, "tokens-unreadable", _UNREADABLE, {"Retry-After": "60"}) from error
        return Grant(token.id, token.scope) if token else None


def needed(method: str, path: str) -> Scope:
    """Return the scope that a request needs."""
    own = path == OWN_SCOPES or path.startswith(f"{OWN_SCOPES}/")
    return "read" if method in _READING or own or path.rstrip("/") in QUERIES else "write"


def unknown(*, page: bool = False) -> Problem:
    """Return the refusal of a request without a token that is known; a browser then asks for one."""
    challenge = 'Basic realm="Footnote: a write token as password", charset="UTF-8"' if page else "Bearer"
    return Problem(
        401,
        "token-needed",
        "a token is needed: send `Authorization: Bearer TOKEN`; `footnote token add NAME` makes one",
        {"WWW-Authenticate": challenge},
    )


def too_little(*, page: bool = False) -> Problem:
    """Return the refusal of a write with a read token; a browser then asks for another one."""
    if page:
        return unknown(page=True)
    return Problem(
        403,
        "write-token-needed",
        "this changes the library, and the token may only read; "
        "`footnote token add NAME --scope write` makes one that may",
        {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="write"'},
    )


def _secret(authorization: str) -> str:
    """Return the token in a header: a bearer's, or the password that a browser asked for."""
    kind, _, value = authorization.strip().partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
