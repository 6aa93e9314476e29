"""The words of one line that was read from a picture: signs put together where the picture shows no gap."""

from collections.abc import Sequence
from typing import Any

_GAP = 0.17  # of a line's height; a wider stretch without ink is a space
_DIGIT_GAP = 0.3  # the same between digits, since a 1 stands apart
_CLINGS = frozenset(",.;:)!?]”’%")  # no space stands before these
_NARROW = str.maketrans("（），：；！？．［］", "(),:;!?.[]")  # the models know these from Chinese only
_SIGNS_A_HEIGHT = 0.4  # of ink as wide as its line is high; letters are two to three, Chinese one
_MOST_INK = 0.5  # of a line that signs must account for
_FORMULA = 0.5  # below _LEGIBLE
_LEAST_HEIGHT = 6  # pixels of a line

Word = tuple[str, float, float, float, float, float]
"""A word, how sure its least sure sign is, and its left, top, right and bottom in pixels."""


def line_words(grey: Any, corners: Any, text: str, signs: Sequence[Any]) -> list[Word]:
    """Return a line's words from its place on a grey picture, its text, and its signs with their places.

    No word is surer than the share of the line's ink that was read at all: the reader passes over signs of
    scripts that it does not know.
    """
    boxes, spaced, confidences = _spaced(text, signs)
    stretches = _stretches(grey, corners)
    height = max(point[1] for point in corners) - min(point[1] for point in corners)
    share = _accounted_for(boxes, spaced, stretches, height)
    return [
        (word[0], round(min(word[1], share, _known(word[0])), 3), *word[2:])
        for word in _words(boxes, spaced, confidences, stretches)
    ]


def _spaced(text: str, signs: Sequence[Any]) -> tuple[list[Any], list[str], list[float]]:
    """The boxes, the signs and the confidences of a line, with a blank where its text has one."""
    boxes, spaced, confidences = list[Any](), list[str](), list[float]()
    position = 0
    for sign, confidence, corners in signs:
        at = text.find(sign, position)
        if at >= 0:
            if spaced and not text[position:at].strip() and position < at:
                boxes.append(boxes[-1])
                spaced.append(" ")
                confidences.append(1.0)
            position = at + len(sign)
        boxes.append(corners)
        spaced.append(sign)
        confidences.append(float(confidence))
    return boxes, spaced, confidences


def _accounted_for(
    boxes: Sequence[Any], signs: Sequence[str], stretches: Sequence[tuple[float, float]], height: float
) -> float:
    """The share of a line's ink that its signs can be: the reader passes over signs that it does not know."""
    middles = [
        sum(point[0] for point in corners) / len(corners)
        for corners, sign in zip(boxes, signs, strict=True)
        if sign.strip()
    ]
    widths = [right - left for left, right in stretches]
    held = [sum(left - 1 <= middle <= right + 1 for middle in middles) for left, right in stretches]
    known = sum(
        width
        for width, count in zip(widths, held, strict=True)
        if count and count >= _SIGNS_A_HEIGHT * width / max(height, 1.0)
    )
    share = known / max(sum(widths), 1.0) if stretches else 1.0
    return 1.0 if share >= _MOST_INK else share / 2


def _known(word: str) -> float:
    """How sure a word of its signs can be at most: the models know Greek from formulas only."""
    letters = [sign for sign in word if sign.isalpha()]
    greek = sum("\u0370" <= sign <= "\u03ff" for sign in letters)
    return _FORMULA if greek > 1 and 2 * greek > len(letters) else 1.0


def _stretches(grey: Any, corners: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The stretches of a line, left and right in pixels, that hold ink and have a wide gap between them."""
    import numpy as np

    (x1, y1), (x2, y2), _, (_, y4) = corners  # from the top left, clockwise
    left, right, height = int(min(x1, x2)), int(max(x1, x2)), int(y4 - y1)
    if height < _LEAST_HEIGHT or right - left < 2:
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
