"""Pictures within office files: found in their order, read like scanned pages, their words at their place."""

import io
import zipfile

import docx
import pytest
from fakes import library_at
from PIL import Image
from test_ingest_readers_office import ODF, packed
from test_retrieval_recognising import LINES, added, as_bytes, picture_of

from chat.verify.place import locator_of
from ingest import errors
from ingest.document import Document
from ingest.readers import embedded
from ingest.readers.choose import pages_to_see, read
from ingest.readers.ocr import Seen, SeenLine

WORDS = as_bytes(picture_of(LINES), "PNG")
MORE = as_bytes(picture_of(["Carried over."]), "JPEG")
ICON = as_bytes(Image.new("RGB", (64, 64), "red"), "PNG")


def seen(*texts: str, confidence: float = 0.9) -> dict[int, list[SeenLine]]:
    """What OCR would read, a line a picture."""
    return {
        number: [SeenLine(tuple(Seen(word, confidence, 0.1, 0.1, 0.2, 0.2) for word in text.split()))]
        for number, text in enumerate(texts, 1)
    }


def report(*, text: bool = True) -> bytes:
    """A docx: a picture between paragraphs, an icon, one in a table, the first one again."""
    document = docx.Document()
    if text:
        document.add_paragraph("Before the picture stands this.")
    document.add_picture(io.BytesIO(WORDS))
    document.add_picture(io.BytesIO(ICON))
    if text:
        document.add_paragraph("After the picture stands that.")
        document.add_table(1, 1).cell(0, 0).paragraphs[0].add_run().add_picture(io.BytesIO(MORE))
        document.add_picture(io.BytesIO(WORDS))
        document.add_paragraph("The end.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def related(**targets: str) -> str:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="{name}" Type="{kind}/{"slide" if "slides" in target else "image"}"'
            f' Target="{target}"{" TargetMode=" + chr(34) + "External" + chr(34) if "//" in target else ""}/>'
            for name, target in targets.items()
        )
        + "</Relationships>"
    )


def slide(text: str, *pictures: str) -> str:
    spaces = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.'
        'org/presentationml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships"'
    )
    shapes = f"<p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>" if text else ""
    shapes += "".join(
        f'<p:pic><p:blipFill><a:blip r:embed="{name}"/></p:blipFill></p:pic>' for name in pictures
    )
    return f"<p:sld {spaces}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"


def deck() -> bytes:
    """A pptx whose second part is its first slide, as after moving it; one picture is only referred to."""
    spaces = (
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships"'
    )
    main = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return packed(
        **{
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": related(r="ppt/presentation.xml").replace(f"{main[:-15]}/image", main),
            "ppt/presentation.xml": f'<p:presentation {spaces}><p:sldIdLst><p:sldId id="256" r:id="r2"/>'
            '<p:sldId id="257" r:id="r1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": related(r1="slides/slide1.xml", r2="slides/slide2.xml"),
            "ppt/slides/slide1.xml": slide("", "far", "near"),
            "ppt/slides/_rels/slide1.xml.rels": related(
                far="https://example.org/a.png", near="../media/b.jpg"
            ),
            "ppt/slides/slide2.xml": slide("The plan of the year", "own"),
            "ppt/slides/_rels/slide2.xml.rels": related(own="../media/a.png"),
            "ppt/media/a.png": WORDS,
            "ppt/media/b.jpg": MORE,
        }
    )


def open_document(kind: str, body: str) -> bytes:
    names = " ".join(f'xmlns:{name}="{ODF}{name}:1.0"' for name in ("office", "text"))
    names += f' xmlns:draw="{ODF}drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return packed(
        mimetype=f"application/vnd.oasis.opendocument.{kind}",
        **{
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f"<office:document-content {names}><office:body><office:{kind}>{body}"
            f"</office:{kind}></office:body></office:document-content>",
            "Pictures/a.png": WORDS,
            "Pictures/icon.png": ICON,
        },
    )


IMAGE = '<draw:frame><draw:image xlink:href="Pictures/{}"/></draw:frame>'


def test_pictures_of_a_docx_wait_and_their_words_stand_where_they_stand():
    waiting = read(report(), "a.docx")
    assert waiting.metadata["waiting_pages"] == waiting.metadata["unread_pages"] == "picture 1, picture 2"
    assert pages_to_see(report(), "a.docx") == [1, 2]
    reading = read(report(), "a.docx", seen=seen("Nobody signed.", "Carried over."))
    assert reading.text == (
        "Before the picture stands this.\n\nNobody signed.\n\nAfter the picture stands that.\n\n"
        "Carried over.\n\nThe end."
    )
    assert not {"waiting_pages", "unread_pages"} & reading.metadata.keys()
    assert [reading.text[word.start : word.end] for word in reading.ocr] == [
        "Nobody",
        "signed.",
        "Carried",
        "over.",
    ]
    document = Document("d", 1, "default", "a", "a", "a", "0" * 64, reading)
    assert locator_of(document, reading.text.index("signed"), reading.text.index("signed") + 3) == "picture 1"
    assert locator_of(document, 0, 6) is None


