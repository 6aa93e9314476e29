"""Many people chatting at once, through the chat page's own queue, over a library that is really served.

Each has a session of his own and a name in his questions that nobody else has: where one comes to another,
that is a crossing. `--people`, `--seconds`, `--burst`, `--adding` and `--model` change what is done; the
model is a stub on this machine that writes the same to everybody, so that what is measured is Footnote.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.data import ROOT, rows
from bench.page_client import PageClient, Refused

PEOPLE, SECONDS, BURST = 20, 180, 200
CANARY = re.compile(r"Visitor[a-z]{6}")
WRITTEN = (
    "The memorandum was obtained by the Associated Press [1]. It was dated January [1]. Nobody denied it [2]."
)
WORDS = (
    "bridge",
    "harbour",
    "ledger",
    "pier",
    "ferry",
    "lighthouse",
    "signal",
    "tower",
    "quay",
    "warehouse",
    "crane",
)
REFUSED = ("503", "429")  # said outright, with what to do


@dataclass
class Told:
    """What came of the questions; times in seconds: whole, to the first sentence, of retrieval."""

    took: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    found: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refused: int = 0
    crossings: int = 0
    lost: int = 0


def main() -> None:
    """Run what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="how many chat at once")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for how long")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds that each thinks between questions")
    parser.add_argument(
        "--burst", type=int, default=0, help=f"so many ask at the same moment, once (C2: {BURST})"
    )
    parser.add_argument("--adding", type=int, default=0, help="passages that are added meanwhile (C3: 10000)")
    parser.add_argument("--model", action="store_true", help="a stub language model writes the answers")
    given = parser.parse_args()
    with stub() as model, tempfile.TemporaryDirectory() as folder:
        settings = {"FOOTNOTE_MODEL": "openai:stub", "FOOTNOTE_BASE_URL": model, "OPENAI_API_KEY": "none"}
        with serving(Path(folder) / "home", settings if given.model else {}) as (address, process):
            title = f"{given.people} people for {given.seconds} s, " + (
                "a stub model" if given.model else "no model"
            )
            asyncio.run(everything(address, process, given, title))


async def one(address: str, question: str) -> None:
    """Ask one question, so that everything is loaded; what it kept is removed."""
    async with PageClient(address) as client:
        await client.open()
        await client.ask(question)
    async with httpx.AsyncClient(base_url=address, timeout=60) as api:
        await forget(api)


