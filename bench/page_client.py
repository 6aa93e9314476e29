"""A browser's side of the chat page without a browser: its configuration, its queue, its uploads."""

import json
import secrets
import time
from pathlib import Path
from typing import Any

import httpx


class Refused(Exception):
    """The page's queue said no, or broke off."""


class PageClient:
    """One person at the page, with connections and cookies of his own; `open` it first."""

    def __init__(self, address: str, **given: Any) -> None:
        keeping = httpx.Limits(keepalive_expiry=2)  # the server lets go after 5 s
        given = {"timeout": 300, "limits": keeping, **given}
        self.http = httpx.AsyncClient(base_url=address, **given)
        self.session = secrets.token_hex(6)
        self.first: float | None = None
        """When the latest answer's first sentence came, on the monotonic clock."""
        self._config: dict[str, Any] = {}

    async def __aenter__(self) -> "PageClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def sign_in(self, name: str, password: str) -> None:
        """Sign in; raises Refused."""
        answer = await self.http.post("/sign-in", data={"name": name, "password": password})
        if answer.status_code != 303:
            raise Refused(f"sign-in: {answer.status_code}")

    async def open(self) -> str:
        """Load the page, read how it is wired, and return its HTML."""
        answer = await self.http.get("/")
        if answer.status_code != 200:
            raise Refused(f"page: {answer.status_code}")
        start = answer.text.index("window.gradio_config = ") + len("window.gradio_config = ")
        self._config, _ = json.JSONDecoder().raw_decode(answer.text, start)
        return answer.text

    async def upload(self, name: str, data: bytes) -> str:
        """Send a file and return the path that the page's server gives it."""
        answer = await self.http.post("/gradio_api/upload", files={"files": (name, data)})
        if answer.status_code != 200:
            raise Refused(f"upload: {answer.status_code}")
        return str(answer.json()[0])

    async def call(self, element: str, event: str, session: str | None = None, **values: Any) -> list[str]:
        """Do what a person does to an element, and return every message that comes back, as JSON texts.

        `values` are what the listener's inputs hold, by element id with _ for -; what is not given is as the
        page has it at first.
        """
        return await self._done(self._listener(element, event), session or self.session, values)

    async def load(self) -> list[str]:
        """Have the page show the library as it is now, as a browser does once it has the page."""
        heard = []
        for each in self._config["dependencies"]:
            if each["targets"][0][1] == "load":
                heard += await self._done(each, self.session, {})
        return heard

    async def _done(self, listener: dict[str, Any], session: str, values: dict[str, Any]) -> list[str]:
        body = {
            "data": [self._value(number, values) for number in listener["inputs"]],
            "fn_index": listener["id"],
            "session_hash": session,
            "trigger_id": None,
            "event_data": values.get("event_data"),
        }
        joined = await self.http.post("/gradio_api/queue/join", json=body)
        if joined.status_code != 200:
            raise Refused(f"{joined.status_code} {joined.text[:200]}")
        return await self._heard(session, joined.json()["event_id"])

    async def ask(self, question: str) -> list[str]:
        """Ask a question in the open conversation."""
        return await self.call("fn-box", "submit", fn_box=question)

    async def _heard(self, session: str, event: str) -> list[str]:
        heard: list[str] = []
        self.first = None
        query = {"session_hash": session}
        async with self.http.stream("GET", "/gradio_api/queue/data", params=query) as answer:
            if answer.status_code != 200:
                raise Refused(f"queue: {answer.status_code}")
            async for line in answer.aiter_lines():
                if not line.startswith("data: "):
                    continue
                message = json.loads(line[6:])
                heard.append(line[6:])
                if self.first is None and "fn-sentence" in line:
                    self.first = time.monotonic()
                if message.get("msg") == "process_completed" and message.get("event_id") == event:
                    if not message["success"]:
                        raise Refused(f"failed: {line[:300]}")
                    return heard
        raise Refused("the queue fell silent")

    def _listener(self, element: str, event: str) -> dict[str, Any]:
        ids = {part["id"] for part in self._config["components"] if part["props"].get("elem_id") == element}
        for listener in self._config["dependencies"]:
            if any(target in ids and kind == event for target, kind in listener["targets"]):
                return dict(listener)
        raise KeyError(f"nothing happens on {event} of {element}")

    def _value(self, number: int, values: dict[str, Any]) -> Any:
        part = next(part for part in self._config["components"] if part["id"] == number)
        element = (part["props"].get("elem_id") or "").replace("-", "_")
        return values[element] if element in values else part["props"].get("value")


def file_data(path: str, name: str | None = None) -> dict[str, Any]:
    """Return what a browser sends for a file that it has uploaded."""
    return {"path": path, "orig_name": name or Path(path).name, "meta": {"_type": "gradio.FileData"}}
