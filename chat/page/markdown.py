"""Text of documents and people -> what the Chatbot shows as exactly that text, never as markup.

The Chatbot reads Markdown with HTML inside it. `escape` writes every character that could begin markup in
either, or an autolink, as a numeric reference: both languages turn it back into the character only after
all structure has been decided. Backslashes would not do: they do not stop `www.` and `name@host` links.
"""

import re
import string
from urllib.parse import quote

_SPECIAL = re.compile("[" + re.escape(string.punctuation) + "]")
_BLANK = re.compile(r"\s+")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """Return one line that the Chatbot shows as `text`; runs of white space become one space.

    What no page can show (controls, lone surrogates) becomes U+FFFD; marks that reorder the text around
    them are dropped, so that a quote cannot rewrite the words beside it.
    """
    line = _BLANK.sub(" ", _BIDI_CONTROL.sub("", text)).strip()
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", showable(line))


def showable(text: str) -> str:
    """Return `text` with each code point that no page can show replaced by U+FFFD, one for one."""
    return _UNSHOWABLE.sub("�", text)


def clip(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text`, cut at a word and ended with an ellipsis."""
    line = _BLANK.sub(" ", text).strip()
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def fragment(number: int, identity: str, version: int, start: int, end: int) -> str:
    """Return the fragment that a footnote links to; `static/fn.js` opens the reader from it."""
    return f"#fn-{number}~{quote(identity, safe='')}~{version}~{start}~{end}"
