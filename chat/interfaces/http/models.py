"""What goes in and comes out of the API, as its OpenAPI document describes it.

An answer, a hit, a document and the like are described from the dataclasses that the assistant gives, so
that the description cannot differ from them; the rest is defined here.
"""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chat.answer import Checked, Citation, ConversationInfo, Sentence, Short, Turn
from chat.interfaces.http.limits import LONGEST_DRAFT, LONGEST_QUESTION
from chat.jobs import Job
from ingest.collection import CollectionInfo
from ingest.edits import FIELDS
from retrieval.hit import Filter
from retrieval.report import DocumentInfo, FailedSource, Failure, Receipt, SortedBy

if TYPE_CHECKING:
    from chat.answer import Verified

Question = Annotated[str, StringConstraints(max_length=LONGEST_QUESTION, pattern=r"\S")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]
Identity = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Address = Annotated[str, StringConstraints(max_length=2048, pattern=r"^https?://[^\s/]\S*$")]
Key = Annotated[str, StringConstraints(max_length=64)]
Offset = Annotated[int, Field(ge=0, le=1 << 53)]
Limit = Annotated[int, Field(ge=1, le=1000)]
Version = Annotated[int, Field(ge=1, le=1 << 53)]
Value = Annotated[str, StringConstraints(max_length=1000)]
JSON = dict[str, Any]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)]
Parts = Annotated[list[Name], Field(max_length=100)]
Metadata = Annotated[dict[Name, Annotated[str, StringConstraints(max_length=2000)]], Field(max_length=50)]


class Given(BaseModel):
    """What a caller sends: an unknown field is an error, so that a misspelt one does not go unnoticed."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Where(Given):
    """Which documents may be looked at; an empty list or null does not restrict."""

    collections: Annotated[list[Name], Field(max_length=100)] = []
    """Names of collections."""
    documents: Annotated[list[Identity], Field(max_length=1000)] = []
    """Ids of documents."""
    published_from: date | None = None
    """Documents that state this date or a later one; those without a date are left out."""
    published_to: date | None = None
    """Documents that state this date or an earlier one; those without a date are left out."""

    titles: Parts = []
    """Any of these is a part of the title; capitals and accents do not matter, here and below."""
    authors: Parts = []
    """Any of these is a part of who wrote or published it."""
    sources: Parts = []
    """Any of these is a part of the path or address."""
    languages: Annotated[list[Language], Field(max_length=100)] = []
    """Codes of languages; `de` takes `de-AT` in."""
    types: Parts = []
    """Any of these is a part of the media type: `pdf`, `text/html`."""

    hidden: bool = False
    """Also find words that are in a file and not to be seen on its page."""

    def filter(self) -> Filter:
        """Return it as the assistant takes it."""
        first, last = self.published_from, self.published_to
        return Filter(
            tuple(self.collections),
            tuple(self.documents),
            first.isoformat() if first else None,
            last.isoformat() if last else None,
            self.hidden,
            *map(tuple, (self.titles, self.authors, self.sources, self.languages, self.types)),
        )


class Page(Given):
    """Which part of a list to return."""

    offset: Offset = 0
    """How many rows to leave out at its beginning."""
    limit: Limit = 100


class DocumentsPage(Page):
    """Which part of the list of documents to return."""

    collection: Name | None = None
    """Only the documents of this one."""
    words: Annotated[str, StringConstraints(max_length=500)] = ""
    """Only documents that have each of these words in title, source, author or publisher."""
    state: Literal["searchable", "aside", "kept"] = "kept"
    """Only those that are searched, or that are set aside; `kept` is both."""
    sort: SortedBy = "added"
    """What makes the order."""
    descending: bool = False
    """The other way round."""


class TextPart(Given):
    """Which part of a document's text to return."""

    version: Version | None = None
    """The current one, unless said."""
    start: Offset | None = None
    end: Offset | None = None


class Removal(Given):
    """How to remove."""

    purge: bool = False
    """Also write the library's files anew, so that not even numbers linger in them."""


class DocumentChange(Given):
    """What is to be known of a document; what is left out stays, "" says that nothing is known."""

    title: Value | None = None
    author: Value | None = None
    publisher: Value | None = None
    language: Value | None = None
    published: Value | None = None
    """`YYYY-MM-DD`."""
    reset: Annotated[list[Identity], Field(max_length=len(FIELDS))] = []
    """Fields that are to be what the source says again."""
    enabled: bool | None = None
    """Whether it is searched; a document that is not is kept, with its old answers."""

    def values(self) -> dict[str, str | None]:
        """Return the fields that are given."""
        return {name: getattr(self, name) for name in FIELDS if getattr(self, name) is not None}


