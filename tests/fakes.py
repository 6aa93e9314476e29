"""Small real stand-ins whose output can be worked out by hand, and libraries and assistants around them."""

import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from chat.answer import Claim, Draft, Quote
from chat.assistant import Assistant
from chat.build import open_assistant
from chat.evidence import Evidence
from chat.settings import Settings
from ingest.document import Document, Reading, content_hash, document_id
from retrieval.hit import EncodedPassage, EncodedQuery
from retrieval.library import Library
from retrieval.report import AddReport
from retrieval.sources import TextSource

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w{1,8}|[^\w\s]")


class BagOfWords:
    """Counts each word, in small letters, at the place `crc32(word) % width`, and makes that a unit vector.

    A text without a word points along the first axis. A token is up to eight letters, or one sign; each text
    has two special ones.
    """

    def __init__(self, width: int = 64, max_tokens: int = 128) -> None:
        self.name = f"bag of words {width}"
        self.languages: frozenset[str] | None = None
        self.width = width
        self.max_tokens = max_tokens

    def embed_query(self, text: str) -> np.ndarray:
        """Return the text's unit vector."""
        vector = np.zeros(self.width, dtype=np.float32)
        for word in _WORD.findall(text.lower()):
            vector[zlib.crc32(word.encode("utf-8", "surrogatepass")) % self.width] += 1
        if not vector.any():
            vector[0] = 1
        return vector / np.linalg.norm(vector)

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Return the texts' unit vectors, shape (texts, width)."""
        rows = [self.embed_query(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.width), dtype=np.float32)

    def encode_query(self, text: str, word_spans: Sequence[tuple[int, int]]) -> EncodedQuery:
        """Return vectors for the text and for each span of it."""
        return EncodedQuery(self.embed_query(text), self._spans(text, word_spans))

    def encode_passages(
        self,
        texts: Sequence[str],
        sentence_spans: Sequence[Sequence[tuple[int, int]]],
        word_spans: Sequence[Sequence[tuple[int, int]]],
    ) -> list[EncodedPassage]:
        """Return vectors for each text and for each span of it."""
        return [
            EncodedPassage(self.embed_query(text), self._spans(text, sentences), self._spans(text, words))
            for text, sentences, words in zip(texts, sentence_spans, word_spans, strict=True)
        ]

    def _spans(self, text: str, spans: Sequence[tuple[int, int]]) -> np.ndarray:
        return self.embed_texts([text[start:end] for start, end in spans])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text takes."""
        return [len(_TOKEN.findall(text)) + 2 for text in texts]


class QuoteAll:
    """An answerer that quotes the first sentences it gets, whatever was asked."""

    name = "quote all"

    def __init__(self, most: int = 6) -> None:
        self._most = most

    def draft(self, evidence: Evidence) -> Draft:
        """Return a claim for each of the first sentences, in the order of the hits."""
        quotes = [
            Quote(
                document_id=candidate.hit.passage.document_id,
                version=candidate.hit.passage.version,
                start=candidate.start,
                end=candidate.end,
                text=candidate.text,
                passage=candidate.hit.passage.id,
                score=candidate.cosine,
            )
            for candidate in evidence.candidates
        ]
        claims = [Claim(" ".join(quote.text.split()), (quote,)) for quote in quotes[: self._most]]
        return Draft(tuple(claims), tuple(quotes[:5]), self.name)


class DictShelf:
    """A verifier's shelf over documents in a dict; what is not in it was removed."""

    def __init__(self, *documents: Document) -> None:
        self.documents = {(document.id, document.version): document for document in documents}

    def find(self, identity: str, version: int) -> Document | None:
        """Return that version, or None."""
        return self.documents.get((identity, version))

    def state(self, identity: str, version: int) -> str:
        """The highest version is current, the ones below superseded."""
        versions = [found for name, found in self.documents if name == identity]
        if version not in versions:
            return "removed"
        return "current" if version == max(versions) else "superseded"


def text_document(text: str, source: str = "note", version: int = 1, **beside) -> Document:
    """Return a document of a plain text, as `add_text` would make it."""
    return Document(
        id=document_id("default", source),
        version=version,
        collection="default",
        origin=source,
        source=source,
        title=source,
        content_hash=content_hash(text.encode("utf-8", "surrogatepass")),
        reading=Reading(text, "text/plain", **beside),
    )


def text_source(source: str, text: str, title: str | None = None, **metadata: str) -> TextSource:
    """Return a text to add under its caller's name."""
    return TextSource(text, source, title, tuple(sorted(metadata.items())))


def add_texts(library: Library, texts: dict[str, str], collection: str = "default") -> AddReport:
    """Add texts under their names."""
    return library.add([text_source(source, text) for source, text in texts.items()], collection)


@contextmanager
def library_at(home: Path, embedder=None, **settings) -> Iterator[Library]:
    """Open a library, and close it whatever happens; lines that it says go to `settings["say"]`."""
    library = Library(home, embedder or BagOfWords(), **settings)
    try:
        yield library
    finally:
        library.close()


def assistant_at(
    home: Path, embedder=None, *, answerer=None, say=None, re_embed: bool = False, chat_model=None, **settings
) -> Assistant:
    """Open the assistant of a library that this process owns; use it in a `with`."""
    assistant = open_assistant(
        Settings(home=home, **settings),
        re_embed=re_embed,
        say=say or (lambda line: None),
        embedder=embedder or BagOfWords(),
        answerer=answerer,
        chat_model=chat_model,
    )
    assert isinstance(assistant, Assistant)
    return assistant


def traces(home: Path, word: str) -> list[str]:
    """Return the files under a folder, as relative paths, whose bytes hold a word in any usual encoding.

    Read backwards too: Tantivy's dictionary of terms is an automaton that is laid out from its end.
    """
    wanted = {
        form
        for text in (word, word.lower(), word[::-1], word.lower()[::-1])
        for form in (text.encode("utf-8"), text.encode("utf-16-le"))
    }
    return [
        str(path.relative_to(home))
        for path in sorted(home.rglob("*"))
        if path.is_file() and any(form in path.read_bytes() for form in wanted)
    ]
