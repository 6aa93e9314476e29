"""The page and the API from the command line: open a library, put the sample into a new one, serve both."""

import time
from collections.abc import Callable, Collection
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

from chat.interfaces.tokens import Tokens
from chat.page.backing import Backing
from chat.page.guard import LOOPBACK
from chat.page.server import LOCAL, serve
from chat.settings import Settings, read_settings
from ingest.errors import InvalidSetting

SAMPLE_COLLECTION = "sample"


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
    and there is no token.
    """
    from chat import Assistant
    from chat.interfaces.http.access import Access
    from chat.interfaces.http.api import build_server
    from chat.interfaces.http.desk import Desk
    from chat.interfaces.http.limits import Limits
    from chat.interfaces.http.watch import write_log
    from chat.interfaces.mcp_server import mcp_app

    began = time.monotonic()
    tell = say or _print
    tokens = Tokens(read_settings(home).home)
    open_to_others = bool(hosts) or not is_loopback(host)
    if open_to_others and not tokens.all():
        raise InvalidSetting(
            f"others could reach the library at {', '.join([host, *hosts])}, and it has no tokens; make one "
            "first with `footnote token add NAME --scope write`, or serve on 127.0.0.1"
        )
    write_log(log)
    with Assistant.open(home) as assistant:
        if sample is not None and is_new(assistant):
            add_sample(assistant, sample, tell)

        def ready(address: str) -> None:
            tell(f"Footnote is at {address} after {time.monotonic() - began:.1f} s; Ctrl-C ends it.")
            tell(f"The API is at {address}api/v1/, and for OpenAI's clients at {address}v1")
            if open_to_others:
                tell("Others can reach it: the API needs a token, and the page a write token as password.")

        if isinstance(assistant, Assistant):  # another process that owns the library is warm already
            Thread(target=assistant.warm, daemon=True).start()
            Thread(target=assistant.recognise, daemon=True).start()
        limits = Limits() if rate is None else Limits(rate=rate)
        desk = Desk.of(assistant, limits)
        name = f"[{host}]" if ":" in host else host
        names = {*LOOPBACK, name, *hosts}
        app = build_server(
            desk,
            Access(tokens, required=open_to_others),
            hosts=names,
            privacy=privacy(read_settings(home)),
            beside={"/mcp": mcp_app(assistant, hosts=names)},
        )
        try:
            serve(assistant, host, port, ready, app=app)
        finally:
            desk.close()


def privacy(settings: Settings) -> str:
    """Return the line that says where text goes."""
    if settings.model is None:
        return LOCAL
    where = f" at {settings.base_url}" if settings.base_url else ""
    return f"Questions and the passages found for them go to {settings.model}{where}"


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
