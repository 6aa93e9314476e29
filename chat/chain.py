"""The chain from a question to its answer, each part of which can be swapped.

retrieve  a `Question`   -> it with the passages found
draft     that           -> it with what an answerer claims
verify    that           -> an `Answer`; nothing unverified leaves the chain

Where a language model writes, its sentences are verified as they come; where it fails, or nothing that it
wrote holds, the sentences that answer are quoted instead, and the answer says so.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from chat import mixing
from chat.answer import Answer, Claim, Draft, Rejected, Remark, Verified
from chat.disagreement import Disagreement, disagreement
from chat.evidence import Evidence, Lexicon, gather
from chat.followup import Said, amid
from chat.listen import ModelFailed
from chat.prompt import NOT_IN_SOURCES, Prompt
from chat.reader import Sentence
from chat.reading import Reader, read
from chat.verify.answering import Asked, Checking, Verifier
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


class Writer(Protocol):
    """Writes an answer in its own words, claim by claim; the verifier decides on each."""

    name: str

    def write(self, question: str, evidence: Evidence) -> Iterator[Claim | Remark | Prompt]:
        """Yield claims and remarks as they come, NOT_IN_SOURCES as a claim if it finds no answer.

        Before them the prompt, if a model is sent one.
        Raises ModelFailed, also after some. Closing the iterator stops it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Prompted:
    """What a language model is sent for an answer, and its name."""

    model: str
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Question:
    """What goes through the chain; each part adds its own and how long it took.

    `bare` is the question as it was asked, to be searched beside what was made of it; "" where nothing was.
    """

    asked: Asked
    where: Filter = field(default_factory=Filter)
    bare: str = ""
    earlier: tuple[Said, ...] = ()
    hits: tuple[Hit, ...] = ()
    evidence: Evidence | None = None
    draft: Draft | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)


ByDocument = Callable[[], Mapping[str, str]]
"""What is known of some documents, by their ids, as the library is now."""


class Chain:
    """Its three steps; `runnable` has them as one LangChain Runnable."""

    def __init__(
        self,
        search: mixing.Search,
        lexicon: Lexicon,
        answerer: Answerer,
        verifier: Verifier,
        writer: Writer | None = None,
        origins: ByDocument = dict,
        foreign: ByDocument = dict,
        reader: Reader | None = None,
    ) -> None:
        self._search = search
        self._lexicon = lexicon
        self._answerer = answerer
        self._verifier = verifier
        self._writer = writer
        self._origins = origins
        self._foreign = foreign
        self._reader = reader

    @property
    def writes(self) -> bool:
        """Whether a language model writes the answers."""
        return self._writer is not None

    def quoting(self) -> "Chain":
        """Return the same chain without a language model."""
        return Chain(
            self._search,
            self._lexicon,
            self._answerer,
            self._verifier,
            origins=self._origins,
            foreign=self._foreign,
            reader=self._reader,
        )

    def warm(self) -> None:
        """Load what the first question would have to wait for."""
        if self._reader is not None:
            self._reader.read("warm up", [Sentence("warm up", "", "", 0)])

    def retrieve(self, question: Question) -> Question:
        """Return the question with its passages, best first."""
        began = time.perf_counter()
        bare, standalone = question.bare, question.asked.standalone
        around = amid(bare, question.earlier) if bare else ""
        hits = mixing.search(self._search, standalone, bare, around, PASSAGES, question.where)
        return replace(question, hits=tuple(hits), timings_ms={"retrieve": _since(began)})

    def draft(self, question: Question) -> Question:
        """Return the question with what the answerer claims of its passages."""
        from langsmith import tracing_context

        began = time.perf_counter()
        # A tracing key in the environment is no reason to send anybody's documents away.
        with step("answer") as under_way, tracing_context(enabled=False):
            evidence = replace(
                gather(question.asked.standalone, question.hits, self._lexicon), earlier=question.earlier
            )
            if self._reader is not None:
                evidence = read(evidence, self._reader)
            made = self._answerer.draft(evidence)
            under_way.note(candidates=len(evidence.candidates), claims=len(made.claims))
        timings = {**question.timings_ms, "answer": _since(began)}
        return replace(question, evidence=evidence, draft=made, timings_ms=timings)

    def verify(self, question: Question) -> Generator[Verified | Rejected | Prompted | Answer, None, None]:
        """Yield what a model is sent, what passes and what fails as it is checked, and last the answer."""
        if question.draft is None or question.evidence is None:
            raise ValueError("verify comes after draft")
        with whole("verify") as under_way:
            for found in self._checked(question, question.evidence, question.draft):
                if isinstance(found, Answer):
                    under_way.note(sentences=len(found.sentences), rejected=len(found.rejected))
                yield found

    def _checked(
        self, question: Question, evidence: Evidence, draft: Draft
    ) -> Iterator[Verified | Rejected | Prompted | Answer]:
        checking = self._verifier.begin(question.asked)
        written, timings = Written((), False), question.timings_ms
        if self._writer is not None and evidence.hits:
            began = time.perf_counter()
            written = yield from _write(self._writer, question.asked.question, evidence, draft, checking)
            timings = {**timings, "answer": round(timings["answer"] + _since(began), 2)}
        name = self._writer.name if self._writer is not None and checking.passed else draft.answerer
        differing = disagreement(evidence, draft.claims, self._origins())
        claims = () if checking.passed else draft.claims
        yield from checking.take_all(_with_both_sides(claims, differing))
        looked_at = checking.cited if checking.passed else {hit.passage.document_id for hit in question.hits}
        foreign = _in_other_languages(looked_at, self._foreign())
        remarks = (*written.remarks, *_told(differing, checking), *foreign)
        yield checking.answer(draft.nearest, name, timings, remarks=remarks, broken_off=written.broken_off)

    def runnable(self) -> "Runnable[Question, Answer]":
        """Return retrieve | draft | verify as one Runnable: invoke, batch, stream, and their async twins."""
        from langchain_core.runnables import RunnableLambda

        def verify(question: Question) -> Answer:
            *_, answer = self.verify(question)
            if not isinstance(answer, Answer):
                raise TypeError("the verifier ends with an answer")
            return answer

        return RunnableLambda(self.retrieve) | RunnableLambda(self.draft) | RunnableLambda(verify)


