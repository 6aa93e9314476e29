"""What the MCP server offers: a tool is its arguments, what it gives back, and a function over an assistant.

Arguments and results are dataclasses, from which the JSON Schemas are made: what a client reads in the
schema is what the code takes and gives.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field

from chat.answer import Answer, Checked
from chat.interfaces.scope import scope
from chat.mentions import Mentions
from ingest.errors import InvalidSetting
from retrieval.hit import Filter
from retrieval.report import AddReport, DocumentInfo, Failure

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant

    Served = Assistant | RemoteAssistant

LONGEST = 20_000  # code points that one call of `read` gives

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Words = Annotated[str, Field(min_length=1, max_length=10_000)]
Position = Annotated[int, Field(ge=0)]
Parts = list[Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]]


class _Exact:
    """Arguments, of which none is unknown."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed(_Exact):
    """What any of the tools that search can be narrowed to."""

    collections: Annotated[list[str], Field(description="Only these collections; empty: all.")] = field(
        default_factory=list
    )
    documents: Annotated[list[str], Field(description="Only these document ids; empty: all.")] = field(
        default_factory=list
    )
    published_from: Annotated[
        Day | None, Field(description="Only documents that state a date from this one on, YYYY-MM-DD.")
    ] = None
    published_to: Annotated[
        Day | None, Field(description="Only documents that state a date up to this one, YYYY-MM-DD.")
    ] = None
    titles: Annotated[Parts, Field(description="Only documents with one of these in their title.")] = field(
        default_factory=list
    )
    authors: Annotated[
        Parts, Field(description="Only documents whose author or publisher has one of these in the name.")
    ] = field(default_factory=list)
    sources: Annotated[
        Parts, Field(description="Only documents with one of these in their path or address.")
    ] = field(default_factory=list)
    languages: Annotated[
        Parts, Field(description="Only documents in one of these languages, by code, such as de.")
    ] = field(default_factory=list)
    types: Annotated[
        Parts, Field(description="Only documents with one of these in their media type, such as pdf.")
    ] = field(default_factory=list)

    def where(self, assistant: "Served") -> Filter:
        """Return it as a filter; raises NotInLibrary for what is not there."""
        there = scope(assistant, self.collections, self.documents, self.published_from, self.published_to)
        return replace(
            there,
            titles=tuple(self.titles),
            authors=tuple(self.authors),
            sources=tuple(self.sources),
            languages=tuple(self.languages),
            types=tuple(self.types),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Narrowed):
    """Arguments of `search`."""

    words: Annotated[Words, Field(description="What to look for: a question, or words.")]
    limit: Annotated[int, Field(ge=1, le=50, description="At most so many passages.")] = 10


@dataclass(frozen=True, slots=True)
class Found:
    """One passage; `text` is `document.text[start:end]`, and a higher `score` is better."""

    document_id: str
    version: int
    start: int
    end: int
    text: str
    heading: str | None
    title: str
    source: str
    collection: str
    published: str | None
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages found, best first."""

    words: str
    hits: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Narrowed):
    """Arguments of `ask`."""

    question: Annotated[Words, Field(description="The question, as a person would ask it.")]
    conversation: Annotated[
        str | None, Field(description="`conversation` of an earlier answer, to ask a follow-up question.")
    ] = None
    standalone: Annotated[
        Words | None, Field(description="Searched instead of what would be made of a follow-up question.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(_Exact):
    """Arguments of `read`."""

    document_id: Annotated[str, Field(description="The document, as `search`, `ask` and the list name it.")]
    start: Annotated[Position, Field(description="Where the passage begins, in code points.")] = 0
    end: Annotated[
        Position | None,
        Field(description=f"Where it ends; unset: {LONGEST} code points on, or the document's end."),
    ] = None
    version: Annotated[int | None, Field(ge=1, description="The version cited; unset: the current one.")] = (
        None
    )
    around: Annotated[
        int, Field(ge=0, le=LONGEST, description="Code points to give of what stands before and after.")
    ] = 1000


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A passage with its surroundings; `text` is `document.text[start:end]` of `length` code points."""

    document_id: str
    version: int
    title: str
    source: str
    collection: str
    published: str | None
    page: int | None
    locator: str | None
    start: int
    end: int
    length: int
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDocuments(_Exact):
    """Arguments of `list_documents`."""

    collection: Annotated[str | None, Field(description="Only this collection.")] = None
    limit: Annotated[int, Field(ge=1, le=1000, description="At most so many documents.")] = 100
    offset: Annotated[Position, Field(description="How many to leave out at the start.")] = 0


@dataclass(frozen=True, slots=True)
class ListResult:
    """Documents in the order in which they were added, `total` of them, and what could not be read."""

    total: int
    documents: tuple[DocumentInfo, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Narrowed):
    """Arguments of `check`."""

    text: Annotated[str, Field(min_length=1, max_length=100_000, description="The draft.")]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Every sentence of the draft, in its order."""

    sentences: tuple[Checked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned(Narrowed):
    """Arguments of `mentions`."""

    names: Annotated[
        list[Words],
        Field(min_length=1, max_length=200, description="Names; 'Name = alias, alias' for more spellings."),
    ]
    offset: Annotated[Position, Field(description="How many mentions to leave out at the start.")] = 0
    limit: Annotated[int, Field(ge=1, le=500, description="At most so many in full; all are counted.")] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Add(_Exact):
    """Arguments of `add`."""

    sources: Annotated[
        list[str],
        Field(min_length=1, description="Absolute paths of files or folders, and http(s) addresses."),
    ]
    collection: Annotated[str, Field(min_length=1, description="The collection to add to.")] = "default"


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; `run` takes an assistant and `arguments`, and gives plain JSON values of `result`'s shape."""

    name: str
    title: str
    description: str
    arguments: type
    result: type
    run: Callable[["Served", Any], dict[str, Any]]
    changes: bool = False


