"""The page from the command line: open a library, put the sample into a new one, serve until interrupted.

The MCP server is in the same process, at /mcp.
"""

import time
from collections.abc import Callable, Collection
from pathlib import Path
from threading import Thread

from chat.page.backing import Backing
from chat.page.server import LOCAL, serve
from chat.settings import Settings, read_settings

SAMPLE_COLLECTION = "sample"


def serve_command(
    home: str | Path | None = None,
    host: str = "127.0.0.1",
    port: int = 7860,
    sample: Path | None = None,
    say: Callable[[str], None] | None = None,
) -> None:
    """Serve the page; `say` is told the address and how long it took, and prints unless given.

    The sample library's files go into the collection "sample" when the library is brand new: a library
    that was emptied stays empty. Raises one of the FootnoteError family when it cannot start.
    """
    from starlette.routing import BaseRoute, Route

    from chat import Assistant
    from chat.interfaces.mcp_server import mcp_app

    began = time.monotonic()
    tell = say or _print
    with Assistant.open(home) as assistant:
        if sample is not None and is_new(assistant):
            add_sample(assistant, sample, tell)

        def ready(address: str) -> None:
            tell(f"Footnote is at {address} after {time.monotonic() - began:.1f} s; Ctrl-C ends it.")
            if host not in ("127.0.0.1", "localhost", "::1"):
                tell("Whoever can reach this address can read and change the library.")

        if isinstance(assistant, Assistant):  # another process that owns the library is warm already
            Thread(target=assistant.warm, daemon=True).start()
            Thread(target=assistant.recognise, daemon=True).start()

        def more(hosts: Collection[str]) -> list[BaseRoute]:
            return [Route("/mcp", mcp_app(assistant, hosts=hosts))]

        serve(assistant, host, port, ready, privacy=privacy(read_settings(home)), more=more)


def privacy(settings: Settings) -> str:
    """Return the line that says where text goes."""
    if settings.model is None:
        return LOCAL
    where = f" at {settings.base_url}" if settings.base_url else ""
    return f"Questions and the passages found for them go to {settings.model}{where}"


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
