"""Put saved answers together again: spans are saved, words are read from the documents as they are now."""

from dataclasses import replace
from typing import Any

from chat.answer import Answer, Citation, Sentence, Short, prose
from chat.verify.cite import Shelf

GONE = "(The source of this sentence was removed; its words are no longer kept.)"


def to_stored(answer: Answer) -> dict[str, Any]:
    """Return what is saved of an answer: no words of a document, only where they stand."""
    data = answer.to_dict()
    for citation in [*data["citations"], *data["nearest"]]:
        citation["quote"] = ""
        for part in citation["context"]:
            part["quote"] = ""
    for sentence in data["sentences"]:
        if sentence["verbatim"]:
            sentence["text"] = ""
    if data["short"]:
        data["short"]["text"] = ""
    if data["sentences"]:
        data["text"] = answer.remarks
    return data


def from_stored(data: dict[str, Any], shelf: Shelf) -> Answer:
    """Return the answer with its words as the documents have them; a removed document's are not there."""
    saved = Answer.from_dict(data)
    citations = tuple(_citation(citation, shelf) for citation in saved.citations)
    sentences = tuple(_sentence(sentence, citations) for sentence in saved.sentences)
    short = _short(saved.short, citations)
    return replace(
        saved,
        short=short,
        citations=citations,
        nearest=tuple(_citation(citation, shelf) for citation in saved.nearest),
        sentences=sentences,
        text=f"{saved.text} {prose(sentences, short)}".strip() if sentences else saved.text,
    )


def _citation(citation: Citation, shelf: Shelf) -> Citation:
    document = shelf.find(citation.document_id, citation.document_version)
    if document is None:
        return replace(citation, state="removed", quote="", context=())
    return replace(
        citation,
        state=shelf.state(citation.document_id, citation.document_version),
        quote=document.text[citation.start : citation.end],
        context=tuple(replace(part, quote=document.text[part.start : part.end]) for part in citation.context),
    )


def _short(short: Short | None, citations: tuple[Citation, ...]) -> Short | None:
    """The short answer in the words of its quote; none once the document was removed."""
    if short is None or not (cited := citations[short.citation - 1]).quote:
        return None
    return replace(short, text=cited.quote[short.start - cited.start : short.end - cited.start])


def _sentence(sentence: Sentence, citations: tuple[Citation, ...]) -> Sentence:
    cited = [citation for citation in citations if citation.number in sentence.citations]
    gone = any(citation.state == "removed" for citation in cited)
    if not sentence.verbatim and not gone:
        return sentence
    if gone:
        return replace(sentence, text=GONE, support="unsupported", reason="its source was removed")
    return replace(sentence, text=" ".join(cited[0].quote.split()))
