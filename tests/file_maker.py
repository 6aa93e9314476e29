"""Small whole files of every kind that is read, and seeded ways to damage them."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from msg_maker import attached, compound, message
from pdf_maker import make_pdf, paragraph
from test_ingest_readers_office import odp, packed, workbook
from test_ingest_worker import docx_of

WORDS = "The harbour board met in private on Tuesday. Nobody signed the second letter."
FROM = b"From a@b Thu Jan  1 00:00:00 2024\n"
MULTIPART = b"Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
ODP = "application/vnd.oasis.opendocument.presentation"
VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann Lee>The harbour board met in private.\n"


def whole_files() -> dict[str, bytes]:
    """A file of each kind, by name."""
    return {
        "a.txt": f"Minutes\n\n{WORDS}\n".encode(),
        "wide.txt": f"Minutes\n\n{WORDS}\n".encode("utf-16"),
        "a.md": f"# Minutes\n\n{WORDS}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode(),
        "a.rst": f"Minutes\n=======\n\n{WORDS}\n".encode(),
        "a.org": f"* Minutes\n\n{WORDS}\n".encode(),
        "a.html": f"<html><head><title>Minutes</title></head><body><p>{WORDS}</p></body></html>".encode(),
        "a.csv": b"name,sum\nAnn,12\nBob,13\n",
        "a.json": json.dumps({"minutes": WORDS, "sums": [1, 2, 3]}, indent=1).encode(),
        "a.xml": f"<minutes><p>{WORDS}</p></minutes>".encode(),
        "a.pdf": make_pdf([paragraph([WORDS], 700), paragraph(["A second page."], 700)]),
        "a.docx": docx_of(3),
        "a.xlsx": workbook({"Sums": ("visible", {"A1": "name", "B1": "sum", "A2": "Ann", "B2": 12.0})}),
        "a.odp": odp(f"<text:p>Minutes</text:p><text:p>{WORDS}</text:p>"),
        "a.rtf": b"{\\rtf1\\ansi{\\fonttbl\\f0 Arial;}\\f0 " + WORDS.encode() + b"\\par}",
        "a.eml": mail(),
        "a.msg": compound(message("Minutes", WORDS, attached("inner", message("Earlier", WORDS)), header=32)),
        "a.mbox": b"From a@b Thu Jan  1 00:00:00 2024\n"
        + mail()
        + b"\n\nFrom a@b Thu Jan  1 00:00:00 2024\n"
        + mail(),
        "a.vtt": VTT.encode(),
        "a.zip": packed(**{"in/a.txt": WORDS, "b.csv": "a,b\n1,2\n"}),
        "a.py": b"def signed() -> bool:\n    return False  # nobody signed\n",
    }


def mail() -> bytes:
    """A message with an attachment."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@example.org", "bob@example.org", "Minutes"
    message["Date"] = "Tue, 12 Mar 2024 23:30:00 -0500"
    message.set_content(WORDS)
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="sums.csv")
    return message.as_bytes()


def damaged(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """So many files that were whole once, under names that say nothing of the damage."""
    chance = random.Random(seed)
    files = sorted(whole_files().items())
    for number in range(count):
        name, data = chance.choice(files)
        stem, _, extension = name.partition(".")
        yield f"{stem}{number}.{extension}", _damage(chance, data)


def _damage(chance: random.Random, data: bytes) -> bytes:
    kind = chance.randrange(6)
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.randrange(1, 200))
    if kind == 0:
        return data[: max(start, 1)]
    if kind == 1:
        flipped = bytearray(data)
        for _ in range(chance.randrange(1, 30)):
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(flipped)
    if kind == 2:
        return data[:start] + data[end:]
    if kind == 3:
        return data[:end] + data[start:]
    if kind == 4:
        return data[:8] + chance.randbytes(chance.randrange(1, 4000))
    return data[:start] + bytes(end - start) + data[end:]


def _laughing() -> str:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY l0 "ha">{laughs}]><z>&l9;</z>'


def _nested() -> bytes:
    data: str | bytes = "0" * 5_000_000
    for depth in range(6):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(10):
                archive.writestr(f"{depth}-{copy}.{'zip' if depth else 'txt'}", data)
        data = buffer.getvalue()
    return data if isinstance(data, bytes) else b""


BOMBS: dict[str, Callable[[], bytes]] = {  # small files that grow beyond measure when they are read
    "laughs.xml": lambda: _laughing().encode(),
    "laughs.docx": lambda: _within("word/document.xml", _laughing()),
    "laughs.odp": lambda: _within("content.xml", _laughing(), ODP),
    "laughs.xlsx": lambda: _within("xl/workbook.xml", _laughing()),
    "deep.xml": lambda: b"<a>" * 200_000 + b"</a>" * 200_000,
    "deep.html": lambda: b"<html><body>" + b"<div>" * 200_000 + b"words",
    "deep.json": lambda: b"[" * 500_000 + b"]" * 500_000,
    "deep.md": lambda: b"> " * 20_000 + b"words\n" + b"* " * 20_000 + b"more",
    "wide.pdf": lambda: _flate_pdf(b"BT /F1 12 Tf 72 700 Td (" + b" " * 100_000_000 + b") Tj ET"),
    "many.pdf": lambda: _flate_pdf(b"BT /F1 12 Tf 72 700 Td (x) Tj ET " * 2_000_000),
    "wide.png": lambda: _huge_png(),
    "many.zip": lambda: _many_members(30_000),
    "nested.zip": _nested,
    "spaces.txt": lambda: b" " * 20_000_000 + b"x",
    "quotes.csv": lambda: b'"' * 2_000_001,
    "cells.csv": lambda: b"," * 5_000_000,
    "parts.eml": lambda: MULTIPART + b"--b\n" * 300_000,
    "froms.mbox": lambda: b"From a 00:00\n\n" * 100_000,
    "turns.txt": lambda: b"A: b\n" * 500_000,
    "numbers.txt": lambda: b"".join(b"%d  x\n" % (n % 25 + 1) for n in range(500_000)),
    "stamps.vtt": lambda: b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nx\n\n" * 100_000,
    "brackets.rtf": lambda: b"{\\rtf1 " + b"{" * 300_000,
    "stars.org": lambda: b"*" * 2_000_000 + b" x",
    "titles.rst": lambda: b"=\n" * 300_000,
    "gone.gz": lambda: b"\x1f\x8b\x08" + bytes(1_000),
}


def _within(part: str, content: str, mimetype: str = "") -> bytes:
    parts = {"[Content_Types].xml": "<Types/>", "META-INF/manifest.xml": "<manifest/>", part: content}
    return packed(**({"mimetype": mimetype} if mimetype else {}), **parts)


def _flate_pdf(content: bytes) -> bytes:
    import zlib

    body = zlib.compress(content, 9)
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"{page} /Resources << /Font << /F1 3 0 R >> >> >>",
        f"<< /Length {len(body)} /Filter /FlateDecode >>\nstream",
    ]
    head = "%PDF-1.4\n" + "\nendobj\n".join(f"{n} 0 obj\n{each}" for n, each in enumerate(objects, 1))
    return head.encode() + b"\n" + body + b"\nendstream\nendobj\ntrailer\n<< /Size 6 /Root 1 0 R >>\n%%EOF"


def _huge_png() -> bytes:
    import struct
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")


def _many_members(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", "x")
    return buffer.getvalue()
