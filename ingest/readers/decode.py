"""Bytes to text, once: byte order marks, UTF-8, UTF-16 and UTF-32 without one, then older code pages."""

import codecs
import re
import unicodedata

from ingest.errors import EmptySource, UnknownFormat
from ingest.readers.code_page import code_page

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALLOWED = frozenset("\t\n\r\f\v\x1b\x1a\x85\x08\x1c\x1d\x1e\x1f")
_SAMPLE = 200_000


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text, its byte order mark left out, and the encoding's name.

    Raises EmptySource for no bytes or nothing but blank, UnknownFormat where the bytes are no text.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise EmptySource(name, "the file is empty" if not data else "it holds nothing but blank")
    text, encoding = _decoded(data, name)
    if not text.strip("\ufeff").strip():
        raise EmptySource(name, "it holds nothing but blank")
    return text, encoding


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding
            except UnicodeDecodeError:
                break
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and b"\x1b$" in data[:_SAMPLE]:
        return _code_page(data, name)
    if text and "\0" not in text:
        if _is_text(re.sub("[\x80-\x9f]", "", text[:_SAMPLE])):  # twice encoded text has these, and is text
            return text, "utf-8"
        raise _binary(name)
    if b"\0" in data:
        return _wide(data, name)
    return _code_page(data, name)


def _wide(data: bytes, name: str) -> tuple[str, str]:
    """UTF-16 or UTF-32 without a mark: the one that decodes to nothing but plausible characters."""
    for encoding, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        try:
            text = data.decode(encoding) if len(data) % width == 0 else ""
        except UnicodeDecodeError:
            continue
        scripts = {unicodedata.name(char, "?").split()[0] for char in text[:2000] if char.isalpha()}
        if text and "\0" not in text and _is_text(text) and len(scripts) <= 6:
            return text, encoding
    raise _binary(name)


def _code_page(data: bytes, name: str) -> tuple[str, str]:
    """An older code page. Raises UnknownFormat where no guess is good enough to quote from."""
    encoding = code_page(data)
    try:
        text = data.decode(encoding) if encoding else ""
    except UnicodeDecodeError as error:
        raise _binary(name) from error
    if encoding and _is_text(text):
        return text, encoding
    raise _binary(name)


def _is_text(text: str) -> bool:
    """Whether a sample of it is free of what only binary files hold; one stray control is forgiven."""
    sample = text[:_SAMPLE]
    odd = sum(unicodedata.category(char) in ("Cc", "Cn") and char not in _ALLOWED for char in sample)
    return odd <= len(sample) // 200


def _binary(name: str) -> UnknownFormat:
    return UnknownFormat(
        name, "this is not a text in any known encoding, nor a known file format; convert it and add it again"
    )
