"""The chain from a question to its answer, of LangChain Runnables, so that each part can be swapped.

retrieve  a `Question`   -> it with the passages found
answer    that           -> each sentence once it is verified, and last the whole `Answer`

Where a language model writes, its sentences are verified as they come; where it fails, or nothing that it
wrote holds, the sentences that answer are quoted instead, and the answer says so.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from chat.answer import Answer, Claim, Draft, Remark, Verified
from chat.evidence import Evidence, Lexicon, gather
from chat.followup import Said
from chat.listen import ModelFailed
from chat.prompt import NOT_IN_SOURCES
from chat.verify.answering import Asked, Checking, Verifier
from retrieval.hit import Filter, Hit

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

# How many passages are read for an answer.
PASSAGES = 10


class Answerer(Protocol):
    """Makes a draft of the evidence; it may claim what it likes, the verifier decides."""

    name: str

    def draft(self, evidence: Evidence) -> Draft:
        """Return claims with the quotes that each rests on."""
        ...


class Writer(Protocol):
    """Writes an answer in its own words, claim by claim; the verifier decides on each."""

    name: str

    def write(self, question: str, evidence: Evidence) -> Iterator[Claim | Remark]:
        """Yield claims and remarks as they come, NOT_IN_SOURCES as a claim if it finds no answer.

        Raises ModelFailed, also after some. Closing the iterator stops it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What goes through the chain; each part adds its own and how long it took."""

    asked: Asked
    where: Filter = field(default_factory=Filter)
    earlier: tuple[Said, ...] = ()
    hits: tuple[Hit, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)


Search = Callable[[str, int, Filter], Sequence[Hit]]


def build_chain(
    search: Search, lexicon: Lexicon, answerer: Answerer, verifier: Verifier, writer: Writer | None = None
) -> "Runnable[Question, Verified | Answer]":
    """Return retrieve | answer as one Runnable to be streamed: its last chunk is the `Answer`."""
    from langchain_core.runnables import RunnableGenerator, RunnableLambda

    def retrieve(question: Question) -> Question:
        began = time.perf_counter()
        hits = tuple(search(question.asked.standalone, PASSAGES, question.where))
        return replace(question, hits=hits, timings_ms={"retrieve": _since(began)})

    def answer(questions: Iterator[Question]) -> Iterator[Verified | Answer]:
        for question in questions:
            began = time.perf_counter()
            evidence = replace(
                gather(question.asked.standalone, question.hits, lexicon), earlier=question.earlier
            )
            checking = verifier.begin(question.asked)
            draft = answerer.draft(evidence)
            written = Written((), False)
            if writer is not None and evidence.hits:
                written = yield from _write(writer, question.asked.question, evidence, draft, checking)
            name = writer.name if writer is not None and checking.passed else draft.answerer
            if not checking.passed:
                yield from (passed for claim in draft.claims if (passed := checking.take(claim)) is not None)
            timings = {**question.timings_ms, "answer": _since(began)}
            yield checking.answer(
                draft.nearest, name, timings, remarks=written.remarks, broken_off=written.broken_off
            )

    return RunnableLambda(retrieve) | RunnableGenerator(answer)


@dataclass(frozen=True, slots=True)
class Written:
    """What there is to say of what a model wrote, and whether it broke off after some of it was shown."""

    remarks: tuple[Remark, ...]
    broken_off: bool


def _write(
    writer: Writer, question: str, evidence: Evidence, draft: Draft, checking: Checking
) -> Generator[Verified, None, Written]:
    """Yield what holds of what a model writes. Evidence that answers nothing makes none of it an answer."""
    remarks: list[Remark] = []
    failure, refused, instead = None, False, _instead(draft)
    parts = writer.write(question, evidence)
    try:
        for part in parts:
            if isinstance(part, Remark):
                remarks.append(part)
                continue
            if part.text == NOT_IN_SOURCES:
                refused = True
                continue
            claim = part if draft.claims and draft.claims[0].relation == "answers" else _related(part)
            if (passed := checking.take(claim)) is not None:
                yield passed
    except ModelFailed as error:
        failure = f"{writer.name} {error}"
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    if failure and checking.passed:
        remarks.append(Remark(f"{failure}: this answer may not be whole."))
    elif failure:
        remarks.append(Remark(f"{failure}{instead}"))
    elif not checking.passed:
        said = f"{writer.name} found no answer in the passages" if refused else ""
        remarks.append(Remark(f"{said or f'No sentence of {writer.name} could be verified'}{instead}"))
    return Written(tuple(remarks), bool(failure) and checking.passed)


def _instead(draft: Draft) -> str:
    return "; these sentences are quoted from the documents instead." if draft.claims else "."


def _related(claim: Claim) -> Claim:
    return replace(claim, relation="relates")


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
