"""Document properties of Office and OpenDocument files, read from their archive alone."""

import io
import zipfile
import zlib
from typing import Any

from ingest.document import Found
from ingest.readers.stated import is_person

_MOST = 1 << 20
_KEYS = {"title": "title", "creator": "author", "initial-creator": "author", "language": "language"}
HOW = "document properties"


def properties(data: bytes) -> tuple[dict[str, str], dict[str, Found]]:
    """Title, author, publisher and language as the file states them; nothing where it has no such part."""
    stated: dict[str, str] = {}
    for part in ("docProps/core.xml", "docProps/app.xml", "meta.xml"):
        root = _part(data, part)
        for element in root.iter() if root is not None else ():
            key = str(element.tag).rpartition("}")[2]
            value = " ".join((element.text or "").split())
            if key in _KEYS and value and (key == "title" or is_person(value) or key == "language"):
                stated.setdefault(_KEYS[key], value)
            elif key == "Company" and is_person(value):
                stated.setdefault("publisher", value)
    return stated, {key: Found(HOW) for key in stated if key != "language"}


def _part(data: bytes, name: str) -> Any:
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as part:
            content = part.read(_MOST)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        return etree.fromstring(content, parser)
    except (
        KeyError,
        OSError,
        RuntimeError,
        zipfile.BadZipFile,
        zlib.error,
        etree.XMLSyntaxError,
        ValueError,
    ):
        return None
