"""What goes in and comes out of the other ways to search, as `models` has it for the rest."""

from typing import Literal

from pydantic import BaseModel

from chat.interfaces.http.models import Found, FoundPassage, Question, Where
from retrieval.report import Failure


class SearchAll(Where):
    """Words that passages must hold; in double quotes, in this very form."""

    words: Question


class FoundDocument(BaseModel):
    """A document with its hits, best first; `score` is the best one's."""

    rank: int
    document_id: str
    title: str
    source: str
    collection: str
    published: str | None
    score: float
    hits: list[Found]


class DocumentHits(BaseModel):
    """What a search found, by document, best first."""

    words: str
    documents: list[FoundDocument]


class HeldPassage(BaseModel):
    """A passage that holds the words: `exact` as they are written, or `near`, in other forms."""

    passage: FoundPassage
    title: str
    source: str
    collection: str
    published: str | None
    form: Literal["exact", "near"]


class AllPassages(BaseModel):
    """Every passage that holds the words, counted, and what could not be looked through."""

    words: str
    statement: str
    exact: int
    near: int
    documents: int
    searched: int
    hidden: int
    unread: list[Failure]
    passages: list[HeldPassage]
