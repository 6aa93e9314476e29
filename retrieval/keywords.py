"""Tantivy as the index of passages' words: BM25 over stems, exact words and exact forms.

`text`, `title`, `heading`, `about` (author, publisher) and `around` (the passage with its title and those
beside it) are stemmed in the document's language and folded (`retrieval/stemming.py`); `exact` holds the
words as they are written, in lower case, so that "Poles" is not "pole" and "Renée" scores above "Renee";
`forms` holds what splitting at punctuation would lose (`retrieval/forms.py`).
"""

import json
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from retrieval.english import STOP_WORDS
from retrieval.forms import forms, without_splinters
from retrieval.hit import Filter, KeywordRow
from retrieval.stemming import ENGLISH, STEMMERS, Stemming, analyzer, primary

# How much a word counts by where it is found, beside 1 in the passage's own text: chosen for nDCG over
# MultiHop, MTRAG's government pages and SciFact, the words leg alone (see bench/retrieval.py).
_TITLE_WEIGHT = 0.5
_HEADING_WEIGHT = 0.25
_ABOUT_WEIGHT = 1.0
_AROUND_WEIGHT = 0.8
_EXACT_WEIGHT = 0.4
_FORM_WEIGHT = 0.4
_PHRASE_WEIGHT = 2.0
# Raise it when what is written into the index changes: an index written otherwise is rebuilt at opening.
WRITTEN = "6"
_MOST_TERMS = 64  # a pasted page costs no more than a long question
_MOST_PHRASES = 8
_MOST_CHARACTERS = 8000
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{2,400})[\"”“»]")
_HEAP = 64 << 20
_SEGMENT_FILES = ("fast", "fieldnorm", "idx", "pos", "store", "term")
_MAGIC = 1337  # what each of them ends with, after a footer and its length


class TantivyIndex:
    """BM25 with Tantivy's constants (k1 = 1.2, b = 0.75); queries are built from terms, never parsed."""

    def __init__(self, folder: Path) -> None:
        """Open or make an index in a folder; raises OSError or ValueError if what is there is damaged."""
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        self._stemming = Stemming()
        self._stop = frozenset(self._stemming.stems(" ".join(STOP_WORDS)))
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._exact = analyzer(None)
        self._index.register_tokenizer("exact", self._exact)
        self._writer: Any = None

    def add(self, rows: Sequence[KeywordRow]) -> None:
        """Add or replace, in one commit."""
        writer = self._writing()
        for row in rows:
            writer.delete_documents_by_term("id", row.id)
            writer.add_document(_document(row, self._stemming))
        self._commit(writer)

    def delete(self, ids: Sequence[str]) -> None:
        """Forget the ids, in one commit; unknown ones are ignored."""
        writer = self._writing()
        for name in ids:
            writer.delete_documents_by_term("id", name)
        self._commit(writer)

    def search(self, question: str, limit: int, where: Filter) -> list[tuple[str, float]]:
        """Return at most `limit` (id, score), best first; never raises, whatever the characters."""
        question = _valid(question[:_MOST_CHARACTERS])
        if not self.terms(question) or limit < 1:
            return []
        searcher = self._index.searcher()
        found = searcher.search(self._query(question, where), limit, count=False)
        return [(searcher.doc(address)["id"][0], float(score)) for score, address in found.hits]

    def holding(self, words: str, where: Filter) -> list[str]:
        """Return the ids of all passages that hold every one of the words in some form; none for no word.

        Stop words need not be there, unless there are no others.
        """
        from tantivy import Occur, Query

        searcher = self._index.searcher()
        languages = [ENGLISH, *self.languages()]
        cut = self._exact.analyze(_valid(words[:_MOST_CHARACTERS]))
        wanted = list(dict.fromkeys(word for word in cut if word not in STOP_WORDS)) or cut
        if not wanted or not searcher.num_docs:
            return []

        def every(word: str, language: str) -> Any:
            stems = self._stemming.stems(word, language)  # several, where they are pairs of characters
            return Query.boolean_query(
                [(Occur.Must, Query.term_query(self._schema, "text", stem)) for stem in stems]
            )

        forms = [
            Query.boolean_query([(Occur.Should, every(word, language)) for language in languages])
            for word in wanted
        ]
        must = [(Occur.Must, query) for query in (*forms, *self._limits(where))]
        found = searcher.search(Query.boolean_query(must), searcher.num_docs, count=False)
        return [searcher.doc(address)["id"][0] for _, address in found.hits]

    def terms(self, text: str) -> list[str]:
        """Return the stems that a text is searched by, each once, stop words left out unless all are."""
        return self._content(self._stemming.stems_in(_valid(text), [ENGLISH]))

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return in how many passages each stem occurs, or what another language makes of it."""
        searcher = self._index.searcher()
        languages = self.languages()
        return [
            max(
                int(searcher.doc_freq("text", form))
                for form in dict.fromkeys([term, *self._stemming.stems_in(term, languages)])
            )
            for term in terms
        ]

    def languages(self) -> list[str]:
        """Return the languages, other than English, that passages are stemmed in."""
        searcher = self._index.searcher()
        return [code for code in STEMMERS if code != ENGLISH and searcher.doc_freq("language", code)]

    def count(self) -> int:
        """Return how many ids the index holds."""
        return int(self._index.searcher().num_docs)

    def ids(self) -> set[str]:
        """Return every id in the index."""
        import tantivy

        searcher = self._index.searcher()
        if not searcher.num_docs:
            return set()
        found = searcher.search(tantivy.Query.all_query(), searcher.num_docs, count=False)
        return {searcher.doc(address)["id"][0] for _, address in found.hits}

    def beside(self, ids: Sequence[str]) -> set[str]:
        """Return the other ids in the segments that hold any of these: what stands in one file with them."""
        import tantivy

        searcher = self._index.searcher()
        if not ids or not searcher.num_docs:
            return set()
        query = tantivy.Query.term_set_query(self._schema, "id", list(ids))
        segments = {at.segment_ord for _, at in searcher.search(query, len(ids), count=False).hits}
        held = searcher.search(tantivy.Query.all_query(), searcher.num_docs, count=False).hits
        return {searcher.doc(at)["id"][0] for _, at in held if at.segment_ord in segments} - set(ids)

    def close(self) -> None:
        """Let go of the folder's write lock."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def _writing(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        return self._writer

    def _commit(self, writer: Any) -> None:
        writer.commit()
        self._index.reload()
        writer.garbage_collect_files()

    def _query(self, question: str, where: Filter) -> Any:
        from tantivy import Occur, Query

        clauses = [
            (Occur.Should, Query.boost_query(Query.term_query(self._schema, field, term, "freq"), weight))
            for field, weight, terms in self._fields(question)
            for term in terms
        ]
        clauses += [
            (
                Occur.Should,
                Query.boost_query(Query.phrase_query(self._schema, "text", list(phrase)), _PHRASE_WEIGHT),
            )
            for phrase in self._phrases(question)
        ]
        words = Query.boolean_query(clauses)
        must = [(Occur.Must, Query.const_score_query(limit, 0.0)) for limit in self._limits(where)]
        return Query.boolean_query([(Occur.Must, words), *must]) if must else words

    def _limits(self, where: Filter) -> list[Any]:
        from tantivy import FieldType, Query

        limits = [
            Query.term_set_query(self._schema, field, list(values))
            for field, values in (("collection", where.collections), ("document", where.documents))
            if values
        ]
        if where.published_from or where.published_to:
            limits.append(
                Query.range_query(
                    self._schema,
                    "published",
                    FieldType.Integer,
                    _day(where.published_from) or 1,
                    _day(where.published_to) or 99991231,
                )
            )
        return limits

    def _fields(self, question: str) -> Iterator[tuple[str, float, list[str]]]:
        whole = without_splinters(question)
        stems = self.terms(whole)[:_MOST_TERMS]
        others = self._content(self._stemming.stems_in(whole, self.languages()))
        stems = list(dict.fromkeys([*stems, *others[:_MOST_TERMS]]))
        yield "text", 1.0, stems
        yield "title", _TITLE_WEIGHT, stems
        yield "heading", _HEADING_WEIGHT, stems
        yield "about", _ABOUT_WEIGHT, stems
        yield "around", _AROUND_WEIGHT, stems
        words = dict.fromkeys(self._exact.analyze(whole))
        yield "exact", _EXACT_WEIGHT, [word for word in words if word not in STOP_WORDS][:_MOST_TERMS]
        yield "forms", _FORM_WEIGHT, forms(question)[:_MOST_TERMS]

    def _content(self, stems: list[str]) -> list[str]:
        return [stem for stem in stems if stem not in self._stop] or stems

    def _phrases(self, question: str) -> list[tuple[str, ...]]:
        """What stands in double quotes, as stems in their order; single words are no phrases."""
        languages = [ENGLISH, *self.languages()]
        quoted = (
            tuple(self._stemming.stems(part, language))
            for part in _QUOTED.findall(question)
            for language in languages
        )
        return [phrase for phrase in dict.fromkeys(quoted) if 1 < len(phrase) <= _MOST_TERMS][:_MOST_PHRASES]


