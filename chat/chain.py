"""The chain from a question to its answer, of LangChain Runnables, so that each part can be swapped.

retrieve  a `Question`   -> it with the passages found
draft     that           -> it with what an answerer claims
verify    that           -> an `Answer`; nothing unverified leaves the chain
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from chat.answer import Answer, Draft
from chat.evidence import Evidence, Lexicon, gather
from chat.verify.answering import Asked, Verifier
from retrieval.hit import Filter, Hit

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

# How many passages are read for an answer.
PASSAGES = 10


class Answerer(Protocol):
    """Makes a draft of the evidence; it may claim what it likes, the verifier decides.

    One that takes long calls `chat.stopping.check` now and then.
    """

    name: str

    def draft(self, evidence: Evidence) -> Draft:
        """Return claims with the quotes that each rests on."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What goes through the chain; each part adds its own and how long it took."""

    asked: Asked
    where: Filter = field(default_factory=Filter)
    hits: tuple[Hit, ...] = ()
    draft: Draft | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)


Search = Callable[[str, int, Filter], Sequence[Hit]]


def build_chain(
    search: Search, lexicon: Lexicon, answerer: Answerer, verifier: Verifier
) -> "Runnable[Question, Answer]":
    """Return retrieve | draft | verify as one Runnable: invoke, batch, stream, and their async twins."""
    from langchain_core.runnables import RunnableLambda

    def retrieve(question: Question) -> Question:
        began = time.perf_counter()
        hits = tuple(search(question.asked.standalone, PASSAGES, question.where))
        return replace(question, hits=hits, timings_ms={"retrieve": _since(began)})

    def draft(question: Question) -> Question:
        began = time.perf_counter()
        made = answerer.draft(gather(question.asked.standalone, question.hits, lexicon))
        return replace(question, draft=made, timings_ms={**question.timings_ms, "answer": _since(began)})

    def verify(question: Question) -> Answer:
        if question.draft is None:
            raise ValueError("verify comes after draft")
        *_, answer = verifier.verify(question.draft, question.asked, question.timings_ms)
        if not isinstance(answer, Answer):
            raise TypeError("the verifier ends with an answer")
        return answer

    return RunnableLambda(retrieve) | RunnableLambda(draft) | RunnableLambda(verify)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
