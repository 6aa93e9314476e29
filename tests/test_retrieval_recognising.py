"""OCR: after everything else, page by page, resumed where it stopped; words know how sure they are."""

import io
import threading

import pytest
from fakes import library_at
from pdf_maker import make_pdf, paragraph
from PIL import Image, ImageDraw, ImageFont

from ingest.errors import NoText
from ingest.readers.choose import read
from ingest.readers.ocr import Seen, SeenLine
from ingest.readers.pdf_page import quote_boxes
from ingest.worker import Worker
from retrieval.library import Library
from retrieval.report import AddProgress
from retrieval.sources import resolve

LINES = ["The harbour board met in private.", "Nobody signed the second letter."]


def picture_of(lines: list[str], size: int = 40) -> Image.Image:
    """Black words on white."""
    picture = Image.new("RGB", (1100, 120 + 70 * len(lines)), "white")
    font = ImageFont.load_default(size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((60, 50 + 70 * number), line, "black", font)
    return picture


def as_bytes(picture: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def mixed_pdf() -> bytes:
    """A page with text, a scanned page."""
    import pypdfium2

    first = pypdfium2.PdfDocument(
        make_pdf([paragraph(["This page has words of its own, and a scan follows it."], 700)])
    )
    first.import_pages(pypdfium2.PdfDocument(as_bytes(picture_of(LINES), "PDF")))
    buffer = io.BytesIO()
    first.save(buffer)
    return buffer.getvalue()


def added(library: Library, *paths, on_progress=None):
    return library.add(resolve([str(path) for path in paths]), "default", on_progress)


def test_pictures_and_scanned_pages_are_read_after_everything_else(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.png").write_bytes(as_bytes(picture_of(LINES), "PNG"))
    (files / "b.pdf").write_bytes(mixed_pdf())
    (files / "blank.png").write_bytes(as_bytes(picture_of([]), "PNG"))
    (files / "z.txt").write_text("The last file of all.")
    steps: list[AddProgress] = []
    with library_at(tmp_path / "home") as library:
        report = added(library, files, on_progress=steps.append)
        names = {info.source.rpartition("/")[2]: info for info in library.documents()}
        assert set(names) == {"a.png", "b.pdf", "z.txt"}
        assert [
            (failure.source.rpartition("/")[2], failure.reason.split(";")[0]) for failure in report.failed
        ] == [("blank.png", "it is a picture or a scan, and no words were found on it")]
        assert library.waiting() == [] and report.waiting == ()
        ready = [step.source.rpartition("/")[2] for step in steps if step.state == "ready"]
        assert ready == ["b.pdf", "z.txt", "a.png", "b.pdf"]
        picture = library.document(names["a.png"].id)
        words = [picture.text[word.start : word.end] for word in picture.reading.ocr]
        assert words == " ".join(LINES).split()
        assert all(0 <= word.confidence <= 1 for word in picture.reading.ocr)
        mixed = library.document(names["b.pdf"].id)
        assert mixed.version == 2 and names["b.pdf"].note is None
        assert [page.number for page in mixed.reading.pages] == [1, 2]
        start = mixed.text.index("Nobody signed")
        (box,) = quote_boxes((files / "b.pdf").read_bytes(), mixed.reading, start, start + 13)
        assert box.page == 2 and box.left < 0.1 and box.right < 0.4
        assert added(library, files).added == ()


@pytest.mark.slow
def test_what_waits_is_listed_and_read_by_the_next_process_from_the_page_where_it_stopped(tmp_path):
    first, second = picture_of(LINES[:1]), picture_of(LINES[1:])
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=[second])
    (tmp_path / "fax.tiff").write_bytes(buffer.getvalue())
    (tmp_path / "mixed.pdf").write_bytes(mixed_pdf())
    with library_at(tmp_path / "home") as library:
        library._closing.set()  # as if the process ended before any page was read
        report = added(library, tmp_path / "fax.tiff", tmp_path / "mixed.pdf")
        assert [source.rpartition("/")[2] for source in report.waiting] == ["fax.tiff"]
        (waiting,) = library.waiting()
        assert (waiting.source.rpartition("/")[2], waiting.reason) == ("fax.tiff", "waiting for OCR")
        assert [info.note for info in library.documents()] == ["pages without text, waiting for OCR: 2"]
        kept = library.room.all()[0]
        with Worker() as worker:
            path = library.originals / kept.content_hash
            library.room.put_seen(kept.content_hash, 1, worker.see(path, kept.name, 2))
    with library_at(tmp_path / "home") as library:
        assert len(library.recognise().added) == 2
        fax = next(info for info in library.documents() if info.source.endswith("fax.tiff"))
        assert library.document(fax.id).text == f"{LINES[1]}\n\n{LINES[1]}"  # page 1 was not read again
        assert library.waiting() == [] and library.room.seen(kept.content_hash) == {}


def test_removed_while_waiting_is_gone_and_switched_off_is_said(tmp_path):
    (tmp_path / "a.png").write_bytes(as_bytes(picture_of(LINES), "PNG"))
    with library_at(tmp_path / "home") as library:
        library._closing.set()
        added(library, tmp_path / "a.png")
        library.remove([library.room.all()[0].document_id])
        assert library.waiting() == [] and list(library.originals.iterdir()) == []
    with library_at(tmp_path / "home", ocr=False) as library:
        (failure,) = added(library, tmp_path / "a.png").failed
        assert "OCR is switched off" in failure.reason


def test_closing_ends_a_reading_at_once_and_loses_nothing(tmp_path):
    (tmp_path / "a.png").write_bytes(as_bytes(picture_of(LINES * 6), "PNG"))
    begun = threading.Event()

    def told(step: AddProgress) -> None:
        if step.state == "reading":
            begun.set()

    with library_at(tmp_path / "home") as library:
        adding = threading.Thread(
            target=added, args=(library, tmp_path / "a.png"), kwargs={"on_progress": told}
        )
        adding.start()
        assert begun.wait(60)
    adding.join(60)
    assert not adding.is_alive()
    with library_at(tmp_path / "home") as library:
        assert len(library.waiting()) == 1 or len(library.documents()) == 1


@pytest.mark.parametrize("kind", ["JPEG", "BMP", "GIF", "WEBP"])
def test_every_kind_of_picture_is_opened(tmp_path, kind):
    path = tmp_path / "a.picture"
    path.write_bytes(as_bytes(picture_of(LINES[:1]), kind))
    with Worker() as worker:
        assert worker.pages_to_see(path, "a.picture") == [1]


@pytest.mark.parametrize("words", [[("Words", 0.3), ("here", 0.9), ("guessed", 0.2)], [("U", 0.99)]])
def test_a_page_of_guesses_or_of_one_sign_is_left_unread(words):
    seen = [SeenLine(tuple(Seen(word, sure, 0.1, 0.1, 0.2, 0.2) for word, sure in words))]
    with pytest.raises(NoText, match="surely enough"):
        read(as_bytes(picture_of(LINES[:1]), "PNG"), "a.png", seen={1: seen})
