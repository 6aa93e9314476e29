"""The chain from a question to its answer, each part of which can be swapped.

retrieve  a `Question`   -> it with the passages found
draft     that           -> it with what an answerer claims
verify    that           -> an `Answer`; nothing unverified leaves the chain
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from chat.answer import Answer, Draft, Rejected, Verified
from chat.evidence import Evidence, Lexicon, gather
from chat.verify.answering import Asked, Verifier
from ingest.observe import step, whole
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


class Chain:
    """Its three steps; `runnable` has them as one LangChain Runnable."""

    def __init__(self, search: Search, lexicon: Lexicon, answerer: Answerer, verifier: Verifier) -> None:
        self._search = search
        self._lexicon = lexicon
        self._answerer = answerer
        self._verifier = verifier

    def retrieve(self, question: Question) -> Question:
        """Return the question with its passages, best first."""
        began = time.perf_counter()
        hits = tuple(self._search(question.asked.standalone, PASSAGES, question.where))
        return replace(question, hits=hits, timings_ms={"retrieve": _since(began)})

    def draft(self, question: Question) -> Question:
        """Return the question with what the answerer claims of its passages."""
        from langsmith import tracing_context

        began = time.perf_counter()
        # A tracing key in the environment is no reason to send anybody's documents away.
        with step("answer") as under_way, tracing_context(enabled=False):
            evidence = gather(question.asked.standalone, question.hits, self._lexicon)
            made = self._answerer.draft(evidence)
            under_way.note(candidates=len(evidence.candidates), claims=len(made.claims))
        return replace(question, draft=made, timings_ms={**question.timings_ms, "answer": _since(began)})

    def verify(self, question: Question) -> Iterator[Verified | Rejected | Answer]:
        """Yield what passes and what fails as it is checked, and last the answer."""
        if question.draft is None:
            raise ValueError("verify comes after draft")
        with whole("verify") as under_way:
            for found in self._verifier.verify(question.draft, question.asked, question.timings_ms):
                if isinstance(found, Answer):
                    under_way.note(sentences=len(found.sentences), rejected=len(found.rejected))
                yield found

    def runnable(self) -> "Runnable[Question, Answer]":
        """Return retrieve | draft | verify as one Runnable: invoke, batch, stream, and their async twins."""
        from langchain_core.runnables import RunnableLambda

        def verify(question: Question) -> Answer:
            *_, answer = self.verify(question)
            if not isinstance(answer, Answer):
                raise TypeError("the verifier ends with an answer")
            return answer

        return RunnableLambda(self.retrieve) | RunnableLambda(self.draft) | RunnableLambda(verify)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
