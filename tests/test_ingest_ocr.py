"""OCR reads whole pages: no line is lost, spaces are where they belong, upside down too."""

import pytest

from bench.ocr import page, poor, wrapped
from ingest.readers.ocr import recognise

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
