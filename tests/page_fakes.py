"""A scripted assistant for the page: real documents in a dict, answers worked out by hand.

A question is answered by every sentence that holds its last word; the footnote is that whole sentence.
"""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.serving import built as inside_a_loop
from chat.answer import (
    Answer,
    Citation,
    ConversationInfo,
    Done,
    Event,
    Found,
    Rejected,
    Sentence,
    Short,
    Standalone,
    Turn,
    Verified,
)
from chat.considering import Considered
from chat.page.server import build_app
from ingest.collection import CollectionInfo
from ingest.document import Document, Heading, Page, Reading, content_hash, document_id
from ingest.errors import NotInLibrary, UnreadableSource
from ingest.passage import Passage
from ingest.sentences import sentence_spans
from retrieval.hit import Filter, Hit
from retrieval.report import (
    AddProgress,
    AddReport,
    DocumentInfo,
    DocumentPage,
    Failure,
    ListedSource,
    Receipt,
)

MEMO = (
    "Memorandum\n\nTo the bridge board. The load limit of the Lowick bridge is 18 tonnes.\n\n"
    "Findings\n\nEleven of the forty bolts are loose. Repairs cost 240,000 euros. "
    "The memo was signed by Ada Vance on 2 April 2023."
)


EVERYTHING = Filter()


