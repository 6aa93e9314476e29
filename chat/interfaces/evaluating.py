"""`footnote eval`: the figures of a file of questions as a table, saved, and compared with a baseline."""

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chat.evaluate import Evaluation, Regression, compare, evaluate, read_cases, worsened
from chat.interfaces.terminal import Screen, as_json, one_line
from ingest.errors import FootnoteError, UnreadableSource

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant
    from retrieval.hit import Filter

_NAMED = 10  # questions that are named as worse than before


def run(assistant: "Assistant | RemoteAssistant", where: "Filter", given: Namespace, screen: Screen) -> bool:
    """Measure, show, save and compare; False if a figure is worse than the baseline's."""
    cases = read_cases(Path(given.file))
    before = _read(Path(given.baseline)) if given.baseline else None
    now = evaluate(assistant, cases, where=where)
    regressions = compare(now, before, given.tolerance) if before else []
    if given.save:
        _write(Path(given.save), now)
    if screen.json_wanted:
        screen.data({**now.to_dict(), "regressions": [_plain(each) for each in regressions]})
    else:
        screen.lines(_table(now, before, screen))
    if before is not None and regressions:
        worse = ", ".join(f"{each.name} {each.before:.2f} to {each.now:.2f}" for each in regressions)
        which = [one_line(name) for name in worsened(now, before)]
        more = "…" if len(which) > _NAMED else ""
        named = f"; questions: {', '.join(which[:_NAMED])}{more}" if which else ""
        sys.stderr.write(f"footnote: worse than the baseline: {worse}{named}\n")
    return not regressions


def _table(now: Evaluation, before: Evaluation | None, screen: Screen) -> list[str]:
    rows = []
    for name, figure in now.figures.items():
        old = before.figures.get(name) if before else None
        was = f"{old.value:.3f}" if old is not None else ""
        rows.append((name.replace("_", " "), f"{figure.value:.3f}", str(figure.of), figure.better, was))
    header = ("FIGURE", "SHARE", "OF", "BETTER", "BASELINE")
    if before is None:
        return screen.table(header[:-1], [row[:-1] for row in rows])
    return screen.table(header, rows)


def _read(path: Path) -> Evaluation:
    try:
        return Evaluation.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UnreadableSource(str(path), f"{error.strerror}; make one with --save") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableSource(str(path), "it is no baseline; make one with --save") from error


def _write(path: Path, now: Evaluation) -> None:
    try:
        path.write_text(f"{as_json(now.to_dict(), indent=2)}\n", encoding="utf-8")
    except OSError as error:
        raise FootnoteError(f"{path} cannot be written: {error.strerror}; name another file") from error


def _plain(regression: Regression) -> dict[str, Any]:
    return {"name": regression.name, "before": regression.before, "now": regression.now}