def test_pictures_of_slides_have_their_slide_and_nothing_is_fetched():
    reading = read(deck(), "a.pptx", seen=seen("Nobody signed.", "Carried over."))
    assert reading.text == "The plan of the year\n\nNobody signed.\n\nCarried over."
    assert [mark.label for mark in reading.marks] == ["slide 1, picture 1", "slide 2, picture 2"]
    assert [(page.number, reading.text[page.start : page.end]) for page in reading.pages] == [
        (1, "The plan of the year\n\nNobody signed."),
        (2, "Carried over."),
    ]


@pytest.mark.parametrize(("kind", "name"), [("text", "a.odt"), ("presentation", "a.odp")])
def test_pictures_of_open_documents_are_read(kind, name):
    body = f"<text:p>Before it.</text:p><text:p>{IMAGE.format('a.png')}{IMAGE.format('icon.png')}</text:p>"
    body = f"<draw:page>{body}</draw:page>" if kind == "presentation" else body
    data = open_document(kind, body)
    assert pages_to_see(data, name) == [1]
    reading = read(data, name, seen=seen("Nobody signed."))
    assert reading.text == "Before it.\n\nNobody signed."
    assert [mark.label for mark in reading.marks] == [
        "slide 1, picture 1" if kind == "presentation" else "picture 1"
    ]


def test_a_file_of_nothing_but_pictures_waits_and_says_when_there_is_nothing_on_them():
    data = report(text=False)
    with pytest.raises(errors.NeedsOcr):
        read(data, "a.docx")
    with pytest.raises(errors.NoText):
        read(data, "a.docx", seen={1: []})
    assert read(data, "a.docx", seen=seen("Nobody signed.")).text == "Nobody signed."


def test_a_picture_of_guesses_is_named_and_a_photograph_is_not():
    reading = read(report(), "a.docx", seen={**seen("Nbdy sgnd.", confidence=0.4), 2: []})
    assert "Nbdy" not in reading.text
    assert reading.metadata["unread_pages"] == "picture 1"


def test_what_is_over_the_limits_is_named_and_not_opened(monkeypatch):
    monkeypatch.setattr(embedded, "_MOST_PICTURES", 1)
    assert pages_to_see(report(), "a.docx") == [1]
    assert read(report(), "a.docx", seen=seen("Nobody signed.")).metadata["unread_pages"] == "picture 2"
    monkeypatch.setattr(embedded, "MOST_PIXELS", 1000)
    assert pages_to_see(report(), "a.docx") == []


def test_a_picture_that_states_far_too_many_pixels_is_named_and_not_opened():
    header = Image.new("1", (16, 16))
    data = bytearray(as_bytes(header, "BMP"))
    data[18:26] = (60_000).to_bytes(4, "little") * 2
    archive = io.BytesIO(deck())
    with zipfile.ZipFile(archive) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    bomb = packed(**{**parts, "ppt/media/b.jpg": bytes(data)})
    assert pages_to_see(bomb, "a.pptx") == [1]
    assert read(bomb, "a.pptx", seen=seen("Nobody signed.")).metadata["unread_pages"] == "picture 2"


def test_numbered_paragraphs_keep_their_numbers_around_a_picture():
    document = docx.Document()
    for number in range(1, 8):
        document.add_paragraph(
            f"{number}. " + "The harbour board met in private on Tuesday and signed it. " * 3
        )
        if number == 3:
            document.add_picture(io.BytesIO(WORDS))
    buffer = io.BytesIO()
    document.save(buffer)
    reading = read(buffer.getvalue(), "a.docx", seen=seen("Nobody signed."))
    labels = [mark.label for mark in reading.marks]
    assert labels == ["¶ 1", "¶ 2", "¶ 3", "picture 1", "¶ 4", "¶ 5", "¶ 6", "¶ 7"]
    assert all(a.end <= b.start for a, b in zip(reading.marks, reading.marks[1:], strict=False))


def test_a_library_reads_them_after_everything_else(tmp_path):
    (tmp_path / "a.docx").write_bytes(report())
    with library_at(tmp_path / "home") as library:
        added(library, tmp_path / "a.docx")
        (info,) = library.documents()
        text = library.document(info.id).text
        assert text.index("Before the") < text.index("Nobody signed") < text.index("After the")
        assert "Carried over." in text and info.note is None and library.waiting() == []


def test_switched_off_says_which_pictures_are_not_read(tmp_path):
    (tmp_path / "a.docx").write_bytes(report())
    with library_at(tmp_path / "home", ocr=False) as library:
        added(library, tmp_path / "a.docx")
        assert [info.note for info in library.documents()] == ["pictures, not read: 1, 2"]
