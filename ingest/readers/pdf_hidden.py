"""Words that are in a PDF but not to be seen on its page: under boxes, white on white, invisible, off it.

A word that is to be seen leaves ink: the picture of the page is not of one grey within each letter's box.
A scan with invisible words over its picture has ink there too, so those words count as seen.
"""

import re
from dataclasses import replace
from typing import Any

from ingest.readers.pdf_lines import Line, box, text_is_blank

_SCALE = 2.0
_MOST_PIXELS = 12_000_000
_SPREAD = 12  # of 255 steps of grey; less within a letter's box is no ink
_WORD = re.compile(r"\S+")


def with_hidden(page: Any, textpage: Any, found: list[Line]) -> list[Line]:
    """The lines of a page, cut where words that can be seen and words that cannot meet."""
    if not found:
        return found
    grey, scale = _picture(page)
    cut: list[Line] = []
    for line in found:
        flags = _hidden_words(page, textpage, line, grey, scale)
        if not any(hidden for _, _, hidden in flags):
            cut.append(line)
        elif all(hidden for _, _, hidden in flags):
            cut.append(replace(line, hidden=True))
        else:
            cut += _parts(textpage, line, flags)
    return cut


def _picture(page: Any) -> tuple[Any, float]:
    """The page in grey, of shape (height, width), and its pixels a point."""
    width, height = page.get_size()
    scale = min(_SCALE, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    grey = bitmap.to_numpy()
    return (grey if grey.ndim == 2 else grey[:, :, 0]), scale


def _hidden_words(
    page: Any, textpage: Any, line: Line, grey: Any, scale: float
) -> list[tuple[int, int, bool]]:
    """Start, end and whether it is hidden of each word of a line, as indexes of its text."""
    words = []
    for match in _WORD.finditer(line.text):
        seen = [
            _has_ink(page, box(textpage, line.first + index, loose=False), grey)
            for index in range(match.start(), match.end())
            if not text_is_blank(line.text[index])
        ]
        known = [ink for ink in seen if ink is not None]
        words.append((match.start(), match.end(), bool(known) and sum(known) < 0.5 * len(known)))
    letters = "".join(line.text[start:end] for start, end, hidden in words if hidden)
    if sum(map(str.isalnum, letters)) < 3:  # dots and dashes may be too faint to be drawn
        return [(start, end, False) for start, end, _ in words]
    return words


def _has_ink(page: Any, place: tuple[float, float, float, float], grey: Any) -> bool | None:
    """Whether a letter's box on the picture is of more than one grey; None where it has no box."""
    import ctypes

    import pypdfium2.raw as raw

    left, bottom, right, top = place
    if right <= left or top <= bottom:
        return None
    height, width = grey.shape
    corners = []
    for x, y in ((left, bottom), (right, top)):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
        corners.append((across.value, down.value))
    (x1, y1), (x2, y2) = corners
    low, high = max(min(y1, y2), 0), max(max(y1, y2) + 1, 0)
    # A thin letter fills its box, so a pixel on either side belongs to it.
    part = grey[low:high, max(min(x1, x2) - 1, 0) : max(max(x1, x2) + 2, 0)]
    if part.size == 0:
        return False
    return int(part.max()) - int(part.min()) > _SPREAD


def _parts(textpage: Any, line: Line, words: list[tuple[int, int, bool]]) -> list[Line]:
    """The line in runs of words that are all hidden or all seen."""
    runs: list[tuple[int, int, bool]] = []
    for start, end, hidden in words:
        if runs and runs[-1][2] == hidden:
            runs[-1] = (runs[-1][0], end, hidden)
        else:
            runs.append((start, end, hidden))
    parts = []
    for start, end, hidden in runs:
        left = box(textpage, line.first + start, loose=True)[0]
        right = box(textpage, line.first + end - 1, loose=True)[2]
        last = end == len(line.text)
        parts.append(
            Line(
                line.text[start:end],
                line.first + start,
                line.hyphen and last,
                left,
                line.bottom,
                right,
                line.top,
                hidden,
            )
        )
    return parts
