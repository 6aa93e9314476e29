"""The answer and all that leads to it. Only `chat.verify` builds an `Answer` or a `Citation` from a draft."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from retrieval.hit import Hit
from retrieval.report import Failure

Status = Literal["answered", "partial", "not_found"]
Support = Literal["supported", "partial", "contradicted", "unsupported"]
Relation = Literal["answers", "relates"]
State = Literal["current", "superseded", "removed"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that an answerer claims to stand at a half-open span of one version of a document."""

    document_id: str
    version: int
    start: int
    end: int
    text: str
    passage: str
    score: float


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a draft and the quotes that it rests on; `note` says what is odd about how it cites.

    `short` is the half-open span of its first quote's document that answers in a few words, if one does.
    """

    text: str
    quotes: tuple[Quote, ...]
    relation: Relation = "answers"
    note: str | None = None
    short: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence of ours on how an answer came about: that a model failed, that something was left out."""

    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer claims. Never shown: the verifier makes an `Answer` of it.

    `nearest` are the closest passages, best first, for the case that nothing answers.
    """

    claims: tuple[Claim, ...]
    nearest: tuple[Quote, ...]
    answerer: str


@dataclass(frozen=True, slots=True)
class Context:
    """Words that a quote needs beside it, and why: a table's header, the sentence that names "it"."""

    start: int
    end: int
    quote: str
    why: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Words that are there: `document.text[start:end] == quote`, in code points of that version."""

    number: int
    document_id: str
    document_version: int
    content_hash: str
    state: State
    title: str
    source: str
    collection: str
    page: int | None
    locator: str | None
    start: int
    end: int
    quote: str
    passage: str
    context: tuple[Context, ...]
    published: str | None
    score: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the numbers of its citations and what the verifier found."""

    text: str
    citations: tuple[int, ...]
    support: Support
    reason: str | None
    verbatim: bool
    relation: Relation
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Short:
    """The few words of a quote that answer: `document.text[start:end] == text`, within that citation."""

    text: str
    citation: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A claim that failed verification, and why, in words."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer; `to_dict` is the same JSON on every way out, as docs/answer.md lays it out.

    `text` is what we remark on the answer, if anything, its short form, if it has one, then its sentences
    with their markers.
    """

    question: str
    standalone_question: str
    conversation: str
    turn: int
    status: Status
    text: str
    short: Short | None
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    rejected: tuple[Rejected, ...]
    missing: tuple[str, ...]
    nearest: tuple[Citation, ...]
    unreadable: tuple[Failure, ...]
    answerer: str
    library_version: str
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def remarks(self) -> str:
        """What stands in `text` before the sentences: our own words, none of a document's."""
        told = prose(self.sentences, self.short)
        # Where a text does not end with its sentences, what else it says may be a document's own words.
        return self.text.removesuffix(told).strip() if told and self.text.endswith(told) else ""

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON values, keys in the order of the contract."""
        data: dict[str, Any] = plain(asdict(self))
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the answer that `to_dict` gave; for answers that were verified before they travelled."""
        return cls(
            **{
                **data,
                "short": short_from_dict(data.get("short")),
                "sentences": tuple(
                    Sentence(**{**row, "citations": tuple(row["citations"])}) for row in data["sentences"]
                ),
                "citations": tuple(citation_from_dict(row) for row in data["citations"]),
                "rejected": tuple(Rejected(**row) for row in data["rejected"]),
                "missing": tuple(data["missing"]),
                "nearest": tuple(citation_from_dict(row) for row in data["nearest"]),
                "unreadable": tuple(Failure(**row) for row in data["unreadable"]),
            }
        )


def prose(sentences: Sequence[Sentence], short: Short | None = None) -> str:
    """Return the sentences with their markers, as they are read: `Two words [1]. Words of a source. [1]`."""
    told = [f"{sentence.text} {''.join(f'[{n}]' for n in sentence.citations)}" for sentence in sentences]
    return " ".join([*([f"{opening(short)}."] if short else []), *told])


def opening(short: Short) -> str:
    """Return the short answer with its marker."""
    return f"{short.text} [{short.citation}]"


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer within a conversation."""

    number: int
    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Standalone:
    """The first event of a streamed answer: the question as it will be searched."""

    question: str


@dataclass(frozen=True, slots=True)
class Found:
    """The passages that were found for it, best first; the answer is made of these."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence that passed, with the citations that it is the first to use.

    Before the first one, `short` is to be shown, if there is a short answer.
    """

    sentence: Sentence
    citations: tuple[Citation, ...]
    short: Short | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of a streamed answer: all of it."""

    answer: Answer


Event = Standalone | Found | Verified | Rejected | Done
"""What streaming yields: Standalone, Found, Verified and Rejected as claims are checked, and last Done."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of a pasted draft with its verdict and the quotes that decided it.

    `start` and `end` are its half-open span in the pasted text.
    """

    start: int
    end: int
    text: str
    support: Support
    reason: str
    supporting: tuple[Citation, ...]
    contradicting: tuple[Citation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        data: dict[str, Any] = plain(asdict(self))
        return data


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """A row of the list of conversations; `created` and `updated` are ISO 8601 times in UTC.

    `owner` is "" where nobody signs in. Of all its `footnotes`, so many are `checked` and `disputed`.
    """

    id: str
    title: str
    turns: int
    updated: str
    created: str
    owner: str
    footnotes: int
    checked: int
    disputed: int


def short_from_dict(row: dict[str, Any] | None) -> Short | None:
    """Return the short answer that was part of a dictionary of an answer, if one was."""
    return Short(**row) if row else None


def citation_from_dict(row: dict[str, Any]) -> Citation:
    """Return the citation that was part of a dictionary of an answer."""
    return Citation(**{**row, "context": tuple(Context(**part) for part in row["context"])})


def plain(value: Any) -> Any:
    """Return the value with lists for tuples, as JSON has them: a round trip through JSON compares equal."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value
