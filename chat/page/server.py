"""The page as an application of its own: Gradio, the reader's routes and our static files, guarded."""

import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from chat.jobs import Jobs
from chat.page.guard import LOOPBACK, Guard
from chat.page.own import Own
from chat.privacy import LOCAL
from chat.uploads import Uploads
from ingest.errors import InvalidSetting

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant

MAX_UPLOAD = "512mb"
_STATIC = Path(__file__).parent / "static"
_SHEETS = ("tokens", "pane", "marks", "fn")  # of the chat, in this order
_PORTS_TRIED = 20


def build_app(
    assistant: "Assistant | RemoteAssistant",
    *,
    hosts: Collection[str] = LOOPBACK,
    privacy: str = LOCAL,
    gate: "Callable[[ASGIApp], ASGIApp] | None" = None,
    jobs: "Jobs | None" = None,
    uploads: "Uploads | None" = None,
) -> "FastAPI":
    """Return the whole application; `privacy` is the line that says where text goes.

    `jobs` and `uploads` are those that it shares with the API. `gate` is put around everything but the
    guard, so that other applications can stand beside the page.
    """
    settle_gradio()
    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import FileResponse

    from chat.page.desk import build_pages
    from chat.page.look import Look
    from chat.page.page import build_page, theme
    from chat.page.reader import build_router
    from chat.page.shell import USER, Site, tell_errors
    from chat.page.toolkit import gradio

    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=[])
    site = Site(assistant, privacy, uploads or Uploads(assistant.home), jobs or Jobs())
    app.add_middleware(Own, held=site.held)
    app.add_middleware(Look)
    if gate is not None:
        app.add_middleware(gate)
    app.add_middleware(Guard, hosts=hosts)
    for router in (build_router(assistant), *build_pages(site)):
        app.include_router(router)
    tell_errors(app, site)
    names = {path.name for path in _STATIC.iterdir()}

    @app.get("/static/fn/{name}")
    def static(name: str) -> FileResponse:
        """Return one of our own files."""
        from fastapi import HTTPException

        if name not in names:
            raise HTTPException(404)
        return FileResponse(_STATIC / name, headers={"Cache-Control": "no-cache"})

    @app.get("/favicon.ico")
    def icon() -> FileResponse:
        """Return the mark in the browser's tab."""
        return FileResponse(_STATIC / "icon.svg")

    mounted: FastAPI = gradio().mount_gradio_app(
        app,
        build_page(site),
        path="/",
        auth_dependency=lambda request: request.scope.get(USER, ""),
        footer_links=[],
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        run_history=False,
        allowed_paths=[],
        blocked_paths=[str(assistant.home)],
        show_error=False,
        max_file_size=MAX_UPLOAD,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        head=(
            '<link rel="icon" href="/static/fn/icon.svg">'
            + "".join(f'<link rel="stylesheet" href="/static/fn/{name}.css">' for name in _SHEETS)
            + '<script type="module" src="/static/fn/fn.js"></script>'
        ),
    )
    return mounted


def serve(
    assistant: "Assistant | RemoteAssistant",
    host: str = "127.0.0.1",
    port: int = 7860,
    on_ready: Callable[[str], None] | None = None,
    *,
    hosts: Collection[str] = (),
    app: "FastAPI | None" = None,
) -> None:
    """Serve until interrupted; `on_ready` gets the address. Takes the next free port after `port`.

    The page answers to loopback's names, to `host` and to `hosts`; on another host than loopback, whoever
    reaches it may read and change the whole library. Raises InvalidSetting when no port can be had.
    """
    import uvicorn

    listener = _listen(host, port)
    number = listener.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    ready = app or build_app(assistant, hosts={*LOOPBACK, name, *hosts})
    config = uvicorn.Config(
        ready, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
    )

    class Server(uvicorn.Server):
        """Tells when it listens."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Start, then say so."""
            await super().startup(sockets)
            if on_ready:
                on_ready(f"http://{name}:{number}/")

    with listener:
        Server(config).run([listener])


def settle_gradio() -> None:
    """Tell Gradio, before its first import, to measure nothing, send nothing, and keep uploads private."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if "GRADIO_TEMP_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="footnote-uploads-")
        os.environ["GRADIO_TEMP_DIR"] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reason = ""
    for number in range(port, port + _PORTS_TRIED) if port else [0]:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
        except OSError as error:
            listener.close()
            reason = error.strerror or str(error)
        else:
            return listener
    last = f"{port} to {port + _PORTS_TRIED - 1}" if port else "0"
    raise InvalidSetting(f"cannot serve on {host}, ports {last}: {reason}; choose another with --port")