async def forget(api: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return what was kept of every conversation, and remove it."""
    kept = []
    while rows_ := (await api.get("/api/v1/conversations", params={"limit": 100})).json()["conversations"]:
        for row in rows_:
            kept.append((await api.get(f"/api/v1/conversations/{row['id']}")).json())
            await api.delete(f"/api/v1/conversations/{row['id']}")
    return kept


async def settle(address: str, told: Told) -> None:
    """Compare what was kept with what was told: no answer lost, and nobody's words in another's."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as api:
        kept = await forget(api)
    turns = [turn for conversation in kept for turn in conversation["turns"]]
    told.found = [turn["answer"]["timings_ms"]["retrieve"] / 1000 for turn in turns]
    told.lost += max(0, len(told.took) - len(turns))
    for conversation in kept:
        names = set(CANARY.findall(json.dumps([turn["question"] for turn in conversation["turns"]])))
        told.crossings += len(names) != 1


async def everything(address: str, process: psutil.Process, given: argparse.Namespace, title: str) -> None:
    """Do each part in turn, and print a table for each."""
    questions = [row["question"] for row in rows(ROOT / "tests/golden/questions.jsonl")]
    await one(address, questions[0])  # the model is loaded
    if given.burst:
        began = time.monotonic()
        told = await burst(address, questions, given.burst)
        table(f"{given.burst} questions at the same moment, {time.monotonic() - began:.0f} s", told, process)
    if given.adding:
        idle = await chatting(address, questions, given.people, given.seconds, given.pause)
        table(f"before adding: {title}", idle, process)
        adding = asyncio.create_task(asyncio.to_thread(added, address, given.adding))
        busy = await chatting(address, questions, given.people, given.seconds, given.pause, adding.done)
        table(f"while {given.adding} passages are added: {title}", busy, process)
        times = share(busy.found, 95) / share(idle.found, 95)
        print(
            f"\nAdding took {await adding:.0f} s; p95 of retrieval was {times:.2f} times what it was before."
        )
    elif not given.burst:
        told = await chatting(address, questions, given.people, given.seconds, given.pause)
        table(title, told, process)


async def chatting(
    address: str, questions: list[str], people: int, seconds: float, pause: float,
    over: Callable[[], bool] = lambda: False,
) -> Told:  # fmt: skip
    """Have so many people ask one question after the other."""
    told, end = Told(), time.monotonic() + seconds

    async def person(number: int) -> None:
        async with PageClient(address) as client:
            await client.open()
            asked = number
            while time.monotonic() < end and not over():
                await ask(
                    client, told, f"{questions[asked % len(questions)]} {name(number)} asks.", name(number)
                )
                asked += people
                if asked // people % 5 == 0:  # and begins another conversation now and then
                    await client.call("fn-new", "click")
                await asyncio.sleep(pause)

    await asyncio.gather(*(person(number) for number in range(people)))
    await settle(address, told)
    return told


async def burst(address: str, questions: list[str], many: int) -> Told:
    """Have so many people ask at the same moment, once each."""
    told = Told()
    clients = [PageClient(address, timeout=600) for _ in range(many)]
    for client in clients:
        await client.open()
    await asyncio.gather(
        *(
            ask(client, told, f"{questions[number % len(questions)]} {name(number)} asks.", name(number))
            for number, client in enumerate(clients)
        )
    )
    for client in clients:
        await client.http.aclose()
    await settle(address, told)
    return told


async def ask(client: PageClient, told: Told, question: str, own: str) -> None:
    """Ask, time it, and look whose name came back."""
    began = time.monotonic()
    try:
        heard = await client.ask(question)
    except Refused as refused:
        if str(refused).startswith(REFUSED):
            told.refused += 1
        else:
            told.errors.append(str(refused))
        return
    except httpx.HTTPError as error:
        told.errors.append(f"{type(error).__name__}: {error}")
        return
    told.took.append(time.monotonic() - began)
    last = heard[-1]
    chat = json.dumps(json.loads(last)["output"]["data"][0])  # the conversation as it is shown
    told.lost += own not in chat or ("fn-bar" not in last and "fn-none" not in last)
    told.crossings += bool(set(CANARY.findall(chat)) - {own})
    if client.first is not None:
        told.first.append(client.first - began)


def name(number: int) -> str:
    """Return a name that is in nobody else's questions."""
    letters = "".join(chr(ord("a") + number // 26**place % 26) for place in range(6))
    return f"Visitor{letters}"


def added(address: str, passages: int) -> float:
    """Add so many passages of made-up text through the API; returns the seconds until they are in."""
    began = time.monotonic()
    with httpx.Client(base_url=address, timeout=600) as api:
        jobs = []
        for part in range(max(1, passages // 100)):
            text = "\n\n".join(section(part, row) for row in range(100))
            sent = api.post("/api/v1/documents/text", json={"text": text, "source": f"report {part}"})
            jobs.append(sent.raise_for_status().headers["location"])
        while jobs:
            if api.get(jobs[0]).json()["state"] in ("done", "failed", "cancelled"):
                jobs.pop(0)
            else:
                time.sleep(0.5)
    return time.monotonic() - began


def section(part: int, row: int) -> str:
    """Return about a passage's worth of text that is nowhere else."""
    things = [WORDS[(part * 7 + row * 3 + place) % len(WORDS)] for place in range(9)]
    counted = (f"The {thing} was counted in district {row + place}." for place, thing in enumerate(things))
    return f"Report {part} of section {row}. {' '.join(counted)}"


def table(title: str, told: Told, process: psutil.Process) -> None:
    """Print what came of one part."""
    print(f"\n## {title}\n\n| what | figure |\n| --- | --- |")
    print(f"| answered, refused outright | {len(told.took)}, {told.refused} |")
    print(f"| errors, lost, crossings | {len(told.errors)}, {told.lost}, {told.crossings} |")
    for what, values in (
        ("retrieval", told.found),
        ("first sentence", told.first),
        ("whole answer", told.took),
    ):
        if values:
            figures = f"{share(values, 50):.2f} / {share(values, 95):.2f} / {max(values):.2f}"
            print(f"| {what}, p50 / p95 / most, s | {figures} |")
    print(f"| memory of the server | {process.memory_info().rss >> 20} MiB |")
    for error in sorted(set(told.errors))[:5]:
        print(f"| error | {error[:160]} |")


def share(values: list[float], percent: int) -> float:
    """Return the value below which so many per cent of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


@contextmanager
def serving(home: Path, settings: dict[str, str]) -> Iterator[tuple[str, psutil.Process]]:
    """Serve the sample library as a person would; gives the address and the process."""
    environment = {**os.environ, **settings}
    command = [sys.executable, "-m", "chat.interfaces.cli", "--home", str(home)]
    subprocess.run([*command, "add", str(ROOT / "corpus")], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", "--rate", "0"],
        env=environment,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://\S+", line)
        if not found:
            raise SystemExit(f"the server did not start: {line}")
        yield found[0].rstrip("/"), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def stub() -> Iterator[str]:
    """Run a server of OpenAI's protocol that writes `WRITTEN`, word by word; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Stub) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        finally:
            server.shutdown()
            thread.join()


class _Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer, as a stream."""
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        for word in WRITTEN.split(" "):
            self._event({"index": 0, "delta": {"role": "assistant", "content": f"{word} "}})
        self._event({"index": 0, "delta": {}, "finish_reason": "stop"})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, choice: dict[str, Any]) -> None:
        data = {
            "id": "x",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "stub",
            "choices": [choice],
        }
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())

    def log_message(self, *_: object) -> None:
        """Log nothing."""


if __name__ == "__main__":
    main()
