"""The order in which people read lines on a page: column by column, each from the top; tables row by row."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar

Item = TypeVar("Item")
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in any unit, counted from the top left."""

_FULL = 0.55  # of a column's width; where most lines are shorter it is a table's column
_FEWEST_LINES = 3  # in a column


def ordered(items: Sequence[Item], box: Callable[[Item], Box], wide: float) -> list[Item]:
    """Return items in reading order; `wide` is the width of the narrowest column of text."""
    done: list[Item] = []
    waiting = [[(box(item), item) for item in items]]
    while waiting:
        part = waiting.pop()
        halves = (_columns(part, wide) or _stripes(part)) if len(part) > 1 else None
        if halves:
            waiting += reversed(halves)
        else:
            done += [item for row in in_rows([item for _, item in part], box) for item in row]
    return done


def has_columns(items: Sequence[Item], box: Callable[[Item], Box], wide: float) -> bool:
    """Tell whether some part of the page is set in columns of text."""
    waiting = [[(box(item), item) for item in items]]
    while waiting:
        part = waiting.pop()
        if len(part) < 2:
            continue
        if _columns(part, wide):
            return True
        waiting += _stripes(part) or []
    return False


def _columns(part: list[tuple[Box, Item]], wide: float) -> list[list[tuple[Box, Item]]] | None:
    """The two sides of the widest gap that runs down between two columns of text; None where none does."""
    height = median(bottom - top for (_, top, _, bottom), _ in part)
    by_left = sorted((box for box, _ in part), key=lambda box: box[0])
    best: tuple[float, float] | None = None
    reach = by_left[0][2]
    for left, _, right, _ in by_left[1:]:
        gap = left - reach
        if gap > 0.4 * height and (best is None or gap > best[0]):
            best = (gap, (left + reach) / 2)
        reach = max(reach, right)
    if best is None:
        return None
    middle = best[1]
    sides = [[each for each in part if (each[0][0] > middle) is after] for after in (False, True)]
    return sides if all(_is_column([box for box, _ in side], wide) for side in sides) else None


def _is_column(side: list[Box], wide: float) -> bool:
    """Whether lines fill their column as text does, and a table's cells do not."""
    width = max(right for _, _, right, _ in side) - min(left for left, _, _, _ in side)
    usual = median(right - left for left, _, right, _ in side)
    return len(side) >= _FEWEST_LINES and usual >= _FULL * width and width > wide


def _stripes(part: list[tuple[Box, Item]]) -> list[list[tuple[Box, Item]]] | None:
    """What is above and below the widest gap that runs across; None where there is none."""
    by_top = sorted(part, key=lambda each: each[0][1])
    best, cut = 0.0, 0
    reach = by_top[0][0][3]
    for index, (box, _) in enumerate(by_top[1:], 1):
        if box[1] - reach > best:
            best, cut = box[1] - reach, index
        reach = max(reach, box[3])
    return [by_top[:cut], by_top[cut:]] if cut else None


def in_rows(items: Sequence[Item], box: Callable[[Item], Box]) -> list[list[Item]]:
    """Items that overlap in height, from the top, each row from the left."""
    rows: list[list[tuple[Box, Item]]] = []
    placed = [(box(item), item) for item in items]
    for each in sorted(placed, key=lambda each: each[0][1] + each[0][3]):
        middle = (each[0][1] + each[0][3]) / 2
        if rows and any(top <= middle <= bottom for (_, top, _, bottom), _ in rows[-1]):
            rows[-1].append(each)
        else:
            rows.append([each])
    return [[item for _, item in sorted(row, key=lambda each: each[0][0])] for row in rows]