class Scripted:
    """An assistant over documents given as text."""

    def __init__(self, home: Path, texts: dict[str, str] | None = None) -> None:
        self.home = home
        self.delay = threading.Event()
        self.asked: list[tuple[str, str | None]] = []
        self._documents: dict[str, list[Document]] = {}
        self._originals: dict[str, bytes] = {}
        self._failures: list[Failure] = []
        self._turns: dict[str, list[Turn]] = {}
        for source, text in (texts or {}).items():
            self.put(source, reading(text))

    def put(self, source: str, read: Reading, data: bytes | None = None) -> Document:
        """Add a version of a source."""
        identity = document_id("default", source)
        versions = self._documents.setdefault(identity, [])
        document = Document(
            identity,
            len(versions) + 1,
            "default",
            source,
            Path(source).name,
            read.title or Path(source).name,
            content_hash(data or read.text.encode("utf-8", "surrogatepass")),
            read,
        )
        versions.append(document)
        if data is not None:
            self._originals[identity] = data
        return document

    def add(self, *sources, collection="default", on_progress=None) -> AddReport:
        """Take in text files; any other name fails."""
        added, failed = [], []
        for done, source in enumerate(sources):
            name = str(source)
            if on_progress:
                on_progress(AddProgress(name, done, len(sources), "reading"))
            try:
                added.append(self._read(source).id)
                state, reason = "ready", None
            except UnreadableSource as error:
                failed.append(Failure(name, error.reason))
                state, reason = "failed", error.reason
            if on_progress:
                on_progress(AddProgress(name, done + 1, len(sources), state, reason))
        self._failures += failed
        return AddReport(tuple(added), (), tuple(failed))

    def _read(self, source) -> Document:
        path = Path(str(source))
        if path.suffix not in (".txt", ".md"):
            raise UnreadableSource(path.name, "holds no text that can be read; save it as PDF or text")
        return self.put(str(source), reading(path.read_text("utf-8")))

    def remove(self, *document_ids) -> list[Receipt]:
        """Remove, with the number of versions and one passage each."""
        gone = []
        for identity in document_ids:
            if identity not in self._documents:
                raise NotInLibrary(f"no document {identity!r}")
            versions = self._documents.pop(identity)
            gone.append(Receipt(identity, versions[-1].source, len(versions), len(versions), 0))
        return gone

    def documents(self) -> list[DocumentInfo]:
        """Return the current versions."""
        return [self._info(versions[-1]) for versions in self._documents.values()]

    def _info(self, document: Document) -> DocumentInfo:
        read = document.reading
        return DocumentInfo(
            document.id,
            document.version,
            document.collection,
            document.source,
            document.origin,
            document.title,
            read.published,
            None,
            read.media_type,
            document.content_hash,
            1,
            len(read.text),
            len(read.pages),
            "2026-01-02T03:04:05Z",
            None,
        )

    def document_info(self, document_id) -> DocumentInfo:
        """Return a document's line."""
        return self._info(self.document(document_id))

    def list_documents(self, words="", *, state=None, limit=50) -> DocumentPage:
        """Return the documents that have all the words in title or source, in their order."""
        rows = [
            ListedSource(
                info.id, info.version, "searchable", info.title, info.source, info.origin, info.collection,
                info.published, None, None, info.media_type, 1, info.pages, info.characters, info.added_at,
                info.content_hash, None, None, None,
            )
            for info in self.documents()
            if all(word in f"{info.title} {info.source}".lower() for word in words.lower().split())
        ]  # fmt: skip
        counts = {"searchable": len(self._documents), "failed": len(self._failures)}
        return DocumentPage(tuple(rows[:limit]), len(rows), counts)

    def collections(self) -> list[CollectionInfo]:
        """All is in one."""
        return [CollectionInfo("default", len(self._documents), "2026-01-02T03:04:05Z")]

    def failures(self) -> list[Failure]:
        """Return what failed so far."""
        return list(self._failures)

    def waiting(self) -> list[Failure]:
        """Nothing waits for OCR."""
        return []

    def document(self, document_id, version=None) -> Document:
        """Return one version."""
        versions = self._documents.get(document_id, [])
        for document in versions if version is not None else versions[-1:]:
            if version in (None, document.version):
                return document
        raise NotInLibrary(f"no document {document_id!r}")

    def original(self, document_id, version=None) -> bytes | None:
        """Return the bytes given to `put`."""
        return self._originals.get(document_id)

    def search(self, words, *, limit=10, where=EVERYTHING) -> list[Hit]:
        """Return the sentence that answers, as a passage."""
        return [_hit(document, *span) for document, span in self._find(words)][:limit]

    def _find(self, words: str) -> list[tuple[Document, tuple[int, int]]]:
        last = words.rstrip("?. ").split(" ")[-1].lower()
        found = []
        for versions in self._documents.values():
            document = versions[-1]
            for start, end in sentence_spans(document.text, document.reading.blocks):
                if last.rstrip("s") in document.text[start:end].lower():
                    found.append((document, (start, end)))
        return found

    def stream(self, question, *, conversation=None, where=EVERYTHING, standalone=None) -> Iterator[Event]:
        """Answer sentence by sentence; "stall" waits for `delay` after one, "short" opens with a word."""
        self.asked.append((question, standalone))
        conversation = conversation or f"c{len(self._turns) + 1}"
        searched = standalone or question
        yield Standalone(searched)
        found = self._find(searched)
        yield Found(tuple(_hit(document, *span) for document, span in found))
        sentences, citations, short = [], [], None
        for number, (document, span) in enumerate(found[:4], 1):
            citation = _citation(number, document, *span)
            sentence = Sentence(citation.quote, (number,), "supported", None, number != 2, "answers", None)
            sentences.append(sentence)
            citations.append(citation)
            if "short" in question and number == 1:
                word = citation.quote.split()[0]
                short = Short(word, 1, citation.start, citation.start + len(word))
            yield Verified(sentence, (citation,), short if number == 1 else None)
            if "stall" in question:
                self.delay.wait(60)
        turns = self._turns.setdefault(conversation, [])
        answer = self._answer(question, searched, conversation, len(turns) + 1, sentences, citations)
        answer = replace(answer, short=short)
        turns.append(Turn(len(turns) + 1, question, answer))
        yield Done(answer)

    def _answer(self, question, searched, conversation, turn, sentences, citations) -> Answer:
        text = " ".join(f"{part.text} [{number}]" for number, part in enumerate(sentences, 1))
        nearest: tuple[Citation, ...] = ()
        if not sentences:
            count = len(self._documents)
            text = (
                f"I found no sentence that answers this in {count} documents. "
                "That is not proof that there is none."
                if count
                else "This library is empty. Add a document, then ask."
            )
            nearest = tuple(
                _citation(
                    number, versions[-1], *sentence_spans(versions[-1].text, versions[-1].reading.blocks)[-1]
                )
                for number, versions in enumerate(list(self._documents.values())[:3], 1)
            )
        return Answer(
            question=question,
            standalone_question=searched,
            conversation=conversation,
            turn=turn,
            status="answered" if sentences else "not_found",
            text=text,
            short=None,
            sentences=tuple(sentences),
            citations=tuple(citations),
            rejected=(Rejected("The bridge is closed.", "no source says so"),) if len(sentences) > 1 else (),
            missing=(),
            nearest=nearest,
            unreadable=tuple(self._failures) if not sentences else (),
            answerer="scripted",
            library_version="1",
        )

    def examples(self, limit=3) -> list[str]:
        """Return three questions, if anything can be asked."""
        if not self._documents:
            return []
        return [
            "What is the load limit in tonnes?",
            "Who found loose bolts?",
            "How much will it cost in euros?",
        ][:limit]

    def conversations(self, owner=None, words="") -> list[ConversationInfo]:
        """Return conversations, newest first."""
        day = "2026-01-02T03:04:05Z"
        rows = [
            ConversationInfo(
                key,
                turns[0].question,
                len(turns),
                day,
                created=day,
                owner="",
                footnotes=sum(len(turn.answer.citations) for turn in turns),
                checked=0,
                disputed=0,
            )
            for key, turns in self._turns.items()
        ]
        return rows[::-1]

    def turns(self, conversation) -> list[Turn]:
        """Return turns; a removed document's words are gone from them."""
        if conversation not in self._turns:
            raise NotInLibrary(f"no conversation {conversation!r}")
        return [replace(turn, answer=self._current(turn.answer)) for turn in self._turns[conversation]]

    def _current(self, answer: Answer) -> Answer:
        gone = {part.number for part in answer.citations if part.document_id not in self._documents}
        note = "This source was removed; its words are no longer kept."
        return replace(
            answer,
            sentences=tuple(
                replace(part, text=note) if gone & set(part.citations) else part for part in answer.sentences
            ),
            citations=tuple(
                replace(part, state="removed", quote="") if part.number in gone else part
                for part in answer.citations
            ),
            nearest=tuple(part for part in answer.nearest if part.document_id in self._documents),
        )

    def considered(self, conversation, turn) -> Considered:
        """Return what was found for a turn."""
        answer = self.turns(conversation)[turn - 1].answer
        return Considered(tuple(self.search(answer.standalone_question)), None, (), ())

    def marks(self, conversation) -> list:
        """Nothing was marked."""
        return []

    def origins(self) -> dict[str, str]:
        """No two documents are one text."""
        return {}

    def remove_conversation(self, conversation) -> None:
        """Forget."""
        self._turns.pop(conversation, None)


