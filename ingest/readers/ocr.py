"""Words read from pictures: lines in reading order, each word with its place and how sure the reader is.

The models are those inside `rapidocr-onnxruntime`. They know Latin and Chinese script, and lose many spaces
between Latin words: those are put back where the picture shows a gap in the line.
"""

import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import IO, Any

from ingest.errors import NoText, TooLarge, UnknownFormat
from ingest.readers.reading_order import ordered

_DOTS_PER_INCH = 200
_MOST_PIXELS = 30_000_000  # of a page that is drawn to be read
MOST_PIXELS = 4 * _MOST_PIXELS
"""Pixels of a picture; one with more is refused."""
_GAP = 0.17  # of a line's height; a wider stretch without ink is a space
_DIGIT_GAP = 0.3  # the same between digits, since a 1 stands apart
_COLUMN = 0.15  # of the picture's width; a column of text is wider
_CLINGS = frozenset(",.;:)!?]”’%")  # no space stands before these
_NARROW = str.maketrans("（），：；！？．［］", "(),:;!?.[]")  # the models know these from Chinese only
_LEAST = 0.3  # a line less sure is no line
_LEGIBLE = 0.55  # a page whose middle word is less sure is a guess, as vertical script is
_SIDE = 736  # pixels; the reader blows up pictures with a shorter side
_SMALLEST = 12  # pixels; a smaller picture holds no word


