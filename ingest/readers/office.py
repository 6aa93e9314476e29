"""Office files, books and Outlook mail through kreuzberg: no OCR, no network, no cache."""

import re
from typing import Any

from ingest.document import Reading
from ingest.errors import ProtectedSource, UnknownFormat, UnreadableSource
from ingest.readers.assemble import Assembly
from ingest.readers.embedded import Pictures, Shown, slide_numbers
from ingest.readers.slides import add_slide
from ingest.readers.stated import is_person

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "doc": "application/msword",
    "ppt": "application/vnd.ms-powerpoint",
    "xls": "application/vnd.ms-excel",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
    "epub": "application/epub+zip",
    "msg": "application/vnd.ms-outlook",
    "org": "text/x-org",
    "rst": "text/x-rst",
}
_SLIDE = "\x1eslide {page_num}\x1e"
_SLIDES = re.compile("\x1eslide (\\d+)\x1e")
_LINK = re.compile(r"\[([^\]\[]*)\]\((?:https?|mailto):[^)\s]*\)")


def read(data: bytes, name: str, kind: str, pictures: Pictures | None = None) -> Reading:
    """Read a file of one of the kinds of MEDIA_TYPES, with what was read on its pictures.

    Raises NeedsOcr where there are no words but those of pictures that wait, NoText where they have none.
    """
    slides = kind in ("pptx", "ppt")
    result = extracted(data, name, kind, slides=slides)
    metadata: dict[str, Any] = dict(result.metadata or {})
    assembly, shown = Assembly(), Shown(pictures or Pictures())
    if slides:
        _slides(result.content, assembly, shown, slide_numbers(data) if kind == "pptx" else [])
    elif result.document:
        _nodes(result.document["nodes"], assembly, shown)
    shown.write_rest(assembly)
    if not assembly.text:
        for paragraph in re.split(r"\n\s*\n", _SLIDES.sub("", result.content)):
            assembly.add(paragraph)
    shown.require_text(assembly, name)
    stated = {"author": _author(metadata), "language": str(metadata.get("language") or "")}
    return assembly.reading(
        name,
        MEDIA_TYPES[kind],
        title=_title(metadata, assembly),
        metadata={**stated, **shown.pictures.metadata()},
    )


def extracted(data: bytes, name: str, kind: str, *, slides: bool = False) -> Any:
    """What kreuzberg makes of a file; of slides as marked text, of all others also as nodes."""
    import kreuzberg
    from kreuzberg.exceptions import KreuzbergError

    config = kreuzberg.ExtractionConfig(
        use_cache=False,
        disable_ocr=True,
        enable_quality_processing=False,
        include_document_structure=not slides,
        pages=kreuzberg.PageConfig(insert_page_markers=True, marker_format=_SLIDE) if slides else None,
    )
    if re.match(rb"\xd0\xcf\x11\xe0", data) and _is_encrypted(data):
        raise ProtectedSource(name, "it is protected by a password; save a copy without one and add that")
    try:
        return kreuzberg.extract_bytes_sync(data, MEDIA_TYPES[kind], config=config)
    except (KreuzbergError, RuntimeError, OSError, ValueError) as error:
        raise _refusal(name, kind, str(error)) from error


def _nodes(nodes: list[dict[str, Any]], assembly: Assembly, shown: Shown) -> None:
    """Write a document's nodes in order; running headers and footers and wrapping groups are left out.

    Pictures stand where the document has them, if it is seen to have as many drawings as we found.
    """
    drawings = [node for node in nodes if node["content"]["node_type"] == "image"]
    placed = {id(node): number for number, node in enumerate(drawings)}
    if len(drawings) != shown.pictures.drawings:
        placed = {}
    for node in nodes:
        content = node["content"]
        kind = content["node_type"]
        if id(node) in placed:
            shown.write(assembly, drawing=placed[id(node)])
        if node.get("content_layer") in ("header", "footer") or kind in ("group", "metadata_block", "image"):
            continue
        if kind == "table":
            _grid(content["grid"], assembly)
        elif kind == "heading":
            assembly.add(content.get("text") or "", level=int(content.get("level") or 1))
        elif kind == "list_item":
            text = (content.get("text") or "").strip()
            assembly.add(f"• {text}" if text and not _bulleted(text) else text, joint="\n")
        elif content.get("text"):
            for paragraph in re.split(r"\r?\n[ \t]*\r?\n", content["text"]):
                assembly.add(paragraph.replace("\r\n", "\n"))


