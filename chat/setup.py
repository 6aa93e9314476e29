"""What an assistant tells of how it is set up: its settings, its embedder, what its library takes up."""

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from chat.privacy import Leaving, leaving
from chat.settings import PREFIX, Settings, default_home
from retrieval.late_interaction import content_spans

if TYPE_CHECKING:
    from retrieval.library import Library

MEANINGS = {
    "home": "The library's folder",
    "embedder": "The model that turns passages into vectors, on this machine",
    "reranker": "The cross-encoder that reads the best passages again, on this machine",
    "nli": "The cross-encoder that reads claims beside their sources, on this machine",
    "chroma_url": "A Chroma server that holds the vectors",
    "allow_private_addresses": "Whether pages on this machine and private networks may be fetched",
    "model": "The language model that writes answers",
    "base_url": "The address of the model's server",
    "model_window": "Tokens that the model reads",
    "first_token_seconds": "How long the model may take to begin",
    "idle_seconds": "How long the model may fall silent",
    "ocr": "Whether pictures of text are read",
    "auth": "Who may sign in",
    "log": "What is logged to stderr",
    "trace": "Where spans of OpenTelemetry go",
}
_PARTS = (
    ("catalogue", "catalogue.sqlite3*"),
    ("originals", "originals"),
    ("indexes", "index"),
    ("uploads on their way in", "uploads"),
    ("copies from before updates", "backups"),
)
_TRIED = 24  # passages that are embedded to tell how long all of them take


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting as it is now; `came_from` says who set it, and `variable` is what sets it."""

    variable: str
    meaning: str
    value: str
    came_from: str


@dataclass(frozen=True, slots=True)
class Setup:
    """How an assistant is set up; `width` is the vectors' length, if there are any; sizes are in bytes."""

    home: str
    model: str | None
    embedder: str
    width: int | None
    documents: int
    passages: int
    leaving: Leaving
    sizes: dict[str, int]
    rows: tuple[SettingRow, ...]


class Describing:
    """The methods of `Assistant` that say how it is set up."""

    _library: "Library"
    _settings: Settings

    def setup(self) -> Setup:
        """Return how this assistant is set up, and where each setting comes from."""
        library = self._library
        width = library.listing.width(library.passages.generation)
        return Setup(
            home=str(library.home),
            model=self._settings.model,
            embedder=library.embedder.name,
            width=width,
            documents=library.catalogue.count(),
            passages=library.listing.all_passages(library.passages.generation),
            leaving=leaving(self._settings),
            sizes=_sizes(library.home),
            rows=setting_rows(self._settings, os.environ),
        )

    def re_embedding_seconds(self) -> float:
        """Return about how long embedding every passage anew takes, by trying some of them; 0 if none."""
        library = self._library
        generation = library.passages.generation
        some = library.listing.some_passages(generation, _TRIED)
        if not some:
            return 0.0
        library.embedder.embed_texts(["warm up"])  # loading the model is not what is measured
        began = time.monotonic()
        texts = [each.text for each in some]
        library.embedder.encode_passages(
            texts, [each.sentences for each in some], [content_spans(text) for text in texts]
        )
        return (time.monotonic() - began) / len(some) * library.listing.all_passages(generation)


def setting_rows(settings: Settings, environment: Mapping[str, str]) -> tuple[SettingRow, ...]:
    """Return every setting with its value in words, and who set it."""
    usual = Settings(home=settings.home)
    rows = []
    for field in fields(Settings):
        value, variable = getattr(settings, field.name), PREFIX + field.name.upper()
        told = environment.get(variable)
        if told and (field.name != "home" or value == Path(told).expanduser().absolute()):
            came_from = "the environment"
        elif field.name == "home":
            came_from = "unless set" if settings.home == default_home() else "whoever started Footnote"
        else:
            same = value == getattr(usual, field.name)
            came_from = "unless set" if same else "whoever started Footnote"
        rows.append(SettingRow(variable, MEANINGS[field.name], _in_words(field.name, value), came_from))
    return tuple(rows)


def _in_words(name: str, value: object) -> str:
    if name == "auth" and value:
        return "set"
    if name.endswith("_url") and isinstance(value, str):
        return re.sub(r"//[^/@]*@", "//…@", value)  # a password in an address is nobody's to see
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g} s"
    return "not set" if value is None else str(value)


def _sizes(home: Path) -> dict[str, int]:
    return {name: sum(map(_size, home.glob(pattern))) for name, pattern in _PARTS}


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            return sum(_size(each) for each in path.iterdir())
        return path.stat().st_size
    except OSError:  # it went away while it was looked at
        return 0
