"""The indexes beside the catalogue: they hold what it says, and are written anew where they do not."""

from fakes import BagOfWords, add_texts, library_at

from ingest.database import set_fact
from retrieval.hit import Filter
from retrieval.keywords import WRITTEN
from retrieval.passages import keyword_rows
from retrieval.sources import TextSource
from retrieval.vectors import open_folder


def test_the_exact_scan_equals_chroma_on_a_small_set(tmp_path):
    with library_at(tmp_path) as library:
        add_texts(library, {f"n{i}": f"Report {i}: {'reed ' * (i % 7)} pike {i * i}." for i in range(60)})
        library.indexes.settle()
        for question in ("reed pike", "report 12", "pike 49", "nothing of the kind"):
            vector = BagOfWords().embed_query(question)
            exact = dict(library.passages.scan(vector, 60, Filter()))
            chroma = dict(library.indexes.dense(vector, 60, Filter()))
            assert exact.keys() == chroma.keys()
            assert all(abs(exact[name] - chroma[name]) < 1e-5 for name in exact)
        folder = next((tmp_path / "index").glob("vectors-*"))
    index = open_folder(folder)
    try:
        assert index.count() == 60
    finally:
        index.close()


def test_the_words_index_is_written_alike_at_adding_and_at_rebuilding(tmp_path):
    """The rows that an index is rebuilt from are those that it was first written from."""
    with library_at(tmp_path) as library:
        text = "\n\n".join(f"Paragraph {n} is about the bridge at Osier Lane. " * 12 for n in range(12))
        beside = (("author", "Ada Lund"), ("publisher", "The Courier"))
        library.add([TextSource(text, f"memo-{n}", "The memo", beside) for n in range(2)], "default")
        stored = [row for rows, _ in library.passages.batches() for row in rows]
        written = []
        for info in library.documents():
            passages = library.passages.of_document(info.id, 1)
            assert len(passages) > 2
            written += keyword_rows(library.document(info.id), passages)
        assert sorted(stored, key=lambda row: row.id) == sorted(written, key=lambda row: row.id)


def test_a_words_index_of_an_older_version_is_written_anew(tmp_path):
    lines: list[str] = []
    with library_at(tmp_path) as library:
        library.add([TextSource("The bridge at Osier Lane is shut.", "memo")], "default")
        with library.database.write() as connection:
            set_fact(connection, "words_written", "0")
    with library_at(tmp_path, say=lines.append) as library:
        assert [hit.source for hit in library.search("Osier Lane")] == ["memo"]
        assert library.database.fact("words_written") == WRITTEN
    assert [line for line in lines if "older version" in line]


def test_removing_right_after_opening_leaves_nothing_to_mend(tmp_path):
    said = []
    with library_at(tmp_path) as library:
        memo, _ = add_texts(library, {"memo": "Some words.", "note": "Other words."}).added
    with library_at(tmp_path, say=said.append) as library:
        assert library.remove([memo])[0].left == 0
    assert said == []