def _bulleted(text: str) -> bool:
    return re.match(r"[•\-–*▪◦]\s|\(?\w{1,3}[.)]\s", text) is not None


def _grid(grid: dict[str, Any], assembly: Assembly) -> None:
    """Write a table's rows; rows above the first full one (titles, units) stand by themselves."""
    from ingest.readers.tables import column_names, header_rows

    rows: dict[int, dict[int, str]] = {}
    for cell in grid["cells"]:
        text = _LINK.sub(r"\1", cell.get("content") or "").strip()
        if text:
            rows.setdefault(cell["row"], {})[cell["col"]] = text
    width = max((column for row in rows.values() for column in row), default=-1) + 1
    table = [[row.get(column, "") for column in range(width)] for _, row in sorted(rows.items())]
    while len(table) > 1 and width > 1 and sum(map(bool, table[0])) == 1:
        assembly.add(next(filter(None, table.pop(0))))
    heads = header_rows(table) or int(len(table) > 1 and all(table[0]) and len(set(table[0])) == width)
    if heads or not table:
        assembly.table([column_names(table[:heads]), *table[heads:]])
        return
    for index, row in enumerate(table):
        assembly.add(
            "; ".join(" ".join(cell.split()) for cell in row if cell), joint="\n" if index else "\n\n"
        )


def _slides(content: str, assembly: Assembly, shown: Shown, numbers: list[int]) -> None:
    """Write slide by slide; a slide is a page and its first short paragraph its heading.

    `numbers` are those that kreuzberg's slides have in truth, where it is known.
    """
    parts = _SLIDES.split(content)
    found = [(int(number), text) for number, text in zip(parts[1::2], parts[2::2], strict=True)]
    if sorted(number for number, _ in found) == sorted(numbers):
        found = sorted((numbers[number - 1], text) for number, text in found)
    for number, text in [(1, parts[0]), *found] if parts[0].strip() else found:
        paragraphs = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
        add_slide(assembly, number, paragraphs, [], shown)


def _title(metadata: dict[str, Any], assembly: Assembly) -> str | None:
    title = metadata.get("title") or metadata.get("subject")
    if isinstance(title, str) and title.strip() and not re.match(r"Microsoft \w+ - |untitled", title, re.I):
        return title
    if assembly.headings:
        top = min(assembly.headings[:3], key=lambda heading: heading.level)
        return assembly.text[top.start : top.end]
    first = assembly.text[slice(*assembly.blocks[0])] if len(assembly.blocks) > 1 else ""
    short = (
        first if len(first) <= 100 and "\n" not in first and not re.search(r"[.:;,?]$|^•|: ", first) else ""
    )
    return short or None


def _author(metadata: dict[str, Any]) -> str:
    """Who the file says wrote it; names that programs fill in by themselves are none."""
    authors = metadata.get("authors") or [metadata.get("created_by")]
    names = [str(author).strip() for author in authors if author]
    return ", ".join(name for name in names if is_person(name))


def _is_encrypted(data: bytes) -> bool:
    """Whether an OLE file holds an encrypted OOXML package, whose stream names are UTF-16."""
    return "EncryptedPackage".encode("utf-16-le") in data


def _refusal(name: str, kind: str, message: str) -> UnreadableSource:
    if re.search(r"password|encrypt|protected", message, re.I):
        return ProtectedSource(name, "it is protected by a password; save a copy without one and add that")
    return UnknownFormat(
        name, f"it is not a readable {kind} file: damaged or cut short; save or export it again"
    )
