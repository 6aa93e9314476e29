"""The two indexes of one library as a pair that can be checked, rebuilt and done without."""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.database import Database, set_fact
from ingest.errors import StoreFailed
from retrieval import probe
from retrieval.hit import Filter, KeywordIndex, KeywordRow, VectorIndex
from retrieval.keywords import WRITTEN, TantivyIndex, damage
from retrieval.passages import Passages, passage_ids
from retrieval.seal import seal, size_on_disk
from retrieval.vectors import open_folder, open_server

if TYPE_CHECKING:
    from retrieval.hit import Matrix, Vector

_GROUP = 64  # documents whose entries are written anew in one commit
# The vectors' index may take this many times the vectors' own bytes, and this much beside.
_TIMES, _ROOM = 10, 256 << 20
_RUN_AWAY = "had grown beyond all measure"


class Indexes:
    """Chroma and Tantivy over the catalogue's passages.

    Until Chroma was checked by a child process, which alone would die of a damaged file, and while it is
    being rebuilt, dense search scans the catalogue's vectors exactly. Filtered dense search always does:
    it is faster than Chroma's filter and misses nothing.
    """

    def __init__(
        self,
        home: Path,
        database: Database,
        passages: Passages,
        *,
        chroma_url: str | None,
        say: Callable[[str], None],
    ) -> None:
        """Open the words index at once and the vectors' in a thread; `say` gets one line per repair."""
        self._home = home / "index"
        self._database = database
        self._passages = passages
        self._chroma_url = chroma_url
        self._say = say
        self._lock = threading.RLock()
        self._vectors: VectorIndex | None = None
        self._closing = False
        self.words = self._open_words()
        self._sync_words()
        self._thread = threading.Thread(target=self._open_vectors, name="footnote-index-check", daemon=True)
        self._thread.start()

    def dense(self, vector: "Vector", limit: int, where: Filter) -> list[tuple[str, float]]:
        """Return at most `limit` (id, cosine), best first."""
        index = self._vectors
        if where or index is None:
            return self._passages.scan(vector, limit, where)
        from chromadb.errors import ChromaError

        try:
            return index.search(vector, limit)
        except ChromaError as error:
            self._mend_vectors(index, str(error).splitlines()[0] if str(error) else type(error).__name__)
            return self._passages.scan(vector, limit, where)

    def add(self, rows: Sequence[KeywordRow], vectors: "Matrix") -> None:
        """Write passages to both indexes, one commit each; the same ones again change nothing."""
        if not rows:
            return
        with self._settled() as index, _written():
            self.words.add(rows)
            index.add([row.id for row in rows], vectors)
            self._watch_size()

    def rewrite(self, document_ids: Sequence[str]) -> None:
        """Write what the catalogue says of these documents now; those that are not searched go."""
        with self._settled() as index, _written():
            for first in range(0, len(document_ids), _GROUP):
                words, vectors = list[KeywordRow](), list["Matrix"]()
                gone = set[str]()
                for name in document_ids[first : first + _GROUP]:
                    gone.update(passage_ids(self._database.read(), name))
                    for rows, matrix in self._passages.batches(name):
                        words += rows
                        vectors.append(matrix)
                gone -= {row.id for row in words}
                self.words.delete(sorted(gone))
                index.delete(sorted(gone))
                for matrix in vectors:
                    index.add([row.id for row in words[: len(matrix)]], matrix)
                    self.words.add(words[: len(matrix)])
                    words = words[len(matrix) :]

    def delete(self, ids: Sequence[str]) -> None:
        """Remove passages from both indexes."""
        if not ids:
            return
        with self._settled() as index, _written():
            self.words.delete(ids)
            index.delete(ids)

    def erase(self, ids: Sequence[str]) -> None:
        """Remove passages from both indexes, their words from the words index's files as well.

        Tantivy only marks them as deleted where a segment holds others too, so those others are written anew.
        """
        if not ids:
            return
        with self._settled() as index, _written():
            index.delete(ids)
            beside = self.words.beside(ids)
            for rows, _ in self._passages.batches() if beside else ():
                again = [row for row in rows if row.id in beside]
                if again:
                    self.words.add(again)
            self.words.delete(ids)

    def settle(self) -> None:
        """Wait until the vectors' index was checked and, if need be, rebuilt."""
        with self._settled():
            pass

    def held(self) -> tuple[set[str], set[str]]:
        """Return the ids that the words index and the vectors' hold."""
        with self._settled() as index:
            return self.words.ids(), index.ids()

    def mend(self) -> list[str]:
        """Compare both indexes with the catalogue, id by id, and mend what differs; returns a line each."""
        with self._settled() as index:
            return [self._sync_words(), self._sync_vectors(index)]

    def rebuild(self) -> None:
        """Build both indexes anew from the catalogue."""
        with self._settled():
            self._rebuild("words")
            self._rebuild("vectors")

    def distrust(self) -> None:
        """Open both indexes anew, since writing to one failed; what cannot be opened is rebuilt."""
        self._thread.join()
        with self._lock:
            with suppress(Exception):  # it has failed already, in whatever way
                self.words.close()
            self.words = self._open_words()
            self._sync_words()
            old, self._vectors = self._vectors, None
            if old is not None:
                with suppress(Exception):
                    old.close()
            self._vectors = self._rebuild_vectors("could not be written")

    def close(self) -> None:
        """Let go of both folders, and seal the vectors' one: whatever changes it now is damage."""
        self._closing = True
        self._thread.join()
        with self._lock:
            self.words.close()
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None
                folder, _ = self._folder("vectors")
                if self._chroma_url is None and folder is not None:
                    self._remember_seal(seal(folder))

    @contextmanager
    def _settled(self) -> Iterator[VectorIndex]:
        """Hold both indexes for writing, once the check at opening is through."""
        self._thread.join()
        with self._lock:
            if self._vectors is None:
                self._vectors = self._rebuild_vectors("could not be opened")
            yield self._vectors

    def _rebuild(self, label: str) -> None:
        if label == "words":
            old_words, self.words = self.words, self._rebuild_words(None)
            old_words.close()
        else:
            old, self._vectors = self._vectors, None
            self._vectors = self._rebuild_vectors(None)
            if old is not None:
                old.close()

    def _mend_vectors(self, broken: VectorIndex, why: str) -> None:
        """Rebuild, in a thread, an index that failed while it was in use."""
        with self._lock:
            if self._vectors is not broken or self._closing:
                return
            self._vectors = None

        def rebuild() -> None:
            with self._lock:
                if self._vectors is None and not self._closing:
                    self._vectors = self._rebuild_vectors(f"failed ({why})")

        self._thread = threading.Thread(target=rebuild, name="footnote-index-mend", daemon=True)
        self._thread.start()

    def _open_words(self) -> KeywordIndex:
        """Return the words index, or a new one where its files are not as Tantivy wrote them."""
        folder, problem = self._folder("words")
        if folder is not None and self._database.fact("words_written") != WRITTEN:
            problem = "was written by an older version"
        elif folder is not None:
            problem = damage(folder)
            if problem is None:
                try:
                    index = TantivyIndex(folder)
                    index.ids()
                    return index
                except (OSError, ValueError) as error:
                    problem = str(error).splitlines()[0]
            problem = f"was damaged ({problem})"
        return self._rebuild_words(problem)

    def _open_vectors(self) -> None:
        if self._chroma_url is not None:
            self._adopt(open_server(self._chroma_url, self._database.fact("library") or "library"))
            return
        folder, problem = self._folder("vectors")
        if folder is not None:
            problem = self._problem(folder)
        with self._lock:
            if self._closing:
                if folder is not None and problem is None:
                    self._remember_seal(seal(folder))
                return
            if folder is not None and problem is None:
                self._adopt(open_folder(folder))
            else:
                self._vectors = self._rebuild_vectors(problem)

    def _problem(self, folder: Path) -> str | None:
        """Return what is wrong with the vectors' folder, or None.

        A folder that was let go of in good order is compared with its seal, which sees every changed byte;
        after a crash there is no seal, and only the child that tries the index out can tell.
        """
        if self._has_run_away(folder):
            return _RUN_AWAY
        known = self._database.fact("vectors_seal")
        if known and known != seal(folder):
            return "was damaged (it is not as it was left)"
        self._remember_seal("")  # the child may change the folder by opening it
        return probe.check(folder, self._database.path)

    def _remember_seal(self, value: str) -> None:
        with self._database.write() as connection:
            set_fact(connection, "vectors_seal", value)

    def _has_run_away(self, folder: Path) -> bool:
        size = size_on_disk(folder)
        return size > _ROOM and size > _ROOM + _TIMES * self._passages.vector_bytes()

    def _watch_size(self) -> None:
        """Rebuild the vectors' index before it fills the disk: Chroma's files have been seen to run away."""
        folder, _ = self._folder("vectors")
        if self._chroma_url is None and folder is not None and self._has_run_away(folder):
            self._rebuild("vectors")
            self._report("vectors", _RUN_AWAY)

    def _adopt(self, index: VectorIndex) -> None:
        """Take an opened index once it holds what the catalogue says, no more and no less."""
        with self._lock:
            self._sync_vectors(index)
            self._vectors = index

    def _sync_words(self) -> str:
        return self._sync("words", self.words.ids(), lambda rows, _: self.words.add(rows), self.words.delete)

    def _sync_vectors(self, index: VectorIndex) -> str:
        def add(rows: list[KeywordRow], vectors: "Matrix") -> None:
            index.add([row.id for row in rows], vectors)

        return self._sync("vectors", index.ids(), add, index.delete)

    def _sync(
        self,
        label: str,
        held: set[str],
        add: "Callable[[list[KeywordRow], Matrix], None]",
        delete: Callable[[list[str]], None],
    ) -> str:
        """Add what an index lacks and delete what the catalogue does not know; a crash leaves such things."""
        known = set(self._passages.ids())
        missing, unknown = known - held, held - known
        if not missing and not unknown:
            return f"{label} index: {len(held)} passages, as the catalogue says"
        delete(sorted(unknown))
        for rows, vectors in self._passages.batches():
            lacking = [number for number, row in enumerate(rows) if row.id in missing]
            if lacking:
                add([rows[number] for number in lacking], vectors[lacking])
        line = f"{label} index: {len(missing)} passages were missing, {len(unknown)} unknown: mended"
        self._say(line)
        return line

    def _rebuild_words(self, why: str | None) -> KeywordIndex:
        index = TantivyIndex(self._new_folder("words"))
        for rows, _ in self._passages.batches():
            index.add(rows)
        with self._database.write() as connection:
            set_fact(connection, "words_written", WRITTEN)
        self._report("words", why)
        return index

    def _rebuild_vectors(self, why: str | None) -> VectorIndex:
        if self._chroma_url is not None:
            index = open_server(self._chroma_url, self._database.fact("library") or "library")
            index.delete(sorted(index.ids() - set(self._passages.ids())))
        else:
            self._remember_seal("")
            index = open_folder(self._new_folder("vectors"))
        for rows, vectors in self._passages.batches():
            index.add([row.id for row in rows], vectors)
        self._report("vectors", why)
        return index

    def _folder(self, label: str) -> tuple[Path | None, str | None]:
        """Return an index's folder; or None and, unless the library is new, what is wrong."""
        name = self._database.fact(f"{label}_folder")
        if name is None:
            return None, None
        folder = self._home / name
        return (folder, None) if folder.is_dir() else (None, "was missing")

    def _new_folder(self, label: str) -> Path:
        """A fresh folder each time: an index library may still hold the old one's files in this process."""
        old = self._database.fact(f"{label}_folder") or f"{label}-0"
        name = f"{label}-{int(old.rpartition('-')[2]) + 1}"
        for stale in self._home.glob(f"{label}-*"):
            shutil.rmtree(stale, ignore_errors=True)
        with self._database.write() as connection:
            set_fact(connection, f"{label}_folder", name)
        return self._home / name

    def _report(self, label: str, why: str | None) -> None:
        if why is not None:
            self._say(f"the {label} index {why}; it was rebuilt from the catalogue")


@contextmanager
def _written() -> Iterator[None]:
    """Turn whatever an index library raises into StoreFailed: their errors have no common base."""
    try:
        yield
    except Exception as error:
        line = (str(error).splitlines() or [type(error).__name__])[0]
        raise StoreFailed(f"an index could not be written: {line}") from error
