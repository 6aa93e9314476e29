"""Zip archives and mailboxes: each member is a document of its own; the text is the list of their names."""

import email
import email.policy
import io
import re
import zipfile
import zlib

from ingest.document import Reading
from ingest.errors import EmptySource, UnknownFormat
from ingest.parts import Parts
from ingest.readers.assemble import Assembly

_DULL = re.compile(r"(?:^|/)(?:__MACOSX/|\.[^/]+$|Thumbs\.db$|desktop\.ini$)")
_FROM = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]*\d{2}:\d{2}[^\r\n]*\r?\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)
_ENCRYPTED = 0x1


def read_zip(data: bytes, name: str, parts: Parts) -> Reading:
    """Take out the members of an archive that `choose` found to be whole; folders and hidden files are not.

    Raises EmptySource where there are none.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or _DULL.search(entry.filename):
                continue
            if entry.flag_bits & _ENCRYPTED:
                parts.refuse(entry.filename, "it is protected by a password; unpack it and add the file")
                continue
            _take(archive, entry, parts)
    return _listing(name, "application/zip", parts.names(), parts)


def _take(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, parts: Parts) -> None:
    room = parts.room()
    if entry.file_size > room:
        parts.refuse(entry.filename, parts.too_much())
        return
    try:
        with archive.open(entry) as member:
            content = member.read(room + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        parts.refuse(entry.filename, "it is damaged within its archive; pack it again")
        return
    parts.take(entry.filename, content)


def is_mailbox(data: bytes, extension: str) -> bool:
    """Whether these are messages, each after its `From ` line."""
    first = _FROM.match(data[:2000])
    return first is not None and (extension == "mbox" or re.search(rb"\n[\w-]+: ", data[:4000]) is not None)


def read_mailbox(data: bytes, name: str, parts: Parts) -> Reading:
    """Take each message as a part; the text says day, sender and subject of each, a line a message."""
    found = list(_FROM.finditer(data))
    ends = [match.start() for match in found[1:]] + [len(data)]
    lines = []
    for number, (match, end) in enumerate(zip(found, ends, strict=True), 1):
        body = _QUOTED_FROM.sub(rb"\1", data[match.end() : end])
        header = email.message_from_bytes(body[:100_000], policy=email.policy.compat32)
        subject, sender, day = (
            _words(header.get(field)) for field in ("Subject", "From", "Date")
        )  # fmt: skip
        lines.append("; ".join(filter(None, (day, sender, subject))) or f"message {number}")
        parts.take(f"{number:04} {subject or 'no subject'}.eml".replace("/", "-"), body)
    return _listing(name, "application/mbox", lines, parts)


def _words(value: object) -> str:
    from email.header import decode_header, make_header

    try:
        decoded = str(make_header(decode_header(str(value or ""))))
    except (LookupError, ValueError):
        decoded = str(value)
    return " ".join(decoded.split())[:200]


def _listing(name: str, media_type: str, lines: list[str], parts: Parts) -> Reading:
    from dataclasses import replace

    if not lines:
        raise EmptySource(name, "there is no file in it; nothing to add")
    assembly = Assembly()
    for line in lines:
        assembly.add(line, joint="\n")
    return replace(assembly.reading(name, media_type), parts=parts.all())


def refuse_packed(data: bytes, name: str) -> None:
    """Raise UnknownFormat for compressed files and archives that are not opened here."""
    for start, kind in _PACKED:
        if data.startswith(start):
            raise UnknownFormat(name, f"it is a {kind} file; unpack it and add what is in it")
    if data[257:262] == b"ustar":
        raise UnknownFormat(name, "it is a tar file; unpack it and add what is in it")


_PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
)