class CollectionRemoval(Removal):
    """How to remove a collection."""

    with_documents: bool = False
    """Remove the documents in it too."""


class NewCollection(Given):
    """What a collection is to be called."""

    name: Name
    """A name that no other collection has."""


class Ask(Where):
    """A question."""

    question: Question
    """In the words of whoever asks."""
    conversation: Identity | None = None
    """The id of a conversation to continue, as an answer of it has it."""
    standalone: Question | None = None
    """What to search instead of what would be made of the question and its conversation."""
    stream: bool = False
    """Send the answer as server-sent events, as `Accept: text/event-stream` does."""


class Search(Where):
    """Words to look for."""

    words: Question
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    """At most so many passages."""


class Check(Where):
    """A text to compare with the library."""

    text: Annotated[str, StringConstraints(max_length=LONGEST_DRAFT, pattern=r"\S")]


class AddPages(Given):
    """Web pages to fetch and add."""

    urls: Annotated[list[Address], Field(min_length=1, max_length=100)]
    """Addresses of public pages or files, `http` or `https`."""
    collection: Name = "default"


class AddText(Given):
    """A text to add as it is."""

    text: Annotated[str, StringConstraints(pattern=r"\S")]
    source: Name
    """The caller's own name for it, which identifies it: the same one again makes a new version."""
    title: Name | None = None
    metadata: Metadata = {}
    """What else to keep of it; `published` is a date, `YYYY-MM-DD`."""
    collection: Name = "default"


class FoundPassage(BaseModel):
    """A passage, with its id."""

    id: str
    document_id: str
    version: int
    start: int
    end: int
    text: str
    page: int | None
    heading: str | None
    sentences: list[tuple[int, int]]


class Found(BaseModel):
    """A hit; `rank` counts from 1, and `score` is better when higher."""

    rank: int
    passage: FoundPassage
    title: str
    source: str
    collection: str
    published: str | None
    score: float
    dense: float
    words: float
    dense_rank: int | None
    words_rank: int | None
    sentence_scores: list[float]
    reason: str
    interaction: float
    word_scores: list[list[float]]


class Hits(BaseModel):
    """What a search found, best first."""

    words: str
    hits: list[Found]


class CheckedText(BaseModel):
    """Each sentence of a text with its verdict."""

    sentences: list[Checked]


class Documents(BaseModel):
    """A page of the list; `next` is the offset of the next one, or null."""

    documents: list[DocumentInfo]
    total: int
    next: int | None


class Failures(BaseModel):
    """A page of what could not be read, the latest first, with what to do about it."""

    failures: list[FailedSource]
    total: int
    next: int | None


class Waiting(BaseModel):
    """What waits for its words to be read from its pictures."""

    waiting: list[Failure]


class DocumentText(BaseModel):
    """A part of a document's text: code points `start` to `end` of `characters`."""

    document_id: str
    version: int
    title: str
    start: int
    end: int
    characters: int
    text: str


class JobList(BaseModel):
    """The jobs that are remembered, the latest first."""

    jobs: list[Job]


class Receipts(BaseModel):
    """Proof of a removal; `left` counts the traces that a check found, and should be 0."""

    receipts: list[Receipt]


class Conversations(BaseModel):
    """A page of the list of conversations, the latest first."""

    conversations: list[ConversationInfo]
    total: int
    next: int | None


class Turns(BaseModel):
    """A conversation, its quotes read from the documents as they are now."""

    conversation: str
    turns: list[Turn]


class Collections(BaseModel):
    """Every collection, `default` first, then by name."""

    collections: list[CollectionInfo]


class Health(BaseModel):
    """That the library answers."""

    status: str
    version: str


class Detail(BaseModel):
    """Where a request is wrong."""

    where: str
    why: str


class OpenAIError(BaseModel):
    """The same problem, as OpenAI's clients read it."""

    message: str
    type: str
    param: None
    code: str


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    error: OpenAIError
    errors: list[Detail] = []


class StandaloneEvent(BaseModel):
    """`event: standalone`, the first: what is searched."""

    standalone_question: str


class SentenceEvent(BaseModel):
    """`event: sentence`: one that passed, with the citations that it is the first to use.

    The first has `short`, the answer in a few of its words, where there is one.
    """

    sentence: Sentence
    citations: list[Citation]
    short: Short | None


def sentence_event(event: "Verified") -> dict[str, Any]:
    """Return the data of `event: sentence`."""
    return {
        "sentence": asdict(event.sentence),
        "citations": [asdict(each) for each in event.citations],
        "short": asdict(event.short) if event.short else None,
    }
