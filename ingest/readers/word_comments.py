"""Comments in the margin of a docx: behind its text, each said by the one who made it."""

import io
import re
import zipfile
import zlib
from dataclasses import replace
from typing import Any

from ingest.document import Mark, Reading, Utterance

_DAMAGE = (KeyError, OSError, RuntimeError, StopIteration, ValueError, zipfile.BadZipFile, zlib.error)
_PART = re.compile(r"word/comments\d*\.xml")
_MOST = 50 << 20  # bytes


def with_comments(reading: Reading, data: bytes) -> Reading:
    """Return the reading with the file's comments; `comment 1` is the place of the first."""
    text = reading.text
    blocks, marks, said = list(reading.blocks), list(reading.marks), list(reading.utterances)
    for number, (author, words) in enumerate(_comments(data), 1):
        if not words:
            continue
        text += "\n\n"
        start = len(text)
        text += words
        blocks.append((start, len(text)))
        marks.append(Mark(start, len(text), f"comment {number}"))
        if author:
            said.append(Utterance(start, len(text), author))
    return replace(reading, text=text, blocks=tuple(blocks), marks=tuple(marks), utterances=tuple(said))


def _comments(data: bytes) -> list[tuple[str, str]]:
    """The author and the words of each comment, a line a paragraph; none where they are damaged."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            name = next(name for name in archive.namelist() if _PART.fullmatch(name))
            with archive.open(name) as part:
                parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
                root = etree.fromstring(part.read(_MOST), parser)
    except (*_DAMAGE, etree.XMLSyntaxError):
        return []
    return [
        (_author(comment), "\n".join(filter(None, map(_line, comment.iter("{*}p")))))
        for comment in root.iterchildren("{*}comment")
    ]


def _author(comment: Any) -> str:
    return next((value.strip() for key, value in comment.items() if key.endswith("}author")), "")


def _line(paragraph: Any) -> str:
    words = (
        (part.text or "") if part.tag.endswith("}t") else " " for part in paragraph.iter("{*}t", "{*}br")
    )
    return " ".join("".join(words).split())
