"""Chroma as the index of passages' vectors: ids and vectors only, no text, cosine space set explicitly.

This is the only place that turns a distance into a similarity; nobody above it sees a distance.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.errors import InvalidSetting, LibraryBusy

if TYPE_CHECKING:
    from retrieval.hit import Matrix, Vector

_NAME = "passages"
_SPACE = {"hnsw": {"space": "cosine"}}


class ChromaIndex:
    """Nearest vectors by cosine. One process at a time may have a folder open; see `retrieval.owner`."""

    def __init__(self, client: Any, name: str) -> None:
        """Take a client of Chroma and the collection's name; use `open_folder` or `open_server`."""
        self._client = client
        self._collection = client.get_or_create_collection(
            name, embedding_function=None, configuration=_SPACE
        )
        self._batch = int(client.get_max_batch_size())

    def add(self, ids: Sequence[str], vectors: "Matrix") -> None:
        """Add or replace; the same ids again change nothing."""
        for first in range(0, len(ids), self._batch):
            part = slice(first, first + self._batch)
            self._collection.upsert(ids=list(ids[part]), embeddings=vectors[part])

    def delete(self, ids: Sequence[str]) -> None:
        """Forget the ids; unknown ones are ignored."""
        for first in range(0, len(ids), self._batch):
            self._collection.delete(ids=list(ids[first : first + self._batch]))

    def search(self, vector: "Vector", limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` (id, cosine), best first."""
        found = self._collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        return [
            (name, 1.0 - float(distance))
            for name, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def count(self) -> int:
        """Return how many ids the index holds."""
        return int(self._collection.count())

    def ids(self) -> set[str]:
        """Return every id in the index."""
        return set(self._collection.get(include=[])["ids"])

    def vectors(self, ids: Sequence[str]) -> "dict[str, Vector]":
        """Return the vectors that are kept under these ids; unknown ones are left out."""
        if not ids:
            return {}  # Chroma would give all
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], found["embeddings"], strict=True))

    def close(self) -> None:
        """Let go of the folder, so that another index can be opened in this process."""
        self._client.close()


def open_folder(folder: Path) -> ChromaIndex:
    """Open or make an index in a folder of this machine."""
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return ChromaIndex(client, _NAME)


def open_server(url: str, library: str) -> ChromaIndex:
    """Open or make the library's collection on a Chroma server; raises LibraryBusy if none answers."""
    import chromadb
    import httpx
    from chromadb.config import Settings

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidSetting(f"FOOTNOTE_CHROMA_URL={url!r} is not http://HOST:PORT")
    try:
        client = chromadb.HttpClient(
            host=parts.hostname,
            port=parts.port or 8000,
            ssl=parts.scheme == "https",
            settings=Settings(anonymized_telemetry=False),
        )
    except (ValueError, httpx.HTTPError) as error:
        raise LibraryBusy(f"no Chroma server answers at {url}; start it with `chroma run`") from error
    return ChromaIndex(client, f"{_NAME}-{library}")
