"""What goes in and comes out where every mention is found and many questions are asked at once."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from chat.grid import LONGEST_QUESTION, MOST_CELLS, GridCell
from chat.interfaces.http.models import Limit, Offset, Where
from retrieval.mentions import LONGEST_NAME, MOST_NAMES

Line = Annotated[str, StringConstraints(max_length=4 * LONGEST_NAME, pattern=r"\S")]
ShortQuestion = Annotated[str, StringConstraints(max_length=LONGEST_QUESTION, pattern=r"\S")]


class Mentioned(Where):
    """Names to look for."""

    names: Annotated[list[Line], Field(min_length=1, max_length=MOST_NAMES)]
    """One each; `Name = alias, alias` for one with several spellings. Other commas are part of it."""
    offset: Offset = 0
    """How many mentions to leave out at the beginning."""
    limit: Limit = 100
    """At most so many mentions in full; all are counted."""


class Grid(Where):
    """Questions, each put to every one of `documents` by itself, or, without any, to all that is allowed."""

    questions: Annotated[list[ShortQuestion], Field(min_length=1, max_length=MOST_CELLS)]


class Cells(BaseModel):
    """Each question's answer from each document, question by question; a failed one has a reason instead."""

    cells: list[GridCell]
