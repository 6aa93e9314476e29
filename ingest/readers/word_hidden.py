"""Words of a docx that its page does not say: hidden, struck out, white on nothing darker, or too small."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from ingest.document import Reading

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST = 100 << 20
_AHEAD = 5_000  # characters; a run that is not found so near was left out by the reader
_BLANK = "\0"  # what no text holds
_TINY = 6  # half points
_DAMAGE = (KeyError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)
_OFF = ("0", "false", "off")
STYLED = ("vanish", "strike", "dstrike")
"""What a style may say that hides words."""
_HIDING = ("vanish", "webHidden", "specVanish", "strike", "dstrike")


def with_hidden(reading: Reading, data: bytes) -> Reading:
    """Return the reading with such runs as blocks of their own, marked hidden."""
    spans = _merged(list(_places(_own_text(reading), data)), reading.text)
    if not spans:
        return reading
    edges = sorted({edge for span in spans for edge in span})
    blocks = []
    for start, end in reading.blocks:
        cuts = [start, *(edge for edge in edges if start < edge < end), end]
        for left, right in pairwise(cuts):
            piece = reading.text[left:right]
            if piece.strip():
                left += len(piece) - len(piece.lstrip())
                blocks.append((left, left + len(piece.strip())))
    hidden = {block for block in blocks if any(start <= block[0] and block[1] <= end for start, end in spans)}
    seen = set(blocks) - hidden
    headings = tuple(each for each in reading.headings if (each.start, each.end) in seen)
    return replace(reading, blocks=tuple(blocks), hidden=tuple(sorted(hidden)), headings=headings)


def _own_text(reading: Reading) -> str:
    """The text with blanks for what was read on pictures, which is not in the document's own words."""
    parts, position = list[str](), 0
    for word in reading.ocr:
        parts += [reading.text[position : word.start], _BLANK * (word.end - word.start)]
        position = word.end
    return "".join([*parts, reading.text[position:]])


def _places(text: str, data: bytes) -> Iterator[tuple[int, int]]:
    """Where hidden runs stand in the text: runs are looked for in their order, each behind the one before."""
    ahead, position = _AHEAD + 2 * text.count(_BLANK), 0
    for words, hidden in _runs(data):
        pattern = r"\s+".join(map(re.escape, words.split()))
        found = re.compile(pattern).search(text, position, position + ahead) if pattern else None
        if found is None:
            continue
        position = found.end()
        if hidden:
            yield found.span()


def _runs(data: bytes) -> Iterator[tuple[str, bool]]:
    """The text of each run of the document's body, and whether it is hidden; nothing where none can be."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("word/document.xml") as part:
            content = part.read(_MOST)
        if not re.search(rb"w:vanish|w:webHidden|w:specVanish|strike|FFFFFF|w:sz ", content):
            return
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(content, parser)
    except (*_DAMAGE, etree.XMLSyntaxError):
        return
    for run in root.iter(f"{_W}r"):
        words = "".join(part.text or "" for part in run.iter(f"{_W}t"))
        if words.strip():
            yield words, hides(run.find(f"{_W}rPr"))


def mark_hidden(root: Any, styles: Any) -> None:
    """State it in each run of a part's tree that a style of it or of its paragraph hides it."""
    from lxml import etree

    hiding = {name for name in STYLED if next(styles.iter(f"{_W}{name}"), None) is not None}
    based = {style.get(f"{_W}styleId"): style for style in styles.iter(f"{_W}style")} if hiding else {}
    for run in root.iter(f"{_W}r") if based else ():
        named = [
            each.get(f"{_W}val")
            for each in (run.find(f"{_W}rPr/{_W}rStyle"), _of_paragraph(run, "pStyle"))
            if each is not None
        ]
        for name in hiding:
            if run.find(f"{_W}rPr/{_W}{name}") is None and any(_is_on(style, name, based) for style in named):
                properties = run.find(f"{_W}rPr")
                if properties is None:
                    properties = etree.Element(f"{_W}rPr")
                    run.insert(0, properties)
                etree.SubElement(properties, f"{_W}{name}")


def _of_paragraph(run: Any, name: str) -> Any:
    paragraph = next(run.iterancestors(f"{_W}p"), None)
    return None if paragraph is None else paragraph.find(f"{_W}pPr/{_W}{name}")


def _is_on(style: str | None, name: str, based: dict[str | None, Any]) -> bool:
    """Whether a style, or the nearest of those it is based on that says something of it, is so formatted."""
    seen = set[str | None]()
    while style in based and style not in seen:
        seen.add(style)
        stated = based[style].find(f"{_W}rPr/{_W}{name}")
        if stated is not None:
            return (stated.get(f"{_W}val") or "") not in _OFF
        parent = based[style].find(f"{_W}basedOn")
        style = None if parent is None else parent.get(f"{_W}val")
    return False


def hides(properties: Any) -> bool:
    """Whether a run with these properties, None where it has none, is hidden."""
    if properties is None:
        return False
    stated = {str(each.tag).removeprefix(_W): each.get(f"{_W}val") or "" for each in properties}
    if any(stated.get(name, "off") not in _OFF for name in _HIDING):
        return True
    white = stated.get("color", "").upper() == "FFFFFF" and not {"shd", "highlight"} & stated.keys()
    if white and _is_shaded(properties):
        return False
    size = stated.get("sz", "")
    return white or (size.isdigit() and int(size) < _TINY)


def _is_shaded(properties: Any) -> bool:
    """Whether the paragraph or the cell of a run is darker than white."""
    for around in properties.iterancestors(f"{_W}p", f"{_W}tc"):
        shade = (
            around.find(f"{_W}pPr/{_W}shd") if around.tag == f"{_W}p" else around.find(f"{_W}tcPr/{_W}shd")
        )
        if shade is not None and (shade.get(f"{_W}fill") or "auto").lower() not in ("auto", "ffffff"):
            return True
    return False


def _merged(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Spans with only blanks between them put together."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