def built(assistant, build=None):
    """Build the app inside a loop of its own: Gradio asks for one, and outside leaves one open behind it."""
    return inside_a_loop(build or (lambda: build_app(assistant)))


def reading(text: str, **given) -> Reading:
    """Return a reading whose blocks are the paragraphs; a one-word paragraph is a heading."""
    blocks, headings, offset = [], [], 0
    for part in text.split("\n\n"):
        blocks.append((offset, offset + len(part)))
        if part and " " not in part:
            headings.append(Heading(offset, offset + len(part), 1))
        offset += len(part) + 2
    return Reading(text, "text/plain", blocks=tuple(blocks), headings=tuple(headings), **given)


def paged(text: str, at: int) -> Reading:
    """Return a reading of two pages, the second from `at`."""
    return replace(reading(text), pages=(Page(1, 0, at), Page(2, at, len(text))))


def _citation(number: int, document: Document, start: int, end: int) -> Citation:
    quote = document.text[start:end]
    return Citation(
        number=number,
        document_id=document.id,
        document_version=document.version,
        content_hash=document.content_hash,
        state="current",
        title=document.title,
        source=document.source,
        collection=document.collection,
        page=None,
        locator=None,
        start=start,
        end=end,
        quote=quote,
        passage=f"{document.id}:{document.version}:{start}-{end}",
        context=(),
        published=document.reading.published,
        score=1.0,
    )


def _hit(document: Document, start: int, end: int) -> Hit:
    passage = Passage(
        document.id, document.version, start, end, document.text[start:end], None, None, ((start, end),)
    )
    return Hit(passage, document.title, document.source, "default", None, 1.0, 1.0, 1.0, 1, 1, (1.0,), "both")
