"""An application served on a free port of this machine, and a browser; for tests and benchmarks."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import uvicorn

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What chromium is started with: nothing that asks the network by itself."""


def built(build: Callable[[], Any]) -> Any:
    """Return what `build` makes, in a thread with an event loop, as Gradio wants it."""

    async def inside() -> Any:
        return build()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(inside())).result()


@contextmanager
def serving(app: Any, lifespan: Literal["auto", "on", "off"] = "auto") -> Iterator[str]:
    """Serve an ASGI application; gives its address, without a slash at the end."""
    ready = threading.Event()

    class Told(uvicorn.Server):
        """Tells when it listens."""

        async def startup(self, sockets: Any = None) -> None:
            """Start, then say so."""
            await super().startup(sockets)
            ready.set()

    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="critical", lifespan=lifespan, timeout_graceful_shutdown=1
    )
    server = Told(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    if not ready.wait(30):
        raise TimeoutError("the server did not start within 30 seconds")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
