"""How many words of a scanned page OCR reads exactly, and whether it knows which ones it did not.

    python -m bench.ocr

The pages are drawn from the sample library's own text: clean, as a poor scan (askew, noisy, badly
compressed), and upside down.
"""

import difflib
import io
import sys
import time
from pathlib import Path
from typing import Any

from ingest.readers.ocr import recognise

_SURE = 0.8
_WIDTH = 88  # characters a line


def wrapped(text: str, lines: int) -> list[str]:
    """The text's first lines, broken between words."""
    import textwrap

    plain = " ".join(word for word in text.split() if word.isascii())
    return textwrap.wrap(plain, _WIDTH)[:lines]


def page(lines: list[str]) -> Any:
    """Black words on a white page, letter paper at 200 dots an inch."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (1700, 2200), "white")
    font, pen = ImageFont.load_default(28), ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((180, 160 + 40 * number), line, "black", font)
    return picture


def poor(picture: Any) -> Any:
    """The same, 0.6° askew, with noise, after strong compression."""
    import numpy as np
    from PIL import Image

    turned = np.asarray(picture.rotate(0.6, fillcolor="white", resample=Image.Resampling.BICUBIC)).astype(int)
    noise = np.random.default_rng(1).normal(0, 18, turned.shape)
    buffer = io.BytesIO()
    Image.fromarray((turned + noise).clip(0, 255).astype("uint8")).save(buffer, "JPEG", quality=45)
    return Image.open(buffer).convert("RGB")


def main() -> int:
    """Print the table."""
    root = Path(__file__).resolve().parent.parent / "corpus"
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.md")))
    lines = wrapped(text, 40)
    words = " ".join(lines).split()
    clean = page(lines)
    heads = ("words", "exact", "wrong", "of them unsure", "right, unsure", "cpu s")
    print(f"{'page':<12} {' '.join(f'{head:>14}' for head in heads)}")
    for name, picture in (("clean", clean), ("poor scan", poor(clean)), ("upside down", clean.rotate(180))):
        began = time.process_time()
        seen = [word for line in recognise(picture) for word in line.words]
        spent = time.process_time() - began
        matches = difflib.SequenceMatcher(None, words, [word.text for word in seen], autojunk=False)
        right = {block.b + step for block in matches.get_matching_blocks() for step in range(block.size)}
        unsure = {index for index, word in enumerate(seen) if word.confidence < _SURE}
        wrong = set(range(len(seen))) - right
        figures = (len(words), f"{len(right) / len(words):.3f}", len(wrong), len(wrong & unsure))
        last = (len(right & unsure), f"{spent:.1f}")
        print(f"{name:<12} {' '.join(f'{figure:>14}' for figure in (*figures, *last))}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