@dataclass(frozen=True, slots=True)
class Seen:
    """One word on a picture; its box in shares of the picture's width and height, from its top left."""

    text: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class SeenLine:
    """The words of one line, left to right."""

    words: tuple[Seen, ...]

    @property
    def text(self) -> str:
        """The line as it is read."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return (
            min(word.left for word in self.words),
            min(word.top for word in self.words),
            max(word.right for word in self.words),
            max(word.bottom for word in self.words),
        )


def recognise(picture: Any) -> list[SeenLine]:
    """Return the lines on a Pillow picture, in reading order; none where it shows no words.

    A picture that makes no sense as it stands is turned.
    """
    if min(picture.size) < _SMALLEST:
        return []
    (best, tall), turned = _read(picture), 0
    if tall or (tall is not None and _sureness(best) < _LEGIBLE):
        for turn in (90, 270) if tall else (180,):
            lines, _ = _read(picture.rotate(turn, expand=True))
            if _sureness(lines) >= _LEGIBLE:
                best, turned = lines, turn
                break
    kept = [line for line in best if _sureness([line]) >= _LEAST]
    return [SeenLine(tuple(_turned_back(word, turned) for word in line.words)) for line in kept]


def _read(picture: Any) -> tuple[list[SeenLine], bool | None]:
    """The lines as the picture stands, and whether they stand on end; None where there seemed to be none."""
    import numpy as np

    width, height = picture.size
    padded = _padded(picture.convert("RGB"))
    # Its classifier of lines that stand on their head turns lines that do not, and those are lost.
    found, _ = _engine()(np.asarray(padded)[:, :, ::-1], use_cls=False, return_word_box=True, text_score=0.0)
    grey = np.asarray(padded.convert("L"))
    lines = []
    for row in found or []:
        words = _words(row[3], row[4], row[5], _stretches(grey, row[0]))
        shares = tuple(
            Seen(text, confidence, left / width, top / height, right / width, bottom / height)
            for text, confidence, left, top, right, bottom in words
        )
        if shares:
            lines.append(SeenLine(shares))
    if not found:
        return [], None
    tall = median(_height(row[0]) / max(_width(row[0]), 1.0) for row in found) > 1.5
    return ordered(lines, lambda line: line.box, _COLUMN), tall


def _width(corners: Sequence[Sequence[float]]) -> float:
    return max(point[0] for point in corners) - min(point[0] for point in corners)


def _height(corners: Sequence[Sequence[float]]) -> float:
    return max(point[1] for point in corners) - min(point[1] for point in corners)


def _sureness(lines: Sequence[SeenLine]) -> float:
    """The confidence of the middle word; 0 where there is none."""
    return median([word.confidence for line in lines for word in line.words] or [0.0])


def _turned_back(word: Seen, turn: int) -> Seen:
    """A word on a picture turned counterclockwise by `turn` degrees, at its place on the one not turned."""
    left, top, right, bottom = word.left, word.top, word.right, word.bottom
    boxes = {
        0: (left, top, right, bottom),
        180: (1 - right, 1 - bottom, 1 - left, 1 - top),
        90: (1 - bottom, left, 1 - top, right),
        270: (top, 1 - right, bottom, 1 - left),
    }
    return Seen(word.text, word.confidence, *boxes[turn])


def _padded(picture: Any) -> Any:
    """A strip on a ground of its own colour: the reader would blow its short side up, and the long one."""
    from PIL import Image

    width, height = picture.size
    if min(width, height) >= _SIDE or max(width, height) < _SIDE:
        return picture
    ground = Image.new("RGB", (max(width, _SIDE), max(height, _SIDE)), picture.getpixel((0, 0)))
    ground.paste(picture, (0, 0))
    return ground


def pictures(data: bytes, name: str) -> int:
    """How many pictures a picture file holds. Raises UnknownFormat or TooLarge."""
    with _opened(data, name) as picture:
        return int(getattr(picture, "n_frames", 1))


def picture(data: bytes, name: str, number: int) -> Any:
    """Return picture `number`, counted from 1, of a file, upright. Raises UnknownFormat or TooLarge."""
    from PIL import ImageOps

    with _opened(data, name) as found:
        try:
            found.seek(number - 1)
            found.load()
        except (OSError, EOFError, ValueError, SyntaxError) as error:
            raise _damaged(name) from error
        upright = ImageOps.exif_transpose(found)
        if upright.mode in ("RGBA", "LA", "P"):
            from PIL import Image

            upright = upright.convert("RGBA")
            ground = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(ground, upright)
        return upright.convert("RGB")


def page_picture(page: Any) -> Any:
    """Return a PDF page as a picture that is fine enough to read."""
    width, height = page.get_size()
    scale = min(_DOTS_PER_INCH / 72, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    return page.render(scale=scale).to_pil()


def legible(seen: Mapping[int, Sequence[SeenLine]]) -> dict[int, Sequence[SeenLine]]:
    """The pages on which most words were read surely enough to be quoted at all."""
    return {page: lines for page, lines in seen.items() if _sureness(lines) >= _LEGIBLE}


def nothing_seen(name: str, seen: Mapping[int, Sequence[SeenLine]] | None) -> NoText:
    """The error for a source on whose pictures no word was found, or none that is sure enough."""
    if seen and any(seen.values()):
        return NoText(
            name, "it is a picture or a scan, and its words cannot be read surely enough; scan it better"
        )
    return NoText(name, "it is a picture or a scan, and no words were found on it; nothing to add")


def stated_size(file: IO[bytes], name: str) -> tuple[int, int]:
    """Return the width and height in pixels that a picture file states; its pixels are not looked at."""
    with _open(file, name) as found:
        return found.size[0], found.size[1]


def _opened(data: bytes, name: str) -> Any:
    found = _open(io.BytesIO(data), name)
    if found.size[0] * found.size[1] > MOST_PIXELS:
        raise TooLarge(name, f"the picture is over {MOST_PIXELS // 10**6} million pixels; save it smaller")
    return found


def _open(file: IO[bytes], name: str) -> Any:
    import warnings

    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(file)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _damaged(name) from error
    except Image.DecompressionBombError as error:
        raise TooLarge(name, "the picture has too many pixels; save it smaller") from error


def _damaged(name: str) -> UnknownFormat:
    return UnknownFormat(name, "it is not a readable picture: damaged or of an unknown kind; save it again")


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The reader, loaded once a process. Raises UnknownFormat where its native part does not load."""
    import logging

    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as error:
        raise UnknownFormat(
            "OCR", f"pictures of text cannot be read on this machine ({error}); on Debian: apt install libgl1"
        ) from error
    logging.disable(logging.WARNING)
    threads = max(1, (os.cpu_count() or 1) // 2)  # it comes after everything else, and beside it
    return RapidOCR(intra_op_num_threads=threads, inter_op_num_threads=1)


def _stretches(grey: Any, corners: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The stretches of a line, left and right in pixels, that hold ink and have a wide gap between them."""
    import numpy as np

    (x1, y1), (x2, y2), _, (_, y4) = corners  # from the top left, clockwise
    left, right, height = int(min(x1, x2)), int(max(x1, x2)), int(y4 - y1)
    if height < _SMALLEST // 2 or right - left < 2:
        return []
    across = np.arange(left, right + 1)
    tops = np.rint(y1 + (y2 - y1) * (across - left) / (right - left)).astype(int)  # along a line askew
    down = np.clip(tops[None, :] + np.arange(height + 1)[:, None], 0, grey.shape[0] - 1)
    crop = grey[down, np.clip(across, 0, grey.shape[1] - 1)[None, :]].astype(np.int16)
    dark, light = np.percentile(crop, (2, 98))
    ink = crop < (dark + light) / 2
    if ink.mean() > 0.5:
        ink = ~ink  # light on dark
    columns = np.flatnonzero(ink.sum(axis=0) > 0)
    if columns.size == 0:
        return []
    gaps = np.diff(columns) - 1
    wide = np.flatnonzero(gaps > _GAP * crop.shape[0])
    starts = [int(columns[0]), *(int(columns[cut + 1]) for cut in wide)]
    ends = [*(int(columns[cut]) for cut in wide), int(columns[-1])]
    return [(left + start, left + end + 1) for start, end in zip(starts, ends, strict=True)]


def _words(
    boxes: Sequence[Any],
    signs: Sequence[str],
    confidences: Sequence[float],
    stretches: Sequence[tuple[float, float]],
) -> list[tuple[str, float, float, float, float, float]]:
    """Put a line's signs together to words: text, lowest confidence, box in pixels."""
    edges = []
    for points in boxes:
        across, down = [point[0] for point in points], [point[1] for point in points]
        edges.append((min(across), min(down), max(across), max(down)))
    if not any(map(_dense, (sign.translate(_NARROW) for sign in signs))):
        signs = [sign.translate(_NARROW) for sign in signs]
    groups: list[list[int]] = [[]]
    last: int | None = None
    for index, sign in enumerate(signs):
        middle = (edges[index][0] + edges[index][2]) / 2
        own = min(
            range(len(stretches)),
            key=lambda number: max(stretches[number][0] - middle, middle - stretches[number][1], 0.0),
            default=None,
        )
        if not sign.strip():
            groups.append([])
            continue
        before = signs[groups[-1][-1]] if groups[-1] else ""
        clings = sign in _CLINGS or before in "([“"
        if before.isdigit() and sign.isdigit() and own is not None and last is not None:
            clings = stretches[own][0] - stretches[last][1] < _DIGIT_GAP * (edges[index][3] - edges[index][1])
        if before and own != last and not clings and not (_dense(sign) and _dense(before)):
            groups.append([])
        groups[-1].append(index)
        last = own
    words = []
    for group in filter(None, groups):
        lefts, tops, rights, bottoms = zip(*(edges[index] for index in group), strict=True)
        words.append(
            (
                "".join(signs[index] for index in group),
                round(float(min(confidences[index] for index in group)), 3),
                float(min(lefts)),
                float(min(tops)),
                float(max(rights)),
                float(max(bottoms)),
            )
        )
    return words


def _dense(sign: str) -> bool:
    """Whether a sign is of a script that is written without spaces."""
    return "\u2e80" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7ff" or "\uff00" <= sign <= "\uffef"


def to_plain(lines: Sequence[SeenLine]) -> list[list[list[Any]]]:
    """Return lines as plain JSON values."""
    return [
        [
            [
                word.text,
                word.confidence,
                *(round(edge, 5) for edge in (word.left, word.top, word.right, word.bottom)),
            ]
            for word in line.words
        ]
        for line in lines
    ]


def from_plain(lines: Sequence[Any]) -> list[SeenLine]:
    """Return lines that `to_plain` gave."""
    return [SeenLine(tuple(Seen(*word) for word in line)) for line in lines]
