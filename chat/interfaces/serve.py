"""The page and the API from the command line: open a library, put the sample into a new one, serve both."""

import sys
import time
from collections.abc import Callable, Collection
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

from chat.interfaces.http.access import Access
from chat.interfaces.sessions import Sessions
from chat.interfaces.sign_in import build_door
from chat.interfaces.tokens import Tokens
from chat.page.backing import Backing
from chat.page.guard import LOOPBACK
from chat.page.server import serve
from chat.page.shell import Site
from chat.passwords import People
from chat.people import personal, served
from chat.settings import read_settings
from ingest.errors import InvalidSetting

SAMPLE_COLLECTION = "sample"
_SWITCH = 0.0002
"""Seconds after which a thread that computes lets others have their turn; Python's own is 0.005. A question
hands over to libraries and comes back many times, and each time waited that long behind every other one:
with 20 people at once the 95th percentile of retrieval was twice as high, at the same answers a second."""


def serve_command(
    home: str | Path | None = None,
    host: str = "127.0.0.1",
    port: int = 7860,
    sample: Path | None = None,
    say: Callable[[str], None] | None = None,
    *,
    hosts: Collection[str] = (),
    rate: int | None = None,
    log: str = "warning",
) -> None:
    """Serve the page and the API; `say` is told the address and how long it took, and prints unless given.

    The sample library's files go into the collection "sample" when the library is brand new: a library
    that was emptied stays empty. `hosts` are names besides loopback's and `host` under which the server may
    be asked for, `rate` is how many requests a minute one caller may send (0: any number). Raises one of
    the FootnoteError family when it cannot start, and InvalidSetting where others could reach the library
    and there is neither a token nor anybody who may sign in.
    """
    from chat import Assistant
    from chat.interfaces.http.api import build_server
    from chat.interfaces.http.desk import Desk
    from chat.interfaces.http.limits import Limits
    from chat.interfaces.http.watch import write_log
    from chat.interfaces.mcp_server import mcp_app

    began = time.monotonic()
    tell = say or _print
    sys.setswitchinterval(_SWITCH)
    settings = read_settings(home)
    tokens = Tokens(settings.home)
    sessions = Sessions(People(settings.auth)) if settings.auth else None
    open_to_others = bool(hosts) or not is_loopback(host)
    if open_to_others and sessions is None and not tokens.all():
        raise InvalidSetting(
            f"others could reach the library at {', '.join([host, *hosts])}, and nothing keeps them out: say "
            "who may sign in, with FOOTNOTE_AUTH and `footnote password NAME`, or make a token for all of "
            "them, with `footnote token add NAME --scope write`, or serve on 127.0.0.1"
        )
    write_log(log)
    with Assistant.open(home) as assistant:
        if sample is not None and is_new(assistant):
            add_sample(assistant, sample, tell)

        def ready(address: str) -> None:
            tell(f"Footnote is at {address} after {time.monotonic() - began:.1f} s; Ctrl-C ends it.")
            tell(f"The API is at {address}api/v1/, and for OpenAI's clients at {address}v1")
            for line in _warnings(open_to_others, sessions):
                tell(line)

        if isinstance(assistant, Assistant):  # another process that owns the library is warm already
            Thread(target=assistant.warm, daemon=True).start()
            Thread(target=assistant.recognise, daemon=True).start()
        limits = Limits() if rate is None else Limits(rate=rate)
        # What people keep under their names is not for programs: these see what programs keep.
        desk = Desk.of(assistant if sessions is None else personal(assistant, ""), limits)
        shown = served(assistant, None) if open_to_others and sessions is None else assistant
        name = f"[{host}]" if ":" in host else host
        names = {*LOOPBACK, name, *hosts}
        line = assistant.setup().leaving.line
        app = build_server(
            desk,
            access(tokens, sessions, open_to_others=open_to_others),
            assistant=shown,
            hosts=names,
            privacy=line,
            beside={"/mcp": mcp_app(desk.assistant, hosts=names)},
            door=build_door(Site(assistant, line, desk.uploads), sessions) if sessions else None,
        )
        try:
            serve(assistant, host, port, ready, app=app)
        finally:
            desk.close()


def access(tokens: Tokens, sessions: Sessions | None, *, open_to_others: bool) -> Access:
    """Return what judges tokens: where people sign in, programs always need one, and the page none."""
    return Access(
        tokens, required=open_to_others or sessions is not None, page=open_to_others and sessions is None
    )


def _warnings(open_to_others: bool, sessions: Sessions | None) -> list[str]:
    if sessions is not None:
        lines = [f"{len(sessions.people.all())} may sign in to the page; the API needs a token."]
        if open_to_others:
            lines.append("Put a proxy with TLS before it: passwords would cross the network in the clear.")
        return lines
    if open_to_others:
        return ["Others can reach it: the API needs a token, and the page a write token as password."]
    return []


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a server that listens on this address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_new(assistant: Backing) -> bool:
    """Tell whether nothing was ever put into this library, nor asked of it."""
    return not (
        assistant.documents()
        or assistant.failures()
        or assistant.conversations()
        or (assistant.home / "sample-offered").exists()
    )


def add_sample(assistant: Backing, sample: Path, tell: Callable[[str], None]) -> None:
    """Add the sample's folder, without its own README, and remember that it was offered once."""
    sources = [path for path in sorted(sample.iterdir()) if path.is_dir()]
    report = assistant.add(*sources, collection=SAMPLE_COLLECTION)
    (assistant.home / "sample-offered").touch()
    tell(f"This library is new: {len(report.added)} sample documents are in it, in collection 'sample'.")


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201  the command's output
