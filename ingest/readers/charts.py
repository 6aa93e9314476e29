"""Charts of Office files in words: title and axes, then for each category what each series has there."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ingest.readers.number_format import formatted

_MOST = 1_000  # categories
_FIRST_DAY = datetime(1899, 12, 30)


def chart_titles(root: Any) -> list[str]:
    """Return what a chart's part calls the chart, its axes and its series, in this order."""
    titles = [_title(each) for each in root.iter("{*}title")]
    return list(dict.fromkeys(filter(None, [*titles, *(name for name, _, _ in _series(root))])))


def chart_paragraphs(root: Any) -> list[str]:
    """Return the title and the axes' names of a chart, and a row for each category, as tables have them."""
    named = [_title(each) for each in root.iter("{*}title")]
    rows: dict[str, list[str]] = {}
    for name, categories, values in _series(root):
        for at, value in sorted(values.items())[:_MOST]:
            row = rows.setdefault(categories.get(at, str(at + 1)), [])
            row.append(f"{name}: {value}" if name else value)
    told = ["; ".join([category, *values]) for category, values in rows.items()]
    return [*dict.fromkeys(filter(None, named)), *told]


def _series(root: Any) -> Iterator[tuple[str, dict[int, str], dict[int, str]]]:
    """The name of each series, and its categories and values by their number."""
    for series in root.iter("{*}ser"):
        name = " ".join(_points(series.find("{*}tx")).values())
        name = name or (series.findtext("{*}tx/{*}v") or "").strip()
        categories, values = (
            _points(next(series.iterchildren(*(f"{{*}}{each}" for each in names)), None))
            for names in (("cat", "xVal"), ("val", "yVal"))
        )
        yield name, categories, values


def _points(data: Any) -> dict[int, str]:
    """What a reference's cache holds, as its format shows it; of categories in several levels, the first."""
    if data is None:
        return {}
    cache = next(data.iter("{*}lvl", "{*}strCache", "{*}numCache", "{*}strLit", "{*}numLit"), None)
    code = "" if cache is None else cache.findtext("{*}formatCode") or ""
    points = {} if cache is None else {int(each.get("idx") or 0): each for each in cache.iter("{*}pt")}
    return {at: _shown((point.findtext("{*}v") or "").strip(), code) for at, point in points.items()}


def _shown(value: str, code: str) -> str:
    if not code or code == "General":
        return value
    try:
        number = float(value)
        return formatted(number, code) or formatted(_FIRST_DAY + timedelta(days=number), code) or value
    except (ValueError, OverflowError):
        return value


def _title(title: Any) -> str:
    runs = "".join(run.text or "" for run in title.iter("{*}t")) or " ".join(_points(title).values())
    return " ".join(runs.split())
