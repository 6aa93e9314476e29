"""Build an assistant from settings: every choice and every heavy constructor is here."""

import contextlib
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from chat.assistant import Assistant
from chat.remote import RemoteAssistant, handlers
from chat.settings import Settings
from chat.succession import Caller, Direct, Lasting
from chat.watching import watch
from retrieval.client import Client, Clients
from retrieval.owner import Owner, claim_or_connect

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from chat.answer import State
    from chat.chain import Answerer
    from chat.generate import ModelWriter
    from ingest.document import Document
    from retrieval.hit import Embedder, Filter, Hit
    from retrieval.library import Library


def open_assistant(
    settings: Settings,
    *,
    re_embed: bool = False,
    say: Callable[[str], None] | None = None,
    embedder: "Embedder | None" = None,
    answerer: "Answerer | None" = None,
    chat_model: "BaseChatModel | None" = None,
) -> Assistant | RemoteAssistant:
    """Own the library and return its assistant, or one that works through the process that owns it.

    The latter takes over when that process ends.

    `say` gets a line for each thing that opening mended; None prints them on stderr. An embedder, answerer or
    chat model of the caller's own takes the place of the one in the settings. Raises LibraryBusy.
    """

    def own(owner: Owner, re_embed: bool) -> Assistant:
        try:
            assistant = build(
                settings,
                owner,
                re_embed=re_embed,
                say=say or _to_stderr,
                embedder=embedder,
                answerer=answerer,
                chat_model=chat_model,
            )
        except BaseException:
            owner.close()
            raise
        owner.serve(handlers(assistant))
        return assistant

    def follow() -> Caller:
        held = claim_or_connect(settings.home)
        if isinstance(held, Client):
            return Clients(settings.home, held)
        assistant = own(held, False)
        return Direct(handlers(assistant), assistant.close)

    watch(log=settings.log, trace=settings.trace)
    held = claim_or_connect(settings.home)
    if isinstance(held, Client):
        return RemoteAssistant(settings.home, Lasting(Clients(settings.home, held), follow))
    return own(held, re_embed)


def build(
    settings: Settings,
    owner: Owner,
    *,
    re_embed: bool,
    say: Callable[[str], None],
    embedder: "Embedder | None" = None,
    answerer: "Answerer | None" = None,
    chat_model: "BaseChatModel | None" = None,
) -> Assistant:
    """Return the assistant of a library that this process owns."""
    from chat.chain import Chain
    from chat.evidence import Lexicon
    from chat.extract import ExtractiveAnswerer
    from chat.reader import SentenceReader
    from chat.records import Records
    from chat.verify.answering import Verifier
    from chat.verify.checking import Checker
    from chat.verify.entailment import ClaimReader, CrossEncoderEntailment, EntailmentModel
    from retrieval.embed import SentenceTransformerEmbedder
    from retrieval.library import Library
    from retrieval.rerank import CrossEncoderReranker

    embedder = embedder or SentenceTransformerEmbedder(settings.embedder)
    entails: EntailmentModel | None = CrossEncoderEntailment(settings.nli) if settings.nli else None
    library = Library(
        settings.home,
        embedder,
        chroma_url=settings.chroma_url,
        re_embed=re_embed,
        ocr=settings.ocr,
        reranker=CrossEncoderReranker(settings.reranker) if settings.reranker else None,
        say=say,
    )

    def similarity(text: str, others: Sequence[str]) -> list[float]:
        vectors = embedder.embed_texts([text, *others])
        return [float(vector @ vectors[0]) for vector in vectors[1:]]

    try:
        records = Records(library.database)
    except BaseException:
        library.close()
        raise
    shelf = LibraryShelf(library)
    lexicon = Lexicon(
        lambda text: library.indexes.words.terms(text),
        lambda stems: library.indexes.words.document_frequencies(stems),
        library.passages.count,
    )

    def search(words: str, limit: int, where: "Filter") -> "list[Hit]":
        return library.search(words, limit=limit, where=where)

    # What was learnt are changes to this model's weights; who sets another may do so for other languages.
    reader = None
    if isinstance(embedder, SentenceTransformerEmbedder) and embedder.is_default:
        reader, entails = SentenceReader(embedder.folder), entails or ClaimReader(embedder.folder)
    quotes, verifier = answerer or ExtractiveAnswerer(), Verifier(shelf, similarity, entails)
    writer = _writer(settings, chat_model)

    def close() -> None:
        if writer is not None:
            writer.close()
        owner.close()

    return Assistant(
        library,
        shelf,
        records,
        Chain(
            search,
            lexicon,
            quotes,
            verifier,
            writer,
            library.origins.groups,
            library.languages.foreign,
            reader,
        ),
        Checker(search, shelf, similarity, entails),
        settings=settings,
        on_close=close,
    )


def _writer(settings: Settings, given: "BaseChatModel | None") -> "ModelWriter | None":
    """Return what writes with a language model, or None: nothing but the setting, or the caller, asks one."""
    if settings.model is None and given is None:
        return None
    from chat.generate import ModelWriter, Opened
    from chat.listen import Limits, Listener
    from chat.models import open_model, window_of

    def opened() -> Opened:
        model = given or open_model(settings)
        limits = Limits(settings.first_token_seconds, settings.idle_seconds)
        return Opened(Listener(model, limits), window_of(model, settings))

    return ModelWriter(settings.model or "the language model", opened)


class LibraryShelf:
    """The library as the verifier sees it: documents by id and version, as they are now."""

    def __init__(self, library: "Library") -> None:
        self._library = library

    def find(self, document_id: str, version: int) -> "Document | None":
        """Return that version, or None once it was removed."""
        return self._library.catalogue.document(document_id, version)

    def state(self, document_id: str, version: int) -> "State":
        """Return whether that version is current, superseded or removed."""
        states: dict[str | None, State] = {"ready": "current", "superseded": "superseded"}
        return states.get(self._library.catalogue.state(document_id, version), "removed")


def _to_stderr(line: str) -> None:
    with contextlib.suppress(OSError, ValueError):  # a closed terminal is no reason to fail
        sys.stderr.write(f"footnote: {line}\n")