def _with_both_sides(claims: Sequence[Claim], differing: Disagreement | None) -> list[Claim]:
    """The claims with, after the first, the one that differs from it; both, where there are none."""
    if differing is None:
        return list(claims)
    one, other = (side.claim for side in differing.sides)
    # Of two that differ neither is the short answer.
    return [replace(one, short=None), other, *(claim for claim in claims[1:] if claim.text != other.text)]


def _told(differing: Disagreement | None, checking: Checking) -> Iterator[Remark]:
    if differing is None:
        return
    one, other = (checking.number_of(side.claim.quotes[0]) for side in differing.sides)
    if one is not None and other is not None:
        yield Remark(differing.told((one, other)))


def _in_other_languages(documents: Collection[str], foreign: Mapping[str, str]) -> Iterator[Remark]:
    """What meaning cannot find: of what is cited, or else of what was found, in languages not spoken."""
    counts = Counter(foreign[name] for name in documents if name in foreign)
    for language, count in sorted(counts.items()):
        which, found = ("A source is", "it") if count == 1 else (f"{count} sources are", "them")
        yield Remark(
            f"{which} in {language}, which the embedder does not speak: only the words of the question found "
            f"{found}; ask in {language} too."
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What there is to say of what a model wrote, and whether it broke off after some of it was shown."""

    remarks: tuple[Remark, ...]
    broken_off: bool


def _write(
    writer: Writer, question: str, evidence: Evidence, draft: Draft, checking: Checking
) -> Generator[Verified | Rejected | Prompted, None, Written]:
    """Yield what holds of what a model writes. Evidence that answers nothing makes none of it an answer."""
    remarks: list[Remark] = []
    failure, refused, instead = None, False, _instead(draft)
    parts = writer.write(question, evidence)
    try:
        for part in parts:
            if isinstance(part, Prompt):
                yield Prompted(writer.name, part)
                continue
            if isinstance(part, Remark):
                remarks.append(part)
                continue
            if part.text == NOT_IN_SOURCES:
                refused = True
                continue
            claim = part if draft.claims and draft.claims[0].relation == "answers" else _related(part)
            if (found := checking.take(claim)) is not None:
                yield found
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
