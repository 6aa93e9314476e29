"""What the page marks beside a sentence about the words it rests on: read by OCR, hidden, told in copies."""

from collections.abc import Mapping, Sequence

from chat.answer import Citation

HIDDEN = "hidden on the page"
"""The reason that a citation's context gives for words that are in the file and not to be seen."""
OCR = "read by OCR"
"""How the reason begins that it gives for words that were read from a picture."""


def marks(citations: Sequence[Citation], origins: Mapping[str, str]) -> list[str]:
    """Return the marks of a sentence by its citations, each once; `origins` is `Assistant.origins`."""
    found: list[str] = []
    for citation in citations:
        whys = [part.why for part in citation.context]
        if any(why.startswith(OCR) for why in whys):
            found.append("OCR")
        if HIDDEN in whys:
            found.append("Hidden on the page")
        copies = copies_of(citation.document_id, origins)
        if copies > 1 and citation.state != "removed":
            found.append(f"{copies} copies, 1 origin")
    return list(dict.fromkeys(found))


def copies_of(document_id: str, origins: Mapping[str, str]) -> int:
    """Return how many documents are one text with this one, itself counted."""
    origin = origins.get(document_id)
    return 1 if origin is None else sum(other == origin for other in origins.values())