def damage(folder: Path) -> str | None:
    """Return what is wrong with an index's files, by the checksum at the end of each, or None.

    Tantivy itself does not look: a flipped byte gives other results, or ends the process.
    """
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        for segment in meta["segments"]:
            name = str(segment["segment_id"]).replace("-", "")
            suffixes = list(_SEGMENT_FILES)
            if segment["deletes"]:
                suffixes.append(f"{segment['deletes']['opstamp']}.del")
            for suffix in suffixes:
                data = (folder / f"{name}.{suffix}").read_bytes()
                size, magic = struct.unpack("<II", data[-8:])
                body, footer = data[: -8 - size], data[-8 - size : -8]
                if magic != _MAGIC or zlib.crc32(body) != json.loads(footer)["crc"]:
                    return f"{name}.{suffix} is not as it was written"
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        return str(error).splitlines()[0] or type(error).__name__
    return None


def _valid(text: str) -> str:
    """Half a surrogate pair becomes a question mark: Tantivy takes UTF-8 only."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _schema() -> Any:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("document", "collection", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("title", "heading", "about", "text", "around"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("exact", tokenizer_name="exact", index_option="freq")
    builder.add_text_field("forms", tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("published", indexed=True, fast=True)
    return builder.build()


def _document(row: KeywordRow, stemming: Stemming) -> Any:
    from tantivy import Document

    language = primary(row.language)

    def stemmed(text: str) -> str:
        return " ".join(stemming.stems(text, language))

    return Document(
        id=row.id,
        document=row.document_id,
        collection=row.collection,
        language=language,
        title=stemmed(row.title),
        heading=stemmed(row.heading or ""),
        about=stemmed(row.about),
        around=stemmed(f"{row.title}\n{row.text}\n{row.around}"),
        text=stemmed(row.text),
        exact=row.text,
        forms=" ".join(forms(f"{row.title}\n{row.heading or ''}\n{row.text}")),
        published=_day(row.published),
    )


def _day(date: str | None) -> int:
    """`YYYY-MM-DD` as the number YYYYMMDD, which sorts like the date; 0 for none, and for anything else."""
    digits = (date or "").replace("-", "")
    return int(digits) if len(digits) == 8 and digits.isascii() and digits.isdigit() else 0
