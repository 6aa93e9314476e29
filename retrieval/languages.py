"""Which documents are in a language that the embedder does not speak: only their words find those."""

import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.database import Database
from retrieval.report import AddReport
from retrieval.stemming import primary

_HEAD = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_LANGUAGE = re.compile(r"^language:[ \t]*(\S.*)?$((?:\n[ \t]*-[ \t]+\S.*)*)", re.MULTILINE)
_WORD = re.compile(r"[\w-]*\w")
_CODE = re.compile(r"[a-z]{2,3}")  # "multilingual" says nothing certain


class Languages:
    """Reads which documents are in such a language; knows searchable ones only."""

    def __init__(self, database: Database, spoken: frozenset[str] | None) -> None:
        """Take the codes of the languages that are spoken; None where it is not known, and none is told."""
        self.spoken = spoken
        self._database = database
        self._lock = threading.Lock()
        self._known: tuple[str, dict[str, str]] | None = None

    def foreign(self) -> Mapping[str, str]:
        """Return the language's name for each document that is in one that is not spoken, by its id."""
        with self._lock:
            version = self._database.fact("library_version") or "0"
            if self._known is None or self._known[0] != version:
                self._known = (version, self._read())
            return self._known[1]

    def told(self, report: AddReport) -> AddReport:
        """Return the report of an addition with those of the added that are in such a language."""
        foreign = self._read(report.added)  # not all: many are added one by one
        return replace(
            report, foreign=tuple((name, foreign[name]) for name in report.added if name in foreign)
        )

    def _read(self, ids: Sequence[str] | None = None) -> dict[str, str]:
        among = "" if ids is None else "AND id IN (SELECT value FROM json_each(?))"
        rows = self._database.read().execute(
            f"SELECT id, language FROM searchable WHERE language<>'' {among}",
            () if ids is None else (json.dumps(ids),),
        )
        named = ((row["id"], unspoken(row["language"], self.spoken)) for row in rows)
        return {identity: name for identity, name in named if name is not None}


def unspoken(tag: str | None, spoken: frozenset[str] | None) -> str | None:
    """Return the name of a tag's language if it is not spoken; None if it is, or if either is unknown."""
    from babel import Locale

    code = primary(tag)
    if spoken is None or not code or code in spoken:
        return None
    return str(Locale("en").languages.get(code, f"the language {code!r}"))


def note(name: str) -> str:
    """Return what is to be said of a document in that language."""
    return f"in {name}, which the embedder does not speak: only its words find it"


def spoken_by(folder: Path) -> frozenset[str] | None:
    """Return the codes of the languages that a model's card names in its head; None where it names none."""
    try:
        head = _HEAD.match((folder / "README.md").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    found = _LANGUAGE.search(head[1] + "\n") if head else None
    if found is None:
        return None
    codes = _WORD.findall(f"{found[1] or ''} {found[2]}")
    return frozenset(codes) if codes and all(map(_CODE.fullmatch, codes)) else None
