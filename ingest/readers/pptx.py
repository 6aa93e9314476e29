"""PowerPoint presentations (.pptx): slide by slide as they are shown, notes and comments behind each slide.

What is hidden (slides, shapes) or struck out stands behind its slide, marked so; footers, dates and numbers
of slides are running lines and left out.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.document import Reading, Utterance
from ingest.readers.assemble import Assembly
from ingest.readers.charts import chart_paragraphs
from ingest.readers.embedded import Pictures, Shown, parsed_part, slide_parts
from ingest.readers.office import MEDIA_TYPES
from ingest.readers.properties import properties
from ingest.readers.raised import raised
from ingest.readers.slides import add_slide
from ingest.readers.word_numbers import FORMATS

DAMAGE = (KeyError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)
"""What a damaged file raises."""

_RUNNING = frozenset({"ftr", "dt", "sldNum", "hdr"})
_OFF, _ON = ("0", "false"), ("1", "true")
_KINDS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_MARKS = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}


@dataclass(slots=True)
class _Slide:
    """The words of one slide: paragraphs, and the rows of tables, in order; what is hidden; its notes.

    Comments have their author's name, if it is known, before their words.
    """

    shown: list[str | list[list[str]]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)


def read(data: bytes, name: str, pictures: Pictures | None = None) -> Reading:
    """Read the words of every slide, of its pictures and of its notes.

    Raises one of DAMAGE where the file is damaged, NeedsOcr where there are no words but those of pictures
    that wait, NoText where they have none, EmptySource where there is nothing.
    """
    assembly, shown = Assembly(), Shown(pictures or Pictures())
    hidden: list[tuple[int, int]] = []
    said: list[Utterance] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [part for part in slide_parts(archive) if part in archive.namelist()]
        for number, part in enumerate(parts, 1):
            root = parsed_part(archive, part)
            slide = _slide(archive, part, root)
            begun = len(assembly.blocks)
            add_slide(assembly, number, slide.shown, slide.notes, shown, close=False)
            if root.get("show") in _OFF:
                hidden += assembly.blocks[begun:]
            begun = len(assembly.blocks)
            for words in slide.hidden:
                assembly.add(words)
            hidden += assembly.blocks[begun:]
            for count, (author, words) in enumerate(slide.comments, 1):
                assembly.add(words, mark=f"slide {number}, comment {count}")
                said += [Utterance(*assembly.blocks[-1], author)] if author else []
            assembly.close_page(number, f"slide {number}")
    shown.require_text(assembly, name)
    stated, found = properties(data)
    title = stated.pop("title", None)
    metadata = {**stated, **shown.pictures.metadata()}
    reading = assembly.reading(name, MEDIA_TYPES["pptx"], title=title, metadata=metadata)
    unseen = set(hidden)
    headings = tuple(each for each in reading.headings if (each.start, each.end) not in unseen)
    if title is None:
        shown_first = next((block for block in reading.blocks if block not in unseen), (0, 0))
        first, last = (headings[0].start, headings[0].end) if headings else shown_first
        words = " ".join(reading.text[first:last].split())
        reading = replace(reading, title=words if 0 < len(words) <= 100 else None)
    return replace(reading, headings=headings, hidden=tuple(hidden), utterances=tuple(said), found=found)


def _slide(archive: zipfile.ZipFile, part: str, root: Any) -> _Slide:
    slide = _Slide()
    related = dict(_related(archive, part))
    for tree in root.iter("{*}spTree"):
        for shape in _ordered(tree):
            _take(shape, slide, related, archive)
    for target, kind in related.values():
        if target not in archive.namelist():
            continue
        if kind == "comments":
            slide.comments += _comments(archive, parsed_part(archive, target))
        elif kind == "notesSlide":
            for shape in parsed_part(archive, target).iter("{*}sp"):
                if _placeholder(shape) == "body":
                    slide.notes += _paragraphs(shape, slide.hidden)
    return slide


def _take(shape: Any, slide: _Slide, related: dict[str, tuple[str, str]], archive: zipfile.ZipFile) -> None:
    """Take the words of one shape, of a group of them, or of what a frame holds."""
    name = next(shape.iter("{*}cNvPr"), None)
    if name is not None and name.get("hidden") in _ON:
        for body in shape.iter("{*}txBody"):
            slide.hidden += _paragraphs(body, slide.hidden)
    elif str(shape.tag).endswith("}grpSp"):
        for inner in _ordered(shape):
            _take(inner, slide, related, archive)
    elif str(shape.tag).endswith("}graphicFrame"):
        _take_frame(shape, slide, related, archive)
    elif _placeholder(shape) not in _RUNNING:
        slide.shown += _paragraphs(shape, slide.hidden)


def _take_frame(
    frame: Any, slide: _Slide, related: dict[str, tuple[str, str]], archive: zipfile.ZipFile
) -> None:
    """Take the words of tables, charts and diagrams."""
    for table in frame.iter("{*}tbl"):
        slide.shown.append(
            [[_cell(cell, slide) for cell in row.iter("{*}tc")] for row in table.iter("{*}tr")]
        )
    for chart in frame.iter("{*}chart"):
        target = related.get(_attribute(chart, "id"), ("", ""))[0]
        if target in archive.namelist():
            slide.shown += chart_paragraphs(parsed_part(archive, target))
    for diagram in frame.iter("{*}relIds"):
        target = related.get(_attribute(diagram, "dm"), ("", ""))[0]
        if target in archive.namelist():
            for point in parsed_part(archive, target).iter("{*}pt"):
                slide.shown += _paragraphs(point, slide.hidden)


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.items() if key.endswith(f"}}{name}")), "")


def _comments(archive: zipfile.ZipFile, root: Any) -> Iterator[tuple[str, str]]:
    """Yield the author and the words of each comment and reply of a slide, of older and newer files."""
    names = {
        author.get("id"): (author.get("name") or "").strip()
        for part in ("ppt/commentAuthors.xml", "ppt/authors.xml")
        if part in archive.namelist()
        for author in parsed_part(archive, part).iter("{*}cmAuthor", "{*}author")
    }
    for comment in root.iter("{*}cm", "{*}reply"):
        body = comment.find("{*}txBody")
        words = comment.findtext("{*}text") if body is None else "\n".join(_paragraphs(body, []))
        if words and words.strip():
            yield names.get(comment.get("authorId"), ""), words.strip()


def _cell(cell: Any, slide: _Slide) -> str:
    merged = any(cell.get(name) in _ON for name in ("hMerge", "vMerge"))
    return "" if merged else " ".join(_paragraphs(cell, slide.hidden))


def _ordered(group: Any) -> list[Any]:
    """The shapes of a group as people read them: the title, then from the top and from the left."""
    from lxml import etree

    found = []
    for shape in group.iterchildren("{*}sp", "{*}grpSp", "{*}graphicFrame", "{*}AlternateContent"):
        if etree.QName(shape).localname == "AlternateContent":
            found += list(shape.iterfind("{*}Choice/*"))
        else:
            found.append(shape)
    return sorted(found, key=lambda shape: (_placeholder(shape) not in ("title", "ctrTitle"), *_place(shape)))


def _place(shape: Any) -> tuple[int, int]:
    """Where a shape stands, from the top and from the left; what its layout places comes first."""
    at = shape.find("{*}spPr/{*}xfrm/{*}off")
    at = at if at is not None else shape.find("{*}grpSpPr/{*}xfrm/{*}off")
    at = at if at is not None else shape.find("{*}xfrm/{*}off")
    return (0, 0) if at is None else (int(at.get("y") or 0), int(at.get("x") or 0))


def _placeholder(shape: Any) -> str:
    """What kind of placeholder a shape is; "" for none."""
    found = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
    return "" if found is None else found.get("type") or "body"


def _paragraphs(body: Any, hidden: list[str]) -> list[str]:
    """The paragraphs of a shape, with their automatic numbers; struck words go to `hidden`."""
    found, counts = list[str](), dict[int, int]()
    for paragraph in body.iter("{*}p"):
        words = _words(paragraph, hidden).strip(" ")
        properties = paragraph.find("{*}pPr")
        level = int(properties.get("lvl") or 0) if properties is not None else 0
        counted = properties.find("{*}buAutoNum") if properties is not None else None
        if not words.strip():
            continue
        for deeper in [each for each in counts if each > level or (each == level and counted is None)]:
            del counts[deeper]
        if counted is not None:
            counts[level] = counts.get(level, int(counted.get("startAt") or 1) - 1) + 1
            words = f"{_number(counted.get('type') or '', counts[level])}{words}"
        found.append(words)
    return found


def _number(kind: str, count: int) -> str:
    for name, counted in _KINDS.items():
        if kind.startswith(name):
            return f"{_MARKS.get(kind.removeprefix(name), '{}.').format(FORMATS[counted](count) or count)} "
    return ""


def _words(paragraph: Any, hidden: list[str]) -> str:
    """A paragraph's words; its line ends are kept."""
    words, struck = "", ""
    for part in paragraph.iterchildren("{*}r", "{*}br", "{*}fld"):
        if str(part.tag).endswith("}br"):
            words += "\n"
            continue
        text, look = part.findtext("{*}t") or "", part.find("{*}rPr")
        if look is not None and look.get("strike") not in (None, "noStrike"):
            struck += text
        elif look is not None and (look.get("baseline") or "0").lstrip("0")[:1] not in ("", "-"):
            following = part.getnext()
            after = following.findtext("{*}t") if following is not None else None
            words += raised(words, text, after or "")
        else:
            words += text.replace("\v", "\n")
    if struck.strip():
        hidden.append(struck.strip())
    return words


def _related(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the names that a part has for others, each with that part and its kind."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    for each in parsed_part(archive, relations) if relations in archive.namelist() else ():
        target = posixpath.normpath(posixpath.join("/", folder, each.get("Target") or "")).lstrip("/")
        yield each.get("Id") or "", (target, (each.get("Type") or "").rpartition("/")[2])