def search(assistant: "Served", given: Search) -> dict[str, Any]:
    """Return passages, best first."""
    hits = assistant.search(given.words, limit=given.limit, where=given.where(assistant))
    found = [
        Found(
            document_id=hit.passage.document_id,
            version=hit.passage.version,
            start=hit.passage.start,
            end=hit.passage.end,
            text=hit.passage.text,
            heading=hit.passage.heading,
            title=hit.title,
            source=hit.source,
            collection=hit.collection,
            published=hit.published,
            score=hit.score,
            reason=hit.reason,
        )
        for hit in hits
    ]
    return asdict(SearchResult(given.words, tuple(found)))


def ask(assistant: "Served", given: Ask) -> dict[str, Any]:
    """Return the whole answer."""
    return assistant.ask(
        given.question,
        conversation=given.conversation,
        where=given.where(assistant),
        standalone=given.standalone,
    ).to_dict()


def read(assistant: "Served", given: Read) -> dict[str, Any]:
    """Return words of a document with what stands around them; raises InvalidSetting for no such place."""
    from chat.verify.place import locator_of, page_of

    document = assistant.document(given.document_id, given.version)
    text, length = document.text, len(document.text)
    end = min(length, given.start + LONGEST) if given.end is None else given.end
    if not given.start < end <= length:
        raise InvalidSetting(
            f"{given.start} to {end} is no span of this document, which has {length} characters"
        )
    if end - given.start > LONGEST:
        raise InvalidSetting(f"{end - given.start} characters are more than {LONGEST}; read it in parts")
    result = ReadResult(
        document_id=document.id,
        version=document.version,
        title=document.title,
        source=document.source,
        collection=document.collection,
        published=document.reading.published,
        page=page_of(document, given.start),
        locator=locator_of(document, given.start, end),
        start=given.start,
        end=end,
        length=length,
        before=text[max(0, given.start - given.around) : given.start],
        text=text[given.start : end],
        after=text[end : end + given.around],
    )
    return asdict(result)


def list_documents(assistant: "Served", given: ListDocuments) -> dict[str, Any]:
    """Return a part of the list of documents, and what could not be read."""
    scope(assistant, (given.collection,) if given.collection is not None else ())
    rows = [each for each in assistant.documents() if given.collection in (None, each.collection)]
    shown = rows[given.offset : given.offset + given.limit]
    return asdict(ListResult(len(rows), tuple(shown), tuple(assistant.failures())))


def check(assistant: "Served", given: Check) -> dict[str, Any]:
    """Return a verdict on each sentence."""
    rows = assistant.check(given.text, where=given.where(assistant))
    return {"sentences": [row.to_dict() for row in rows]}


def mentions(assistant: "Served", given: Mentioned) -> dict[str, Any]:
    """Return every mention counted, and a part of them in full."""
    where = given.where(assistant)
    return assistant.mentions(given.names, where=where, offset=given.offset, limit=given.limit).to_dict()


def add(assistant: "Served", given: Add) -> dict[str, Any]:
    """Add files, folders and pages."""
    return asdict(assistant.add(*given.sources, collection=given.collection))


_CITED = "Offsets are code points of one version of a document, half-open."

TOOLS = (
    Tool(
        "ask",
        "Ask the documents",
        "Answer a question from the library's documents only. Every sentence of the answer carries the "
        "numbers of its citations, each of which quotes a document word for word at exact offsets. "
        "`status` is `not_found` when nothing answers: then say so, and do not answer from elsewhere. "
        "The turn is kept in the library's conversations; no document is changed.",
        Ask,
        Answer,
        ask,
    ),
    Tool(
        "search",
        "Search the documents",
        f"Find passages by meaning and by words, best first, without an answer. {_CITED}",
        Search,
        SearchResult,
        search,
    ),
    Tool(
        "read",
        "Read a passage",
        f"Read words of a document by its id and offsets, with what stands before and after. {_CITED}",
        Read,
        ReadResult,
        read,
    ),
    Tool(
        "list_documents",
        "List the documents",
        "List the library's documents with their ids, titles, sources and dates, and what could not be read.",
        ListDocuments,
        ListResult,
        list_documents,
    ),
    Tool(
        "check",
        "Check a draft",
        "Compare each sentence of a draft with the library: supported, partial, contradicted or unsupported, "
        "with the quotes that decided it.",
        Check,
        CheckResult,
        check,
    ),
    Tool(
        "mentions",
        "Every mention",
        "Find each place where a name stands in the documents, exactly and none left out, counted by name "
        f"and by document, each with its sentence. {_CITED}",
        Mentioned,
        Mentions,
        mentions,
    ),
    Tool(
        "add",
        "Add documents",
        "Add files, folders (recursively) and web pages to the library. What cannot be read is listed with "
        "its reason and stops nothing.",
        Add,
        AddReport,
        add,
        changes=True,
    ),
)
