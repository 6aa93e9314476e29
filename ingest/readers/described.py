"""What is known of a document beside its words, each value with how it was found; doubtful ones left out."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ingest.document import Found, Reading
from ingest.readers.stated import first_lines, is_person

_NO_PROSE = frozenset(
    {
        "text/x-source",
        "text/csv",
        "text/tab-separated-values",
        "application/json",
        "application/x-ndjson",
        "text/xml",
        "text/yaml",
        "application/zip",
        "application/mbox",
        "message/rfc822",
        "application/vnd.ms-outlook",
    }
)
FROM_WORDS = "the words of the text"
_STATED_IN = {"text/html": "page metadata", "text/markdown": "front matter"}
_SAMPLE = 4_000  # characters from which the language is told
_LETTERS = 60  # fewer tell nothing
_SURE = 0.8
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def described(reading: Reading) -> Reading:
    """Return the reading with its language, and date and author off its first lines if none is stated."""
    metadata, found = dict(reading.metadata), dict(reading.found)
    published, title = reading.published, reading.title
    if metadata.get("author") and not is_person(metadata["author"]):
        del metadata["author"]
        found.pop("author", None)
    for key in ("author", "publisher", "published", "title"):
        value = {"published": published, "title": title}.get(key, metadata.get(key))
        if value:
            found.setdefault(key, _placed(key, value, reading))
    if reading.media_type not in _NO_PROSE:
        stated, places = first_lines(reading.text, _seen(reading)[:10])
        if published is None and "published" in stated:
            published, found["published"] = stated["published"], places["published"]
        if "author" not in metadata and "author" in stated:
            metadata["author"], found["author"] = stated["author"], places["author"]
    language, how = _language(metadata.pop("language", ""), reading)
    if language:
        metadata["language"], found["language"] = language, Found(how)
    return replace(reading, title=title, published=published, metadata=metadata, found=found)


def _seen(reading: Reading) -> list[tuple[int, int]]:
    hidden = set(reading.hidden)
    return [block for block in reading.blocks if block not in hidden]


def _placed(key: str, value: str, reading: Reading) -> Found:
    """Where a title stands among the first blocks; else how this kind of file states such things."""
    if key == "title":
        for start, end in _seen(reading)[:20]:
            if " ".join(reading.text[start:end].split()) == " ".join(value.split()):
                return Found("a heading of the text", start, end)
    return Found(_STATED_IN.get(reading.media_type, "document properties"))


def _language(stated: str, reading: Reading) -> tuple[str, str]:
    """The language's code and how it was found; both empty where the text is too short to tell."""
    if _TAG.fullmatch(stated):
        return stated.replace("_", "-"), _STATED_IN.get(reading.media_type, "document properties")
    code = "" if reading.media_type == "text/x-source" else language_of(reading.text)
    return (code, FROM_WORDS) if code else ("", "")


def language_of(text: str) -> str:
    """Return the code of a text's language, told from its beginning; empty if that is too short to tell."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _LETTERS:
        return ""
    code, sure = _identifier().classify(sample)
    return str(code) if sure >= _SURE else ""


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
