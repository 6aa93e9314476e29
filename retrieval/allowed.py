"""Which documents a filter allows, as a condition of SQL over the catalogue; no filter looks at hits."""

from collections.abc import Iterator, Sequence

from ingest.listed import folded
from retrieval.hit import Filter

_NARROW = "id IN (SELECT id FROM listed WHERE state='ready' AND {})"


def condition(where: Filter) -> tuple[str, list[str]]:
    """Return what follows WHERE on the view `searchable`, and its values."""
    clauses, values = ["1"], list[str]()
    for clause, given in _clauses(where):
        clauses.append(clause)
        values += given
    return " AND ".join(clauses), values


def _clauses(where: Filter) -> Iterator[tuple[str, Sequence[str]]]:
    for column, wanted in (("collection", where.collections), ("id", where.documents)):
        if wanted:
            yield f"{column} IN ({','.join('?' * len(wanted))})", wanted
    for comparison, bound in ((">=", where.published_from), ("<=", where.published_to)):
        if bound is not None:
            yield f"published {comparison} ?", (bound,)
    for columns, wanted in (
        (("title",), where.titles),
        (("author", "publisher"), where.authors),
        (("source",), where.sources),
        (("media_type",), where.types),
    ):
        if wanted:
            yield _any_part(columns, wanted)
    if where.languages:
        codes = [code.lower() for code in where.languages]
        fits = " OR ".join(["instr(lower(language) || '-', ? || '-')=1"] * len(codes))
        yield _NARROW.format(f"({fits})"), codes


def _any_part(columns: Sequence[str], wanted: Sequence[str]) -> tuple[str, list[str]]:
    """Any of the words is a part of any of the columns.

    What a row's words hold folded already is looked through first: folding is Python's work. They lack the
    media type.
    """
    parts = [folded(each) for each in wanted]
    quick = "1" if columns == ("media_type",) else "instr(words, ?)"
    fits = " OR ".join(f"({quick} AND instr(folded(coalesce({column}, '')), ?))" for column in columns)
    twice = [part for part in parts for _ in columns for part in ((part,) if quick == "1" else (part, part))]
    return _NARROW.format(f"({' OR '.join([fits] * len(parts))})"), twice
