"""Words read from pictures: lines in reading order, each word with its place and how sure the reader is.

The models are those inside `rapidocr` (PP-OCRv6, small). They know Latin script with its accents, Chinese and
Japanese; spaces that they lose are put back where the picture shows a gap in the line.
"""

import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import IO, Any

from ingest.errors import NoText, TooLarge, UnknownFormat
from ingest.readers.ocr_words import line_words
from ingest.readers.reading_order import ordered

_DOTS_PER_INCH = 200
_MOST_PIXELS = 30_000_000  # of a page that is drawn to be read
MOST_PIXELS = 4 * _MOST_PIXELS
"""Pixels of a picture; one with more is refused."""
_COLUMN = 0.15  # of the picture's width; a column of text is wider
_LEAST = 0.3  # a line less sure is no line
_LEGIBLE = 0.55  # a page whose middle word is less sure is a guess, as vertical script is
_FEWEST = 2  # lines that no sign is known of
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

    A picture that makes no sense as it stands is turned. Where the words are of a script that the models do
    not know, what is returned is not sure at all.
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
    kept = [line for line in best if _sureness([line]) >= _LEAST] or best
    return [SeenLine(tuple(_turned_back(word, turned) for word in line.words)) for line in kept]


def _read(picture: Any) -> tuple[list[SeenLine], bool | None]:
    """The lines as the picture stands, and whether they stand on end; None where there seemed to be none."""
    import numpy as np

    width, height = picture.size
    padded = _padded(picture.convert("RGB"))
    # Its classifier of lines that stand on their head turns lines that do not, and those are lost.
    pixels = np.asarray(padded)[:, :, ::-1]
    found = _engine()(
        pixels,
        use_det=True,
        use_cls=False,
        use_rec=True,  # said each time: it remembers what it was told last
        return_word_box=True,
        return_single_char_box=True,
        text_score=0.0,
    )
    if found.boxes is None or not found.word_results:
        return _unread(_engine()(pixels, use_rec=False, use_cls=False).boxes, width, height), None
    grey = np.asarray(padded.convert("L"))
    lines = []
    for corners, text, signs in zip(found.boxes, found.txts, found.word_results, strict=True):
        words = line_words(grey, corners, text, signs)
        shares = tuple(
            Seen(text, confidence, left / width, top / height, right / width, bottom / height)
            for text, confidence, left, top, right, bottom in words
        )
        if shares:
            lines.append(SeenLine(shares))
    tall = median(_height(corners) / max(_width(corners), 1.0) for corners in found.boxes) > 1.5
    return ordered(lines, lambda line: line.box, _COLUMN), tall


def _unread(boxes: Any, width: int, height: int) -> list[SeenLine]:
    """Lines that are seen on a picture of that size, and of which not one sign is known.

    A single one may be anything: none.
    """
    found = list[SeenLine]()
    if boxes is None or len(boxes) < _FEWEST:
        return found
    for corners in boxes:
        across, down = [point[0] / width for point in corners], [point[1] / height for point in corners]
        box = max(min(across), 0.0), max(min(down), 0.0), min(max(across), 1.0), min(max(down), 1.0)
        found.append(SeenLine((Seen("\ufffd", 0.0, *(float(edge) for edge in box)),)))
    return found


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
    """The pages on which most words were read surely enough to be quoted at all; one sign is no word."""
    return {
        page: lines
        for page, lines in seen.items()
        if _sureness(lines) >= _LEGIBLE and sum(len(line.text) for line in lines) > 1
    }


def nothing_seen(name: str, seen: Mapping[int, Sequence[SeenLine]] | None) -> NoText:
    """The error for a source on whose pictures no word was found, or none that is sure enough."""
    if seen and any(seen.values()):
        return NoText(
            name,
            "it is a picture or a scan, and no words can be read on it surely enough; "
            "scan it better, unless they are of a script that OCR does not know",
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
    from pathlib import Path

    try:
        import rapidocr
    except ImportError as error:
        raise UnknownFormat(
            "OCR", f"pictures of text cannot be read on this machine ({error}); install Footnote again"
        ) from error
    logging.disable(logging.WARNING)
    models = Path(rapidocr.__file__).parent / "models"  # named, so that it never looks for them elsewhere
    threads = max(1, (os.cpu_count() or 1) // 2)  # it comes after everything else, and beside it
    return rapidocr.RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.log_level": "critical",
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
            "Rec.rec_batch_num": 1,  # six lines at once take 260 MB more, and no less time
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


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
