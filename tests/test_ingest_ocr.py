"""OCR reads whole pages: no line is lost, spaces are where they belong, upside down too."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from bench.ocr import page, poor, wrapped
from ingest.errors import NoText
from ingest.readers.choose import read
from ingest.readers.ocr import recognise

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
many_scripts = pytest.mark.skipif(not DEJAVU.exists(), reason="Debian's fonts-dejavu-core is not there")

TEXT = (
    "The harbour board met in private on Tuesday, 12 March 1968, and heard 14 witnesses. Nobody signed "
    "the second letter, which had cost the town 4,200 pounds; the third was signed in 1971 by Mr Lowick, "
    "who left for Bangor the same day. The minutes say (on page 11) that it was put into the safe unread. "
)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["clean", "poor", "upside down", "on its left side", "on its right side"])
def test_a_page_is_read_nearly_word_for_word(way):
    lines = wrapped(TEXT * 3, 6)
    picture = page(lines).crop((0, 0, 1700, 600))
    picture = {
        "clean": lambda: picture,
        "poor": lambda: poor(picture),
        "upside down": lambda: picture.rotate(180),
        "on its left side": lambda: picture.rotate(90, expand=True),
        "on its right side": lambda: picture.rotate(270, expand=True),
    }[way]()
    found = recognise(picture)
    assert len(found) == len(lines)
    words = " ".join(lines).split()
    seen = [word.text for line in found for word in line.words]
    assert sum(a == b for a, b in zip(words, seen, strict=False)) >= 0.95 * len(words), seen
    boxes = [word for line in found for word in line.words]
    assert all(0 <= word.left < word.right <= 1 and 0 <= word.top < word.bottom <= 1 for word in boxes)


def test_a_short_line_has_its_spaces_and_its_figures_whole():
    (line,) = recognise(page(["Signed on 11 June 1968, page 101 of 4,119."]).crop((0, 140, 1700, 240)))
    assert line.text == "Signed on 11 June 1968, page 101 of 4,119."


def test_a_page_is_read_after_one_on_which_nothing_is():
    assert recognise(Image.new("RGB", (800, 300), "white")) == []
    (line,) = recognise(page(["Signed on 11 June 1968."]).crop((0, 140, 1700, 240)))
    assert line.text == "Signed on 11 June 1968."


def drawn(*lines: str) -> Image.Image:
    """Black lines on white, in a font that has the letters of many scripts."""
    picture = Image.new("RGB", (1300, 60 + 80 * len(lines)), "white")
    font = ImageFont.truetype(str(DEJAVU), 34)
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 40 + 80 * number), line, "black", font)
    return picture


@many_scripts
def test_accents_are_read():
    line = "Größe, Zürich, Łódź, Čapek, ñandú; signé à Genève, Příliš, Zażółć"
    (found,) = recognise(drawn(line))
    assert sum(a == b for a, b in zip(line.split(), found.text.split(), strict=True)) >= 8


@many_scripts
@pytest.mark.parametrize(
    "words",
    [
        "Совет порта собрался во вторник за закрытыми дверями.",
        "Το συμβούλιο του λιμανιού συνεδρίασε ιδιωτικά την Τρίτη.",
        "اجتمع مجلس الميناء سرا يوم الثلاثاء",
    ],
)
def test_a_page_in_a_script_that_is_not_known_is_no_page_of_words(words):
    buffer = io.BytesIO()
    drawn(words, words).save(buffer, "PNG")
    seen = {1: recognise(drawn(words, words))}
    with pytest.raises(NoText, match="no words can be read on it surely enough"):
        read(buffer.getvalue(), "a.png", seen=seen)
