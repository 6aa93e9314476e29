"""XML: a record a row, `name: value; …`, paragraphs as they are; what is no XML stays as it is."""

import re
from typing import Any

from ingest.document import Reading
from ingest.readers import text
from ingest.readers.assemble import Assembly
from ingest.readers.decode import decode

_PROSE = frozenset(
    "p para paragraph title head heading h1 h2 h3 h4 h5 h6 li item s seg span a l line ab div text body note "  # noqa: SIM905
    "quote caption abstract summary description content".split()
)
_SHORT = 120  # characters of a value that stands in a row with others
_ROW = 500  # characters, after which a row is full
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")


def read(data: bytes, name: str) -> Reading:
    """Read an XML file; a value in a record is `name: value`, a paragraph stands alone.

    Attributes are read where an element holds nothing else. Nothing outside the file is loaded.
    """
    from lxml import etree

    source, encoding = decode(data, name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_DECLARED.sub("", source, count=1).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return text.read(data, name, "text/xml", prose=False)
    assembly = Assembly()
    _write(root, assembly)
    if not assembly.text:
        return text.read(data, name, "text/xml", prose=False)
    return assembly.reading(name, "text/xml", metadata={"encoding": encoding})


def _write(root: Any, assembly: Assembly) -> None:
    from lxml import etree

    inside: Any = None
    owner: Any = None
    waiting: list[tuple[str, str]] = []

    def flush() -> None:
        if waiting:
            assembly.row(list(waiting), joint="\n\n")
            waiting.clear()

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "end":
            inside = None if element is inside else inside
            continue
        if inside is not None:
            continue
        words, tag, place = _own_words(element), _name(element.tag), f"line {element.sourceline}"
        if words:
            inside = element
        elif not len(element) and element.attrib:
            words = "; ".join(f"{_name(key)}: {value}" for key, value in element.attrib.items() if value)
        if not words:
            continue
        if len(element) or tag.lower() in _PROSE or len(words) > _SHORT:
            flush()
            assembly.add(words, mark=place)
            continue
        if element.getparent() is not owner or sum(len(each) for _, each in waiting) > _ROW:
            flush()
        owner = element.getparent()
        waiting.append((place, f"{tag}: {words}"))
    flush()


def _own_words(element: Any) -> str:
    """All text of an element that has text of its own, not in its children only."""
    own = [element.text or "", *(child.tail or "" for child in element)]
    if not any(map(str.strip, own)):
        return ""
    return " ".join("".join(element.itertext()).split())


def _name(tag: Any) -> str:
    return str(tag).rpartition("}")[2]
