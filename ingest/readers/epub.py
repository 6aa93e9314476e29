"""Books (EPUB): each part of the book's own order, read as a web page is; nothing is fetched."""

import io
import posixpath
import re
import zipfile
import zlib
from typing import Any
from urllib.parse import unquote

from ingest.document import Reading
from ingest.errors import ProtectedSource, UnknownFormat
from ingest.readers.assemble import Assembly
from ingest.readers.office import MEDIA_TYPES
from ingest.readers.stated import date_in, is_person
from ingest.readers.web import add_visible, decoded

_DAMAGE = (KeyError, OSError, RuntimeError, StopIteration, ValueError, zipfile.BadZipFile, zlib.error)
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_VOID = "area base br col embed hr img input link meta param source track wbr"
# An empty element of XML would, in HTML, take in all that follows it.
_EMPTY = re.compile(rf"<(?!(?:{'|'.join(_VOID.split())})\b)([A-Za-z][\w:-]*)((?:\s[^<>]*)?)/>", re.I)


def read(data: bytes, name: str) -> Reading:
    """Read a book with title, authors, publisher, language and day as it states them.

    Raises ProtectedSource where its pages are encrypted, UnknownFormat where it is damaged, EmptySource where
    it has no words.
    """
    from lxml import etree

    assembly = Assembly()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = _parsed(archive, "META-INF/container.xml")
            path = next(package.iter("{*}rootfile")).get("full-path")
            book = _parsed(archive, path)
            if _is_encrypted(archive):
                raise ProtectedSource(name, "it is protected against copying; add a copy that is not")
            for part in _spine(book, path):
                if part in archive.namelist():
                    source = decoded(archive.read(part), name)
                    add_visible(_EMPTY.sub(r"<\1\2></\1>", source), name, assembly)
    except (*_DAMAGE, etree.XMLSyntaxError) as error:
        raise UnknownFormat(
            name, "it is not a readable epub file: damaged or cut short; save or export it again"
        ) from error
    authors = [author for author in _stated(book, "creator") if is_person(author)]
    metadata = {
        "author": ", ".join(authors),
        "publisher": ", ".join(_stated(book, "publisher")[:1]),
        "language": "".join(_stated(book, "language")[:1]),
    }
    title = next(iter(_stated(book, "title")), None)
    published = next(filter(None, map(date_in, _stated(book, "date"))), None)
    return assembly.reading(name, MEDIA_TYPES["epub"], title=title, published=published, metadata=metadata)


def _spine(book: Any, path: str) -> list[str]:
    """The names of the book's pages in their order, without the list of its chapters."""
    folder = posixpath.dirname(path)
    pages = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        for item in book.iter("{*}item")
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    return [pages[each.get("idref")] for each in book.iter("{*}itemref") if each.get("idref") in pages]


def _stated(book: Any, what: str) -> list[str]:
    found = (" ".join("".join(each.itertext()).split()) for each in book.iter(f"{{*}}{what}"))
    return [each for each in found if each]


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    """Whether pages are encrypted; fonts often are, and are not read."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return False
    named = _parsed(archive, "META-INF/encryption.xml").iter("{*}CipherReference")
    return any(re.search(r"\.x?html?$", each.get("URI") or "", re.I) for each in named)


def _parsed(archive: zipfile.ZipFile, part: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(part), parser)
