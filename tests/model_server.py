"""A server of the OpenAI chat protocol on this machine: it writes what it is told, with the faults wanted."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ModelServer(ThreadingHTTPServer):
    """`faults` are used up one a request, "" for none; after them all requests go well.

    silent       takes the request and says nothing         stall     says some words, then nothing
    reset        ends the connection before a word          broken    ends it after some words
    429, 500     that status, with `retry_after` if set     garbage   says what is no JSON

    `text` is what it writes, or makes that of a request's body.
    """

    daemon_threads = True

    def __init__(self, text: str | Callable[[dict], str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.text = text
        self.faults: list[str] = []
        self.retry_after: str | None = None
        self.bodies: list[dict] = []
        self.dropped = threading.Event()  # a client hung up while it was being answered
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_) -> None:
        """Say nothing of clients that hang up."""


class Handler(BaseHTTPRequestHandler):
    """Answers each POST with the next fault, whatever its path."""

    server: ModelServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer."""
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        fault = self.server.faults.pop(0) if self.server.faults else ""
        self.close_connection = True
        if fault == "silent":
            self._until_dropped()
        elif fault == "reset":
            self._reset()
        elif fault.isdigit():
            self._status(int(fault))
        else:
            self._speak(fault)

    def log_message(self, *_) -> None:
        """Log nothing."""

    def _status(self, status: int) -> None:
        body = b'{"error": {"message": "CANARY-KEY", "type": "x"}}'
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        if self.server.retry_after is not None:
            self.send_header("retry-after", self.server.retry_after)
        self.end_headers()
        self.wfile.write(body)

    def _speak(self, fault: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        if fault == "garbage":
            self.wfile.write(b"data: {no json\n\n")
            return
        text = self.server.text
        words = (text if isinstance(text, str) else text(self.server.bodies[-1])).split(" ")
        for number, word in enumerate(words):
            if fault in ("stall", "broken") and number == len(words) - 2:
                return self._until_dropped() if fault == "stall" else self._reset()
            delta = {"role": "assistant", "content": word if number == 0 else f" {word}"}
            self._event({"choices": [{"index": 0, "delta": delta}]})
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, data: dict) -> None:
        data = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted", **data}
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def _until_dropped(self) -> None:
        self.connection.settimeout(0.05)
        while not self.server.ended.is_set():
            try:
                if not self.connection.recv(1):
                    self.server.dropped.set()
                    return
            except TimeoutError:
                continue
            except OSError:
                self.server.dropped.set()
                return

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


@contextmanager
def model_server(text: str | Callable[[dict], str]) -> Iterator[ModelServer]:
    """Run one until the end of the block."""
    with ModelServer(text) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
            thread.join()
