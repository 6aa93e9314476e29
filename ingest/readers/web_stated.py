"""What a web page states about itself: in its head, in its data for machines, and under its heading."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.readers.stated import date_in, is_person

_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "pubdate",
    "dcterms.created",
    "citation_publication_date",
    "publish-date",
    "parsely-pub-date",
)

_SIGNED = re.compile(
    r"\b(?:by-?line|author|dateline|datetime|pub-?date|published|posted-?on|timestamp)\b|byline|dateline",
    re.I,
)
_BESIDE = frozenset("nav aside footer form figure li table".split())  # noqa: SIM905
_ABOUT = frozenset("article main header section".split())  # noqa: SIM905
_PARAGRAPH = 60  # characters; with so many the article has begun
_LINE = 150  # characters of a line that says who wrote it, or when
_LINES = 4


def stated(tree: Any) -> tuple[str | None, str | None, str | None, str | None]:
    """Return title, author, day (`YYYY-MM-DD`) and site, each None where the page states none."""
    said: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        if key and meta.get("content"):
            said.setdefault(key, meta.get("content").strip())
    element = next(tree.iter("title"), None)
    title = said.get("og:title") or (" ".join(element.text_content().split()) if element is not None else "")
    days = (date_in(said[key]) for key in _PUBLISHED if key in said)
    published = next(filter(None, days), None)
    if published is None:
        times = [
            time.get("datetime") or ""
            for time in tree.iter("time")
            if time.get("itemprop") or time.get("pubdate") is not None
        ]
        data = "".join(
            script.text or "" for script in tree.iter("script") if "ld+json" in (script.get("type") or "")
        )
        times += re.findall(r'"datePublished"\s*:\s*"([^"]{8,40})"', data)[:1]
        times += [part.get("datetime") or "" for part in _signing(tree) if part.tag == "time"][:1]
        published = next(filter(None, map(date_in, times)), None)
    author = said.get("author") or said.get("article:author") or said.get("dc.creator")
    if author and not is_person(author):
        author = None
    return title or None, author, published, said.get("og:site_name") or said.get("dc.publisher")


def bylines(tree: Any) -> list[str]:
    """The lines under a page's heading that say who wrote it and when, as the page shows them."""
    found: list[str] = []
    for part in _signing(tree):
        line = " ".join(" ".join(part.itertext()).split())
        if re.search(r"[^\W_]{2}", line) and not any(line in other for other in found):
            found.append(line)
    return found[:_LINES]


def _signing(tree: Any) -> Iterator[Any]:
    """The elements that hold them: from the start of what the heading heads to its first full paragraph."""
    heading = next(tree.iter("h1"), None)
    if heading is None:
        return
    around = next(heading.iterancestors("article", "main"), None)
    begun = around is not None
    taken: Any = None
    for part in (around if around is not None else tree).iter():
        begun = begun or part is heading
        if taken is not None and taken in part.iterancestors():
            continue
        if not begun or not isinstance(part.tag, str) or part.tag in _ABOUT:
            continue
        length = (
            len(part.text_content())
            if part.tag in ("p", "div", "span", "time", "address", "a", "i", "em", "b", "strong")
            else 0
        )
        if part.tag == "p" and length >= _PARAGRAPH and not _is_signed(part):
            return
        if 0 < length <= _LINE and _is_signed(part) and not _is_beside(part):
            taken = part
            yield part


def _is_signed(part: Any) -> bool:
    marks = (part.get("class"), part.get("id"), part.get("rel"), part.get("itemprop"))
    return part.tag == "time" or any(_SIGNED.search(each) for each in marks if each)


def _is_beside(part: Any) -> bool:
    return next(part.iterancestors(*_BESIDE), None) is not None
