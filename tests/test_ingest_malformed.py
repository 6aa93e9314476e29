"""Damaged files, bombs, encodings, scans, protected files: each is in exactly, or says why it is not."""

import os
import time
from pathlib import Path

import pytest
from file_maker import BOMBS, damaged, whole_files
from pdf_maker import make_pdf
from test_ingest_readers_office import odp, packed

from ingest import errors
from ingest.document import Document, Reading
from ingest.passage import split
from ingest.readers.choose import read
from ingest.worker import Worker

DATA = Path(os.environ.get("FOOTNOTE_BENCH_DATA") or Path(__file__).parents[2] / "shared" / "data") / "files"
SEED = 20250122


def holds(reading: Reading, name: str) -> None:
    """Everything that points into the text points at words; passages and sentences hold every one of them."""
    text = reading.text
    document = Document("d", 1, "default", name, name, name, "0" * 64, reading)
    covered = bytearray(len(text))
    for passage in split(document, lambda texts: [len(each) // 4 + 2 for each in texts], max_tokens=128):
        assert text[passage.start : passage.end] == passage.text, name
        for start, end in passage.sentences:
            assert passage.start <= start < end <= passage.end, name
            assert text[start:end].strip() == text[start:end], name
            covered[start:end] = b"\1" * (end - start)
    assert all(seen or char.isspace() for char, seen in zip(text, covered, strict=True)), name
    pointed = [*reading.pages, *reading.headings, *reading.marks, *reading.utterances, *reading.ocr]
    spans = [(each.start, each.end) for each in pointed] + [*reading.blocks, *reading.hidden]
    spans += [(each.start, each.end) for each in reading.found.values() if each.start is not None]
    for start, end in spans:
        assert 0 <= start < end <= len(text), (name, start, end)
        assert text[start:end].strip(), (name, start, end)
    assert list(reading.marks) == sorted(reading.marks, key=lambda mark: mark.start), name
    assert all(a.end <= b.start for a, b in zip(reading.marks, reading.marks[1:], strict=False)), name


def outcome(worker: Worker, path: Path, name: str) -> Reading | str:
    """The reading, or the reason, which is one line for a person."""
    try:
        reading = worker.read(path, name)
    except errors.UnreadableSource as error:
        assert error.source == name
        assert "\n" not in error.reason and "Traceback" not in error.reason and 10 < len(error.reason) < 300
        return error.reason
    holds(reading, name)
    return reading


def test_two_hundred_damaged_files_stop_none_of_fifty_good_ones(tmp_path):
    good = list(whole_files().items()) * 3
    expected = {name: read(data, name) for name, data in good}
    batch = [(False, name, data) for name, data in damaged(SEED, 200)]
    for number, (name, data) in enumerate(good[:50]):
        batch.insert(number * 5, (True, name, data))
    path = tmp_path / "file"
    refused = 0
    with Worker(seconds=30) as worker:
        for number, (is_good, name, data) in enumerate(batch):
            path.write_bytes(data)
            found = outcome(worker, path, name)
            if is_good:
                assert isinstance(found, Reading), (SEED, number, name, found)
                assert found == expected[name], (SEED, number, name)
            refused += isinstance(found, str)
    assert refused > 50


def test_offsets_hold_over_every_kind_of_file_and_over_the_shared_ones(tmp_path):
    for name, data in whole_files().items():
        holds(read(data, name), name)
    with Worker() as worker:
        for path in sorted(path for path in DATA.rglob("*") if path.is_file()):
            outcome(worker, path, path.name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_stopped_in_time_and_the_next_file_is_read(tmp_path, name):
    path, good = tmp_path / "bomb", tmp_path / "good"
    path.write_bytes(BOMBS[name]())
    good.write_bytes(whole_files()["a.txt"])
    parts = tmp_path / "parts"
    parts.mkdir()
    with Worker(seconds=30) as worker:
        began = time.monotonic()
        try:
            reading = worker.read(path, name, parts=parts)
        except errors.UnreadableSource as error:
            assert "\n" not in error.reason
        else:
            assert len(reading.text) < 100_000_000
        assert time.monotonic() - began < 60  # the limit of 30 s, and what a busy machine adds
        assert worker.read(good, "good.txt").text.startswith("Minutes")


SCRIPTS = {
    "english": ("“We didn’t sign it,” she said — twice. It cost £5.", ["cp1252", "mac-roman"]),
    "french": ("L'été dernier, à Genève, ils ont présenté le résultat de l'enquête.", ["cp1252", "latin-1"]),
    "german": (
        "Die Behörde prüft die Anträge sorgfältig; Größe und Höhe stehen im Anhang.",
        ["cp1252", "cp850"],
    ),
    "czech": ("Ministr řekl, že jednání budou pokračovat příští týden.", ["cp1250", "iso8859-2"]),
    "russian": (
        "Министр заявил, что переговоры продолжатся на следующей неделе.",
        ["cp1251", "koi8-r", "cp866"],
    ),
    "greek": ("Ο υπουργός δήλωσε ότι οι διαπραγματεύσεις θα συνεχιστούν.", ["cp1253", "iso8859-7"]),
    "hebrew": ("השר אמר כי השיחות יימשכו בשבוע הבא בירושלים.", ["cp1255"]),
    "japanese": (
        "大臣は来週も協議を続けると述べた。これは重要な決定である。",
        ["shift_jis", "euc-jp", "iso2022_jp"],
    ),
    "chinese": ("部长表示谈判将于下周继续进行。这是一个重要的决定。", ["gb18030"]),
    "korean": ("장관은 다음 주에도 협상이 계속될 것이라고 말했다.", ["euc-kr"]),
}
WIDE = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]


@pytest.mark.parametrize(
    ("script", "encoding"),
    [(script, encoding) for script, (_, pages) in SCRIPTS.items() for encoding in [*WIDE, *pages]],
)
def test_every_encoding_is_read_exactly(script, encoding):
    text = f"{SCRIPTS[script][0]}\r\n" * 3
    reading = read(text.encode(encoding), "a.txt")
    assert reading.text == text
    assert reading.metadata["encoding"]


def scan() -> bytes:
    from test_retrieval_recognising import as_bytes, picture_of

    return as_bytes(picture_of(["Words on paper."]), "PDF")


def locked_zip() -> bytes:
    data = bytearray(packed(**{"a.txt": "secret"}))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
STATES = {
    "scan.pdf": (scan, errors.NeedsOcr),
    "blank.pdf": (lambda: make_pdf([[]]), errors.NoText),
    "blanks.pdf": (lambda: make_pdf([[], [], []]), errors.NoText),
    "locked.docx": (lambda: OLE + "EncryptedPackage".encode("utf-16-le") + bytes(64), errors.ProtectedSource),
    "locked.xlsx": (lambda: OLE + "EncryptedPackage".encode("utf-16-le") + bytes(64), errors.ProtectedSource),
    "locked.odp": (lambda: odp("<text:p>x</text:p>", manifest="<encryption-data/>"), errors.ProtectedSource),
    "empty.odp": (lambda: odp(""), errors.EmptySource),
    "empty.zip": (lambda: packed(), errors.EmptySource),
    "gone.tar.gz": (lambda: b"\x1f\x8b\x08" + bytes(200), errors.UnknownFormat),
    "box.7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(200), errors.UnknownFormat),
    "sound.mp3": (lambda: b"ID3\4" + bytes(range(256)) * 40, errors.UnknownFormat),
    **{
        f"empty.{kind}": (lambda: b" \r\n", errors.EmptySource)
        for kind in ("txt", "md", "csv", "eml", "pdf", "docx")
    },
    **{
        f"fake.{kind}": (lambda: b"These are plain words.", errors.UnknownFormat)
        for kind in ("docx", "xlsx", "pptx", "odt", "epub", "msg")
    },
}


@pytest.mark.parametrize("name", STATES)
def test_scanned_empty_and_protected_files_are_in_no_other_state(name):
    made, kind = STATES[name]
    with pytest.raises(kind) as caught:
        read(made(), name)
    assert type(caught.value) is kind


def test_a_protected_member_is_listed_and_the_others_are_not_lost():
    (part,) = read(locked_zip(), "a.zip").parts
    assert part.name == "a.txt" and "password" in (part.reason or "")


@pytest.mark.slow
@pytest.mark.parametrize("joint", ["\n", " ", ".\n\n"])
def test_ten_megabytes_of_text_are_read_and_cut_within_the_limits(tmp_path, joint):
    words = "the harbour board met in private on tuesday and nobody signed"
    text = joint.join([words] * ((10 << 20) // (len(words) + len(joint))))
    path = tmp_path / "long.txt"
    path.write_text(text)
    with Worker() as worker:  # its limit is two minutes
        reading = worker.read(path, "long.txt")
    document = Document("d", 1, "default", "a", "a", "a", "0" * 64, reading)
    passages = split(document, lambda texts: [len(each) // 4 + 2 for each in texts], max_tokens=256)
    assert reading.text == text
    assert sum(len(passage.text.split()) for passage in passages) == len(text.split())
