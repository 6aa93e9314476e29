"""Choosing the reader for a source: by what its bytes are, then by its name."""

import contextlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from ingest.document import Reading
from ingest.errors import EmptySource, TooLarge, UnknownFormat
from ingest.parts import Parts
from ingest.readers import (
    archive,
    epub,
    mail,
    markdown,
    markup,
    office,
    outlook,
    pdf,
    picture,
    pptx,
    records,
    sheets,
    slides,
    subtitles,
    tables,
    text,
    transcript,
    web,
)
from ingest.readers.decode import decode
from ingest.readers.described import described
from ingest.readers.embedded import embedded_picture, within
from ingest.readers.numbered import with_numbers
from ingest.readers.ocr import SeenLine, page_picture, pictures, recognise
from ingest.readers.ocr import picture as picture_of
from ingest.readers.odt_placed import Beside, with_beside
from ingest.readers.odt_shown import as_shown as odt_as_shown
from ingest.readers.pdf_lines import opened
from ingest.readers.rtf_shown import as_shown as rtf_as_shown
from ingest.readers.spoken import with_speakers
from ingest.readers.word_comments import with_comments
from ingest.readers.word_hidden import with_hidden
from ingest.readers.word_shown import as_shown as word_as_shown

_OFFICE_EXTENSIONS = {
    "docm": "docx",
    "dotx": "docx",
    "pptm": "pptx",
    "ppsx": "pptx",
    "xlsm": "xlsx",
    "xlsb": "xlsx",
    "odp": "odp",
} | {kind: kind for kind in office.MEDIA_TYPES}
_PARTS = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
_SHEETS = ("xlsx", "xls", "ods")
_SPOKEN = {"application/pdf"} | {office.MEDIA_TYPES[kind] for kind in ("docx", "doc", "odt", "rtf")}
_DATA = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "jsonl": "application/x-ndjson",
    "xml": "text/xml",
    "xsl": "text/xml",
    "yaml": "text/yaml",
    "yml": "text/yaml",
    "toml": "text/x-source",
    "ini": "text/x-source",
    "log": "text/x-source",
    "tex": "text/x-tex",
    "sql": "text/x-source",
}
_CODE = frozenset(
    "py js ts tsx jsx c h cpp hpp cc java go rs rb php sh bash ps1 css scss r m swift kt scala lua pl "  # noqa: SIM905
    "cs vb bat cmake mk".split()
)
_MAIL = re.compile(
    rb"\A\s*(?:(?:From|To|Cc|Subject|Date|MIME-Version|Received|Return-Path|Message-ID|Delivered-To|"
    rb"Content-[\w-]+|X-[\w-]+|Reply-To|Sender|DKIM-Signature):[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3,}",
    re.I,
)
_HTML = re.compile(
    rb"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
_CONTAINERS = (*_ZIPPED, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_MARKDOWN_LIMIT = 8 << 20  # bytes; parsing more takes minutes, and it reads well as plain text too
_UNPACKED_LIMIT = 1 << 30
_PARTS_LIMIT = 20_000


def read(
    data: bytes,
    name: str,
    media_type: str | None = None,
    parts: Parts | None = None,
    seen: Mapping[int, Sequence[SeenLine]] | None = None,
) -> Reading:
    """Read a source of any kind; `media_type`, where a server stated one, counts less than the bytes.

    The files within it go to `parts`. `seen` is what was read from its pictures, by page; while it is None, a
    source of pictures only raises NeedsOcr. Raises one of the UnreadableSource family, `name` as its source.
    """
    if not data.strip():
        raise EmptySource(name, "the file is empty or blank; nothing to add")
    stated = (media_type or "").split(";")[0].strip().lower()
    if b"%PDF-" in data[:1024] and not data.startswith(_CONTAINERS):
        reading = pdf.read(data, name, seen)
    elif picture.media_type(data):
        reading = picture.read(data, name, seen)
    else:
        reading = _read(data, name, stated, parts or Parts(), seen)
    if not reading.text.strip():
        raise EmptySource(name, "it holds no text; nothing to add")
    if reading.media_type in _SPOKEN and not any(each.role for each in reading.utterances):
        reading = with_speakers(reading)
    return with_numbers(described(_storable(reading)))


def pages_to_see(data: bytes, name: str) -> list[int]:
    """The numbers of the pages of a PDF, or of the pictures of a file, whose words only OCR can read."""
    if picture.media_type(data):
        return list(range(1, pictures(data, name) + 1))
    if data.startswith(_ZIPPED):
        return [each.number for each in within(data, _zipped(data, name)).found]
    return pdf.pages_to_see(data, name)


def see(data: bytes, name: str, number: int) -> list[SeenLine]:
    """Read the words from one picture, or the picture of one page, counted from 1."""
    if picture.media_type(data):
        return recognise(picture_of(data, name, number))
    if data.startswith(_ZIPPED):
        return recognise(embedded_picture(data, name, _zipped(data, name), number))
    document = opened(data, name)
    try:
        return recognise(page_picture(document[number - 1]))
    finally:
        document.close()


def _read(
    data: bytes,
    name: str,
    media_type: str,
    parts: Parts,
    seen: Mapping[int, Sequence[SeenLine]] | None,
) -> Reading:
    extension = _extension(name)
    if data.startswith(_ZIPPED):
        kind = _zipped(data, name)
        if kind == "zip":
            return archive.read_zip(data, name, parts)
        if kind == "epub":
            return epub.read(data, name)
        return _office(data, name, kind, seen)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        kind = _compound(data, extension)
        return outlook.read(data, name, parts) if kind == "msg" else _office(data, name, kind, seen)
    if data.startswith(b"{\\rtf"):
        return office.read(rtf_as_shown(data), name, "rtf")
    if extension in _OFFICE_EXTENSIONS and extension not in ("org", "rst"):
        raise UnknownFormat(name, f"its content is not that of a .{extension} file; save or export it again")
    if (
        _HTML.match(data[:4096])
        or extension in ("html", "htm", "xhtml")
        or media_type in ("text/html", "application/xhtml+xml")
    ):
        return web.read(data, name)
    if (
        extension == "eml"
        or media_type == "message/rfc822"
        or (extension != "md" and _MAIL.match(data[:16384]))
    ):
        return mail.read(data, name, parts)
    if archive.is_mailbox(data, extension):
        return archive.read_mailbox(data, name, parts)
    archive.refuse_packed(data, name)
    return _text(data, name, extension, media_type)


def _office(data: bytes, name: str, kind: str, seen: Mapping[int, Sequence[SeenLine]] | None) -> Reading:
    if kind in _SHEETS:
        return sheets.read(data, name, kind)
    beside = Beside()
    if kind == "docx":
        data = word_as_shown(data)
    elif kind == "odt":
        data, beside = odt_as_shown(data)
    shown = within(data, kind, seen)
    if kind == "odp":
        return slides.read(data, name, shown)
    if kind == "pptx":
        with contextlib.suppress(*pptx.DAMAGE):
            return pptx.read(data, name, shown)
    reading = with_beside(office.read(data, name, kind, shown), beside)
    return with_comments(with_hidden(reading, data), data) if kind == "docx" else reading


def _text(data: bytes, name: str, extension: str, media_type: str) -> Reading:
    """What has no signature: by extension, then as plain text."""
    if extension in ("csv", "tsv", "tab") or media_type in ("text/csv", "text/tab-separated-values"):
        return tables.read(data, name)
    is_markdown = extension in ("md", "markdown", "mkd") or media_type == "text/markdown"
    if is_markdown and len(data) <= _MARKDOWN_LIMIT:
        return markdown.read(data, name)
    if extension in ("org", "rst"):
        decoded, encoding = decode(data, name)
        reading = office.read(decoded.encode("utf-8", "replace"), name, extension)
        return replace(reading, metadata={**reading.metadata, "encoding": encoding})
    if extension in ("json", "ndjson", "jsonl"):
        return records.read(data, name, _DATA[extension])
    if extension == "xml":
        return markup.read(data, name)
    if extension in _DATA or extension in _CODE:
        return text.read(data, name, _DATA.get(extension, "text/x-source"), prose=False)
    decoded, encoding = decode(data, name)
    if _HTML.match(decoded[:4096].encode("utf-8", "replace")):
        return web.page(decoded, name)
    if subtitles.is_subtitles(decoded, extension):
        return subtitles.read(decoded, name, encoding)
    found = transcript.read(decoded, {"encoding": encoding})
    return found or with_speakers(text.read(data, name))


def _extension(name: str) -> str:
    return PurePath(name).suffix.lower().lstrip(".")


def _zipped(data: bytes, name: str) -> str:
    """Which office format a zip archive is, or just "zip". Refuses archives that unpack beyond a gigabyte."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            mimetype = archive.read("mimetype")[:100] if "mimetype" in archive.namelist() else b""
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError, NotImplementedError) as error:
        raise UnknownFormat(name, "its archive is damaged or cut short; save or export it again") from error
    if sum(entry.file_size for entry in entries) > _UNPACKED_LIMIT or len(entries) > _PARTS_LIMIT:
        raise TooLarge(
            name, f"it unpacks to more than {_UNPACKED_LIMIT >> 20} MB or {_PARTS_LIMIT} parts; split it"
        )
    for start, kind in (
        ("epub", "epub"),
        ("vnd.oasis.opendocument.text", "odt"),
        ("vnd.oasis.opendocument.spreadsheet", "ods"),
        ("vnd.oasis.opendocument.presentation", "odp"),
    ):
        if start.encode() in mimetype:
            return kind
    for entry in entries:
        for part, kind in _PARTS:
            if entry.filename.startswith(part):
                return kind
    extension = _extension(name)
    if extension in _OFFICE_EXTENSIONS:
        raise UnknownFormat(name, f"its content is not that of a .{extension} file; save or export it again")
    return "zip"


def _compound(data: bytes, extension: str) -> str:
    """Which old Office format an OLE file is, by the names of its streams."""
    for stream, kind in (
        ("__substg1.0_", "msg"),
        ("WordDocument", "doc"),
        ("PowerPoint Document", "ppt"),
        ("Workbook", "xls"),
        ("Book", "xls"),
    ):
        if stream.encode("utf-16-le") in data:
            return kind
    return extension if extension in ("doc", "xls", "ppt", "msg") else "doc"


def _storable(reading: Reading) -> Reading:
    """The reading without what no database and no protocol carries: lone surrogates and NUL, one for one."""
    stored = _clean(reading.text)
    title = _clean(reading.title).strip()[:500] or None if reading.title else None
    metadata = {key: _clean(value)[:2000] for key, value in reading.metadata.items()}
    return replace(reading, text=stored, title=title, metadata=metadata)


def _clean(value: str) -> str:
    return re.sub("[\ud800-\udfff\0]", "\ufffd", value)
