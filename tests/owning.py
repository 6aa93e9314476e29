"""A client of whoever owns a library, and where the owner is to be found."""

import contextlib
import json
from pathlib import Path

from retrieval.owner import Client

WAIT = 20.0  # seconds before a test gives up; nothing should come near


@contextlib.contextmanager
def client_of(home: Path):
    client = Client.connect(home, seconds=WAIT)
    try:
        yield client
    finally:
        client.close()


def address(home: Path) -> dict:
    return json.loads((home / "owner.json").read_text())
