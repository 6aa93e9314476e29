"""The library for LangChain: a retriever over its passages, the assistant as a Runnable, a tool for agents.

Nothing of it is traced because of the environment alone: a tracing key is no reason to send documents away.
Callbacks that the caller's own chain passes on are kept.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor
from langchain_core.tools import BaseTool, StructuredTool
from langsmith import tracing_context

from chat.answer import Answer
from ingest.errors import InvalidSetting
from retrieval.hit import Filter, Hit

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant

_EVERYWHERE = Filter()
_ASKED_WITH = frozenset({"question", "conversation", "standalone", "where"})


class FootnoteRetriever(BaseRetriever):
    """Passages of the library as LangChain documents, best first.

    Their metadata says where the words stand: `assistant.document(document_id, version).text[start:end]` is
    `page_content`, code point for code point. `score` is the fused one; higher is better.
    """

    assistant: Any
    """An `Assistant`, or what works through another process's."""
    limit: int = 10
    where: Filter = _EVERYWHERE

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        """Return at most `limit` documents."""
        with tracing_context(enabled=False):
            return super().invoke(input, config, **kwargs)

    async def ainvoke(
        self, input: str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> list[Document]:
        """Do the same beside the event loop."""
        with tracing_context(enabled=False):
            return await super().ainvoke(input, config, **kwargs)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self._found(query)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return await run_in_executor(None, self._found, query)

    def _found(self, query: str) -> list[Document]:
        return [_document(hit) for hit in self.assistant.search(query, limit=self.limit, where=self.where)]


class AssistantRunnable(Runnable[str | dict[str, Any], Answer]):
    """`Assistant.ask` as a Runnable: a question, or a mapping of it with what `ask` takes, gives an `Answer`.

    A mapping may hold `conversation`, `standalone` and `where` beside `question`. Streaming gives the whole
    answer at once: LangChain's chunks must add up, and `Assistant.stream` gives the sentences as they pass.
    """

    def __init__(self, assistant: "Assistant | RemoteAssistant") -> None:
        self._assistant = assistant

    def invoke(
        self, input: str | dict[str, Any], config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        """Return the verified answer; raises what `ask` raises, InvalidSetting for a key it does not know."""
        with tracing_context(enabled=False):
            return self._call_with_config(self._answer, input, config, **kwargs)

    def _answer(self, given: str | dict[str, Any]) -> Answer:
        asked = dict(_asked(given))
        return self._assistant.ask(asked.pop("question"), **asked)


class _LibraryTool(StructuredTool):
    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        with tracing_context(enabled=False):
            return super().invoke(input, config, **kwargs)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        with tracing_context(enabled=False):
            return await super().ainvoke(input, config, **kwargs)


def library_tool(
    assistant: "Assistant | RemoteAssistant", *, name: str = "ask_documents", where: Filter = _EVERYWHERE
) -> BaseTool:
    """Return a tool for an agent: it answers a question from the library, with numbered quotes.

    The message that the model reads holds the answer and its footnotes; the whole `Answer` is its artifact.
    """

    def ask_documents(question: str) -> tuple[str, Answer]:
        answer = assistant.ask(question, where=where)
        return told(answer), answer

    return _LibraryTool.from_function(
        ask_documents,
        name=name,
        description=(
            "Answers a question from the person's own documents, with numbered quotes for every sentence. "
            "When it finds nothing it says so: then do not answer from elsewhere."
        ),
        response_format="content_and_artifact",
    )


def told(answer: Answer) -> str:
    """Return an answer as a model reads it: the text, then each footnote's number, title, place and quote."""
    notes = []
    for citation in answer.citations:
        page = f"page {citation.page}" if citation.page is not None else None
        place = ", ".join(filter(None, (citation.title, citation.locator or page, citation.published)))
        notes.append(f"[{citation.number}] {place}: “{' '.join(citation.quote.split())}”")
    return "\n".join([answer.text, *notes])


def _asked(given: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(given, str):
        return {"question": given}
    unknown = sorted(set(given) - _ASKED_WITH)
    if unknown or "question" not in given:
        raise InvalidSetting(
            f"a question is asked with {', '.join(sorted(_ASKED_WITH))}; "
            + (f"{', '.join(unknown)} is none of them" if unknown else "`question` is missing")
        )
    return given


def _document(hit: Hit) -> Document:
    passage = hit.passage
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "source": hit.source,
            "title": hit.title,
            "collection": hit.collection,
            "published": hit.published,
            "document_id": passage.document_id,
            "version": passage.version,
            "start": passage.start,
            "end": passage.end,
            "page": passage.page,
            "heading": passage.heading,
            "score": hit.score,
        },
    )
